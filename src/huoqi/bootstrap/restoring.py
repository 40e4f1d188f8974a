"""A company brought back from its backup into a folder of its own, as it was at an instant."""

import io
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import ClassVar, TypeVar

from huoqi.close.operations.proving import transaction_of_seal
from huoqi.close.seal.refusals import NotSealed
from huoqi.events.queries import transaction_up_to
from huoqi.kit.backup.archive import Archive
from huoqi.kit.backup.rules.manifests import Base
from huoqi.kit.clock import TableClock
from huoqi.kit.db import Database, Work, connect
from huoqi.kit.errors import DomainError
from huoqi.kit.postgres import (
    EmbeddedPostgres,
    PostgresUnavailable,
    Profile,
    clusters_in,
    remove_cluster,
)
from huoqi.kit.postgres.recovery import Recovery
from huoqi.sandbox.snapshot_store import adopt, standing

Answer = TypeVar("Answer")
Say = Callable[[str], None]
_NOT_REACHED = "before configured recovery target"
_LAST_COMMIT = re.compile(r"last completed transaction was at log time ([^|]+)")
_LATEST, _BUSINESS, _SEALED = "latest", "business:", "sealed:"


class FolderInUse(DomainError):
    """Something is in the folder; a company is never restored over what is there."""

    code: ClassVar[str] = "restore.folder_in_use"


class InstantMalformed(DomainError):
    """The instant is latest, a date and time with its zone, business:… or sealed:YYYY-MM-DD."""

    code: ClassVar[str] = "restore.instant_malformed"


class InstantTooEarly(DomainError):
    """No base backup was finished by then; a backup cannot go back before its first base."""

    code: ClassVar[str] = "restore.too_early"


class InstantNotReached(DomainError):
    """The log in the backup ends before this instant."""

    code: ClassVar[str] = "restore.not_reached"


class SegmentMissing(DomainError):
    """A segment of the log is not in the backup, and what came after it cannot be replayed."""

    code: ClassVar[str] = "restore.segment_missing"


@dataclass(frozen=True, slots=True)
class Instant:
    """Where to go back to: the end, an instant of real or of business time, a sealed day."""

    text: str
    real: datetime | None = None
    business: datetime | None = None
    sealed: date | None = None

    @property
    def is_of_business(self) -> bool:
        """Tell whether the company's own books say where it is."""
        return self.business is not None or self.sealed is not None


@dataclass(frozen=True, slots=True)
class Restored:
    """Where the company stands that came back."""

    base: str
    business_at: str
    closed_on: str | None
    branch: str


def read_instant(text: str) -> Instant:
    """Return an instant from what was typed; raise InstantMalformed.

    >>> read_instant("sealed:2015-05-12").sealed
    datetime.date(2015, 5, 12)
    """
    try:
        if text == _LATEST:
            return Instant(text)
        if text.startswith(_SEALED):
            return Instant(text, sealed=date.fromisoformat(text.removeprefix(_SEALED)))
        at = datetime.fromisoformat(text.removeprefix(_BUSINESS))
    except ValueError as error:
        raise InstantMalformed(given=text[:60]) from error
    if at.tzinfo is None:
        raise InstantMalformed(given=text[:60])
    if text.startswith(_BUSINESS):
        return Instant(text, business=at.astimezone(UTC))
    return Instant(text, real=at.astimezone(UTC))


def restore(
    archive: Archive, data: Path, *, to: Instant, say: Say, profile: Profile = Profile.DURABLE
) -> Restored:
    """Bring a company back into a new folder, and return where it stands; its server is stopped.

    What fails leaves the folder as it was. The master key is not part of a backup: whoever calls
    puts it there.
    """
    with _new_folder(data):
        base, until = _way_to(archive, data, to=to, say=say)
        say(f"base {base.name} of {base.ended_at[:19]}, then the log …")
        _replayed(archive, base, data, until=until, profile=profile)
        return _stands(data, base=base, profile=profile)


def _way_to(
    archive: Archive, data: Path, *, to: Instant, say: Say
) -> tuple[Base, Mapping[str, str]]:
    """Return the base to begin with, and the server's settings of where to stop."""
    bases = archive.bases()
    if not bases:
        raise InstantTooEarly(first="none")
    if to.is_of_business:
        say("looking up the instant in the company's own books …")
        xid = _looked_up(archive, bases[-1], data, to=to)
        base = _last(bases, lambda each: _is_before(each.next_xid, xid))
        return base, {"recovery_target_xid": str(xid)}
    if to.real is not None:
        real = to.real
        base = _last(bases, lambda each: datetime.fromisoformat(each.ended_at) <= real)
        return base, {"recovery_target_time": real.strftime("%Y-%m-%d %H:%M:%S.%f+00")}
    missing = archive.missing(bases[-1])
    if missing:
        raise SegmentMissing(segment=missing[0], missing_count=len(missing))
    return bases[-1], {}


