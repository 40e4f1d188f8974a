"""A collection that the bank took back: the debt and the frozen units, and what settles them."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from huoqi.fund.debt_nouns import Debt, Settlement, SettlementRequest, SettlementState, Way
from huoqi.fund.debts import DebtExceeded, DebtUnknown, NoHeldRefund
from huoqi.fund.leaving import rest_of
from huoqi.fund.operations import settle_debt, settle_payments
from huoqi.fund.orders import FundOrder, Origin, PayoutState
from huoqi.fund.queries import debt_of, open_debts, settled_debts, settlements_of
from huoqi.fund.rules.fast_redemption import InsufficientUnits
from huoqi.fund.rules.order_states import PurchaseState, RedemptionState
from huoqi.kit.errors import DomainError
from huoqi.ledger.queries import asset_totals, balances
from huoqi.ledger.rules.chart import AccountKind, customer_account, system_account
from huoqi.payments.operations import record_evidence
from huoqi.payments.orders import Evidence, OrderOutcome
from huoqi.payments.rules.bank_profiles import Direction
from huoqi.payments.rules.reducer import Event, State
from tests.fund.test_money_out import take_back
from tests.fund.world import MONDAY, ONE_DAY, Shelf, shelf_on

TUESDAY = MONDAY + ONE_DAY
SAVER, SHARD = 107, 1


@pytest.fixture
def shelf(dsn: str) -> Iterator[Shelf]:
    """Yield a shelf on the first Monday."""
    with shelf_on(dsn) as opened:
        yield opened


@pytest.fixture
def owing(shelf: Shelf) -> FundOrder:
    """Return a confirmed purchase of 500.00 yuan whose money the bank took back on Wednesday."""
    order = shelf.buy(SAVER, 50_000)
    shelf.run_until(TUESDAY)
    take_back(shelf, order)
    return order


def settle(
    shelf: Shelf, order: FundOrder, way: Way, *, fen: int | None = None, named: UUID | None = None
) -> Settlement:
    """Settle a debt in a way; a refusal is raised."""
    wish = SettlementRequest(named or shelf.new_id(), SHARD, order.order_id, way, fen)
    return shelf.database.run(lambda work: settle_debt(work, wish))


def debt(shelf: Shelf, order: FundOrder) -> Debt:
    """Return the debt of a purchase."""
    found = shelf.database.run(lambda work: debt_of(work, order.order_id))
    assert found is not None
    return found


def owed_fen(shelf: Shelf) -> int:
    """Return what the saver owes according to the ledger; every asset balances."""
    account = customer_account(shard=SHARD, customer_no=SAVER, kind=AccountKind.RECEIVABLE)
    with shelf.database.work() as work:
        for sums in asset_totals(work).values():
            assert sums.debits_posted == sums.credits_posted
        return balances(work, [account])[account].debit_balance


def test_a_debt_is_opened_with_its_units_frozen(shelf: Shelf, owing: FundOrder) -> None:
    found = debt(shelf, owing)

    assert (found.amount_fen, found.left_fen, found.frozen_e2) == (50_000, 50_000, 50_000)
    assert owed_fen(shelf) == 50_000
    assert shelf.database.run(open_debts) == [found]
    rest = shelf.database.run(lambda work: rest_of(work, [(SHARD, SAVER)]))
    assert owing.order_id in rest[SHARD, SAVER].open_orders


def test_a_later_collection_pays_the_debt_and_frees_the_units(
    shelf: Shelf, owing: FundOrder
) -> None:
    begun = settle(shelf, owing, Way.COLLECTION)
    assert begun.state is SettlementState.PENDING
    assert debt(shelf, owing).left_fen == 0
    assert owed_fen(shelf) == 50_000

    shelf.pay()

    after = debt(shelf, owing)
    assert (after.settled_fen, after.frozen_e2) == (50_000, 0)
    assert after.ended_at is not None
    assert owed_fen(shelf) == 0
    assert shelf.cash_fen(SAVER) == 0
    assert shelf.holding(SAVER).frozen_e2 == 0
    assert shelf.database.run(settled_debts) == [after]


def test_a_collection_that_fails_leaves_the_debt_open(shelf: Shelf, owing: FundOrder) -> None:
    settlement = settle(shelf, owing, Way.COLLECTION, fen=20_000)
    assert debt(shelf, owing).left_fen == 30_000
    refused = OrderOutcome(
        SHARD,
        shelf.new_id(),
        settlement.settlement_id,
        SAVER,
        "fund.debt",
        Direction.COLLECT,
        20_000,
        State.REJECTED,
        returned=False,
        reason="card.insufficient_funds",
        decided_at=shelf.clock.at,
    )

    shelf.database.run(lambda work: settle_payments(work, [refused]))

    after = debt(shelf, owing)
    assert (after.left_fen, after.frozen_e2) == (50_000, 50_000)
    with shelf.database.work() as work:
        (ended,) = settlements_of(work, after)
    assert (ended.state, ended.reason) == (SettlementState.FAILED, "card.insufficient_funds")


def test_a_collection_for_a_debt_that_is_taken_back_too_is_owed_again(
    shelf: Shelf, owing: FundOrder
) -> None:
    settle(shelf, owing, Way.COLLECTION)
    shelf.pay()
    with shelf.database.work() as work:
        row = work.row("SELECT order_id FROM money_order WHERE purpose = 'fund.debt'")
    assert row is not None
    back = Evidence(SHARD, row[0], "statement-2", "statement", Event.S_RETURNED, amount_fen=50_000)
    shelf.database.run(lambda work: settle_payments(work, record_evidence(work, [back])))

    again = debt(shelf, owing)
    assert (again.settled_fen, again.left_fen, again.frozen_e2) == (0, 50_000, 50_000)
    assert again.ended_at is None
    assert owed_fen(shelf) == 50_000
    assert shelf.holding(SAVER).frozen_e2 == 50_000


def test_frozen_units_are_redeemed_against_the_debt_and_every_day_ties(
    shelf: Shelf, owing: FundOrder
) -> None:
    settle(shelf, owing, Way.UNITS)
    order = shelf.orders(SAVER)[-1]
    assert (order.origin, order.state) == (Origin.DEBT, RedemptionState.ACCEPTED)
    held = shelf.holding(SAVER)
    assert (held.frozen_e2, held.ordered_e2) == (0, 50_000)

    shelf.run_until(TUESDAY + 3 * ONE_DAY)

    assert shelf.now(order).state is RedemptionState.PAID_OUT
    assert shelf.payouts(order) == []
    assert debt(shelf, owing).ended_at is not None
    assert (owed_fen(shelf), shelf.cash_fen(SAVER)) == (0, 0)
    assert shelf.system_fen(AccountKind.FUND_SETTLEMENT) == 0
    left = shelf.holding(SAVER)
    assert 0 < left.units_e2 < 50  # the income that the units earned stays the customer's


def test_more_units_than_are_frozen_and_there_cannot_pay(shelf: Shelf) -> None:
    order = shelf.buy(SAVER, 50_000)
    take_back(shelf, order)  # before anything was confirmed: there are no units yet

    with pytest.raises(InsufficientUnits):
        settle(shelf, order, Way.UNITS)

    shelf.run_until(TUESDAY)
    settle(shelf, order, Way.UNITS, fen=30_000)
    assert debt(shelf, order).frozen_e2 == 20_000


def test_what_is_written_off_is_our_expense(shelf: Shelf, owing: FundOrder) -> None:
    settle(shelf, owing, Way.WRITE_OFF, fen=20_000)
    part = debt(shelf, owing)
    assert (part.settled_fen, part.frozen_e2, part.ended_at) == (20_000, 30_000, None)

    settle(shelf, owing, Way.WRITE_OFF)

    account = system_account(shard=SHARD, kind=AccountKind.EXPENSE)
    with shelf.database.work() as work:
        assert balances(work, [account])[account].debit_balance == 50_000
    assert owed_fen(shelf) == 0
    assert shelf.holding(SAVER).frozen_e2 == 0


def test_a_held_refund_pays_the_debt_of_its_own_purchase(shelf: Shelf) -> None:
    order = shelf.buy(SAVER, 50_000)
    take_back(shelf, order)
    shelf.cancel(order)
    shelf.pay()
    assert shelf.cash_fen(SAVER) == 50_000

    settlement = settle(shelf, order, Way.HELD_REFUND)

    (payout,) = shelf.payouts(order)
    assert (settlement.state, payout.state) == (SettlementState.SETTLED, PayoutState.OFFSET)
    assert shelf.now(order).state is PurchaseState.REFUNDED
    assert (owed_fen(shelf), shelf.cash_fen(SAVER)) == (0, 0)
    assert shelf.holding(SAVER).frozen_e2 == 0
    shelf.run_until(TUESDAY)


def test_a_repeated_decision_settles_once_and_too_much_is_refused(
    shelf: Shelf, owing: FundOrder
) -> None:
    named = shelf.new_id()
    first = settle(shelf, owing, Way.WRITE_OFF, fen=10_000, named=named)
    assert settle(shelf, owing, Way.WRITE_OFF, fen=10_000, named=named) == first

    def refusal(way: Way, fen: int | None = None, order: FundOrder = owing) -> DomainError:
        with pytest.raises(DomainError) as refused:
            settle(shelf, order, way, fen=fen)
        return refused.value

    exceeded = refusal(Way.WRITE_OFF, 40_001)
    assert isinstance(exceeded, DebtExceeded)
    assert exceeded.params == {"left_fen": 40_000}
    assert isinstance(refusal(Way.HELD_REFUND), NoHeldRefund)
    other = shelf.buy(108, 20_000)
    assert isinstance(refusal(Way.UNITS, order=other), DebtUnknown)
    with shelf.database.work() as work:
        assert [each.way for each in settlements_of(work, debt(shelf, owing))] == [Way.WRITE_OFF]


def test_money_taken_back_before_anybody_told_leaves_no_cash_and_no_debt(shelf: Shelf) -> None:
    with shelf.database.work() as work:
        work.run(
            "INSERT INTO simulated.fault (fault_id, fault, target, active_from, remaining)"
            " VALUES (%s, 'reply_lost', '', %s, 1)",
            (work.new_id(), work.at),
        )
    order = shelf.buy(SAVER, 50_000)

    take_back(shelf, order)

    assert shelf.now(order).state is PurchaseState.FAILED
    assert (shelf.cash_fen(SAVER), owed_fen(shelf)) == (0, 0)
