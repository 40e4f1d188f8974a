"""A fund's published income, read from text: contiguous days, five decimals, nothing guessed."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import ClassVar

from huoqi.fund.rules.csv_table import BadNumber, Line, read_table
from huoqi.kit.errors import DomainError
from huoqi.kit.money import parse_scaled

INCOME_DECIMALS = 5
# The register's field FundIncome holds eight digits, five of them decimals.
INCOME_MAX_E5 = 99_999_999
NAV_DECIMALS = 4
NAV_ONE_E4 = 10_000


class MissingDay(DomainError):
    """Between two days of the table there is a day without a row; every calendar day has one."""

    code: ClassVar[str] = "fund.missing_day"


class DuplicateDay(DomainError):
    """A day stands in the table twice."""

    code: ClassVar[str] = "fund.duplicate_day"


class NavNotOne(DomainError):
    """A money-market fund's NAV is not 1.0000: the column probably holds the income."""

    code: ClassVar[str] = "fund.nav_not_one"


@dataclass(frozen=True, slots=True)
class PublishedDay:
    """One day as published: its income per 10,000 units, or None where the cell is empty.

    ``decimals`` records how exact the source was; four and five give different allocations.
    """

    on: date
    income_per_10k_e5: int | None
    decimals: int
    row: int


def parse_income_per_10k_e5(text: str) -> int:
    """Return an income per 10,000 units in 0.00001 yuan; raise AmountMalformed or BadNumber.

    >>> parse_income_per_10k_e5("1.3692"), parse_income_per_10k_e5("-0.62285")
    (136920, -62285)
    """
    income_per_10k_e5 = parse_scaled(text, decimals=INCOME_DECIMALS)
    if abs(income_per_10k_e5) > INCOME_MAX_E5:
        raise BadNumber(column="income_per_10k")
    return income_per_10k_e5


def require_nav_of_one(nav_e4: int) -> None:
    """Return quietly for a NAV of 1.0000; raise NavNotOne for any other."""
    if nav_e4 != NAV_ONE_E4:
        raise NavNotOne(nav_e4=nav_e4)


def parse_published_days(text: str) -> list[PublishedDay]:
    """Return the days of a CSV text with the columns date and income_per_10k, oldest first.

    Lines may come in any order, but no day may be absent or stand there twice. A column ``nav``,
    when there is one, must say 1.0000. Every refusal names row and column.

    >>> [day.on.day for day in parse_published_days(
    ...     "date,income_per_10k\\n2015-05-12,1.3\\n2015-05-11,1.2\\n")]
    [11, 12]
    """
    lines = read_table(text, columns=["date", "income_per_10k"])
    days = sorted((_day(line) for line in lines), key=lambda day: (day.on, day.row))
    for day, following in pairwise(days):
        _require_next(day, following=following)
    return days


def _day(line: Line) -> PublishedDay:
    """Return one line as a published day."""
    if line.text("nav"):
        nav_e4 = line.number("nav", decimals=NAV_DECIMALS)
        if nav_e4 != NAV_ONE_E4:
            raise NavNotOne(row=line.row, column="nav")
    written = line.text("income_per_10k")
    income_per_10k_e5 = None
    if written:
        income_per_10k_e5 = line.number("income_per_10k", decimals=INCOME_DECIMALS)
        if abs(income_per_10k_e5) > INCOME_MAX_E5:
            raise BadNumber(row=line.row, column="income_per_10k")
    decimals = len(written.partition(".")[2])
    return PublishedDay(line.date("date"), income_per_10k_e5, decimals, line.row)


def _require_next(day: PublishedDay, *, following: PublishedDay) -> None:
    """Return quietly when two days of a series follow each other."""
    if following.on == day.on:
        raise DuplicateDay(
            row=following.row, column="date", on=day.on.isoformat(), first_row=day.row
        )
    missing_on = day.on + timedelta(days=1)
    if following.on != missing_on:
        raise MissingDay(row=following.row, column="date", on=missing_on.isoformat())
