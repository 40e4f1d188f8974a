"""Periodic plans: a fixed amount from a bound card each trading day, week or month.

A plan's purchase is an order like any other. It is placed in the transaction that moves the plan
on to its next date, so a round that is cut off buys nothing and one done again buys once. Three
misses in a row pause a plan.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from huoqi.customers.queries import Buyer, buyers_of
from huoqi.events.operations import EventDraft, emit_all
from huoqi.fund._store import orders as orders_store
from huoqi.fund._store import plans as store
from huoqi.fund.orders import FundOrder, PurchaseRequest
from huoqi.fund.plan_nouns import Plan, PlanRequest, PlanState
from huoqi.fund.products import FundUnknown
from huoqi.fund.purchases import MINIMUM_FEN, place_purchases
from huoqi.fund.rules.order_states import PurchaseState
from huoqi.fund.rules.plan_dates import MISSES_MOST, date_after, due_at, is_possible
from huoqi.fund.rules.purchase_limits import BelowMinimum
from huoqi.fund.rules.trading_days import TradingCalendar
from huoqi.fund.shelf import terms_of
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.payments.cards import CardState
from huoqi.payments.queries import cards_of_customer

PLANS_AT_ONCE = 500
PLANS_MOST = 20
_MISSED = frozenset({PurchaseState.FAILED, PurchaseState.REFUSED, PurchaseState.REFUNDED})
Step = Literal["pause", "resume", "end"]


class PlanUnknown(DomainError):
    """The customer has no plan with this id."""

    code: ClassVar[str] = "plan.unknown"


class PlanDayMalformed(DomainError):
    """A weekly plan names a weekday from 1 to 7, a monthly one a day from 1 to 31, else none."""

    code: ClassVar[str] = "plan.day_malformed"


class PlanCardUnknown(DomainError):
    """A plan buys from a bound card of the customer's own."""

    code: ClassVar[str] = "plan.card_unknown"


class PlanExists(DomainError):
    """The same plan is there already: same fund, card, amount and day."""

    code: ClassVar[str] = "plan.exists"


class PlansTooMany(DomainError):
    """A customer has no more plans than this at a time; end one first."""

    code: ClassVar[str] = "plan.too_many"


class PlanEnded(DomainError):
    """The plan has ended and stays so; make a new one."""

    code: ClassVar[str] = "plan.ended"


class PlanBuyerRefused(DomainError):
    """The account may not buy at this moment: frozen, closing, or without an agreement."""

    code: ClassVar[str] = "plan.buyer_refused"


def make_plan(work: Work, request: PlanRequest) -> Plan | DomainError:
    """Make a plan that buys from its next date after today on; the caller is stepped up.

    Errors: FundUnknown, BelowMinimum, PlanDayMalformed, PlanCardUnknown, PlansTooMany, PlanExists.
    """
    refusal = _refusal(work, request)
    if refusal is not None:
        return refusal
    today = shanghai_date(work.at)
    plan = Plan(
        request.shard,
        work.new_id(),
        request.customer_no,
        request.fund,
        request.card_id,
        request.amount_fen,
        request.every,
        request.on_day,
        PlanState.ACTIVE,
        "",
        date_after(today, every=request.every, on_day=request.on_day),
        0,
        None,
        work.at,
        None,
    )
    if not store.add(work, plan):
        return PlanExists()
    _tell(work, "made", [plan])
    return plan


def change_plan(
    work: Work, *, owner: tuple[int, int], plan_id: UUID, step: Step
) -> Plan | DomainError:
    """Pause, resume or end a plan; done twice it changes nothing. A resumed one looks ahead only.

    Errors: PlanUnknown, PlanEnded.
    """
    plan = store.lock(work, shard=owner[0], plan_id=plan_id)
    if plan is None or plan.owner != owner:
        return PlanUnknown()
    if plan.state is PlanState.ENDED:
        return plan if step == "end" else PlanEnded()
    after = _stepped(plan, step, at=work.at)
    if after != plan:
        store.save(work, [after])
        _tell(work, {"pause": "paused", "resume": "resumed", "end": "ended"}[step], [after])
    return after


def end_plans(work: Work, owners: Sequence[tuple[int, int]], *, reason: str) -> int:
    """End every plan of some customers, for a reason as a code; return how many there were."""
    found = store.of_owners(work, owners)
    ended = [
        replace(each, state=PlanState.ENDED, reason=reason, ended_at=work.at) for each in found
    ]
    store.save(work, ended)
    _tell(work, "ended", ended)
    return len(ended)


def plans_of(work: Work, *, shard: int, customer_no: int) -> list[Plan]:
    """Return a customer's plans, newest first, ended ones too."""
    return store.of_customer(work, shard=shard, customer_no=customer_no)


def next_plans_at(work: Work, calendar: TradingCalendar) -> datetime | None:
    """Return when plans buy next, None if none does."""
    next_on = store.next_on(work)
    return due_at(next_on, now=work.at, sessions=calendar) if next_on else None


