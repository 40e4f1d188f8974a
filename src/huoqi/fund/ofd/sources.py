"""Where the bytes of a file come from: a disk, or memory; never mapped, as a mapping can vanish."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import ClassVar, Protocol

from huoqi.fund.ofd.rules.headers import Truncated
from huoqi.fund.ofd.rules.places import OfdRefused

_DIGEST_PIECE = 1 << 20
#: A pipe that nobody writes into must not keep us waiting.
_READING = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)


class NotAFile(OfdRefused):
    """What stands under the name is no ordinary file: a folder, a pipe, a device, a link."""

    code: ClassVar[str] = "ofd.not_a_file"


class Unreadable(OfdRefused):
    """The file is there and the system does not let us read it."""

    code: ClassVar[str] = "ofd.unreadable"


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
            try:
                count = os.preadv(self.descriptor, [buffer[done:]], offset + done)
            except OSError as error:
                raise unreadable(error, file=self.name, offset=offset + done) from error
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
    """Return a file as a source, closed at the end of the block.

    Errors: NotAFile, Unreadable.
    """
    try:
        descriptor = os.open(path, _READING)
    except OSError as error:
        raise unreadable(error, file=path.name) from error
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise NotAFile(file=path.name)
        yield FileSource(path.name, found.st_size, descriptor)
    finally:
        os.close(descriptor)


def unreadable(error: OSError, *, file: str, offset: int = 0) -> Unreadable:
    """Return a refusal that names what the system said, and no path.

    >>> unreadable(PermissionError(errno.EACCES, "no"), file="a.TXT").params["reason"]
    'EACCES'
    """
    reason = errno.errorcode.get(error.errno or 0, "unknown")
    return Unreadable(file=file, offset=offset, reason=reason)


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
