"""Signing in and out, and deciding for a whole batch of requests who asks."""

import dataclasses
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from huoqi.customers._store import people, sessions
from huoqi.customers.agreement_book import keys_on
from huoqi.customers.desk import Desk
from huoqi.customers.operations.codes import use_code
from huoqi.customers.operations.devices import Sighting, forget_device, see_devices
from huoqi.customers.operations.opening import directory_keys
from huoqi.customers.people import Caller, Credentials, OpenedSession, Proof, Scope
from huoqi.customers.rules.access import (
    CustomerClosed,
    Login,
    SessionInvalid,
    Standing,
    StepUpOtherOrder,
    StepUpRequired,
    covers,
    is_signed_in,
    is_stepped_up,
    refusal_to_enter,
    refusal_to_move,
)
from huoqi.customers.rules.phone import parse_mobile
from huoqi.customers.rules.tokens import SECRET_BYTES, shard_of_token, token_digest, token_text
from huoqi.events.operations import EventDraft, emit_all
from huoqi.kit.clock import machine_now
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Row, Work
from huoqi.kit.errors import DomainError
from huoqi.kit.shards import shard_of
from huoqi.vault.operations import Plain

SESSION_HOLDS = timedelta(days=30)
DEVICE_CHARACTERS_MAX = 80
_NOWHERE = b""
_NONE: frozenset[Scope] = frozenset()
_SCOPES: dict[Proof | None, frozenset[Scope]] = {
    None: _NONE,
    "passkey": frozenset({"money"}),
    "password": frozenset({"money", "security"}),
}


class NoAccount(DomainError):
    """The number is proven and belongs to no account: register."""

    code: ClassVar[str] = "auth.no_account"


class SessionUnknown(DomainError):
    """The customer has no such session, or it has ended."""

    code: ClassVar[str] = "auth.session_unknown"


@dataclass(frozen=True, slots=True)
class SessionRequest:
    """Whom to open a session for, and on which device as the app describes it.

    ``device_key`` is what the device itself keeps; ``is_first`` says that the customer registers on
    it just now, which makes it trusted.
    """

    customer_no: int
    customer_id: UUID
    device: str = ""
    device_key: str | None = dataclasses.field(default=None, repr=False)
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class _Found:
    """A session that was found, with its customer's standing."""

    caller: Caller
    login: Login
    standing: Standing

    def no_leave(self) -> DomainError:
        """Return why a caller who is not stepped up for a request may not move money by it."""
        return StepUpOtherOrder() if self.login.granted_order else StepUpRequired()


def authorise(work: Work, credentials: Sequence[Credentials]) -> list[Caller | DomainError]:
    """Return who asks, one result a request, in order; one statement for all.

    Errors: SessionInvalid, CustomerFrozen, CustomerClosed.
    """
    return _authorised(work, credentials, lambda found, _: refusal_to_enter(found.standing))


def authorise_money(work: Work, credentials: Sequence[Credentials]) -> list[Caller | DomainError]:
    """Return who asks to move money, the way that ``Credentials.moves`` says.

    A grant that is bound to an order is good once, and spent here. Errors: those of ``authorise``,
    StepUpRequired, StepUpOtherOrder for a grant that is bound to another order, and
    CustomerClosing for money that comes in, CoolDown for money that leaves.
    """

    def refusal(found: _Found, asked: Credentials) -> DomainError | None:
        return (
            refusal_to_enter(found.standing)
            or (None if found.caller.stepped_up else found.no_leave())
            or refusal_to_move(found.standing, moves=asked.moves, at=work.at)
        )

    return _spent(work, credentials, _authorised(work, credentials, refusal))


def authorise_security(
    work: Work, credentials: Sequence[Credentials]
) -> list[Caller | DomainError]:
    """Return who asks to read, for the security centre or for help, frozen or not.

    Errors: SessionInvalid, CustomerClosed.
    """

    def refusal(found: _Found, _: Credentials) -> DomainError | None:
        return CustomerClosed() if found.standing.state == "closed" else None

    return _authorised(work, credentials, refusal)


