"""Several files at once: those that an index names, and the shards of one type."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import ClassVar, TypeVar

from huoqi.fund.ofd.reading import DataFile, fill_part, merged, read_header
from huoqi.fund.ofd.rules.columns import Columns, Letters, empty_columns
from huoqi.fund.ofd.rules.control import FileMissing, require_gb18030
from huoqi.fund.ofd.rules.dictionary import Dictionaries
from huoqi.fund.ofd.rules.headers import Header, Index
from huoqi.fund.ofd.rules.layouts import Slot
from huoqi.fund.ofd.rules.places import OfdRefused
from huoqi.fund.ofd.sources import opened

Result = TypeVar("Result")


class ShardDisagrees(OfdRefused):
    """A file among several of one type is of another type, day, party or version."""

    code: ClassVar[str] = "ofd.shard_disagrees"


@dataclass(frozen=True, slots=True)
class _Shard:
    """A shard, and which rows of the columns are its own."""

    path: Path
    slots: tuple[Slot, ...]
    start: int
    stop: int


def files_of(index: Index, *, folder: Path) -> list[Path]:
    """Return the files that an index names, in its order, in whatever case their names are.

    Errors: FileMissing.
    """
    here = {path.name.lower(): path for path in folder.iterdir()}
    for name in index.files:
        if name.rstrip(" ").lower() not in here:
            raise FileMissing(file=name)
    return [here[name.rstrip(" ").lower()] for name in index.files]


def read_shards(
    paths: Sequence[Path],
    names: Iterable[str] | None = None,
    *,
    threads: int = 1,
    dictionaries: Dictionaries | None = None,
) -> Columns:
    """Return the columns of some fields over several files of one type, one behind the other.

    Errors: those of `read_header` and `read_columns`; ShardDisagrees.
    """
    wanted = None if names is None else list(names)
    shards: list[_Shard] = []
    first: Header | None = None
    for path in paths:
        with opened(path) as source:
            file = read_header(source, dictionaries=dictionaries)
        first = first or file.header
        if _identity(file.header) != _identity(first):
            raise ShardDisagrees(file=path.name, first_file=paths[0].name)
        start = shards[-1].stop if shards else 0
        slots = file.layout.chosen(wanted, file=path.name)
        shards.append(_Shard(path, slots, start, start + file.header.record_count))
    if not shards:
        return {}
    columns = empty_columns(shards[0].slots, count=shards[-1].stop)
    parts = [
        {name: column.part(shard.start, shard.stop) for name, column in columns.items()}
        for shard in shards
    ]
    with ThreadPoolExecutor(threads) as pool:
        jobs = [
            pool.submit(_read, shard, part, dictionaries)
            for shard, part in zip(shards, parts, strict=True)
        ]
        for shard, job in zip(shards, jobs, strict=True):
            require_gb18030(job.result(), file=shard.path.name)
    return {name: merged(column, [p[name] for p in parts]) for name, column in columns.items()}


def _identity(header: Header) -> tuple[object, ...]:
    """Return what all shards of a type have in common."""
    fields = {name.rstrip(" ").lower() for name in header.fields}
    return header.version, header.creator, header.receiver, header.on, header.file_type, fields


def _read(shard: _Shard, part: Columns, dictionaries: Dictionaries | None) -> Letters:
    """Read a shard into its own rows."""
    with opened(shard.path) as source:
        file: DataFile = read_header(source, dictionaries=dictionaries)
        count = shard.stop - shard.start
        return fill_part(part, file=file, slots=file.layout.chosen(part), start=0, stop=count)


def map_files(
    paths: Sequence[Path], work: Callable[[Path], Result], *, processes: int
) -> Iterator[Result]:
    """Yield what work makes of each file, in the order of the files, several at once.

    Each runs in a process of its own, so what work returns should be small: sums, a refusal.
    """
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield from pool.map(work, paths)
