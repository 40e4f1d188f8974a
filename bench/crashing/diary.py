"""The diary of a client: what it is about to ask, before it asks, and what it was told, after.

It outlives the server and the database, and it is all that the checker believes of them. Times are
of the machine's steady clock, in nanoseconds.
"""

import json
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

Note = dict[str, object]


class DiaryClosed(Exception):
    """Nobody reads on: whoever writes may give up."""


class Diary:
    """A file of lines; each is handed to the system before the call returns."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        self._lock = threading.Lock()
        self.told = 0
        self.unsure = 0
        self.faults = 0

    def write(self, what: str, key: str, **more: object) -> int:
        """Write a line down and return its instant."""
        at_ns = time.monotonic_ns()
        line = json.dumps({"e": what, "k": key, "t": at_ns, **more}, separators=(",", ":"))
        with self._lock:
            self.require_open()
            os.write(self._file, line.encode() + b"\n")
            self.told += what == "told"
            self.unsure += what == "unsure"
            self.faults += what == "fault"
        return at_ns

    def require_open(self) -> None:
        """Raise DiaryClosed once nobody reads on."""
        if self._file < 0:
            raise DiaryClosed

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            os.close(self._file)
            self._file = -1


@dataclass(slots=True)
class Wish:
    """A request as its client knows it: what was asked, when first, and what it was told, when."""

    key: str
    kind: str
    who: int
    body: object
    sent_ns: int
    told_ns: int = 0
    status: int = 0
    digest: str = ""
    order_id: str = ""
    code: str = ""
    unsure: int = 0
    again: list[tuple[int, str]] = field(default_factory=list)
    results: list[int] = field(default_factory=list)

    @property
    def is_acknowledged(self) -> bool:
        """Tell whether the client was told that it is done."""
        return 200 <= self.status < 300


def wishes_of(path: Path) -> dict[str, Wish]:
    """Return the requests of a diary by key, in the order in which they were first sent."""
    wishes: dict[str, Wish] = {}
    for note in _notes(path):
        key, at_ns = str(note["k"]), int(str(note["t"]))
        if note["e"] == "ask":
            who = int(str(note["who"]))
            wishes.setdefault(key, Wish(key, str(note["kind"]), who, note["body"], at_ns))
        elif note["e"] == "unsure":
            wishes[key].unsure += 1
        elif note["e"] == "again":
            wishes[key].again.append((int(str(note["status"])), str(note["digest"])))
        elif note["e"] == "told":
            wish = wishes[key]
            wish.told_ns, wish.status = at_ns, int(str(note["status"]))
            wish.digest, wish.order_id = str(note["digest"]), str(note["order"])
            wish.code = str(note["code"])
            wish.results = list(note.get("results") or [])  # type: ignore[call-overload] # of us
    return wishes


def _notes(path: Path) -> Iterator[Note]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
