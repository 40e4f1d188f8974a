"""Where a refused file waits, whole and without effect, with a report beside it that says why."""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from huoqi.fund.ofd.rules.places import OfdRefused
from huoqi.fund.ofd.sources import digest_of, opened
from huoqi.kit.errors import Param

_REPORT = ".report.json"


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A file that was set aside: where it is now, its SHA-256, when and why."""

    path: Path
    sha256: str
    at: datetime
    code: str
    facts: Mapping[str, Param]

    @property
    def report(self) -> dict[str, object]:
        """Return what the report beside the file says."""
        return {
            "file": self.path.name,
            "sha256": self.sha256,
            "at": self.at.isoformat(),
            "code": self.code,
            "facts": dict(self.facts),
        }


def report_aside(path: Path, refusal: OfdRefused, *, folder: Path, at: datetime) -> Quarantined:
    """Write the report of a refused file, and return where the file itself belongs: beside it."""
    digest = _digest(path)
    kept = folder / f"{digest[:16]}-{path.name}"
    found = Quarantined(kept, digest, at, refusal.code, refusal.params)
    folder.mkdir(parents=True, exist_ok=True)
    report = kept.with_name(kept.name + _REPORT)
    part = report.with_name(report.name + ".part")
    with part.open("w", encoding="utf-8") as text:
        json.dump(found.report, text, ensure_ascii=False, indent=1)
        text.flush()
        os.fsync(text.fileno())
    part.replace(report)
    return found


def set_aside(path: Path, refusal: OfdRefused, *, folder: Path, at: datetime) -> Quarantined:
    """Move a refused file into a folder, under a name that begins with its digest, with a report.

    What is no file at all, such as a folder or a link, is moved as it is. The report is there
    before the file is gone from where it came, and the same file that comes again lands on itself:
    doing it twice, or again after a crash, leaves the same.
    """
    found = report_aside(path, refusal, folder=folder, at=at)
    path.replace(found.path)
    return found


def _digest(path: Path) -> str:
    """Return a file's SHA-256; of what cannot be read, one of what it is and where on the disk."""
    if not path.is_symlink():
        with suppress(OfdRefused), opened(path) as source:
            return digest_of(source)
    found = path.lstat()
    return sha256(f"{found.st_mode} {found.st_ino}".encode()).hexdigest()
