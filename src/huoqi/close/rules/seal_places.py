"""Where a holder's leaf stands on a day: a secret order, new each day, without a table of it.

A Feistel network over a rectangle just large enough for all rows, with SipHash-1-3 for its rounds;
a number outside the rows is sent through again. The order hides who stands beside whom and nothing
else, so no promise of the seal rests on it (docs/adr/0120-the-seal.md).
"""

from dataclasses import dataclass
from math import isqrt

ROUNDS = 8
_MASK = 2**64 - 1
_HALF_BITS = 32


@dataclass(frozen=True, slots=True)
class Places:
    """The order of ``rows`` rows under a key of 16 bytes or more."""

    rows: int
    key: bytes

    @property
    def width(self) -> int:
        """Return the width of the rectangle: the least whose square holds all rows."""
        return max(1, isqrt(max(0, self.rows - 1)) + 1)

    @property
    def height(self) -> int:
        """Return the height of the rectangle."""
        return max(1, -(-self.rows // self.width))

    @property
    def halves(self) -> tuple[int, int]:
        """Return the key as two numbers of 64 bits."""
        return int.from_bytes(self.key[:8], "little"), int.from_bytes(self.key[8:16], "little")


def row_at(place: int, *, places: Places) -> int:
    """Return which row stands at a place."""
    assert 0 <= place < places.rows
    row = _forth(place, places)
    while row >= places.rows:
        row = _forth(row, places)
    return row


def place_of(row: int, *, places: Places) -> int:
    """Return the place at which a row stands.

    >>> order = Places(10, bytes(16))
    >>> [place_of(row_at(place, places=order), places=order) for place in range(10)]
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    """
    assert 0 <= row < places.rows
    place = _back(row, places)
    while place >= places.rows:
        place = _back(place, places)
    return place


def _forth(number: int, places: Places) -> int:
    """Return the number to which the network sends a number of the rectangle."""
    down, across = divmod(number, places.width)
    for turn in range(0, ROUNDS, 2):
        down = (down + _shift(across, turn, places, below=places.height)) % places.height
        across = (across + _shift(down, turn + 1, places, below=places.width)) % places.width
    return down * places.width + across


def _back(number: int, places: Places) -> int:
    """Return the number which the network sends to this one."""
    down, across = divmod(number, places.width)
    for turn in range(ROUNDS - 2, -1, -2):
        across = (across - _shift(down, turn + 1, places, below=places.width)) % places.width
        down = (down - _shift(across, turn, places, below=places.height)) % places.height
    return down * places.width + across


def _shift(half: int, turn: int, places: Places, *, below: int) -> int:
    """Return a number below a bound that depends on a half, the round and the key."""
    mixed = siphash((turn << _HALF_BITS) | half, key=places.halves)
    return ((mixed >> _HALF_BITS) * below) >> _HALF_BITS


def siphash(word: int, *, key: tuple[int, int]) -> int:
    """Return SipHash-1-3 of eight bytes, given as a number that is read little-endian."""
    v0, v1 = key[0] ^ 0x736F6D6570736575, key[1] ^ 0x646F72616E646F6D
    v2, v3 = key[0] ^ 0x6C7967656E657261, key[1] ^ 0x7465646279746573
    state = (v0, v1, v2, v3)
    for block in (word, 8 << 56):
        v0, v1, v2, v3 = _sipround((*state[:3], state[3] ^ block))
        state = (v0 ^ block, v1, v2, v3)
    state = (*state[:2], state[2] ^ 0xFF, state[3])
    for _ in range(3):
        state = _sipround(state)
    return state[0] ^ state[1] ^ state[2] ^ state[3]


def _sipround(state: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    v0, v1, v2, v3 = state
    v0 = (v0 + v1) & _MASK
    v1 = _turned(v1, 13) ^ v0
    v0 = _turned(v0, 32)
    v2 = (v2 + v3) & _MASK
    v3 = _turned(v3, 16) ^ v2
    v0 = (v0 + v3) & _MASK
    v3 = _turned(v3, 21) ^ v0
    v2 = (v2 + v1) & _MASK
    v1 = _turned(v1, 17) ^ v2
    v2 = _turned(v2, 32)
    return v0, v1, v2, v3


def _turned(word: int, bits: int) -> int:
    return ((word << bits) | (word >> (64 - bits))) & _MASK
