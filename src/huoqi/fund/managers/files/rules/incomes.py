"""What each account earned on a day, from the columns of type 06."""

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
from huoqi.fund.ofd.rules.blocks import Int64
from huoqi.fund.ofd.rules.columns import Columns
from huoqi.fund.ofd.rules.headers import digits_of_date

FILE_TYPE = "06"
NEEDED = (
    "TransactionAccountID", "FundCode", "BasisforCalculatingDividend",
    "VolOfDividendforReinvestment", "DividentDate", "ReturnCode",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Incomes:
    """Units on which an account earned, and its income in units of 1.00, account by account.

    A file of type 06 has no sign for an income: a day's loss does not come in it.
    """

    accounts: Int64
    basis_e2: Int64
    income_fen: Int64


def incomes_of(columns: Columns, *, fund: str, on: date, file: str) -> Incomes:
    """Return the incomes of a day, in the order of the customers' numbers.

    Errors: ManagerFileWrong for another fund or day, a record that failed, an account twice.
    """
    require_all(columns, "FundCode", text=fund, file=file)
    require_all(columns, "DividentDate", text=digits_of_date(on), file=file)
    require_all(columns, "ReturnCode", text="0000", file=file)
    accounts = customer_numbers_of(texts(columns, "TransactionAccountID"), file=file)
    order = np.argsort(accounts, kind="stable")
    is_repeated = np.diff(accounts[order], prepend=-1) == 0
    if is_repeated.any():
        row = int(order[np.argmax(is_repeated)])
        raise wrong(file, field="TransactionAccountID", row=row, reason="twice")
    basis, income = (numbers(columns, name)[order] for name in NEEDED[2:4])
    return Incomes(accounts[order], basis, income)
