"""Challenges: what an authenticator has to sign, good once and for five minutes of machine time.

A challenge is used up by the first answer, right or wrong: whoever calls returns refusals and does
not raise them, so that this is committed.
"""

from dataclasses import dataclass
from typing import ClassVar

from huoqi.customers._store import passkeys as store
from huoqi.customers.desk import Desk
from huoqi.customers.people import Caller
from huoqi.customers.rules.passkeys import CHALLENGE_HOLDS, Purpose
from huoqi.kit.clock import machine_now
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError


class ChallengeExpired(DomainError):
    """The challenge is unknown, older than five minutes, or was answered: begin again."""

    code: ClassVar[str] = "passkey.challenge_expired"


@dataclass(frozen=True, slots=True)
class Asked:
    """A challenge that was used up: the order that it was made for, if any."""

    order_fingerprint: bytes | None


def ask(
    work: Work,
    desk: Desk,
    challenge: bytes,
    *,
    purpose: Purpose,
    caller: Caller | None = None,
    order: bytes | None = None,
) -> None:
    """Write a challenge, and delete a few that nobody answered in time."""
    now = machine_now()
    store.forget(work, {"before": now})
    store.ask(
        work,
        {
            "shard": desk.shard_of_pseudonym(challenge),
            "challenge": challenge,
            "purpose": purpose,
            "session_id": caller.session_id if caller else None,
            "order_fingerprint": order,
            "expires_at": now + CHALLENGE_HOLDS,
        },
    )


def take(
    work: Work, desk: Desk, challenge: bytes, *, purpose: Purpose, caller: Caller | None = None
) -> Asked | DomainError:
    """Use a challenge up; return what it was for."""
    row = store.take(
        work,
        {
            "shard": desk.shard_of_pseudonym(challenge),
            "challenge": challenge,
            "purpose": purpose,
            "session_id": caller.session_id if caller else None,
        },
    )
    if row is None or machine_now() >= row[1]:
        return ChallengeExpired()
    return Asked(None if row[0] is None else bytes(row[0]))
