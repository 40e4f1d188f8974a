"""The sandbox's own receiver of webhooks: checks each message as receivers should, and shows it."""

import threading
from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from huoqi.events.rules.signatures import verify
from huoqi.kit.errors import DomainError

KEPT = 100
_IDS_KEPT = 10_000
_TEXT_MAX = 4_000

Verdict = Literal["applied", "seen_before", "refused"]


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it came in."""

    webhook_id: UUID | None
    signature: str
    body: bytes
    event_id: str
    seq: str
    type: str


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a message; ``refusal`` says why it was not believed."""

    number: int
    at: datetime
    message: Message
    text: str
    verdict: Verdict
    refusal: DomainError | None


class Inbox:
    """Keeps the last hundred in memory: like any receiver, it knows nothing of branches."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: deque[Received] = deque(maxlen=KEPT)
        self._ids: OrderedDict[str, None] = OrderedDict()
        self._count = 0

    def take(
        self, message: Message, *, secrets: Sequence[str] | DomainError, now: datetime
    ) -> Received:
        """Return what became of a message: applied once, however often it comes."""
        refusal = secrets if isinstance(secrets, DomainError) else None
        if not isinstance(secrets, DomainError):
            refusal = _refusal_of(message, secrets=secrets, now=now)
        with self._lock:
            self._count += 1
            verdict: Verdict = "refused"
            if refusal is None:
                verdict = "seen_before" if message.event_id in self._ids else "applied"
                self._ids[message.event_id] = None
                if len(self._ids) > _IDS_KEPT:
                    self._ids.popitem(last=False)
            text = message.body[:_TEXT_MAX].decode(errors="replace")
            received = Received(self._count, now, message, text, verdict, refusal)
            self._kept.append(received)
        return received

    def listed(self) -> list[Received]:
        """Return what came in last, newest first."""
        with self._lock:
            return list(self._kept)[::-1]


def _refusal_of(message: Message, *, secrets: Sequence[str], now: datetime) -> DomainError | None:
    try:
        verify(
            message.body,
            header=message.signature,
            secrets=secrets,
            now_unix=int(now.timestamp()),
        )
    except DomainError as refusal:
        return refusal
    return None
