"""A closed day's book compared with the register's own files: every holder's units and income.

Files of types 05 and 06 are written by the exchange library in shards by the last digits of the
account, with a few differences put in. Measured is reading them, checking what is read, and the
exact comparison with the book's columns; floors are reading the bytes, and decoding alone.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from bench.clear_world import as_digits, same_text
from huoqi.close.book.days import close_day
from huoqi.close.book.files import Int64, mapped
from huoqi.close.book.generations import INCOME, UNITS, accounts_path, column_path, generation_on
from huoqi.close.book.registers import RegisterComparison
from huoqi.fund.managers.files.rules import incomes, shares
from huoqi.fund.ofd.dictionaries import shipped
from huoqi.fund.ofd.reading import read_columns, read_header
from huoqi.fund.ofd.rules.columns import Columns, NumberColumn, TextColumn
from huoqi.fund.ofd.rules.headers import Header, digits_of_date
from huoqi.fund.ofd.rules.layouts import all_fields
from huoqi.fund.ofd.rules.names import DataName
from huoqi.fund.ofd.sources import opened
from huoqi.fund.ofd.writing import DataFileWriter

ROWS_A_FILE = 100_000
THREADS = 2
#: So many holders have other units in files 05, and as many another income in files 06.
ODD = 20
_READ_AT_ONCE = 1 << 22


@dataclass(frozen=True)
class Day:
    """A closed day's columns, ascending by account."""

    fund: str
    on: date
    accounts: Int64
    units_e2: Int64
    incomes_fen: Int64


