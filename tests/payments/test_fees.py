"""What banks charge for payouts is our own expense, out of our own cash."""

from huoqi.ledger.queries import balances
from huoqi.ledger.rules.chart import AccountKind, system_account
from huoqi.payments.queries import reserve
from huoqi.payments.rules.bank_profiles import Direction
from huoqi.payments.rules.reducer import State
from tests.payments.world import MONDAY_NINE, World


def own(world: World, shard: int, kind: AccountKind) -> int:
    account = system_account(shard=shard, kind=kind)
    counters = world.database.run(lambda work: balances(work, [account])).get(account)
    return 0 if counters is None else counters.debits_posted - counters.credits_posted


def test_a_payout_costs_us_fifty_fen_and_the_customer_nothing(world: World) -> None:
    card = world.saver(cash_fen=10_000)
    order = world.place_one(card, 10_000, direction=Direction.PAYOUT)
    assert own(world, card.shard, AccountKind.EXPENSE) == 0
    world.run_at(MONDAY_NINE)

    assert world.now(order).state is State.SUCCEEDED
    assert own(world, card.shard, AccountKind.EXPENSE) == 50
    assert own(world, card.shard, AccountKind.PLATFORM_CASH) == -50
    assert world.cash(card).credit_balance == 0


def test_a_payout_that_was_refused_and_a_collection_cost_nothing(world: World) -> None:
    card = world.saver(last_four="0000", cash_fen=10_000)
    world.place_one(card, 5_000)
    refused = world.saver(8, last_four="0000", cash_fen=10_000)
    world.database.run(lambda work: work.run("DELETE FROM simulated.bank_card"))
    order = world.place_one(refused, 5_000, direction=Direction.PAYOUT)
    world.run_at(MONDAY_NINE)

    assert world.now(order).state is State.REJECTED
    for shard in (0, 1):
        assert own(world, shard, AccountKind.EXPENSE) == 0


def test_fees_leave_the_reserve_as_it_was(world: World) -> None:
    card = world.saver(cash_fen=10_000)
    before = world.database.run(reserve)
    world.place_one(card, 10_000, direction=Direction.PAYOUT)
    world.run_at(MONDAY_NINE)
    after = world.database.run(reserve)

    assert before.difference_fen == after.difference_fen == 0
    assert (before.own_fen, after.own_fen) == (0, 0)
    assert after.at_banks_fen == before.at_banks_fen - 10_000
    assert after.customers_fen == before.customers_fen - 10_000
