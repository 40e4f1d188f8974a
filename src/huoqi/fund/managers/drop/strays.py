"""What lies in the inbox and is no part of a batch: no file at all, or named by no index."""

import stat
from pathlib import Path
from typing import ClassVar

from huoqi.fund.ofd.reading import read_header
from huoqi.fund.ofd.rules.control import NameDisagrees
from huoqi.fund.ofd.rules.headers import Index
from huoqi.fund.ofd.rules.names import DataName, NameMalformed, parse_name
from huoqi.fund.ofd.rules.places import OfdRefused
from huoqi.fund.ofd.sources import NotAFile, opened


class NotNamed(OfdRefused):
    """The file came with a batch and the batch's index does not name it."""

    code: ClassVar[str] = "manager_file.not_named"


def is_file(path: Path) -> bool:
    """Tell whether a path is an ordinary file, and no link to one."""
    return stat.S_ISREG(path.lstat().st_mode)


def require_file(path: Path) -> None:
    """Refuse a link, a folder, a pipe.

    Errors: NotAFile.
    """
    if not is_file(path):
        raise NotAFile(file=path.name)


def require_own_names(index: Index, *, file: str) -> None:
    """Refuse an index that names what is no data file between its two parties.

    Errors: NameDisagrees.
    """
    for text in index.files:
        try:
            name = parse_name(text.rstrip(" "))
        except NameMalformed as error:
            raise NameDisagrees(file=file, item="file_name") from error
        said = (name.creator.upper(), name.receiver.upper())
        is_own = said == (index.creator.upper(), index.receiver.upper())
        if not isinstance(name, DataName) or not is_own:
            raise NameDisagrees(file=file, item="file_name")


def batch_of(path: Path) -> int:
    """Return the number of the batch that a file says it is of; 0 where it cannot be read."""
    try:
        with opened(path) as source:
            return int(read_header(source).header.summary_no)
    except (OfdRefused, ValueError):
        return 0


def data_name(path: Path) -> DataName | None:
    """Return what the name of a data file says, None for any other name."""
    try:
        name = parse_name(path.name)
    except NameMalformed:
        return None
    return name if isinstance(name, DataName) else None
