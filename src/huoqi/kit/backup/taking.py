"""A base backup by PostgreSQL's own program, sealed on its way: no clear copy touches a disk."""

import re
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, ClassVar

from huoqi.kit.backup.archive import (
    BASES,
    DATA,
    MANIFEST,
    Archive,
    write_sealed,
    write_whole,
)
from huoqi.kit.backup.rules.manifests import Base, written
from huoqi.kit.backup.rules.segments import address_of, segment_at
from huoqi.kit.backup.shipping import finish_segment
from huoqi.kit.clock import machine_now
from huoqi.kit.db import connect
from huoqi.kit.errors import DomainError
from huoqi.kit.postgres import Binaries

_START = re.compile(r"write-ahead log start point: ([0-9A-F]+/[0-9A-F]+)")
_STOP = re.compile(r"write-ahead log end point: ([0-9A-F]+/[0-9A-F]+)")
_READ_BYTES = 1 << 20
_PAUSE_S = 0.1
_PATIENCE_S = 900.0


class BaseFailed(DomainError):
    """PostgreSQL's program for base backups ended with an error; what it said is told."""

    code: ClassVar[str] = "backup.base_failed"


class LogNotHandedOver(DomainError):
    """The end of the base backup's log did not arrive; does the server hand its segments over?"""

    code: ClassVar[str] = "backup.log_not_handed_over"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the company stands when a backup begins: its business time and its branch."""

    business_at: str
    branch: str


def take_base(
    dsn: str,
    archive: Archive,
    *,
    binaries: Binaries,
    standing: Standing,
    ship: Callable[[], int],
    patience_s: float = _PATIENCE_S,
) -> Base:
    """Return a base backup that is whole, with all of its log, in the archive.

    ``ship`` brings segments in. Raises BaseFailed, LogNotHandedOver. The server goes on meanwhile.
    """
    began = machine_now()
    name = began.strftime("%Y%m%dT%H%M%S%fZ")
    folder = archive.folder / BASES / name
    folder.mkdir(mode=0o700)
    with tempfile.TemporaryFile("w+") as said:
        command = [binaries.program("pg_basebackup"), "-d", dsn, "-D", "-", "-F", "tar"]
        command += ["-X", "fetch", "-c", "fast", "--no-password", "--verbose"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said) as program:
            assert program.stdout is not None
            size, digest = write_sealed(
                folder / DATA, _parts(program.stdout), key=archive.key, name=name
            )
        said.seek(0)
        text = said.read()
    start, stop = _START.search(text), _STOP.search(text)
    if program.returncode != 0 or start is None or stop is None:
        raise BaseFailed(said=" ".join(text.split())[-400:])
    with connect(dsn, autocommit=True) as conn:
        row = conn.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text").fetchone()
        assert row is not None
        ended = machine_now()
        finish_segment(conn)
    timeline, size_of = archive.head.timeline, archive.head.segment_bytes
    first, last = address_of(start[1]), address_of(stop[1]) - 1
    base = Base(
        name=name,
        began_at=began.isoformat(),
        ended_at=ended.isoformat(),
        business_at=standing.business_at,
        branch=standing.branch,
        start=start[1],
        stop=stop[1],
        start_segment=segment_at(first, timeline=timeline, segment_bytes=size_of),
        stop_segment=segment_at(last, timeline=timeline, segment_bytes=size_of),
        next_xid=int(row[0]),
        major=binaries.major,
        sealed_bytes=size,
        sha256=digest,
    )
    _await_log(archive, base, ship=ship, patience_s=patience_s)
    write_whole(folder / MANIFEST, written(base, key=archive.key.secret))
    return base


def _await_log(archive: Archive, base: Base, *, ship: Callable[[], int], patience_s: float) -> None:
    """Return when every segment of a base is in the archive; raise LogNotHandedOver."""
    deadline = time.monotonic() + patience_s
    ship()
    while not archive.has(base.stop_segment):
        if time.monotonic() > deadline:
            raise LogNotHandedOver(segment=base.stop_segment, waited_s=int(patience_s))
        time.sleep(_PAUSE_S)
        ship()


def _parts(stream: IO[bytes]) -> Iterator[bytes]:
    while part := stream.read(_READ_BYTES):
        yield part
