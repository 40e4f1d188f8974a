"""Bank statements as they are taken in: what is believed, what waits, what each line proves."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from typing import cast

import pytest

from huoqi.kit.db import Work
from huoqi.payments.banks.port import Bank
from huoqi.payments.banks.simulated import SimulatedBanks
from huoqi.payments.operations import take_statements
from huoqi.payments.operations.pulling import StatementNotPulled, pull_statement
from huoqi.payments.orders import MoneyOrder
from huoqi.payments.queries import evidence_of
from huoqi.payments.rules.bank_profiles import Direction
from huoqi.payments.rules.completeness import totals_of
from huoqi.payments.rules.reducer import Case, State
from huoqi.payments.rules.statements import Statement, StatementEntry, StatementHead
from huoqi.payments.statement_queries import StatementDay, statement_day
from huoqi.payments.statements import StatementNotOurs, StatementTaken
from huoqi.sandbox.faults import Fault, FaultRequest, arm_faults
from tests.payments.world import MONDAY_NINE, World

pytestmark = pytest.mark.database

MONDAY = date(2015, 5, 11)
TUESDAY = date(2015, 5, 12)
TUESDAY = date(2015, 5, 12)
ICBC_ACCOUNT = "622200100001"
NEXT_MORNING = timedelta(hours=23)


def line(
    order: MoneyOrder, *, fen: int | None = None, is_reversal: bool = False, name: str = ""
) -> StatementEntry:
    """Return a line that books an order, or takes it back."""
    is_credit = (order.direction is Direction.COLLECT) is not is_reversal
    amount_fen = order.amount_fen if fen is None else fen
    assert order.bank_ref is not None
    name = name or order.bank_ref[-8:]
    sides = (is_credit, is_reversal)
    return StatementEntry(name, order.bank_ref, amount_fen, *sides, MONDAY, MONDAY)


def statement(
    *entries: StatementEntry, on: date = MONDAY, sequence_no: int = 1, opening_fen: int = 0
) -> Statement:
    """Return a sound statement of ICBC with some lines."""
    totals = totals_of(entries)
    text = repr((on, sequence_no, opening_fen, entries))
    head = StatementHead(
        bank="ICBC",
        account=ICBC_ACCOUNT,
        statement_id=f"{ICBC_ACCOUNT}-{sequence_no}",
        sequence_no=sequence_no,
        first_on=on,
        last_on=on,
        opening_fen=opening_fen,
        closing_fen=opening_fen + totals.credit_fen - totals.debit_fen,
        entry_count=totals.count,
        credit_fen=totals.credit_fen,
        debit_fen=totals.debit_fen,
        sha256=hashlib.sha256(text.encode()).digest(),
    )
    return Statement(head, entries)


def take(world: World, *statements: Statement) -> list[StatementTaken]:
    """Take statements in and settle their news, as the piece of work does."""

    def body(work: Work) -> list[StatementTaken]:
        results = [r for r in take_statements(work, statements) if isinstance(r, StatementTaken)]
        world.pump.settle(work, [outcome for result in results for outcome in result.news])
        return results

    return world.database.run(body)


def test_a_line_decides_an_order_without_an_answer(world: World) -> None:
    card = world.saver(last_four="0009")
    order = world.place_one(card, 10_000)
    world.run_after(seconds=0)
    world.clock.at = MONDAY_NINE + NEXT_MORNING
    assert world.now(order).state is State.UNKNOWN

    (taken,) = take(world, statement(line(world.now(order))))

    assert taken.state.value == "complete"
    assert world.now(order).state is State.SUCCEEDED
    assert [outcome.order_id for outcome in world.news] == [order.order_id]


def _no_more(_: Work, pages: Sequence[StatementTaken]) -> None:
    """Nothing else looks at statements here."""


def morning(world: World, days: int = 1) -> int:
    """Move on to eight in the morning some days later and take the statements in."""
    taken = 0
    for day in range(1, days + 1):
        world.run_at(MONDAY_NINE + timedelta(days=day, hours=-1))
        taken += world.pump.take_statements(then=_no_more)
    return taken


def test_twelve_banks_write_a_statement_each_morning(world: World) -> None:
    assert morning(world, days=3) == 36
    assert world.pump.take_statements(then=_no_more) == 0


def test_a_card_debited_twice_opens_a_case(world: World) -> None:
    card = world.saver(last_four="0012")
    order = world.place_one(card, 10_000)
    world.run_after(seconds=0)
    assert world.now(order).state is State.SUCCEEDED

    morning(world)

    assert world.now(order).cases == {Case.DOUBLE_EXECUTION}


def test_a_card_whose_money_goes_back_returns_it_next_day(world: World) -> None:
    card = world.saver(last_four="0016")
    order = world.place_one(card, 10_000)
    world.run_after(seconds=0)

    morning(world)
    assert not world.now(order).returned
    morning(world, days=2)
    assert world.now(order).returned


@pytest.mark.parametrize(
    ("fen", "cases", "days"),
    [(10_023, {Case.CONTRADICTION}, 3), (10_029, {Case.DOUBLE_EXECUTION}, 1), (10_001, set(), 5)],
)
def test_amounts_that_are_listed_wrongly(
    world: World, fen: int, cases: set[Case], days: int
) -> None:
    order = world.place_one(world.saver(), fen)
    world.run_after(seconds=0)

    morning(world, days=days)

    assert world.now(order).state is State.SUCCEEDED
    assert world.now(order).cases == cases


def arm(world: World, fault: str, *, bank: str = "ICBC", **params: int) -> None:
    """Let a bank spoil its next statement."""
    request = FaultRequest(world.new_id(), fault, target=bank, params=params)
    assert isinstance(world.database.run(lambda work: arm_faults(work, [request]))[0], Fault)


def day_of(world: World, on: date = MONDAY) -> StatementDay:
    """Return how it stands with a day of ICBC."""
    found = world.database.run(lambda work: statement_day(work, bank="ICBC", on=on))
    assert found is not None
    return found


def test_a_late_statement_is_asked_for_until_it_is_there(world: World) -> None:
    arm(world, "statement_late", hours=1)
    morning(world)
    assert day_of(world).state == "late"
    world.run_after(minutes=45)
    assert world.pump.take_statements(then=_no_more) == 0

    world.run_after(minutes=15)
    assert world.pump.take_statements(then=_no_more) == 1

    assert day_of(world).state == "complete"
    assert day_of(world).arrived_at == world.clock.at


def test_a_statement_with_a_wrong_total_is_refused_with_both_totals_and_comes_right_when_asked_for(
    world: World,
) -> None:
    arm(world, "statement_wrong_total")
    order = world.place_one(world.saver(last_four="0012"), 10_000)
    world.run_after(seconds=0)
    morning(world)

    refused = day_of(world)
    assert (refused.state, refused.reason) == ("refused", "statement.totals_off")
    assert (refused.credit_fen, refused.stated_credit_fen) == (20_000, 20_001)
    assert not world.now(order).cases
    morning(world, days=2)
    assert (day_of(world, TUESDAY).state, day_of(world, TUESDAY).reason) == (
        "incomplete",
        "statement.sequence_gap",
    )

    world.database.run(lambda work: pull_statement(work, bank="ICBC", on=MONDAY))
    assert world.pump.take_statements(then=_no_more) == 1

    assert [day_of(world, on).state for on in (MONDAY, TUESDAY)] == ["complete", "complete"]
    assert world.now(order).cases == {Case.DOUBLE_EXECUTION}
    with pytest.raises(StatementNotPulled):
        world.database.run(lambda work: pull_statement(work, bank="ICBC", on=MONDAY))


@pytest.mark.parametrize(
    ("fault", "case", "days"),
    [
        ("statement_missing_line", Case.CONTRADICTION, 3),
        ("statement_duplicate_line", Case.DOUBLE_EXECUTION, 1),
        ("statement_wrong_amount", Case.AMOUNT_MISMATCH, 1),
    ],
)
def test_a_wrong_line_opens_a_case(world: World, fault: str, case: Case, days: int) -> None:
    arm(world, fault)
    order = world.place_one(world.saver(), 10_000)
    world.run_after(seconds=0)

    morning(world, days=days)

    assert world.now(order).cases == {case}
    assert day_of(world).state == "complete"


def test_a_line_that_nobody_ordered_touches_no_order(world: World) -> None:
    arm(world, "statement_unknown_line")
    order = world.place_one(world.saver(), 10_000)
    world.run_after(seconds=0)

    morning(world)

    assert not world.now(order).cases
    assert day_of(world).entry_count == 2


class Died(Exception):
    """The process ended here."""


@dataclass
class Deadly:
    """Banks that let the process die at a call."""

    banks: SimulatedBanks
    dies_at: str

    def __getattr__(self, name: str) -> object:
        if name == self.dies_at:
            raise Died(name)
        return getattr(self.banks, name)


@pytest.mark.parametrize("dies_at", ["statements", "ask_for_statement", "acknowledge_statements"])
def test_whoever_dies_on_the_way_finds_the_same_end(world: World, dies_at: str) -> None:
    order = world.place_one(world.saver(last_four="0012"), 10_000)
    world.run_after(seconds=0)
    arm(world, "statement_wrong_total", bank="SPDB")
    morning(world)
    world.database.run(lambda work: pull_statement(work, bank="SPDB", on=MONDAY))
    world.run_at(MONDAY_NINE + timedelta(days=2, hours=-1))
    deadly = replace(world.pump, bank=cast(Bank, Deadly(world.banks, dies_at)))

    with pytest.raises(Died):
        deadly.take_statements(then=_no_more)
    world.pump.take_statements(then=_no_more)

    assert world.now(order).cases == {Case.DOUBLE_EXECUTION}
    events = [line.event for line in world.database.run(lambda w: evidence_of(w, order.key))]
    assert events.count("S_BOOKED_DUP") == 1
    for bank, on in (("SPDB", MONDAY), ("SPDB", TUESDAY), ("ICBC", TUESDAY)):
        day = world.database.run(partial(statement_day, bank=bank, on=on))
        assert day is not None
        assert (day.state, day.pull_wanted) == ("complete", False)


def test_other_text_under_the_name_of_a_page_that_stands_changes_nothing(world: World) -> None:
    order = world.place_one(world.saver(), 10_000)
    world.run_after(seconds=0)
    world.clock.at = MONDAY_NINE + NEXT_MORNING
    once, twice = line(world.now(order)), line(world.now(order), name="other")

    states = [r.state.value for r in take(world, statement(once))]
    states += [r.state.value for r in take(world, statement(once), statement(once, twice))]

    assert states == ["complete", "ignored", "contradicted"]
    assert not world.now(order).cases
    assert day_of(world).entry_count == 1


def test_a_statement_of_another_account_is_not_taken(world: World) -> None:
    world.clock.at = MONDAY_NINE + NEXT_MORNING
    sound = statement()
    other = replace(sound, head=replace(sound.head, account="999999999999"))

    results = world.database.run(lambda work: take_statements(work, [other, sound]))

    assert isinstance(results[0], StatementNotOurs)
    assert isinstance(results[1], StatementTaken)
