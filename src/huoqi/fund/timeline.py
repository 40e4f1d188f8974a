"""An order's steps with expected time, actual time, and who is waited for."""

from dataclasses import dataclass
from datetime import date, datetime

from huoqi.fund.orders import FundOrder, Side, Speed
from huoqi.fund.rules.order_states import Party, PurchaseState, RedemptionState
from huoqi.kit.dates import shanghai_at, shanghai_midnight

SENDING = (15, 5)
CONFIRMING = (9, 0)
VISIBLE = (2, 0)
_OWES_A_REFUND = {PurchaseState.CANCELLED, PurchaseState.REFUSED}


@dataclass(frozen=True, slots=True)
class TimelineStep:
    """One step: when it was to happen, when it did, and who has to make it happen."""

    state: str
    expected_at: datetime | None
    actual_at: datetime | None
    waits_for: Party | None

    def is_late(self, at: datetime) -> bool:
        """Tell whether the step is behind its time."""
        return self.actual_at is None and self.expected_at is not None and at > self.expected_at


def timeline_of(order: FundOrder) -> list[TimelineStep]:
    """Return the steps of an order, in order; those that can no longer come are left out."""
    steps = _purchase(order) if order.side is Side.PURCHASE else _redemption(order)
    if order.is_open and order.state not in _OWES_A_REFUND:
        return steps
    done = [step for step in steps if step.actual_at is not None]
    if order.state in _OWES_A_REFUND:
        refunded = PurchaseState.REFUNDED.value
        if not done or done[-1].state != order.state.value:
            done.append(TimelineStep(order.state.value, None, order.ended_at, Party.US))
        return [*done, TimelineStep(refunded, order.ended_at, None, Party.YOUR_BANK)]
    if done and done[-1].state == order.state.value:
        return done
    return [*done, TimelineStep(order.state.value, None, order.ended_at, None)]


def _at(on: date | None, clock: tuple[int, int]) -> datetime | None:
    return None if on is None else shanghai_at(on, hour=clock[0], minute=clock[1])


def _purchase(order: FundOrder) -> list[TimelineStep]:
    state = PurchaseState
    is_earning = order.state is state.EARNING
    earning_at = shanghai_midnight(order.earns_on) if is_earning else None
    # The manager answered and confirmed nothing: that is a refusal, whatever came after it.
    is_refused = order.confirmed_at is not None and not order.done_fen
    answer = state.REFUSED if is_refused else state.CONFIRMED
    return [
        TimelineStep(state.PLACED.value, order.placed_at, order.placed_at, Party.US),
        TimelineStep(state.PAID.value, order.placed_at, order.paid_at, Party.YOUR_BANK),
        TimelineStep(state.SENT.value, _at(order.t_day, SENDING), order.sent_at, Party.US),
        TimelineStep(
            answer.value,
            _at(order.confirm_on, CONFIRMING),
            order.confirmed_at,
            Party.FUND_MANAGER,
        ),
        TimelineStep(state.EARNING.value, _at(order.visible_on, VISIBLE), earning_at, None),
    ]


def _redemption(order: FundOrder) -> list[TimelineStep]:
    state = RedemptionState
    paid_out_at = order.paid_at
    placed = TimelineStep(state.PLACED.value, order.placed_at, order.placed_at, Party.US)
    accepted = TimelineStep(state.ACCEPTED.value, order.placed_at, order.placed_at, Party.US)
    if order.speed is Speed.FAST:
        confirmed = TimelineStep(
            state.CONFIRMED.value, order.placed_at, order.confirmed_at, Party.US
        )
        paid = TimelineStep(state.PAID_OUT.value, order.placed_at, paid_out_at, Party.YOUR_BANK)
        return [placed, accepted, confirmed, paid]
    return [
        placed,
        accepted,
        TimelineStep(state.SENT.value, _at(order.t_day, SENDING), order.sent_at, Party.US),
        TimelineStep(
            state.CONFIRMED.value,
            _at(order.confirm_on, CONFIRMING),
            order.confirmed_at if order.done_fen else None,
            Party.FUND_MANAGER,
        ),
        TimelineStep(
            state.PAID_OUT.value, _at(order.cash_on, CONFIRMING), paid_out_at, Party.YOUR_BANK
        ),
    ]
