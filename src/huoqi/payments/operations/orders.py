"""Placing and cancelling money orders: one transaction takes limits, hold and row together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Row, Work
from huoqi.kit.errors import DomainError
from huoqi.ledger.rules.transfers import ResultCode
from huoqi.payments._store import banks, day_use, orders
from huoqi.payments.operations import postings
from huoqi.payments.operations.applying import Step, apply_steps
from huoqi.payments.operations.limiting import within_limits
from huoqi.payments.operations.refusals import BankDown as BankDown
from huoqi.payments.operations.refusals import BankNotAvailable as BankNotAvailable
from huoqi.payments.operations.routing import Router
from huoqi.payments.orders import MoneyOrder, OrderKey, OrderRequest
from huoqi.payments.rules.bank_profiles import Direction, Offices
from huoqi.payments.rules.reducer import Action, Event, State, reduce
from huoqi.payments.rules.routing import Candidate

Result = MoneyOrder | DomainError
REFUND = "refund"


class OrderIdReused(DomainError):
    """An order with this id exists and is about something else."""

    code: ClassVar[str] = "payment.order_id_reused"


class IntentInFlight(DomainError):
    """Another order for the same intent may still move money, or people must look at it."""

    code: ClassVar[str] = "payment.intent_in_flight"


class CardNotBound(DomainError):
    """The card is not the customer's, or not bound, or the bank reported it lost."""

    code: ClassVar[str] = "card.not_bound"


class BalanceTooLow(DomainError):
    """The customer's cash does not cover the payout."""

    code: ClassVar[str] = "payment.balance_too_low"


class HoldRefused(DomainError):
    """The ledger refused the hold; ``result`` names why (a frozen or a closed account)."""

    code: ClassVar[str] = "payment.hold_refused"


class RefundExceedsOriginal(DomainError):
    """A refund names no collection of its card, the bank took it back, or all refunds exceed it."""

    code: ClassVar[str] = "payment.refund_exceeds_original"


class OrderNotFound(DomainError):
    """No order has this id."""

    code: ClassVar[str] = "payment.order_not_found"


class OrderInFlight(DomainError):
    """The bank may have been told already, so the order cannot be cancelled."""

    code: ClassVar[str] = "payment.order_in_flight"


class OrderEnded(DomainError):
    """The order has ended; nothing is left to cancel."""

    code: ClassVar[str] = "payment.order_ended"


def create_orders(work: Work, requests: Sequence[OrderRequest]) -> list[Result]:
    """Place orders: reserved with hold and limits taken, ready for the pump; or why not.

    One result a request, in order; a repeated request returns the order as it stands. What is
    refused leaves nothing behind. While a bank is down its payouts wait and its collections are
    refused. Errors: OrderIdReused, IntentInFlight, CardNotBound, BankNotAvailable, BankDown,
    AmountNotPositive, SingleLimit, CardDayLimit, CardDayCount, ChannelDayLimit,
    RefundExceedsOriginal, BalanceTooLow, HoldRefused.
    """
    return reserve_orders(work, write_orders(work, requests))


@dataclass(frozen=True, slots=True)
class WrittenOrders:
    """Orders whose rows are written and that still want limits and a hold; or why not."""

    requests: Sequence[OrderRequest]
    router: Router
    drafts: Sequence[MoneyOrder]
    results: dict[OrderKey, Result]

    def refusals(self) -> list[DomainError | None]:
        """Return for each request why it is refused already, None for what may still be placed."""
        answers = [self.results.get(request.key) for request in self.requests]
        return [answer if isinstance(answer, DomainError) else None for answer in answers]


def write_orders(work: Work, requests: Sequence[OrderRequest]) -> WrittenOrders:
    """Do the first half of ``create_orders``, which takes no lock that others wait for.

    ``reserve_orders`` must follow in the same unit of work, after what else can be written before.
    """
    router = Router(banks.offices_on(work, on=shanghai_date(work.at)), at=work.at)
    results: dict[OrderKey, Result] = {}
    drafts = _drafts(work, requests, router=router, results=results)
    drafts = _within_refunds(work, drafts, results=results)
    wanted = WrittenOrders(requests, router, drafts, results)
    return replace(wanted, drafts=_written(work, wanted))


