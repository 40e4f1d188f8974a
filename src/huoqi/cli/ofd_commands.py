"""``huoqi ofd``: look into the files between distributors and transfer agents, and convert them."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import click

from huoqi.cli.documents import refusals, show
from huoqi.fund.ofd.conversion import json_lines_of, write_json_lines
from huoqi.fund.ofd.dictionaries import read_dictionary, shipped
from huoqi.fund.ofd.reading import DataFile, read_column_blocks, read_header, read_index, read_rows
from huoqi.fund.ofd.rules.columns import Columns, NumberColumn
from huoqi.fund.ofd.rules.control import exact_total, require_name
from huoqi.fund.ofd.rules.dictionary import Dictionaries, Field
from huoqi.fund.ofd.rules.headers import Header, Index, is_index
from huoqi.fund.ofd.rules.json_lines import decimal_text
from huoqi.fund.ofd.rules.masking import masked, shown
from huoqi.fund.ofd.rules.names import parse_name
from huoqi.fund.ofd.rules.records import Record
from huoqi.fund.ofd.sources import Source, digest_of, opened, read_bytes
from huoqi.kit.progress import Progress

_MARK_BYTES = 8

_PATH = click.Path(exists=True, dir_okay=False, path_type=Path)
_FILE = click.argument("path", metavar="FILE", type=_PATH)
_OUT = click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write here.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
_DICTIONARY = click.option(
    "--dictionary",
    "dictionaries",
    multiple=True,
    type=_PATH,
    help="A dictionary of another version, such as 2.2; may be given several times.",
)


@click.group("ofd")
def ofd_group() -> None:
    """Read and write the files between distributors and transfer agents (OFD, JR/T 0017).

    \b
    What is in a file:     huoqi ofd show OFD_996_H0_20150511_05.TXT
    Is it whole and right: huoqi ofd check OFD_996_H0_20150511_05.TXT
    As JSON lines:         huoqi ofd decode OFD_996_H0_20150511_05.TXT > 05.jsonl
    And back, same bytes:  huoqi ofd encode 05.jsonl --out OFD_996_H0_20150511_05.TXT

    Versions 2.0 and 2.1 are known; any other needs --dictionary, a text file of this form (how to
    write one: docs/ofd.md):

    \b
      ofd-dictionary,22
      file_type,name,kind,width,decimals,sign_flag,is_private
      05,TAAccountID,C,12,0,,
      05,AvailableVol,N,16,2,,

    A file that is not as the protocol says is refused whole, with record, byte and field.
    """


@ofd_group.command("decode")
@_FILE
@_OUT
@_DICTIONARY
@_JSON
def decode_command(
    path: Path,
    out: Path | None,
    dictionaries: tuple[Path, ...],
    as_json: bool,  # noqa: FBT001 - click's flag
) -> None:
    """Print a file as JSON lines: its header, then a record a line.

    Numbers are text with their point; null is a blank number. Personal data is in it as in the
    file: to look at a file, use show. With --json a refusal is one JSON object.

    \b
    huoqi ofd decode OFD_996_H0_20150511_05.TXT | head -2
    huoqi ofd decode OFD_996_H0_20150511_05.TXT --out 05.jsonl
    """
    with (
        refusals(as_json=as_json),
        opened(path) as source,
        Progress("decode") as progress,
        _output(out) as target,
    ):
        lines = json_lines_of(
            source,
            dictionaries=_known(dictionaries),
            watcher=lambda done, total: progress(done, total, ""),
        )
        for line in lines:
            target.write(line.encode() + b"\n")


@ofd_group.command("encode")
@_FILE
@_OUT
@_DICTIONARY
@_JSON
def encode_command(
    path: Path,
    out: Path | None,
    dictionaries: tuple[Path, ...],
    as_json: bool,  # noqa: FBT001
) -> None:
    """Write the file that JSON lines stand for: the same bytes that decode read.

    A field that a record leaves out is written as blanks, a number as zeros, a sign flag from its
    number. The header's record_count must be the number of records.

    \b
    huoqi ofd encode 05.jsonl --out OFD_996_H0_20150511_05.TXT
    """
    with (
        refusals(as_json=as_json),
        path.open("rb") as lines,
        Progress("encode") as progress,
        _output(out) as target,
    ):
        write_json_lines(
            lines,
            target,
            file=path.name,
            dictionaries=_known(dictionaries),
            watcher=lambda done, total: progress(done, total, ""),
        )


@ofd_group.command("show")
@_FILE
@click.option("--records", type=click.IntRange(0, 1_000), default=3, show_default=True)
@click.option("--clear", is_flag=True, help="Show names, ID and phone numbers as they stand.")
@_DICTIONARY
@_JSON
def show_command(
    path: Path,
    records: int,
    clear: bool,  # noqa: FBT001
    dictionaries: tuple[Path, ...],
    as_json: bool,  # noqa: FBT001
) -> None:
    """Show a file's header and its first records; what tells of a person is hidden.

    Blank fields are left out.

    \b
    huoqi ofd show OFD_996_H0_20150511_05.TXT --records 10
    """
    with refusals(as_json=as_json), opened(path) as source:
        known = _known(dictionaries)
        if _is_index(source):
            show(_index_document(read_index(source, dictionaries=known)), as_json=as_json)
            return
        file = read_header(source, dictionaries=known)
        rows = list(islice(read_rows(file), records))
        view = shown if clear else masked
        told = [_record_document(row, file=file, view=view) for row in rows]
        document = _header_document(file.header) | {"record_bytes": file.layout.width}
        if as_json:
            show({**document, "records": told}, as_json=True)
            return
        show(document, as_json=False)
        for number, record in enumerate(told, start=1):
            click.echo(f"record {number}")
            for name, text in record.items():
                click.echo(f"  {name:<32}{text}")


@ofd_group.command("check")
@_FILE
@_DICTIONARY
@_JSON
def check_command(path: Path, dictionaries: tuple[Path, ...], as_json: bool) -> None:  # noqa: FBT001
    """Read all of a file: is it whole, is every field right, does its name say the same?

    Ends with 0 and the totals of its numbers, or with 1 and the first thing that is wrong.

    \b
    huoqi ofd check OFD_996_H0_20150511_05.TXT --json
    """
    with refusals(as_json=as_json), opened(path) as source, Progress("check") as progress:
        known = _known(dictionaries)
        said: Header | Index
        if _is_index(source):
            said = read_index(source, dictionaries=known)
            document = _index_document(said)
        else:
            file = read_header(source, dictionaries=known)
            said = file.header
            document = _header_document(said) | {"totals": _totals(file, progress)}
        require_name(said, name=parse_name(path.name), file=path.name)
        show(document | {"sha256": digest_of(source)}, as_json=as_json)


def _known(paths: tuple[Path, ...]) -> Dictionaries:
    """Return the dictionaries that ship and those of the files."""
    known = shipped()
    for path in paths:
        known = known.extended_by(read_dictionary(path))
    return known


def _is_index(source: Source) -> bool:
    return is_index(read_bytes(source, offset=0, most=_MARK_BYTES), file=source.name)


@contextmanager
def _output(path: Path | None) -> Iterator[BinaryIO]:
    """Return standard output, or a file that is there under its name only when it is whole."""
    if path is None:
        try:
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
        except BrokenPipeError:  # Whoever reads has read enough, such as head.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as target:
            yield target
            target.flush()
            os.fsync(target.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _rows_in(columns: Columns) -> int:
    """Return how many records a block of columns has; a file has at least one field."""
    column = next(iter(columns.values()))
    return column.values.size if isinstance(column, NumberColumn) else column.raw.size


def _totals(file: DataFile, progress: Progress) -> dict[str, str]:
    """Return the sum of every number that is not nought everywhere, each field checked."""
    fields = {name: slot.field for name, slot in file.layout.by_name.items()}
    sums: dict[str, int] = {}
    done = 0
    for columns in read_column_blocks(file):
        for name, column in columns.items():
            if isinstance(column, NumberColumn):
                sums[name] = sums.get(name, 0) + exact_total(column.values)
        done += _rows_in(columns)
        progress(done, file.header.record_count, "")
    return {
        name: decimal_text(total, decimals=fields[name].decimals)
        for name, total in sums.items()
        if total
    }


def _header_document(header: Header) -> dict[str, object]:
    return {
        "mark": "OFDCFDAT",
        "version": header.version,
        "creator": header.creator,
        "receiver": header.receiver,
        "date": header.on.isoformat(),
        "file_type": header.file_type,
        "summary_no": header.summary_no,
        "sender": header.sender,
        "recipient": header.recipient,
        "fields": len(header.fields),
        "record_count": header.record_count,
    }


def _index_document(index: Index) -> dict[str, object]:
    return {
        "mark": "OFDCFIDX",
        "version": index.version,
        "creator": index.creator,
        "receiver": index.receiver,
        "date": index.on.isoformat(),
        "files": list(index.files),
    }


def _record_document(record: Record, *, file: DataFile, view: Callable[..., str]) -> dict[str, str]:
    """Return what a record says, each value as text."""
    fields: dict[str, Field] = {name: slot.field for name, slot in file.layout.by_name.items()}
    return {
        name: view(value, field=fields[name])
        for name, value in record.items()
        if value not in {None, ""}
    }
