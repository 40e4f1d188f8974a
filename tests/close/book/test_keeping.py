"""Days of a kept book are compared, archived, retired, and computed again to the same digest."""

import shutil
from datetime import timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from huoqi.close.book import Int64
from huoqi.close.book.archive import archive, checked_archive
from huoqi.close.book.comparing import compare_online
from huoqi.close.book.generations import (
    Generation,
    ManifestDamaged,
    NoBook,
    generation_on,
    in_force,
)
from huoqi.close.book.journals import Figures
from huoqi.close.book.keeping import has_columns, recomputed, retire
from huoqi.close.rules import rotation
from huoqi.close.rules.tie_out_columns import Difference
from tests.close.kept_books import (
    NEXT,
    OPENED,
    closed,
    founded,
    random_holders,
    rows_of,
    told,
)

LAST = OPENED + timedelta(days=25)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book that has lived through a month end: opened on 11 May, in force is 5 June."""
    book = tmp_path_factory.mktemp("lived") / "book"
    dice = np.random.default_rng(3)
    holders = random_holders(dice, 300)
    founded(book, holders, parts=2)
    for number in range((LAST - OPENED).days):
        on = OPENED + timedelta(days=number + 1)
        changes = [(int(dice.integers(1, 2_000)), int(dice.integers(1, 999))) for _ in range(5)]
        told(book, changes, Figures(136_920), on=on)
        closed(book, on=on)
    return book


@pytest.fixture
def folder(lived: Path, tmp_path: Path) -> Path:
    return shutil.copytree(lived, tmp_path / "book")


def online_of(rows: dict[int, tuple[int, int]]) -> dict[int, int]:
    return {account: units_e2 for account, (units_e2, _) in rows.items()}


def compared(folder: Path, online: dict[int, int]) -> tuple[int, int, tuple[Difference, ...]]:
    def units_of(accounts: Int64) -> Int64:
        return np.array([online.get(each, 0) for each in accounts.tolist()], dtype=np.int64)

    found = compare_online(folder, on=LAST, online=units_of)
    return found.holders, found.differing, found.first


def test_all_holders_are_compared(folder: Path) -> None:
    online = online_of(rows_of(folder, in_force(folder)))

    assert compared(folder, online) == (len(online), 0, ())


def test_a_holder_who_differs_is_named(folder: Path) -> None:
    online = online_of(rows_of(folder, in_force(folder)))
    account = next(iter(online))
    units_e2 = online[account]
    online[account] += 1

    _, differing, first = compared(folder, online)

    assert (differing, first) == (1, (Difference(account, units_e2, units_e2 + 1),))


def test_of_very_many_the_touched_and_the_days_turn_are_compared(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "ALL_UNTIL", 10)
    online = online_of(rows_of(folder, in_force(folder)))

    holders, differing, _ = compared(folder, online)

    turn = sum(account % 28 == LAST.toordinal() % 28 for account in online)
    assert differing == 0
    assert turn <= holders <= turn + 5


def test_days_are_retired_but_month_ends_and_the_day_in_force(folder: Path) -> None:
    gone = retire(folder, days=3)

    kept = [on for on in map(LAST.__sub__, map(timedelta, range(26))) if has_columns(folder, on)]
    assert [on.isoformat() for on in kept] == [
        "2015-06-05",
        "2015-06-04",
        "2015-06-03",
        "2015-05-31",
    ]
    assert len(gone) == 26 - 4
    assert retire(folder, days=3) == []
    assert in_force(folder).on == LAST


def test_a_retired_day_is_computed_again_to_the_same_digest(folder: Path, tmp_path: Path) -> None:
    expected = {on: generation_on(folder, on) for on in (NEXT, LAST - timedelta(days=4))}
    rows = rows_of(folder, expected[LAST - timedelta(days=4)])
    retire(folder, days=1)

    again = recomputed(folder, on=LAST - timedelta(days=4), scratch=tmp_path / "again")

    assert again == expected[again.on]
    assert rows_of(tmp_path / "again", again) == rows


def test_a_day_before_all_that_is_kept_is_gone(folder: Path, tmp_path: Path) -> None:
    retire(folder, days=1)

    with pytest.raises(NoBook):
        recomputed(folder, on=NEXT, scratch=tmp_path / "again")


def test_a_changed_journal_is_found(folder: Path, tmp_path: Path) -> None:
    on = LAST - timedelta(days=1)
    told(folder, [(5, 1)], Figures(136_920), on=on)

    with pytest.raises(ManifestDamaged):
        recomputed(folder, on=on, scratch=tmp_path / "again")


def test_an_archive_holds_the_day(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "day.parquet"

    generation: Generation = archive(folder, on=LAST, to=path)

    assert checked_archive(path) == generation
    table = pq.read_table(path)
    assert table.num_rows == generation.totals.positions
    assert sum(table["units_e2"].to_pylist()) == generation.totals.units_e2


def test_a_changed_archive_is_found(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "day.parquet"
    archive(folder, on=LAST, to=path)
    with pq.ParquetFile(path) as file:
        groups = [file.read_row_group(n) for n in range(file.num_row_groups)]
        schema = file.schema_arrow
    units = groups[0]["units_e2"].to_pylist()
    changed = groups[0].set_column(1, "units_e2", pa.array([units[0] + 1, *units[1:]]))
    with pq.ParquetWriter(path, schema) as writer:
        for table in (changed, *groups[1:]):
            writer.write_table(table.cast(schema))

    with pytest.raises(ManifestDamaged):
        checked_archive(path)
