"""The folder of a backup: whose it is, its bases, and the log's segments, each sealed."""

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar
from uuid import uuid4

from huoqi.kit.backup.rules.manifests import ArchiveHead, Base, base_in, head_in, written
from huoqi.kit.backup.rules.retention import kept_bases, unneeded
from huoqi.kit.backup.rules.sealing import SALT_BYTES, BackupDamaged, opened, sealed
from huoqi.kit.backup.rules.segments import is_archived, missing_after
from huoqi.kit.clock import machine_now
from huoqi.kit.errors import DomainError

HEAD, BASES, LOG = "archive.json", "base", "wal"
DATA, MANIFEST, SEALED = "data.sealed", "manifest.json", ".sealed"
_READ_BYTES = 1 << 20


class NoArchive(DomainError):
    """There is no backup in this folder."""

    code: ClassVar[str] = "backup.not_found"


class BackupKeyWrong(DomainError):
    """The backup was sealed under another master key; bring that one, or combine its shares."""

    code: ClassVar[str] = "backup.key_wrong"


class OtherCompany(DomainError):
    """The folder has the backup of another company; choose an empty one."""

    code: ClassVar[str] = "backup.other_company"


class OtherTimeline(DomainError):
    """The folder has another line of this company's history; choose an empty one."""

    code: ClassVar[str] = "backup.other_timeline"


class NotABackupFolder(DomainError):
    """The folder holds other things than a backup; choose an empty one."""

    code: ClassVar[str] = "backup.folder_in_use"


class SegmentDiffers(DomainError):
    """The archive has this segment with other contents; two servers write to one archive."""

    code: ClassVar[str] = "backup.segment_differs"


@dataclass(frozen=True, slots=True)
class BackupKey:
    """The key of all that is sealed, and a number that tells which one it is."""

    secret: bytes
    key_id: str

    def __repr__(self) -> str:
        return f"BackupKey({self.key_id})"


@dataclass(frozen=True, slots=True)
class Source:
    """Which cluster a backup is taken of, and on which line of its history it is."""

    system: str
    timeline: int
    segment_bytes: int


@dataclass(frozen=True, slots=True)
class Archive:
    """A folder that is known to be of one company and sealed under this key."""

    folder: Path
    head: ArchiveHead
    key: BackupKey

    @property
    def log(self) -> Path:
        """Return the folder of segments."""
        return self.folder / LOG

    def bases(self) -> list[Base]:
        """Return the bases that are whole, oldest first; raise ManifestDamaged."""
        return bases_in(self.folder, key=self.key.secret)

    def segments(self) -> list[str]:
        """Return the names of the segments that are kept, in the order of the log."""
        return segments_in(self.folder)

    def keep(self, name: str, source: Path) -> None:
        """Seal a segment and read it again; one that is there with these contents stays.

        Raises SegmentDiffers.
        """
        target = self.log / (name + SEALED)
        wanted = hashlib.sha256(source.read_bytes()).hexdigest()
        if not target.exists():
            write_sealed(target, _parts_of(source), key=self.key, name=name)
        if self.digest_of(name) != wanted:
            raise SegmentDiffers(segment=name)

    def digest_of(self, name: str) -> str:
        """Return the SHA-256 of a segment's contents; raise BackupDamaged."""
        digest = hashlib.sha256()
        for part in self.read(name):
            digest.update(part)
        return digest.hexdigest()

    def read(self, name: str) -> Iterator[bytes]:
        """Yield a segment's contents; raise BackupDamaged naming it."""
        with (self.log / (name + SEALED)).open("rb") as file:
            yield from opened(file, key=self.key.secret, name=name)

    def read_base(self, base: Base) -> Iterator[bytes]:
        """Yield a base's contents, a tar; raise BackupDamaged naming it."""
        path = self.folder / BASES / base.name / DATA
        try:
            with path.open("rb") as file:
                yield from opened(file, key=self.key.secret, name=base.name)
        except FileNotFoundError as error:
            raise BackupDamaged(file=f"{base.name}/{DATA}", what="missing") from error

    def has(self, name: str) -> bool:
        """Tell whether a segment is kept."""
        return (self.log / (name + SEALED)).exists()

    def missing(self, base: Base) -> list[str]:
        """Return the segments that lack between a base and the last one."""
        return missing_after(
            base.start_segment,
            known=set(self.segments()),
            segment_bytes=self.head.segment_bytes,
            last=base.stop_segment,
        )

    def forget_old(self, *, keep: int) -> list[str]:
        """Let old bases go, and the segments that only they needed; return the bases' names."""
        kept, gone = kept_bases(self.bases(), keep=keep)
        for base in gone:
            (self.folder / BASES / base.name / MANIFEST).unlink()  # First: it is no base any more.
            shutil.rmtree(self.folder / BASES / base.name)
        for name in unneeded(self.segments(), bases=kept):
            (self.log / (name + SEALED)).unlink()
        return [base.name for base in gone]

    def clean(self) -> None:
        """Remove what an interrupted backup left; whoever calls is the only one at it."""
        for folder in (self.folder / BASES).iterdir():
            if not (folder / MANIFEST).exists():
                shutil.rmtree(folder)
        for draft in self.log.glob(".*"):
            draft.unlink()


