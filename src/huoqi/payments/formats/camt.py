"""Reading camt.053 statements and camt.054 notices: heads and booked entries, one by one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from huoqi.payments.formats.entries import DETAILS, ENTRY, SKIPPED, Entries
from huoqi.payments.formats.fields import (
    CURRENCY,
    Header,
    account_of,
    checked,
    day_in,
    is_credit,
    require_amount_currency,
    require_currency,
)
from huoqi.payments.formats.messages import Message, RecordForm
from huoqi.payments.formats.rules.amounts import fen_of
from huoqi.payments.formats.rules.refusals import (
    ElementMalformed,
    ElementMissing,
    ElementRepeated,
    SummaryDiffers,
    WrongAccount,
)
from huoqi.payments.formats.rules.values import (
    first_day_from,
    instant_of,
    last_day_until,
    number_of,
    short_text,
    yes_or_no,
)
from huoqi.payments.formats.sources import Source, digest_of
from huoqi.payments.formats.xml_records import (
    Calls,
    Values,
    read_records,
)
from huoqi.payments.rules.statements import StatementEntry, StatementHead

_OPENING, _CLOSING = ("OPBD", "PRCD"), ("CLBD",)
_BALANCES = frozenset((*_OPENING, *_CLOSING))
_MOST_PAGES = 99_999

_HEADER = {
    "MsgId": "message_id",
    "CreDtTm": "created_at",
    "MsgPgntn/PgNb": "message_page_no",
    "MsgPgntn/LastPgInd": "message_is_last",
}
_ACCOUNT = {
    "Acct/Id/IBAN": "account",
    "Acct/Id/Othr/Id": "account",
    "Acct/Ccy": "currency",
}
_STATEMENT = {
    "Id": "statement_id",
    "StmtPgntn/PgNb": "page_no",
    "StmtPgntn/LastPgInd": "is_last",
    "ElctrncSeqNb": "sequence_no",
    "CreDtTm": "created_at",
    "FrToDt/FrDtTm": "first_at",
    "FrToDt/ToDtTm": "last_at",
    **_ACCOUNT,
    "TxsSummry/TtlNtries/NbOfNtries": "entry_count",
    "TxsSummry/TtlNtries/Sum": "entry_sum",
    "TxsSummry/TtlCdtNtries/NbOfNtries": "credit_count",
    "TxsSummry/TtlCdtNtries/Sum": "credit_sum",
    "TxsSummry/TtlDbtNtries/NbOfNtries": "debit_count",
    "TxsSummry/TtlDbtNtries/Sum": "debit_sum",
}
_BALANCE = {
    "Tp/CdOrPrtry/Cd": "kind",
    "Tp/CdOrPrtry/Prtry": "kind",
    "Amt": "amount",
    "CdtDbtInd": "side",
    "Dt/Dt": "day",
    "Dt/DtTm": "instant",
}

CAMT_053 = Message(
    "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08",
    "BkToCstmrStmt",
    {
        "header": RecordForm("GrpHdr", _HEADER),
        "statement": RecordForm("Stmt", _STATEMENT),
        "balance": RecordForm("Stmt/Bal", _BALANCE),
        "entry": RecordForm("Stmt/Ntry", ENTRY, SKIPPED),
        "details": RecordForm("Stmt/Ntry/NtryDtls/TxDtls", DETAILS),
    },
)
CAMT_054 = Message(
    "urn:iso:std:iso:20022:tech:xsd:camt.054.001.08",
    "BkToCstmrDbtCdtNtfctn",
    {
        "header": RecordForm("GrpHdr", _HEADER),
        "statement": RecordForm("Ntfctn", {"Id": "statement_id", **_ACCOUNT}),
        "entry": RecordForm("Ntfctn/Ntry", ENTRY, SKIPPED),
        "details": RecordForm("Ntfctn/Ntry/NtryDtls/TxDtls", DETAILS),
    },
)


@dataclass(frozen=True, slots=True)
class EntryCount:
    """How many whole entries were booked: what a statement's own count is of."""

    count: int


