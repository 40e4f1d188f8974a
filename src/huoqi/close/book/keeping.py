"""How long the days of a kept book stay, and how one that went is computed again.

Manifests, seals and journals stay. Columns stay for a number of days and at month ends for good;
any other day is computed again from the last kept one before it, by the journals since.
"""

import shutil
from datetime import date, timedelta
from pathlib import Path

from huoqi.close.book.days import close_day
from huoqi.close.book.generations import (
    INCOME,
    UNITS,
    Generation,
    ManifestDamaged,
    NoBook,
    accounts_path,
    column_path,
    generation_on,
    in_force,
    part_folder,
    switch_to,
)
from huoqi.close.rules.seal import is_kept

_DAY = timedelta(days=1)


def days_of(folder: Path) -> list[date]:
    """Return the days that have a manifest, in their order."""
    return sorted(date.fromisoformat(path.stem) for path in (folder / "days").glob("*.json"))


def has_columns(folder: Path, on: date) -> bool:
    """Tell whether a day's columns are still there."""
    return all(
        column_path(folder, part=part.name, on=on, column=name).exists()
        for part in generation_on(folder, on).parts
        for name in (UNITS, INCOME)
    )


def retire(folder: Path, *, days: int) -> list[date]:
    """Delete the columns of days that need not be kept; return these days.

    The day in force stays whatever the rule says. What a crash leaves half deleted goes next time.
    """
    closed_on = in_force(folder).on
    gone = []
    for on in days_of(folder):
        if on >= closed_on or is_kept(on, closed_on=closed_on, days=days):
            continue
        paths = [
            column_path(folder, part=part.name, on=on, column=name)
            for part in generation_on(folder, on).parts
            for name in (UNITS, INCOME)
        ]
        kept = [path for path in paths if path.exists()]
        for path in kept:
            path.unlink()
        if kept:
            gone.append(on)
    return gone


def recomputed(folder: Path, *, on: date, scratch: Path) -> Generation:
    """Compute a day again in a folder of its own; return it when it is what it was.

    Raises NoBook when no day before it is kept, and ManifestDamaged when it is another one.
    """
    base = next((day for day in reversed(days_of(folder)) if _is_base(folder, day, on)), None)
    if base is None:
        raise NoBook(on=on.isoformat())
    _begin(folder, scratch, generation_on(folder, base))
    day = base
    while day < on:
        day += _DAY
        close_day(scratch, on=day)
    found = in_force(scratch)
    if found.sha256 != generation_on(folder, on).sha256:
        raise ManifestDamaged(on=on.isoformat())
    return found


def _is_base(folder: Path, day: date, on: date) -> bool:
    return day < on and has_columns(folder, day)


def _begin(folder: Path, scratch: Path, base: Generation) -> None:
    """Make a book in another folder that stands at the end of a kept day."""
    for part in base.parts:
        place = part_folder(scratch, part.name)
        place.mkdir(parents=True)
        # Accounts are copied, since closing a day writes behind them; columns are only read.
        shutil.copyfile(
            accounts_path(folder, part=part.name), accounts_path(scratch, part=part.name)
        )
        for name in (UNITS, INCOME):
            path = column_path(folder, part=part.name, on=base.on, column=name)
            link = column_path(scratch, part=part.name, on=base.on, column=name)
            link.symlink_to(path.resolve())
    (scratch / "journal").symlink_to((folder / "journal").resolve())
    switch_to(scratch, base)
