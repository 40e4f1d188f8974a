"""Whether a file is the one we wait for: its parties, its day, its name, its sums, only once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from huoqi.fund.ofd.rules.blocks import Int64
from huoqi.fund.ofd.rules.columns import Letters
from huoqi.fund.ofd.rules.headers import Header, Index
from huoqi.fund.ofd.rules.names import DataName, IndexName
from huoqi.fund.ofd.rules.places import OfdRefused

_LOW_HALF = 2**32 - 1


class ForeignCreator(OfdRefused):
    """The file comes from another party than the one that we expect it from."""

    code: ClassVar[str] = "ofd.foreign_creator"


class ForeignReceiver(OfdRefused):
    """The file is meant for another receiver."""

    code: ClassVar[str] = "ofd.foreign_receiver"


class WrongDate(OfdRefused):
    """The file speaks of another day than the one expected."""

    code: ClassVar[str] = "ofd.wrong_date"


class WrongType(OfdRefused):
    """The file is of another type than the one expected."""

    code: ClassVar[str] = "ofd.wrong_type"


class NameDisagrees(OfdRefused):
    """The file's name says something else than its header."""

    code: ClassVar[str] = "ofd.name_disagrees"


class Replayed(OfdRefused):
    """The same bytes were taken in before."""

    code: ClassVar[str] = "ofd.replayed"


class TotalDiffers(OfdRefused):
    """The records of a field do not add up to the total that was told."""

    code: ClassVar[str] = "ofd.total_differs"


class WrongEncoding(OfdRefused):
    """The texts of the file are in UTF-8, where the protocol has GB18030."""

    code: ClassVar[str] = "ofd.wrong_encoding"


class FileMissing(OfdRefused):
    """The index names a file that has not arrived."""

    code: ClassVar[str] = "ofd.file_missing"


@dataclass(frozen=True, slots=True)
class Expected:
    """Whose file, for whom and of which day we wait for; of which type, unless any will do."""

    creator: str
    receiver: str
    on: date
    file_type: str | None = None


def require_expected(said: Header | Index, *, expected: Expected, file: str) -> None:
    """Refuse a file of another party, day or type.

    Errors: ForeignCreator, ForeignReceiver, WrongDate, WrongType.
    """
    if said.creator.upper() != expected.creator.upper():
        raise ForeignCreator(file=file, expected=expected.creator, found=said.creator)
    if said.receiver.upper() != expected.receiver.upper():
        raise ForeignReceiver(file=file, expected=expected.receiver, found=said.receiver)
    if said.on != expected.on:
        raise WrongDate(file=file, expected=expected.on.isoformat(), found=said.on.isoformat())
    if isinstance(said, Header) and expected.file_type not in {None, said.file_type}:
        raise WrongType(file=file, expected=expected.file_type, found=said.file_type)


def require_name(said: Header | Index, *, name: DataName | IndexName, file: str) -> None:
    """Refuse a file whose name and header speak of different things.

    Errors: NameDisagrees.
    """
    same = (
        name.creator.upper() == said.creator.upper(),
        name.receiver.upper() == said.receiver.upper(),
        name.on == said.on,
        isinstance(name, DataName) is isinstance(said, Header),
        not (isinstance(name, DataName) and isinstance(said, Header))
        or name.file_type == said.file_type.upper(),
    )
    items = ("creator", "receiver", "date", "mark", "file_type")
    for item, agrees in zip(items, same, strict=True):
        if not agrees:
            raise NameDisagrees(file=file, item=item)


def require_new(digest: str, *, seen: Mapping[str, str], file: str) -> None:
    """Refuse bytes that were taken in before, under whatever name.

    Errors: Replayed.
    """
    if digest in seen:
        raise Replayed(file=file, first_file=seen[digest])


def exact_total(values: Int64) -> int:
    """Return the sum of a column as a Python integer, beyond 64 bits too.

    >>> exact_total(np.full(4, 2**62, dtype=np.int64)) == 2**64
    True
    """
    # Halves of 32 bits cannot overflow before two thousand million rows.
    return (int((values >> 32).sum()) << 32) + int((values & _LOW_HALF).sum())


def require_total(found: int, *, expected: int, field: str, file: str) -> None:
    """Refuse a file whose records do not add up to what was told of them elsewhere.

    Errors: TotalDiffers.
    """
    if found != expected:
        raise TotalDiffers(file=file, field=field, expected=expected, found=found)


def require_gb18030(letters: Letters, *, file: str) -> None:
    """Refuse a file whose texts beyond ASCII are all in UTF-8.

    Errors: WrongEncoding.
    """
    if letters.are_utf8:
        raise WrongEncoding(file=file)