def reserve_orders(work: Work, written: WrittenOrders) -> list[Result]:
    """Do the second half of ``create_orders``: limits, then holds; what is refused is unwritten.

    From here on counters of the day and the ledger's shards are locked until the commit.
    """
    router, results = written.router, dict(written.results)
    drafts = within_limits(work, written.drafts, router=router, results=results)
    results.update(_held(work, drafts, offices=router.offices))
    orders.forget(
        work, [draft.key for draft in written.drafts if isinstance(results[draft.key], DomainError)]
    )
    return [_answer(results[request.key], request) for request in written.requests]


def cancel_orders(work: Work, keys: Sequence[OrderKey]) -> list[Result]:
    """Cancel orders that no bank was told of; hold and limits are given back.

    Errors: OrderNotFound, OrderInFlight, OrderEnded. A cancelled order answers itself again.
    """
    found = orders.lock(work, list(dict.fromkeys(keys)))
    offices = banks.offices_on(work, on=shanghai_date(work.at))
    steps = [
        Step(order, Event.C_CANCEL)
        for order in found.values()
        if Action.REFUSE not in reduce(order.state, Event.C_CANCEL).actions
    ]
    changed = {order.key: order for order in apply_steps(work, steps, offices=offices)}
    return [_cancelled(changed.get(key) or found.get(key)) for key in keys]


def _cancelled(order: MoneyOrder | None) -> Result:
    if order is None:
        return OrderNotFound()
    if order.state is State.CANCELLED:
        return order
    if order.in_flight:
        return OrderInFlight(order_id=str(order.order_id), state=str(order.state))
    return OrderEnded(order_id=str(order.order_id), state=str(order.state))


def _answer(result: Result, request: OrderRequest) -> Result:
    """Return a request's answer; the order of another request under its id is a refusal."""
    if isinstance(result, MoneyOrder) and not result.repeats(request):
        return OrderIdReused(order_id=str(request.order_id))
    return result


def _drafts(
    work: Work,
    requests: Sequence[OrderRequest],
    *,
    router: Router,
    results: dict[OrderKey, Result],
) -> list[MoneyOrder]:
    """Return what may be placed so far as cards, intents and banks tell; settle the rest."""
    drafts: dict[OrderKey, MoneyOrder] = {}
    intents: dict[tuple[int, object], MoneyOrder] = {}
    known: list[OrderKey] = []
    for request, facts in zip(requests, orders.context_of(work, requests), strict=True):
        if facts[4] is not None:
            known.append(request.key)
        elif request.key not in drafts and request.key not in results:
            rival = intents.get((request.shard, request.intent_id))
            try:
                draft = _draft(work, request, facts=facts, rival=rival, router=router)
            except DomainError as refusal:
                results[request.key] = refusal
            else:
                drafts[request.key] = intents[request.shard, request.intent_id] = draft
    results.update(orders.find(work, known))
    return list(drafts.values())


def _draft(
    work: Work,
    request: OrderRequest,
    *,
    facts: Row,
    rival: MoneyOrder | None,
    router: Router,
) -> MoneyOrder:
    holder, bank, card_state, blocked, _, live_id, case_id = facts
    standing_in_way = rival.order_id if rival else live_id or case_id
    if standing_in_way is not None:
        raise IntentInFlight(order_id=str(standing_in_way))
    # A refund goes back to the card that it came from, even if it was unbound since.
    usable = ("BOUND", "UNBOUND") if request.purpose == REFUND else ("BOUND",)
    if holder != request.customer_no or card_state not in usable or blocked:
        raise CardNotBound
    return _reserved(work, request, chosen=router.candidate(request, bank=bank))


