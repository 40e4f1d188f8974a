"""Finding orders for staff: newest first under filters, by any id, beside a ledger transfer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from huoqi.fund._store import order_search as search_store
from huoqi.fund._store import orders as store
from huoqi.fund.orders import FundOrder, OrderKey, Payout
from huoqi.kit.dates import shanghai_midnight
from huoqi.kit.db import Work
from huoqi.kit.ids import derived_id

_DAY = timedelta(days=1)
_LOW, _HIGH = UUID(int=0), UUID(int=(1 << 128) - 1)
_BESIDE_MAX = 1_000
_TAIL_BITS = 64
_OWN_ACTIONS = ("fund.purchase_cash", "fund.advance_cash", "fund.advance_given_back")
_UNIT_ACTIONS = ("fund.purchase_units", "fund.redemption_units")
_SETTLED = "fund.settlement_to_customer"


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which orders are wanted; days are Shanghai days, the last one included.

    An order that follows from another (late income) counts with the day of that one, since ids
    are in order of time and what is derived from an id lies beside it.
    """

    state: str | None = None
    fund: str | None = None
    first_on: date | None = None
    last_on: date | None = None


def find_orders(
    work: Work,
    wanted: OrderFilter,
    *,
    shards: Sequence[int],
    before: UUID | None = None,
    limit: int = 50,
) -> list[FundOrder]:
    """Return orders of all customers, newest first, from those older than a given one."""
    filters: dict[str, object] = {"shards": list(shards)}
    if wanted.state is not None:
        filters["state"] = wanted.state
    if wanted.fund is not None:
        filters["fund"] = wanted.fund
    until = first_id_of(shanghai_midnight(wanted.last_on + _DAY)) if wanted.last_on else _HIGH
    since = first_id_of(shanghai_midnight(wanted.first_on)) if wanted.first_on else _LOW
    until = min(until, before or _HIGH)
    keys = search_store.newest(work, filters, since=since, before=until, limit=limit)
    return _newest_first(work, keys)


def orders_of_ids(work: Work, ids: Sequence[UUID], *, shards: Sequence[int]) -> list[FundOrder]:
    """Return orders of which only the id is known, newest first; unknown ids lack."""
    return _newest_first(work, search_store.keys_of_ids(work, ids, shards=shards)) if ids else []


def orders_of_payouts(work: Work, ids: Sequence[UUID], *, shards: Sequence[int]) -> list[FundOrder]:
    """Return the orders that caused payouts, newest first."""
    if not ids:
        return []
    return _newest_first(work, search_store.keys_of_payouts(work, ids, shards=shards))


def orders_of_customers(
    work: Work,
    customers: Sequence[tuple[int, int]],
    *,
    before: UUID | None = None,
    limit: int = 50,
) -> list[FundOrder]:
    """Return the orders of some customers, given by shard and number, newest first."""
    keys = search_store.of_customers(work, customers, before=before or _HIGH, limit=limit)
    return _newest_first(work, keys)


def orders_beside(
    work: Work, derived: UUID, *, shard: int, customer_no: int | None
) -> list[FundOrder]:
    """Return the few orders from whose ids another id may have been derived.

    The first half of a derived id is its parent's (``kit.ids.derived_id``), so they lie in one
    short range; while a sandbox's clock stands still it may be a long one, of which the first
    thousand are looked at.
    """
    head = derived.int >> _TAIL_BITS << _TAIL_BITS
    ids = (UUID(int=head), UUID(int=head | ((1 << _TAIL_BITS) - 1)))
    keys = search_store.keys_between(
        work, shard=shard, ids=ids, customer_no=customer_no, limit=_BESIDE_MAX
    )
    return _newest_first(work, keys)


def transfer_ids_of(order: FundOrder, payouts: Sequence[Payout]) -> list[UUID]:
    """Return the ledger transfers that an order and its payouts can have caused.

    Each one's id follows from what causes it (``postings``); those that never came are not in the
    ledger. Payments' own transfers follow from theirs.
    """
    own = [derived_id(order.order_id, action=action) for action in _OWN_ACTIONS]
    confirmed = f"fund.confirmed.{order.confirm_on.isoformat()}"
    cause_id = derived_id(order.order_id, action=confirmed)
    units = [derived_id(cause_id, action=action) for action in _UNIT_ACTIONS]
    return own + units + [derived_id(payout.payout_id, action=_SETTLED) for payout in payouts]


def advances_by_hour(
    work: Work, *, fund: str, since: datetime, until: datetime
) -> list[tuple[datetime, int, int]]:
    """Return by hour, oldest first, how many fast redemptions were advanced, and how much."""
    return search_store.fast_by_hour(work, fund=fund, since=since, until=until)


def first_id_of(at: datetime) -> UUID:
    """Return an id below every id that is made at an instant or later.

    >>> from datetime import UTC
    >>> first_id_of(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
    UUID('00000000-03e8-0000-0000-000000000000')
    """
    assert at.tzinfo is not None
    return UUID(int=int(at.timestamp()) * 1_000 << 80)


def _newest_first(work: Work, keys: Sequence[OrderKey]) -> list[FundOrder]:
    found = store.orders(work, keys) if keys else {}
    return sorted(found.values(), key=lambda order: order.order_id, reverse=True)