def _is_before(next_xid: int, xid: int) -> bool:
    """Tell whether a transaction began after a base; a row has the lower half of a number."""
    return ((xid - next_xid) & 0xFFFF_FFFF) < 1 << 31


def _last(bases: Sequence[Base], suits: Callable[[Base], bool]) -> Base:
    found = [base for base in bases if suits(base)]
    if not found:
        raise InstantTooEarly(first=bases[0].ended_at, first_business=bases[0].business_at)
    return found[-1]


def _looked_up(archive: Archive, base: Base, data: Path, *, to: Instant) -> int:
    """Return the transaction to stop at, from the books as they are at the end of the log."""
    beside = data / "look"
    try:
        recovery = _unpacked(archive, base, beside, profile=Profile.BESIDE)
        with recovery.looked_into(archive):
            dsn = EmbeddedPostgres(beside).cluster_status().dsn
            return reading(dsn, lambda work: _transaction(work, to=to))
    finally:
        remove_cluster(beside)
        shutil.rmtree(beside, ignore_errors=True)


def _transaction(work: Work, *, to: Instant) -> int:
    if to.sealed is not None:
        found = transaction_of_seal(work, on=to.sealed)
        if found is None:
            raise NotSealed(on=to.sealed.isoformat())
        return found
    assert to.business is not None
    last = transaction_up_to(work, at=to.business)
    if last is None:
        raise InstantTooEarly(first="nothing had happened by then")
    if to.business > work.at:
        raise InstantNotReached(asked=to.text, ends=work.at.isoformat())
    return last[0]


def _unpacked(archive: Archive, base: Base, data: Path, *, profile: Profile) -> Recovery:
    first = archive.missing(base)
    if first and first[0] <= base.stop_segment:
        raise SegmentMissing(segment=first[0], missing_count=len(first))
    recovery = Recovery(data, major=base.major, environ=os.environ, profile=profile)
    recovery.unpack(io.BufferedReader(_Stream(archive.read_base(base)), buffer_size=1 << 20))
    return recovery


def _replayed(
    archive: Archive, base: Base, data: Path, *, until: Mapping[str, str], profile: Profile
) -> None:
    recovery = _unpacked(archive, base, data, profile=profile)
    try:
        recovery.replay(archive, until=until)
    except PostgresUnavailable as error:
        if _NOT_REACHED not in str(error):
            raise
        missing = archive.missing(base)
        if missing:
            raise SegmentMissing(segment=missing[0], missing_count=len(missing)) from error
        last = _LAST_COMMIT.search(str(error))
        raise InstantNotReached(ends=last[1].strip() if last else "unknown") from error


def _stands(data: Path, *, base: Base, profile: Profile) -> Restored:
    """Let the clock stand still, and return where the company is."""
    server = EmbeddedPostgres(data, profile=profile)
    with server as cluster, connect(cluster.cluster_status().dsn) as conn:
        at, closed_on, branch = standing(conn)
        adopt(conn, branch=branch)
    day = closed_on.isoformat() if closed_on else None
    return Restored(base.name, at.astimezone(UTC).isoformat(), day, branch)


def reading(dsn: str, ask: Callable[[Work], Answer]) -> Answer:
    """Return an answer from a database that may only be read."""
    database = Database(dsn, clock=TableClock(), size=1)
    try:
        with database.work(while_advancing=True) as work:
            return ask(work)
    finally:
        database.close()


@contextmanager
def _new_folder(data: Path) -> Iterator[None]:
    """Hold a folder that is new or empty; leave nothing in it when the block fails."""
    if data.exists() and any(data.iterdir()):
        raise FolderInUse(folder=str(data))
    was_there = data.exists()
    done = False
    try:
        yield
        done = True
    finally:
        if not done:
            empty(data)
            if not was_there:
                shutil.rmtree(data, ignore_errors=True)


def empty(data: Path) -> None:
    """Remove a cluster with its folder's contents; the folder stays."""
    for cluster in clusters_in(data):
        remove_cluster(cluster)
    for entry in data.iterdir() if data.exists() else ():
        if entry.is_dir():
            shutil.rmtree(entry)
        else:
            entry.unlink()


class _Stream(io.RawIOBase):
    """A base's contents as a file that is read once."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        super().__init__()
        self._parts = parts
        self._left = b""

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # bytes-like, io says
        """Fill a buffer as far as there is something."""
        if not self._left:
            self._left = next(self._parts, b"")
        taken = self._left[: len(buffer)]
        buffer[: len(taken)] = taken
        self._left = self._left[len(taken) :]
        return len(taken)
