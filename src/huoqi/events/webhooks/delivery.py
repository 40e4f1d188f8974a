"""One round of sending: what happened is lined up, what is due is sent, what came of it is kept.

Nothing is sent inside a transaction, and nothing here takes an id of the platform's or a lock that
money waits for: how fast a receiver is changes nothing but what it knows.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from huoqi.events.operations import API_VERSION
from huoqi.events.queries import Event, events_after
from huoqi.events.rules.retries import has_arrived, is_away, rest_after, retry_after
from huoqi.events.webhooks import _store
from huoqi.events.webhooks.messages import TEST_TYPE, body_of, headers_of
from huoqi.events.webhooks.operations import secrets_of
from huoqi.events.webhooks.port import Box, Line, Reply
from huoqi.events.webhooks.queries import Outcome, Try, WebhookNotFound, Why, takes
from huoqi.kit.clock import machine_now
from huoqi.kit.db import Database, Row, Work
from huoqi.kit.progress import monotonic_ms

BATCH = 50
_READ = 500
_WAITING_MAX = 1_000
_LEASE = timedelta(seconds=60)
_TURN_MS = 2_000  # a slow receiver gives way to the others after that
_ACTOR = "system"


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message to one receiver."""

    event: Event
    why: Why
    tries: int


@dataclass(slots=True)
class Round:
    """What one receiver is sent in a round, and what came of it."""

    endpoint_id: UUID
    url: str
    failures: int
    secrets: Sequence[str] = field(repr=False)
    parcels: Sequence[Parcel]
    results: list[tuple[Parcel, Reply, datetime]] = field(default_factory=list)


@dataclass(frozen=True)
class Sender:
    """Sends to all receivers of an installation; any number of processes may."""

    database: Database
    box: Box
    line: Line
    now: Callable[[], datetime] = machine_now

    def deliver(self, pool: Executor) -> int:
        """Return how many messages were tried; a round takes a few seconds at most."""
        rounds = self._rounds()
        for each in pool.map(self._send, rounds):
            with self.database.note(actor=_ACTOR) as work:
                _keep(work, each)
        return sum(len(each.results) for each in rounds)

    def test(self, endpoint_id: UUID, *, event_id: UUID) -> tuple[Try, str]:
        """Return what came of a message that is sent at once, and what the receiver said.

        Raises WebhookNotFound.
        """
        now = self.now()
        with self.database.note(actor=_ACTOR) as work:
            row = _store.endpoint(work, endpoint_id)
            if row is None:
                raise WebhookNotFound
            event = _test_event(event_id, row, now=now, business_time=work.at)
        made = Round(endpoint_id, row[1], row[9], secrets_of(self.box, row, now=now), ())
        parcel = Parcel(event, "test", 0)
        reply = self._post(made, event)
        with self.database.note(actor=_ACTOR) as work:
            _keep_try(work, made, result=(parcel, reply, now), rest=row[10])
            (tried, *_) = _store.tries(work, endpoint_id, limit=1)
        return Try(*tried), reply.said

    def _rounds(self) -> list[Round]:
        """Return what there is to send, its receivers taken so that nobody else sends."""
        now = self.now()
        rounds = []
        with self.database.note(actor=_ACTOR) as work:
            for endpoint_id in _store.lease(work, now=now, until=now + _LEASE):
                made = self._lined_up(work, endpoint_id, now=now)
                if made is None:
                    _store.free(work, endpoint_id)
                else:
                    rounds.append(made)
        return rounds

    def _lined_up(self, work: Work, endpoint_id: UUID, *, now: datetime) -> Round | None:
        row = _store.endpoint(work, endpoint_id)
        if row is None:
            return None
        _line_up(work, row, now=now)
        # One that was away is asked with a single message whether it is back.
        limit = BATCH if row[9] == 0 else 1
        parcels = [
            Parcel(event, why, tries)
            for seq, _, why, tries in _store.due(work, endpoint_id, now=now, limit=limit)
            for event in events_after(work, seq=seq - 1, limit=1)
        ]
        if not parcels:
            return None
        return Round(endpoint_id, row[1], row[9], secrets_of(self.box, row, now=now), parcels)

    def _send(self, made: Round) -> Round:
        """Send what a receiver gets, in order; no event overtakes one of its object."""
        began, held = monotonic_ms(), set[str]()
        for parcel in made.parcels:
            if parcel.event.object_id in held:
                continue
            at, reply = self.now(), self._post(made, parcel.event)
            made.results.append((parcel, reply, at))
            if is_away(reply.status) or monotonic_ms() - began > _TURN_MS:
                break
            if not has_arrived(reply.status):
                held.add(parcel.event.object_id)
        return made

    def _post(self, made: Round, event: Event) -> Reply:
        body = body_of(event)
        headers = headers_of(
            body, endpoint_id=made.endpoint_id, secrets=made.secrets, now=self.now()
        )
        return self.line.post(made.url, headers=headers, body=body)


