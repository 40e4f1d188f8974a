"""Full age by the calendar: the eighteenth birthday itself counts, in Shanghai dates."""

from datetime import date
from typing import ClassVar

from huoqi.kit.errors import DomainError

ADULT_YEARS = 18


class UnderAge(DomainError):
    """The person is not 18 yet; ``adult_from`` is the first date on which it will work."""

    code: ClassVar[str] = "identity.under_age"


def birthday_in(year: int, *, birth_on: date) -> date:
    """Return the birthday in a year; one born on 29 February has it on 1 March in common years.

    >>> birthday_in(2018, birth_on=date(2000, 2, 29))
    datetime.date(2018, 3, 1)
    """
    try:
        return birth_on.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def adult_from(birth_on: date) -> date:
    """Return the first date on which a person counts as 18: the birthday itself.

    >>> adult_from(date(1997, 5, 12))
    datetime.date(2015, 5, 12)
    """
    return birthday_in(birth_on.year + ADULT_YEARS, birth_on=birth_on)


def age_on(on: date, *, birth_on: date) -> int:
    """Return the full years lived on a date (negative before birth).

    >>> age_on(date(2015, 5, 11), birth_on=date(1997, 5, 12))
    17
    """
    had_it = on >= birthday_in(on.year, birth_on=birth_on)
    return on.year - birth_on.year - (not had_it)


def require_adult(on: date, *, birth_on: date) -> None:
    """Return nothing for an adult; raise UnderAge with the exact date otherwise."""
    first_on = adult_from(birth_on)
    if on < first_on:
        raise UnderAge(adult_from=first_on.isoformat())
