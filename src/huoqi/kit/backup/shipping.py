"""Takes the segments that a server handed over into the archive: sealed, read again, then let go.

A segment leaves the spool when it stands in the archive on disk, so a shipment that is interrupted
anywhere goes on where it stopped.
"""

from pathlib import Path
from typing import ClassVar

from psycopg import errors as pg_errors

from huoqi.kit.backup.archive import Archive, OtherCompany, OtherTimeline, Source
from huoqi.kit.backup.rules.segments import (
    HEAD_BYTES,
    head_of,
    is_archived,
    is_segment,
    number_of,
    timeline_of,
)
from huoqi.kit.clock import Connection
from huoqi.kit.errors import DomainError
from huoqi.kit.postgres.account import account_for, recorded_places
from huoqi.kit.postgres.locks import owned
from huoqi.kit.postgres.settings import SPOOL

_LOCK_TIMEOUT_S = 600.0


class SegmentStrange(DomainError):
    """A file in the spool is not the segment that it is named as; nothing was kept of it."""

    code: ClassVar[str] = "backup.segment_strange"


def spool_of(data: Path, *, is_outside: bool) -> Path:
    """Return where finished segments are handed over; the embedded server does so from then on."""
    places = None if is_outside else recorded_places(data)
    spool = (data if places is None else places.home) / SPOOL
    if not spool.exists():
        spool.mkdir(mode=0o700)
        if places is not None:
            account_for(data).own(spool)
    return spool


def ship(spool: Path, archive: Archive) -> int:
    """Bring what is finished into the archive and return how many segments it was.

    Raises OtherCompany, OtherTimeline, SegmentStrange or SegmentDiffers; the segment stays.
    """
    count = 0
    with owned(spool.parent / "ship.lock", timeout_s=_LOCK_TIMEOUT_S):
        for path in sorted(spool.iterdir()):
            if path.name.startswith(".") or path.suffix == ".partial":
                continue
            if is_archived(path.name):
                _require_ours(path, archive)
                archive.keep(path.name, path)
                count += 1
            path.unlink()
    return count


def _require_ours(path: Path, archive: Archive) -> None:
    head = archive.head
    if timeline_of(path.name) != head.timeline:
        raise OtherTimeline(of=head.timeline, ours=timeline_of(path.name), segment=path.name)
    if not is_segment(path.name):
        return
    with path.open("rb") as file:
        said = head_of(file.read(HEAD_BYTES))
    if said is not None and str(said.system) != head.system:
        raise OtherCompany(folder=str(archive.folder), segment=path.name)
    place = number_of(path.name, segment_bytes=head.segment_bytes) * head.segment_bytes
    if said is None or path.stat().st_size != head.segment_bytes or said.address != place:
        raise SegmentStrange(segment=path.name)


def source_of(conn: Connection) -> Source:
    """Return which cluster a connection leads to, and the line of its history."""
    row = conn.execute(
        "SELECT (SELECT system_identifier FROM pg_control_system())::text,"
        " left(pg_walfile_name(pg_current_wal_lsn()), 8),"
        " (SELECT setting::bigint FROM pg_settings WHERE name = 'wal_segment_size')"
    ).fetchone()
    assert row is not None
    return Source(row[0], int(row[1], 16), row[2])


def finish_segment(conn: Connection) -> bool:
    """Have the present segment handed over; tell whether the role may do so."""
    try:
        conn.execute("SELECT pg_switch_wal()")
    except pg_errors.InsufficientPrivilege:
        return False
    return True


def written_up_to(conn: Connection) -> int:
    """Return how far the log has been written, in bytes; a switch alone does not count."""
    row = conn.execute("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn").fetchone()
    assert row is not None
    return int(row[0])
