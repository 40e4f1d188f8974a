"""Keyed pseudonyms: the same value gives the same 16 bytes within one scope and no other.

A plain hash of an ID number is no protection: there are about 1e11 of them, one core-day.
"""

import hmac
from hashlib import sha256

PSEUDONYM_BYTES = 16


def scope_key(root: bytes, *, scope: str) -> bytes:
    """Return the key of one scope, so that two scopes cannot be joined."""
    return hmac.digest(root, b"huoqi/pid/v1|" + scope.encode(), sha256)


def pseudonym_of(value: str, *, key: bytes) -> bytes:
    """Return the pseudonym of a value that is already in its normal form.

    >>> root = bytes(range(32))
    >>> pseudonym_of("11010519491231002X", key=scope_key(root, scope="internal")).hex()
    '48e4a47b86d4d5de1da7ae8ff8e66a43'
    """
    return hmac.digest(key, value.encode(), sha256)[:PSEUDONYM_BYTES]
