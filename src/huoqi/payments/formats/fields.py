"""Reading the fields of a record as their types ask for; a refusal names the field."""

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from huoqi.payments.formats.rules.amounts import fen_of
from huoqi.payments.formats.rules.refusals import (
    AmountMalformed,
    ElementMissing,
    ElementRepeated,
    FormatError,
    WrongCurrency,
)
from huoqi.payments.formats.rules.values import (
    code_of,
    day_of,
    first_day_from,
    instant_of,
    short_text,
)
from huoqi.payments.formats.xml_records import Values, needed

Read = TypeVar("Read")
CURRENCY = "CNY"
#: The bank's own number of an account has up to 34 characters.
LONGEST_ACCOUNT = 34
SIDES = {"CRDT": True, "DBIT": False}
_SIDES = frozenset(SIDES)


def checked(values: Values, field: str, read: Callable[[str], Read]) -> Read:
    """Return what a field holds, read as its type asks for.

    Errors: ElementMissing, and those of the type, with the field.
    """
    text = needed(values, field)
    try:
        return read(text)
    except FormatError as refusal:
        raise refusal.at(element=field, line=0) from None


def moved(values: Values, field: str) -> int:
    """Return an amount that moved, in fen: more than nought.

    Errors: AmountMalformed, AmountTooLarge, ElementMissing.
    """
    fen = checked(values, field, fen_of)
    if not fen:
        raise AmountMalformed(element=field, detail="nought")
    return fen


def require_amount_currency(values: Values, field: str, *, currency: str) -> None:
    """Refuse an amount of another currency.

    Errors: ElementMissing, WrongCurrency.
    """
    if values.get(field + "@") != currency:
        needed(values, field)
        raise WrongCurrency(element=field, detail=f"not {currency}")


def require_currency(values: Values, *, currency: str) -> None:
    """Refuse an account of another currency; it need not say one.

    Errors: WrongCurrency.
    """
    if values.get("currency", currency) != currency:
        raise WrongCurrency(element="currency", detail=f"not {currency}")


def account_of(values: Values) -> str:
    """Return the number of the account.

    Errors: ElementMissing, ElementMalformed, TextTooLong.
    """
    return checked(values, "account", lambda text: short_text(text, longest=LONGEST_ACCOUNT))


def day_in(values: Values, day: str, instant: str) -> date:
    """Return a day that is given as such, or as an instant.

    Errors: ElementMissing, ElementMalformed.
    """
    if day not in values and instant in values:
        return checked(values, instant, lambda text: first_day_from(instant_of(text)))
    return checked(values, day, day_of)


def is_credit(values: Values, field: str) -> bool:
    """Return the side of the account.

    Errors: ElementMissing, ElementMalformed.
    """
    return SIDES[checked(values, field, lambda text: code_of(text, _SIDES))]


class Header:
    """What the group header of a message says; it comes first, and once."""

    def __init__(self) -> None:
        self._values: Values | None = None

    def end(self, values: Values) -> None:
        """Keep the header.

        Errors: ElementRepeated, and those of its fields.
        """
        if self._values is not None:
            raise ElementRepeated(element="message_id")
        checked(values, "message_id", short_text)
        checked(values, "created_at", instant_of)
        self._values = values

    @property
    def message_id(self) -> str:
        """Return the message's own name."""
        return checked(self.values, "message_id", short_text)

    def require(self) -> None:
        """Require that the header has come.

        Errors: ElementMissing.
        """
        if self._values is None:
            raise ElementMissing(element="GrpHdr")

    @property
    def values(self) -> Values:
        """Return the header's values.

        Errors: ElementMissing where it has not come.
        """
        self.require()
        assert self._values is not None
        return self._values