def open_archive(folder: Path, *, key: BackupKey) -> Archive:
    """Return the archive of a folder; raise NoArchive, BackupKeyWrong or ManifestDamaged."""
    head = read_head(folder)
    if head.key_id != key.key_id:
        raise BackupKeyWrong(folder=str(folder), sealed_under=head.key_id, given=key.key_id)
    return Archive(folder, read_head(folder, key=key.secret), key)


def read_head(folder: Path, *, key: bytes | None = None) -> ArchiveHead:
    """Return whose archive a folder is; raise NoArchive."""
    try:
        text = (folder / HEAD).read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NoArchive(folder=str(folder)) from error
    return head_in(text, file=HEAD, key=key)


def found_archive(folder: Path, source: Source, *, key: BackupKey) -> Archive:
    """Return the archive of a cluster, made in an empty folder if it is not there.

    Raises OtherCompany, OtherTimeline, NotABackupFolder, BackupKeyWrong.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not (folder / HEAD).exists():
        if any(folder.iterdir()):
            raise NotABackupFolder(folder=str(folder))
        head = ArchiveHead(
            str(uuid4()),
            source.system,
            source.timeline,
            source.segment_bytes,
            key.key_id,
            machine_now().isoformat(timespec="seconds"),
        )
        write_whole(folder / HEAD, written(head, key=key.secret))
    return known_archive(folder, source, key=key)


def known_archive(folder: Path, source: Source, *, key: BackupKey) -> Archive:
    """Return the archive of a cluster where there is one: a disk that is away is no empty folder.

    Raises NoArchive, OtherCompany, OtherTimeline, BackupKeyWrong.
    """
    archive = open_archive(folder, key=key)
    if archive.head.system != source.system:
        raise OtherCompany(folder=str(folder))
    if archive.head.timeline != source.timeline:
        raise OtherTimeline(folder=str(folder), of=archive.head.timeline, ours=source.timeline)
    for name in (BASES, LOG):
        (folder / name).mkdir(exist_ok=True, mode=0o700)
    return archive


def bases_in(folder: Path, *, key: bytes | None = None) -> list[Base]:
    """Return the bases of a folder that are whole, oldest first."""
    found = sorted((folder / BASES).glob(f"*/{MANIFEST}"))
    return [
        base_in(path.read_bytes(), file=f"{path.parent.name}/{MANIFEST}", key=key) for path in found
    ]


def segments_in(folder: Path) -> list[str]:
    """Return the names of the segments of a folder."""
    names = (path.name.removesuffix(SEALED) for path in (folder / LOG).glob(f"*{SEALED}"))
    return sorted(name for name in names if is_archived(name))


def write_sealed(
    target: Path, plain: Iterable[bytes], *, key: BackupKey, name: str
) -> tuple[int, str]:
    """Write a sealed file so that it is whole or not there; return its size and SHA-256."""
    draft = target.with_name(f".{target.name}")
    digest, size = hashlib.sha256(), 0
    salt = secrets.token_bytes(SALT_BYTES)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        for part in sealed(plain, key=key.secret, salt=salt, name=name):
            file.write(part)
            digest.update(part)
            size += len(part)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(target)
    sync_folder(target.parent)
    return size, digest.hexdigest()


def write_whole(target: Path, content: bytes) -> None:
    """Write a small file so that it is whole or not there, also after a power cut."""
    draft = target.with_name(f".{target.name}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(target)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Bring a folder's names to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _parts_of(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while part := file.read(_READ_BYTES):
            yield part
