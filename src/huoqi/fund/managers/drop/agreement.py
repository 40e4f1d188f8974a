"""Whether the files of a day agree: totals with their parts, shares with incomes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from huoqi.fund.managers.drop.contents import Contents
from huoqi.fund.managers.drop.file_store import ManagerFileRow
from huoqi.fund.managers.files.rules.incomes import Incomes
from huoqi.fund.managers.files.rules.parties import ManagerFileWrong
from huoqi.fund.managers.files.rules.shares import Shares
from huoqi.fund.ofd.rules.control import TotalDiffers, exact_total
from huoqi.fund.ofd.rules.places import OfdRefused

Files = Sequence[tuple[ManagerFileRow, Path]]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Compares the files of one day that were taken in; ``files`` are those that count, by type."""

    contents: Contents
    files: Mapping[str, Files]
    on: date
    carries_monthly: Callable[[str], bool]

    def refused(self) -> Iterator[tuple[ManagerFileRow, OfdRefused]]:
        """Yield the files that another one contradicts, and why.

        A total is refused where its parts are there; shares where the incomes say something else.
        """
        found = [*self._cash(), *self._figures()]
        yield from found
        if not found:
            yield from self._shares()

    def _cash(self) -> Iterator[tuple[ManagerFileRow, OfdRefused]]:
        answers = self.contents.cash_totals([path for _, path in self.files["04"]])
        for row, path in self.files["25"] if self.files["04"] else ():
            for fund in sorted(answers):
                told = self.contents.settlement(path, fund=fund, on=self.on)
                pairs = zip((told.in_fen, told.out_fen), answers[fund], strict=True)
                for found, expected in pairs:
                    if found != expected:
                        yield row, _differs(row, "ConfirmedAmount", fund, expected, found)

    def _figures(self) -> Iterator[tuple[ManagerFileRow, OfdRefused]]:
        if not self.files["06"]:
            return
        for row, path in self.files["07"]:
            for fund, day in self.contents.fund_days(path, on=self.on).items():
                told = day.report.total_income_fen
                if told is None or told < 0:
                    continue  # A loss has no records of type 06.
                parts = self._incomes(fund)
                income = sum(exact_total(each.income_fen) for each in parts)
                basis = sum(exact_total(each.basis_e2) for each in parts)
                if told != income:
                    yield row, _differs(row, "FundDayIncome", fund, income, told)
                elif day.report.total_units_e2 != basis:
                    told_e2 = day.report.total_units_e2
                    yield row, _differs(row, "TotalFundVol", fund, basis, told_e2)

    def _shares(self) -> Iterator[tuple[ManagerFileRow, OfdRefused]]:
        """Yield a register in which somebody has other units than earned and came to him."""
        if not all(self.files[file_type] for file_type in ("05", "06", "07")):
            return
        days = [
            day
            for _, path in self.files["07"]
            for day in self.contents.fund_days(path, on=self.on).values()
        ]
        for report in (day.report for day in days):
            fund, told = report.fund, report.total_income_fen
            if told is None or told < 0 or self.carries_monthly(fund):
                continue
            accounts, units = _grown(self._incomes(fund))
            parts = [(row, self.contents.shares(path, fund=fund)) for row, path in self.files["05"]]
            found = _first_other(parts, accounts=accounts, units_e2=units)
            if found is not None:
                yield found

    def _incomes(self, fund: str) -> list[Incomes]:
        return [self.contents.incomes(path, fund=fund, on=self.on) for _, path in self.files["06"]]


def _grown(parts: Sequence[Incomes]) -> tuple[np.ndarray, np.ndarray]:
    """Return who has how much after the day, by the incomes, in account order."""
    accounts = np.concatenate([each.accounts for each in parts])
    units = np.concatenate([each.basis_e2 + each.income_fen for each in parts])
    order = np.argsort(accounts, kind="stable")
    has_units = units[order] != 0
    return accounts[order][has_units], units[order][has_units]


def _first_other(
    parts: Sequence[tuple[ManagerFileRow, Shares]], *, accounts: np.ndarray, units_e2: np.ndarray
) -> tuple[ManagerFileRow, OfdRefused] | None:
    """Return the first record of the register that the incomes contradict."""
    seen = 0
    for row, shares in parts:
        places = np.searchsorted(accounts, shares.accounts)
        known = places < accounts.size
        known[known] = accounts[places[known]] == shares.accounts[known]
        expected = np.zeros(shares.accounts.size, dtype=np.int64)
        expected[known] = units_e2[places[known]]
        is_other = expected != shares.units_e2
        if is_other.any():
            first = int(shares.records[np.flatnonzero(is_other)[0]])
            return row, ManagerFileWrong(
                file=row.name,
                record=first,
                field="TotalVolOfDistributorInTA",
                reason="not the basis and the income of type 06",
            )
        seen += int(np.count_nonzero(expected))
    if seen != accounts.size:
        row = parts[-1][0]
        facts = {"expected": int(accounts.size), "found": seen}
        field = "TransactionAccountID"
        return row, ManagerFileWrong(file=row.name, field=field, reason="missing", **facts)
    return None


def _differs(row: ManagerFileRow, field: str, fund: str, expected: int, found: int) -> TotalDiffers:
    return TotalDiffers(file=row.name, field=field, fund=fund, expected=expected, found=found)
