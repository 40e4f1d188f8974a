"""The names of data and index files, which say who sends what to whom, of which day."""

import re
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from huoqi.fund.ofd.rules.headers import digits_of_date, parse_date
from huoqi.fund.ofd.rules.places import OfdRefused

_DATA = re.compile(
    r"OFD_([A-Z0-9]+)_([A-Z0-9]+)_([0-9]{8})_([A-Z0-9]{2})(?:_([0-9]{3}))?\.TXT",
    re.ASCII | re.IGNORECASE,
)
_INDEX = re.compile(r"OFI_([A-Z0-9]+)_([A-Z0-9]+)_([0-9]{8})\.TXT", re.ASCII | re.IGNORECASE)


class NameMalformed(OfdRefused):
    """The file's name is not one of the protocol."""

    code: ClassVar[str] = "ofd.name_malformed"


@dataclass(frozen=True, slots=True)
class DataName:
    """What the name of a data file says; ``shard`` is its number among several of one type."""

    creator: str
    receiver: str
    on: date
    file_type: str
    shard: int | None = None

    def render(self) -> str:
        """Return the name.

        >>> DataName("H0", "996", date(2015, 5, 11), "05", shard=7).render()
        'OFD_H0_996_20150511_05_007.TXT'
        """
        shard = "" if self.shard is None else f"_{self.shard:03}"
        parties = f"OFD_{self.creator}_{self.receiver}"
        return f"{parties}_{digits_of_date(self.on)}_{self.file_type}{shard}.TXT"


@dataclass(frozen=True, slots=True)
class IndexName:
    """What the name of an index file says."""

    creator: str
    receiver: str
    on: date

    def render(self) -> str:
        """Return the name.

        >>> IndexName("H0", "996", date(2015, 5, 11)).render()
        'OFI_H0_996_20150511.TXT'
        """
        return f"OFI_{self.creator}_{self.receiver}_{digits_of_date(self.on)}.TXT"


def parse_name(name: str) -> DataName | IndexName:
    """Return what a file's name says; upper and lower case are accepted.

    >>> parse_name("OFD_996_H0_20170427_03.txt").file_type
    '03'

    Errors: NameMalformed.
    """
    data, index = _DATA.fullmatch(name), _INDEX.fullmatch(name)
    found = data or index
    if found is None:
        raise NameMalformed(file=name)
    try:
        on = parse_date(found[3])
    except ValueError as error:
        raise NameMalformed(file=name) from error
    if data is None:
        return IndexName(found[1], found[2], on)
    shard = None if data[5] is None else int(data[5])
    return DataName(data[1], data[2], on, data[4].upper(), shard)
