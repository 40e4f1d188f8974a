"""Whether a bank can be reached: told by refused connections, ended by any answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from huoqi.payments.rules.replies import Reply, ReplyKind

RETRY_AFTER = timedelta(minutes=5)  # unverified
NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Health:
    """Which banks a batch of replies showed to be down, which to be up, which left one without."""

    down: frozenset[str]
    up: frozenset[str]
    silent: frozenset[str] = frozenset()


def health_of(replies: Iterable[tuple[str, Reply]]) -> Health:
    """Return what replies, each with its bank, say of the banks' health.

    A lost reply says nothing: the bank may have been reached. One answer outweighs refused
    connections of the same batch.

    >>> sorted(health_of([("ICBC", Reply(ReplyKind.UNREACHABLE))]).down)
    ['ICBC']
    """
    refused, answered, silent = set(), set(), set()
    for bank, reply in replies:
        if reply.kind is ReplyKind.UNREACHABLE:
            refused.add(bank)
        elif reply.kind is ReplyKind.NO_REPLY:
            silent.add(bank)
        else:
            answered.add(bank)
    return Health(
        down=frozenset(refused - answered),
        up=frozenset(answered),
        silent=frozenset(refused | silent),
    )


def retry_at(at: datetime) -> datetime:
    """Return until when a bank that refused a connection is believed to be down."""
    return at + RETRY_AFTER


Contact = tuple[datetime | None, datetime | None]
"""When a bank last answered, and when it last did not."""


def contacts_to_note(
    health: Health, *, known: Mapping[str, Contact], at: datetime
) -> dict[str, Contact]:
    """Return what is worth writing down about banks: nothing that was written within a minute.

    So a busy bank's row is touched once a minute, however many replies a second it gives.
    """
    found: dict[str, Contact] = {}
    for bank in sorted(health.up | health.silent):
        answered_at, unanswered_at = known.get(bank, (None, None))
        note = (
            at if bank in health.up and _is_old(answered_at, at=at) else None,
            at if bank in health.silent and _is_old(unanswered_at, at=at) else None,
        )
        if note != (None, None):
            found[bank] = note
    return found


def _is_old(noted_at: datetime | None, *, at: datetime) -> bool:
    return noted_at is None or at - noted_at >= NOTED_EVERY
