from collections.abc import Sequence

import pytest

from huoqi.fund.managers.files.rules.parties import ManagerFileWrong
from huoqi.fund.managers.files.rules.shares import (
    NEEDED,
    Shares,
    require_total_units,
    shares_of,
)
from huoqi.fund.managers.port import Register
from huoqi.fund.ofd.rules.control import TotalDiffers
from huoqi.fund.ofd.rules.records import Record
from huoqi.fund.ofd.rules.values import Value
from tests.fund.managers.files.told import FILE, FUND, T_DAY, columns_of


def share(account: int, units_e2: int, **changed: Value) -> Record:
    return {
        "TransactionAccountID": f"{account:017}",
        "FundCode": FUND,
        "TotalVolOfDistributorInTA": units_e2,
        "DetailFlag": "0",
        **changed,
    }


def read(records: Sequence[Record]) -> Shares:
    return shares_of(columns_of("05", records, NEEDED), fund=FUND, file=FILE)


def test_the_register_comes_in_the_order_of_accounts() -> None:
    shares = read([share(9, 100), share(2, 300)])

    assert shares.register(fund=FUND, on=T_DAY) == Register(FUND, T_DAY, 400, 2, [2, 9], [300, 100])


def test_several_records_of_an_account_are_added_up() -> None:
    shares = read([share(9, 100), share(2, 300, UndistributeMonetaryIncome=-5), share(9, 1)])

    register = shares.register(fund=FUND, on=T_DAY)
    assert (register.accounts, register.units_e2) == ([2, 9], [300, 101])
    assert register.accrued_fen == [-5, 0]


def test_an_empty_register_is_one() -> None:
    assert read([]).register(fund=FUND, on=T_DAY) == Register(FUND, T_DAY, 0, 0, [], [])


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"FundCode": "990002"}, "FundCode"),
        ({"TransactionAccountID": "7"}, "TransactionAccountID"),
        ({"DetailFlag": "1"}, "DetailFlag"),
    ],
)
def test_a_register_that_cannot_be_is_refused(changed: Record, field: str) -> None:
    with pytest.raises(ManagerFileWrong) as told:
        read([share(1, 1), share(2, 1, **changed)])
    assert (told.value.params["record"], told.value.params["field"]) == (2, field)


def test_units_that_do_not_add_up_to_the_total_told_are_refused() -> None:
    shares = read([share(9, 100), share(2, 300)])

    require_total_units(shares, told_e2=400, file=FILE)
    with pytest.raises(TotalDiffers) as told:
        require_total_units(shares, told_e2=401, file=FILE)
    assert (told.value.params["expected"], told.value.params["found"]) == (401, 400)
