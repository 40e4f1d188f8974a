from datetime import date

import pytest

from huoqi.fund.managers.files.rules.fund_days import FundDay, fund_day_of
from huoqi.fund.managers.files.rules.parties import ManagerFileWrong
from huoqi.fund.managers.port import FundDayReport
from huoqi.fund.ofd.rules.records import Record
from huoqi.fund.ofd.rules.values import Value
from tests.fund.managers.files.told import FILE, FUND, T_DAY, records_of


def published(**changed: Value) -> Record:
    record: Record = {
        "FundCode": FUND,
        "UpdateDate": "20150511",
        "NAV": 10_000,
        "FundStatus": "0",
        "FundIncome": 136_920,
        "Yield": 502_049,
        "TotalFundVol": 10_016_617_287,
        "FundDayIncome": 1_371_487,
        "NextTradeDate": "20150512",
        "IndiMaxPurchase": 2_000_000,
        **changed,
    }
    return records_of("07", [record])[0]


def read(record: Record) -> FundDay:
    return fund_day_of(record, fund=FUND, on=T_DAY, file=FILE)


def test_a_day_is_published_with_its_income_total_and_limits() -> None:
    day = read(published())

    assert day.report == FundDayReport(
        fund=FUND,
        on=T_DAY,
        income_per_10k_e5=136_920,
        decimals=5,
        yield_7d_e3=5_020,
        total_units_e2=10_016_617_287,
        total_income_fen=1_371_487,
        next_trading_day=date(2015, 5, 12),
        status="open",
        source=FILE,
    )
    assert day.limits == {"purchase_order_fen": 2_000_000}


def test_a_loss_has_its_sign_and_what_is_blank_is_not_known() -> None:
    report = read(
        published(
            FundIncome=-62_280,
            FundDayIncome=None,
            Yield=-50_051,
            NextTradeDate="",
            TotalFundVol=None,
            FundStatus="6",
        )
    ).report

    assert (report.income_per_10k_e5, report.yield_7d_e3) == (-62_280, -501)
    assert (report.total_income_fen, report.next_trading_day) == (None, None)
    assert (report.total_units_e2, report.status) == (0, "redemptions_suspended")
    assert read(published(Yield=None)).report.yield_7d_e3 is None


@pytest.mark.parametrize(("yield_e5", "yield_e3"), [(502_050, 5_021), (-502_050, -5_021)])
def test_ties_of_the_yield_go_away_from_nought(yield_e5: int, yield_e3: int) -> None:
    assert read(published(Yield=yield_e5)).report.yield_7d_e3 == yield_e3


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("FundCode", "990002"),
        ("UpdateDate", "20150512"),
        ("UpdateDate", ""),
        ("NAV", 13_692),
        ("FundStatus", "9"),
        ("FundIncome", None),
        ("NextTradeDate", "20150532"),
    ],
)
def test_a_day_that_cannot_be_is_refused(field: str, value: Value) -> None:
    with pytest.raises(ManagerFileWrong) as told:
        read(published(**{field: value}))
    assert told.value.params["field"] == field