def _line_up(work: Work, row: Row, *, now: datetime) -> None:
    """Add what happened since the last round to what waits for a receiver."""
    endpoint_id, types, seen_seq, replayed_upto = row[0], row[2], row[7], row[8]
    if _store.waiting(work, endpoint_id) >= _WAITING_MAX:
        return  # the log keeps the rest for it
    events = events_after(work, seq=seen_seq, limit=_READ)
    if not events:
        return
    wanted = [
        (event.seq, event.object_id, "replay" if event.seq <= replayed_upto else "event")
        for event in events
        if takes(types, event.type)
    ]
    _store.enqueue(work, endpoint_id, wanted, now=now)
    _store.seen(work, endpoint_id, seq=events[-1].seq)


def _keep(work: Work, made: Round) -> None:
    for result in made.results:
        parcel, reply, at = result
        if is_away(reply.status):
            made.failures += 1
            rest = at + rest_after(made.failures)
        else:
            made.failures, rest = 0, None
        _keep_try(work, made, result=result, rest=rest)
        seq, next_at = parcel.event.seq, _next_at(parcel, reply, at=at)
        if next_at is None:
            _store.arrived(work, made.endpoint_id, seq=seq)
        else:
            where = {"endpoint_id": made.endpoint_id, "seq": seq}
            _store.later(work, {**where, "attempt": parcel.tries + 1, "next_at": next_at})
    _store.free(work, made.endpoint_id)


def _keep_try(
    work: Work, made: Round, *, result: tuple[Parcel, Reply, datetime], rest: datetime | None
) -> None:
    parcel, reply, at = result
    event, is_test = parcel.event, parcel.why == "test"
    next_at = None if is_test else _next_at(parcel, reply, at=at)
    outcome: Outcome = "given_up" if next_at is None else "retrying"
    parameters = {
        "endpoint_id": made.endpoint_id,
        "seq": None if is_test else event.seq,
        "event_id": event.id,
        "type": event.type,
        "why": parcel.why,
        "attempt": parcel.tries + 1,
        "at": at,
        "duration_ms": reply.duration_ms,
        "status": reply.status,
        "problem": reply.problem,
        "outcome": "delivered" if has_arrived(reply.status) else outcome,
        "next_at": next_at,
    }
    _store.tried(work, {**parameters, "failures": made.failures, "rests_until": rest})


def _next_at(parcel: Parcel, reply: Reply, *, at: datetime) -> datetime | None:
    wait = None if has_arrived(reply.status) else retry_after(parcel.tries + 1)
    return at + wait if wait is not None else None


def _test_event(event_id: UUID, row: Row, *, now: datetime, business_time: datetime) -> Event:
    return Event(
        id=event_id,
        seq=0,
        type=TEST_TYPE,
        api_version=API_VERSION,
        created_at=now,
        business_time=business_time,
        request_id="",
        idempotency_key="",
        ledger_transfer_ids=(),
        object_id=str(row[0]),
        customer_no=None,
        data={},
    )
