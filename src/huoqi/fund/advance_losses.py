"""What the advance provider loses: its units earn the day's income, a negative one too.

When the register has fewer units of the provider than were advanced, nobody will ever pay the
difference: the provider bears it, and the line is free again.
"""

from collections.abc import Sequence

from huoqi.fund import postings
from huoqi.fund._store import holdings as holdings_store
from huoqi.fund._store import orders as orders_store
from huoqi.fund._store import products as products_store
from huoqi.fund.holdings import positions_of
from huoqi.fund.orders import FundOrder, Origin
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work


def bear_losses(work: Work, ended: Sequence[FundOrder], *, fund_no: int) -> int:
    """Settle what provider's redemptions were paid short for want of units; return the sum.

    Units that the provider still has, beside those of newer advances, are no loss.
    """
    short = [
        order
        for order in ended
        if order.origin is Origin.ADVANCE_PROVIDER
        and order.is_final
        and order.done_fen < (order.units_e2 or 0)
    ]
    if not short:
        return 0
    on = shanghai_date(work.at)
    held = holdings_store.lock_holdings(work, [order.holding_key for order in short])
    positions = positions_of(work, held.values(), on=on)
    backing = orders_store.advanced_fen(work, fund=short[0].fund)
    lost = []
    for order in short:
        position = positions[order.holding_key]
        missing_fen = (order.units_e2 or 0) - order.done_fen
        free_e2 = position.units_e2 - position.row.ordered_e2 - backing.get(order.shard, 0)
        loss_fen = max(0, missing_fen - max(0, free_e2))
        if loss_fen:
            lost.append((order, loss_fen))
    postings.open_advance_line(work, fund_no=fund_no, shards=sorted({o.shard for o, _ in lost}))
    postings.post_all(
        work,
        [
            postings.advance_loss(
                order.order_id, shard=order.shard, fund_no=fund_no, amount_fen=loss_fen, on=on
            )
            for order, loss_fen in lost
        ],
    )
    total_fen = sum(loss_fen for _, loss_fen in lost)
    if total_fen:
        fund = lost[0][0].fund
        products_store.lock_line(work, fund=fund)
        products_store.move_line(work, fund=fund, by_fen=-total_fen)
    return total_fen
