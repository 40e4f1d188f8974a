"""What is written beside a backup: whose archive it is, and what each base holds, under a MAC."""

import hmac
import json
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import ClassVar, TypeVar

from huoqi.kit.errors import DomainError

FORMAT = "huoqi-backup-1"


class ManifestDamaged(DomainError):
    """A manifest was altered or cannot be read; take another backup, or bring the file back."""

    code: ClassVar[str] = "backup.manifest_damaged"


@dataclass(frozen=True, slots=True)
class ArchiveHead:
    """Whose archive it is: one cluster, one line of its history, one key."""

    archive_id: str
    system: str
    timeline: int
    segment_bytes: int
    key_id: str
    made_at: str


@dataclass(frozen=True, slots=True)
class Base:
    """A base backup: where in the log it begins and ends, and what the company was then.

    ``next_xid`` is the first transaction that had not begun when the backup had ended.
    """

    name: str
    began_at: str
    ended_at: str
    business_at: str
    branch: str
    start: str
    stop: str
    start_segment: str
    stop_segment: str
    next_xid: int
    major: int
    sealed_bytes: int
    sha256: str


def written(thing: ArchiveHead | Base, *, key: bytes) -> bytes:
    """Return a manifest as it stands in its file."""
    content = {"format": FORMAT, **asdict(thing)}
    return json.dumps({**content, "mac": _mac(content, key=key)}, indent=1).encode() + b"\n"


def head_in(text: bytes, *, file: str, key: bytes | None = None) -> ArchiveHead:
    """Return whose archive it is; without the key its MAC is not looked at."""
    return _read(ArchiveHead, text, file=file, key=key)


def base_in(text: bytes, *, file: str, key: bytes | None = None) -> Base:
    """Return what a base holds; without the key its MAC is not looked at."""
    return _read(Base, text, file=file, key=key)


Thing = TypeVar("Thing", ArchiveHead, Base)


def _read(kind: type[Thing], text: bytes, *, file: str, key: bytes | None) -> Thing:
    try:
        content = json.loads(text)
        mac = content.pop("mac")
        thing = kind(**{name: value for name, value in content.items() if name != "format"})
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ManifestDamaged(file=file) from error
    is_sound = key is None or hmac.compare_digest(str(mac), _mac(content, key=key))
    if content.get("format") != FORMAT or not is_sound:
        raise ManifestDamaged(file=file)
    return thing


def _mac(content: dict[str, object], *, key: bytes) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
    return hmac.new(key, b"huoqi/backup/manifest/v1|" + text, sha256).hexdigest()
