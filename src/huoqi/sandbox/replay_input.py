"""What a replay is given: a fund's published days, and daily flows of a sample of its holders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import ClassVar

from huoqi.fund.rules.csv_table import read_table
from huoqi.fund.rules.daily_flows import FlowBreak, flow_breaks, parse_daily_flows
from huoqi.fund.rules.published_days import parse_published_days
from huoqi.kit.errors import DomainError

YIELD_COLUMN = "seven_day_yield_pct"
_YIELD_DECIMALS = 3
_MADE_UP_PER_HOLDER_FEN = 2_000_00
# The median of a real sample (fund page, section 10), in hundredths of a percent of the balance.
_BOUGHT_BP, _REDEEMED_BP = 140, 130


class IncomeMissing(DomainError):
    """A day has no income, so it cannot be replayed."""

    code: ClassVar[str] = "replay.income_missing"


class NothingToReplay(DomainError):
    """The table has no day."""

    code: ClassVar[str] = "replay.empty"


class FlowsMissDay(DomainError):
    """The flows lack a day for which income is given."""

    code: ClassVar[str] = "replay.flow_missing"


@dataclass(frozen=True, slots=True)
class IncomeDay:
    """A published day; the yield is None where the table has none."""

    on: date
    income_per_10k_e5: int
    decimals: int
    yield_7d_e3: int | None


@dataclass(frozen=True, slots=True)
class DayTotals:
    """What is bought and redeemed on a day, and the file's closing balance if there is a file."""

    bought_fen: int
    redeemed_fen: int
    closing_fen: int | None = None


@dataclass(frozen=True, slots=True)
class ReplayInput:
    """Everything to be replayed, day by day, and what the check of the flow file found."""

    incomes: Sequence[IncomeDay]
    opening_fen: int
    totals: Mapping[date, DayTotals]
    breaks: Sequence[FlowBreak] = ()
    has_flows: bool = False

    @property
    def first_on(self) -> date:
        """Return the first income day."""
        return self.incomes[0].on

    @property
    def last_on(self) -> date:
        """Return the last income day."""
        return self.incomes[-1].on


def read_input(income_csv: str, flows_csv: str | None, *, customers: int) -> ReplayInput:
    """Return what two texts ask to be replayed; every refusal names row and column.

    Without flows the totals are made up from the real sample's medians.
    """
    incomes = _incomes(income_csv)
    if flows_csv is None:
        opening_fen = customers * _MADE_UP_PER_HOLDER_FEN
        return ReplayInput(incomes, opening_fen, _made_up(incomes, opening_fen))
    flows = parse_daily_flows(flows_csv)
    by_day = {flow.on: flow for flow in flows}
    for day in incomes:
        if day.on not in by_day:
            raise FlowsMissDay(on=day.on.isoformat())
    totals = {
        day.on: DayTotals(flow.purchased_directly_fen, flow.redeemed_fen, flow.closing_fen)
        for day in incomes
        for flow in (by_day[day.on],)
    }
    opening_fen = by_day[incomes[0].on].opening_fen
    return ReplayInput(incomes, opening_fen, totals, flow_breaks(flows), has_flows=True)


def _incomes(text: str) -> list[IncomeDay]:
    lines = read_table(text, columns=["date", "income_per_10k"])
    yields_e3 = {
        line.date("date"): line.number(YIELD_COLUMN, decimals=_YIELD_DECIMALS)
        for line in lines
        if line.text(YIELD_COLUMN)
    }
    days = []
    for day in parse_published_days(text):
        if day.income_per_10k_e5 is None:
            raise IncomeMissing(row=day.row, column="income_per_10k")
        days.append(IncomeDay(day.on, day.income_per_10k_e5, day.decimals, yields_e3.get(day.on)))
    if not days:
        raise NothingToReplay
    return days


def _made_up(incomes: Sequence[IncomeDay], opening_fen: int) -> dict[date, DayTotals]:
    """Return totals around the medians of a real sample, the same each time."""
    chance = Random(f"flows|{incomes[0].on.isoformat()}|{opening_fen}")
    balance_fen, totals = opening_fen, {}
    for day in incomes:
        bought_fen = balance_fen * _BOUGHT_BP * chance.randint(50, 150) // 1_000_000
        redeemed_fen = balance_fen * _REDEEMED_BP * chance.randint(50, 150) // 1_000_000
        totals[day.on] = DayTotals(bought_fen, redeemed_fen)
        balance_fen += bought_fen - redeemed_fen
    return totals
