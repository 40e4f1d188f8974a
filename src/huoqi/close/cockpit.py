"""A day's close as operators watch it: whom each step waits for, since when, and how far it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from huoqi.close.queries import DayStatus
from huoqi.close.rules.break_states import BreakState
from huoqi.close.rules.cockpit import (
    BREAKS,
    COCKPIT,
    IMPORT,
    MATCH,
    SEAL,
    TRIAL_BALANCE,
    CockpitState,
    Party,
    StepFacts,
    cockpit_state,
    of_bank_breaks,
    of_breaks,
    of_matching,
    of_seal,
    of_statements,
    of_trial_balance,
    seal_waits_for,
    waits_for,
)
from huoqi.close.rules.due import (
    close_at,
    confirmations_at,
    cut_off_at,
    income_at,
    orders_out_at,
)
from huoqi.close.rules.steps import PASSED, State, Step
from huoqi.fund import day_facts
from huoqi.fund.rules.trading_days import TradingCalendar
from huoqi.fund.shelf import trading_calendar
from huoqi.kit.db import Work

Counts = Mapping[Step, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class LiveStep:
    """A step with the hour it is expected at, whom it waits for, and its counts as they are now."""

    step: Step
    expected_at: datetime
    waits_for: Party | None
    done_count: int
    total_count: int


@dataclass(frozen=True, slots=True)
class CockpitRow:
    """One of the fourteen steps of the screen."""

    name: str
    state: CockpitState
    waits_for: Party | None
    done_count: int
    total_count: int


def live_steps(work: Work, status: DayStatus) -> list[LiveStep]:
    """Return the steps of a day as they stand at this instant, in order."""
    calendar = trading_calendar(work)
    is_session = status.on <= calendar.last_loaded_on and calendar.is_trading_day(status.on)
    counts = _counts(work, status, calendar) if is_session else {}
    is_proposed = {row.state for row in status.breaks} == {BreakState.RESOLVING}
    steps = []
    for row in status.steps:
        expected_at = _expected_at(row.step, status.on, is_session=is_session)
        proposed = row.state is State.BLOCKED and is_proposed
        facts = StepFacts(row.step, row.state, row.note, work.at >= expected_at, proposed)
        done, total = (row.done_count, row.total_count)
        if row.state not in PASSED:
            done, total = counts.get(row.step, (done, total))
        steps.append(LiveStep(row.step, expected_at, waits_for(facts), done, total))
    return steps


def cockpit_of(status: DayStatus, live: list[LiveStep]) -> list[CockpitRow]:
    """Return the fourteen steps of the screen, those of the banks' days among them."""
    by_step = {row.step: row for row in live}
    states = {row.step: row.state for row in status.steps}
    notes = {row.step: row.note for row in status.steps}
    rows = []
    for name, steps in COCKPIT.items():
        if not steps:
            rows.append(_of_banks(name, status))
            continue
        parts = [by_step[step] for step in steps]
        waiting = [part.waits_for for part in parts if part.waits_for is not None]
        last = parts[-1]
        state, party = _adjusted(
            name,
            cockpit_state(states, steps=steps),
            waiting[0] if waiting else None,
            status=status,
            note=notes[Step.TIE_OUT],
        )
        rows.append(CockpitRow(name, state, party, last.done_count, last.total_count))
    return rows


def _adjusted(
    name: str,
    state: CockpitState,
    party: Party | None,
    *,
    status: DayStatus,
    note: str,
) -> tuple[CockpitState, Party | None]:
    """Return where a step of the screen stands that is more than its parts."""
    if name == TRIAL_BALANCE:
        state = of_trial_balance(state, note=note)
    if name == BREAKS:
        return of_bank_breaks(of_breaks(state, note=note), party, facts=status.banks)
    if name == SEAL and state is CockpitState.DONE:
        state = of_seal(state, seal=status.seal.state)
        party = seal_waits_for(status.seal.state, note=status.seal.note)
    return state, party


def _of_banks(name: str, status: DayStatus) -> CockpitRow:
    facts = status.banks
    if name == MATCH:
        return CockpitRow(name, *of_matching(facts), facts.matched, facts.total)
    assert name == IMPORT
    return CockpitRow(name, *of_statements(facts), facts.complete, facts.total)


def _expected_at(step: Step, on: date, *, is_session: bool) -> datetime:
    if step is Step.INCOME_REPORT:
        return income_at(on)
    of_session = {
        Step.CUT_OFF: cut_off_at,
        Step.NET_ORDERS: cut_off_at,
        Step.SEND_ORDERS: orders_out_at,
        Step.CONFIRMATIONS: confirmations_at,
        Step.UNITS: confirmations_at,
    }
    when = of_session.get(step) if is_session else None
    return when(on) if when else close_at(on)


def _counts(work: Work, status: DayStatus, calendar: TradingCalendar) -> Counts:
    """Return how far a trading day's orders and answers are, unless they are all through."""
    open_steps = {row.step for row in status.steps if row.state not in PASSED}
    found: dict[Step, tuple[int, int]] = {}
    if open_steps & {Step.NET_ORDERS, Step.SEND_ORDERS}:
        totals = day_facts.order_totals(work, fund=status.fund, t_day=status.on)
        count = sum(t.count for t in totals)
        found[Step.NET_ORDERS] = (count, count)
        found[Step.SEND_ORDERS] = (count - sum(t.unsent_count for t in totals), count)
    if open_steps & {Step.CONFIRMATIONS} and status.on > calendar.trading_days[0]:
        t_day = calendar.previous_trading_day(status.on)
        totals = day_facts.order_totals(work, fund=status.fund, t_day=t_day)
        normal = [t for t in totals if t.speed == "normal"]
        count = sum(t.count for t in normal)
        found[Step.CONFIRMATIONS] = (count - sum(t.unanswered_count for t in normal), count)
    return found
