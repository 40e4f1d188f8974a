"""Where the bytes of a file come from: a disk, or memory; never mapped, as a mapping can vanish."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from huoqi.fund.ofd.rules.headers import Truncated

_DIGEST_PIECE = 1 << 20


class Source(Protocol):
    """Bytes with a name and a size, read from anywhere in them by several threads at once."""

    @property
    def name(self) -> str:
        """Return the file's name, without its folder."""
        ...

    @property
    def size(self) -> int:
        """Return the number of bytes."""
        ...

    def fill(self, buffer: memoryview, *, offset: int) -> None:
        """Fill a buffer with the bytes from an offset; Truncated if they are no longer there."""
        ...


@dataclass(frozen=True, slots=True)
class FileSource:
    """A file that is open for reading."""

    name: str
    size: int
    descriptor: int

    def fill(self, buffer: memoryview, *, offset: int) -> None:
        """Fill a buffer; the file may be cut while we read, and then this is refused."""
        done = 0
        while done < len(buffer):
            count = os.preadv(self.descriptor, [buffer[done:]], offset + done)
            if not count:
                raise Truncated(file=self.name, offset=offset + done, item="records")
            done += count


@dataclass(frozen=True, slots=True)
class BytesSource:
    """A file's bytes in memory."""

    name: str
    data: bytes

    @property
    def size(self) -> int:
        """Return the number of bytes."""
        return len(self.data)

    def fill(self, buffer: memoryview, *, offset: int) -> None:
        """Fill a buffer."""
        buffer[:] = self.data[offset : offset + len(buffer)]


@contextmanager
def opened(path: Path) -> Iterator[FileSource]:
    """Return a file as a source, closed at the end of the block."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
    try:
        yield FileSource(path.name, os.fstat(descriptor).st_size, descriptor)
    finally:
        os.close(descriptor)


def read_bytes(source: Source, *, offset: int, most: int) -> bytes:
    """Return the bytes from an offset, at most so many and no more than there are."""
    buffer = bytearray(max(0, min(most, source.size - offset)))
    source.fill(memoryview(buffer), offset=offset)
    return bytes(buffer)


def digest_of(source: Source) -> str:
    """Return the SHA-256 of a file, by which a file that comes again is known."""
    digest = sha256()
    for offset in range(0, source.size, _DIGEST_PIECE):
        digest.update(read_bytes(source, offset=offset, most=_DIGEST_PIECE))
    return digest.hexdigest()
