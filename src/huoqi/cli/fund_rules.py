"""``huoqi fund yields|allocate|when``: the fund's pure rules over a file or an instant."""

import json
import sys
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import ClassVar, ParamSpec

import click
import numpy as np

from huoqi.cli.exits import exit_code_of
from huoqi.fund.calendars.xshg import xshg
from huoqi.fund.rules.allocation_columns import FundDayColumns, allocate_columns
from huoqi.fund.rules.confirmation import (
    CUT_OFF_1500,
    PurchaseDates,
    RedemptionDates,
    fast_redemption_dates,
    normal_redemption_dates,
    purchase_dates,
)
from huoqi.fund.rules.holdings_file import parse_holdings
from huoqi.fund.rules.published_days import parse_income_per_10k_e5, parse_published_days
from huoqi.fund.rules.yields import Carry, YieldOfDay, yields_of_series
from huoqi.kit.dates import SHANGHAI
from huoqi.kit.errors import DomainError
from huoqi.kit.money import format_scaled, parse_scaled

P = ParamSpec("P")
Dates = PurchaseDates | RedemptionDates


class FileNotText(DomainError):
    """The file is not UTF-8 text."""

    code: ClassVar[str] = "validation.file_not_text"


class NothingToAllocate(DomainError):
    """The file holds no holding, so there is nobody to give an income to."""

    code: ClassVar[str] = "fund.nothing_to_allocate"


class InstantMalformed(DomainError):
    """The text is not an ISO 8601 instant."""

    code: ClassVar[str] = "validation.instant_malformed"


class InstantWithoutOffset(DomainError):
    """The instant does not say where in the world its clock stands."""

    code: ClassVar[str] = "validation.instant_without_offset"


# One sentence, and what to try next, in the words of a person at a terminal.
WORDS: dict[str, tuple[str, str]] = {
    "calendar.beyond_horizon": (
        "The trading calendar does not reach that far, and its days are never guessed.",
        "Take an earlier instant, or load a later calendar.",
    ),
    "fund.blank_line": (
        "A line within the file is blank, so the accounts after it cannot be told.",
        "Delete the blank line, or write the heading account,units and both on each line.",
    ),
    "fund.duplicate_account": (
        "An account number stands in the file twice.",
        "Keep one line for each account.",
    ),
    "fund.duplicate_day": ("A day stands in the file twice.", "Keep one line for each day."),
    "fund.loss_exceeds_units": (
        "The loss is larger than everything that the holders have.",
        "Check the sign and the size of the income.",
    ),
    "fund.missing_day": (
        "A calendar day is missing; weekends and holidays have a line too.",
        "Add the day, with an empty income when none was published.",
    ),
    "fund.rival_figure": (
        "A line quotes neither a yield nor an income.",
        "Write yield_7d_pct or income_per_10k, or leave the line out.",
    ),
    "fund.rival_text": (
        "A name or a source is missing or longer than 200 characters.",
        "Say who paid it and where that is written; no yield is kept without its source.",
    ),
    "fund.rival_twice": (
        "The same name, date and source stand in two lines.",
        "Keep one line for each.",
    ),
    "fund.nav_not_one": (
        "The NAV of a money-market fund is not 1.0000; the column may hold the income instead.",
        "Check which column of the feed is which.",
    ),
    "fund.no_units_to_share_on": (
        "The fund has an income, but no holding has units to share it on.",
        "Check the file, or leave --fund-income out.",
    ),
    "fund.nothing_to_allocate": (
        "The file holds no holding, so there is nobody to give an income to.",
        "Write one holding in units a line; see --help.",
    ),
    "validation.bad_date": ("A date is not of the form YYYY-MM-DD.", "Correct the cell."),
    "validation.bad_number": (
        "A number is malformed, has too many decimals, or is out of range.",
        "Correct the cell; write it as 123.45, without signs of thousands.",
    ),
    "validation.cell_count": (
        "A line has fewer or more cells than the heading.",
        "Complete the line; a decimal point is a point, never a comma.",
    ),
    "validation.column_missing": (
        "The heading lacks a column.",
        "Begin the file with a line that names its columns; see --help.",
    ),
    "validation.file_not_text": (
        "The file is not UTF-8 text.",
        "Save it as CSV in UTF-8 and run the command again.",
    ),
    "validation.instant_malformed": (
        "That is not an instant in ISO 8601.",
        "Write it as 2015-05-14T15:00:00+08:00.",
    ),
    "validation.instant_without_offset": (
        "The instant has no offset, so it could be anywhere in the world.",
        "Add +08:00 for Shanghai, or Z for UTC.",
    ),
    "validation.table_malformed": (
        "The file cannot be read as CSV.",
        "Look for a quotation mark that is never closed.",
    ),
}