def sign_in(
    work: Work,
    desk: Desk,
    *,
    phone: str,
    code: str,
    device: str = "",
    device_key: str | None = None,
) -> OpenedSession | DomainError:
    """Open a session for whoever holds the phone.

    Errors: PhoneMalformed (raised), CodeExpired, CodeWrong, NoAccount.
    """
    number = parse_mobile(phone)
    refusal = use_code(work, desk, phone=number, purpose="sign_in", code=code)
    if refusal is not None:
        return refusal
    key = (people.PHONE_KIND, desk.phone_pseudonym(number), 0)
    (customer_no,) = people.owners(work, directory_keys(desk, [key]))
    if customer_no is None:
        return NoAccount()
    shard = shard_of(customer_no, shards=desk.shards)
    ((_, _, customer_id, *_),) = people.some(work, shards=[shard], customers=[customer_no])
    request = SessionRequest(customer_no, customer_id, device, device_key)
    (opened,) = open_sessions(work, desk, [request])
    return opened


def open_sessions(
    work: Work, desk: Desk, requests: Sequence[SessionRequest]
) -> list[OpenedSession]:
    """Open sessions for customers who have proven who they are; one a request, in order."""
    now = machine_now()
    opened = [_opened(work, desk, request) for request in requests]
    sessions.open_sessions(
        work,
        {
            "now": now,
            "expires_at": now + SESSION_HOLDS,
            "shards": [session.shard for session in opened],
            "tokens": [token_digest(session.token) for session in opened],
            "session_ids": [session.session_id for session in opened],
            "customers": [session.customer_no for session in opened],
            "devices": _sealed_devices(work, desk, requests, opened),
            "device_ids": see_devices(
                work,
                desk,
                [
                    Sighting(each.customer_no, each.device, each.device_key, each.is_first)
                    for each in requests
                ],
            ),
        },
    )
    _tell(work, "opened", [(session.customer_no, session.session_id) for session in opened])
    return opened


def end_session(work: Work, *, caller: Caller, session_id: UUID) -> DomainError | None:
    """End one of the caller's sessions; return SessionUnknown if there is none such."""
    ended = _end(work, shards=[caller.shard], customers=[caller.customer_no], session_id=session_id)
    return None if ended else SessionUnknown()


def replace_session(work: Work, *, opened: OpenedSession, older_token: str | None) -> None:
    """End what a browser was signed in with before, now that it has a fresh session.

    That is the session of its cookie, whoever's it was, and what the same customer still has open
    on the same device: nobody could see or end those from there.
    """
    if older_token:
        (older,) = authorise_security(work, [Credentials(older_token)])
        if isinstance(older, Caller) and older.session_id != opened.session_id:
            end_session(work, caller=older, session_id=older.session_id)
    own = {"shard": opened.shard, "customer_no": opened.customer_no}
    rows = sessions.older_on_device(
        work, {**own, "session_id": opened.session_id, "now": machine_now()}
    )
    for (session_id,) in rows:
        _end(work, shards=[opened.shard], customers=[opened.customer_no], session_id=session_id)


def remove_device(work: Work, *, caller: Caller, device_id: UUID) -> DomainError | None:
    """Forget a device and end the sessions on it; return DeviceUnknown if there is none such."""
    sessions_there = forget_device(work, caller=caller, device_id=device_id)
    if isinstance(sessions_there, DomainError):
        return sessions_there
    for session_id in sessions_there:
        end_session(work, caller=caller, session_id=session_id)
    return None


def end_all_sessions(work: Work, *, shards: Sequence[int], customers: Sequence[int]) -> int:
    """End every session of some customers and return how many there were."""
    return _end(work, shards=shards, customers=customers, session_id=None)


def forget_expired(work: Work, *, kept: timedelta = timedelta(days=90)) -> int:
    """Delete sessions and grants that expired long ago; return how many rows that were."""
    return sessions.forget(work, {"before": machine_now() - kept})


def _authorised(
    work: Work,
    credentials: Sequence[Credentials],
    refusal: Callable[[_Found, Credentials], DomainError | None],
) -> list[Caller | DomainError]:
    if not credentials:
        return []
    now = machine_now()
    results: list[Caller | DomainError] = []
    for asked, row in zip(credentials, _rows(work, credentials), strict=True):
        found = _found(row, asked, machine_now=now)
        if found is None or not is_signed_in(found.login, machine_now=now):
            results.append(SessionInvalid())
            continue
        results.append(refusal(found, asked) or found.caller)
    return results


