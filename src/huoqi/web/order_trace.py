"""Everything behind one order: payments with evidence, payouts, events, transfers, requests."""

from dataclasses import dataclass
from uuid import UUID

from huoqi.events.queries import Event, events_of_objects
from huoqi.fund.order_search import transfer_ids_of
from huoqi.fund.orders import FundOrder, Payout
from huoqi.fund.queries import payouts_of
from huoqi.kit.db import Work
from huoqi.ledger.queries import TransferRow, transfers_of_ids
from huoqi.payments.orders import MoneyOrder, transfers_of
from huoqi.payments.queries import EvidenceLine, OrderRoute, evidence_of, route_of, tries_of
from huoqi.web.queries import StoredAnswer, answers_about


@dataclass(frozen=True, slots=True)
class Trace:
    """What stands behind an order; evidence is by payment, actions by transfer."""

    payouts: list[Payout]
    payments: list[MoneyOrder]
    routes: dict[UUID, OrderRoute]
    evidence: dict[UUID, list[EvidenceLine]]
    events: list[Event]
    transfers: list[TransferRow]
    answers: list[StoredAnswer]


def trace_of(work: Work, order: FundOrder) -> Trace:
    """Return what stands behind an order."""
    payouts = payouts_of(work, [order.key])
    intents = [order.order_id, *(payout.payout_id for payout in payouts)]
    payments = tries_of(work, intents, shard=order.shard, customer_no=order.customer_no)
    objects = [str(id_) for id_ in [*intents, *(payment.order_id for payment in payments)]]
    events = events_of_objects(work, objects, customer_no=order.customer_no)
    named = {id_ for event in events for id_ in event.ledger_transfer_ids}
    moved = {id_ for payment in payments for id_ in transfers_of(payment.order_id)}
    ids = named | moved | set(transfer_ids_of(order, payouts))
    return Trace(
        payouts=payouts,
        payments=payments,
        routes={payment.order_id: route_of(work, payment) for payment in payments},
        evidence={payment.order_id: evidence_of(work, payment.key) for payment in payments},
        events=events,
        transfers=transfers_of_ids(work, sorted(ids), on_shards=[order.shard]),
        answers=answers_about(
            work, order.order_id, shard=order.shard, customer_no=order.customer_no
        ),
    )