def _reserved(work: Work, request: OrderRequest, *, chosen: Candidate) -> MoneyOrder:
    created = reduce(State.CREATED, Event.C_RESERVE_OK)
    assert created.actions == (Action.HOLD, Action.LIMIT_TAKE), "both are taken below"
    return MoneyOrder(
        shard=request.shard,
        order_id=request.order_id,
        customer_no=request.customer_no,
        intent_id=request.intent_id,
        attempt=request.attempt,
        direction=request.direction,
        purpose=request.purpose,
        amount_fen=request.amount_fen,
        card_id=request.card_id,
        bank=chosen.profile.bank,
        channel=chosen.profile.channel,
        state=created.state,
        cases=frozenset(),
        returned=False,
        reason="",
        queries=0,
        limit_on=shanghai_date(work.at),
        created_at=work.at,
        next_at=max(chosen.opens_at, request.not_before or chosen.opens_at),
        original_order_id=request.original_order_id,
    )


def _within_refunds(
    work: Work, drafts: list[MoneyOrder], *, results: dict[OrderKey, Result]
) -> list[MoneyOrder]:
    """Return the drafts whose refunds fit into their collections; settle the rest."""
    refunds = [draft for draft in drafts if draft.purpose == REFUND]
    if not refunds:
        return drafts
    wanted = [_original_key(draft) for draft in refunds]
    keys = sorted({key for key in wanted if key is not None})
    originals = orders.lock(work, keys)
    spent = orders.refunded_fen(work, keys) if keys else {}
    for draft, key in zip(refunds, wanted, strict=True):
        original = originals.get(key) if key else None
        if key and original and _refundable(original, draft, spent_fen=spent[key]):
            spent[key] += draft.amount_fen
        else:
            results[draft.key] = RefundExceedsOriginal()
    return [draft for draft in drafts if draft.key not in results]


def _original_key(draft: MoneyOrder) -> OrderKey | None:
    return (draft.shard, draft.original_order_id) if draft.original_order_id else None


def _refundable(original: MoneyOrder, draft: MoneyOrder, *, spent_fen: int) -> bool:
    return (
        (original.state, original.direction) == (State.SUCCEEDED, Direction.COLLECT)
        and not original.returned  # that money is with the customer already
        and draft.direction is Direction.PAYOUT
        and (original.customer_no, original.card_id) == (draft.customer_no, draft.card_id)
        and spent_fen + draft.amount_fen <= original.amount_fen
    )


def _written(work: Work, wanted: WrittenOrders) -> Sequence[MoneyOrder]:
    """Write the drafts; one that met another order in the same moment gets that one's answer."""
    drafts, results = wanted.drafts, wanted.results
    written = orders.insert(work, drafts, routes=wanted.router.notes)
    beaten = [draft for draft in drafts if draft.key not in written]
    if not beaten:
        return drafts
    asked = {request.key: request for request in wanted.requests}
    results.update(orders.find(work, [draft.key for draft in beaten]))
    again = [asked[draft.key] for draft in beaten if draft.key not in results]
    for request in again:
        (facts,) = orders.context_of(work, [replace(request, is_new=False)])
        results[request.key] = IntentInFlight(order_id=str(facts[5]))
    return [draft for draft in drafts if draft.key in written]


def _held(work: Work, drafts: list[MoneyOrder], *, offices: Offices) -> dict[OrderKey, Result]:
    """Take the ledger holds; an order whose hold is refused leaves nothing behind."""
    results: dict[OrderKey, Result] = {}
    refused = []
    for draft, code in zip(
        drafts, postings.hold_orders(work, drafts, offices=offices), strict=True
    ):
        if code == ResultCode.OK:
            results[draft.key] = draft
            continue
        refused.append(draft)
        results[draft.key] = (
            BalanceTooLow()
            if code == ResultCode.INSUFFICIENT_FUNDS
            else HoldRefused(result=code.name)
        )
    day_use.give_back(work, refused)
    return results
