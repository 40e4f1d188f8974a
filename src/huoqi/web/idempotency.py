"""Idempotency keys and fingerprints: what makes two money requests the same request."""

import hashlib
import re
from uuid import UUID

import msgspec

from huoqi.web.errors import KeyMalformed, KeyRequired

_KEY = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?")


def checked_key(header: str | None) -> str:
    """Return the key of a money request; refuse a missing or malformed one.

    >>> checked_key("order-2015-05-11-001")
    'order-2015-05-11-001'
    """
    if header is None or header == "":
        raise KeyRequired
    if not _KEY.fullmatch(header):
        raise KeyMalformed
    return header


def claim_of(*, route: str, key: str) -> UUID:
    """Return the name of a key on a route inside one caller's keys."""
    return UUID(bytes=hashlib.sha256(f"{route}\n{key}".encode()).digest()[:16])


def fingerprint_of(*, method: str, route: str, body: object) -> bytes:
    """Return SHA-256 of method, route and canonical JSON: sorted keys, no white space.

    The body is the decoded one, so that white space, order of keys and an absent optional field
    do not make another request.
    """
    canonical = msgspec.json.encode(body, order="sorted")
    return hashlib.sha256(f"{method} {route}\n".encode() + canonical).digest()
