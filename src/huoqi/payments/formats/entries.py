"""Entries of statements and notices: ``Ntry`` and the payments in it, one by one."""

from collections.abc import Callable
from datetime import date

from huoqi.payments.formats.fields import (
    checked,
    day_in,
    is_credit,
    moved,
    require_amount_currency,
)
from huoqi.payments.formats.rules.amounts import MOST_FEN
from huoqi.payments.formats.rules.refusals import AmountTooLarge, BatchDiffers, ElementMissing
from huoqi.payments.formats.rules.values import code_of, short_text, yes_or_no
from huoqi.payments.formats.xml_records import Values, needed
from huoqi.payments.rules.statements import StatementEntry

ENTRY = {
    "NtryRef": "entry_ref",
    "Amt": "entry_amount",
    "CdtDbtInd": "entry_side",
    "RvslInd": "reversal",
    "Sts/Cd": "status",
    "Sts/Prtry": "status",
    "BookgDt/Dt": "booked_on",
    "BookgDt/DtTm": "booked_at",
    "ValDt/Dt": "value_on",
    "ValDt/DtTm": "value_at",
    "AcctSvcrRef": "servicer_ref",
}
DETAILS = {
    "Refs/EndToEndId": "reference",
    "Amt": "amount",
    "CdtDbtInd": "side",
    "RtrInf/Rsn/Cd": "reason",
    "RtrInf/Rsn/Prtry": "reason",
    "RtrInf/OrgnlBkTxCd/Prtry/Cd": "original_code",
    "RtrInf/AddtlInf*": "return_text",
}
SKIPPED = ("BkTxCd", "BkTxCd/Prtry", "BkTxCd/Prtry/Cd", "BkTxCd/Domn", "AddtlNtryInf")
_BOOKED = "BOOK"
_STATUSES = frozenset({_BOOKED, "PDNG", "INFO", "FUTR"})
_BOOKED_DAYS, _VALUE_DAYS = ("booked_on", "booked_at"), ("value_on", "value_at")
#: Any of these in the details says that the money comes back.
_RETURN = frozenset({"reason", "original_code", "return_text"})
_NO_REFERENCE = "NOTPROVIDED"
_MOST_DAYS = 4_000


class Entries:
    """Booked entries out of ``Ntry`` and its ``TxDtls``, handed over one by one."""

    def __init__(self, hand_over: Callable[[StatementEntry], None], *, currency: str) -> None:
        self._hand_over, self._currency = hand_over, currency
        self._days: dict[str, date] = {}
        self._credit_fen = self._debit_fen = 0
        self.count = 0
        self._next()

    def begin(self) -> None:
        """Count from nought: another statement begins."""
        self.count = self._credit_fen = self._debit_fen = 0

    def end_details(self, values: Values, entry: Values) -> None:
        """Hand over one payment of an entry; one of several must say its amount."""
        if not self._details:
            self._open(entry)
        self._details += 1
        if not self._is_booked:
            return
        fen, is_in = self._fen, self._is_credit
        if "amount" in values:
            require_amount_currency(values, "amount", currency=self._currency)
            fen = moved(values, "amount")
            if "side" in values:
                is_in = is_credit(values, "side")
        else:
            self._lacks_amount = True
        if self._lacks_amount and self._details > 1:
            raise ElementMissing(element="amount", detail="needed in each TxDtls of a batch")
        self._sum_fen += fen if is_in is self._is_credit else -fen
        self._tell(values, fen, is_in=is_in)

    def end_entry(self, values: Values) -> None:
        """Hand over an entry without details; require that those of others add up to it."""
        if not self._details:
            self._open(values)
            if self._is_booked:
                self._tell({}, self._fen, is_in=self._is_credit)
        elif self._is_booked and self._sum_fen != self._fen:
            raise BatchDiffers(element="entry_amount", detail="TxDtls add up to another amount")
        self._next()

    def _next(self) -> None:
        self._details = self._sum_fen = 0
        self._lacks_amount = False

    def _open(self, entry: Values) -> None:
        """Read what an entry says of itself."""
        status = needed(entry, "status")
        self._is_booked = status == _BOOKED
        if not self._is_booked:
            checked(entry, "status", _status)
            return
        self.count += 1
        require_amount_currency(entry, "entry_amount", currency=self._currency)
        self._fen = moved(entry, "entry_amount")
        self._is_credit = is_credit(entry, "entry_side")
        reversal = entry.get("reversal", "false")
        self._is_reversal = reversal != "false" and checked(entry, "reversal", yes_or_no)
        self._booked_on, self._value_on = self._dates(entry)
        if "entry_ref" in entry:
            self._entry_id = checked(entry, "entry_ref", short_text)
        elif "servicer_ref" in entry:
            self._entry_id = checked(entry, "servicer_ref", short_text)
        else:
            self._entry_id = str(self.count)

    def _tell(self, values: Values, fen: int, *, is_in: bool) -> None:
        reference, reason = "", ""
        if "reference" in values:
            reference = checked(values, "reference", short_text)
            if reference == _NO_REFERENCE:
                reference = ""
        is_reversal = self._is_reversal
        if not _RETURN.isdisjoint(values):
            is_reversal = True
            if "reason" in values:
                reason = checked(values, "reason", short_text)
        entry_id = f"{self._entry_id}/{self._details}" if self._details > 1 else self._entry_id
        self._hand_over(
            StatementEntry(
                entry_id,
                reference,
                fen,
                is_in,
                is_reversal,
                self._booked_on,
                self._value_on,
                reason,
            )
        )
        if is_in:
            self._credit_fen += fen
        else:
            self._debit_fen += fen
        if self._credit_fen > MOST_FEN or self._debit_fen > MOST_FEN:
            raise AmountTooLarge(element="entry_amount", detail="the sum is beyond a ledger")

    def _dates(self, entry: Values) -> tuple[date, date]:
        """Return the days of booking and value; where one is not stated it is the other one."""
        booked = entry.get("booked_on")
        value = entry.get("value_on")
        if booked is not None and value is not None:
            days = self._days
            if booked in days and value in days:
                return days[booked], days[value]
        has_booked = booked is not None or "booked_at" in entry
        booked_on = day_in(entry, *(_BOOKED_DAYS if has_booked else _VALUE_DAYS))
        has_value = value is not None or "value_at" in entry
        value_on = day_in(entry, *_VALUE_DAYS) if has_value else booked_on
        if len(self._days) < _MOST_DAYS:
            self._days |= {
                text: day for text, day in ((booked, booked_on), (value, value_on)) if text
            }
        return booked_on, value_on


def _status(text: str) -> str:
    return code_of(text, _STATUSES)
