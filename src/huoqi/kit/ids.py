"""Time-ordered identifiers, made by the caller before anything is sent."""

import hashlib
import random
import secrets
import struct
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

_COUNTER_BITS = 30
_RANDOM_BITS = 44


class Ids(Protocol):
    """Makes new identifiers that sort by creation."""

    def new(self, at: datetime) -> UUID:
        """Return a fresh UUIDv7 whose first 48 bits are the instant in milliseconds."""
        ...

    def take(self, at: datetime, *, count: int) -> "Parts":
        """Return what so many ids are made of, as ``new`` would make them."""
        ...


class Parts(NamedTuple):
    """What ids of one instant are made of: milliseconds, the first counter, a noise each."""

    unix_ms: int
    first: int
    noises: Sequence[int]


def uuid7(*, unix_ms: int, counter: int, noise: int) -> UUID:
    """Return a UUIDv7 (RFC 9562) with a 30-bit counter before 44 bits of noise.

    The counter keeps ids in order inside one millisecond, which is where they all are while
    a business clock stands still, so that primary-key indexes are appended to.

    >>> uuid7(unix_ms=0, counter=1, noise=0)
    UUID('00000000-0000-7000-8000-100000000000')
    """
    counter &= (1 << _COUNTER_BITS) - 1
    high, low = counter >> 18, counter & 0x3FFFF
    tail = (low << _RANDOM_BITS) | (noise & ((1 << _RANDOM_BITS) - 1))
    return UUID(int=(unix_ms << 80) | (7 << 76) | (high << 64) | (2 << 62) | tail)


class RandomIds:
    """Ids for live use: noise from the operating system."""

    def __init__(self) -> None:
        self._counter = secrets.randbits(24)

    def new(self, at: datetime) -> UUID:
        """Return a fresh id."""
        self._counter += 1
        noise = secrets.randbits(_RANDOM_BITS)
        return uuid7(unix_ms=_unix_ms(at), counter=self._counter, noise=noise)

    def take(self, at: datetime, *, count: int) -> Parts:
        """Return what so many ids are made of."""
        first = self._counter + 1
        self._counter += count
        data, mask = secrets.token_bytes(8 * count), (1 << _RANDOM_BITS) - 1
        noises = [each & mask for each in struct.unpack(f"{count}Q", data)]
        return Parts(_unix_ms(at), first, noises)


class SeededIds:
    """Ids for seeded worlds: the same seed gives the same ids in the same order."""

    def __init__(self, seed: str) -> None:
        self._counter = 0
        self._noise = random.Random(hashlib.sha256(seed.encode()).digest())

    def new(self, at: datetime) -> UUID:
        """Return the seed's next id."""
        self._counter += 1
        noise = self._noise.getrandbits(_RANDOM_BITS)
        return uuid7(unix_ms=_unix_ms(at), counter=self._counter, noise=noise)

    def take(self, at: datetime, *, count: int) -> Parts:
        """Return what the seed's next ids are made of."""
        first = self._counter + 1
        self._counter += count
        noises = [self._noise.getrandbits(_RANDOM_BITS) for _ in range(count)]
        return Parts(_unix_ms(at), first, noises)


def derived_id(parent: UUID, *, action: str) -> UUID:
    """Return the id of an action on something, the same each time, beside its parent in order.

    The first 64 bits are the parent's, so that derived rows land near it in an index; the rest
    is a digest. Repeating an action therefore repeats its id, which makes it harmless.
    """
    digest = hashlib.sha256(parent.bytes + action.encode()).digest()
    tail = int.from_bytes(digest[:8], "big") & ((1 << 62) - 1)
    return UUID(int=(parent.int >> 64 << 64) | (2 << 62) | tail)


def _unix_ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)  # tidy: an instant, not an amount
