"""The lines before the records: who speaks to whom, of which day, with which fields; index files.

One item a line, of the version's fixed widths, ended by CR LF. What a header says is kept as it
stands, so that the same bytes come back.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from huoqi.fund.ofd.rules.dictionary import Dictionaries, Envelope
from huoqi.fund.ofd.rules.places import OfdRefused

DATA_MARK = b"OFDCFDAT"
INDEX_MARK = b"OFDCFIDX"
END_MARK = b"OFDCFEND"
LINE_END = b"\r\n"
DATE_WIDTH = 8
#: No file has a header as long as this; whoever reads one needs no more at once.
HEADER_BYTES_MAX = 1 << 18


class NotOfd(OfdRefused):
    """The first line is neither that of a data file nor that of an index file."""

    code: ClassVar[str] = "ofd.not_ofd"


class HeaderMalformed(OfdRefused):
    """A line of the header has another width or form than its item asks for."""

    code: ClassVar[str] = "ofd.header_malformed"


class Truncated(OfdRefused):
    """The file ends before what it says of itself is complete."""

    code: ClassVar[str] = "ofd.truncated"


@dataclass(frozen=True, slots=True)
class Header:
    """What a data file says of itself.

    ``fields`` are the lines as they stand; ``ends_with_line`` tells whether the last line of the
    file has its line end, which the protocol leaves open.
    """

    version: str
    creator: str
    receiver: str
    on: date
    file_type: str
    fields: tuple[str, ...]
    summary_no: str = "001"
    sender: str = ""
    recipient: str = ""
    record_count: int = 0
    ends_with_line: bool = True


@dataclass(frozen=True, slots=True)
class Index:
    """An index file: the names of a day's data files; its arrival says that all are there."""

    version: str
    creator: str
    receiver: str
    on: date
    files: tuple[str, ...]
    ends_with_line: bool = True


class _Lines:
    """The lines of a header, taken one by one; each is named, so that a refusal can name it."""

    def __init__(self, data: bytes, *, file: str) -> None:
        self.data = data
        self.file = file
        self.at = 0

    def take(self, item: str, *, width: int | None = None) -> str:
        """Return the next line, of so many bytes where its item has a width, as it stands."""
        end = self.data.find(LINE_END, self.at)
        if end < 0:
            raise self._incomplete(item)
        line = self.data[self.at : end]
        is_plain = all(0x20 <= byte < 0x7F for byte in line)
        if not is_plain or (width is not None and len(line) != width):
            raise self.malformed(item)
        self.at = end + len(LINE_END)
        return line.decode("ascii")

    def take_text(self, item: str, *, width: int) -> str:
        """Return the next line without the blanks that fill it."""
        return self.take(item, width=width).rstrip(" ")

    def take_count(self, item: str, *, width: int) -> int:
        """Return the next line as a number, which fills its width with zeros."""
        start, digits = self.at, self.take(item, width=width)
        if not digits.isdigit():
            self.at = start
            raise self.malformed(item)
        return int(digits)

    def take_date(self) -> date:
        """Return the next line as a date that exists."""
        start, digits = self.at, self.take("date", width=DATE_WIDTH)
        try:
            return parse_date(digits)
        except ValueError as error:
            self.at = start
            raise self.malformed("date") from error

    def malformed(self, item: str) -> HeaderMalformed:
        """Return the refusal of the line that comes next."""
        return HeaderMalformed(file=self.file, offset=self.at, item=item)

    def _incomplete(self, item: str) -> OfdRefused:
        if len(self.data) - self.at >= HEADER_BYTES_MAX:
            return self.malformed(item)
        return Truncated(file=self.file, offset=len(self.data), item=item)


def parse_date(digits: str) -> date:
    """Return the date of eight digits; ValueError where there is no such day.

    >>> parse_date("20150511")
    datetime.date(2015, 5, 11)
    """
    if not (len(digits) == DATE_WIDTH and digits.isascii() and digits.isdigit()):
        raise ValueError("not eight digits")
    return datetime.strptime(digits, "%Y%m%d").date()  # noqa: DTZ007 - a date has no zone


def is_index(data: bytes, *, file: str) -> bool:
    """Tell whether a file's first bytes are those of an index file.

    Errors: NotOfd, Truncated.
    """
    mark = data[: len(DATA_MARK)]
    if mark == INDEX_MARK:
        return True
    if mark == DATA_MARK:
        return False
    if DATA_MARK.startswith(mark) or INDEX_MARK.startswith(mark):
        raise Truncated(file=file, offset=len(data), item="mark")
    raise NotOfd(file=file, offset=0)


def parse_header(data: bytes, *, file: str, dictionaries: Dictionaries) -> tuple[Header, int]:
    """Return the header at the begin of a data file, and where its records begin.

    Errors: NotOfd, HeaderMalformed, VersionUnknown, Truncated.
    """
    if is_index(data, file=file):
        raise NotOfd(file=file, offset=0)
    lines = _Lines(data, file=file)
    lines.take("mark", width=len(DATA_MARK))
    version, envelope = _version(lines, dictionaries)
    creator, receiver, on = _way(lines, envelope)
    summary_no = lines.take_text("summary_no", width=envelope.summary_no)
    file_type = lines.take_text("file_type", width=envelope.file_type)
    sender = lines.take_text("sender", width=envelope.agent)
    recipient = lines.take_text("recipient", width=envelope.agent)
    field_count = lines.take_count("field_count", width=envelope.field_count)
    fields = tuple(lines.take("field") for _ in range(field_count))
    record_count = lines.take_count("record_count", width=envelope.record_count)
    header = Header(
        version=version,
        creator=creator,
        receiver=receiver,
        on=on,
        file_type=file_type,
        fields=fields,
        summary_no=summary_no,
        sender=sender,
        recipient=recipient,
        record_count=record_count,
    )
    return header, lines.at


