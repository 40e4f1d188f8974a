"""The published acceptance files of the fund: yields, allocation, dates, redemptions, flows."""

import csv
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from huoqi.cli.fund_rules import when_command, yields_command
from huoqi.fund.calendars.xshg import xshg
from huoqi.fund.rules.allocation import FundDayRow, Holding, Mode, allocate_day
from huoqi.fund.rules.allocation_columns import allocate_columns
from huoqi.fund.rules.confirmation import (
    CUT_OFF_1500,
    PurchaseDates,
    RedemptionDates,
    fast_redemption_dates,
    normal_redemption_dates,
    purchase_dates,
)
from huoqi.fund.rules.daily_flows import FlowBreak, FlowBreakClass, flow_breaks, parse_daily_flows
from huoqi.fund.rules.explain import explain_income
from huoqi.fund.rules.fast_redemption import (
    FastLimits,
    FastPosition,
    QuotaKey,
    fast_limits_on,
    give_back,
    quota_key,
    redeem_fast,
)
from huoqi.fund.rules.large_redemption import GateRule, OtherFlows, RedemptionRequest, gate
from huoqi.fund.rules.published_days import parse_published_days
from huoqi.fund.rules.rollforward import Anchor, DayFacts, UnitEvent, roll_forward
from huoqi.fund.rules.trading_days import CalendarHorizon
from huoqi.fund.rules.yields import (
    Carry,
    is_flagged,
    sec_7day_yield_e2,
    sec_effective_yield_e2,
    yield_7d_e3,
    yields_of_series,
)
from huoqi.kit.errors import DomainError
from huoqi.kit.money import parse_scaled

SHARED = Path(os.environ.get("HUOQI_SHARED", Path(__file__).parents[2].parent / "shared"))
DATA = SHARED / "data" / "fund"
DOMAIN = SHARED / "domain"
pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason=f"LOUD: no acceptance data at {DATA}; set HUOQI_SHARED"
)

# The file's words for a fast redemption's answer, and the codes on the wire.
CODE_OF_OUTCOME = {
    "INSUFFICIENT_UNITS": "redeem.insufficient_units",
    "T0_COUNT_CAP": "redeem.fast_count",
    "T0_AMOUNT_CAP": "redeem.fast_cap",
    "T0_ADVANCE_LINE": "redeem.pool_exhausted",
}
OUTCOME_OF_CODE = {code: outcome for outcome, code in CODE_OF_OUTCOME.items()}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def cases(name: str, *, part: str) -> list[Any]:
    """Return the cases of one part of a JSON file; none where the folder is absent."""
    if not DATA.is_dir():
        return []
    found: list[Any] = json.loads((DATA / name).read_text(encoding="utf-8"))[part]
    return [pytest.param(case, id=case["id"]) for case in found]


def test_234_of_234_published_yields_are_reproduced() -> None:
    text = (DATA / "yields_given.csv").read_text(encoding="utf-8")
    published = {
        date.fromisoformat(row["date"]): parse_scaled(row["seven_day_yield_pct"], decimals=3)
        for row in rows(DATA / "yields_given.csv")
    }
    series = [(day.on, day.income_per_10k_e5) for day in parse_published_days(text)]

    full = [found for found in yields_of_series(series, carry=Carry.DAILY) if found.is_full]

    assert len(full) == 234
    assert {found.on: found.yield_7d_e3 for found in full} == {
        found.on: published[found.on] for found in full
    }
    assert not any(is_flagged(published[f.on], recomputed_e3=f.yield_7d_e3) for f in full)


def test_the_command_prints_the_published_yields() -> None:
    result = CliRunner().invoke(yields_command, [str(DATA / "yields_given.csv")])

    published = [
        f"{row['date']},{row['seven_day_yield_pct']}" for row in rows(DATA / "yields_given.csv")
    ]
    assert result.output.splitlines() == ["date,seven_day_yield_pct", *published[6:]]


def recomputed_e3(kind: str, values: list[str]) -> int | None:
    if kind.startswith("sec"):
        incomes_e9 = [parse_scaled(value, decimals=9) for value in values]
        rule = sec_7day_yield_e2 if kind == "sec_7day" else sec_effective_yield_e2
        return rule(incomes_e9) * 10
    incomes_e5 = [parse_scaled(value, decimals=5) for value in values]
    return yield_7d_e3(incomes_e5, carry=Carry(kind.removesuffix("_carry")))


def test_every_yield_example_passes() -> None:
    for row in rows(DATA / "yield_examples.csv"):
        values = row["daily_values_oldest_first"].split()

        found_e3 = recomputed_e3(row["kind"], values)

        assert found_e3 == parse_scaled(row["expected_pct"], decimals=3), row["id"]


