"""The register at a day's end, from the columns of type 05."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from huoqi.fund.managers.files.rules.parties import (
    customer_numbers_of,
    numbers,
    require_all,
    texts,
    wrong,
)
from huoqi.fund.managers.port import Register
from huoqi.fund.ofd.rules.blocks import Int64
from huoqi.fund.ofd.rules.columns import Columns
from huoqi.fund.ofd.rules.control import exact_total, require_total

FILE_TYPE = "05"
NEEDED = (
    "TransactionAccountID", "FundCode", "TotalVolOfDistributorInTA", "UndistributeMonetaryIncome",
    "UndistributeMonetaryIncomeFlag", "DetailFlag",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shares:
    """Units and accrued income of every account, in the order of the customers' numbers.

    ``records`` says beside each the record in the file, from one, where it stands first.
    """

    accounts: Int64
    units_e2: Int64
    accrued_fen: Int64
    records: Int64

    def register(self, *, fund: str, on: date) -> Register:
        """Return the register as the platform asks a manager for it."""
        has_accrued = bool(self.accrued_fen.any())
        return Register(
            fund,
            on,
            exact_total(self.units_e2),
            len(self.accounts),
            self.accounts.tolist(),
            self.units_e2.tolist(),
            self.accrued_fen.tolist() if has_accrued else [],
        )


def shares_of(columns: Columns, *, fund: str, file: str, records: Int64 | None = None) -> Shares:
    """Return what every account has; several records of one account are added up.

    ``records`` are the numbers of the records in the file, where the columns are not all of it.

    Errors: ManagerFileWrong for another fund, an account that is not ours, or a file that mixes
    totals with details, which would count units twice.
    """
    require_all(columns, "FundCode", text=fund, file=file)
    details = texts(columns, "DetailFlag")
    if details.size and (details != details[0]).any():
        row = int(np.argmax(details != details[0]))
        raise wrong(file, field="DetailFlag", row=row, reason="mixed")
    accounts = customer_numbers_of(texts(columns, "TransactionAccountID"), file=file)
    units, accrued = (numbers(columns, name) for name in NEEDED[2:4])
    places = np.arange(1, accounts.size + 1) if records is None else records
    order = np.argsort(accounts, kind="stable")
    accounts = accounts[order]
    starts = np.flatnonzero(np.diff(accounts, prepend=-1))
    if not starts.size:
        return Shares(accounts, units, accrued, places)
    return Shares(
        accounts[starts],
        np.add.reduceat(units[order], starts),
        np.add.reduceat(accrued[order], starts),
        places[order][starts],
    )


def require_total_units(shares: Shares, *, told_e2: int, file: str) -> None:
    """Refuse a register whose units are not the total that the fund's day tells (type 07).

    Errors: TotalDiffers.
    """
    found = exact_total(shares.units_e2)
    require_total(found, expected=told_e2, field="TotalVolOfDistributorInTA", file=file)
