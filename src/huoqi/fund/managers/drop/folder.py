"""The folder where we and a transfer agent meet: who writes where, and nothing is ever half."""

import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from fcntl import LOCK_EX, flock
from pathlib import Path

from huoqi.fund.ofd.rules.headers import digits_of_date, parse_date
from huoqi.kit.dates import SHANGHAI
from huoqi.kit.progress import monotonic_ms

CLOCK, FAULTS, DOWN = "CLOCK.TXT", "FAULTS.TXT", "DOWN.TXT"
PATIENCE_MS = 10_000
_LOOK_S = 0.002
_INDEX = re.compile(
    r"OFI_([A-Z0-9]+)_([A-Z0-9]+)_([0-9]{8})(?:_([0-9]{3}))?\.TXT", re.ASCII | re.IGNORECASE
)
#: What begins so is meant to be a file of the protocol, whatever follows.
_OURS = ("OFD_", "OFI_")


@dataclass(frozen=True, slots=True)
class IndexFile:
    """What the name of an index says: whose, for whom, of which day, the how manieth of it."""

    name: str
    creator: str
    receiver: str
    on: date
    batch_no: int


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder with its rooms; ``patience_ms`` is how long an answer is waited for."""

    root: Path
    patience_ms: int = PATIENCE_MS

    @property
    def outbox(self) -> Path:
        """Return where we hand over."""
        return self.root / "to_manager"

    @property
    def inbox(self) -> Path:
        """Return where the agent hands over."""
        return self.root / "from_manager"

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
        for path in (self.outbox, self.inbox, self.archive, self.quarantine):
            path.mkdir(parents=True, exist_ok=True)

    def place_of(self, path: Path) -> str:
        """Return where a file lies, from the root."""
        return path.relative_to(self.root).as_posix()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let one caller at a time work in the folder, over all processes."""
        self.make()
        with (self.root / ".lock").open("w") as lock:
            flock(lock, LOCK_EX)
            yield

    def arrived(self) -> list[Path]:
        """Return, by name, what lies in the inbox and is meant to be of the protocol."""
        found = [path for path in self.inbox.iterdir() if path.name.upper().startswith(_OURS)]
        return sorted(found)

    def tell_time(self, at: datetime) -> bool:
        """Tell the agent the business instant; return whether it has come as far.

        It answers when it has taken what lay there and done all it had to do by then. Who plays
        dead says so, so that nobody need wait for it.
        """
        return self._tell(at, word="")

    def tell_to_take(self, at: datetime) -> bool:
        """Let the agent take what lies there, and return whether it did.

        It closes no day for it: fast transfers of several days come before any of them is closed.
        """
        return self._tell(at, word=" TAKE")

    def _tell(self, at: datetime, *, word: str) -> bool:
        said, answer = f"{at.astimezone(SHANGHAI).isoformat()}{word}\n", self.inbox / CLOCK
        for path in (answer, self.inbox / DOWN):
            path.unlink(missing_ok=True)
        write_whole(self.outbox / CLOCK, said.encode("ascii"))

        def is_there() -> bool:
            return _text(answer).strip() == said.strip()

        self.wait_for(lambda: is_there() or self._is_down(at))
        return is_there()

    def _is_down(self, at: datetime) -> bool:
        """Tell whether the agent says that it is away; what it said of a time that is over is not.

        It may still be answering an instant that we told before.
        """
        until = self.down_until()
        return until is not None and until > at

    def wait_for(self, is_true: Callable[[], bool]) -> None:
        """Wait until something is true, as long as we are patient."""
        until_ms = monotonic_ms() + self.patience_ms
        while not is_true() and monotonic_ms() < until_ms:
            time.sleep(_LOOK_S)

    def down_until(self) -> datetime | None:
        """Return until when an agent that plays dead does so, if it says that."""
        try:
            at = datetime.fromisoformat(_text(self.inbox / DOWN).strip())
        except ValueError:
            return None
        return at if at.tzinfo is not None else None


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("ascii", errors="replace")
    except FileNotFoundError:
        return ""


def index_name(creator: str, receiver: str, *, on: date, batch_no: int) -> str:
    """Return the name of a day's index; from the second batch on with its number.

    >>> index_name("HQ", "TA", on=date(2015, 5, 11), batch_no=2)
    'OFI_HQ_TA_20150511_002.TXT'
    """
    tail = f"_{batch_no:03}" if batch_no > 1 else ""
    return f"OFI_{creator}_{receiver}_{digits_of_date(on)}{tail}.TXT"


def parse_index_name(name: str) -> IndexFile | None:
    """Return what the name of an index says, None for any other name.

    >>> parse_index_name("OFI_TA_HQ_20150511.TXT").batch_no
    1
    """
    found = _INDEX.fullmatch(name)
    if found is None:
        return None
    try:
        on = parse_date(found[3])
    except ValueError:
        return None
    return IndexFile(name, found[1], found[2], on, int(found[4] or 1))


def write_whole(path: Path, data: bytes) -> None:
    """Write a file beside its name, bring it to the disk, and only then give it its name."""
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    sync_folder(path.parent)


def copy_whole(source: Path, target: Path) -> None:
    """Copy a file so that it appears under its name only when all of it is on the disk."""
    part = target.with_name(f".{target.name}.part")
    with source.open("rb") as given, part.open("wb") as file:
        shutil.copyfileobj(given, file, 1 << 20)
        file.flush()
        os.fsync(file.fileno())
    part.replace(target)
    sync_folder(target.parent)


def keep(path: Path, target: Path) -> None:
    """Let a file stand under a second name too, to outlive the first; again is harmless."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        os.link(path, part)
    except OSError:  # Where the disk knows no second names.
        copy_whole(path, target)
        return
    part.replace(target)
    part.unlink(missing_ok=True)  # It stays where both were the same file already.
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """See that a folder's new names outlive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