@dataclass(frozen=True, slots=True)
class Notice:
    """A bank's word that something was booked; as good as a callback, and no statement."""

    message_id: str
    notice_id: str
    account: str
    entry: StatementEntry


@dataclass(frozen=True, slots=True)
class Expected:
    """Whose statements these are; any account where none is named."""

    bank: str
    account: str = ""
    currency: str = CURRENCY


def read_camt053(
    source: Source, *, expected: Expected
) -> Iterator[StatementHead | StatementEntry | EntryCount]:
    """Yield each statement's head, its booked entries and their count, in constant memory.

    A batch gives an entry a payment. The head's count is what the file states, of whole entries.

    Errors: every FormatError; one may come behind things yielded, of which nothing counts then.
    """
    digest = digest_of(source)

    def reader(items: list[StatementHead | StatementEntry | EntryCount]) -> Calls:
        return _Statements(items, expected, digest).calls()

    has_any = False
    for item in read_records(source, CAMT_053, reader):
        has_any = True
        yield item
    if not has_any:
        raise ElementMissing(element="Stmt", line=1)


def read_camt054(source: Source, *, currency: str = CURRENCY) -> Iterator[Notice]:
    """Yield the booked entries of a notice.

    Errors: every FormatError.
    """

    def reader(items: list[Notice]) -> Calls:
        return _Notices(items, currency).calls()

    yield from read_records(source, CAMT_054, reader)


class _Notices:
    """Entries of a notice, told once all of it is read."""

    def __init__(self, items: list[Notice], currency: str) -> None:
        self._items, self._currency = items, currency
        self._waiting: list[StatementEntry] = []
        self._entries = Entries(self._waiting.append, currency=currency)
        self._header = Header()

    def calls(self) -> Calls:
        """Return what is called for the records of a notice."""
        return Calls(
            ends={
                "header": self._header.end,
                "statement": self._notice,
                "entry": self._entries.end_entry,
            },
            parts={"details": self._entries.end_details},
        )

    def _notice(self, values: Values) -> None:
        require_currency(values, currency=self._currency)
        message_id = self._header.message_id
        notice_id, account = checked(values, "statement_id", short_text), account_of(values)
        self._items += [Notice(message_id, notice_id, account, entry) for entry in self._waiting]
        self._waiting.clear()
        self._entries.begin()


