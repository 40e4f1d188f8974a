"""The plug is pulled: what PostgreSQL wrote and did not sync is thrown away, or a part of it.

PostgreSQL runs with ``unsynced.c`` preloaded, which keeps what stood in a file before each write
until a sync made the new content durable. After its processes are dead, ``pull_the_plug`` puts that
back: all of it, or sector by sector by chance, as a disk that wrote some of it in its own order.
What this covers and what not: docs/adr/0176-lost-writes.md.
"""

import contextlib
import os
import random
import shlex
import shutil
import struct
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from huoqi.kit.errors import DomainError
from huoqi.kit.postgres.account import Places
from huoqi.kit.postgres.binaries import find_binaries

SOURCE = Path(__file__).with_name("unsynced.c")
NAMES = "names"
SECTOR = 512
_HEAD = struct.Struct("<QQqqqq")
_MAGIC = 0x716F75686B617266
_MAGIC_BYTES = struct.pack("<Q", _MAGIC)
COMPILERS = ("cc", "gcc", "clang")


class NoCompiler(DomainError):
    """Throwing unsynced writes away needs a C compiler (cc) on the PATH."""

    code: ClassVar[str] = "bench.no_compiler"


@dataclass(frozen=True, slots=True)
class Write:
    """A write that was not synced: what stood there before, and how long the file was."""

    at_ns: int
    offset: int
    new_bytes: int
    old: bytes
    old_size: int


@dataclass(slots=True)
class Plug:
    """The socket of one cluster: its journals, and what has been thrown away so far."""

    places: Places
    environ: dict[str, str]
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def journals(self) -> Path:
        """Return the folder of the journals, on the disk of the data."""
        return self.places.home / "unsynced"


def compiler_found() -> str | None:
    """Return a C compiler of the PATH, or None."""
    return next(filter(None, map(shutil.which, COMPILERS)), None)


def plugged(places: Places) -> Plug:
    """Return the socket of a cluster that is not running; its server is to start with ``environ``.

    Errors: NoCompiler.
    """
    compiler = compiler_found()
    if compiler is None:
        raise NoCompiler
    tree = places.home / "plugged"  # where the database's own user gets at it
    (tree / "bin").mkdir(parents=True)
    library = tree / "unsynced.so"
    command = [compiler, "-shared", "-fPIC", "-O2", "-o", str(library), str(SOURCE), "-ldl"]
    subprocess.run(command, check=True)
    found = find_binaries({**os.environ})
    for part in ("lib", "share"):
        if (found.tree / part).exists():
            (tree / part).symlink_to(found.tree / part)
    for program in found.folder.iterdir():
        if program.name != "postgres":
            (tree / "bin" / program.name).symlink_to(program)
    plug = Plug(places, {"HUOQI_PG_BIN": str(tree / "bin")})
    owner = places.data.stat()
    plug.journals.mkdir(mode=0o700)
    os.chown(plug.journals, owner.st_uid, owner.st_gid)
    _write_starter(tree / "bin" / "postgres", plug, real=found.folder / "postgres", library=library)
    return plug


def _write_starter(starter: Path, plug: Plug, *, real: Path, library: Path) -> None:
    """Write the program that is found as ``postgres`` and starts it with the journals on."""
    lines = [
        "#!/bin/sh",
        f"HUOQI_UNSYNCED={shlex.quote(str(plug.journals))}",
        f"LD_PRELOAD={shlex.quote(str(library))}",
        "export HUOQI_UNSYNCED LD_PRELOAD",
        f'exec {shlex.quote(str(real))} "$@"',
    ]
    starter.write_text("\n".join(lines) + "\n")
    starter.chmod(0o755)


