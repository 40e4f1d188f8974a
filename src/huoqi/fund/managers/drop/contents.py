"""What stands in a file that was examined, by fund; a file may hold several funds."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from huoqi.fund.managers.files.rules import cash, confirmations, fund_days, incomes, shares
from huoqi.fund.managers.files.rules.fund_days import FundDay
from huoqi.fund.managers.files.rules.incomes import Incomes
from huoqi.fund.managers.files.rules.parties import numbers, texts, wrong
from huoqi.fund.managers.files.rules.shares import Shares
from huoqi.fund.managers.port import Settlement
from huoqi.fund.ofd.reading import read_columns, read_header, read_rows
from huoqi.fund.ofd.rules.blocks import Bool
from huoqi.fund.ofd.rules.columns import Column, Columns, NumberColumn, TextColumn
from huoqi.fund.ofd.rules.control import exact_total
from huoqi.fund.ofd.rules.records import Record
from huoqi.fund.ofd.sources import opened

_CASH_IN, _CASH_OUT = [b"122", b"139"], [b"124", b"142"]


@dataclass(frozen=True, slots=True)
class Contents:
    """Reads the accepted files of a day; ``funds`` are those that we know."""

    funds: Collection[str]

    def check(self, path: Path, *, file_type: str, on: date) -> None:
        """Return nothing for a file that says what one of its type can say.

        Errors: ManagerFileWrong, those of the readers.
        """
        if file_type == fund_days.FILE_TYPE:
            for fund in self.fund_days(path, on=on):
                self._require_known(fund, path=path)
        elif file_type == cash.FILE_TYPE:
            records = records_of(path, cash.NEEDED)
            for fund in {str(record["FundCode"]) for record in records}:
                self._require_known(fund, path=path)
                self.settlement(path, fund=fund, on=on)
        elif file_type in _COLUMN_TYPES:
            self._check_columns(path, file_type=file_type, on=on)

    def _check_columns(self, path: Path, *, file_type: str, on: date) -> None:
        columns = _columns(path, _COLUMN_TYPES[file_type])
        for fund in _funds_in(columns):
            self._require_known(fund, path=path)
            own = _of_fund(columns, fund)
            if file_type == shares.FILE_TYPE:
                shares.shares_of(own, fund=fund, file=path.name)
            elif file_type == incomes.FILE_TYPE:
                incomes.incomes_of(own, fund=fund, on=on, file=path.name)

    def fund_days(self, path: Path, *, on: date) -> dict[str, FundDay]:
        """Return by fund what a file of type 07 publishes.

        Errors: ManagerFileWrong, also where a fund is told twice.
        """
        found: dict[str, FundDay] = {}
        for row, record in enumerate(records_of(path, fund_days.NEEDED)):
            fund = str(record["FundCode"])
            if fund in found:
                raise wrong(path.name, field="FundCode", row=row, reason="twice")
            found[fund] = fund_days.fund_day_of(record, fund=fund, on=on, file=path.name, row=row)
        return found

    def incomes(self, path: Path, *, fund: str, on: date) -> Incomes:
        """Return what every account of a fund earned by a file of type 06."""
        own = _of_fund(_columns(path, incomes.NEEDED), fund)
        return incomes.incomes_of(own, fund=fund, on=on, file=path.name)

    def cash_totals(self, paths: Sequence[Path]) -> dict[str, tuple[int, int]]:
        """Return by fund what the answers of type 04 say of cash: in by purchases, out."""
        totals: dict[str, tuple[int, int]] = {}
        for path in paths:
            columns = _columns(path, confirmations.NEEDED)
            for fund in _funds_in(columns):
                before_in, before_out = totals.get(fund, (0, 0))
                in_fen, out_fen = _cash_of(_of_fund(columns, fund))
                totals[fund] = (before_in + in_fen, before_out + out_fen)
        return totals

    def shares(self, path: Path, *, fund: str) -> Shares:
        """Return what every account of a fund has by a file of type 05."""
        columns = _columns(path, shares.NEEDED)
        records = np.flatnonzero(_is_of(columns, fund)) + 1
        own = _of_fund(columns, fund)
        return shares.shares_of(own, fund=fund, file=path.name, records=records)

    def settlement(self, path: Path, *, fund: str, on: date) -> Settlement:
        """Return a fund's cash of a confirmation day by a file of type 25."""
        records = records_of(path, cash.NEEDED)
        records = [record for record in records if record["FundCode"] == fund]
        return cash.settlement_of(records, fund=fund, on=on, file=path.name)

    def funds_in(self, path: Path, names: Sequence[str]) -> list[str]:
        """Return the funds that a file of records by columns speaks of."""
        return _funds_in(_columns(path, names))

    def answers(self, path: Path, *, fund: str) -> Columns:
        """Return a fund's records of a file of type 04."""
        return _of_fund(_columns(path, confirmations.NEEDED), fund)

    def _require_known(self, fund: str, *, path: Path) -> None:
        if fund not in self.funds:
            raise wrong(path.name, field="FundCode", row=0, reason="unknown")


_COLUMN_TYPES = {
    confirmations.FILE_TYPE: confirmations.NEEDED,
    shares.FILE_TYPE: shares.NEEDED,
    incomes.FILE_TYPE: incomes.NEEDED,
}


def records_of(path: Path, needed: Sequence[str]) -> list[Record]:
    """Return the records of a file whose header names some fields at least.

    Errors: those of the readers, also for a field that is needed and not there.
    """
    with opened(path) as source:
        file = read_header(source)
        file.layout.chosen(needed, file=file.name)
        return list(read_rows(file))


def _columns(path: Path, names: Sequence[str]) -> Columns:
    with opened(path) as source:
        return read_columns(read_header(source), names)


def _funds_in(columns: Columns) -> list[str]:
    return [
        code.decode("ascii", errors="replace").rstrip(" ")
        for code in np.unique(texts(columns, "FundCode")).tolist()
    ]


def _is_of(columns: Columns, fund: str) -> Bool:
    codes = texts(columns, "FundCode")
    is_own: Bool = codes == fund.encode("ascii").ljust(codes.itemsize)
    return is_own


def _of_fund(columns: Columns, fund: str) -> Columns:
    """Return the rows of one fund; the columns themselves where all are of it."""
    is_own = _is_of(columns, fund)
    if is_own.all():
        return columns
    return {name: _chosen(column, is_own) for name, column in columns.items()}


def _chosen(column: Column, rows: Bool) -> Column:
    if isinstance(column, TextColumn):
        return TextColumn(column.raw[rows])
    absent = None if column.is_absent is None else column.is_absent[rows]
    return NumberColumn(column.values[rows], absent)


def _cash_of(columns: Columns) -> tuple[int, int]:
    """Return what purchases bring and what redemptions take, their accrued income included."""
    codes = texts(columns, "BusinessCode")
    amounts = numbers(columns, "ConfirmedAmount")
    incomes_fen = numbers(columns, "UndistributeMonetaryIncome")
    is_in, is_out = np.isin(codes, _CASH_IN), np.isin(codes, _CASH_OUT)
    out_fen = exact_total(amounts[is_out]) + exact_total(incomes_fen[is_out])
    return exact_total(amounts[is_in]), out_fen
