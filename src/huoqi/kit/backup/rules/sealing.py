"""The form of a sealed file: compressed, cut in pieces, each sealed in its place under one key.

Magic, 16 bytes of salt, then pieces: four bytes of length and AES-256-GCM over as much. A file has
a key of its own, derived from the archive's key, the salt and the file's name. The nonce is the
piece's number; bound in are its number and whether it is the last, so pieces cannot be moved, cut
off or added. The last one holds length and SHA-256 of what was sealed.
"""

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from typing import BinaryIO, ClassVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from huoqi.kit.errors import DomainError

MAGIC = b"HQBACK1\n"
SALT_BYTES = 16
PIECE_BYTES = 1 << 20
_TAG_BYTES = 16
_LENGTH_BYTES = 4
_TRAILER_BYTES = 8 + 32
_QUICK = 1  # Log and pages are half empty; more effort gains little and costs much.


class BackupDamaged(DomainError):
    """A file of the backup is not what was written: altered, cut off, or of another place."""

    code: ClassVar[str] = "backup.damaged"


def sealed(plain: Iterable[bytes], *, key: bytes, salt: bytes, name: str) -> Iterator[bytes]:
    """Yield a sealed file, piece by piece, of a text in pieces of any size."""
    assert len(salt) == SALT_BYTES
    cipher = AESGCM(_key_of(key, salt=salt, name=name))
    yield MAGIC + salt
    digest, size, number = hashlib.sha256(), 0, 0
    packer, waiting = zlib.compressobj(_QUICK), bytearray()
    for part in plain:
        digest.update(part)
        size += len(part)
        waiting += packer.compress(part)
        while len(waiting) >= PIECE_BYTES:
            yield _piece(cipher, bytes(waiting[:PIECE_BYTES]), number=number, is_last=False)
            del waiting[:PIECE_BYTES]
            number += 1
    waiting += packer.flush()
    for first in range(0, len(waiting), PIECE_BYTES):
        text = bytes(waiting[first : first + PIECE_BYTES])
        yield _piece(cipher, text, number=number, is_last=False)
        number += 1
    trailer = size.to_bytes(8, "big") + digest.digest()
    yield _piece(cipher, trailer, number=number, is_last=True)


def opened(file: BinaryIO, *, key: bytes, name: str) -> Iterator[bytes]:
    """Yield what was sealed; raise BackupDamaged, at the latest at the end.

    Nothing that was yielded may be believed before the end was reached.
    """
    head = file.read(len(MAGIC) + SALT_BYTES)
    if len(head) < len(MAGIC) + SALT_BYTES or not head.startswith(MAGIC):
        raise BackupDamaged(file=name, what="no head of a sealed file")
    cipher = AESGCM(_key_of(key, salt=head[len(MAGIC) :], name=name))
    digest, size = hashlib.sha256(), 0
    unpacker = zlib.decompressobj()
    pieces = _pieces(file, cipher, name=name)
    text, is_last = next(pieces)
    while not is_last:
        part = unpacker.decompress(text)
        digest.update(part)
        size += len(part)
        yield part
        text, is_last = next(pieces)
    if text != size.to_bytes(8, "big") + digest.digest() or file.read(1):
        raise BackupDamaged(file=name, what="the end is not that of this file")


def _pieces(file: BinaryIO, cipher: AESGCM, *, name: str) -> Iterator[tuple[bytes, bool]]:
    number = 0
    while True:
        length = int.from_bytes(file.read(_LENGTH_BYTES), "big")
        text = file.read(min(length, PIECE_BYTES + _TAG_BYTES))
        if len(text) < _TAG_BYTES or len(text) != length:
            raise BackupDamaged(file=name, what=f"cut off in piece {number}")
        is_last = length == _TRAILER_BYTES + _TAG_BYTES
        yield _opened_piece(cipher, text, number=number, is_last=is_last, name=name)
        number += 1


def _opened_piece(
    cipher: AESGCM, text: bytes, *, number: int, is_last: bool, name: str
) -> tuple[bytes, bool]:
    """Return a piece, and whether it is the last; one of that length may also be another."""
    for guess in (is_last, False):
        try:
            return cipher.decrypt(_nonce(number), text, _binding(number, is_last=guess)), guess
        except InvalidTag:
            continue
    raise BackupDamaged(file=name, what=f"piece {number} was altered, or the key is another")


def _piece(cipher: AESGCM, text: bytes, *, number: int, is_last: bool) -> bytes:
    closed = cipher.encrypt(_nonce(number), text, _binding(number, is_last=is_last))
    return len(closed).to_bytes(_LENGTH_BYTES, "big") + closed


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def _binding(number: int, *, is_last: bool) -> bytes:
    return b"huoqi/backup/v1|" + (b"last" if is_last else b"more") + number.to_bytes(8, "big")


def _key_of(key: bytes, *, salt: bytes, name: str) -> bytes:
    info = b"huoqi/backup/file/v1|" + name.encode()
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(key)