def pull_the_plug(plug: Plug, *, dice: random.Random) -> None:
    """Throw away what was not synced: all of it, or each sector by chance; nobody runs any more."""
    takes_all = dice.random() < 0.5
    names = plug.journals / NAMES
    if names.exists():
        for line in reversed(names.read_text(errors="surrogateescape").splitlines()):
            plug.counts["names"] += _undone(plug.places.data, line)
    for path in _files(plug.places.data):
        kept = plug.journals / f"{path.stat().st_ino:x}"
        if kept.exists() and kept.stat().st_size:
            writes = list(read_journal(kept.read_bytes()))
            plug.counts["files"] += 1
            plug.counts["writes"] += len(writes)
            _put_back(path, writes, dice=None if takes_all else dice)
    for entry in plug.journals.iterdir():
        entry.unlink()
    plug.counts["cuts"] += 1


def _files(folder: Path) -> Iterator[Path]:
    for inner, _, files in os.walk(folder):
        for name in files:
            path = Path(inner) / name
            with contextlib.suppress(FileNotFoundError):
                if path.is_file():
                    yield path


def read_journal(raw: bytes) -> Iterator[Write]:
    """Yield the writes of a journal; one that was cut off by the kill was never carried out."""
    place = raw.find(_MAGIC_BYTES)
    while 0 <= place <= len(raw) - _HEAD.size:
        _, at_ns, offset, new_bytes, old_bytes, old_size = _HEAD.unpack_from(raw, place)
        end = place + _HEAD.size + old_bytes
        if end == len(raw) or raw.startswith(_MAGIC_BYTES, end):
            yield Write(at_ns, offset, new_bytes, raw[place + _HEAD.size : end], old_size)
            place = end
        else:
            place = raw.find(_MAGIC_BYTES, place + 1)


def image_before(now: bytes, writes: list[Write]) -> bytes:
    """Return what a file held when it was last synced.

    >>> image_before(b"abXXef!", [Write(1, 2, 2, b"cd", 6), Write(2, 6, 1, b"", 6)])
    b'abcdef'
    """
    image = bytearray(now)
    for write in sorted(writes, key=lambda each: each.at_ns, reverse=True):
        image.extend(bytes(max(0, write.old_size - len(image))))
        image[write.offset : write.offset + len(write.old)] = write.old
        del image[write.old_size :]
    return bytes(image)


def mixed(now: bytes, before: bytes, writes: list[Write], *, dice: random.Random) -> bytes:
    """Return a file of which some sectors were written and some not."""
    length = dice.choice((len(now), len(before)))
    image = bytearray(now[:length] if length == len(now) else before[:length])
    touched = {
        sector
        for write in writes
        for sector in range(
            write.offset // SECTOR,
            -(-(write.offset + max(write.new_bytes, len(write.old))) // SECTOR),
        )
    }
    for sector in sorted(touched):
        start, end = sector * SECTOR, min((sector + 1) * SECTOR, length)
        if start < end:
            source = now if end <= len(now) and dice.random() < 0.5 else before
            image[start:end] = source[start:end].ljust(end - start, b"\0")
    return bytes(image)


def _put_back(path: Path, writes: list[Write], *, dice: random.Random | None) -> None:
    now = path.read_bytes()
    before = image_before(now, writes)
    image = before if dice is None else mixed(now, before, writes, dice=dice)
    with path.open("r+b") as file:
        file.write(image)
        file.truncate(len(image))


def _undone(data: Path, line: str) -> int:
    """Take back a change of names, if it was carried out; return how many were."""
    letter, first, second, saved = line.split("\t")
    path, other = data / first, data / second
    with contextlib.suppress(OSError):
        if letter == "c":
            path.unlink()
        elif letter == "m":
            path.rmdir()
        elif letter == "d":
            path.mkdir(mode=0o700)
            owner = data.stat()
            os.chown(path, owner.st_uid, owner.st_gid)
        elif letter == "u":
            path.hardlink_to(saved)
        elif not path.exists():
            other.rename(path)
            if saved:
                other.hardlink_to(saved)
        else:
            return 0
        return 1
    return 0