def refusals_in_words(command: Callable[P, None]) -> Callable[P, None]:
    """Return a command that turns a refusal into code, sentence, next step and exit code 1."""

    @wraps(command)
    def run(*args: P.args, **options: P.kwargs) -> None:
        try:
            command(*args, **options)
        except DomainError as refusal:
            sentence, next_step = WORDS[refusal.code]
            click.echo(f"{refusal}: {sentence}\nTry: {next_step}", err=True)
            if options.get("as_json"):
                click.echo(json.dumps({"code": refusal.code, **refusal.params}))
            sys.exit(exit_code_of(refusal.code))

    return run


def text_of(path: str) -> str:
    """Return a file's text, or standard input's for "-"."""
    content = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileNotText from error


FILE = click.Path(exists=True, dir_okay=False, allow_dash=True)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


@click.command("yields")
@click.argument("file", type=FILE)
@click.option(
    "--carry",
    type=click.Choice([carry.value for carry in Carry]),
    default=Carry.DAILY.value,
    show_default=True,
    help="How the fund's income becomes units: compounding each day, or once a month.",
)
@AS_JSON
@refusals_in_words
def yields_command(file: str, carry: str, as_json: bool) -> None:  # noqa: FBT001 - click's flag
    """Recompute the 7-day annualised yield of every day from published income.

    FILE is CSV with the columns date and income_per_10k (yuan, one line a calendar day); "-"
    reads standard input. Days with fewer than seven days of history are left out; a day whose
    week has an empty income is "not available" and prints an empty yield.

    \b
    Example:
      huoqi fund yields income.csv --carry daily
      date,seven_day_yield_pct
      2013-07-07,5.425
    """
    days = [(day.on, day.income_per_10k_e5) for day in parse_published_days(text_of(file))]
    full = [found for found in yields_of_series(days, carry=Carry(carry)) if found.is_full]
    if as_json:
        shown = [{"on": found.on.isoformat(), "yield_7d_e3": _json_yield(found)} for found in full]
        click.echo(json.dumps({"carry": carry, "yields": shown}))
        return
    click.echo("date,seven_day_yield_pct")
    for found in full:
        pct = found.yield_7d_e3
        shown_pct = "" if pct is None else format_scaled(pct, decimals=3)
        click.echo(f"{found.on.isoformat()},{shown_pct}")


def _json_yield(found: YieldOfDay) -> str | None:
    """Return a yield as the API writes it: an integer in text, or nothing."""
    return None if found.yield_7d_e3 is None else str(found.yield_7d_e3)


def _income_option(_: click.Context, __: click.Parameter, text: str) -> int:
    """Return the rate of --income-per-10k; a bad one is a usage error."""
    try:
        return parse_income_per_10k_e5(text)
    except DomainError as refusal:
        message = "yuan per 10,000 units, at most five decimals, below 1,000; e.g. 1.3692"
        raise click.BadParameter(message) from refusal


def _total_option(_: click.Context, __: click.Parameter, text: str | None) -> int | None:
    """Return the total of --fund-income in fen; a bad one is a usage error."""
    try:
        return None if text is None else parse_scaled(text, decimals=2)
    except DomainError as refusal:
        message = "yuan with at most two decimals; e.g. 13714.87"
        raise click.BadParameter(message) from refusal


@click.command("allocate")
@click.argument("file", type=FILE)
@click.option(
    "--income-per-10k",
    "income_per_10k_e5",
    required=True,
    metavar="R",
    callback=_income_option,
    help="Published income of 10,000 units in yuan; may be negative.",
)
@click.option(
    "--fund-income",
    "fund_income_fen",
    metavar="YUAN",
    callback=_total_option,
    help="The fund's income of the day when the manager gives it; else it follows from the rate.",
)
@AS_JSON
@refusals_in_words
def allocate_command(
    file: str,
    income_per_10k_e5: int,
    fund_income_fen: int | None,
    as_json: bool,  # noqa: FBT001 - click's flag
) -> None:
    """Share a day's income among holdings, exactly to the fen.

    FILE has one holding in units a line; their accounts are 1, 2, 3 and so on. Under the heading
    account,units account numbers are taken from the file. "-" reads standard input. Prints one
    income in yuan a line in the order of the file, then the total. What cutting to the fen leaves
    over goes to the largest remainders, among equal ones to the lower account number.

    \b
    Example:
      printf '100.00\\n10000.00\\n' | huoqi fund allocate --income-per-10k 1.3692 -
      0.01
      1.37
      1.38
    """
    holdings = parse_holdings(text_of(file))
    if not holdings.accounts:
        raise NothingToAllocate
    day = allocate_columns(
        np.array(holdings.units_e2, dtype=np.int64),
        accounts=np.array(holdings.accounts, dtype=np.int64),
        income_per_10k_e5=income_per_10k_e5,
        fund_income_fen=fund_income_fen,
    )
    if as_json:
        click.echo(json.dumps(_json_day(day, accounts=holdings.accounts)))
        return
    amounts = [*day.incomes_fen.tolist(), day.totals.total_income_fen]
    click.echo("\n".join(_yuan(amount_fen) for amount_fen in amounts))


