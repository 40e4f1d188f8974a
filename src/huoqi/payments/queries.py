"""What can be asked of cards, orders and banks. Nothing here writes or locks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from huoqi.kit.dates import shanghai_date, shanghai_midnight
from huoqi.kit.db import Work
from huoqi.ledger.queries import trial_balance
from huoqi.ledger.rules.chart import CNY, AccountKind
from huoqi.payments._store import banks, cards, day_use, due, handovers, orders, routes
from huoqi.payments.cards import Card, CardKey
from huoqi.payments.handovers import Arrival, Handover, HandoverKey
from huoqi.payments.orders import MoneyOrder, OrderKey
from huoqi.payments.rules.bank_profiles import BankProfile, Direction
from huoqi.payments.rules.cards import Bin
from huoqi.payments.rules.channel_health import ALL_ANSWERED, ChannelHealth
from huoqi.payments.rules.reserve import Reserve, reserve_of


@dataclass(frozen=True, slots=True)
class BankName:
    """A bank that we work with."""

    code: str
    number: int
    name_zh: str
    name_en: str
    source: str


@dataclass(frozen=True, slots=True)
class BankLine:
    """How it stands with a bank: reachable or down, when it last answered, and what waits.

    ``down_since`` and ``retry_at`` while it refuses connections. ``case_count`` counts payments
    that two people must look at.
    """

    name: BankName
    down_since: datetime | None
    retry_at: datetime | None
    answered_at: datetime | None
    unanswered_at: datetime | None
    pending_count: int
    unknown_count: int
    case_count: int
    waits_since: datetime | None


@dataclass(frozen=True, slots=True)
class LimitLeft:
    """What a card may still move today in one direction, and why not more."""

    single_limit_fen: int
    day_limit_fen: int
    day_used_fen: int
    day_count: int
    day_used_count: int
    resets_at: datetime
    sends_at: datetime
    status: str

    @property
    def left_fen(self) -> int:
        """Return the largest amount that one more order may have."""
        if self.day_used_count >= self.day_count:
            return 0
        return max(0, min(self.single_limit_fen, self.day_limit_fen - self.day_used_fen))


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """One thing that was learned about an order, and when."""

    evidence_id: str
    source: str
    event: str
    code: str
    amount_fen: int | None
    received_at: datetime


@dataclass(frozen=True, slots=True)
class PumpDues:
    """When the next order is sent, the next order is asked about, and the next card is.

    ``statement_at`` is when the next bank is asked for a statement; None before they have begun.
    """

    send_at: datetime | None
    query_at: datetime | None
    card_at: datetime | None
    statement_at: datetime | None = None
    handover_at: datetime | None = None

    @property
    def next_at(self) -> datetime | None:
        """Return when the first of them is due; statements have a time of their own."""
        dues = (self.send_at, self.query_at, self.card_at, self.handover_at)
        found = [at for at in dues if at is not None]
        return min(found, default=None)


def orders_of_keys(work: Work, keys: Sequence[OrderKey]) -> dict[OrderKey, MoneyOrder]:
    """Return the orders of some keys; unknown keys lack."""
    return orders.find(work, keys)


def orders_of_customer(
    work: Work, *, shard: int, customer_no: int, before: UUID | None = None, limit: int = 50
) -> list[MoneyOrder]:
    """Return a customer's orders, newest first; ``before`` is the last one seen."""
    return orders.of_customer(
        work, shard=shard, customer_no=customer_no, before=before, limit=limit
    )


def orders_of_ids(
    work: Work, ids: Sequence[UUID], *, shards: Sequence[int]
) -> dict[UUID, MoneyOrder]:
    """Return orders of which only the id is known; unknown ids lack."""
    return orders.of_order_ids(work, ids, shards=shards) if ids else {}


def tries_of(
    work: Work, intents: Sequence[UUID], *, shard: int, customer_no: int
) -> list[MoneyOrder]:
    """Return every try of some of a customer's intents, refused ones too, oldest first."""
    return orders.of_intents(work, intents, shard=shard, customer_no=customer_no)


def tries_of_intent(work: Work, intent_id: UUID, *, shards: Sequence[int]) -> list[MoneyOrder]:
    """Return every try of an intent of which only the id is known, oldest first."""
    return routes.tries_of_intent(work, intent_id, shards=shards)


def unproven_intents(work: Work, *, limit: int = 500) -> list[OrderKey]:
    """Return what collections without a certain outcome are for, the newest first."""
    return orders.unproven(work, limit=limit)


def evidence_of(work: Work, key: OrderKey) -> list[EvidenceLine]:
    """Return what was learned about an order, oldest first."""
    return [EvidenceLine(*row) for row in orders.evidence_of(work, key)]


@dataclass(frozen=True, slots=True)
class OrderRoute:
    """Why an order went over its channel: the kept decision with its inputs, and the terms then.

    ``note`` is None where a single channel was in force, so that nothing was to be decided.
    """

    order: MoneyOrder
    note: dict[str, Any] | None  # the document as it was kept
    profile: BankProfile | None