@pytest.mark.parametrize("case", cases("allocation_examples.json", part="allocation"))
def test_an_allocation_example_passes_in_both_forms(case: dict[str, Any]) -> None:
    holdings = [Holding(a["account"], a["units_cents"]) for a in case["accounts"]]
    expected = case["expected"]
    row = FundDayRow(
        Mode(expected["mode"]),
        expected["sign"],
        expected["numerator"],
        expected["denominator"],
        expected["theta"],
        expected["tie_account"],
    )

    scalar = allocate_day(
        holdings,
        income_per_10k_e5=case["rate_1e5"],
        fund_income_fen=case["fund_income_given_fen"],
    )
    columns = allocate_columns(
        np.array([holding.units_e2 for holding in holdings], dtype=np.int64),
        accounts=np.array([holding.account_no for holding in holdings], dtype=np.int64),
        income_per_10k_e5=case["rate_1e5"],
        fund_income_fen=case["fund_income_given_fen"],
    )

    assert scalar.row == columns.row == row
    assert scalar.totals == columns.totals
    assert scalar.totals.total_units_e2 == expected["total_units"]
    assert scalar.totals.total_income_fen == expected["fund_income_fen"]
    assert scalar.totals.residual_fen == expected["residual"]
    assert list(scalar.incomes_fen) == columns.incomes_fen.tolist() == expected["income_fen"]


@pytest.mark.parametrize("case", cases("allocation_examples.json", part="roll_forward"))
def test_a_roll_forward_example_passes_from_both_anchors(case: dict[str, Any]) -> None:
    facts = DayFacts(
        {
            date.fromisoformat(day["date"]): FundDayRow(
                Mode(day["mode"]),
                day["sign"],
                day["numerator"],
                day["denominator"],
                day["theta"],
                day["tie_account"],
            )
            for day in case["fund_days"]
        },
        {date.fromisoformat(o["date"]): o["income_fen"] for o in case["overrides"]},
    )
    events = [
        UnitEvent(date.fromisoformat(event["effective"]), event["delta_cents"])
        for event in case["events"]
    ]
    until = date.fromisoformat(case["until"])
    expected = case["expected"]

    first, second = (
        roll_forward(
            Anchor(case["account"], date.fromisoformat(known["date"]), known["units_cents"]),
            until=until,
            events=events,
            facts=facts,
        )
        for known in (case["anchor"], expected["second_anchor"])
    )

    assert [
        {
            "date": day.on.isoformat(),
            "earning_units_cents": day.earning_units_e2,
            "income_fen": day.income_fen,
            "source": day.source.value.upper(),
        }
        for day in first.days
    ] == expected["days"]
    assert first.units_e2 == expected["units_at_start_of_until_cents"]
    assert second.units_e2 == expected["second_anchor"]["units_at_start_of_until_cents"]


def test_every_holder_of_the_product_page_is_explained_to_the_fen() -> None:
    for line in rows(DOMAIN / "product-explain.csv"):
        figures = {name: int(text) for name, text in line.items()}
        row = FundDayRow(
            Mode.RATE, 1, figures["rate_e5"], 10**9, figures["theta_e9"], figures["tie_account"]
        )

        told = explain_income(figures["units_e2"], account_no=figures["account_no"], row=row)

        assert told.product_e9_fen == figures["product_e9_fen"]
        assert told.floor_fen == figures["floor_fen"]
        assert told.remainder == figures["remainder_e9"]
        assert told.plus_one_fen == figures["plus_one_fen"]
        assert told.income_fen == figures["income_fen"]


DATES_OF_ACTION: dict[str, Callable[..., PurchaseDates | RedemptionDates]] = {
    "purchase": purchase_dates,
    "redeem_normal": normal_redemption_dates,
    "redeem_fast": fast_redemption_dates,
}


def test_every_calendar_example_passes() -> None:
    for row in rows(DATA / "calendar_examples.csv"):
        at = datetime.fromisoformat(row["submitted_at"])
        assert at == datetime.fromisoformat(row["shanghai_time"])
        dates_of = DATES_OF_ACTION[row["action"]]
        if row["error"]:
            assert row["error"] == "CALENDAR_HORIZON"
            with pytest.raises(CalendarHorizon):
                dates_of(at, calendar=xshg(), cut_off=CUT_OFF_1500)
            continue

        dates = dates_of(at, calendar=xshg(), cut_off=CUT_OFF_1500)

        told = {
            "T": dates.t_day,
            "confirm": dates.confirmed_on,
            "first_income": getattr(dates, "earns_from", ""),
            "last_income": getattr(dates, "last_income_on", ""),
            "income_visible": getattr(dates, "visible_on", ""),
        }
        assert {name: str(value) for name, value in told.items()} == {
            name: row[name] for name in told
        }, row["id"]


