"""Fund orders as they cross the wire; encoded by msgspec, since every purchase answers with one."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta, Struct, structs

from huoqi.fund.orders import FundOrder
from huoqi.fund.queries import TimelineStep, timeline_of
from huoqi.kit.dates import SHANGHAI
from huoqi.ledger.rules.counters import Counters
from huoqi.payments.orders import MoneyOrder
from huoqi.payments.rules.reducer import State
from huoqi.web.wire import MINOR_PATTERN

FUND_PATTERN = "^[0-9A-Za-z]{1,16}$"
Minor = Annotated[str, Meta(pattern=MINOR_PATTERN, examples=["10000"])]
FundCode = Annotated[str, Meta(pattern=FUND_PATTERN, examples=["990001"])]

_ENCODER = msgspec.json.Encoder()
# Everything of an order that its timeline is made from.
_life_of = attrgetter(
    "side", "speed", "state", "done_fen", "placed_at", "t_day", "confirm_on", "earns_on",
    "visible_on", "cash_on", "paid_at", "sent_at", "confirmed_at", "ended_at",
)  # fmt: skip


class MoneyWire(Struct, frozen=True, forbid_unknown_fields=True):
    """An amount in integer minor units (fen), as a string."""

    amount: Minor
    currency: Literal["CNY"] = "CNY"


class UnitsWire(Struct, frozen=True, forbid_unknown_fields=True):
    """Fund units as an integer in hundredths, as a string."""

    units: Minor
    scale: Literal[2] = 2


class Step(Struct, frozen=True, omit_defaults=True):
    """One step of an order's life: when it is expected, when it happened, who has to make it so.

    A late step of a single order says by how many seconds, and its ticket, which opens by itself
    within a minute.
    """

    state: str
    expected_at: datetime | None
    actual_at: datetime | None
    waits_for: str | None
    late_by_s: int | None = None
    ticket: str | None = None


class Order(Struct, frozen=True):
    """A fund order. ``state`` is ``unknown`` while its bank has not answered for certain."""

    id: UUID
    fund: str
    side: str
    speed: str
    state: str
    reason: str | None
    waits_for: str | None
    amount: MoneyWire | None
    units: UnitsWire | None
    takes_all: bool
    card_id: UUID | None
    refunded: MoneyWire | None
    placed_at: datetime
    t_day: date
    confirm_on: date
    earns_from: date | None
    earns_until: date | None
    visible_on: date | None
    cash_expected_on: date | None
    timeline: list[Step]


class Balances(Struct, frozen=True):
    """The customer's cash after this: free, held for payouts, on its way from the bank."""

    cash: MoneyWire
    cash_held: MoneyWire
    cash_incoming: MoneyWire


class OrderAnswer(Struct, frozen=True):
    """What a request that moves money is answered with.

    ``commit_seq``: every event of this request has at most this number in the event log.
    """

    order: Order
    balances: Balances
    commit_seq: str
    business_time: datetime


class OrderView(Struct, frozen=True):
    """One order as it stands."""

    order: Order
    business_time: datetime


class OrderPage(Struct, frozen=True):
    """One page of a customer's orders, newest first."""

    data: list[Order]
    next_cursor: str | None
    business_time: datetime


class ClosingAnswer(Struct, frozen=True):
    """Where the closing of an account stands: closing while something is left, then closed."""

    customer_id: UUID
    state: str
    business_time: datetime


def encoded(answer: Struct) -> bytes:
    """Return an answer's JSON."""
    return _ENCODER.encode(answer)


@lru_cache(maxsize=1_024)
def local(at: datetime) -> datetime:
    """Return an instant with the Shanghai offset; the orders of a batch share a few of them."""
    return at.astimezone(SHANGHAI)


class Timelines:
    """The timelines of one answer's orders; orders that went the same way share theirs."""

    def __init__(self) -> None:
        self._known: dict[object, list[Step]] = {}

    def of(self, order: FundOrder) -> list[Step]:
        """Return an order's timeline."""
        life = _life_of(order)
        found = self._known.get(life)
        if found is None:
            found = self._known[life] = [_step(step) for step in timeline_of(order)]
        return found


def with_lateness(
    order: FundOrder, shown: Order, *, at: datetime, tickets: Mapping[str, str]
) -> Order:
    """Return an order on the wire with what is late of it: the first step that has not come."""
    steps = timeline_of(order)
    place = next((n for n, step in enumerate(steps) if step.actual_at is None), None)
    if place is None or steps[place].waits_for is None or not steps[place].is_late(at):
        return shown
    late, expected_at = shown.timeline[place], steps[place].expected_at
    assert expected_at is not None
    late_by_s = int((at - expected_at).total_seconds())
    told = structs.replace(late, late_by_s=late_by_s, ticket=tickets.get(late.state))
    timeline = [*shown.timeline[:place], told, *shown.timeline[place + 1 :]]
    return structs.replace(shown, timeline=timeline)


def order_wire(
    order: FundOrder, money: MoneyOrder | None, *, timelines: Timelines | None = None
) -> Order:
    """Return an order for the wire; ``money`` is its collection or payout if that is known."""
    return Order(
        id=order.order_id,
        fund=order.fund,
        side=order.side.value,
        speed=order.speed.value,
        state=_state(order, money),
        reason=order.reason or (money.reason if money and money.reason else None),
        waits_for=order.waits_for.value if order.waits_for else None,
        amount=_money(order.amount_fen),
        units=None if order.units_e2 is None else UnitsWire(str(order.units_e2)),
        takes_all=order.takes_all,
        card_id=order.card_id,
        refunded=_money(order.refunded_fen) if order.refunded_fen else None,
        placed_at=local(order.placed_at),
        t_day=order.t_day,
        confirm_on=order.confirm_on,
        earns_from=order.earns_from,
        earns_until=order.earns_until,
        visible_on=order.visible_on,
        cash_expected_on=order.cash_on,
        timeline=(timelines or Timelines()).of(order),
    )


def _state(order: FundOrder, money: MoneyOrder | None) -> str:
    unproven = money is not None and money.state in {State.UNKNOWN, State.DISPUTED}
    return "unknown" if unproven and not order.is_final else order.state.value


def _step(step: TimelineStep) -> Step:
    waits_for = step.waits_for.value if step.waits_for else None
    return Step(step.state, _local(step.expected_at), _local(step.actual_at), waits_for)


def _local(at: datetime | None) -> datetime | None:
    return None if at is None else local(at)


def _money(amount_fen: int | None) -> MoneyWire | None:
    return None if amount_fen is None else MoneyWire(str(amount_fen))


def balances_wire(cash: Counters) -> Balances:
    """Return the counters of a cash account for the wire."""
    return Balances(
        cash=MoneyWire(str(cash.available)),
        cash_held=MoneyWire(str(cash.debits_pending)),
        cash_incoming=MoneyWire(str(cash.credits_pending)),
    )