def route_of(work: Work, order: MoneyOrder) -> OrderRoute:
    """Return why an order went over its channel."""
    offices = banks.offices_on(work, on=shanghai_date(order.created_at))
    profile = offices.profile(order.bank, order.direction, order.channel)
    return OrderRoute(order, routes.route_of(work, order.key), profile)


def channels_of(work: Work, *, on: date) -> list[tuple[BankProfile, ChannelHealth]]:
    """Return every channel in force on a date with its health now."""
    offices = banks.offices_on(work, on=on)
    return [
        (profile, offices.health.get(profile.key, ALL_ANSWERED))
        for desk in offices.channels.values()
        for profile in desk
    ]


def reserve(work: Work) -> Reserve:
    """Return customers' money by where it is and whose it is, as it stands in the ledger now."""
    return reserve_of(
        (AccountKind[line.kind.upper()], line.counters.debits_posted - line.counters.credits_posted)
        for line in trial_balance(work)
        if line.asset == CNY
    )


def handovers_of_keys(work: Work, keys: Sequence[HandoverKey]) -> dict[HandoverKey, Handover]:
    """Return cash handed over, of some keys; unknown keys lack."""
    return handovers.find(work, keys)


def given_by(work: Work, *, shard: int, customer_no: int, limit: int = 50) -> list[Handover]:
    """Return cash that a customer gave to others, newest first."""
    return handovers.of_giver(work, shard=shard, customer_no=customer_no, limit=limit)


def received_by(work: Work, *, shard: int, customer_no: int, limit: int = 50) -> list[Arrival]:
    """Return cash that a customer received from others, newest first."""
    return handovers.of_receiver(work, shard=shard, customer_no=customer_no, limit=limit)


def cards_of_keys(work: Work, keys: Sequence[CardKey]) -> dict[CardKey, Card]:
    """Return the cards of some keys; unknown keys lack."""
    return cards.find(work, keys)


def cards_of_customer(work: Work, *, shard: int, customer_no: int) -> list[Card]:
    """Return every card that a customer ever asked to bind, oldest first."""
    return cards.of_customer(work, shard=shard, customer_no=customer_no)


def bank_names(work: Work) -> list[BankName]:
    """Return the banks that we work with."""
    return [BankName(*row) for row in banks.banks(work)]


def card_ranges(work: Work, *, on: date) -> list[Bin]:
    """Return the card ranges known on a date, by which a number names its bank."""
    return banks.bins_on(work, on=on)


def bank_lines(work: Work) -> list[BankLine]:
    """Return every bank with its health, its last answers and what waits for it."""
    contacts, down, cases = banks.contacts(work), banks.down(work), banks.case_counts(work)
    waiting = {row[0]: (row[1], row[2], row[3]) for row in banks.open_counts(work)}
    lines = []
    for name in bank_names(work):
        down_since, retry_at = down.get(name.code, (None, None))
        answered_at, unanswered_at = contacts.get(name.code, (None, None))
        pending, unknown, since = waiting.get(name.code, (0, 0, None))
        case_count = cases.get(name.code, 0)
        times = (down_since, retry_at, answered_at, unanswered_at)
        lines.append(BankLine(name, *times, pending, unknown, case_count, since))
    return lines


def banks_down(work: Work) -> dict[str, datetime]:
    """Return the banks that refuse connections, and when each is worth another try."""
    return dict(banks.offices_on(work, on=shanghai_date(work.at)).down)


def profiles_on(work: Work, *, on: date) -> list[BankProfile]:
    """Return every bank's own line as it is on a date, in each direction."""
    return [desk[0] for desk in banks.offices_on(work, on=on).channels.values()]


def limit_left(work: Work, card: Card, *, direction: Direction) -> LimitLeft | None:
    """Return what a card may still move today, or None if its bank has no profile today."""
    on = shanghai_date(work.at)
    offices = banks.offices_on(work, on=on)
    profile = offices.profile(card.bank, direction)
    if profile is None:
        return None
    used_fen, used_count = day_use.of_card(
        work, shard=card.shard, card_id=card.card_id, direction=str(direction), on=on
    )
    return LimitLeft(
        single_limit_fen=profile.single_limit_fen,
        day_limit_fen=profile.card_day_limit_fen,
        day_used_fen=used_fen,
        day_count=profile.card_day_count,
        day_used_count=used_count,
        resets_at=shanghai_midnight(date.fromordinal(on.toordinal() + 1)),
        sends_at=offices.sends_at(profile, at=work.at),
        status=profile.status,
    )


def next_due_at(work: Work) -> datetime | None:
    """Return when the pump has work next: a send, a query, a card check or a code's end."""
    return pump_dues(work).next_at


def pump_dues(work: Work) -> PumpDues:
    """Return what the pump has to do next by kind, so that none is begun with nothing due."""
    return PumpDues(*due.due(work))
