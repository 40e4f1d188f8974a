"""Backups of the company that the settings name: where they go, taken, shipped while it serves."""

import json
import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import ClassVar

import psycopg

from huoqi.bootstrap.settings import Settings
from huoqi.kit.backup.archive import Archive, BackupKey, found_archive, known_archive, write_whole
from huoqi.kit.backup.receiving import receiving
from huoqi.kit.backup.rules.manifests import Base
from huoqi.kit.backup.shipping import (
    finish_segment,
    ship,
    source_of,
    spool_of,
    written_up_to,
)
from huoqi.kit.backup.taking import Standing, take_base
from huoqi.kit.clock import machine_now
from huoqi.kit.db import connect
from huoqi.kit.errors import DomainError
from huoqi.kit.postgres import AlreadyRunning, Binaries, find_binaries, single_instance
from huoqi.vault.master_key import read_master_key
from huoqi.vault.rules.master_keys import backup_secret, fingerprint

_LOG = logging.getLogger("huoqi.backup")
_NOTE = "backup.json"
_LOOK_S = 1.0
#: A segment that is not full is handed over after so long, if something was written to it.
LATEST_S = 60.0
KEPT = 7


class BackupPlaceMissing(DomainError):
    """No backup was taken of this company yet; say where: huoqi backup --to DIR."""

    code: ClassVar[str] = "backup.place_missing"


class ArchivingOff(DomainError):
    """The server hands no segments over: it runs since before an update. Stop and start huoqi."""

    code: ClassVar[str] = "backup.archiving_off"


@dataclass(frozen=True, slots=True)
class Note:
    """Where a company's backup goes, and what came of it last; beside its data."""

    to: str
    last_base_at: str = ""
    last_shipped_at: str = ""
    last_error: str = ""
    drilled_at: str = ""
    drill_doubts: int | None = None
    drilled_to: str = ""


def read_note(data: Path) -> Note | None:
    """Return where the backup of a company goes, None where none was taken."""
    try:
        return Note(**json.loads((data / _NOTE).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def write_note(data: Path, note: Note) -> None:
    """Keep where the backup goes and how it is."""
    write_whole(data / _NOTE, json.dumps(asdict(note), indent=1).encode() + b"\n")


def backup_key(path: Path) -> BackupKey:
    """Return the key of backups from a master key's file; raise MasterKeyMissing."""
    master = read_master_key(path)
    return BackupKey(backup_secret(master), fingerprint(master))


def programs(settings: Settings, dsn: str) -> Binaries:
    """Return the programs for a server: of its own version, or newer for one that is not ours."""
    with connect(dsn, autocommit=True) as conn:
        major = conn.info.server_version // 10_000
    outside = settings.dsn is not None
    return replace(find_binaries(os.environ, major=None if outside else major), major=major)


def take_backup(settings: Settings, dsn: str, *, to: Path | None, keep: int) -> tuple[Base, int]:
    """Return a new base backup and how many older ones were let go; what follows is shipped.

    Raises BackupPlaceMissing, ArchivingOff, and what the archive refuses.
    """
    note = read_note(settings.data)
    if to is None and note is None:
        raise BackupPlaceMissing
    folder = to.absolute() if to is not None else Path(note.to if note else "")
    key = backup_key(settings.data / "master.key")
    with connect(dsn, autocommit=True) as conn:
        if settings.dsn is None:
            row = conn.execute("SHOW archive_mode").fetchone()
            if row is None or row[0] != "on":
                raise ArchivingOff
        named = known_archive if to is None else found_archive
        archive = named(folder, source_of(conn), key=key)
        row = conn.execute("SELECT c.at, s.branch FROM business_clock c, sandbox_seed s").fetchone()
        assert row is not None
    at = row[0] if settings.mode == "sandbox" else machine_now()
    with single_instance(settings.data, name="backup"):
        archive.clean()
        spool = spool_of(settings.data, is_outside=settings.dsn is not None)
        with _line(settings, dsn, archive, spool=spool):
            base = take_base(
                dsn,
                archive,
                binaries=programs(settings, dsn),
                standing=Standing(at.isoformat(), row[1]),
                ship=lambda: ship(spool, archive),
            )
        gone = archive.forget_old(keep=keep)
    before = note if note and note.to == str(folder) else Note(str(folder))
    now = machine_now().isoformat()
    write_note(
        settings.data,
        replace(before, last_base_at=base.ended_at, last_shipped_at=now, last_error=""),
    )
    return base, len(gone)


@contextmanager
def _line(settings: Settings, dsn: str, archive: Archive, *, spool: Path) -> Iterator[None]:
    """Receive the log inside the block where the server is not ours; ours hands it over itself."""
    if settings.dsn is None:
        with nullcontext():
            yield
        return
    slot = f"huoqi_{archive.head.archive_id[:8]}"
    with receiving(dsn, binaries=programs(settings, dsn), spool=spool, slot=slot):
        yield


class Shipper:
    """Ships the log in a thread of its own while the company serves, once a backup was taken."""

    def __init__(self, settings: Settings, dsn: str) -> None:
        self._settings = settings
        self._dsn = dsn
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="huoqi-backup", daemon=True)
        self._switched_at = 0.0
        self._switched_to = 0
        self._said = ""

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after what is at hand."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(_LOOK_S):
            note = read_note(self._settings.data)
            if note is not None:
                self._guarded(note)

    def _guarded(self, note: Note) -> None:
        """Ship until it is told to stop, or something is in the way; that is told once."""
        try:
            self._ship(note)
        except (DomainError, AlreadyRunning, psycopg.Error, OSError) as error:
            told = getattr(error, "code", type(error).__name__)
            if told != self._said:
                self._said = told
                _LOG.error("the log is not shipped to the backup: %s", told)
                write_note(self._settings.data, replace(note, last_error=told))

    def _ship(self, note: Note) -> None:
        settings = self._settings
        key = backup_key(settings.data / "master.key")
        with connect(self._dsn, autocommit=True) as conn:
            archive = known_archive(Path(note.to), source_of(conn), key=key)
            spool = spool_of(settings.data, is_outside=settings.dsn is not None)
            with _line(settings, self._dsn, archive, spool=spool):
                waited = LATEST_S
                while not self._stopping.wait(_LOOK_S):
                    waited += _LOOK_S
                    if waited >= LATEST_S and written_up_to(conn) != self._switched_to:
                        finish_segment(conn)
                        self._switched_to, waited = written_up_to(conn), 0.0
                    if ship(spool, archive):
                        self._tell_shipped()

    def _tell_shipped(self) -> None:
        note = read_note(self._settings.data)
        if note is not None:
            now = machine_now().isoformat()
            write_note(self._settings.data, replace(note, last_shipped_at=now, last_error=""))
            self._said = ""
