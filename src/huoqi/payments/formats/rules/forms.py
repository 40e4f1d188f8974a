"""What a delimited form is: columns, separators, signs, header and trailer, as configuration."""

import tomllib
from typing import Literal

import msgspec
from msgspec import Struct

from huoqi.payments.formats.rules.refusals import FormMalformed

Fact = Literal[
    "",
    "account",
    "statement_id",
    "sequence",
    "first_on",
    "last_on",
    "opening",
    "closing",
    "count",
    "credit",
    "debit",
    "page",
    "last_page",
    "currency",
]


class Columns(Struct, frozen=True, forbid_unknown_fields=True):
    """The names of columns, or their numbers from 1 where no line names them.

    Money stands in ``amount`` with a ``side``, in ``amount`` with its sign, or in ``credit`` and
    ``debit``, one of which is empty or nought.
    """

    booked_on: str | int
    amount: str | int | None = None
    credit: str | int | None = None
    debit: str | int | None = None
    side: str | int | None = None
    entry_id: str | int | None = None
    reference: str | int | None = None
    value_on: str | int | None = None
    reversal: str | int | None = None
    reason: str | int | None = None
    currency: str | int | None = None


class Side(Struct, frozen=True, forbid_unknown_fields=True):
    """Which words of the side's column are which; of the account, or of the order behind it."""

    credit: list[str] = []
    debit: list[str] = []
    of: Literal["account", "order"] = "account"


class Reversal(Struct, frozen=True, forbid_unknown_fields=True):
    """Which words of the reversal's column are which."""

    yes: list[str] = []
    no: list[str] = []


class FactLine(Struct, frozen=True, forbid_unknown_fields=True):
    """A line of facts about the statement: it begins with a mark; what is no fact is ``""``."""

    mark: str
    facts: list[Fact]


class Form(Struct, frozen=True, forbid_unknown_fields=True):
    """A delimited form. A statement with a trailer is whole only with it."""

    name: str
    columns: Columns
    encoding: Literal["utf-8", "gb18030"] = "utf-8"
    separator: str = ","
    quote: str = '"'
    unit: Literal["fen", "yuan"] = "yuan"
    thousands: str = ""
    days: Literal["YYYY-MM-DD", "YYYYMMDD", "YYYY/MM/DD"] = "YYYY-MM-DD"
    has_names: bool = True
    skip_lines: int = 0
    side: Side = Side()
    reversal: Reversal = Reversal()
    header: FactLine | None = None
    trailer: FactLine | None = None


def parse_form(text: str) -> Form:
    """Return the form that a TOML text describes.

    Errors: FormMalformed.
    """
    try:
        form = msgspec.convert(tomllib.loads(text), Form)
    except tomllib.TOMLDecodeError as error:
        raise FormMalformed(detail="not TOML") from error
    except msgspec.ValidationError as error:
        raise FormMalformed(detail=str(error)) from error
    problem = _problem(form)
    if problem:
        raise FormMalformed(detail=problem)
    return form


def _problem(form: Form) -> str:
    """Return what makes a form one that nothing can be read by, empty if nothing does."""
    columns = form.columns
    places = [place for place in msgspec.structs.astuple(columns) if place is not None]
    money = (columns.amount is None, columns.credit is None, columns.debit is None)
    checks = (
        (len(form.separator) == 1 and form.separator not in '"\r\n', "separator: one character"),
        (form.quote in ('"', "'", ""), "quote: \", ' or nothing"),
        (form.thousands in ("", ",", " "), 'thousands: "," or " " or nothing'),
        (0 <= form.skip_lines <= 1_000, "skip_lines: from 0 to 1000"),
        (money in ((False, True, True), (True, False, False)), "amount, or credit and debit"),
        (len(set(places)) == len(places), "a column is named twice"),
        (_fit(form, places), "columns: names with has_names, else numbers from 1"),
        (columns.side is None or bool(form.side.credit and form.side.debit), "side: words of both"),
        (not set(form.side.credit) & set(form.side.debit), "side: a word on both sides"),
        (columns.reversal is None or bool(form.reversal.yes), "reversal: words for yes"),
        (not set(form.reversal.yes) & set(form.reversal.no), "reversal: a word for both"),
        (all(line is None or line.mark for line in (form.header, form.trailer)), "mark: a text"),
    )
    return next((said for is_right, said in checks if not is_right), "")


def _fit(form: Form, places: list[str | int]) -> bool:
    """Tell whether columns are found as the form says: by name, or by number."""
    if form.has_names:
        return all(isinstance(place, str) and place for place in places)
    return all(isinstance(place, int) and 1 <= place <= 1_000 for place in places)
