"""Whether a file is whole: as many records as it says, each as wide as its fields, and an end."""

from typing import ClassVar

from huoqi.fund.ofd.rules.headers import END_MARK, LINE_END, Header, Truncated
from huoqi.fund.ofd.rules.layouts import Layout
from huoqi.fund.ofd.rules.places import OfdRefused, Place

_ENDS = {END_MARK: False, END_MARK + LINE_END: True}


class RecordCountDiffers(OfdRefused):
    """The file has more or fewer records than its header says."""

    code: ClassVar[str] = "ofd.record_count"


class RecordWidthDiffers(OfdRefused):
    """A record is longer or shorter than its fields together."""

    code: ClassVar[str] = "ofd.record_width"


class TrailingBytes(OfdRefused):
    """Something stands behind the end of the file's last line."""

    code: ClassVar[str] = "ofd.trailing_bytes"


def end_of(rest: bytes) -> bool | None:
    """Return whether the last line has a line end; None if this is not the end of a whole file.

    >>> end_of(b"OFDCFEND"), end_of(b"OFDCFEND\\r\\n"), end_of(b"OFDC")
    (False, True, None)
    """
    return _ENDS.get(rest)


def what_is_wrong(
    rest: bytes, *, header: Header, layout: Layout, good: int, place: Place
) -> OfdRefused:
    """Return the refusal of a file that is not whole.

    ``rest`` is what stands behind the ``good`` records that end where they must, ``place`` where it
    begins: all of it if it is short, else more than a record.
    """
    assert place.offset is not None
    here = Place(place.file, good + 1, place.offset)
    if end_of(rest) is not None:
        return RecordCountDiffers(
            file=place.file, offset=place.offset, expected=header.record_count, found=good
        )
    if rest.startswith(END_MARK):
        return TrailingBytes(file=place.file, offset=place.offset + len(END_MARK))
    found = rest.find(LINE_END)
    if found >= 0:
        return RecordWidthDiffers(**here.facts(), expected=layout.width, found=found)
    if len(rest) < layout.stride:
        here = Place(place.file, None if good >= header.record_count else good + 1)
        return Truncated(**here.facts(), offset=place.offset + len(rest), item="records")
    return RecordWidthDiffers(**here.facts(), expected=layout.width)
