"""POSTs that move money: gathered in batches, done once, answered the same for ever.

What is stored is what had an effect. Refusals (400, 409, 422) have none, so they leave no row and
the same key may be used again with a corrected or later request.
"""

import asyncio
import re
from abc import abstractmethod
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Generic, TypeVar
from uuid import UUID

import msgspec
from psycopg import OperationalError
from psycopg import errors as pg_errors
from psycopg_pool import PoolTimeout

from huoqi.customers.operations import authorise, authorise_money
from huoqi.customers.people import Caller, Credentials
from huoqi.customers.rules.access import Moves
from huoqi.kit.batching import MicroBatcher
from huoqi.kit.clock import ClockAdvancing, machine_now
from huoqi.kit.db import Database, Work
from huoqi.kit.errors import DomainError
from huoqi.web.edge import Headers, Visit
from huoqi.web.errors import FingerprintMismatch, InProgress
from huoqi.web.idempotency import checked_key, claim_of, fingerprint_of
from huoqi.web.json_input import parse_as
from huoqi.web.operations import Answered, Scope, finish, recall, remember

Body = TypeVar("Body")

JSON = b"application/json"
MAX_WAIT_S = 30
_GRACE = timedelta(seconds=5)
_TRIES = 6
_POLL_S = (0.02, 0.05, 0.1, 0.2)
_WAIT = re.compile(r"(?:^|,)\s*wait=([0-9]{1,4})\s*(?:,|$)")


@dataclass(frozen=True, slots=True)
class Ask(Generic[Body]):
    """A money request on its way through a batch."""

    credentials: Credentials
    claim: UUID
    fingerprint: bytes
    body: Body
    target: UUID | None
    wait_s: int
    origin: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Item(Generic[Body]):
    """A request that is to be carried out: who asks, the body, and the object that it is about.

    The object is the one named in the path, or a new one of this id.
    """

    caller: Caller
    body: Body
    object_id: UUID


