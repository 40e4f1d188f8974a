"""The shapes that cross the wire again and again: money, units, pages, instants."""

import base64
import binascii
import re
from datetime import date, datetime
from typing import Annotated, Generic, Literal, TypeVar
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

from huoqi.kit.dates import SHANGHAI
from huoqi.kit.money import INT64_MAX, AmountMalformed, parse_minor
from huoqi.kit.personal_data import redacted
from huoqi.web.errors import AmountNotPositive, AmountRefused, CursorRefused, FieldsRefused

Item = TypeVar("Item")

MINOR_PATTERN = r"^-?(0|[1-9][0-9]{0,18})$"
_DATE = re.compile(r"2[01][0-9]{2}-[0-9]{2}-[0-9]{2}", re.ASCII)
_INSTANT = re.compile(
    r"2[01][0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?"
    r"(?:Z|[+-][0-9]{2}:[0-9]{2})",
    re.ASCII,
)
_PART = re.compile(r"[0-9]{1,18}", re.ASCII)
MinorText = Annotated[str, StringConstraints(pattern=MINOR_PATTERN)]
CursorText = Annotated[
    str | None, Field(max_length=200, description="next_cursor of the page before, unchanged.")
]
PageLimit = Annotated[int, Field(ge=1, le=500, description="How many at most on a page.")]
API_VERSION = "2026-11-01"
#: For what staff may write freely: IDs, phones, cards and e-mail addresses in it are masked, since
#: it is kept for ever and shown to others.
Masked = AfterValidator(redacted)


def _plain_date(value: object) -> object:
    # Only YYYY-MM-DD: pydantic alone would take numbers as days since 1970 and instants as dates.
    if isinstance(value, date) or (isinstance(value, str) and _DATE.fullmatch(value)):
        return value
    raise ValueError("not YYYY-MM-DD from 2000 to 2199")


Day = Annotated[
    date,
    BeforeValidator(_plain_date),
    Field(
        description="A Shanghai calendar date, YYYY-MM-DD, from 2000 to 2199.",
        examples=["2015-05-12"],
        json_schema_extra={"pattern": r"^2[01][0-9]{2}-[0-9]{2}-[0-9]{2}$"},
    ),
]


def _plain_instant(value: object) -> object:
    # Without an offset it could be anywhere in the world; the ends of the calendar fit no database.
    if isinstance(value, datetime) or (isinstance(value, str) and _INSTANT.fullmatch(value)):
        return value
    raise ValueError("not an instant with its offset from 2000 to 2199")


Instant = Annotated[
    AwareDatetime,
    BeforeValidator(_plain_instant),
    Field(
        description="An instant of RFC 3339 with its offset, from 2000 to 2199.",
        examples=["2015-05-12T09:00:00+08:00"],
    ),
]


class Shape(BaseModel):
    """A body or an answer: no unknown field, nothing changed after it is made."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Answer(Shape):
    """Every answer says which business instant it was given at."""

    business_time: str = Field(
        description="The business clock at the answer, RFC 3339 with offset.",
        examples=["2015-05-11T09:00:00+08:00"],
    )


class DoneAnswer(Answer):
    """It is done."""

    done: Literal[True] = True


class Money(Shape):
    """An amount in integer minor units (fen), as a string."""

    amount: MinorText = Field(examples=["123456"])
    currency: Literal["CNY"] = "CNY"


class Units(Shape):
    """Fund units as an integer at a scale; scale 2 means hundredths."""

    units: MinorText = Field(examples=["10000"])
    scale: Literal[2] = 2


class Page(Answer, Generic[Item]):
    """One page of a list; ask again with ``next_cursor`` until it is null."""

    data: list[Item]
    next_cursor: str | None = Field(description="Opaque; null on the last page.")


def money(amount_fen: int) -> Money:
    """Return fen as they cross the wire.

    >>> money(10_050).model_dump()
    {'amount': '10050', 'currency': 'CNY'}
    """
    return Money(amount=str(amount_fen))


def units(units_e2: int) -> Units:
    """Return units as they cross the wire."""
    return Units(units=str(units_e2))


def shown_at(at: datetime) -> str:
    """Return an instant as RFC 3339 with the Shanghai offset.

    >>> from datetime import UTC
    >>> shown_at(datetime(2015, 5, 11, 1, tzinfo=UTC))
    '2015-05-11T09:00:00+08:00'
    """
    return at.astimezone(SHANGHAI).isoformat(timespec="auto")


def positive_minor(text: str, *, pointer: str) -> int:
    """Return a positive integer of minor units; refuse zero, negative and malformed ones."""
    try:
        value = parse_minor(text)
    except AmountMalformed as error:
        raise AmountRefused(((pointer, AmountRefused.code),)) from error
    if value <= 0:
        raise AmountNotPositive(((pointer, AmountNotPositive.code),))
    return value


def minor(text: str, *, pointer: str, least: int = 0) -> int:
    """Return an integer of minor units; refuse malformed ones and those below the least."""
    try:
        value = parse_minor(text)
    except AmountMalformed as error:
        raise AmountRefused(((pointer, AmountRefused.code),)) from error
    if value < least:
        raise FieldsRefused(((pointer, "validation.wrong_value"),))
    return value


def cursor_after(position: int | UUID) -> str:
    """Return the opaque cursor of what follows a position."""
    text = f"a:{position.hex}" if isinstance(position, UUID) else f"n:{position}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def number_of_cursor(cursor: str | None) -> int:
    """Return the number in a cursor, 0 for none; refuse a cursor of another list."""
    text = _opened(cursor, kind="n")
    if text is None:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) <= 19 and int(text) <= INT64_MAX):
        raise CursorRefused
    return int(text)


def id_of_cursor(cursor: str | None) -> UUID | None:
    """Return the id in a cursor, None for none; refuse a cursor of another list."""
    text = _opened(cursor, kind="a")
    if text is None:
        return None
    try:
        return UUID(hex=text)
    except ValueError as error:
        raise CursorRefused from error


def cursor_at(*parts: int) -> str:
    """Return the opaque cursor of what follows a place that takes several numbers to name."""
    text = "p:" + ",".join(map(str, parts))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def parts_of_cursor(cursor: str | None, *, count: int) -> tuple[int, ...] | None:
    """Return the numbers in a cursor, None for none; refuse a cursor of another list."""
    text = _opened(cursor, kind="p")
    if text is None:
        return None
    parts = text.split(",")
    if len(parts) != count or not all(_PART.fullmatch(part) for part in parts):
        raise CursorRefused
    return tuple(map(int, parts))


def cursor_beyond(name: str) -> str:
    """Return the opaque cursor of what follows something that has a name."""
    return base64.urlsafe_b64encode(f"t:{name}".encode()).decode().rstrip("=")


def name_of_cursor(cursor: str | None) -> str | None:
    """Return the name in a cursor, None for none; refuse a cursor of another list."""
    return _opened(cursor, kind="t")


def page(data: list[Item], *, next_cursor: str | None, at: datetime) -> Page[Item]:
    """Return one page of a list."""
    return Page(data=data, next_cursor=next_cursor, business_time=shown_at(at))


def _opened(cursor: str | None, *, kind: str) -> str | None:
    if cursor is None:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        text = base64.b64decode(padded, altchars=b"-_", validate=True).decode()
    except (ValueError, binascii.Error) as error:
        raise CursorRefused from error
    found, _, rest = text.partition(":")
    if found != kind:
        raise CursorRefused
    return rest
