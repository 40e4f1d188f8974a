"""A list in a file of ours: CSV with entry, names by ``|``, birth date, national IDs by ``|``.

The file is read again when it changed. One that cannot be read is refused whole and told by line;
the list before it stays in force.
"""

import csv
import hashlib
import io
from datetime import date
from pathlib import Path
from threading import Lock
from typing import ClassVar

import structlog

from huoqi.customers.rules.screening import Index, Listed
from huoqi.kit.errors import DomainError

COLUMNS = ("entry", "names", "birth_on", "national_ids")
BYTES_MOST = 64 << 20

_log = structlog.stdlib.get_logger(__name__)


class ListMalformed(DomainError):
    """The file is no list; ``line`` and ``reason`` say where and why."""

    code: ClassVar[str] = "watch_list.malformed"


def parse_list(text: str) -> list[Listed]:
    """Return the entries of a file. Errors: ListMalformed."""
    rows = csv.reader(io.StringIO(text), strict=True)
    found: list[Listed] = []
    try:
        if tuple(next(rows, ())) != COLUMNS:
            raise ListMalformed(line=1, reason="header")
        for row in rows:
            found.append(_entry(row, line=rows.line_num))
    except csv.Error as error:
        raise ListMalformed(line=rows.line_num, reason="csv") from error
    if not found:
        raise ListMalformed(line=1, reason="empty")
    if len({each.entry for each in found}) != len(found):
        raise ListMalformed(line=rows.line_num, reason="entry_twice")
    return found


def _entry(row: list[str], *, line: int) -> Listed:
    if len(row) != len(COLUMNS) or not row[0].strip():
        raise ListMalformed(line=line, reason="columns")
    try:
        birth_on = date.fromisoformat(row[2]) if row[2] else None
    except ValueError as error:
        raise ListMalformed(line=line, reason="birth_on") from error
    names, numbers = _parts(row[1]), _parts(row[3])
    if not names and not numbers:
        raise ListMalformed(line=line, reason="nobody")
    return Listed(row[0].strip(), names, birth_on, numbers)


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("|") if part.strip())


class FileList:
    """The list of a file; raises ListMalformed at the start only, if it is none then."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._seen: tuple[int, int] | None = None
        self._version, self._index = self._read()

    def version(self) -> str:
        """Return the digest of the list in force."""
        self._refresh()
        return self._version

    def index(self) -> Index:
        """Return the list in force."""
        self._refresh()
        return self._index

    def _refresh(self) -> None:
        with self._lock:
            try:
                if self._stamp() == self._seen:
                    return
                self._version, self._index = self._read()
            except (ListMalformed, OSError) as refused:
                _log.warning("watch_list_refused", reason=type(refused).__name__)

    def _read(self) -> tuple[str, Index]:
        self._seen = self._stamp()
        if self._seen[1] > BYTES_MOST:
            raise ListMalformed(line=0, reason="too_large")
        raw = self._path.read_bytes()
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ListMalformed(line=0, reason="not_utf8") from error
        return hashlib.sha256(raw).hexdigest()[:16], Index(parse_list(text))

    def _stamp(self) -> tuple[int, int]:
        stat = self._path.stat()
        return stat.st_mtime_ns, stat.st_size
