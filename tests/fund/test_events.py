"""The event log follows an order from state to state, with the ledger transfers of each."""

from huoqi.events.queries import events_of_customer
from huoqi.fund.orders import Speed
from huoqi.ledger.rules.chart import AccountKind
from tests.fund.world import MONDAY, ONE_DAY, Shelf


def test_each_change_of_an_order_is_told_with_its_transfers(shelf: Shelf) -> None:
    shelf.buy(107, 100_000)
    shelf.run_until(MONDAY)
    shelf.sell(107, 40_000, speed=Speed.FAST)
    shelf.run_until(MONDAY + ONE_DAY)
    with shelf.database.work() as work:
        events = events_of_customer(work, customer_no=107, limit=100)

    told = [(event.type, len(event.ledger_transfer_ids)) for event in events]
    assert [kind for kind in told if kind[0].startswith("fund.")] == [
        ("fund.purchase.placed", 0),
        ("fund.purchase.paid", 1),
        ("fund.purchase.sent", 0),
        ("fund.purchase.confirmed", 1),
        ("fund.redemption.confirmed", 1),
        ("fund.payout.paid_out", 0),
        ("fund.redemption.paid_out", 0),
        ("fund.purchase.earning", 0),
    ]
    assert shelf.system_fen(AccountKind.ADVANCE_RECEIVABLE) == 0