def run_plans(work: Work) -> int:
    """Place what is due on this trading day; return how many plans that were.

    Whoever calls has found by ``next_plans_at`` that their hour has come. At most
    ``PLANS_AT_ONCE`` a unit of work: call again until there are none.
    """
    on = shanghai_date(work.at)
    due = store.due(work, on=on, limit=PLANS_AT_ONCE)
    if not due:
        return 0
    last = _last_orders(work, due)
    due = [_judged(plan, last) for plan in due]
    gone = [plan for plan in due if plan.state is not PlanState.ACTIVE]
    wishes = [plan for plan in due if plan.state is PlanState.ACTIVE]
    after = _bought(work, wishes, on=on)
    store.save(work, [*gone, *after])
    _tell(work, "paused", [*gone, *(each for each in after if each.state is PlanState.PAUSED)])
    return len(due)


def _refusal(work: Work, request: PlanRequest) -> DomainError | None:
    if not is_possible(request.every, on_day=request.on_day):
        return PlanDayMalformed()
    terms = terms_of(work, funds=[request.fund]).get(request.fund)
    if terms is None:
        return FundUnknown(fund=request.fund)
    minimum = terms.rule("fund.purchase_minimum").figure("amount_fen") or MINIMUM_FEN
    if request.amount_fen < minimum:
        return BelowMinimum(minimum_fen=minimum)
    cards = cards_of_customer(work, shard=request.shard, customer_no=request.customer_no)
    bound = {card.card_id for card in cards if card.state is CardState.BOUND}
    if request.card_id not in bound:
        return PlanCardUnknown()
    plans = plans_of(work, shard=request.shard, customer_no=request.customer_no)
    if sum(plan.state is not PlanState.ENDED for plan in plans) >= PLANS_MOST:
        return PlansTooMany(most=PLANS_MOST)
    return None


def _stepped(plan: Plan, step: Step, *, at: datetime) -> Plan:
    if step == "end":
        return replace(plan, state=PlanState.ENDED, reason="own_wish", ended_at=at)
    if step == "pause":
        if plan.state is PlanState.PAUSED:
            return plan
        return replace(plan, state=PlanState.PAUSED, reason="own_wish")
    if plan.state is PlanState.ACTIVE:
        return plan
    next_on = date_after(shanghai_date(at), every=plan.every, on_day=plan.on_day)
    return replace(plan, state=PlanState.ACTIVE, reason="", failures=0, next_on=next_on)


def _last_orders(work: Work, plans: Sequence[Plan]) -> Mapping[UUID, FundOrder]:
    keys = [(plan.shard, plan.last_order_id) for plan in plans if plan.last_order_id]
    return {order.order_id: order for order in orders_store.orders(work, keys).values()}


def _judged(plan: Plan, last: Mapping[UUID, FundOrder]) -> Plan:
    """Return the plan after what became of its last purchase: a miss, or a success."""
    order = last.get(plan.last_order_id) if plan.last_order_id else None
    if order is None:
        return plan
    if order.state not in _MISSED:
        return replace(plan, failures=0)
    return _missed(plan, reason=order.reason or order.state.value)


def _missed(plan: Plan, *, reason: str) -> Plan:
    failures = plan.failures + 1
    if failures < MISSES_MOST:
        return replace(plan, failures=failures)
    return replace(plan, failures=failures, state=PlanState.PAUSED, reason=reason)


def _bought(work: Work, plans: Sequence[Plan], *, on: date) -> list[Plan]:
    """Place the purchases of plans and return how the plans stand then, in order."""
    buyers: dict[tuple[int, int], Buyer] = {}
    for fund in sorted({plan.fund for plan in plans}):
        owners = [plan.owner for plan in plans if plan.fund == fund]
        buyers |= buyers_of(work, owners, fund=fund)
    wishes: dict[UUID, PurchaseRequest] = {}
    for plan in plans:
        buyer = buyers.get(plan.owner)
        if buyer is not None and buyer.may_buy:
            wishes[plan.plan_id] = _wish(work, plan, has_agreed=buyer.has_agreed)
    placed = place_purchases(work, list(wishes.values())) if wishes else []
    answers = dict(zip(wishes, placed, strict=True))
    after = []
    for plan in plans:
        answer = answers.get(plan.plan_id, PlanBuyerRefused())
        following = date_after(on, every=plan.every, on_day=plan.on_day)
        if isinstance(answer, FundOrder):
            after.append(replace(plan, next_on=following, last_order_id=answer.order_id))
            continue
        missed = _missed(replace(plan, last_order_id=None), reason=answer.code)
        after.append(replace(missed, next_on=following))
        _tell(work, "missed", [replace(missed, reason=answer.code)])
    return after


def _wish(work: Work, plan: Plan, *, has_agreed: bool) -> PurchaseRequest:
    return PurchaseRequest(
        work.new_id(),
        plan.customer_no,
        plan.shard,
        plan.fund,
        plan.amount_fen,
        plan.card_id,
        is_new=True,
        has_agreed=has_agreed,
    )


def _tell(work: Work, verb: str, plans: Sequence[Plan]) -> None:
    emit_all(
        work,
        [
            EventDraft(
                f"fund.plan.{verb}",
                each.plan_id,
                each.customer_no,
                {
                    "plan_id": str(each.plan_id),
                    "fund": each.fund,
                    "amount_fen": each.amount_fen,
                    "every": each.every.value,
                    "next_on": each.next_on.isoformat(),
                    "reason": each.reason,
                },
            )
            for each in plans
        ],
    )
