"""What the banks' statements bring to light, from the purchase to the case, the debt or the end."""

from datetime import date

import pytest

from huoqi.close.breaks import BreakFilter, breaks_queued
from huoqi.payments.operations.pulling import pull_statement
from huoqi.payments.orders import MoneyOrder
from huoqi.payments.queries import evidence_of, orders_of_keys
from huoqi.payments.statement_queries import StatementDay, statement_day
from huoqi.sandbox.residents import Resident
from tests.journeys.traveller import FRIDAY, MONDAY, THURSDAY, TUESDAY, WEDNESDAY, Traveller


def money(company: Traveller, who: Resident, order_id: object) -> MoneyOrder:
    """Return the money order of a purchase as it stands."""
    bought = company.order(who, order_id)  # type: ignore[arg-type]
    assert bought.money_order_id is not None
    key = (who.shard, bought.money_order_id)
    with company.live.database.work(while_advancing=True) as work:
        return orders_of_keys(work, [key])[key]


def proved(company: Traveller, order: MoneyOrder) -> list[str]:
    """Return what statements proved of an order."""
    with company.live.database.work(while_advancing=True) as work:
        return [e.event for e in evidence_of(work, order.key) if e.source == "statement"]


def statement(company: Traveller, on: date = MONDAY) -> StatementDay:
    """Return how it stands with ICBC's statement of a day."""
    with company.live.database.work(while_advancing=True) as work:
        found = statement_day(work, bank="ICBC", on=on)
    assert found is not None
    return found


def breaks(company: Traveller) -> list[str]:
    """Return the kinds of ICBC's breaks."""
    with company.live.database.work(while_advancing=True) as work:
        return [row.key.kind for row in breaks_queued(work, BreakFilter(fund="ICBC"))]


def test_a_purchase_is_proved_once_more_by_the_statement(company: Traveller) -> None:
    saver = company.saver()
    bought = company.buy(saver, 100_000)

    company.to(TUESDAY, 10)

    order = money(company, saver, bought)
    assert (proved(company, order), order.cases) == (["S_BOOKED"], frozenset())
    assert (statement(company).state, statement(company).entry_count) == ("complete", 1)
    assert breaks(company) == []


@pytest.mark.parametrize(
    ("last_four", "fen", "case", "kind", "day"),
    [
        ("0012", 100_000, "DOUBLE_EXECUTION", "bank_duplicate", TUESDAY),
        ("0000", 100_029, "DOUBLE_EXECUTION", "bank_duplicate", TUESDAY),
        ("0000", 100_023, "CONTRADICTION", "bank_missing", THURSDAY),
    ],
)
def test_what_a_bank_books_twice_or_not_at_all_opens_one_case_and_one_break(
    company: Traveller, last_four: str, fen: int, case: str, kind: str, day: date
) -> None:
    saver = company.saver(last_four)
    bought = company.buy(saver, fen)

    company.to(day, 10)

    order = money(company, saver, bought)
    assert (order.state.value, sorted(order.cases)) == ("SUCCEEDED", [case])
    assert breaks(company) == [kind]
    # The customer's purchase goes on: what the bank did wrong is between it and us.
    company.to(FRIDAY, 9)
    assert company.state(saver, bought) == "earning"
    assert company.holding(saver).units_e2 >= fen
    company.prove(THURSDAY)


def test_a_debit_that_the_bank_takes_back_is_a_debt_with_frozen_units(company: Traveller) -> None:
    saver = company.saver("0016")
    bought = company.buy(saver, 100_000)

    company.to(TUESDAY, 10)
    assert not money(company, saver, bought).returned
    company.to(WEDNESDAY, 10)

    assert money(company, saver, bought).returned
    assert company.order(saver, bought).reason == "reversed_by_bank"
    assert company.holding(saver).frozen_e2 == 100_000
    company.to(THURSDAY, 9)
    company.prove(WEDNESDAY)


def test_a_request_that_was_lost_is_proved_absent_only_by_complete_statements(
    company: Traveller,
) -> None:
    saver = company.saver()
    company.fault("bank_down", hours=1)
    bought = company.buy(saver, 100_000)
    company.fault("statement_wrong_total", hours=48)
    company.to(TUESDAY, 10)
    assert (statement(company).state, statement(company).reason) == (
        "refused",
        "statement.totals_off",
    )

    company.to(FRIDAY, 10)
    assert company.state(saver, bought) == "placed"
    assert company.cash(saver).credits_pending == 100_000
    with company.live.database.work() as work:
        pull_statement(work, bank="ICBC", on=MONDAY)
        pull_statement(work, bank="ICBC", on=TUESDAY)
    company.live.work_off()

    assert money(company, saver, bought).state.value == "REJECTED"
    assert company.state(saver, bought) == "failed"
    assert company.cash(saver).credits_pending == 0
    again = company.buy(saver, 100_000)
    assert company.state(saver, again) == "paid"
