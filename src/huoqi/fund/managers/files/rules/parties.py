"""Who we are to a transfer agent: codes, account numbers, and the numbers of our orders."""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import ClassVar
from uuid import UUID

import numpy as np

from huoqi.fund.ofd.rules.blocks import Bytes, Int64
from huoqi.fund.ofd.rules.columns import Column, Columns, NumberColumn, TextColumn
from huoqi.fund.ofd.rules.headers import parse_date
from huoqi.fund.ofd.rules.places import OfdRefused

SERIAL_DIGITS = 24
ACCOUNT_DIGITS = 17
CNY = b"156"
SUCCESS = b"0000"


class ManagerFileWrong(OfdRefused):
    """A file of the right form says what cannot be: another fund, an order answered twice."""

    code: ClassVar[str] = "manager_file.wrong"


@dataclass(frozen=True, slots=True)
class Parties:
    """Our code as a distributor and the transfer agent's, as agreed with it."""

    distributor: str
    transfer_agent: str


def serial_of(order_id: UUID) -> str:
    """Return the number under which a transfer agent knows an order: 24 digits, always the same.

    Of 300 million orders two share a number with a chance of less than one in ten million; the
    builder refuses such a pair within a batch.
    """
    number = int.from_bytes(sha256(order_id.bytes).digest(), "big")
    return f"{number % 10**SERIAL_DIGITS:0{SERIAL_DIGITS}}"


def transaction_account_of(customer_no: int) -> str:
    """Return a customer's account with us as files name it: the permanent number in 17 digits.

    >>> transaction_account_of(17)
    '00000000000000017'
    """
    assert 0 <= customer_no < 10**ACCOUNT_DIGITS
    return f"{customer_no:0{ACCOUNT_DIGITS}}"


def customer_numbers_of(raw: Bytes, *, file: str) -> Int64:
    """Return the customers' numbers of a column of their accounts with us.

    Errors: ManagerFileWrong where an account is not 17 digits.
    """
    digits = np.ascontiguousarray(raw, dtype=f"S{ACCOUNT_DIGITS}").view(np.uint8)
    places = digits.reshape(-1, ACCOUNT_DIGITS) - np.uint8(ord("0"))
    is_wrong = (places > 9).any(axis=1)
    if is_wrong.any():
        raise wrong(
            file, field="TransactionAccountID", row=int(np.argmax(is_wrong)), reason="digits"
        )
    numbers = np.zeros(len(raw), dtype=np.int64)
    for place in places.T:
        numbers *= 10
        numbers += place
    return numbers


def numbers(columns: Columns, name: str) -> Int64:
    """Return a column of numbers; a blank one counts as nought."""
    column: Column = columns[name]
    assert isinstance(column, NumberColumn)
    return column.values


def texts(columns: Columns, name: str) -> Bytes:
    """Return a column of texts with the blanks behind them."""
    column: Column = columns[name]
    assert isinstance(column, TextColumn)
    return column.raw


def require_all(columns: Columns, name: str, *, text: str, file: str) -> None:
    """Refuse a file in which a field does not say the same in every record.

    Errors: ManagerFileWrong.
    """
    raw = texts(columns, name)
    differs = raw != text.encode("ascii").ljust(raw.itemsize)
    if differs.any():
        raise wrong(file, field=name, row=int(np.argmax(differs)), reason="other")


def cells(columns: Columns, name: str) -> list[bytes]:
    """Return a column of texts as a list, without the blanks behind them."""
    return [cell.rstrip(b" ") for cell in texts(columns, name).tolist()]


def day_of(digits: bytes, *, file: str, row: int, field: str) -> date:
    """Return the date in a field.

    Errors: ManagerFileWrong.
    """
    try:
        return parse_date(digits.decode("ascii"))
    except ValueError as error:
        raise wrong(file, field=field, row=row, reason="no date") from error


def wrong(file: str, *, field: str, row: int, reason: str) -> ManagerFileWrong:
    """Return the refusal of a record, to be raised."""
    return ManagerFileWrong(file=file, record=row + 1, field=field, reason=reason)
