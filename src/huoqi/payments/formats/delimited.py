"""Reading delimited statements by a form that is configuration, line by line."""

import codecs
import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from huoqi.payments.formats.camt import Expected
from huoqi.payments.formats.fields import LONGEST_ACCOUNT
from huoqi.payments.formats.rules.amounts import MOST_FEN, fen_of, integer_of
from huoqi.payments.formats.rules.forms import Fact, FactLine, Form, parse_form
from huoqi.payments.formats.rules.refusals import (
    AmountMalformed,
    AmountTooLarge,
    ElementMalformed,
    ElementMissing,
    FormatError,
    RowMalformed,
    TextTooLong,
    TrailerMissing,
    WrongAccount,
    WrongCurrency,
    WrongEncoding,
)
from huoqi.payments.formats.rules.values import compact_day_of, day_of, number_of, short_text
from huoqi.payments.formats.sources import Source, digest_of
from huoqi.payments.rules.statements import Statement, StatementEntry, StatementHead

_LONGEST_LINE = 1 << 16
_LONGEST_ID = 64
_FORMS = Path(__file__).parent / "forms"
Facts = dict[Fact, str]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a delimited statement from elsewhere, such as its file's name."""

    account: str = ""
    statement_id: str = ""
    on: date | None = None


def default_form() -> Form:
    """Return the form of the simulated banks."""
    return parse_form((_FORMS / "default.toml").read_text(encoding="utf-8"))


def read_delimited(
    source: Source, form: Form, *, expected: Expected, known: Known | None = None
) -> Statement:
    """Return the one page of a delimited statement.

    What the file does not say of itself comes from ``known``; a day that neither says is that of
    its lines, if they all have one.

    Errors: every FormatError.
    """
    reading = _Reading(form, expected)
    for number, line in _lines(source, form):
        try:
            reading.take(line)
        except FormatError as refusal:
            raise refusal.at(element=refusal.element, line=number) from None
    return reading.statement(known or Known(), digest_of(source))


def _lines(source: Source, form: Form) -> Iterator[tuple[int, str]]:
    """Yield the lines that are not blank, with their numbers."""
    decoder = codecs.getincrementaldecoder(form.encoding)()
    rest, number = "", 0
    for piece in (*source.pieces(), b""):
        try:
            rest += decoder.decode(piece, final=not piece)
        except UnicodeDecodeError as error:
            raise WrongEncoding(detail=f"not {form.encoding}", line=number + 1) from error
        *whole, rest = rest.split("\n")
        if len(rest) > _LONGEST_LINE:
            raise TextTooLong(detail="a line without end", line=number + 1)
        for text in whole if piece else [*whole, rest]:
            number += 1
            plain = text.removesuffix("\r").removeprefix("\ufeff" if number == 1 else "")
            if plain.strip() and number > form.skip_lines:
                yield number, plain


