from collections.abc import Sequence
from uuid import UUID

import pytest

from huoqi.fund.managers.files.rules.confirmations import NEEDED, Answers, answers_of
from huoqi.fund.managers.files.rules.parties import ManagerFileWrong, serial_of
from huoqi.fund.managers.port import Confirmation, ManagerSide
from huoqi.fund.ofd.rules.records import Record
from huoqi.fund.ofd.rules.values import Value
from tests.fund.managers.files.told import CONFIRMED_ON, FILE, FUND, columns_of, order_of

ORDERS = [
    order_of(1, amount_fen=10_000),
    order_of(2, ManagerSide.REDEEM, units_e2=500),
    order_of(3, ManagerSide.FAST_REDEEM, units_e2=70, counter_no=9),
]


def answer(number: int, **changed: Value) -> Record:
    business = ("122", "124", "198")[number - 1]
    return {
        "AppSheetSerialNo": serial_of(UUID(int=number)),
        "TransactionCfmDate": "20150512",
        "FundCode": FUND,
        "ReturnCode": "0000",
        "TransactionAccountID": f"{100 + number:017}",
        "BusinessCode": business,
        "BusinessFinishFlag": "1",
        "FromTAFlag": "0",
        **changed,
    }


def read(records: Sequence[Record]) -> Answers:
    columns = columns_of("04", records, NEEDED)
    return answers_of(columns, orders=ORDERS, fund=FUND, file=FILE)


def test_each_answer_finds_its_order() -> None:
    answers = read([
        answer(2, ConfirmedVol=500, ConfirmedAmount=500, UndistributeMonetaryIncome=-3),
        answer(1, ConfirmedVol=0, ReturnCode="1013"),
        answer(3, ConfirmedVol=70, TransactionAccountID=f"{9:017}"),
    ])

    assert answers.confirmations == [
        Confirmation(
            UUID(int=2),
            102,
            ok=True,
            confirmed_units_e2=500,
            confirmed_amount_fen=500,
            confirmed_on=CONFIRMED_ON,
            income_fen=-3,
        ),
        Confirmation(UUID(int=1), 101, False, 0, 0, CONFIRMED_ON, "1013"),
        Confirmation(UUID(int=3), 103, True, 70, 0, CONFIRMED_ON),
    ]
    assert answers.unknown == answers.from_register == []


@pytest.mark.parametrize(
    ("finished", "confirmed", "deferred"), [("0", 200, 300), ("1", 200, 0), ("0", 500, 0)]
)
def test_what_is_left_of_an_unfinished_redemption_waits(
    finished: str, confirmed: int, deferred: int
) -> None:
    (told,) = read([
        answer(2, ApplicationVol=500, ConfirmedVol=confirmed, BusinessFinishFlag=finished)
    ]).confirmations

    assert told.deferred_units_e2 == deferred


def test_what_answers_no_order_of_ours_is_listed_for_a_person() -> None:
    answers = read([
        answer(1),
        answer(1, AppSheetSerialNo="123"),
        answer(1, AppSheetSerialNo="", FromTAFlag="1", BusinessCode="144"),
    ])

    assert (answers.unknown, answers.from_register) == ([1], [2])


@pytest.mark.parametrize(
    ("records", "field"),
    [
        ([answer(1), answer(1)], "AppSheetSerialNo"),
        ([answer(2), answer(1, FundCode="990002")], "FundCode"),
        ([answer(2), answer(1, BusinessCode="124")], "BusinessCode"),
        ([answer(2), answer(1, TransactionAccountID=f"{102:017}")], "TransactionAccountID"),
        ([answer(2), answer(1, TransactionAccountID="x")], "TransactionAccountID"),
        ([answer(2), answer(1, TransactionCfmDate="20150532")], "TransactionCfmDate"),
    ],
)
def test_an_answer_that_cannot_be_refuses_the_file(records: list[Record], field: str) -> None:
    with pytest.raises(ManagerFileWrong) as told:
        read(records)
    assert (told.value.params["record"], told.value.params["field"]) == (2, field)
