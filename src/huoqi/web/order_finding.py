"""Finding orders by whatever somebody holds in hand: any id, a key, the end of a phone number."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from huoqi.customers.desk import Desk
from huoqi.customers.operations.staff_reading import customers_of_phone_tail
from huoqi.customers.queries import customer_of_id
from huoqi.events.operations import EventDraft, emit
from huoqi.events.queries import Event, event_of, event_of_transfer, events_of_request
from huoqi.events.rules.contents import Value
from huoqi.fund.order_search import (
    orders_beside,
    orders_of_customers,
    orders_of_ids,
    orders_of_payouts,
)
from huoqi.fund.orders import FundOrder
from huoqi.fund.queries import payouts_of
from huoqi.kit.db import Work
from huoqi.kit.shards import shard_of
from huoqi.ledger.queries import TransferRow, transfers_of_ids
from huoqi.ledger.rules.account_numbers import name_of_account
from huoqi.payments.orders import order_of_reference, transfers_of
from huoqi.payments.queries import orders_of_ids as payments_of_ids
from huoqi.payments.queries import tries_of

_TAIL = re.compile(r"[0-9]{4}")
_NUMBER = re.compile(r"[0-9]{1,3}|[0-9]{5,12}")  # four digits are the end of a phone number
_REQUEST = re.compile(r"req_[0-9a-f]{8,40}")


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody looks for: the text, for which purpose, from where on, and how much."""

    text: str
    purpose: str
    before: UUID | None
    limit: int


@dataclass(frozen=True, slots=True)
class Found:
    """Orders, newest first, what the text turned out to be, and what was tried on the way."""

    orders: list[FundOrder]
    matched: str | None
    tried: list[str]


def find_by_text(work: Work, desk: Desk, search: Search) -> Found:
    """Return the orders that a text leads to, and write down that somebody looked.

    Errors: PurposeNeeded (the end of a phone number, without a purpose).
    """
    finder = _Finder(work, desk, search)
    tried: list[str] = []
    found = Found([], None, tried)
    for name, look in finder.looks():
        tried.append(name)
        orders = look()
        if orders:
            found = Found(orders, name, tried)
            break
    emit(work, _told(found))
    return found


def order_of_transfer(work: Work, transfer: TransferRow) -> FundOrder | None:
    """Return the order that a ledger transfer belongs to, None if it belongs to none."""
    names = (name_of_account(transfer.debit), name_of_account(transfer.credit))
    owner = next((name.customer_no for name in names if name.customer_no is not None), None)
    beside = orders_beside(work, transfer.id, shard=transfer.shard, customer_no=owner)
    if len(beside) <= 1:
        return beside[0] if beside else None
    by_id = {str(order.order_id): order for order in beside}
    event = event_of_transfer(
        work, transfer.id, customer_nos=sorted({order.customer_no for order in beside})
    )
    if event is not None and event.object_id in by_id:
        return by_id[event.object_id]
    return _of_payment(work, transfer.id, beside) if owner is not None else None


def _of_payment(work: Work, transfer_id: UUID, beside: Sequence[FundOrder]) -> FundOrder | None:
    """Return which of one customer's orders has a payment that moved a transfer."""
    causes = {order.order_id: order for order in beside}
    payouts = payouts_of(work, [order.key for order in beside])
    intents = {payout.payout_id: causes[payout.order_id] for payout in payouts} | causes
    first = beside[0]
    for payment in tries_of(work, list(intents), shard=first.shard, customer_no=first.customer_no):
        if transfer_id in transfers_of(payment.order_id):
            return intents[payment.intent_id]
    return None


class _Finder:
    """The ways of looking that the form of a text leaves open, likeliest first."""

    def __init__(self, work: Work, desk: Desk, search: Search) -> None:
        self._work = work
        self._desk = desk
        self._search = search
        self._shards = range(desk.shards)

    def looks(self) -> list[tuple[str, Callable[[], list[FundOrder]]]]:
        """Return names and looks."""
        text = self._search.text
        if _TAIL.fullmatch(text):
            return [("phone_tail", self._by_phone_tail)]
        if _NUMBER.fullmatch(text):
            return [("customer_no", self._by_customer_no), ("idempotency_key", self._by_request)]
        if _REQUEST.fullmatch(text):
            return [("request_id", self._by_request)]
        referred = order_of_reference(text)
        if referred is not None:
            return [("bank_reference", lambda: self._by_payment(referred))]
        try:
            id_ = UUID(text)
        except ValueError:
            return [("idempotency_key", self._by_request)]
        return [
            ("order", lambda: orders_of_ids(self._work, [id_], shards=self._shards)),
            ("payment", lambda: self._by_payment(id_)),
            ("payout", lambda: orders_of_payouts(self._work, [id_], shards=self._shards)),
            ("event", lambda: self._by_event(id_)),
            ("ledger_transfer", lambda: self._by_transfer(id_)),
            ("customer", lambda: self._by_customer(id_)),
            ("idempotency_key", self._by_request),
        ]

    def _by_phone_tail(self) -> list[FundOrder]:
        found = customers_of_phone_tail(
            self._work, self._desk, self._search.text, purpose=self._search.purpose
        )
        return self._of_customers(found)

    def _by_customer_no(self) -> list[FundOrder]:
        number = int(self._search.text)
        if number == 0:
            return []  # nobody's
        return self._of_customers([(shard_of(number, shards=self._desk.shards), number)])

    def _by_customer(self, id_: UUID) -> list[FundOrder]:
        customer = customer_of_id(self._work, id_)
        return self._of_customers([(customer.shard, customer.customer_no)] if customer else [])

    def _of_customers(self, customers: Sequence[tuple[int, int]]) -> list[FundOrder]:
        search = self._search
        return orders_of_customers(self._work, customers, before=search.before, limit=search.limit)

    def _by_payment(self, id_: UUID) -> list[FundOrder]:
        payments = payments_of_ids(self._work, [id_], shards=self._shards)
        intents = [payment.intent_id for payment in payments.values()]
        return orders_of_ids(self._work, intents, shards=self._shards) or orders_of_payouts(
            self._work, intents, shards=self._shards
        )

    def _by_event(self, id_: UUID) -> list[FundOrder]:
        event = event_of(self._work, id_)
        return self._of_events([event]) if event else []

    def _by_transfer(self, id_: UUID) -> list[FundOrder]:
        rows = transfers_of_ids(self._work, [id_], on_shards=self._shards)
        found = [order_of_transfer(self._work, row) for row in rows]
        return [order for order in found if order is not None]

    def _by_request(self) -> list[FundOrder]:
        return self._of_events(events_of_request(self._work, self._search.text))

    def _of_events(self, events: Sequence[Event]) -> list[FundOrder]:
        """Return the orders that events are about, by their own object or as its cause."""
        named = [
            text
            for event in events
            for text in (event.object_id, event.data.get("order_id"), event.data.get("intent_id"))
        ]
        ids = {UUID(text) for text in named if isinstance(text, str) and _is_id(text)}
        found = orders_of_ids(self._work, sorted(ids), shards=self._shards)
        return found or orders_of_payouts(self._work, sorted(ids), shards=self._shards)


def _is_id(text: str) -> bool:
    return len(text) == 36 and text.count("-") == 4


def _told(found: Found) -> EventDraft:
    one = str(found.orders[0].order_id) if len(found.orders) == 1 else "orders"
    by = found.matched or found.tried[-1]
    data: dict[str, Value] = {"by": by, "found_count": len(found.orders)}
    return EventDraft("staff.orders.searched", one, data=data)