def test_every_instant_of_the_product_timeline_passes() -> None:
    timeline = rows(DOMAIN / "product-timeline.csv")
    assert len(timeline) == 20
    for row in timeline:
        at = datetime.fromisoformat(row["submitted_at"])
        buy = purchase_dates(at, calendar=xshg(), cut_off=CUT_OFF_1500)
        redeem = normal_redemption_dates(at, calendar=xshg(), cut_off=CUT_OFF_1500)

        assert {
            "submitted_at": row["submitted_at"],
            "weekday": f"{at:%a}",
            "is_trading_day": "yes" if xshg().is_trading_day(at.date()) else "no",
            "trade_date_T": str(buy.t_day),
            "buy_confirmed_on": str(buy.confirmed_on),
            "buy_earns_from": str(buy.earns_from),
            "buy_income_visible_on": str(buy.visible_on),
            "days_from_T_to_earning": str(buy.gap.days),
            "normal_redeem_last_earning_day": str(redeem.last_income_on),
        } == row


def test_the_command_tells_every_purchase_of_the_timeline() -> None:
    for row in rows(DOMAIN / "product-timeline.csv"):
        told = json.loads(CliRunner().invoke(when_command, [row["submitted_at"]]).output)

        assert told["t_day"] == row["trade_date_T"]
        assert told["visible_on"] == row["buy_income_visible_on"]


@dataclass
class FastDesk:
    """Plays a case: positions are put together from units, quotas and the line of the case."""

    dated: list[FastLimits]
    units_e2: dict[str, int]
    line_left_fen: int | None
    used: dict[QuotaKey, tuple[int, int]] = field(default_factory=dict)
    placed: dict[str, tuple[QuotaKey, int]] = field(default_factory=dict)

    def play(self, event: dict[str, Any]) -> str:
        """Return the outcome of one event."""
        if event["type"] == "payout_failed":
            key, amount_fen = self.placed.pop(event["order"])
            self._keep(key, give_back(amount_fen, position=self._position(key)))
            return "RELEASED"
        key = quota_key(
            datetime.fromisoformat(event["at"]),
            investor=event["investor"],
            fund=event["fund"],
            distributor=event["distributor"],
        )
        limits = fast_limits_on(key.on, dated=self.dated)
        try:
            after = redeem_fast(event["amount_cents"], position=self._position(key), limits=limits)
        except DomainError as refusal:
            return OUTCOME_OF_CODE[refusal.code]
        self._keep(key, after)
        self.placed[event["order"]] = (key, event["amount_cents"])
        return "ACCEPTED"

    def _position(self, key: QuotaKey) -> FastPosition:
        count, amount_fen = self.used.get(key, (0, 0))
        units_e2 = self.units_e2[f"{key.investor}/{key.fund}"]
        return FastPosition(units_e2, count, amount_fen, self.line_left_fen)

    def _keep(self, key: QuotaKey, position: FastPosition) -> None:
        self.units_e2[f"{key.investor}/{key.fund}"] = position.available_units_e2
        self.used[key] = (position.used_count, position.used_fen)
        self.line_left_fen = position.line_left_fen


def _date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


@pytest.mark.parametrize("case", cases("fast_redemption_examples.json", part="cases"))
def test_a_fast_redemption_example_passes(case: dict[str, Any]) -> None:
    dated = [
        FastLimits(
            date.fromisoformat(rule["from"]),
            _date(rule["to"]),
            rule["max_count"],
            rule["max_amount_cents"],
        )
        for rule in case["rules"]
    ]
    concurrent = case.get("concurrent", False)
    orders = permutations(case["events"]) if concurrent else [tuple(case["events"])]

    for events in orders:
        desk = FastDesk(dated, dict(case["available_units_cents"]), case["advance_line_cents"])
        outcomes = [desk.play(event) for event in events]

        if concurrent:
            assert sorted(outcomes) == sorted(case["expected_outcomes"])
        else:
            assert outcomes == case["expected_outcomes"]
        assert desk.line_left_fen == case["expected_line_left_cents"]


@pytest.mark.parametrize("case", cases("allocation_examples.json", part="large_redemption"))
def test_a_large_redemption_example_passes(case: dict[str, Any]) -> None:
    requests = [
        RedemptionRequest(order["order"], order["units_cents"], defers=order["flag"] == "1")
        for order in case["orders"]
    ]
    outcome = gate(
        requests,
        previous_units_e2=case["previous_day_units_cents"],
        others=OtherFlows(
            case["purchases_cents"], case["switch_in_cents"], case["switch_out_cents"]
        ),
        rule=GateRule(threshold_bp=1_000, accept_bp=case["accept_pct_of_units"] * 100),
    )

    assert {
        "net_redemption_cents": outcome.net_redemption_e2,
        "large": outcome.is_large,
        "accepted_total_cents": outcome.accepted_e2,
        "accepted_cents": [request.accepted_e2 for request in outcome.requests],
        "deferred_cents": [request.deferred_e2 for request in outcome.requests],
        "cancelled_cents": [request.cancelled_e2 for request in outcome.requests],
    } == case["expected"]


def test_the_real_flows_have_exactly_one_break() -> None:
    flows = parse_daily_flows((DATA / "flows_given.csv").read_text(encoding="utf-8"))

    assert len(flows) == 300
    assert flow_breaks(flows) == [
        FlowBreak(date(2013, 8, 13), FlowBreakClass.CLOSING_DOES_NOT_FOLLOW, -100)
    ]
