"""A file that arrived is examined whole before any of it counts; if refused, it is set aside."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from huoqi.fund.managers.files.quarantine import Quarantined, set_aside
from huoqi.fund.ofd.reading import DataFile, read_column_blocks, read_header
from huoqi.fund.ofd.rules.control import (
    Expected,
    require_expected,
    require_name,
    require_new,
)
from huoqi.fund.ofd.rules.dictionary import Dictionaries
from huoqi.fund.ofd.rules.headers import Header
from huoqi.fund.ofd.rules.names import parse_name
from huoqi.fund.ofd.rules.places import OfdRefused
from huoqi.fund.ofd.sources import NotAFile, digest_of, opened


@dataclass(frozen=True, slots=True)
class Accepted:
    """A file that is whole, right in every byte, ours and new; what it says is not judged yet."""

    path: Path
    sha256: str
    header: Header


def examine(
    path: Path,
    *,
    expected: Expected,
    seen: Mapping[str, str],
    dictionaries: Dictionaries | None = None,
) -> Accepted:
    """Return what is known of a file once all of it has been read and nothing was refused.

    ``seen`` has the names of files taken in before by their SHA-256.

    A link is none of ours: what it leads to could change, or be somebody else's.

    Errors: NameMalformed, NotAFile, Unreadable, Replayed, those of `read_header`, NameDisagrees,
    those of `require_expected`, those of `read_rows`.
    """
    name = parse_name(path.name)
    if path.is_symlink():
        raise NotAFile(file=path.name)
    with opened(path) as source:
        digest = digest_of(source)
        require_new(digest, seen=seen, file=path.name)
        file: DataFile = read_header(source, dictionaries=dictionaries)
        # Whose it is and of which day tells more than that its name says something else.
        require_expected(file.header, expected=expected, file=path.name)
        require_name(file.header, name=name, file=path.name)
        for _ in read_column_blocks(file):
            pass  # Every field of every record is checked on the way.
    return Accepted(path, digest, file.header)


def take_in(
    path: Path,
    *,
    expected: Expected,
    seen: Mapping[str, str],
    quarantine: Path,
    at: datetime,
) -> Accepted | Quarantined:
    """Return an accepted file where it is, or a refused one where it waits now."""
    try:
        return examine(path, expected=expected, seen=seen)
    except OfdRefused as refusal:
        return set_aside(path, refusal, folder=quarantine, at=at)
