"""How fast exchange files of types 04, 05 and 06 are read into columns and written from them.

Reading is from the page cache. Writing is measured twice: the records' bytes alone, and a whole
file until it is on the disk, which is then the slower of the two.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from bench import machine
from huoqi.fund.ofd.dictionaries import shipped
from huoqi.fund.ofd.reading import (
    BLOCK_BYTES,
    DataFile,
    read_column_blocks,
    read_columns,
    read_header,
    read_rows,
)
from huoqi.fund.ofd.rules.column_writing import encode_block
from huoqi.fund.ofd.rules.columns import Column, Columns, NumberColumn, TextColumn
from huoqi.fund.ofd.rules.dictionary import Kind
from huoqi.fund.ofd.rules.headers import Header
from huoqi.fund.ofd.rules.layouts import Layout, Slot, all_fields, layout_of
from huoqi.fund.ofd.rules.places import Place
from huoqi.fund.ofd.sources import opened
from huoqi.fund.ofd.writing import DataFileWriter

#: What a confirmation, a share and an income record are read for.
NEEDED = {
    "04": (
        "AppSheetSerialNo", "TransactionCfmDate", "ConfirmedVol", "ConfirmedAmount", "FundCode",
        "ReturnCode", "BusinessCode", "TAAccountID", "TASerialNO", "UndistributeMonetaryIncome",
        "UndistributeMonetaryIncomeFlag",
    ),
    "05": (
        "TAAccountID", "FundCode", "AvailableVol", "TotalVolOfDistributorInTA", "TotalFrozenVol",
        "UndistributeMonetaryIncome", "UndistributeMonetaryIncomeFlag",
    ),
    "06": (
        "TAAccountID", "FundCode", "BasisforCalculatingDividend", "VolOfDividendforReinvestment",
        "DividendAmount", "DividentDate",
    ),
}  # fmt: skip
_ROWS_AT_ONCE = 100_000
_ROW_SAMPLE = 20_000
_ON = date(2015, 5, 11)
_NAMES = ("活期宝货币", "张三丰", "北京市朝阳区", "赎回转申购")


@dataclass(frozen=True)
class Timed:
    """What one piece of work cost."""

    seconds: float
    cpu_s: float

    def rates(self, count: int, *, name: str) -> dict[str, object]:
        """Return records a second, and CPU nanoseconds a record."""
        return {
            f"{name}_per_s": round(count / self.seconds),
            f"{name}_cpu_ns": round(self.cpu_s * 1e9 / count),
        }


def run(records: int) -> dict[str, object]:
    """Return the figures for a file of so many records of each type."""
    folder = Path(tempfile.mkdtemp(prefix="huoqi-bench-", dir=os.environ.get("HUOQI_BENCH_DIR")))
    try:
        types = {file_type: _type(folder, file_type, records=records) for file_type in NEEDED}
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return {"bench": "ofd", "records": records, "types": types, "machine": machine.facts()}


def _type(folder: Path, file_type: str, *, records: int) -> dict[str, object]:
    """Return the figures of one type; everything written is read back and compared."""
    fields = all_fields(file_type, version="21", dictionaries=shipped())
    header = Header("21", "996", "H0", _ON, file_type, fields)
    layout = layout_of(header, dictionaries=shipped())
    columns = _made(layout, count=min(records, _ROWS_AT_ONCE))
    path = folder / f"OFD_996_H0_20150511_{file_type}.TXT"

    encoded = _timed(lambda: _encode(layout, columns=columns, records=records))
    written = _timed(lambda: _write(path, header, columns=columns, records=records))
    with opened(path) as source:
        file = read_header(source)
        figures = {
            "fields": len(fields),
            "record_bytes": layout.width,
            "file_mb": source.size // 10**6,
            "needed_fields": list(NEEDED[file_type]),
        }
        figures |= encoded.rates(records, name="encoded")
        figures |= written.rates(records, name="written")
        for name, needed in (("read_needed", NEEDED[file_type]), ("read_all", None)):
            for threads in (1, 2):
                timed = _timed(lambda: _read(file, needed, threads=threads))  # noqa: B023 - called at once
                figures |= timed.rates(records, name=f"{name}_threads_{threads}")
            timed = _timed(lambda: _stream(file, needed))  # noqa: B023 - called at once
            figures |= timed.rates(records, name=f"{name}_in_blocks")
        sample = min(records, _ROW_SAMPLE)
        timed = _timed(lambda: _rows(file, sample))
        figures |= timed.rates(sample, name="read_rows")
        assert _same(read_columns(file), columns)
    path.unlink()
    return figures


def _made(layout: Layout, *, count: int) -> Columns:
    """Return columns with something in every field; one text in eight is Chinese."""
    chance = np.random.default_rng(20150511)
    flags = set(layout.signed_by)
    columns: Columns = {}
    for slot in layout.slots:
        if slot.field.name not in flags:
            columns[slot.field.name] = _column(slot, count=count, chance=chance)
    return columns


def _column(slot: Slot, *, count: int, chance: np.random.Generator) -> Column:
    width = slot.field.width
    if slot.field.kind is Kind.NUMBER:
        least = -(10**6) if slot.field.sign_flag else 0
        return NumberColumn(chance.integers(least, 10 ** min(width, 11), count))
    digits = np.array([b"%0*d" % (width, n) for n in range(count)]).astype(f"S{width}")
    if slot.field.kind is Kind.TEXT and width >= 40:
        digits[::8] = np.resize([name.encode("gb18030") for name in _NAMES], digits[::8].size)
    return TextColumn(digits)


def _encode(layout: Layout, *, columns: Columns, records: int) -> None:
    """Make the records' bytes, block by block, and drop them."""
    count = min(records, _ROWS_AT_ONCE)
    starts = range(0, count, BLOCK_BYTES // layout.stride)
    for _ in range(records // count):
        for start, stop in zip(starts, [*starts[1:], count], strict=True):
            part = {name: column.part(start, stop) for name, column in columns.items()}
            encode_block(part, layout=layout, first=Place("", start + 1))


def _write(path: Path, header: Header, *, columns: Columns, records: int) -> None:
    with DataFileWriter(path, header) as writer:
        left = records
        while left:
            count = min(left, _ROWS_AT_ONCE)
            writer.write_columns({name: column.part(0, count) for name, column in columns.items()})
            left -= count


def _read(file: DataFile, names: Sequence[str] | None, *, threads: int) -> None:
    read_columns(file, names, threads=threads)


def _stream(file: DataFile, names: Sequence[str] | None) -> None:
    for _ in read_column_blocks(file, names):
        pass


def _rows(file: DataFile, count: int) -> None:
    for done, _ in enumerate(read_rows(file), start=1):
        if done == count:
            return


def _same(read: Columns, made: Columns) -> bool:
    """Tell whether the first rows read are those that were made; all others repeat them."""
    return all(_is_same(read[name], column) for name, column in made.items())


def _is_same(read: Column, made: Column) -> bool:
    if isinstance(read, NumberColumn) and isinstance(made, NumberColumn):
        return np.array_equal(read.values[: made.values.size], made.values)
    assert isinstance(read, TextColumn)
    assert isinstance(made, TextColumn)
    return read.part(0, made.raw.size).texts() == made.texts()


def _timed(work: Callable[[], None]) -> Timed:
    """Return the time of a piece of work, threads included."""
    start, cpu = time.perf_counter(), time.process_time()
    work()
    return Timed(time.perf_counter() - start, time.process_time() - cpu)
