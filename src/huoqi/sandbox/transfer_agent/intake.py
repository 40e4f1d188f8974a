"""Batches of the distributor: taken whole, or refused whole with the first reason."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import ClassVar

from huoqi.fund.ofd.batches import files_of
from huoqi.fund.ofd.reading import DataFile, read_header, read_index, read_rows
from huoqi.fund.ofd.rules.control import Expected, require_expected, require_name
from huoqi.fund.ofd.rules.headers import Index, parse_date
from huoqi.fund.ofd.rules.names import DataName, parse_name
from huoqi.fund.ofd.rules.places import OfdRefused
from huoqi.fund.ofd.rules.records import Record
from huoqi.fund.ofd.sources import digest_of, opened
from huoqi.kit.errors import DomainError
from huoqi.sandbox.transfer_agent.answering import FAST_TRANSFER, LATE_ENDING, PURCHASE, REDEMPTION
from huoqi.sandbox.transfer_agent.books_store import Books, Intake
from huoqi.sandbox.transfer_agent.days import Days
from huoqi.sandbox.transfer_agent.folder import Folder, IndexFile
from huoqi.sandbox.transfer_agent.terms import AgentTerms

_OPEN_ACCOUNT = "001"
_TRADES = (PURCHASE, REDEMPTION, FAST_TRANSFER)


class RecordRefused(DomainError):
    """A record asks for what cannot be: an unknown fund, a known number with other content."""

    code: ClassVar[str] = "transfer_agent.record_refused"


@dataclass(frozen=True, slots=True)
class _Told:
    """A file of a batch that was read without fault."""

    name: str
    digest: str
    file_type: str
    records: list[Record]


class Desk:
    """Where batches arrive."""

    def __init__(self, books: Books, *, days: Days, terms: AgentTerms, folder: Folder) -> None:
        self._books = books
        self._days = days
        self._terms = terms
        self._folder = folder

    def take_all(self) -> Iterator[str]:
        """Take every batch that lies there, answer it, remove it; yield a line about each."""
        for index in self._folder.indices():
            yield self._take(index)

    def _take(self, index: IndexFile) -> str:
        try:
            with opened(self._folder.inbox / index.name) as source:
                index_digest = digest_of(source)
        except OfdRefused as refusal:  # Nothing that could be answered: a folder, a pipe.
            return f"{index.name}: {refusal}"
        intake = self._answered(index, index_digest) or self._read(index, index_digest)
        self._folder.hand_over(intake.answer_name, intake.answer.encode("ascii", errors="replace"))
        self._remove(index)
        return f"{index.name}: {intake.answer_name}"

    def _answered(self, index: IndexFile, index_digest: str) -> Intake | None:
        """Return the answer to a batch whose removal was cut short: some files are gone."""
        known = self._books.intake_named(index.name, index_digest=index_digest)
        if known is None:
            return None
        try:
            files_of(self._index(index), folder=self._folder.inbox)
        except OfdRefused:
            return known
        return None

    def _read(self, index: IndexFile, index_digest: str) -> Intake:
        stem = Path(index.name).stem
        digest = index_digest
        try:
            told = [self._file(path, index=index) for path in self._paths(index)]
            digest = _digest([index.name, index_digest, *(file.digest for file in told)])
            known = self._books.intake_of(digest)
            if known is not None and known.answer_name.startswith("ACK_"):
                return known
            with self._books.promise():
                for file in told:
                    self._enter(file)
                lines = [f"{f.name} {f.digest} {len(f.records)}\n" for f in told]
                intake = Intake(digest, index.name, index_digest, f"ACK_{stem}.TXT", "".join(lines))
                self._books.add_intake(intake)
        except DomainError as refusal:
            facts = " ".join(f"{k}={v}" for k, v in refusal.params.items() if k != "file")
            name = refusal.params.get("file") or index.name
            line = f"{name} {refusal.code} {facts}\n"
            intake = Intake(digest, index.name, index_digest, f"NAK_{stem}.TXT", line)
            with self._books.promise():
                self._books.add_intake(intake)
        return intake

    def _index(self, index: IndexFile) -> Index:
        with opened(self._folder.inbox / index.name) as source:
            return read_index(source)

    def _paths(self, index: IndexFile) -> list[Path]:
        said = self._index(index)
        require_expected(said, expected=self._expected(index.on), file=index.name)
        return files_of(said, folder=self._folder.inbox)

    def _expected(self, on: date) -> Expected:
        return Expected(creator=self._terms.distributor, receiver=self._terms.agent, on=on)

    def _file(self, path: Path, *, index: IndexFile) -> _Told:
        name = parse_name(path.name)
        if not isinstance(name, DataName) or name.file_type not in {"01", "03"}:
            raise RecordRefused(file=path.name, reason="type")
        with opened(path) as source:
            digest = digest_of(source)
            file: DataFile = read_header(source)
            require_name(file.header, name=name, file=path.name)
            require_expected(file.header, expected=self._expected(index.on), file=path.name)
            return _Told(path.name, digest, name.file_type, list(read_rows(file)))

    def _enter(self, file: _Told) -> None:
        for number, record in enumerate(file.records, start=1):
            if file.file_type == "01":
                self._enter_application(record, file=file.name, number=number)
            else:
                self._enter_trade(record, file=file.name, number=number)

    def _enter_application(self, record: Record, *, file: str, number: int) -> None:
        if record["BusinessCode"] != _OPEN_ACCOUNT:
            raise RecordRefused(file=file, record=number, reason="business")
        account = _account(record["TransactionAccountID"], file=file, number=number)
        serial = str(record["AppSheetSerialNo"])
        if not self._books.add_application(serial, account_no=account):
            raise RecordRefused(file=file, record=number, reason="known with other content")
        self._books.open_accounts([account], on=0)

    def _enter_trade(self, record: Record, *, file: str, number: int) -> None:
        row = self._row(record, file=file, number=number)
        serial, order_on, fund, business, account, target, amount, units = row[:8]
        assert isinstance(serial, str)
        assert isinstance(order_on, int)
        known = self._books.trade_row(serial, order_on)
        if known is not None:
            if known != tuple(row):
                raise RecordRefused(file=file, record=number, reason="known with other content")
            return
        if not self._books.may_come_again(serial, order_on):
            raise RecordRefused(file=file, record=number, reason="known of another day")
        if business == FAST_TRANSFER:
            self._books.add_trade(row, held_back=0, told_on=order_on)
            self._move(row, file=file, number=number)
            return
        is_late = business == PURCHASE and int(str(amount)) % 100 == LATE_ENDING
        self._books.add_trade(row, held_back=int(is_late), told_on=None)

    def _move(self, row: Sequence[object], *, file: str, number: int) -> None:
        """Book a fast transfer: on its day, or on the first that is not closed."""
        _, order_on, fund, _, giver, taker, _, units = row[:8]
        assert isinstance(order_on, int)
        assert isinstance(giver, int)
        assert isinstance(taker, int)
        assert isinstance(units, int)
        open_on = self._days.open_on
        on = max(order_on, open_on.toordinal()) if open_on else order_on
        self._books.add_changes([
            (str(fund), on, giver, -units, 0),
            (str(fund), on, taker, units, 0),
        ])
        if self._days.held([giver], fund=str(fund))[giver] < 0:
            raise RecordRefused(file=file, record=number, reason="units")

    def _row(self, record: Record, *, file: str, number: int) -> list[object]:
        def refuse(reason: str) -> RecordRefused:
            return RecordRefused(file=file, record=number, reason=reason)

        business, fund = str(record["BusinessCode"]), str(record["FundCode"])
        if business not in _TRADES:
            raise refuse("business")
        if fund not in self._terms.codes:
            raise refuse("fund")
        if record["CurrencyType"] != "156":
            raise refuse("currency")
        try:
            on = parse_date(str(record["TransactionDate"]))
        except ValueError as error:
            raise refuse("date") from error
        target = 0
        if business == FAST_TRANSFER:
            target = _account(record["TargetTransactionAccountID"], file=file, number=number)
        amount, units = record["ApplicationAmount"] or 0, record["ApplicationVol"] or 0
        if (amount if business == PURCHASE else units) == 0 or not record["AppSheetSerialNo"]:
            raise refuse("nothing")
        return [
            record["AppSheetSerialNo"],
            on.toordinal(),
            fund,
            business,
            _account(record["TransactionAccountID"], file=file, number=number),
            target,
            amount,
            units,
            int(record["LargeRedemptionFlag"] == "1"),
            int(record["TakeIncomeFlag"] == "1"),
        ]

    def _remove(self, index: IndexFile) -> None:
        """Remove a batch that is answered, its index last: it tells what else to remove."""
        try:
            names = [name.rstrip(" ") for name in self._index(index).files]
        except OfdRefused:
            names = []
        for name in names:
            if Path(name).name == name:
                self._folder.remove(name)
        self._folder.remove(index.name)


def _account(value: object, *, file: str, number: int) -> int:
    text = str(value)
    if not (len(text) == 17 and text.isdigit() and text.isascii()):
        raise RecordRefused(file=file, record=number, reason="account")
    return int(text)


def _digest(parts: Sequence[str]) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()
