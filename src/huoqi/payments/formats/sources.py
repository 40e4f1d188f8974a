"""Where the bytes of a bank's file come from: a disk or memory, read in pieces, and again."""

import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Protocol

from huoqi.payments.formats.rules.refusals import NotAFile, TooLarge, Unreadable

#: A million entries of camt.053 are 0.4 GB.
MOST_BYTES = 8 << 30
PIECE_BYTES = 1 << 16
#: A pipe that nobody writes into must not keep us waiting.
_READING = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK


class Source(Protocol):
    """Bytes with a name, which can be read from the beginning more than once."""

    @property
    def name(self) -> str:
        """Return the file's name, without its folder."""
        ...

    def pieces(self) -> Iterator[bytes]:
        """Yield the bytes from the beginning, some at a time."""
        ...


@dataclass(frozen=True, slots=True)
class FileSource:
    """An ordinary file on a disk, and how large it may be."""

    path: Path
    most_bytes: int = MOST_BYTES

    @property
    def name(self) -> str:
        """Return the file's name."""
        return self.path.name

    def pieces(self) -> Iterator[bytes]:
        """Yield the file's bytes.

        Errors: NotAFile, Unreadable, TooLarge.
        """
        with self._opened() as file:
            yield from _pieces(file, most_bytes=self.most_bytes)

    @contextmanager
    def _opened(self) -> Iterator[BinaryIO]:
        try:
            descriptor = os.open(self.path, _READING)
        except OSError as error:
            raise Unreadable(detail=os.strerror(error.errno or 0)) from error
        try:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                raise NotAFile
            if found.st_size > self.most_bytes:
                raise TooLarge(detail=f"more than {self.most_bytes} bytes")
            with os.fdopen(descriptor, "rb", buffering=0, closefd=False) as file:
                yield file
        finally:
            os.close(descriptor)


@dataclass(frozen=True, slots=True)
class BytesSource:
    """A file's bytes in memory."""

    data: bytes
    name: str = "memory"

    def pieces(self) -> Iterator[bytes]:
        """Yield the bytes."""
        yield from _pieces(io.BytesIO(self.data), most_bytes=MOST_BYTES)


def _pieces(file: BinaryIO, *, most_bytes: int) -> Iterator[bytes]:
    count = 0
    try:
        while piece := file.read(PIECE_BYTES):
            count += len(piece)
            if count > most_bytes:
                raise TooLarge(detail=f"more than {most_bytes} bytes")
            yield piece
    except OSError as error:
        raise Unreadable(detail=os.strerror(error.errno or 0)) from error


def digest_of(source: Source) -> bytes:
    """Return the SHA-256 of all bytes.

    Errors: NotAFile, Unreadable, TooLarge.
    """
    digest = sha256()
    for piece in source.pieces():
        digest.update(piece)
    return digest.digest()
