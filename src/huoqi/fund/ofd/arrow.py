"""Columns as Arrow tables, for the many programs that read those. The only part that needs pyarrow.

A number is an int64 without its point; how many decimals it has stands in the field's metadata, as
do kind and width. A blank number is null. A text is UTF-8 without the blanks behind it.
"""

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from huoqi.fund.ofd.reading import BLOCK_BYTES, DataFile, read_column_blocks
from huoqi.fund.ofd.rules.columns import Column, Columns, NumberColumn, TextColumn
from huoqi.fund.ofd.rules.dictionary import Kind
from huoqi.fund.ofd.rules.layouts import FieldUnknown, Layout, Slot
from huoqi.fund.ofd.rules.values import ENCODING


def schema_of(slots: Iterable[Slot]) -> pa.Schema:
    """Return the Arrow schema of some fields."""
    return pa.schema([
        pa.field(
            slot.field.name,
            pa.int64() if slot.field.kind is Kind.NUMBER else pa.string(),
            metadata={
                "kind": slot.field.kind.value,
                "width": str(slot.field.width),
                "decimals": str(slot.field.decimals),
            },
        )
        for slot in slots
    ])


def to_table(columns: Columns, *, layout: Layout) -> pa.Table:
    """Return columns as a table, in the order of the layout."""
    slots = layout.chosen(columns)
    arrays = [_array(columns[slot.field.name]) for slot in slots]
    return pa.Table.from_arrays(arrays, schema=schema_of(slots))


def from_table(table: pa.Table, *, layout: Layout) -> Columns:
    """Return the columns of a table, to be written into a file.

    Errors: FieldUnknown. GB18030 has every character of Unicode, so any text can be said.
    """
    columns: Columns = {}
    for name in table.column_names:
        if name not in layout.by_name:
            raise FieldUnknown(field=name, file_type=layout.file_type)
        array = table.column(name).combine_chunks()
        is_number = layout.by_name[name].field.kind is Kind.NUMBER
        columns[name] = _numbers(array) if is_number else _texts(array)
    return columns


def batches_of(
    file: DataFile, names: Iterable[str] | None = None, *, bytes_each: int = BLOCK_BYTES
) -> pa.RecordBatchReader:
    """Return a reader of a file's records, so many at a time as fill so many bytes.

    Errors, at the batch that has them: those of `read_column_blocks`.
    """
    slots = file.layout.chosen(names, file=file.name)
    blocks = read_column_blocks(file, [s.field.name for s in slots], bytes_each=bytes_each)
    tables = (to_table(columns, layout=file.layout) for columns in blocks)
    batches = (batch for table in tables for batch in table.to_batches())
    return pa.RecordBatchReader.from_batches(schema_of(slots), batches)


def _array(column: Column) -> pa.Array:
    if isinstance(column, NumberColumn):
        return pa.array(column.values, mask=column.is_absent)
    raw = np.ascontiguousarray(column.raw)
    if raw.size and int(raw.view(np.uint8).max()) >= 0x80:
        return pa.array(column.texts(), type=pa.string())
    cells = pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(raw.itemsize), raw.size, [None, pa.py_buffer(raw)]
    )
    return pc.ascii_rtrim(cells.cast(pa.binary()).cast(pa.string()), characters=" ")


def _numbers(array: pa.Array) -> NumberColumn:
    is_absent = np.asarray(array.is_null()) if array.null_count else None
    return NumberColumn(np.asarray(array.fill_null(0), dtype=np.int64), is_absent)


def _texts(array: pa.Array) -> TextColumn:
    cells = [text.encode(ENCODING) for text in array.fill_null("").to_pylist()]
    width = max(map(len, cells), default=0) or 1
    return TextColumn(np.array(cells, dtype=f"S{width}"))