def _yuan(amount_fen: int) -> str:
    """Return an amount in yuan with two decimals."""
    return format_scaled(amount_fen, decimals=2)


def _json_day(day: FundDayColumns, *, accounts: list[int]) -> dict[str, object]:
    """Return an allocated day as one document: its row, its totals, an income for each account."""
    incomes = zip(accounts, day.incomes_fen.tolist(), strict=True)
    return {
        "mode": day.row.mode.value,
        "sign": day.row.sign,
        "numerator": str(day.row.numerator),
        "denominator": str(day.row.denominator),
        "theta": str(day.row.theta),
        "tie_account": str(day.row.tie_account),
        "residual_fen": str(day.totals.residual_fen),
        "total_units_e2": str(day.totals.total_units_e2),
        "total_income_fen": str(day.totals.total_income_fen),
        "signs_disagree": day.totals.signs_disagree,
        "incomes": [
            {"account": str(account_no), "income_fen": str(income_fen)}
            for account_no, income_fen in incomes
        ],
    }


def parse_instant(text: str) -> datetime:
    """Return an ISO 8601 instant on the Shanghai clock; one without an offset is refused."""
    try:
        at = datetime.fromisoformat(text.strip())
        if at.tzinfo is None:
            raise InstantWithoutOffset
        return at.astimezone(SHANGHAI)
    except (ValueError, OverflowError) as error:
        raise InstantMalformed from error


DATES_OF_SIDE: dict[str, Callable[..., Dates]] = {
    "buy": purchase_dates,
    "redeem": normal_redemption_dates,
    "redeem-fast": fast_redemption_dates,
}


@click.command("when")
@click.argument("instant")
@click.option(
    "--side",
    type=click.Choice(list(DATES_OF_SIDE)),
    default="buy",
    show_default=True,
    help="A purchase, a normal redemption, or a fast one.",
)
@click.option("--json", "as_json", is_flag=True, help="Also print a refusal as JSON.")
@refusals_in_words
def when_command(instant: str, side: str, as_json: bool) -> None:  # noqa: ARG001, FBT001
    """Tell the dates of an order given at an instant, as JSON.

    INSTANT is ISO 8601 with its offset. T is the trading day of the Shanghai exchange to which
    the order belongs; 15:00:00 itself belongs to the next one. A purchase tells earns_from and
    visible_on; a redemption tells earns_until, the last date that still earns. gap_days counts
    from T to the confirmation; holidays on the way are listed.

    \b
    Example:
      huoqi fund when 2015-05-14T15:00:00+08:00
      {"t_day": "2015-05-15", "confirmed_on": "2015-05-18",
       "earns_from": "2015-05-18", "visible_on": "2015-05-19",
       "gap_days": 3, "holidays": []}
    """
    at = parse_instant(instant)
    dates = DATES_OF_SIDE[side](at, calendar=xshg(), cut_off=CUT_OFF_1500)
    click.echo(json.dumps(_json_dates(dates)))


def _json_dates(dates: Dates) -> dict[str, object]:
    """Return an order's dates as one document."""
    shown: dict[str, object] = {
        "t_day": dates.t_day.isoformat(),
        "confirmed_on": dates.confirmed_on.isoformat(),
    }
    if isinstance(dates, PurchaseDates):
        shown["earns_from"] = dates.earns_from.isoformat()
        shown["visible_on"] = dates.visible_on.isoformat()
    else:
        shown["earns_until"] = dates.last_income_on.isoformat()
        shown["visible_on"] = None
    shown["gap_days"] = dates.gap.days
    shown["holidays"] = [on.isoformat() for on in dates.gap.holidays]
    return shown
