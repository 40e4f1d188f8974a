"""The bank house as a process: one on a folder, until it is told to end or its parent is gone."""

import http.client
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from huoqi.kit.postgres import AlreadyRunning, single_instance
from huoqi.kit.progress import monotonic_ms
from huoqi.payments.banks.drop.folder import Folder
from huoqi.payments.banks.http.keys import LineKeys, keys_file, load_or_make
from huoqi.payments.banks.simulated.deeds import FaultMix
from huoqi.sandbox.bank_house.books_store import Books
from huoqi.sandbox.bank_house.calling import Caller
from huoqi.sandbox.bank_house.fronts.files import FilesFront
from huoqi.sandbox.bank_house.fronts.http import HttpFront
from huoqi.sandbox.bank_house.house import House
from huoqi.sandbox.transfer_agent.process import Child

LOCK_NAME = "bank-house"
_ADDRESS = "address"
_LOOK_S, _WAIT_S = 0.1, 0.2
_OK = 200


class Front(Protocol):
    """A way in which the house is spoken to, at work between start and end."""

    def start(self) -> None:
        """Begin."""
        ...

    def end(self) -> None:
        """End."""
        ...


@dataclass(frozen=True, slots=True)
class HouseTerms:
    """What a house is opened with: the banks' seed, the port of its front, how often it errs."""

    seed: str
    port: int = 0
    mix: FaultMix | None = None


class KeyRing:
    """The keys in a folder, read again once they have changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._known: tuple[tuple[int, int], LineKeys] | None = None

    def __call__(self) -> LineKeys:
        """Return the keys as they are now."""
        with self._lock:
            keys = None if self._known is None else self._known[1]
            if keys is None or self._stamp() != self._known_stamp():
                keys = load_or_make(self._folder)
                self._known = (self._stamp() or (0, 0), keys)
            return keys

    def _known_stamp(self) -> tuple[int, int] | None:
        return None if self._known is None else self._known[0]

    def _stamp(self) -> tuple[int, int] | None:
        try:
            found = keys_file(self._folder).stat()
        except FileNotFoundError:
            return None
        return found.st_mtime_ns, found.st_ino


@contextmanager
def opened_house(folder: Path, *, terms: HouseTerms) -> Iterator[tuple[House, Caller, HttpFront]]:
    """Yield the only house on a folder, at work; its books are closed at the end.

    Errors: AlreadyRunning.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with single_instance(folder, name=LOCK_NAME):
        books = Books(folder / "books.sqlite")
        keys = KeyRing(folder)
        keys()
        house = House(books, seed=terms.seed, mix=terms.mix)
        caller = Caller(house, keys=keys)
        front = HttpFront(house, caller, keys=keys, port=terms.port)
        files = _files_front(folder, house)
        caller.start()
        front.start()
        if files is not None:
            files.start()
        try:
            _write_address(folder, front.place)
            yield house, caller, front
        finally:
            (folder / _ADDRESS).unlink(missing_ok=True)
            if files is not None:
                files.end()
            front.end()
            caller.end()
            books.close()


def _files_front(folder: Path, house: House) -> FilesFront | None:
    """Return the front in files, where the folder has its rooms."""
    rooms = Folder(folder)
    return FilesFront(house, rooms) if rooms.to_bank.is_dir() else None


def serve_house(
    folder: Path, *, terms: HouseTerms, ending: threading.Event, say: Callable[[str], None]
) -> None:
    """Serve until the event is set. Errors: AlreadyRunning where another house is in the folder."""
    with opened_house(folder, terms=terms) as (_, _, front):
        host, port = front.place
        say(f"serving on http://{host}:{port}, books in {folder}")
        while not ending.wait(_LOOK_S):
            pass
        say("ended; the books are kept")


def serve_beside(
    folder: Path, *, terms: HouseTerms, ending: threading.Event, say: Callable[[str], None]
) -> None:
    """Serve as a child; where another house is in the folder, wait until that one has ended."""
    while not ending.is_set():
        try:
            serve_house(folder, terms=terms, ending=ending, say=say)
        except AlreadyRunning:
            ending.wait(_WAIT_S)


def place_in(folder: Path) -> tuple[str, int] | None:
    """Return where the house of a folder listens, None where it does not."""
    with suppress(FileNotFoundError):
        host, _, port = (folder / _ADDRESS).read_text(encoding="ascii").strip().rpartition(":")
        if host and port.isdigit():
            return host, int(port)
    return None


def wait_for_house(folder: Path, *, patience_s: float = 60) -> None:
    """Return once the house of a folder answers; after the patience it is left to come up."""
    never, deadline = threading.Event(), monotonic_ms() + 1_000 * patience_s
    while not _answers(place_in(folder)) and monotonic_ms() < deadline:
        never.wait(_WAIT_S / 10)


def _answers(place: tuple[str, int] | None) -> bool:
    if place is None:
        return False
    connection = http.client.HTTPConnection(*place, timeout=_LOOK_S * 100)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == _OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


@contextmanager
def start_house(folder: Path, *, seed: str) -> Iterator[Child]:
    """Run a house as a child that ends with the block, and with us however we end.

    It is back soon after it died. What it says goes to ``log.txt`` in its folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    load_or_make(folder)
    command = [
        *(sys.executable, "-m", "huoqi.bootstrap", "bank-house", "--folder", str(folder)),
        *("--seed", seed, "--parent", str(os.getpid())),
    ]
    child = Child(command, log=folder / "log.txt")
    try:
        yield child
    finally:
        child.end()


def _write_address(folder: Path, place: tuple[str, int]) -> None:
    part = folder / f".{_ADDRESS}.part"
    part.write_text(f"{place[0]}:{place[1]}\n", encoding="ascii")
    part.replace(folder / _ADDRESS)
