"""Bearer tokens that name their shard, so that one look-up finds them."""

import re
from hashlib import sha256
from typing import Literal

TokenKind = Literal["session", "grant", "application", "staff"]

SECRET_BYTES = 32
_LETTERS: dict[TokenKind, str] = {
    "session": "s",
    "grant": "g",
    "application": "a",
    "staff": "w",
}
_FORM = re.compile(r"([sgaw])([0-9]{1,5})\.[A-Za-z0-9_-]{43}", re.ASCII)
_SHARD_MAX = 2**15 - 1


def token_text(kind: TokenKind, *, shard: int, secret: str) -> str:
    """Return a token of a kind: its letter, the shard, a dot and the secret.

    >>> token_text("session", shard=1, secret="x" * 43)[:6]
    's1.xxx'
    """
    return f"{_LETTERS[kind]}{shard}.{secret}"


def shard_of_token(kind: TokenKind, text: str) -> int | None:
    """Return the shard that a token names, None if it is no token of this kind."""
    match = _FORM.fullmatch(text)
    if match is None or match[1] != _LETTERS[kind]:
        return None
    shard = int(match[2])
    return shard if shard <= _SHARD_MAX else None


def token_digest(text: str) -> bytes:
    """Return what is stored of a token; it has 256 random bits, so a plain hash keeps it."""
    return sha256(text.encode()).digest()
