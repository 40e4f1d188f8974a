"""The folder where we and banks meet: who writes where, names, and nothing is ever half."""

import os
import re
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from fcntl import LOCK_EX, flock
from pathlib import Path

from huoqi.kit.dates import SHANGHAI
from huoqi.kit.progress import monotonic_ms

CLOCK, HOUSE, STANDING = "CLOCK.TXT", "HOUSE.JSON", "STANDING.JSON"
PATIENCE_MS = 10_000
_LOOK_S = 0.002
_NAME = re.compile(
    r"([A-Z]{2,8})_(PAIN001|PAIN008|PAIN002|CAMT053|CAMT054|STMT|ASK|CHECK|STATE|CODE|PULL)"
    r"_([A-Z0-9_-]{1,60})\.(XML|CSV|JSON|TXT)",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class FileName:
    """What a name says: whose file, of which kind, and what tells it from others."""

    bank: str
    kind: str
    word: str


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder with its rooms; ``patience_ms`` is how long an answer is waited for."""

    root: Path
    patience_ms: int = PATIENCE_MS

    @property
    def to_bank(self) -> Path:
        """Return where we hand over."""
        return self.root / "to_bank"

    @property
    def from_bank(self) -> Path:
        """Return where banks hand over."""
        return self.root / "from_bank"

    @property
    def archive(self) -> Path:
        """Return where lies what was sent and what was taken in."""
        return self.root / "archive"

    @property
    def quarantine(self) -> Path:
        """Return where lies what was refused."""
        return self.root / "quarantine"

    def make(self) -> None:
        """Make the rooms that are not there."""
        for path in (self.to_bank, self.from_bank, self.archive, self.quarantine):
            path.mkdir(parents=True, exist_ok=True)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let one caller at a time work in the folder, over all processes."""
        self.make()
        with (self.root / ".lock").open("w") as lock:
            flock(lock, LOCK_EX)
            yield

    def tell_time(self, at: datetime) -> bool:
        """Tell the banks of a sandbox the business instant; return whether they have come as far.

        They answer when they have taken what lay there and done all that was due by then.
        """
        said, answer = clock_text(at), self.from_bank / CLOCK
        answer.unlink(missing_ok=True)
        say(self.to_bank / CLOCK, said.encode("ascii"))
        until_ms = monotonic_ms() + self.patience_ms
        while not (is_there := small_text(answer) == said) and monotonic_ms() < until_ms:
            time.sleep(_LOOK_S)
        return is_there


def clock_text(at: datetime) -> str:
    """Return what stands in a clock's file."""
    return f"{at.astimezone(SHANGHAI).isoformat()}\n"


def parse_name(name: str) -> FileName | None:
    """Return what a name says, None for one that is not agreed.

    >>> parse_name("ICBC_CAMT053_20150512-7.xml")
    FileName(bank='ICBC', kind='CAMT053', word='20150512-7')
    """
    found = _NAME.fullmatch(name.upper())
    return None if found is None else FileName(found[1], found[2], found[3])


def names_in(room: Path) -> list[Path]:
    """Return what lies in a room under a name of its own, in the order of names."""
    with os.scandir(room) as entries:
        names = [entry.name for entry in entries if not entry.name.startswith(".")]
    return [room / name for name in sorted(names)]


def is_file(path: Path) -> bool:
    """Tell whether a path is an ordinary file, and no link to one."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except FileNotFoundError:
        return False


def small_text(path: Path) -> str:
    """Return a short text in ASCII, empty where there is none."""
    try:
        with path.open("rb") as file:
            return file.read(1 << 16).decode("ascii", errors="replace")
    except FileNotFoundError:
        return ""


def write_whole(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Write a file beside its name, bring it to the disk, and only then give it its name."""
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    sync_folder(path.parent)


def say(path: Path, data: bytes) -> None:
    """Put a word into a room that nobody needs after a power cut."""
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(data)
    part.replace(path)


def move(path: Path, target: Path) -> None:
    """Move a file into another room, where it lies for good before it is gone from the first."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.replace(target)
    except OSError:  # Another disk, or a folder that lies there already.
        if not is_file(path):
            raise
        with path.open("rb") as given:
            part = target.with_name(f".{target.name}.part")
            with part.open("wb") as file:
                shutil.copyfileobj(given, file, 1 << 20)
                file.flush()
                os.fsync(file.fileno())
        part.replace(target)
        path.unlink()
    sync_folder(target.parent)
    sync_folder(path.parent)


def free_name(target: Path) -> Path:
    """Return a name that nothing has: the wished one, or it with a number."""
    number, found = 1, target
    while found.exists() or found.is_symlink():
        number += 1
        found = target.with_name(f"{target.stem}~{number}{target.suffix}")
    return found


def sync_folder(folder: Path) -> None:
    """See that a folder's new names outlive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
