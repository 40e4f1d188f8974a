"""The last check of the ledger's chains that was made on this machine; beside its data."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from huoqi.kit.backup.archive import write_whole

_NOTE = "checks.json"


@dataclass(frozen=True, slots=True)
class Check:
    """When the chains were checked last, by the machine's time, and whether they were sound."""

    at: str
    is_sound: bool


def read_check(data: Path) -> Check | None:
    """Return the last check, None for none."""
    try:
        return Check(**json.loads((data / _NOTE).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def note_check(data: Path, check: Check) -> None:
    """Keep what a check came to."""
    write_whole(data / _NOTE, json.dumps(asdict(check)).encode() + b"\n")
