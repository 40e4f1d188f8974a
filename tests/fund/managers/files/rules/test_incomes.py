from collections.abc import Sequence

import pytest

from huoqi.fund.managers.files.rules.incomes import NEEDED, Incomes, incomes_of
from huoqi.fund.managers.files.rules.parties import ManagerFileWrong
from huoqi.fund.ofd.rules.records import Record
from huoqi.fund.ofd.rules.values import Value
from tests.fund.managers.files.told import FILE, FUND, T_DAY, columns_of


def income(account: int, basis_e2: int, income_fen: int, **changed: Value) -> Record:
    return {
        "TransactionAccountID": f"{account:017}",
        "FundCode": FUND,
        "BasisforCalculatingDividend": basis_e2,
        "VolOfDividendforReinvestment": income_fen,
        "DividentDate": "20150511",
        "ReturnCode": "0000",
        **changed,
    }


def read(records: Sequence[Record]) -> Incomes:
    return incomes_of(columns_of("06", records, NEEDED), fund=FUND, on=T_DAY, file=FILE)


def test_incomes_come_in_the_order_of_accounts() -> None:
    found = read([income(9, 1_000_000, 137), income(2, 10_000, 1)])

    assert found.accounts.tolist() == [2, 9]
    assert found.basis_e2.tolist() == [10_000, 1_000_000]
    assert found.income_fen.tolist() == [1, 137]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"FundCode": "990002"}, "FundCode"),
        ({"DividentDate": "20150512"}, "DividentDate"),
        ({"ReturnCode": "9999"}, "ReturnCode"),
        ({"TransactionAccountID": f"{1:017}"}, "TransactionAccountID"),
    ],
)
def test_incomes_that_cannot_be_are_refused(changed: Record, field: str) -> None:
    with pytest.raises(ManagerFileWrong) as told:
        read([income(1, 1, 1), income(2, 1, 1, **changed)])
    assert (told.value.params["record"], told.value.params["field"]) == (2, field)
