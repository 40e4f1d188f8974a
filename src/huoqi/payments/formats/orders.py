"""Orders to banks, pain.001 and pain.008, and what became of them, pain.002: nouns and readers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from msgspec import Struct

from huoqi.payments.formats.fields import (
    CURRENCY,
    LONGEST_ACCOUNT,
    Header,
    checked,
    day_in,
    moved,
    require_amount_currency,
)
from huoqi.payments.formats.messages import Message, RecordForm
from huoqi.payments.formats.rules.amounts import fen_of
from huoqi.payments.formats.rules.refusals import (
    ElementMalformed,
    ElementMissing,
    ElementRepeated,
    MessageUnknown,
    OrdersDiffer,
    ReferenceRepeated,
)
from huoqi.payments.formats.rules.values import code_of, instant_of, number_of, short_text
from huoqi.payments.formats.sources import Source
from huoqi.payments.formats.xml_records import Calls, Values, namespace_of, read_records
from huoqi.payments.rules.bank_profiles import Direction

NO_NAME = "NOTPROVIDED"
MOST_ORDERS = 100_000
_PAYING = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
_COLLECTING = "urn:iso:std:iso:20022:tech:xsd:pain.008.001.08"
_HEADER = {
    "MsgId": "message_id",
    "CreDtTm": "created_at",
    "NbOfTxs": "count",
    "CtrlSum": "sum",
    "InitgPty/Nm": "initiator",
}
_PART = {
    "PmtInfId": "part_id",
    "PmtMtd": "method",
    "PmtTpInf/LclInstrm/Prtry": "channel",
}
_ORDER = {"PmtId/EndToEndId": "reference"}

PAIN_001 = Message(
    _PAYING,
    "CstmrCdtTrfInitn",
    {
        "header": RecordForm("GrpHdr", _HEADER),
        "part": RecordForm(
            "PmtInf",
            _PART
            | {
                "ReqdExctnDt/Dt": "execute_on",
                "ReqdExctnDt/DtTm": "execute_at",
                "DbtrAcct/Id/Othr/Id": "account",
                "DbtrAcct/Id/IBAN": "account",
                "DbtrAgt/FinInstnId/Othr/Id": "bank",
            },
        ),
        "order": RecordForm(
            "PmtInf/CdtTrfTxInf",
            _ORDER
            | {
                "Amt/InstdAmt": "amount",
                "CdtrAcct/Id/Othr/Id": "agreement",
                "Cdtr/Nm": "name",
            },
        ),
    },
)
PAIN_008 = Message(
    _COLLECTING,
    "CstmrDrctDbtInitn",
    {
        "header": RecordForm("GrpHdr", _HEADER),
        "part": RecordForm(
            "PmtInf",
            _PART
            | {
                "ReqdColltnDt": "execute_on",
                "CdtrAcct/Id/Othr/Id": "account",
                "CdtrAcct/Id/IBAN": "account",
                "CdtrAgt/FinInstnId/Othr/Id": "bank",
            },
        ),
        "order": RecordForm(
            "PmtInf/DrctDbtTxInf",
            _ORDER
            | {
                "InstdAmt": "amount",
                "DrctDbtTx/MndtRltdInf/MndtId": "mandate",
                "DbtrAcct/Id/Othr/Id": "agreement",
                "Dbtr/Nm": "name",
            },
        ),
    },
)
PAIN_002 = Message(
    "urn:iso:std:iso:20022:tech:xsd:pain.002.001.10",
    "CstmrPmtStsRpt",
    {
        "header": RecordForm("GrpHdr", {"MsgId": "message_id", "CreDtTm": "created_at"}),
        "group": RecordForm(
            "OrgnlGrpInfAndSts", {"OrgnlMsgId": "original_id", "GrpSts": "group_status"}
        ),
        "part": RecordForm("OrgnlPmtInfAndSts", {"OrgnlPmtInfId": "part_id"}),
        "status": RecordForm(
            "OrgnlPmtInfAndSts/TxInfAndSts",
            {
                "OrgnlEndToEndId": "reference",
                "TxSts": "status",
                "StsRsnInf/Rsn/Cd*": "reason",
                "StsRsnInf/Rsn/Prtry*": "own_reason",
                "OrgnlTxRef/Amt/InstdAmt": "amount",
            },
        ),
    },
)


class PaymentOrder(Struct, frozen=True, gc=False):
    """One order: our reference, how much, from or to which agreement, through which channel."""

    bank_ref: str
    amount_fen: int
    agreement: str
    channel: str
    name: str = NO_NAME


@dataclass(frozen=True, slots=True)
class OrderFile:
    """Orders to one bank in one direction, on our account there."""

    message_id: str
    created_at: datetime
    direction: Direction
    bank: str
    account: str
    execute_on: date
    orders: Sequence[PaymentOrder]
    initiator: str = "Huoqi"


class PaymentStatus(Struct, frozen=True, gc=False):
    """What a bank says of one reference; ``amount_fen`` is None where it says none."""

    bank_ref: str
    status: str
    reason: str = ""
    amount_fen: int | None = None
    currency: str = CURRENCY


@dataclass(frozen=True, slots=True)
class StatusFile:
    """Answers of a bank; ``original_id`` is the message that they answer."""

    message_id: str
    created_at: datetime
    original_id: str
    statuses: Sequence[PaymentStatus]
    group_status: str = ""


def read_orders(source: Source, *, currency: str = CURRENCY) -> OrderFile:
    """Return the orders of a pain.001 or pain.008, all for one account of one bank.

    Errors: every FormatError.
    """
    found = namespace_of(source)
    kinds = {
        _PAYING: (PAIN_001, Direction.PAYOUT),
        _COLLECTING: (PAIN_008, Direction.COLLECT),
    }
    if found not in kinds:
        raise MessageUnknown(detail="neither pain.001.001.09 nor pain.008.001.08", line=1)
    message, direction = kinds[found]

    orders = _Orders(direction, currency)

    def reader(_items: list[None]) -> Calls:
        orders.begin()
        return orders.calls()

    for _ in read_records(source, message, reader):
        pass
    return orders.file()


def read_statuses(source: Source) -> StatusFile:
    """Return what a pain.002 says of references.

    Errors: every FormatError.
    """
    statuses = _Statuses()

    def reader(_items: list[None]) -> Calls:
        statuses.begin()
        return statuses.calls()

    for _ in read_records(source, PAIN_002, reader):
        pass
    return statuses.file()


class _Orders:
    """The orders of one file, held against what its header says of them."""

    def __init__(self, direction: Direction, currency: str) -> None:
        self._direction, self._currency = direction, currency
        self._method = "TRF" if direction is Direction.PAYOUT else "DD"
        self.begin()

    def begin(self) -> None:
        """Read from the beginning."""
        self._header = Header()
        self._orders: list[PaymentOrder] = []
        self._refs: set[str] = set()
        self._parts: list[tuple[str, str, date]] = []

    def calls(self) -> Calls:
        """Return what is called for records."""
        return Calls(
            ends={"header": self._end_header, "part": self._part},
            parts={"order": self._order},
        )

    def file(self) -> OrderFile:
        """Return the file, once all of it is read."""
        values = self._header.values
        if len(set(self._parts)) != 1:
            detail = "one account, bank and day a file" if self._parts else "no PmtInf"
            raise ElementMalformed(element="PmtInf", detail=detail, line=1)
        account, bank, execute_on = self._parts[0]
        sum_fen = sum(order.amount_fen for order in self._orders)
        if checked(values, "count", number_of) != len(self._orders):
            raise OrdersDiffer(element="GrpHdr/NbOfTxs", line=1)
        if "sum" in values and checked(values, "sum", fen_of) != sum_fen:
            raise OrdersDiffer(element="GrpHdr/CtrlSum", line=1)
        return OrderFile(
            message_id=self._header.message_id,
            created_at=checked(values, "created_at", instant_of),
            direction=self._direction,
            bank=bank,
            account=account,
            execute_on=execute_on,
            orders=self._orders,
            initiator=values.get("initiator", ""),
        )

    def _end_header(self, values: Values) -> None:
        checked(values, "count", number_of)
        if "sum" in values:
            checked(values, "sum", fen_of)
        self._header.end(values)

    def _part(self, values: Values) -> None:
        checked(values, "part_id", short_text)
        checked(values, "method", lambda text: code_of(text, frozenset({self._method})))
        account = checked(values, "account", _account)
        bank = checked(values, "bank", short_text)
        self._parts.append((account, bank, day_in(values, "execute_on", "execute_at")))

    def _order(self, values: Values, part: Values) -> None:
        require_amount_currency(values, "amount", currency=self._currency)
        reference = checked(values, "reference", short_text)
        if reference in self._refs:
            raise ReferenceRepeated(element="reference")
        if len(self._orders) >= MOST_ORDERS:
            raise OrdersDiffer(element="reference", detail=f"more than {MOST_ORDERS} orders")
        self._refs.add(reference)
        agreement = checked(values, "agreement", _account)
        if values.get("mandate", agreement) != agreement:
            raise ElementMalformed(element="mandate", detail="not the account's agreement")
        self._orders.append(
            PaymentOrder(
                reference,
                moved(values, "amount"),
                agreement,
                checked(part, "channel", short_text) if "channel" in part else "",
                checked(values, "name", lambda text: short_text(text, longest=140)),
            )
        )


class _Statuses:
    """The answers of one file."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Read from the beginning."""
        self._header = Header()
        self._group: Values | None = None
        self._statuses: list[PaymentStatus] = []

    def calls(self) -> Calls:
        """Return what is called for records."""
        return Calls(
            ends={
                "header": self._header.end,
                "group": self._end_group,
                "part": lambda _values: None,
                "status": self._status,
            }
        )

    def file(self) -> StatusFile:
        """Return the file, once all of it is read."""
        if self._group is None:
            raise ElementMissing(element="OrgnlGrpInfAndSts", line=1)
        values = self._header.values
        return StatusFile(
            message_id=self._header.message_id,
            created_at=checked(values, "created_at", instant_of),
            original_id=checked(self._group, "original_id", short_text),
            statuses=self._statuses,
            group_status=self._group.get("group_status", ""),
        )

    def _end_group(self, values: Values) -> None:
        if self._group is not None:
            raise ElementRepeated(element="original_id")
        checked(values, "original_id", short_text)
        if "group_status" in values:
            checked(values, "group_status", _status)
        self._group = values

    def _status(self, values: Values) -> None:
        if len(self._statuses) >= MOST_ORDERS:
            raise OrdersDiffer(element="reference", detail=f"more than {MOST_ORDERS} answers")
        reason = "reason" if "reason" in values else "own_reason"
        self._statuses.append(
            PaymentStatus(
                checked(values, "reference", short_text),
                checked(values, "status", _status),
                checked(values, reason, short_text) if reason in values else "",
                checked(values, "amount", fen_of) if "amount" in values else None,
                checked(values, "amount@", _currency) if "amount" in values else CURRENCY,
            )
        )


def _account(text: str) -> str:
    return short_text(text, longest=LONGEST_ACCOUNT)


def _status(text: str) -> str:
    plain = short_text(text, longest=4)
    if not (plain.isascii() and plain.isalnum() and plain == plain.upper()):
        raise ElementMalformed(detail="not a code of up to four capitals")
    return plain


def _currency(text: str) -> str:
    if not (len(text) == len(CURRENCY) and text.isascii() and text.isalpha() and text.isupper()):
        raise ElementMalformed(detail="not a currency")
    return text
