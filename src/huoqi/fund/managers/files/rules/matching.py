"""Answers to our orders from the columns of type 04, by the million: what ``answers_of`` does.

An order's number in a file is digits of a digest, so all numbers are made once and looked up.
"""

from dataclasses import dataclass

import numpy as np

from huoqi.fund.answer_columns import AnswerColumns, Bool, Int64, SentColumns
from huoqi.fund.managers.files.rules.parties import (
    SERIAL_DIGITS,
    SUCCESS,
    customer_numbers_of,
    day_of,
    numbers,
    require_all,
    texts,
    wrong,
)
from huoqi.fund.ofd.rules.blocks import Bytes
from huoqi.fund.ofd.rules.columns import Columns
from huoqi.kit.dates import days_since_2000
from huoqi.kit.digests import sha256_of_each
from huoqi.kit.id_columns import IdColumn

_LIMBS = 8  # of 32 bits in a digest; as many digits are the first part of a number
_LIMB_BITS = 32
#: Numbers of 24 digits stand as three numbers of 8, so that everything fits into 64 bits.
_PART = 10**8
_UNFINISHED = b"0"
_FROM_REGISTER = b"1"
_PURCHASE, _REDEMPTION = b"122", b"124"


@dataclass(frozen=True, slots=True)
class Matched:
    """The answers to our orders; rows that answer none, as in ``Answers``."""

    answers: AnswerColumns
    from_register: Int64
    unknown: Int64


class Serials:
    """The numbers under which a transfer agent knows our orders, made to be looked up."""

    def __init__(self, order_ids: IdColumn) -> None:
        self._high, low = serial_numbers(order_ids)
        self._order = np.argsort(low)
        self._low = low[self._order]

    def places(self, high: Int64, low: Int64) -> Int64:
        """Return which order each number is, -1 for none of them."""
        if not len(self._low):
            return np.full(len(low), -1, dtype=np.int64)
        at = np.minimum(np.searchsorted(self._low, low), len(self._low) - 1)
        found = self._order[at]
        is_same = (self._low[at] == low) & (self._high[found] == high)
        return np.where(is_same, found, -1)


def serial_numbers(order_ids: IdColumn) -> tuple[Int64, Int64]:
    """Return ``serial_of`` of many orders as numbers: the first 8 digits and the other 16.

    >>> serial_numbers(np.zeros((1, 16), dtype=np.uint8))
    (array([67566402]), array([813905482495931]))
    """
    limbs = np.ascontiguousarray(sha256_of_each(order_ids)).view(">u4").astype(np.uint64)
    sums = [np.zeros(len(limbs), dtype=np.uint64) for _ in range(3)]
    for place in range(_LIMBS):
        weight = pow(2, _LIMB_BITS * (_LIMBS - 1 - place), 10**SERIAL_DIGITS)
        for part in range(3):
            # Below 2^32 times 2^27, eight of them: no more than 62 bits.
            sums[part] += limbs[:, place] * np.uint64(weight // _PART**part % _PART)
    middle = sums[1] + sums[0] // _PART
    high = sums[2] + middle // _PART
    low = middle % _PART * _PART + sums[0] % _PART
    return (high % _PART).astype(np.int64), low.astype(np.int64)


def matched(
    columns: Columns, *, sent: SentColumns, serials: Serials, fund: str, file: str
) -> Matched:
    """Return what a confirmation file answers to the orders that we sent.

    Errors: those of ``answers_of``.
    """
    require_all(columns, "FundCode", text=fund, file=file)
    raw = texts(columns, "AppSheetSerialNo")
    high, low = _serials_in(raw)
    places = serials.places(high, low)
    is_ours = places >= 0
    from_register = texts(columns, "FromTAFlag") == _FROM_REGISTER
    rows = np.flatnonzero(is_ours)
    _require_once(places[rows], rows=rows, file=file)
    places = places[rows]
    _require_business(columns, rows=rows, is_purchase=sent.is_purchase[places], file=file)
    accounts = customer_numbers_of(texts(columns, "TransactionAccountID")[rows], file=file)
    _refuse(accounts != sent.customers[places], rows, field="TransactionAccountID", file=file)
    codes = np.ascontiguousarray(texts(columns, "ReturnCode")[rows]).astype("S4")
    units_e2 = numbers(columns, "ConfirmedVol")[rows]
    left_e2 = numbers(columns, "ApplicationVol")[rows] - units_e2
    is_unfinished = texts(columns, "BusinessFinishFlag")[rows] == _UNFINISHED
    answers = AnswerColumns(
        order_ids=sent.order_ids[places],
        customers=accounts,
        is_ok=codes == SUCCESS,
        units_e2=units_e2,
        amounts_fen=numbers(columns, "ConfirmedAmount")[rows],
        days=_days(texts(columns, "TransactionCfmDate")[rows], rows=rows, file=file),
        return_codes=codes,
        deferred_e2=np.where(is_unfinished & (left_e2 > 0), left_e2, 0),
        incomes_fen=numbers(columns, "UndistributeMonetaryIncome")[rows],
    )
    return Matched(
        answers,
        np.flatnonzero(~is_ours & from_register),
        np.flatnonzero(~is_ours & ~from_register),
    )


def _serials_in(raw: Bytes) -> tuple[Int64, Int64]:
    """Return the numbers of a column, first and last digits; what is no number is ours never."""
    digits = np.ascontiguousarray(raw, dtype=f"S{SERIAL_DIGITS}").view(np.uint8)
    places = digits.reshape(-1, SERIAL_DIGITS) - np.uint8(ord("0"))
    high = np.zeros(len(raw), dtype=np.int64)
    low = high.copy()
    for place in range(SERIAL_DIGITS):
        number = high if place < _LIMBS else low
        number *= 10
        number += places[:, place]
    high[(places > 9).any(axis=1)] = -1
    return high, low


def _require_once(places: Int64, *, rows: Int64, file: str) -> None:
    order = np.argsort(places, kind="stable")
    again = order[1:][np.diff(places[order]) == 0]
    if len(again):
        row = int(rows[again.min()])
        raise wrong(file, field="AppSheetSerialNo", row=row, reason="answered twice")


def _require_business(columns: Columns, *, rows: Int64, is_purchase: Bool, file: str) -> None:
    business = texts(columns, "BusinessCode")[rows]
    expected = np.where(is_purchase, _PURCHASE, _REDEMPTION)
    _refuse(business != expected, rows, field="BusinessCode", file=file)


def _refuse(differs: Bool, rows: Int64, *, field: str, file: str) -> None:
    if differs.any():
        row = int(rows[np.argmax(differs)])
        raise wrong(file, field=field, row=row, reason="other")


def _days(raw: Bytes, *, rows: Int64, file: str) -> Int64:
    """Return dates as days from 2000-01-01."""
    cells, first, which = np.unique(raw, return_index=True, return_inverse=True)
    days = [
        days_since_2000(day_of(cell, file=file, row=int(rows[at]), field="TransactionCfmDate"))
        for cell, at in zip(cells.tolist(), first.tolist(), strict=True)
    ]
    return np.array(days, dtype=np.int64)[which]
