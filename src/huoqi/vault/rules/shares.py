"""A key split into shares of which some bring it back, and fewer say nothing (Shamir, GF(256)).

Byte by byte: a polynomial whose value at 0 is the key's byte and whose other coefficients are
random; a share is its value at the share's number. The field is that of AES (x^8+x^4+x^3+x+1).
Products are made without tables, so that no look-up depends on the key.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from huoqi.kit.errors import DomainError

MOST = 255
_HEAD = "huoqi-share-1"
_GROUP = 8
_SET_BYTES, _ID_BYTES, _CHECK_BYTES = 4, 8, 4


class ShareMalformed(DomainError):
    """This is no share, or a character of it is wrong; compare it with the paper by groups."""

    code: ClassVar[str] = "vault.share_malformed"


class SharesTooFew(DomainError):
    """More shares are needed to bring the key back."""

    code: ClassVar[str] = "vault.shares_too_few"


class SharesMixed(DomainError):
    """The shares are not of one splitting, or one is there twice."""

    code: ClassVar[str] = "vault.shares_mixed"


@dataclass(frozen=True, slots=True)
class Share:
    """One share: of which splitting, how many are needed, its number, and its value."""

    set_id: bytes
    need: int
    number: int
    key_id: str
    value: bytes

    def __repr__(self) -> str:
        return f"Share({self.number} of set {self.set_id.hex()}, {self.need} needed)"


def split(secret: bytes, *, shares: int, need: int, coefficients: bytes) -> list[tuple[int, bytes]]:
    """Return as many (number, value) pairs, of which ``need`` bring the secret back.

    ``coefficients`` are random: as long as the secret, once less than ``need``.

    >>> split(b"k", shares=3, need=2, coefficients=b"r")[2]
    (3, b'\\xfd')
    """
    assert 1 < need <= shares <= MOST, "one share would be the key itself"
    assert len(coefficients) == len(secret) * (need - 1)
    rows = [secret, *_rows(coefficients, len(secret))]
    return [(number, _value_at(number, rows)) for number in range(1, shares + 1)]


def combine(values: Sequence[tuple[int, bytes]]) -> bytes:
    """Return the secret from enough (number, value) pairs; too few give another one.

    >>> combine([(3, b'\\xfd'), (1, b'\\x19')])
    b'k'
    """
    numbers = [number for number, _ in values]
    assert len(set(numbers)) == len(numbers)
    assert all(0 < number <= MOST for number in numbers)
    secret = bytes(len(values[0][1]))
    for number, value in values:
        weight = 1
        for other in numbers:
            if other != number:
                weight = product(weight, product(other, inverse(other ^ number)))
        secret = bytes(s ^ product(weight, v) for s, v in zip(secret, value, strict=True))
    return secret


def shares_of(key: bytes, *, key_id: str, shares: int, need: int, noise: bytes) -> list[Share]:
    """Return the shares of a key; ``noise`` is random: four bytes, then the coefficients."""
    set_id, coefficients = noise[:_SET_BYTES], noise[_SET_BYTES:]
    pairs = split(key, shares=shares, need=need, coefficients=coefficients)
    return [Share(set_id, need, number, key_id, value) for number, value in pairs]


def noise_bytes(*, key_bytes: int, need: int) -> int:
    """Return how much noise a splitting takes."""
    return _SET_BYTES + key_bytes * (need - 1)


def key_from(shares: Sequence[Share]) -> bytes:
    """Return the key that shares came from; raise SharesMixed, SharesTooFew.

    Whoever calls compares its number with that in the shares.
    """
    sets = {(share.set_id, share.need, share.key_id, len(share.value)) for share in shares}
    numbers = {share.number for share in shares}
    if len(sets) != 1 or len(numbers) != len(shares):
        raise SharesMixed(shares=len(shares))
    need = shares[0].need
    if len(shares) < need:
        raise SharesTooFew(shares=len(shares), need=need)
    return combine([(share.number, share.value) for share in shares[:need]])


def share_text(share: Share) -> str:
    """Return a share as it is printed: a head, then groups of eight characters."""
    content = (
        share.set_id + bytes([share.need, share.number]) + bytes.fromhex(share.key_id) + share.value
    )
    digits = (content + _check(content)).hex()
    groups = [digits[first : first + _GROUP] for first in range(0, len(digits), _GROUP)]
    return " ".join([_HEAD, *groups])


def read_share(text: str) -> Share:
    """Return a share from what was typed, however it was spaced; raise ShareMalformed."""
    head, _, digits = " ".join(text.split()).partition(" ")
    try:
        content = bytes.fromhex(digits)
    except ValueError as error:
        raise ShareMalformed from error
    content, check = content[:-_CHECK_BYTES], content[-_CHECK_BYTES:]
    least = _SET_BYTES + 2 + _ID_BYTES + 1
    if head != _HEAD or len(content) < least or check != _check(content):
        raise ShareMalformed
    need, number = content[_SET_BYTES], content[_SET_BYTES + 1]
    key_id, value = content[least - 1 - _ID_BYTES : least - 1], content[least - 1 :]
    if need < 2 or number < 1:
        raise ShareMalformed
    return Share(content[:_SET_BYTES], need, number, key_id.hex(), value)


def product(a: int, b: int) -> int:
    """Return the product of two elements of the field.

    >>> hex(product(0x57, 0x83))
    '0xc1'
    """
    found = 0
    for place in range(8):
        found ^= a & -((b >> place) & 1)
        a = (a << 1) ^ (0x11B & -((a >> 7) & 1))
    return found


def inverse(a: int) -> int:
    """Return what gives one with an element other than nought: its 254th power.

    >>> hex(inverse(0x53))
    '0xca'
    """
    assert a, "nought has no inverse"
    found, square = 1, a
    for _ in range(7):
        square = product(square, square)
        found = product(found, square)
    return found


def _value_at(number: int, rows: Sequence[bytes]) -> bytes:
    value = bytes(len(rows[0]))
    for row in reversed(rows):
        value = bytes(product(v, number) ^ r for v, r in zip(value, row, strict=True))
    return value


def _rows(coefficients: bytes, width: int) -> list[bytes]:
    return [coefficients[first : first + width] for first in range(0, len(coefficients), width)]


def _check(content: bytes) -> bytes:
    return hashlib.sha256(b"huoqi/share/v1|" + content).digest()[:_CHECK_BYTES]
