"""What can be asked of the event log: go on after a number, by type, by customer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from huoqi.events import _store
from huoqi.events.rules.contents import Value
from huoqi.events.rules.notices import prefixes_of
from huoqi.kit.db import Row, Work

LIMIT_MAX = 500
#: How far back from the newest event a search by type or object looks.
SEARCHED = 200_000


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the log; ``created_at`` is machine time, ``business_time`` the clock's."""

    id: UUID
    seq: int
    type: str
    api_version: str
    created_at: datetime
    business_time: datetime
    request_id: str
    idempotency_key: str
    ledger_transfer_ids: Sequence[UUID]
    object_id: str
    customer_no: int | None
    data: Mapping[str, Value]


def events_after(
    work: Work, *, seq: int, limit: int = LIMIT_MAX, types: Sequence[str] = ()
) -> list[Event]:
    """Return up to ``limit`` events numbered above ``seq``, in order; all types when none given.

    Remember the last number and ask again: nothing is missed, nothing comes twice.
    """
    rows = _store.after(work, seq=seq, limit=min(limit, LIMIT_MAX), types=types)
    return [_event(row) for row in rows]


def newest_events(
    work: Work, *, before: int, limit: int, event_type: str = "", object_id: str = ""
) -> list[Event]:
    """Return events below a number, newest first; of a type or its kinds, of an object.

    ``before`` 0 begins at the end. With a filter the last 200,000 events are looked through.
    """
    filters = {"type": event_type, "object_id": object_id}
    named = {name: value for name, value in filters.items() if value}
    head = _store.head(work)
    parameters = {
        "before": before or head + 1,
        "least": head - SEARCHED if named else 0,
        "limit": min(limit, LIMIT_MAX),
    }
    return [_event(row) for row in _store.newest(work, {**parameters, **named})]


def events_of_customer(
    work: Work, *, customer_no: int, seq: int = 0, limit: int = LIMIT_MAX
) -> list[Event]:
    """Return a customer's events numbered above ``seq``, in order."""
    rows = _store.of_customer(work, customer_no=customer_no, seq=seq, limit=min(limit, LIMIT_MAX))
    return [_event(row) for row in rows]


def notices_before(
    work: Work, *, customer_no: int, seq: int, kinds: Sequence[str], limit: int
) -> list[Event]:
    """Return what a customer is told, newest first, of the kinds given, before a number."""
    prefixes = prefixes_of(kinds)
    if not prefixes:
        return []
    rows = _store.notices(
        work, customer_no=customer_no, before=seq, prefixes=prefixes, limit=min(limit, LIMIT_MAX)
    )
    return [_event(row) for row in rows]


def origins_of(work: Work, objects: Sequence[tuple[int, str]]) -> Mapping[str, tuple[str, str]]:
    """Return the request and the idempotency key that made objects, given with their customers.

    An object that no request made, or of which nothing was told yet, is absent.
    """
    if not objects:
        return {}
    customers, names = [customer for customer, _ in objects], [name for _, name in objects]
    rows = _store.origins(work, customers=customers, objects=names)
    return {row[0]: (row[1], row[2]) for row in rows}


def events_of_request(work: Work, text: str, *, limit: int = 100) -> list[Event]:
    """Return the events of a request id, or of an idempotency key, in order."""
    return [_event(row) for row in _store.traced(work, text=text, limit=limit)]


def events_of_objects(
    work: Work, objects: Sequence[str], *, customer_no: int, limit: int = LIMIT_MAX
) -> list[Event]:
    """Return a customer's events about some objects, in order, payments for them included."""
    rows = _store.of_objects(work, customer_no=customer_no, objects=list(objects), limit=limit)
    return [_event(row) for row in rows]


def event_of_transfer(
    work: Work, transfer_id: UUID, *, customer_nos: Sequence[int]
) -> Event | None:
    """Return the event of some customers that names a ledger transfer."""
    if not customer_nos:
        return None
    row = _store.of_transfer(work, transfer_id, customers=list(customer_nos))
    return _event(row) if row else None


@dataclass(frozen=True, slots=True)
class ActFilter:
    """Which acts of staff are wanted; ``type`` is a whole type or its first words."""

    actor: str | None = None
    type: str | None = None
    object_id: str | None = None
    since: datetime = datetime.min.replace(tzinfo=UTC)
    until: datetime = datetime.max.replace(tzinfo=UTC)


def acts_of_staff(
    work: Work, wanted: ActFilter, *, before: tuple[datetime, int] | None = None, limit: int = 50
) -> list[Event]:
    """Return what staff and their programs did, newest first, before a place in the log."""
    at, seq = before or (wanted.until, 0)
    named = {"actor": wanted.actor, "type": wanted.type, "object_id": wanted.object_id}
    parameters: dict[str, object] = {key: text for key, text in named.items() if text is not None}
    parameters |= {"since": wanted.since, "until": wanted.until, "limit": min(limit, LIMIT_MAX)}
    rows = _store.of_staff(work, parameters | {"before_at": at, "before_seq": seq})
    return [_event(row) for row in rows]


def event_of(work: Work, event_id: UUID) -> Event | None:
    """Return the event with an id, to send it again."""
    row = _store.one(work, event_id)
    return _event(row) if row else None


def transaction_up_to(work: Work, *, at: datetime) -> tuple[int, datetime] | None:
    """Return the last transaction that told something up to a business instant, and when it was.

    A recovery of the database stops at it; None where nothing had happened yet.
    """
    row = _store.transaction_up_to(work, at=at)
    return (row[0], row[1]) if row else None


def last_seq(work: Work) -> int:
    """Return the number of the newest event, 0 while the log is empty."""
    return _store.head(work)


def _event(row: Row) -> Event:
    return Event(*row)
