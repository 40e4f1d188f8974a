from uuid import UUID

import numpy as np
import pytest

from huoqi.fund.managers.files.rules.parties import (
    ManagerFileWrong,
    customer_numbers_of,
    day_of,
    require_all,
    serial_of,
    transaction_account_of,
)
from huoqi.fund.ofd.rules.columns import TextColumn
from tests.fund.managers.files.told import CONFIRMED_ON


def test_an_order_always_has_the_same_number_of_24_digits() -> None:
    serial = serial_of(UUID(int=7))

    assert serial == serial_of(UUID(int=7))
    assert serial.isdigit()
    assert len(serial) == 24
    assert len({serial_of(UUID(int=n)) for n in range(1_000)}) == 1_000


def test_a_customer_has_an_account_of_17_digits_and_is_found_by_it() -> None:
    numbers = [0, 17, 185_000_000, 10**17 - 1]
    raw = np.array([transaction_account_of(number).encode() for number in numbers])

    assert customer_numbers_of(raw, file="a").tolist() == numbers
    assert customer_numbers_of(raw[:0], file="a").tolist() == []


@pytest.mark.parametrize("account", [b"", b"17", b"0000000000000001x", b"0000000000000001 "])
def test_an_account_that_is_not_ours_is_refused_with_its_record(account: bytes) -> None:
    raw = np.array([transaction_account_of(1).encode(), account])

    with pytest.raises(ManagerFileWrong) as told:
        customer_numbers_of(raw, file="a")
    assert told.value.params == {
        "file": "a", "record": 2, "field": "TransactionAccountID", "reason": "digits",
    }  # fmt: skip


def test_a_file_speaks_of_one_fund() -> None:
    columns = {"FundCode": TextColumn(np.array([b"990001", b"990001"]))}

    require_all(dict(columns), "FundCode", text="990001", file="a")
    with pytest.raises(ManagerFileWrong):
        require_all(dict(columns), "FundCode", text="990002", file="a")


def test_a_date_is_a_date() -> None:
    assert day_of(b"20150512", file="a", row=0, field="XRDate") == CONFIRMED_ON
    with pytest.raises(ManagerFileWrong):
        day_of(b"20150532", file="a", row=0, field="XRDate")
