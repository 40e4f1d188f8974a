from collections.abc import Sequence
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huoqi.fund.answer_columns import SentColumns
from huoqi.fund.managers.files.rules.confirmations import NEEDED, answers_of
from huoqi.fund.managers.files.rules.matching import Matched, Serials, matched, serial_numbers
from huoqi.fund.managers.files.rules.parties import ManagerFileWrong, serial_of
from huoqi.fund.managers.port import ManagerOrder, ManagerSide
from huoqi.fund.ofd.rules.records import Record
from huoqi.fund.ofd.rules.values import Value
from huoqi.fund.single_answers import confirmations_of
from huoqi.kit.id_columns import id_column
from tests.fund.managers.files.told import FILE, FUND, columns_of, order_of

COUNT = 6
ORDERS = [
    order_of(n, amount_fen=10_000) if n % 2 else order_of(n, ManagerSide.REDEEM, units_e2=500)
    for n in range(1, COUNT + 1)
]
FAULTS: list[tuple[dict[str, Value], str]] = [
    ({"FundCode": "990002"}, "FundCode"),
    ({"BusinessCode": "198"}, "BusinessCode"),
    ({"TransactionAccountID": f"{999:017}"}, "TransactionAccountID"),
    ({"TransactionAccountID": "x"}, "TransactionAccountID"),
    ({"TransactionCfmDate": "20150532"}, "TransactionCfmDate"),
]


def sent_of(orders: Sequence[ManagerOrder]) -> SentColumns:
    zeros = np.zeros(len(orders), dtype=np.int64)
    is_purchase = np.array([o.side is ManagerSide.PURCHASE for o in orders], dtype=np.bool_)
    customers = np.array([o.customer_no for o in orders], dtype=np.int64)
    ids = id_column(b"".join([o.order_id.bytes for o in orders]))
    return SentColumns(zeros, ids, customers, zeros, zeros, is_purchase, is_purchase)


def answer(number: int, **changed: Value) -> Record:
    return {
        "AppSheetSerialNo": serial_of(UUID(int=number)),
        "TransactionCfmDate": "20150512",
        "FundCode": FUND,
        "ReturnCode": "0000",
        "TransactionAccountID": f"{100 + number:017}",
        "BusinessCode": "122" if number % 2 else "124",
        "BusinessFinishFlag": "1",
        "FromTAFlag": "0",
        **changed,
    }


def read(records: Sequence[Record], *, orders: Sequence[ManagerOrder] = ORDERS) -> Matched:
    sent = sent_of(orders)
    columns = columns_of("04", records, NEEDED)
    serials = Serials(sent.order_ids)
    return matched(columns, sent=sent, serials=serials, fund=FUND, file=FILE)


@given(st.lists(st.binary(min_size=16, max_size=16), max_size=20))
def test_numbers_of_many_orders_are_those_of_each(ids: list[bytes]) -> None:
    high, low = serial_numbers(id_column(b"".join(ids)))

    told = [f"{first:08}{rest:016}" for first, rest in zip(high, low, strict=True)]
    assert told == [serial_of(UUID(bytes=each)) for each in ids]


@given(
    st.permutations(range(1, 2 * COUNT)),
    st.integers(0, 2 * COUNT),
    st.lists(st.tuples(*[st.integers(0, 600)] * 3, st.booleans(), st.booleans()), min_size=20),
)
def test_columns_are_matched_as_records_are(
    numbers: list[int], count: int, figures: list[tuple[int, int, int, bool, bool]]
) -> None:
    records = [
        answer(
            number,
            ApplicationVol=asked,
            ConfirmedVol=confirmed,
            ConfirmedAmount=income,
            UndistributeMonetaryIncome=-income,
            BusinessFinishFlag=str(int(is_done)),
            FromTAFlag=str(int(is_own)),
            ReturnCode="0000" if is_done else "1013",
        )
        for number, (asked, confirmed, income, is_done, is_own) in zip(
            numbers[:count], figures, strict=False
        )
    ]

    found = read(records)

    told = answers_of(columns_of("04", records, NEEDED), orders=ORDERS, fund=FUND, file=FILE)
    assert confirmations_of(found.answers) == told.confirmations
    assert found.unknown.tolist() == told.unknown
    assert found.from_register.tolist() == told.from_register


@given(st.sampled_from(FAULTS), st.integers(0, COUNT - 1))
def test_an_answer_that_cannot_be_refuses_the_file(
    fault: tuple[dict[str, Value], str], place: int
) -> None:
    records = [answer(n, **(fault[0] if n == place + 1 else {})) for n in range(1, COUNT + 1)]

    with pytest.raises(ManagerFileWrong) as told:
        read(records)
    if fault[0] != {"FundCode": "990002"}:
        assert told.value.params["record"] == place + 1
    assert told.value.params["field"] == fault[1]


def test_an_order_is_answered_once() -> None:
    with pytest.raises(ManagerFileWrong) as told:
        read([answer(1), answer(2), answer(3), answer(2)])
    assert (told.value.params["record"], told.value.params["reason"]) == (4, "answered twice")


def test_without_orders_nothing_is_ours() -> None:
    found = read([answer(1), answer(2, AppSheetSerialNo="no number")], orders=[])

    assert found.unknown.tolist() == [0, 1]


def test_a_text_that_is_no_number_names_no_order() -> None:
    assert read([answer(1, AppSheetSerialNo="x" * 24)]).unknown.tolist() == [0]
