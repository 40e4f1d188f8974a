"""Staff in a browser: a key signs in once, then a session stands for it for twelve hours."""

import dataclasses
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from huoqi.customers._store import api_keys, staff_sessions
from huoqi.customers.operations.api_keys import KeyHolder, KeyRequest, authorise_keys, make_key
from huoqi.customers.rules.api_keys import Installation, Role, require_mode, require_sandbox
from huoqi.customers.rules.tokens import SECRET_BYTES, shard_of_token, token_digest, token_text
from huoqi.events.operations import EventDraft, emit
from huoqi.kit.clock import machine_now
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError

STAFF_SESSION_HOLDS = timedelta(hours=12)
SIMULATED_BY = "sandbox"
_KEPT = timedelta(days=90)
_NOWHERE = b""
_NO_SHARD = 0  # staff are not spread over shards


class StaffSessionInvalid(DomainError):
    """The staff session is unknown, over, or its key was revoked."""

    code: ClassVar[str] = "auth.staff_session_invalid"


class KeyOfProgram(DomainError):
    """The key belongs to a program; people sign in with a key of their own."""

    code: ClassVar[str] = "auth.key_of_program"


@dataclass(frozen=True, slots=True)
class OpenedStaffSession:
    """A fresh session of staff; the token is told once and stored as a digest only."""

    token: str = dataclasses.field(repr=False)
    holder: KeyHolder
    expires_at: datetime


def open_staff_session(
    work: Work, *, key: str, installation: Installation
) -> OpenedStaffSession | DomainError:
    """Open a session for a member of staff who shows a key.

    Errors: KeyInvalid, KeyOfProgram; LiveKey and TestKey (raised).
    """
    (holder,) = authorise_keys(work, [key])
    if isinstance(holder, DomainError):
        return holder
    require_mode(holder.mode, installation=installation)
    if holder.holder != "staff":
        return KeyOfProgram()
    return _opened(work, holder)


def open_simulated_staff_session(
    work: Work, *, role: Role, installation: Installation
) -> OpenedStaffSession:
    """Open a session of the sandbox's simulated person of a role. Errors: SandboxOnly (raised).

    Each role is a person of its own, so that maker and checker differ. Nobody knows their keys.
    """
    require_sandbox("test", installation=installation)
    label = f"sandbox-{role}"
    api_keys.lock(work)
    roles: frozenset[Role] = frozenset({role})
    key_id = staff_sessions.simulated_key(work, made_by=SIMULATED_BY, label=label)
    if key_id is None:
        work.actor = SIMULATED_BY
        key_id = make_key(work, KeyRequest(label, roles), installation=installation).key_id
    return _opened(work, KeyHolder(key_id, label, "staff", roles, "test"))


def authorise_staff(work: Work, tokens: Sequence[str]) -> list[KeyHolder | DomainError]:
    """Return who works in each session, one result a token, in order, with the key's roles now.

    Errors: StaffSessionInvalid.
    """
    rows = staff_sessions.find(work, tokens=[_digest(token) for token in tokens], now=machine_now())
    return [
        StaffSessionInvalid()
        if key_id is None
        else KeyHolder(key_id, label, holder, frozenset(roles), mode)
        for _, key_id, mode, holder, label, roles in rows
    ]


def end_staff_session(work: Work, *, token: str) -> None:
    """End a session; one that has ended stays so."""
    ended = staff_sessions.end(work, token=_digest(token), now=machine_now())
    if ended is not None:
        _tell(work, "ended", ended[0], label=ended[1])


def _opened(work: Work, holder: KeyHolder) -> OpenedStaffSession:
    secret = secrets.token_urlsafe(SECRET_BYTES)
    token = token_text("staff", shard=_NO_SHARD, secret=secret)
    now, session_id = machine_now(), work.new_id()
    opened = OpenedStaffSession(token, holder, now + STAFF_SESSION_HOLDS)
    staff_sessions.open_session(
        work,
        {
            "token": token_digest(token),
            "session_id": session_id,
            "key_id": holder.key_id,
            "expires_at": opened.expires_at,
        },
    )
    staff_sessions.forget(work, before=now - _KEPT)
    _tell(work, "opened", session_id, label=holder.label)
    return opened


def _digest(token: str) -> bytes:
    return _NOWHERE if shard_of_token("staff", token) is None else token_digest(token)


def _tell(work: Work, verb: str, session_id: UUID, *, label: str) -> None:
    emit(work, EventDraft(f"customer.staff_session.{verb}", session_id, data={"label": label}))
