"""Files to JSON lines and back, a block at a time, with progress for who waits."""

from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO

from huoqi.fund.ofd.dictionaries import shipped
from huoqi.fund.ofd.reading import read_header, read_index, read_rows
from huoqi.fund.ofd.rules.dictionary import Dictionaries
from huoqi.fund.ofd.rules.extents import RecordCountDiffers
from huoqi.fund.ofd.rules.headers import (
    LINE_END,
    Header,
    Index,
    is_index,
    render_end,
    render_header,
    render_index,
)
from huoqi.fund.ofd.rules.json_lines import (
    JsonMalformed,
    header_line,
    index_line,
    parse_head,
    parse_record,
    record_line,
)
from huoqi.fund.ofd.rules.layouts import layout_of
from huoqi.fund.ofd.rules.places import Place
from huoqi.fund.ofd.rules.records import encode_record
from huoqi.fund.ofd.sources import Source, read_bytes

#: Is told how many records of how many are done.
Watcher = Callable[[int, int], None]
_TELL_EVERY = 1_000
_MARK_BYTES = 8


def nobody(done: int, total: int) -> None:
    """Watch nothing."""


def json_lines_of(
    source: Source, *, dictionaries: Dictionaries | None = None, watcher: Watcher = nobody
) -> Iterator[str]:
    """Yield a data or index file as lines of JSON, the header first.

    Errors: those of `read_header`, `read_rows` and `read_index`.
    """
    if is_index(read_bytes(source, offset=0, most=_MARK_BYTES), file=source.name):
        yield index_line(read_index(source, dictionaries=dictionaries))
        return
    file = read_header(source, dictionaries=dictionaries)
    yield header_line(file.header)
    for done, record in enumerate(read_rows(file), start=1):
        yield record_line(record, layout=file.layout)
        if not done % _TELL_EVERY:
            watcher(done, file.header.record_count)


def write_json_lines(
    lines: Iterable[bytes],
    out: BinaryIO,
    *,
    file: str,
    dictionaries: Dictionaries | None = None,
    watcher: Watcher = nobody,
) -> None:
    """Write the file that lines of JSON stand for; ``file`` names them in refusals.

    Errors: JsonMalformed, RecordCountDiffers, those of `layout_of` and `encode_record`.
    """
    known = dictionaries or shipped()
    numbered = enumerate((_text(line, file=file, number=n) for n, line in enumerate(lines, 1)), 1)
    head = parse_head(next(numbered, (1, ""))[1], file=file)
    if isinstance(head, Index):
        for number, _ in numbered:
            raise JsonMalformed(file=file, line=number)
        out.write(render_index(head, dictionaries=known, file=file))
        return
    _write_records(head, numbered, out, file=file, dictionaries=known, watcher=watcher)


def _write_records(
    header: Header,
    numbered: Iterator[tuple[int, str]],
    out: BinaryIO,
    *,
    file: str,
    dictionaries: Dictionaries,
    watcher: Watcher,
) -> None:
    layout = layout_of(header, dictionaries=dictionaries, file=file)
    out.write(render_header(header, dictionaries=dictionaries, file=file))
    done = 0
    for number, line in numbered:
        record = parse_record(line, layout=layout, file=file, number=number)
        done += 1
        out.write(encode_record(record, layout=layout, place=Place(file, done)) + LINE_END)
        if not done % _TELL_EVERY:
            watcher(done, header.record_count)
    if done != header.record_count:
        raise RecordCountDiffers(file=file, expected=header.record_count, found=done)
    out.write(render_end(ends_with_line=header.ends_with_line))


def _text(line: bytes, *, file: str, number: int) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise JsonMalformed(file=file, line=number) from error
