"""Files that are there whole or not at all: written, synced, and only then given their name."""

import fcntl
import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt

Int64 = npt.NDArray[np.int64]

BLOCK_ROWS = 1 << 18
ROW_BYTES = 8


@contextmanager
def opened(path: Path, flags: int) -> Iterator[int]:
    """Give a file's descriptor for the time of the block."""
    descriptor = os.open(path, flags | os.O_CLOEXEC, 0o640)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Be the only one to change a folder's book; others wait, and a crash lets go."""
    with opened(folder / "LOCK", os.O_RDWR | os.O_CREAT) as descriptor:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield


def read_rows(descriptor: int, rows: Int64, *, first: int) -> None:
    """Fill a column from a file, from its row ``first`` on; the file has them all."""
    view, offset = rows.data.cast("B"), first * ROW_BYTES
    while view:
        count = os.preadv(descriptor, [view], offset)
        if not count:
            raise EOFError(f"{len(view)} bytes are missing")
        view, offset = view[count:], offset + count


def write_rows(descriptor: int, rows: Int64, *, first: int) -> None:
    """Write a column into a file, from its row ``first`` on."""
    view, offset = rows.data.cast("B"), first * ROW_BYTES
    while view:
        count = os.pwrite(descriptor, view, offset)
        view, offset = view[count:], offset + count


def mapped(path: Path, *, rows: int) -> Int64:
    """Return the first rows of a file as a column that is read where it is touched."""
    if not rows:
        return np.empty(0, dtype=np.int64)
    return np.asarray(np.memmap(path, dtype="<i8", mode="r", shape=(rows,)))


def sync_folder(folder: Path) -> None:
    """Make the names of a folder's files durable."""
    with opened(folder, os.O_RDONLY | os.O_DIRECTORY) as descriptor:
        os.fsync(descriptor)


def write_whole(path: Path, content: bytes) -> None:
    """Write a small file so that its name always leads to the old bytes or to the new ones."""
    new = path.with_name(f"{path.name}.new")
    with opened(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC) as descriptor:
        view = memoryview(content)
        while view:
            view = view[os.write(descriptor, view) :]
        os.fsync(descriptor)
    os.replace(new, path)
    sync_folder(path.parent)


def block_digest(rows: Int64) -> bytes:
    """Return the SHA-256 of one block of a column."""
    return hashlib.sha256(rows.data.cast("B")).digest()


def column_digest(blocks: Sequence[bytes], *, rows: int) -> bytes:
    """Return one digest over the blocks of a column; its length keeps columns apart."""
    digest = hashlib.sha256(b"huoqi-column-v1\n" + rows.to_bytes(8, "big"))
    digest.update(b"".join(blocks))
    return digest.digest()