class _Reading:
    """One delimited statement: facts from header and trailer, entries from the lines between."""

    def __init__(self, form: Form, expected: Expected) -> None:
        self._form, self._expected = form, expected
        self._places: dict[str, int] | None = None if form.has_names else _numbers(form)
        self._width = 0
        self._facts: Facts = {}
        self._is_over = self._has_header = False
        self._entries: list[StatementEntry] = []
        self._credit_fen = self._debit_fen = 0

    def take(self, line: str) -> None:
        """Take the next line in."""
        if self._is_over:
            raise RowMalformed(detail="a line behind the trailer")
        cells = self._cells(line)
        header, trailer = self._form.header, self._form.trailer
        if trailer is not None and cells[0] == trailer.mark:
            self._take_facts(cells, trailer)
            self._is_over = True
        elif header is not None and not self._has_header:
            self._take_facts(cells, header)
            self._has_header = True
        elif self._places is None:
            self._places = self._named(cells)
            self._width = len(cells)
        else:
            self._take_entry(cells, self._places)

    def statement(self, known: Known, digest: bytes) -> Statement:
        """Return the statement, once all lines were taken."""
        form, facts = self._form, self._facts
        if form.trailer is not None and not self._is_over:
            raise TrailerMissing(element=form.trailer.mark)
        if self._places is None:
            raise ElementMissing(element="the line that names the columns")
        account = facts.get("account") or known.account or self._expected.account
        if not account:
            raise ElementMissing(element="account", detail="neither in the file nor known")
        if self._expected.account not in ("", account):
            raise WrongAccount(element="account")
        if facts.get("currency", self._expected.currency) != self._expected.currency:
            raise WrongCurrency(element="currency", detail=f"not {self._expected.currency}")
        first_on, last_on = self._days(known)
        sequence_no = self._number("sequence")
        named = facts.get("statement_id") or known.statement_id or f"{account}-{sequence_no}"
        head = StatementHead(
            bank=self._expected.bank,
            account=short_text(account, longest=LONGEST_ACCOUNT),
            statement_id=short_text(named, longest=_LONGEST_ID),
            sequence_no=sequence_no,
            first_on=first_on,
            last_on=last_on,
            opening_fen=self._balance("opening"),
            closing_fen=self._balance("closing"),
            entry_count=self._number("count") if "count" in facts else None,
            credit_fen=self._money(facts["credit"], "credit") if "credit" in facts else None,
            debit_fen=self._money(facts["debit"], "debit") if "debit" in facts else None,
            page_no=self._number("page") if "page" in facts else 1,
            is_last_page=facts.get("last_page", "1") in ("1", "true", "Y"),
            sha256=digest,
        )
        return Statement(head, self._entries)

    def _cells(self, line: str) -> list[str]:
        form = self._form
        if not form.quote:
            return [cell.strip() for cell in line.split(form.separator)]
        rows = csv.reader([line], delimiter=form.separator, quotechar=form.quote, strict=True)
        try:
            return [cell.strip() for cell in next(rows)]
        except (csv.Error, StopIteration) as error:
            raise RowMalformed(detail="a quote that is never closed, or a cell too long") from error

    def _take_facts(self, cells: Sequence[str], line: FactLine) -> None:
        if cells[0] != line.mark or len(cells) - 1 != len(line.facts):
            raise RowMalformed(element=line.mark, detail=f"{len(line.facts)} facts behind the mark")
        for fact, text in zip(line.facts, cells[1:], strict=True):
            if fact and fact in self._facts:
                raise RowMalformed(element=fact, detail="a fact told twice")
            if fact:
                self._facts[fact] = text

    def _named(self, cells: Sequence[str]) -> dict[str, int]:
        """Return where the form's columns stand in a line that names them."""
        places = {}
        for field, name in _columns(self._form).items():
            if cells.count(str(name)) != 1:
                raise ElementMissing(element=str(name), detail="a column, once")
            places[field] = cells.index(str(name))
        return places

    def _take_entry(self, cells: Sequence[str], places: Mapping[str, int]) -> None:
        width = self._width = self._width or len(cells)
        if len(cells) != width or max(places.values()) >= width:
            raise RowMalformed(detail=f"{len(cells)} columns instead of {width}")
        row = {field: cells[place] for field, place in places.items()}
        if row.get("currency", self._expected.currency) != self._expected.currency:
            raise WrongCurrency(element="currency", detail=f"not {self._expected.currency}")
        is_reversal = self._is_reversal(row)
        fen, is_credit = self._moved(row, is_reversal=is_reversal)
        booked_on = self._day(row, "booked_on")
        self._entries.append(
            StatementEntry(
                self._text(row, "entry_id", _LONGEST_ID) or str(len(self._entries) + 1),
                self._text(row, "reference", _LONGEST_ID),
                fen,
                is_credit,
                is_reversal,
                booked_on,
                self._day(row, "value_on") if row.get("value_on") else booked_on,
                self._text(row, "reason", _LONGEST_ID),
            )
        )
        self._credit_fen += fen if is_credit else 0
        self._debit_fen += 0 if is_credit else fen
        if max(self._credit_fen, self._debit_fen) > MOST_FEN:
            raise AmountTooLarge(element="amount", detail="the sum is beyond a ledger")

    def _moved(self, row: Mapping[str, str], *, is_reversal: bool) -> tuple[int, bool]:
        """Return an entry's amount and its side of the account."""
        if "amount" not in row:
            fen, is_credit = self._of_two_columns(row)
        elif "side" in row:
            side, word = self._form.side, row["side"]
            if word not in (*side.credit, *side.debit):
                raise ElementMalformed(element="side", detail="none of the form's words")
            fen = self._money(row["amount"], "amount")
            is_credit = (word in side.credit) is not (is_reversal and side.of == "order")
        else:
            signed = row["amount"]
            is_credit = not signed.startswith("-")
            fen = self._money(signed.removeprefix("-" if not is_credit else "+"), "amount")
        if not fen:
            raise AmountMalformed(element="amount", detail="nought")
        return fen, is_credit

    def _of_two_columns(self, row: Mapping[str, str]) -> tuple[int, bool]:
        credit_fen, debit_fen = (
            self._money(row[field], field) if row[field] else 0 for field in ("credit", "debit")
        )
        if credit_fen and debit_fen:
            raise AmountMalformed(element="debit", detail="an amount on both sides")
        return credit_fen or debit_fen, bool(credit_fen)

    def _is_reversal(self, row: Mapping[str, str]) -> bool:
        if "reversal" not in row:
            return bool(row.get("reason"))
        words, word = self._form.reversal, row["reversal"]
        if words.no and word not in (*words.yes, *words.no):
            raise ElementMalformed(element="reversal", detail="none of the form's words")
        return word in words.yes

    def _money(self, text: str, field: str) -> int:
        mark = self._form.thousands
        if mark and re.fullmatch(rf"[0-9]{{1,3}}({mark}[0-9]{{3}})+(\.[0-9]*)?", text):
            text = text.replace(mark, "")
        try:
            return integer_of(text) if self._form.unit == "fen" else fen_of(text)
        except FormatError as refusal:
            raise refusal.at(element=field, line=0) from None

    def _balance(self, fact: Fact) -> int:
        """Return a balance; one below nought has its sign before it."""
        text = self._fact(fact)
        fen = self._money(text.removeprefix("-"), fact)
        return -fen if text.startswith("-") else fen

    def _number(self, fact: Fact) -> int:
        try:
            return number_of(self._fact(fact))
        except FormatError as refusal:
            raise refusal.at(element=fact, line=0) from None

    def _fact(self, fact: Fact) -> str:
        if fact not in self._facts:
            raise ElementMissing(element=fact, detail="in no header or trailer")
        return self._facts[fact]

    def _day(self, row: Mapping[str, str], field: str) -> date:
        try:
            return self._parsed_day(row[field])
        except FormatError as refusal:
            raise refusal.at(element=field, line=0) from None

    def _parsed_day(self, text: str) -> date:
        if self._form.days == "YYYYMMDD":
            return compact_day_of(text)
        if self._form.days == "YYYY/MM/DD":
            return day_of(text.replace("-", "?").replace("/", "-"))
        return day_of(text)

    def _days(self, known: Known) -> tuple[date, date]:
        """Return the first and the last day: as stated, as known, or the lines' one day."""
        if "first_on" in self._facts or "last_on" in self._facts:
            facts = {str(fact): text for fact, text in self._facts.items()}
            first = self._day(facts, "first_on" if "first_on" in facts else "last_on")
            last = self._day(facts, "last_on" if "last_on" in facts else "first_on")
            if last < first:
                raise ElementMalformed(element="last_on", detail="ends before it begins")
            return first, last
        if known.on is not None:
            return known.on, known.on
        days = {entry.booked_on for entry in self._entries}
        if len(days) != 1:
            raise ElementMissing(element="first_on", detail="the statement's day is not known")
        return days.pop(), self._entries[0].booked_on

    def _text(self, row: Mapping[str, str], field: str, longest: int) -> str:
        if not row.get(field):
            return ""
        try:
            return short_text(row[field], longest=longest)
        except FormatError as refusal:
            raise refusal.at(element=field, line=0) from None


def _columns(form: Form) -> dict[str, str | int]:
    names = form.columns.__struct_fields__
    found = {name: getattr(form.columns, name) for name in names}
    return {name: place for name, place in found.items() if place is not None}


def _numbers(form: Form) -> dict[str, int]:
    return {field: int(place) - 1 for field, place in _columns(form).items()}
