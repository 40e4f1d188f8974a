from dataclasses import replace
from datetime import date

import pytest

from huoqi.fund.managers.files.rules import orders as rule
from huoqi.fund.managers.files.rules.orders import order_records
from huoqi.fund.managers.files.rules.parties import ManagerFileWrong, serial_of
from huoqi.fund.managers.port import ManagerSide
from tests.fund.managers.files.told import FUND, US, order_of, records_of


def test_a_purchase_and_a_redemption_are_told_in_the_protocols_words() -> None:
    purchase = order_of(1, amount_fen=10_050)
    redemption = replace(order_of(2, ManagerSide.REDEEM, units_e2=777), takes_income=True)

    bought, redeemed = records_of("03", order_records([purchase, redemption], parties=US))
    assert bought["AppSheetSerialNo"] == serial_of(purchase.order_id)
    assert bought["FundCode"] == FUND
    assert (bought["TransactionDate"], bought["TransactionTime"]) == ("20150511", "103005")
    assert bought["TransactionAccountID"] == "00000000000000101"
    assert (bought["BusinessCode"], bought["ApplicationAmount"]) == ("022", 10_050)
    assert (bought["CurrencyType"], bought["DistributorCode"]) == ("156", "H0")
    assert bought["TakeIncomeFlag"] == ""
    assert (redeemed["BusinessCode"], redeemed["ApplicationVol"]) == ("024", 777)
    assert (redeemed["LargeRedemptionFlag"], redeemed["TakeIncomeFlag"]) == ("1", "1")


def test_a_fast_transfer_goes_to_the_provider_and_back_from_it() -> None:
    there = replace(
        order_of(1, ManagerSide.FAST_REDEEM, units_e2=5, counter_no=9),
        effective_on=date(2015, 5, 10),
    )
    back = order_of(2, ManagerSide.FAST_RETURN, units_e2=5, counter_no=9)

    gone, returned = records_of("03", order_records([there, back], parties=US))
    assert gone["TransactionAccountID"] == "00000000000000101"
    assert gone["TargetTransactionAccountID"] == "00000000000000009"
    assert gone["TransactionDate"] == "20150510"
    assert returned["TransactionAccountID"] == "00000000000000009"
    assert returned["TargetTransactionAccountID"] == "00000000000000102"
    assert {gone["BusinessCode"], returned["BusinessCode"]} == {"098"}


def test_an_order_given_twice_is_told_once() -> None:
    assert len(order_records([order_of(1), order_of(2), order_of(1)], parties=US)) == 2


def test_two_orders_under_one_number_are_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rule, "serial_of", lambda _order_id: "7" * 24)

    with pytest.raises(ManagerFileWrong) as told:
        order_records([order_of(1), order_of(2)], parties=US)
    assert told.value.params == {"record": 2, "field": "AppSheetSerialNo", "reason": "taken"}