@dataclass(frozen=True, slots=True)
class Done:
    """What an operation did: the object it made and the answer that shows it."""

    object_id: UUID
    body: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an object stands while its caller waits: whether that is settled, and the answer."""

    settled: bool
    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """What one caller gets; ``waits_for`` says that the bank's outcome is awaited first."""

    status: int
    body: bytes
    replayed: bool = False
    waits_for: "Waiting | None" = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A claim whose answer is not stored yet."""

    scope: Scope
    object_id: UUID
    wait_s: int


class MoneyPost(Generic[Body]):
    """One route that moves money; a subclass says what it decodes, does and shows."""

    route: str
    status = 201
    moves: Moves = "out"
    may_wait = False  # whether Prefer: wait=N is honoured

    def __init__(self, database: Database, *, workers: int, done: Callable[[], None]) -> None:
        self._database = database
        self._done = done
        self._decoder = self.decoder()
        self._in_flight: set[tuple[str, UUID]] = set()
        self._readers = ThreadPoolExecutor(2, thread_name_prefix="wait")
        self.batcher: MicroBatcher[Ask[Body], Reply] = MicroBatcher(
            self._committed,
            workers=workers,
            name=self.route,
            concerns_one=_concerns_one,
        )

    @abstractmethod
    def decoder(self) -> "msgspec.json.Decoder[Body]":
        """Return the decoder of the body."""

    @abstractmethod
    def check(self, body: Body) -> None:
        """Refuse a body whose form is right and whose values cannot be (validation only)."""

    def bought(self, body: Body) -> str | None:  # noqa: ARG002
        """Return the fund that a request buys, if it buys any."""
        return None

    @abstractmethod
    def perform(self, work: Work, items: Sequence[Item[Body]]) -> Sequence[Done | DomainError]:
        """Do it, one result an item, in the batch's transaction."""

    def outcome(self, work: Work, *, shard: int, customer_no: int, object_id: UUID) -> Outcome:
        """Return how the object stands now; routes that honour Prefer: wait override it."""
        raise NotImplementedError

    async def answer(
        self, visit: Visit, body: bytes, *, target: UUID | None = None
    ) -> tuple[int, Headers, bytes]:
        """Return status, headers and body; ``target`` is the object named in the path."""
        ask = self._ask(visit, body, target)
        mark = (ask.credentials.session_token, ask.claim)
        if mark in self._in_flight:
            raise InProgress
        self._in_flight.add(mark)
        try:
            reply = await self.batcher.submit(ask)
            if reply.waits_for is not None:
                reply = await self._settle(reply, reply.waits_for)
        finally:
            self._in_flight.discard(mark)
        headers: Headers = [(b"content-type", JSON)]
        if reply.replayed:
            headers.append((b"idempotent-replay", b"true"))
        return reply.status, headers, reply.body

    async def close(self) -> None:
        """Finish what waits and free the threads."""
        await self.batcher.close()
        self._readers.shutdown(wait=True)

    def _ask(self, visit: Visit, body: bytes, target: UUID | None) -> Ask[Body]:
        session_token = visit.header(b"huoqi-session")
        if not session_token:
            raise visit.missing_session()
        key = checked_key(visit.header(b"idempotency-key"))
        decoded = parse_as(body, self._decoder)
        self.check(decoded)
        route = self.route.replace("{}", str(target))
        waits = _WAIT.search(visit.header(b"prefer") or "") if self.may_wait else None
        fingerprint = fingerprint_of(method="POST", route=route, body=decoded)
        return Ask(
            credentials=Credentials(
                session_token,
                visit.header(b"huoqi-step-up"),
                moves=self.moves,
                order_fingerprint=fingerprint,
                buys=self.bought(decoded),
            ),
            claim=claim_of(route=route, key=key),
            fingerprint=fingerprint,
            body=decoded,
            target=target,
            wait_s=min(int(waits[1]), MAX_WAIT_S) if waits else 0,
            origin=(visit.request_id, key),
        )

    def _committed(self, asks: Sequence[Ask[Body]]) -> Sequence[Reply | DomainError]:
        """Carry a batch out in one transaction and return its replies after the commit."""
        for attempt in range(_TRIES):
            try:
                with self._database.work(actor="customer") as work:
                    replies = self._batch(work, asks)
            except (pg_errors.DeadlockDetected, pg_errors.SerializationFailure):
                if attempt == _TRIES - 1:
                    raise
            except pg_errors.UniqueViolation as error:
                # Another process claimed a key between our look and our insert.
                if error.diag.table_name != "idempotency" or attempt == _TRIES - 1:
                    raise
            else:
                self._done()  # committed: the jobs may look
                return replies
        raise AssertionError("unreachable")

    def _batch(self, work: Work, asks: Sequence[Ask[Body]]) -> Sequence[Reply | DomainError]:
        callers = authorise_money(work, [ask.credentials for ask in asks])
        owners = _owners(work, asks, callers)
        scopes = [
            (owner.shard, owner.customer_no, ask.claim) if isinstance(owner, Caller) else None
            for owner, ask in zip(owners, asks, strict=True)
        ]
        known = recall(work, [scope for scope in scopes if scope is not None])
        replies: dict[int, Reply | DomainError] = {}
        fresh: dict[Scope, int] = {}
        for place, (ask, caller, scope) in enumerate(zip(asks, callers, scopes, strict=True)):
            if scope is not None and scope in known:
                replies[place] = _replay(known[scope], ask, scope)
            elif isinstance(caller, DomainError):
                replies[place] = caller
            elif scope is None or scope in fresh:
                replies[place] = InProgress()
            else:
                fresh[scope] = place
        replies.update(self._first_time(work, asks, callers, fresh))
        return [replies[place] for place in range(len(asks))]

    def _first_time(
        self,
        work: Work,
        asks: Sequence[Ask[Body]],
        callers: Sequence[Caller | DomainError],
        fresh: dict[Scope, int],
    ) -> dict[int, Reply | DomainError]:
        if not fresh:
            return {}
        items = []
        for place in fresh.values():
            ask, caller = asks[place], callers[place]
            assert isinstance(caller, Caller), "the others were refused before"
            item = Item(caller, ask.body, ask.target or work.new_id())
            work.origins[str(item.object_id)] = ask.origin
            items.append(item)
        replies: dict[int, Reply | DomainError] = {}
        claims = []
        results = self.perform(work, items)
        for (scope, place), result in zip(fresh.items(), results, strict=True):
            if isinstance(result, DomainError):
                replies[place] = result
                continue
            ask = asks[place]
            waiting = Waiting(scope, result.object_id, ask.wait_s) if ask.wait_s else None
            replies[place] = Reply(self.status, result.body, waits_for=waiting)
            claims.append((scope, _claim(ask, result, self.status)))
        remember(work, claims)
        return replies

    async def _settle(self, reply: Reply, waiting: Waiting) -> Reply:
        """Wait for the bank's outcome, then store and return what is known at that moment."""
        loop = asyncio.get_running_loop()
        until = loop.time() + waiting.wait_s
        polls = 0
        while True:
            seen = await loop.run_in_executor(self._readers, self._look, waiting)
            if seen.settled or loop.time() >= until:
                break
            await asyncio.sleep(_POLL_S[min(polls, len(_POLL_S) - 1)])
            polls += 1
        status, body = await loop.run_in_executor(self._readers, self._keep, waiting, seen)
        return replace(reply, status=status, body=body, waits_for=None)

    def _look(self, waiting: Waiting) -> Outcome:
        shard, customer_no, _ = waiting.scope
        with self._database.work(while_advancing=True) as work:
            return self.outcome(
                work, shard=shard, customer_no=customer_no, object_id=waiting.object_id
            )

    def _keep(self, waiting: Waiting, seen: Outcome) -> tuple[int, bytes]:
        with self._database.work(while_advancing=True) as work:
            return finish(work, waiting.scope, status=seen.status, body=seen.body)


def _concerns_one(error: BaseException) -> bool:
    """Tell whether one request may be to blame, so that the others beside it must not fail."""
    return isinstance(error, Exception) and not isinstance(
        error, (ClockAdvancing, OperationalError, PoolTimeout)
    )


def _owners(
    work: Work, asks: Sequence[Ask[Body]], callers: Sequence[Caller | DomainError]
) -> list[Caller | DomainError]:
    """Return who asks, step-up or not: a retry is answered also after its grant has ended."""
    owners = list(callers)
    refused = [place for place, caller in enumerate(callers) if isinstance(caller, DomainError)]
    if refused:
        plain = authorise(work, [asks[place].credentials for place in refused])
        for place, owner in zip(refused, plain, strict=True):
            owners[place] = owner
    return owners


def _replay(answered: Answered, ask: Ask[Body], scope: Scope) -> Reply | DomainError:
    if answered.fingerprint != ask.fingerprint:
        return FingerprintMismatch()
    if answered.status is not None and answered.body is not None:
        return Reply(answered.status, answered.body, replayed=True)
    if answered.still_waiting():
        return InProgress()
    # The first caller's wait was cut off, by a crash perhaps: answer now with what is known.
    return Reply(0, b"", replayed=True, waits_for=Waiting(scope, answered.object_id, 0))


def _claim(ask: Ask[Body], done: Done, status: int) -> Answered:
    if ask.wait_s:
        until = machine_now() + timedelta(seconds=ask.wait_s) + _GRACE
        return Answered(ask.fingerprint, done.object_id, None, None, until)
    return Answered(ask.fingerprint, done.object_id, status, done.body, None)