def _spent(
    work: Work, credentials: Sequence[Credentials], results: Sequence[Caller | DomainError]
) -> list[Caller | DomainError]:
    """Spend the grants that are bound to one order; who comes second with one is refused."""
    spending = {
        token_digest(asked.grant_token or ""): result.shard
        for asked, result in zip(credentials, results, strict=True)
        if isinstance(result, Caller) and result.is_granted_once
    }
    if not spending:
        return list(results)
    ours = sessions.spend(work, {"shards": list(spending.values()), "grants": list(spending)})
    decided: list[Caller | DomainError] = []
    for asked, result in zip(credentials, results, strict=True):
        if isinstance(result, Caller) and result.is_granted_once:
            digest = token_digest(asked.grant_token or "")
            decided.append(result if digest in ours else StepUpRequired())
            ours.discard(digest)
        else:
            decided.append(result)
    return decided


def _rows(work: Work, credentials: Sequence[Credentials]) -> list[Row]:
    shards, tokens, grants, agreements = [], [], [], []
    on = shanghai_date(work.at)
    for asked in credentials:
        shard = shard_of_token("session", asked.session_token)
        grant_shard = shard_of_token("grant", asked.grant_token or "")
        shards.append(-1 if shard is None else shard)
        tokens.append(_NOWHERE if shard is None else token_digest(asked.session_token))
        no_grant = asked.grant_token is None or grant_shard is None or grant_shard != shard
        grants.append(_NOWHERE if no_grant else token_digest(asked.grant_token or ""))
        agreements.append(None if asked.buys is None else keys_on(asked.buys, on))
    return sessions.authorise(
        work, {"shards": shards, "tokens": tokens, "grants": grants, "agreements": agreements}
    )


def _found(row: Row, asked: Credentials, *, machine_now: datetime) -> _Found | None:
    session_id, expires_at, ended_at, grant_expires_at = row[:4]
    customer_no, customer_id, shard, state, is_own_frozen, is_staff_frozen, until = row[5:12]
    if session_id is None or customer_no is None:
        return None
    login = Login(expires_at, ended_at, grant_expires_at, row[13])
    holds = is_stepped_up(login, machine_now=machine_now)
    stepped_up = holds and covers(login, order=asked.order_fingerprint)
    return _Found(
        Caller(
            customer_no,
            customer_id,
            shard,
            session_id,
            stepped_up=stepped_up,
            scopes=_SCOPES[row[12]] if stepped_up else _NONE,
            state=state,
            device_id=row[14],
            is_granted_once=stepped_up and row[13] is not None,
            has_agreed=row[15] is True,
            is_frozen=is_own_frozen or is_staff_frozen,
        ),
        login,
        Standing(state, is_own_frozen, is_staff_frozen, until),
    )


def _opened(work: Work, desk: Desk, request: SessionRequest) -> OpenedSession:
    shard = shard_of(request.customer_no, shards=desk.shards)
    return OpenedSession(
        token=token_text("session", shard=shard, secret=secrets.token_urlsafe(SECRET_BYTES)),
        session_id=work.new_id(),
        customer_no=request.customer_no,
        customer_id=request.customer_id,
        shard=shard,
        expires_at=machine_now() + SESSION_HOLDS,
    )


def device_field(session_id: UUID) -> str:
    """Return the place that a session's device is sealed for."""
    return f"session.device/{session_id}"


def _sealed_devices(
    work: Work, desk: Desk, requests: Sequence[SessionRequest], opened: Sequence[OpenedSession]
) -> list[bytes | None]:
    """Return each device's text sealed: people put their names into it."""
    plain = {
        place: Plain(
            session.customer_no,
            device_field(session.session_id),
            request.device[:DEVICE_CHARACTERS_MAX].encode(errors="replace").decode(),
        )
        for place, (request, session) in enumerate(zip(requests, opened, strict=True))
        if request.device
    }
    sealed: list[bytes | None] = [None] * len(requests)
    if plain:
        texts = desk.vault.seal_many(work, list(plain.values()))
        for place, text in zip(plain, texts, strict=True):
            sealed[place] = text if isinstance(text, bytes) else None
    return sealed


def _end(
    work: Work, *, shards: Sequence[int], customers: Sequence[int], session_id: UUID | None
) -> int:
    ended = sessions.end(
        work,
        {
            "shards": list(shards),
            "customers": list(customers),
            "session_id": session_id,
            "now": machine_now(),
        },
    )
    _tell(work, "ended", [(row[0], row[1]) for row in ended])
    return len(ended)


def _tell(work: Work, verb: str, ids: Sequence[tuple[int, UUID]]) -> None:
    emit_all(
        work,
        [EventDraft(f"customer.session.{verb}", session, customer) for customer, session in ids],
    )
