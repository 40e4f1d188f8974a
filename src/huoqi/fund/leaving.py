"""A customer who leaves: what is still here, and redeeming it until nothing is left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from huoqi.fund._store import debts as debts_store
from huoqi.fund._store import holdings as holdings_store
from huoqi.fund._store import orders as store
from huoqi.fund.holdings import positions_of
from huoqi.fund.orders import FundOrder, RedemptionRequest, Speed
from huoqi.fund.redemptions import redeem
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.kit.ids import derived_id

Owner = tuple[int, int]  # shard, customer number
_LEAVING = UUID("f1000000-0000-7000-8000-000000000000")


@dataclass(frozen=True, slots=True)
class Rest:
    """What a customer still has with the funds.

    ``income_is_due`` says that income of sold units is not published or not paid out yet.
    """

    open_orders: tuple[UUID, ...]
    units_e2: int
    income_is_due: bool

    @property
    def is_nothing(self) -> bool:
        """Tell whether the customer may go."""
        return not (self.open_orders or self.units_e2 or self.income_is_due)


def rest_of(work: Work, owners: Sequence[Owner]) -> dict[Owner, Rest]:
    """Return what customers still have with the funds, as far as income is published."""
    open_orders, owed = store.open_orders_of(work, owners)
    for shard, customer_no, order_id in debts_store.owing(work, owners):
        # Who owes for a collection that was taken back cannot go before that is settled.
        open_orders.setdefault((shard, customer_no), []).append(order_id)
    held = holdings_store.holdings_of_all(work, owners)
    positions = positions_of(work, held, on=shanghai_date(work.at))
    units: dict[Owner, int] = dict.fromkeys(owners, 0)
    for position in positions.values():
        owner = (position.row.shard, position.row.customer_no)
        # Accrued income becomes units on the carry day; until then somebody still has it here.
        units[owner] += position.units_e2 + max(0, position.accrued_fen)
    return {
        owner: Rest(tuple(open_orders.get(owner, ())), units[owner], owner in owed)
        for owner in owners
    }


def redeem_rest(work: Work, owners: Sequence[Owner]) -> list[FundOrder | DomainError]:
    """Redeem all free units of leaving customers to their default cards; one result an order made.

    Safe to call every night: a holding with orders under way waits for them.
    """
    on = shanghai_date(work.at)
    held = holdings_store.holdings_of_all(work, owners)
    positions = positions_of(work, held, on=on)
    open_orders, owed = store.open_orders_of(work, owners)
    requests = []
    for (shard, fund, customer_no), position in sorted(positions.items()):
        waits = (shard, customer_no) in open_orders or (shard, customer_no) in owed
        if position.available_e2 and not waits:
            order_id = _order_id(position.row.key, on=on)
            requests.append(
                RedemptionRequest(order_id, customer_no, shard, fund, None, Speed.NORMAL)
            )
    return redeem(work, requests) if requests else []


def _order_id(key: holdings_store.Key, *, on: date) -> UUID:
    shard, fund, customer_no = key
    return derived_id(_LEAVING, action=f"{shard}|{fund}|{customer_no}|{on.isoformat()}")
