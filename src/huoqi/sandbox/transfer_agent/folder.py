"""The folder between distributor and agent: its names, and handing over so that nothing is half."""

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from huoqi.fund.ofd.rules.headers import digits_of_date, parse_date

CLOCK, FAULTS, DOWN, SPENT = "CLOCK.TXT", "FAULTS.TXT", "DOWN.TXT", "SPENT.TXT"
#: Behind the instant in CLOCK.TXT: take what lies there, but let no time pass.
TAKE = "TAKE"
_INDEX = re.compile(
    r"OFI_([A-Z0-9]+)_([A-Z0-9]+)_([0-9]{8})(?:_([0-9]{3}))?\.TXT", re.ASCII | re.IGNORECASE
)
_PULL = re.compile(r"PULL_[0-9]{8}_[A-Z0-9]{2}_[0-9]{1,6}\.TXT", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class IndexFile:
    """The name of an index file: whose, for whom, of which day, the how manieth of it."""

    name: str
    creator: str
    receiver: str
    on: date
    number: int


@dataclass(frozen=True, slots=True)
class Folder:
    """The folder as the agent sees it; ``own`` is the agent's own room in it."""

    root: Path

    @property
    def inbox(self) -> Path:
        """Return where the distributor's files arrive."""
        return self.root / "to_manager"

    @property
    def outbox(self) -> Path:
        """Return where the agent's files go."""
        return self.root / "from_manager"

    @property
    def own(self) -> Path:
        """Return where the agent keeps its books and works."""
        return self.root / "agent"

    def make(self) -> None:
        """Make the folders that are not there."""
        for path in (self.inbox, self.outbox, self.own / "work"):
            path.mkdir(parents=True, exist_ok=True)

    def sweep(self) -> None:
        """Remove what an agent that was killed had not finished writing."""
        for part in [*self.outbox.glob(".*.part"), *(self.own / "work").iterdir()]:
            part.unlink()

    def indices(self) -> list[IndexFile]:
        """Return the index files that have arrived, the first of the earliest day first."""
        found = [index for name in self._names() if (index := parse_index_name(name))]
        return sorted(found, key=lambda index: (index.on, index.number, index.name))

    def pulls(self) -> list[str]:
        """Return the names of the wishes to have a file again."""
        return sorted(name for name in self._names() if _PULL.fullmatch(name))

    def _names(self) -> Iterator[str]:
        with os.scandir(self.inbox) as entries:
            yield from (entry.name for entry in entries)

    def hand_over(self, name: str, data: bytes) -> None:
        """Put a small file into the outbox, whole and on the disk, or not at all."""
        write_whole(self.outbox / name, data)

    def say(self, name: str, text: str) -> None:
        """Put a word into the outbox that nobody needs after a power cut."""
        part = self.outbox / f".{name}.part"
        part.write_bytes(text.encode("ascii"))
        part.replace(self.outbox / name)

    def remove(self, name: str) -> None:
        """Remove a file from the inbox, if it is there."""
        with suppress(FileNotFoundError):
            (self.inbox / name).unlink()


def parse_index_name(name: str) -> IndexFile | None:
    """Return what the name of an index file says, None for any other name.

    >>> parse_index_name("OFI_H0_99_20150511_002.TXT").number
    2
    """
    found = _INDEX.fullmatch(name)
    if found is None:
        return None
    try:
        on = parse_date(found[3])
    except ValueError:
        return None
    return IndexFile(name, found[1], found[2], on, int(found[4] or 1))


def index_name(creator: str, receiver: str, *, on: date, number: int) -> str:
    """Return the name of a day's index file; from the second batch on with its number.

    >>> index_name("99", "H0", on=date(2015, 5, 11), number=2)
    'OFI_99_H0_20150511_002.TXT'
    """
    tail = f"_{number:03}" if number > 1 else ""
    return f"OFI_{creator}_{receiver}_{digits_of_date(on)}{tail}.TXT"


def write_whole(path: Path, data: bytes) -> None:
    """Write a file beside its name, bring it to the disk, and only then give it its name."""
    part = path.with_name(f".{path.name}.part")
    write_unnamed(part, data)
    part.replace(path)
    sync_folder(path.parent)


def write_unnamed(path: Path, data: bytes) -> None:
    """Write a file that nobody looks for under this name, and bring it to the disk."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """See that a folder's new names outlive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