class _Statements:
    """Statements out of ``Stmt``: a head as soon as the first entry begins, then the entries."""

    def __init__(
        self,
        items: list[StatementHead | StatementEntry | EntryCount],
        expected: Expected,
        digest: bytes,
    ) -> None:
        self._items, self._expected, self._digest = items, expected, digest
        self._entries = Entries(items.append, currency=expected.currency)
        self._header = Header()
        self._balances: dict[str, tuple[int, date]] = {}
        self._message_page: tuple[int, bool] | None = None
        self._seen: frozenset[str] | None = None

    def calls(self) -> Calls:
        """Return what is called for the records of statements."""
        return Calls(
            ends={
                "header": self._end_header,
                "statement": self._end,
                "balance": self._balance,
                "entry": self._entries.end_entry,
            },
            begins={"entry": self._begin_entry},
            parts={"details": self._entries.end_details},
        )

    def _end_header(self, values: Values) -> None:
        self._header.end(values)
        self._message_page = page_of(values, "message_page_no", "message_is_last")

    def _begin_entry(self, statement: Values) -> None:
        if self._seen is None:
            self._hand_over_head(statement)

    def _end(self, statement: Values) -> None:
        if self._seen is None:
            self._hand_over_head(statement)
        elif self._seen != frozenset(statement):
            late = min(frozenset(statement) - self._seen)
            raise ElementMalformed(element=late, detail="stands behind the entries")
        self._items.append(EntryCount(self._entries.count))
        self._entries.begin()
        self._balances.clear()
        self._seen = None

    def _balance(self, values: Values) -> None:
        kind = checked(values, "kind", short_text)
        if self._seen is not None:
            raise ElementMalformed(element="kind", detail="stands behind the entries")
        if kind not in _BALANCES:
            return
        if kind in self._balances:
            raise ElementRepeated(element="kind")
        require_amount_currency(values, "amount", currency=self._expected.currency)
        fen = checked(values, "amount", fen_of)
        is_ours = is_credit(values, "side")
        day = day_in(values, "day", "instant")
        self._balances[kind] = (fen if is_ours else -fen, day)

    def _hand_over_head(self, values: Values) -> None:
        self._header.require()
        page_no, is_last = page_of(values, "page_no", "is_last") or self._message_page or (1, True)
        opening = self._first_of(_OPENING, is_needed=page_no == 1)
        closing = self._first_of(_CLOSING, is_needed=is_last)
        first_on, last_on = _period(values, opening=opening, closing=closing)
        count, credit_fen, debit_fen = _totals(values)
        require_currency(values, currency=self._expected.currency)
        account = account_of(values)
        if self._expected.account not in ("", account):
            raise WrongAccount(element="account")
        self._items.append(
            StatementHead(
                bank=self._expected.bank,
                account=account,
                statement_id=checked(values, "statement_id", short_text),
                sequence_no=checked(values, "sequence_no", number_of),
                first_on=first_on,
                last_on=last_on,
                opening_fen=opening[0] if opening else 0,
                closing_fen=closing[0] if closing else 0,
                entry_count=count,
                credit_fen=credit_fen,
                debit_fen=debit_fen,
                page_no=page_no,
                is_last_page=is_last,
                sha256=self._digest,
            )
        )
        self._seen = frozenset(values)

    def _first_of(self, kinds: tuple[str, ...], *, is_needed: bool) -> tuple[int, date] | None:
        found = next((self._balances[kind] for kind in kinds if kind in self._balances), None)
        if found is None and is_needed:
            raise ElementMissing(element="Stmt/Bal", detail=f"a balance of kind {kinds[0]}")
        return found


def page_of(values: Values, number: str, is_last: str) -> tuple[int, bool] | None:
    """Return a page's number and whether it is the last one; None where it says no number."""
    if number not in values:
        return None
    page_no = checked(values, number, number_of)
    if not 1 <= page_no <= _MOST_PAGES:
        raise ElementMalformed(element=number, detail="not from 1 to 99999")
    return page_no, checked(values, is_last, yes_or_no)


def _period(
    values: Values, *, opening: tuple[int, date] | None, closing: tuple[int, date] | None
) -> tuple[date, date]:
    """Return the first and the last day: as stated, else the days of the balances."""
    if "first_at" in values or opening is None:
        first_on = checked(values, "first_at", lambda text: first_day_from(instant_of(text)))
    else:
        first_on = opening[1]
    if "last_at" in values or closing is None:
        last_on = checked(values, "last_at", lambda text: last_day_until(instant_of(text)))
    else:
        last_on = closing[1]
    if last_on < first_on:
        raise ElementMalformed(element="last_at", detail="the period ends before it begins")
    return first_on, last_on


def _totals(values: Values) -> tuple[int | None, int | None, int | None]:
    """Return the stated count and sums; the parts of a summary must make up its whole.

    Errors: SummaryDiffers, and those of numbers and amounts.
    """
    count, credits_count, debits_count = (
        checked(values, field, number_of) if field in values else None
        for field in ("entry_count", "credit_count", "debit_count")
    )
    sum_fen, credit_fen, debit_fen = (
        checked(values, field, fen_of) if field in values else None
        for field in ("entry_sum", "credit_sum", "debit_sum")
    )
    if credits_count is not None and debits_count is not None:
        count = _whole("entry_count", count, credits_count + debits_count)
    if credit_fen is not None and debit_fen is not None:
        _whole("entry_sum", sum_fen, credit_fen + debit_fen)
    return count, credit_fen, debit_fen


def _whole(field: str, stated: int | None, parts: int) -> int:
    if stated not in (None, parts):
        raise SummaryDiffers(element=field, detail="not the sum of its parts")
    return parts