def _version(lines: _Lines, dictionaries: Dictionaries) -> tuple[str, Envelope]:
    """Return the version as the file spells it, and the widths that it fixes."""
    start, line = lines.at, lines.take("version")
    version = line.rstrip(" ")
    envelope = dictionaries.of(version, file=lines.file).envelope
    if len(line) != envelope.version:
        lines.at = start
        raise lines.malformed("version")
    return version, envelope


def _way(lines: _Lines, envelope: Envelope) -> tuple[str, str, date]:
    """Return who made a file, for whom, and of which day."""
    creator = lines.take_text("creator", width=envelope.party)
    receiver = lines.take_text("receiver", width=envelope.party)
    return creator, receiver, lines.take_date()


def render_header(header: Header, *, dictionaries: Dictionaries, file: str = "") -> bytes:
    """Return the lines before the records; the same bytes that a header was read from.

    Errors: VersionUnknown, HeaderMalformed where an item does not fit its width.
    """
    envelope = dictionaries.of(header.version, file=file).envelope
    lines = [
        DATA_MARK,
        _text(header.version, item="version", width=envelope.version, file=file),
        _text(header.creator, item="creator", width=envelope.party, file=file),
        _text(header.receiver, item="receiver", width=envelope.party, file=file),
        digits_of_date(header.on).encode("ascii"),
        _text(header.summary_no, item="summary_no", width=envelope.summary_no, file=file),
        _text(header.file_type, item="file_type", width=envelope.file_type, file=file),
        _text(header.sender, item="sender", width=envelope.agent, file=file),
        _text(header.recipient, item="recipient", width=envelope.agent, file=file),
        _count(len(header.fields), item="field_count", width=envelope.field_count, file=file),
        *(_text(name, item="field", width=len(name), file=file) for name in header.fields),
        _count(header.record_count, item="record_count", width=envelope.record_count, file=file),
    ]
    return b"".join(line + LINE_END for line in lines)


def render_end(*, ends_with_line: bool) -> bytes:
    """Return the last line of a file."""
    return END_MARK + (LINE_END if ends_with_line else b"")


def parse_index(data: bytes, *, file: str, dictionaries: Dictionaries) -> Index:
    """Return what an index file says.

    Errors: NotOfd, HeaderMalformed, VersionUnknown, Truncated.
    """
    if not is_index(data, file=file):
        raise NotOfd(file=file, offset=0)
    lines = _Lines(data, file=file)
    lines.take("mark", width=len(INDEX_MARK))
    version, envelope = _version(lines, dictionaries)
    creator, receiver, on = _way(lines, envelope)
    count = lines.take_count("file_count", width=envelope.file_count)
    files = tuple(lines.take("file_name") for _ in range(count))
    rest = data[lines.at :]
    if rest not in {END_MARK, END_MARK + LINE_END}:
        if END_MARK.startswith(rest) or rest == END_MARK + b"\r":
            raise Truncated(file=file, offset=len(data), item="end")
        raise lines.malformed("end")
    return Index(version, creator, receiver, on, files, ends_with_line=rest.endswith(LINE_END))


def render_index(index: Index, *, dictionaries: Dictionaries, file: str = "") -> bytes:
    """Return an index file; the same bytes that one was read from.

    Errors: VersionUnknown, HeaderMalformed: the names do not fit, or are more than can be counted.
    """
    envelope = dictionaries.of(index.version, file=file).envelope
    lines = [
        INDEX_MARK,
        _text(index.version, item="version", width=envelope.version, file=file),
        _text(index.creator, item="creator", width=envelope.party, file=file),
        _text(index.receiver, item="receiver", width=envelope.party, file=file),
        digits_of_date(index.on).encode("ascii"),
        _count(len(index.files), item="file_count", width=envelope.file_count, file=file),
        *(_text(name, item="file_name", width=len(name), file=file) for name in index.files),
    ]
    body = b"".join(line + LINE_END for line in lines)
    return body + render_end(ends_with_line=index.ends_with_line)


def _text(text: str, *, item: str, width: int, file: str) -> bytes:
    is_plain = all(" " <= letter < "\x7f" for letter in text)
    if len(text) > width or not is_plain:
        raise HeaderMalformed(file=file, item=item)
    return text.encode("ascii").ljust(width)


def _count(count: int, *, item: str, width: int, file: str) -> bytes:
    digits = str(count)
    if count < 0 or len(digits) > width:
        raise HeaderMalformed(file=file, item=item)
    return digits.encode("ascii").zfill(width)


def digits_of_date(on: date) -> str:
    """Return a date as eight digits.

    >>> digits_of_date(date(2015, 5, 11))
    '20150511'
    """
    return f"{on.year:04}{on.month:02}{on.day:02}"
