"""A day of a kept book as Parquet: for analysts, and for keeping long after the columns went.

The manifest travels inside, so that the archive can be held to the day that was closed.
"""

import os
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from huoqi.close.book.files import (
    BLOCK_ROWS,
    block_digest,
    column_digest,
    mapped,
    opened,
    sync_folder,
)
from huoqi.close.book.generations import (
    INCOME,
    UNITS,
    Generation,
    ManifestDamaged,
    accounts_path,
    column_path,
    generation_on,
    manifest_of,
    read_manifest,
)

_COLUMNS = ("account", UNITS, INCOME)
_MANIFEST = b"huoqi.manifest"


def archive(folder: Path, *, on: date, to: Path) -> Generation:
    """Write a day to one Parquet file, durably, a row group or more a partition."""
    generation = generation_on(folder, on)
    schema = pa.schema(
        [(name, pa.int64()) for name in _COLUMNS],
        metadata={_MANIFEST: manifest_of(generation)},
    )
    new = to.with_name(f"{to.name}.new")
    with pq.ParquetWriter(new, schema, compression="zstd") as writer:
        for part in generation.parts:
            paths = (
                accounts_path(folder, part=part.name),
                column_path(folder, part=part.name, on=on, column=UNITS),
                column_path(folder, part=part.name, on=on, column=INCOME),
            )
            columns = [mapped(path, rows=part.rows) for path in paths]
            for first in range(0, part.rows, BLOCK_ROWS):
                block = [column[first : first + BLOCK_ROWS] for column in columns]
                writer.write_table(pa.table(dict(zip(_COLUMNS, block, strict=True)), schema=schema))
    with opened(new, os.O_RDONLY) as descriptor:
        os.fsync(descriptor)
    os.replace(new, to)
    sync_folder(to.parent)
    return generation


def checked_archive(path: Path) -> Generation:
    """Return the day that an archive holds; raise ManifestDamaged when a column is another one."""
    with pq.ParquetFile(path) as file:
        generation = read_manifest(file.schema_arrow.metadata[_MANIFEST])
        groups = iter(range(file.num_row_groups))
        for part in generation.parts:
            digests: dict[str, list[bytes]] = {name: [] for name in _COLUMNS}
            for _ in range(0, part.rows, BLOCK_ROWS):
                table = file.read_row_group(next(groups))
                for name in _COLUMNS:
                    rows = np.ascontiguousarray(table[name].to_numpy())
                    digests[name].append(block_digest(rows))
            made = (part.accounts_sha256, part.units_sha256, part.income_sha256)
            for name, digest in zip(_COLUMNS, made, strict=True):
                if column_digest(digests[name], rows=part.rows) != digest:
                    raise ManifestDamaged(on=generation.on.isoformat(), column=name)
    return generation
