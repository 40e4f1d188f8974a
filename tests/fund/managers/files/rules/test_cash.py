import pytest

from huoqi.fund.managers.files.rules.cash import settlement_of
from huoqi.fund.managers.files.rules.parties import ManagerFileWrong
from huoqi.fund.managers.port import Settlement
from huoqi.fund.ofd.rules.records import Record
from huoqi.fund.ofd.rules.values import Value
from tests.fund.managers.files.told import CONFIRMED_ON, FILE, FUND, records_of


def paid(business: str, amount_fen: int | None, **changed: Value) -> Record:
    return {
        "FundCode": FUND,
        "TransactionCfmDate": "20150512",
        "CurrencyType": "156",
        "BusinessCode": business,
        "ConfirmedAmount": amount_fen,
        **changed,
    }


def test_purchases_go_in_and_redemptions_come_out() -> None:
    records = records_of("25", [paid("122", 700), paid("139", 20), paid("124", 5), paid("142", 1)])

    told = settlement_of(records, fund=FUND, on=CONFIRMED_ON, file=FILE)
    assert told == Settlement(FUND, CONFIRMED_ON, in_fen=720, out_fen=6)


@pytest.mark.parametrize(
    ("record", "field"),
    [
        (paid("122", 1, FundCode="990002"), "FundCode"),
        (paid("122", 1, TransactionCfmDate="20150511"), "TransactionCfmDate"),
        (paid("122", 1, CurrencyType="840"), "CurrencyType"),
        (paid("143", 1), "BusinessCode"),
        (paid("122", None), "ConfirmedAmount"),
    ],
)
def test_cash_that_cannot_be_is_refused(record: Record, field: str) -> None:
    records = records_of("25", [paid("122", 700), record])

    with pytest.raises(ManagerFileWrong) as told:
        settlement_of(records, fund=FUND, on=CONFIRMED_ON, file=FILE)
    assert (told.value.params["record"], told.value.params["field"]) == (2, field)
