"""Grants: leave to move money from one session, for some minutes of machine time."""

import secrets
from datetime import timedelta

from huoqi.customers._store import sessions
from huoqi.customers.operations.devices import trust_device
from huoqi.customers.people import Caller, Grant, Proof
from huoqi.customers.rules.tokens import SECRET_BYTES, token_digest, token_text
from huoqi.kit.clock import machine_now
from huoqi.kit.db import Work

GRANT_HOLDS = timedelta(minutes=10)
ORDER_GRANT_HOLDS = timedelta(minutes=5)


def give_grant(
    work: Work, *, caller: Caller, proof: Proof, order_fingerprint: bytes | None = None
) -> Grant:
    """Return leave to move money, or to do one order only; the caller's device is trusted now."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    holds = GRANT_HOLDS if order_fingerprint is None else ORDER_GRANT_HOLDS
    grant = Grant(
        token=token_text("grant", shard=caller.shard, secret=secret),
        expires_at=machine_now() + holds,
    )
    sessions.grant(
        work,
        {
            "shard": caller.shard,
            "token": token_digest(grant.token),
            "session_id": caller.session_id,
            "customer_no": caller.customer_no,
            "scope": grant.scope,
            "expires_at": grant.expires_at,
            "proof": proof,
            "order_fingerprint": order_fingerprint,
        },
    )
    trust_device(work, caller=caller)
    return grant
