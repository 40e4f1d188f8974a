"""Whether a bank can be reached: told by refused connections, ended by any answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from huoqi.payments.rules.replies import Reply, ReplyKind

RETRY_AFTER = timedelta(minutes=5)  # unverified


@dataclass(frozen=True, slots=True)
class Health:
    """Which banks a batch of replies showed to be down, and which to be up."""

    down: frozenset[str]
    up: frozenset[str]


def health_of(replies: Iterable[tuple[str, Reply]]) -> Health:
    """Return what replies, each with its bank, say of the banks' health.

    A lost reply says nothing: the bank may have been reached. One answer outweighs refused
    connections of the same batch.

    >>> sorted(health_of([("ICBC", Reply(ReplyKind.UNREACHABLE))]).down)
    ['ICBC']
    """
    refused, answered = set(), set()
    for bank, reply in replies:
        if reply.kind is ReplyKind.UNREACHABLE:
            refused.add(bank)
        elif reply.kind is not ReplyKind.NO_REPLY:
            answered.add(bank)
    return Health(down=frozenset(refused - answered), up=frozenset(answered))


def retry_at(at: datetime) -> datetime:
    """Return until when a bank that refused a connection is believed to be down."""
    return at + RETRY_AFTER
