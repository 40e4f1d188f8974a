"""What payments tell in the event log: cards' changes, and orders that need attention.

Orders that simply end are told by the domain that asked for them, whose event names the order; the
log would otherwise carry each purchase twice.
"""

from collections.abc import Iterable, Mapping

from huoqi.events.operations import EventDraft, emit_all
from huoqi.events.queries import origins_of
from huoqi.events.rules.contents import Value
from huoqi.kit.db import Work
from huoqi.payments.cards import Card, CardKey, CardState
from huoqi.payments.orders import MoneyOrder, OrderKey
from huoqi.payments.rules.reducer import State

_CARD_VERBS = {
    CardState.SMS_SENT: "code_asked",
    CardState.UNKNOWN: "check_unanswered",
    CardState.BOUND: "bound",
    CardState.REJECTED: "rejected",
    CardState.UNBOUND: "unbound",
}
_ORDER_VERBS = {State.UNKNOWN: "unanswered", State.DISPUTED: "disputed"}


def tell_cards(work: Work, before: Mapping[CardKey, Card], after: Iterable[Card]) -> None:
    """Tell each card whose state changed."""
    emit_all(
        work,
        [
            EventDraft(
                f"payment.card.{_CARD_VERBS[card.state]}",
                card.card_id,
                card.customer_no,
                {"bank": card.bank, "reason": card.reason},
            )
            for card in after
            if before[card.key].state is not card.state and card.state in _CARD_VERBS
        ],
    )


def tell_orders(
    work: Work, before: Mapping[OrderKey, MoneyOrder], after: Iterable[MoneyOrder]
) -> None:
    """Tell each order that lost its bank's answer, is disputed, got a case, or came back."""
    told: list[tuple[MoneyOrder, str]] = []
    for order in after:
        was = before[order.key]
        verbs: list[str] = []
        if order.cases:
            verbs += [f"case_opened.{case}" for case in sorted(order.cases - was.cases)]
        if order.state is not was.state and order.state in _ORDER_VERBS:
            verbs.append(_ORDER_VERBS[order.state])
        if order.returned and not was.returned:
            verbs.append("returned")
        told += [(order, verb) for verb in verbs]
    if not told:
        return
    # The request is long answered when the pump works; its trace is in the log, with the intent.
    origins = origins_of(work, [(order.customer_no, str(order.intent_id)) for order, _ in told])
    emit_all(work, [_order_event(order, verb, origins=origins) for order, verb in told])


def _order_event(
    order: MoneyOrder, verb: str, *, origins: Mapping[str, tuple[str, str]]
) -> EventDraft:
    request_id, key = origins.get(str(order.intent_id), ("", ""))
    what, _, case = verb.partition(".")
    data: dict[str, Value] = {
        "intent_id": str(order.intent_id),
        "direction": str(order.direction),
        "purpose": order.purpose,
        "amount_fen": order.amount_fen,
        "bank": order.bank,
        "state": str(order.state),
        "case": case,
    }
    return EventDraft(
        f"payment.order.{what}",
        order.order_id,
        order.customer_no,
        data,
        request_id=request_id,
        idempotency_key=key,
    )
