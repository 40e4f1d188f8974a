"""``huoqi listen``: events as signed webhooks to a program on this machine, as they happen."""

import json
import os
import secrets
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

import click
import msgspec
from psycopg.errors import OperationalError
from psycopg_pool import PoolTimeout

from huoqi.cli.documents import refusals
from huoqi.cli.session import Session
from huoqi.customers.rules.api_keys import SandboxOnly
from huoqi.events.queries import Event, events_after, last_seq
from huoqi.events.rules.retries import has_arrived, rest_after
from huoqi.events.rules.targets import TargetRefused, target_of
from huoqi.events.webhooks.messages import body_of, headers_of
from huoqi.events.webhooks.port import Line, Reply
from huoqi.kit.clock import machine_now
from huoqi.kit.dates import SHANGHAI
from huoqi.kit.db import Database, Work

_LOOK_S = 0.3
_SECRET_BYTES = 24
_FILE = "listen.json"


@dataclass(frozen=True, slots=True)
class Place:
    """How far a receiver is in the log: the number and id of what it took last, and its secret."""

    webhook_id: str
    secret: str
    seq: int = 0
    event_id: str = ""


class Places:
    """Where each address stands, in a file of the data folder that only its owner reads."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / _FILE

    def of(self, url: str) -> Place | None:
        """Return where an address stands; None if nothing was ever forwarded to it."""
        return self._all().get(url)

    def keep(self, url: str, place: Place) -> None:
        """Write down where an address stands; whole, or not at all."""
        known = msgspec.json.encode(self._all() | {url: place})
        fresh = self._file.with_suffix(".new")
        with suppress(FileNotFoundError):
            fresh.unlink()
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(known)
        fresh.replace(self._file)

    def _all(self) -> dict[str, Place]:
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=dict[str, Place])
        except FileNotFoundError:
            return {}


@dataclass(frozen=True)
class Delivery:
    """One try: the event, what came of it, and when it is tried again."""

    event: Event
    attempt: int
    reply: Reply
    again_s: int | None
    at: datetime

    def line(self) -> str:
        """Return it for people: time, answer, how long it took, number, type, object."""
        event, reply = self.event, self.reply
        answer = str(reply.status) if reply.status is not None else reply.problem
        again = f"  again in {self.again_s} s" if self.again_s is not None else ""
        took = f"{reply.duration_ms} ms"
        clock = self.at.astimezone(SHANGHAI).strftime("%H:%M:%S")
        return (
            f"{clock}  {answer:<10} {took:>8}  #{event.seq:<6} {event.type:<36}"
            f" {event.object_id}{again}"
        )

    def document(self) -> str:
        """Return it as one line of JSON."""
        event, reply = self.event, self.reply
        return json.dumps({
            "at": self.at.astimezone(SHANGHAI).isoformat(timespec="milliseconds"),
            "seq": str(event.seq),
            "id": str(event.id),
            "type": event.type,
            "object_id": event.object_id,
            "attempt": self.attempt,
            "status": reply.status,
            "problem": reply.problem,
            "duration_ms": reply.duration_ms,
            "again_in_s": self.again_s,
        })


@dataclass
class Forwarder:
    """Sends the log to one address in order; goes on only when an event was taken."""

    database: Database
    line: Line
    url: str
    place: Place
    types: Sequence[str]
    keep: Callable[[Place], None]
    tell: Callable[[Delivery], None]
    warn: Callable[[str], None]

    def forward(self, *, count: int | None) -> None:
        """Forward until so many have arrived, without a count until Ctrl-C."""
        rest = threading.Event()
        arrived = 0
        while count is None or arrived < count:
            events = self._next()
            for event in events[: None if count is None else count - arrived]:
                self._send(event, rest=rest)
                arrived += 1
            if not events:
                rest.wait(_LOOK_S)

    def _next(self) -> list[Event]:
        """Return what comes next; nothing while the database is away, as in a rewind."""
        try:
            with self.database.work(while_advancing=True) as work:
                if not _is_of_log(work, self.place):
                    self.place = at_end(work, self.place)
                    self.keep(self.place)
                    self.warn(
                        "the log is another one now (a rewind, or another branch);"
                        f" going on after #{self.place.seq}"
                    )
                return events_after(work, seq=self.place.seq, types=self.types)
        except (OperationalError, PoolTimeout):
            return []

    def _send(self, event: Event, *, rest: threading.Event) -> None:
        body, attempt = body_of(event), 0
        while True:
            attempt += 1
            now = machine_now()
            headers = headers_of(
                body,
                endpoint_id=UUID(self.place.webhook_id),
                secrets=[self.place.secret],
                now=now,
            )
            reply = self.line.post(self.url, headers=headers, body=body)
            again_s = None if has_arrived(reply.status) else rest_after(attempt).seconds
            self.tell(Delivery(event, attempt, reply, again_s, now))
            if again_s is None:
                self.place = replace(self.place, seq=event.seq, event_id=str(event.id))
                self.keep(self.place)
                return
            rest.wait(again_s)


def at_end(work: Work, place: Place) -> Place:
    """Return a place after the newest event of the log."""
    head = last_seq(work)
    newest = events_after(work, seq=head - 1, limit=1) if head else []
    return replace(place, seq=head, event_id=str(newest[0].id) if newest else "")


def _is_of_log(work: Work, place: Place) -> bool:
    """Return whether what was taken last still is the event of that number."""
    if not place.event_id:
        return place.seq <= last_seq(work)
    found = events_after(work, seq=place.seq - 1, limit=1)
    return bool(found) and str(found[0].id) == place.event_id


def _begin(
    session: Session, places: Places, *, url: str, from_seq: int | None
) -> tuple[Place, bool]:
    """Return where to begin, and whether the address was forwarded to before."""
    known = places.of(url)
    place = known or Place(str(uuid4()), f"whsec_{secrets.token_hex(_SECRET_BYTES)}")
    if from_seq is not None:
        place = replace(place, seq=from_seq - 1, event_id="")
    elif known is None:
        with session.database.work(while_advancing=True) as work:
            place = at_end(work, place)
    places.keep(url, place)
    return place, known is not None


def _require_local(session: Session, url: str) -> None:
    if session.platform.mode != "sandbox":
        raise SandboxOnly
    if not target_of(url, in_sandbox=True).is_loopback:
        raise TargetRefused(reason="not_this_machine")


@click.command("listen")
@click.option("--forward-to", "url", metavar="URL", required=True, help="On this machine only.")
@click.option("--from", "from_seq", type=click.IntRange(min=1), help="Begin with this number.")
@click.option("--type", "types", multiple=True, help="A type; may be given several times.")
@click.option("--count", type=click.IntRange(min=1), help="End after so many have arrived.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, a line a try.")
@click.pass_obj
def listen_command(
    session: Session,
    url: str,
    from_seq: int | None,
    types: tuple[str, ...],
    count: int | None,
    as_json: bool,  # noqa: FBT001 - click's flag
) -> None:
    """Forward events to a program of yours on this machine, signed, as they happen.

    \b
    huoqi listen --forward-to http://localhost:9000/hooks
    huoqi listen --forward-to http://localhost:9000/hooks --type fund.purchase.confirmed
    huoqi listen --forward-to http://localhost:9000/hooks --from 1 --count 20 --json

    Each line tells the time, the answer, how long it took, the event's number, type and object. An
    event that your program does not answer with 2xx is sent again after 1 s, 2 s … 60 s; the
    next one waits for it. Stop with Ctrl-C at any time: the same command goes on after the last
    event that was taken. The first time it begins with what happens from now on; --from N begins
    with number N, whatever was taken before.

    \b
    The secret is told at the start and stays the same for an address. Check a message by it:
      from huoqi.events.rules.signatures import verify
      verify(body, header=headers["Huoqi-Signature"], secrets=[secret],
             now_unix=int(time.time()))
    The body is the bytes as they came. Answer 2xx only when the event is kept: it may come twice.

    Webhooks that the server itself sends, also to other machines: http://localhost:8315/dev/webhooks
    """
    with refusals(as_json=as_json):
        _require_local(session, url)
        places = Places(session.data)
        place, is_known = _begin(session, places, url=url, from_seq=from_seq)
    _say(f"{'going on' if is_known else 'forwarding'} to {url} after #{place.seq}")
    _say(f"signed with {place.secret}; Ctrl-C ends, the same command goes on")
    line = session.platform.webhooks
    assert line is not None, "a sandbox is wired with a line to receivers"
    forwarder = Forwarder(
        session.database,
        line,
        url,
        place,
        types,
        keep=lambda there: places.keep(url, there),
        tell=lambda told: click.echo(told.document() if as_json else told.line()),
        warn=_say,
    )
    forwarder.forward(count=count)


def _say(text: str) -> None:
    click.echo(f"huoqi: {text}", err=True)