def measured(folder: Path, *, fund: str, on: date) -> dict[str, object]:
    """Close the day of a prepared book and return what comparing it with its register takes."""
    book = folder / "book"
    close_day(book, on=on)
    day = _day(book, fund=fund, on=on)
    told_units, told_incomes, odd_units, odd_incomes = _told(day)
    files = max(1, min(1_000, len(day.accounts) // ROWS_A_FILE))
    shares_paths = [_write_shares(folder, day, told_units, n, files) for n in range(files)]
    income_paths = [_write_incomes(folder, day, told_incomes, n, files) for n in range(files)]
    _warm(shares_paths[0], income_paths[0])
    bytes_s = _timed(shares_paths + income_paths, _read)
    decode_s = _timed(shares_paths + income_paths, _decode)
    units = RegisterComparison(book, on=on, column=UNITS)
    units_s = _timed(shares_paths, lambda path: _compare_shares(path, units, fund=fund))
    earned = RegisterComparison(book, on=on, column=INCOME)
    incomes_s = _timed(income_paths, lambda path: _compare_incomes(path, earned, fund=fund, on=on))
    begun = time.perf_counter()
    assert units.differences().accounts.tolist() == odd_units
    assert earned.differences().accounts.tolist() == odd_incomes
    ending_s = time.perf_counter() - begun
    seconds, rows = units_s + incomes_s + ending_s, units.rows + earned.rows
    sizes = [sum(path.stat().st_size for path in each) for each in (shares_paths, income_paths)]
    return {
        "register_rows_per_s": round(rows / seconds),
        "register_seconds": round(seconds, 2),
        "register_holders": len(day.accounts),
        "register": {
            "files": 2 * files,
            "file_05_rows_per_s": round(units.rows / units_s),
            "file_06_rows_per_s": round(earned.rows / incomes_s),
            "megabytes": [size // 10**6 for size in sizes],
            "differences_found": len(odd_units) + len(odd_incomes),
            "threads": THREADS,
            "floor_read_bytes_s": round(bytes_s, 2),
            "floor_decode_s": round(decode_s, 2),
            "over_decode": round(seconds / decode_s, 2),
        },
    }


def _day(book: Path, *, fund: str, on: date) -> Day:
    generation = generation_on(book, on)
    columns: list[list[Int64]] = [[], [], []]
    for part in generation.parts:
        paths = (
            accounts_path(book, part=part.name),
            *(column_path(book, part=part.name, on=on, column=c) for c in (UNITS, INCOME)),
        )
        for column, path in zip(columns, paths, strict=True):
            column.append(mapped(path, rows=part.rows))
    accounts, units_e2, incomes_fen = (np.concatenate(column) for column in columns)
    order = np.argsort(accounts, kind="stable")
    return Day(fund, on, accounts[order], units_e2[order], incomes_fen[order])


def _told(day: Day) -> tuple[Int64, Int64, list[int], list[int]]:
    """Return what the register tells, a few of it wrong, and the accounts that are to be found."""
    dice = np.random.default_rng(day.on.toordinal())
    odd = np.sort(dice.choice(len(day.accounts), 2 * ODD, replace=False))
    units_e2, incomes_fen = day.units_e2.copy(), day.incomes_fen.copy()
    units_e2[odd[:ODD]] += 1
    incomes_fen[odd[ODD:]] += 1
    return (
        units_e2,
        incomes_fen,
        day.accounts[odd[:ODD]].tolist(),
        day.accounts[odd[ODD:]].tolist(),
    )


def _write(folder: Path, day: Day, file_type: str, number: int, columns: Columns) -> Path:
    path = folder / DataName("996", "H0", day.on, file_type, shard=number).render()
    fields = all_fields(file_type, version="21", dictionaries=shipped())
    with DataFileWriter(path, Header("21", "996", "H0", day.on, file_type, fields)) as writer:
        writer.write_columns(columns)
    return path


def _write_shares(folder: Path, day: Day, units_e2: Int64, number: int, files: int) -> Path:
    accounts = day.accounts[number::files]
    columns: Columns = {
        "TransactionAccountID": TextColumn(as_digits(accounts, 17)),
        "FundCode": same_text(day.fund, len(accounts)),
        "DetailFlag": same_text("0", len(accounts)),
        "AvailableVol": NumberColumn(units_e2[number::files]),
        "TotalVolOfDistributorInTA": NumberColumn(units_e2[number::files]),
        "TransactionCfmDate": same_text(digits_of_date(day.on), len(accounts)),
    }
    return _write(folder, day, "05", number, columns)


def _write_incomes(folder: Path, day: Day, incomes_fen: Int64, number: int, files: int) -> Path:
    accounts, given_fen = day.accounts[number::files], incomes_fen[number::files]
    columns: Columns = {
        "TransactionAccountID": TextColumn(as_digits(accounts, 17)),
        "FundCode": same_text(day.fund, len(accounts)),
        "BasisforCalculatingDividend": NumberColumn(
            (day.units_e2 - day.incomes_fen)[number::files]
        ),
        "VolOfDividendforReinvestment": NumberColumn(given_fen),
        "DividendAmount": NumberColumn(given_fen),
        "DividentDate": same_text(digits_of_date(day.on), len(accounts)),
        "ReturnCode": same_text("0000", len(accounts)),
    }
    return _write(folder, day, "06", number, columns)


def _timed(paths: list[Path], body: Callable[[Path], object]) -> float:
    """Return the seconds for all files, one a thread at a time."""
    begun = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(body, paths))
    return time.perf_counter() - begun


def _read(path: Path) -> None:
    with path.open("rb", buffering=0) as file:
        room = bytearray(_READ_AT_ONCE)
        while file.readinto(room):
            pass


def _needed(path: Path) -> Columns:
    with opened(path) as source:
        file = read_header(source)
        names = shares.NEEDED if file.header.file_type == "05" else incomes.NEEDED
        return read_columns(file, names)


def _decode(path: Path) -> None:
    _needed(path)


def _compare_shares(path: Path, comparison: RegisterComparison, *, fund: str) -> None:
    found = shares.shares_of(_needed(path), fund=fund, file=path.name)
    comparison.compare(found.accounts, found.units_e2)


def _compare_incomes(path: Path, comparison: RegisterComparison, *, fund: str, on: date) -> None:
    found = incomes.incomes_of(_needed(path), fund=fund, on=on, file=path.name)
    comparison.compare(found.accounts, found.income_fen)


def _warm(*paths: Path) -> None:
    """Read a file of each type once, so that compiling is not measured."""
    for path in paths:
        _needed(path)
