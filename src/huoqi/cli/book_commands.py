"""``huoqi book``: a fund's book of very many holders, kept in a folder, day by day."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from huoqi.cli.documents import show
from huoqi.cli.exits import Exit, refuse
from huoqi.kit.errors import DomainError
from huoqi.kit.progress import Progress

if TYPE_CHECKING:
    from huoqi.close.book import Int64
    from huoqi.close.book.generations import Generation

# Modules of the book are imported where they are used: compiled loops take a moment to load.
_DAY = timedelta(days=1)
_STEPS = 6
_FOLDER = click.argument("book", type=click.Path(file_okay=False, path_type=Path))
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_DATE = click.DateTime(["%Y-%m-%d"])
_ON = click.option("--on", required=True, type=_DATE, metavar="YYYY-MM-DD")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.group("book")
def book_group() -> None:
    """Keep a fund's book in a folder: up to hundreds of millions of holders, no database.

    \b
    A fund begins:          huoqi book found BOOK --fund 990001 --on 2015-05-11 --holders first.csv
    Tell it of a day:       huoqi book journal BOOK --on 2015-05-12 --rate 136920 --changes day.csv
    Close that day:         huoqi book close BOOK
    Where does it stand:    huoqi book status BOOK
    Look at all of it:      huoqi book verify BOOK

    A day is computed from the day before and its journal, written, synced and then put in force by
    one rename: cut off anywhere, yesterday's book or today's stands, and the same command goes on.
    Amounts are whole numbers: units in 0.01, income in fen, the rate in 0.00001 yuan for 10,000
    units. The book adds each day's income to the units (daily carry).
    """


class _Told(TypedDict):
    """What a day is told of."""

    rate: int
    total: int | None
    changes: Path | None
    overrides: Path | None


@contextmanager
def _refusals(*, as_json: bool) -> Iterator[None]:
    from huoqi.close.book.generations import NoBook

    try:
        yield
    except NoBook as refusal:
        refuse(refusal, as_json=as_json, next_step="huoqi book status BOOK, or huoqi book found")
    except DomainError as refusal:
        refuse(refusal, as_json=as_json, next_step="huoqi book status BOOK")


def _document(generation: "Generation") -> dict[str, object]:
    totals = generation.totals
    return {
        "fund": generation.fund,
        "on": generation.on.isoformat(),
        "holders": totals.holders,
        "positions": totals.positions,
        "units_e2": str(totals.units_e2),
        "income_fen": str(totals.income_fen),
        "residual_fen": totals.residual_fen,
        "parts": len(generation.parts),
        "sha256": generation.sha256.hex(),
    }


@book_group.command("found")
@_FOLDER
@click.option("--fund", required=True, help="The fund's code, six characters.")
@_ON
@click.option("--holders", required=True, type=_FILE, help="CSV: account,units_e2, one heading.")
@click.option("--parts", type=click.IntRange(1, 1_000), default=1, show_default=True)
@_JSON
def found_command(
    book: Path,
    fund: str,
    on: datetime,
    holders: Path,
    parts: int,
    as_json: bool,  # noqa: FBT001 - click's flag
) -> None:
    """Write the book that a fund begins with; a folder with a book in it is refused.

    Accounts are shared out by number over so many partitions, and stay in theirs. Cut off, run it
    again: nothing is in force before it is whole.

    \b
    huoqi book found BOOK --fund 990001 --on 2015-05-11 --holders first.csv --parts 16
    """
    from huoqi.close.book.founding import BookThere, found_book, shared_out

    if len(fund) != 6 or not fund.isascii():
        raise click.BadParameter("a fund's code has six characters", param_hint="--fund")
    accounts, units_e2 = _columns_of(holders, "account,units_e2")
    with _refusals(as_json=as_json):
        if (book / "CURRENT").exists():
            raise BookThere(folder=book.name)
        columns = shared_out(accounts, units_e2, parts=parts)
        generation = found_book(book, columns, fund=fund, on=on.date())
    show(_document(generation), as_json=as_json)


@book_group.command("journal")
@_FOLDER
@_ON
@click.option("--rate", required=True, type=int, help="Income of 10,000 units, in 0.00001 yuan.")
@click.option("--total", type=int, help="The fund's income in fen, where the manager tells it.")
@click.option("--changes", type=_FILE, help="CSV: account,delta_e2; units that come and go.")
@click.option("--overrides", type=_FILE, help="CSV: account,income_fen; accepted for some.")
@_JSON
def journal_command(
    book: Path,
    on: datetime,
    as_json: bool,  # noqa: FBT001 - click's flag
    **told: Unpack[_Told],
) -> None:
    """Keep what a day is computed from: units that come and go, and the manager's figures.

    May be said again until the day is closed. A closed day keeps its journal, since it may have to
    be computed again.

    \b
    huoqi book journal BOOK --on 2015-05-12 --rate 136920 --total 1371487 --changes day.csv
    """
    from huoqi.close.book import column
    from huoqi.close.book.journals import Changes, Figures, Journal, tell_day

    changes, overrides, nothing = told["changes"], told["overrides"], (column([]), column([]))
    moved = _columns_of(changes, "account,delta_e2") if changes else nothing
    given = _columns_of(overrides, "account,income_fen") if overrides else nothing
    pairs = tuple(zip(given[0].tolist(), given[1].tolist(), strict=True))
    journal = Journal(Changes(*moved), Figures(told["rate"], told["total"], pairs))
    with _refusals(as_json=as_json):
        tell_day(book, journal, on=on.date())
    document = {"on": on.date().isoformat(), "changes": int(moved[0].size), "overrides": len(pairs)}
    show(document | {"sha256": journal.sha256.hex()}, as_json=as_json)


@book_group.command("close")
@_FOLDER
@click.option("--on", type=_DATE, metavar="YYYY-MM-DD", help="The day; else the next one.")
@click.option("--threads", type=click.IntRange(1, 256), help="Else one more than processors.")
@_JSON
def close_command(
    book: Path,
    on: datetime | None,
    threads: int | None,
    as_json: bool,  # noqa: FBT001 - click's flag
) -> None:
    """Close the next day from its journal; a day that is in force already is shown as it is.

    Cut off anywhere, by kill -9 or by a power cut, run it again: it ends with the same digest.

    \b
    huoqi book close BOOK --on 2015-05-12 --json
    """
    from huoqi.close.book.days import close_day
    from huoqi.close.book.generations import in_force

    with _refusals(as_json=as_json), Progress("steps", total=_STEPS) as progress:
        day = on.date() if on else in_force(book).on + _DAY
        generation = close_day(book, on=day, threads=threads, told=_told(progress))
    show(_document(generation), as_json=as_json)


def _told(progress: Progress) -> Callable[[str], None]:
    def told(step: str) -> None:
        progress(progress.done + 1, _STEPS, step)

    return told


@book_group.command("status")
@_FOLDER
@_JSON
def status_command(book: Path, as_json: bool) -> None:  # noqa: FBT001 - click's flag
    """Show the day in force, the days that can be read, and whether the next has its journal.

    \b
    huoqi book status BOOK
    """
    from huoqi.close.book.generations import in_force
    from huoqi.close.book.journals import has_journal
    from huoqi.close.book.keeping import days_of, has_columns

    with _refusals(as_json=as_json):
        generation = in_force(book)
        days = days_of(book)
        kept = [day.isoformat() for day in days if has_columns(book, day)]
    document = _document(generation) | {
        "days": len(days),
        "first_on": days[0].isoformat(),
        "kept": kept,
        "next_on": (generation.on + _DAY).isoformat(),
        "next_has_journal": has_journal(book, on=generation.on + _DAY),
    }
    show(document, as_json=as_json)


@book_group.command("compare")
@_FOLDER
@_ON
@click.option("--online", required=True, type=_FILE, help="CSV: account,units_e2 as shown online.")
@_JSON
def compare_command(
    book: Path,
    on: datetime,
    online: Path,
    as_json: bool,  # noqa: FBT001 - click's flag
) -> None:
    """Hold a day's book to the online holdings, holder by holder; differences exit with 3.

    All holders up to a million; beyond it those whom the day touched and a 28th by turns, so that
    each is compared once in four weeks. An account that the file lacks counts as 0.

    \b
    huoqi book compare BOOK --on 2015-05-12 --online holdings.csv
    """
    import numpy as np

    from huoqi.close.book.comparing import compare_online

    accounts, units_e2 = _columns_of(online, "account,units_e2")
    order = np.argsort(accounts, kind="stable")
    accounts, units_e2 = accounts[order], units_e2[order]

    def units_of(wanted: "Int64") -> "Int64":
        found = np.zeros(wanted.size, dtype=np.int64)
        if accounts.size:
            places = np.minimum(np.searchsorted(accounts, wanted), accounts.size - 1)
            here = accounts[places] == wanted
            found[here] = units_e2[places[here]]
        return found

    with _refusals(as_json=as_json):
        _require_columns(book, on.date())
        compared = compare_online(book, on=on.date(), online=units_of)
    rows = [
        {
            "account": each.customer_no,
            "book_e2": str(each.ours_e2),
            "shown_e2": str(each.theirs_e2),
        }
        for each in compared.first
    ]
    document = {"compared": compared.holders, "differing": compared.differing, "first": rows}
    show(document, as_json=as_json)
    if compared.differing:
        raise SystemExit(Exit.NEGATIVE)


@book_group.command("retire")
@_FOLDER
@click.option("--days", type=click.IntRange(1), default=40, show_default=True)
@_JSON
def retire_command(book: Path, days: int, as_json: bool) -> None:  # noqa: FBT001 - click's flag
    """Delete the columns of days that need not be kept; month ends and the day in force stay.

    Journals and manifests stay for good, so that any day can be computed again.

    \b
    huoqi book retire BOOK --days 40
    """
    from huoqi.close.book.keeping import retire

    with _refusals(as_json=as_json):
        gone = retire(book, days=days)
    show({"retired": [day.isoformat() for day in gone]}, as_json=as_json)


@book_group.command("archive")
@_FOLDER
@_ON
@click.option("--to", required=True, type=click.Path(dir_okay=False, path_type=Path))
@_JSON
def archive_command(
    book: Path,
    on: datetime,
    to: Path,
    as_json: bool,  # noqa: FBT001 - click's flag
) -> None:
    """Write a day to one Parquet file, with its manifest inside; verify checks such a file too.

    \b
    huoqi book archive BOOK --on 2015-05-12 --to 2015-05-12.parquet
    """
    from huoqi.close.book.archive import archive

    with _refusals(as_json=as_json):
        _require_columns(book, on.date())
        generation = archive(book, on=on.date(), to=to)
    show(_document(generation) | {"file": to.name, "bytes": to.stat().st_size}, as_json=as_json)


@book_group.command("recompute")
@_FOLDER
@_ON
@_JSON
def recompute_command(book: Path, on: datetime, as_json: bool) -> None:  # noqa: FBT001
    """Compute a day again from the last kept one before it, and hold it to its manifest.

    The book is not touched. A day that comes to something else is refused.

    \b
    huoqi book recompute BOOK --on 2015-05-12
    """
    from huoqi.close.book.keeping import recomputed

    with _refusals(as_json=as_json), TemporaryDirectory(prefix="huoqi-book-") as scratch:
        generation = recomputed(book, on=on.date(), scratch=Path(scratch) / "again")
    show(_document(generation) | {"same": True}, as_json=as_json)


@book_group.command("verify")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--on", type=_DATE, metavar="YYYY-MM-DD", help="The day; else the one in force.")
@_JSON
def verify_command(path: Path, on: datetime | None, as_json: bool) -> None:  # noqa: FBT001
    """Read a kept day or an archive, and hold every byte and sum to its manifest.

    What is wrong is listed, and exits with 3.

    \b
    huoqi book verify BOOK --on 2015-05-12
    huoqi book verify 2015-05-12.parquet
    """
    with _refusals(as_json=as_json):
        if path.is_file():
            from huoqi.close.book.archive import checked_archive

            show(_document(checked_archive(path)) | {"sound": True}, as_json=as_json)
            return
        document, is_sound = _verified(path, on.date() if on else None)
    show(document, as_json=as_json)
    if not is_sound:
        raise SystemExit(Exit.NEGATIVE)


def _verified(book: Path, on: date | None) -> tuple[dict[str, object], bool]:
    from huoqi.close.book.checking import faults_of
    from huoqi.close.book.generations import generation_on, in_force

    generation = in_force(book) if on is None else generation_on(book, on)
    faults = faults_of(book, on=generation.on)
    rows = [
        {"what": each.what, "place": each.place, "manifest": each.manifest, "found": each.found}
        for each in faults
    ]
    return _document(generation) | {"sound": not faults, "faults": rows}, not faults


def _require_columns(book: Path, on: date) -> None:
    """Raise NoBook for a day whose columns are no longer kept."""
    from huoqi.close.book.generations import NoBook
    from huoqi.close.book.keeping import has_columns

    if not has_columns(book, on):
        raise NoBook(on=on.isoformat())


def _columns_of(path: Path, heading: str) -> tuple["Int64", "Int64"]:
    """Return the two columns of a CSV file whose first line is its heading."""
    import numpy as np

    with path.open(encoding="utf-8") as file:
        first = file.readline().strip()
        if first != heading:
            raise click.BadParameter(f"{path.name}: the first line is not {heading!r}")
        try:
            table = np.loadtxt(file, dtype=np.int64, delimiter=",", ndmin=2)
        except ValueError as error:
            raise click.BadParameter(f"{path.name}: {error}") from error
    if not table.size:
        table = table.reshape(0, 2)
    if table.shape[1] != 2:
        raise click.BadParameter(f"{path.name}: each line has two whole numbers")
    return table[:, 0].copy(), table[:, 1].copy()
