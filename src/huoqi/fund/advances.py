"""The advance behind a fast redemption: units, line, quota and cash, taken and given back whole."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from huoqi.fund import postings
from huoqi.fund._store import holdings as holdings_store
from huoqi.fund._store import products as products_store
from huoqi.fund._store.day_use import UseMove, move_use
from huoqi.fund._store.holdings import EventRow
from huoqi.fund.orders import FundOrder
from huoqi.kit.dates import shanghai_at, shanghai_date
from huoqi.kit.db import Work
from huoqi.kit.ids import derived_id
from huoqi.ledger.rules.transfers import Transfer

ONE_DAY = timedelta(days=1)
# Shanghai time of the night at which a day's fast transfers go to the manager (close/rules/due.py).
TOLD_AT = (0, 5)


def advance_transfer(
    order: FundOrder, fund_nos: Mapping[str, int], *, give: postings.CustomerTransfer
) -> Transfer:
    """Return the transfer of an order's advance, given or given back."""
    return give(
        order.order_id,
        shard=order.shard,
        customer_no=order.customer_no,
        fund_no=fund_nos[order.fund],
        amount_fen=order.done_fen,
        on=shanghai_date(order.placed_at),
    )


def take_advances(work: Work, orders: Sequence[FundOrder]) -> None:
    """Move units to the provider, and take the day's quota and the line."""
    _move_units(work, orders, on=shanghai_date(work.at), returning=())
    move_use(work, [_use(order, sign=1) for order in orders])
    _move_lines(work, orders, sign=1)


def _move_units(
    work: Work, leaving: Sequence[FundOrder], *, on: date, returning: Sequence[FundOrder]
) -> None:
    """Move units of fast redemptions to the advance provider of their shard, or back again."""
    events = []
    for order, is_back in [*((o, False) for o in leaving), *((o, True) for o in returning)]:
        events += _advance_events(work, order, on=on, is_back=is_back)
    holdings_store.add_events(work, events)


def _advance_events(work: Work, order: FundOrder, *, on: date, is_back: bool) -> list[EventRow]:
    provider_no = _providers(work, order.fund)[order.shard]
    units_e2 = order.done_fen if is_back else -order.done_fen
    kind = "fast_return" if is_back else "fast_redemption"
    action = "fund.return" if is_back else "fund.advance"
    own_id = derived_id(order.order_id, action=action)
    counter_id = derived_id(order.order_id, action=f"{action}.provider")
    ids = (order.shard, order.fund)
    return [
        EventRow(*ids, order.customer_no, own_id, on, units_e2, kind, order.order_id),
        EventRow(*ids, provider_no, counter_id, on, -units_e2, "advance", order.order_id),
    ]


def _providers(work: Work, fund: str) -> dict[int, int]:
    held = work.buffer(f"fund.advance_holders.{fund}")
    if not held:
        held.append(products_store.advance_holders(work, fund=fund))
    found = held[0]
    assert isinstance(found, dict)
    return found


def _use(order: FundOrder, *, sign: int) -> UseMove:
    on = shanghai_date(order.placed_at)
    return UseMove(order.holding_key, on, fast_count=sign, fast_fen=sign * order.done_fen)


def _move_lines(work: Work, orders: Sequence[FundOrder], *, sign: int) -> None:
    by_fund: dict[str, int] = {}
    for order in orders:
        by_fund[order.fund] = by_fund.get(order.fund, 0) + sign * order.done_fen
    for fund in sorted(by_fund):
        products_store.move_line(work, fund=fund, by_fen=by_fund[fund])


def give_back_advances(
    work: Work, failed: Sequence[FundOrder], *, first_open_on: Mapping[str, date | None]
) -> None:
    """Undo fast redemptions whose payout failed for certain: units, count, sum, line and cash.

    Count and sum go back to the day of the order. So do the units, until that day's transfers are
    told to the manager; after that they come back today, and the provider keeps what it earned.
    """
    if not failed:
        return
    holdings_store.lock_holdings(work, [order.holding_key for order in failed])
    fund_nos = products_store.fund_numbers(work)
    for order in failed:
        on = _back_on(order, at=work.at, first_open_on=first_open_on.get(order.fund))
        _move_units(work, (), on=on, returning=[order])
    move_use(work, [_use(order, sign=-1) for order in failed])
    _move_lines(work, failed, sign=-1)
    postings.post_all(work, [_given_back(o, fund_nos, at=work.at) for o in failed])


def _back_on(order: FundOrder, *, at: datetime, first_open_on: date | None) -> date:
    placed_on = shanghai_date(order.placed_at)
    told_at = shanghai_at(placed_on + ONE_DAY, hour=TOLD_AT[0], minute=TOLD_AT[1])
    is_open = first_open_on is None or first_open_on <= placed_on
    return placed_on if is_open and at < told_at else shanghai_date(at)


def _given_back(order: FundOrder, fund_nos: Mapping[str, int], *, at: datetime) -> Transfer:
    return postings.advance_given_back(
        order.order_id,
        shard=order.shard,
        customer_no=order.customer_no,
        fund_no=fund_nos[order.fund],
        amount_fen=order.done_fen,
        on=shanghai_date(at),
    )
