from datetime import date, timedelta
from pathlib import Path

from huoqi.fund.managers.port import ManagerSide
from huoqi.fund.managers.simulated_curve import manager_yield_7d_e3
from huoqi.kit.dates import shanghai_at
from tests.sandbox.transfer_agent.folders import (
    MONDAY,
    MONTHLY,
    Distributor,
    morning,
    night,
    numbers,
    order_of,
    until,
)

TUESDAY = MONDAY + timedelta(days=1)
FRIDAY, SATURDAY = date(2015, 5, 15), date(2015, 5, 16)


def test_a_jump_over_days_makes_every_file_of_every_day(tmp_path: Path) -> None:
    we = Distributor(tmp_path)
    until(we, morning(MONDAY))
    we.take_away()
    we.send([order_of(1, size=1_000_000)])
    until(we, night(MONDAY + timedelta(days=9)))

    names = [name for name in we.waiting() if name.startswith("OFD")]
    days = [MONDAY + timedelta(days=n) for n in range(10)]
    assert sum(name.endswith("_05.TXT") for name in names) == 10
    answers = [name for name in names if name.endswith("_04.TXT")]
    assert len(answers) == sum(on.weekday() < 5 for on in days) - 1
    units = [numbers(we.read("05", on=on), "TotalVolOfDistributorInTA") for on in days]
    assert units[0] == []
    assert all(a[0] < b[0] for a, b in zip(units[1:], units[2:], strict=False))


def test_the_same_orders_give_the_same_bytes(tmp_path: Path) -> None:
    taken = []
    for name in ("one", "two"):
        we = Distributor(tmp_path / name)
        until(we, morning(MONDAY))
        we.send([order_of(n, size=100_000 + n) for n in range(1, 30)])
        until(we, shanghai_at(MONDAY, hour=15, minute=5))
        if name == "two":
            until(we, morning(TUESDAY))
        until(we, night(TUESDAY))
        taken.append(we.take_away())

    assert taken[0] == taken[1]


def test_what_is_told_of_the_next_trading_day_and_the_yield(tmp_path: Path) -> None:
    we = Distributor(tmp_path)
    until(we, morning(date(2015, 5, 8)))
    until(we, night(SATURDAY))

    days = [date(2015, 5, 10) + timedelta(days=n) for n in range(7)]
    told = [we.read("07", on=on)[0] for on in days]
    assert [record["NextTradeDate"] for record in told[-3:]] == ["20150515", "20150518", "20150518"]
    rates = [numbers([record], "FundIncome")[0] for record in told]
    assert numbers(told[-1:], "Yield") == [100 * manager_yield_7d_e3(rates)]
    assert {record["NAV"] for record in told} == {10_000}


def test_a_purchase_that_ends_in_19_is_answered_a_trading_day_late(tmp_path: Path) -> None:
    we = Distributor(tmp_path)
    until(we, morning(FRIDAY - timedelta(days=1)))
    we.send([order_of(1, size=10_019, on=FRIDAY - timedelta(days=1))], on=FRIDAY)
    until(we, morning(FRIDAY))
    assert we.read("04", on=FRIDAY) == []
    until(we, morning(date(2015, 5, 18)))
    assert numbers(we.read("04", on=date(2015, 5, 18)), "ConfirmedVol") == [10_019]


def test_a_redemption_of_all_leaves_what_is_published_later(tmp_path: Path) -> None:
    we = Distributor(tmp_path)
    until(we, morning(MONDAY))
    we.send([order_of(1, size=1_000_000)])
    until(we, night(TUESDAY))
    wednesday = TUESDAY + timedelta(days=1)
    we.send([order_of(2, ManagerSide.REDEEM, size=1_000_000, on=TUESDAY, of=101)], on=TUESDAY)
    until(we, night(wednesday))

    (out,) = we.read("04", on=wednesday)
    assert (out["BusinessCode"], out["ConfirmedVol"]) == ("124", 1_000_000)
    (left,) = numbers(we.read("06", on=wednesday), "BasisforCalculatingDividend")
    assert left == numbers(we.read("06", on=TUESDAY), "VolOfDividendforReinvestment")[0]
    assert [record["BusinessCode"] for record in we.read("25", on=wednesday)] == ["124"]


def test_a_monthly_fund_carries_what_accrued_at_the_months_end(tmp_path: Path) -> None:
    we = Distributor(tmp_path)
    last = date(2015, 5, 31)
    until(we, morning(MONDAY), terms=MONTHLY)
    we.send([order_of(1, size=1_000_000), order_of(2, size=50_000)])
    until(we, night(last), terms=MONTHLY)

    before, after = we.read("05", on=last - timedelta(days=1)), we.read("05", on=last)
    assert numbers(before, "TotalVolOfDistributorInTA") == [1_000_000, 50_000]
    accrued = numbers(before, "UndistributeMonetaryIncome")
    todays = numbers(we.read("06", on=last), "VolOfDividendforReinvestment")
    carried = [a + b for a, b in zip(accrued, todays, strict=True)]
    units = [1_000_000 + carried[0], 50_000 + carried[1]]
    assert numbers(after, "TotalVolOfDistributorInTA") == units
    assert numbers(after, "UndistributeMonetaryIncome") == [0, 0]


def test_a_monthly_fund_pays_accrued_income_with_the_last_units(tmp_path: Path) -> None:
    we = Distributor(tmp_path)
    until(we, morning(MONDAY), terms=MONTHLY)
    we.send([order_of(1, size=1_000_000)])
    until(we, night(TUESDAY), terms=MONTHLY)
    on = date(2015, 5, 13)
    accrued = numbers(we.read("05", on=TUESDAY), "UndistributeMonetaryIncome")[0]
    stays = order_of(2, ManagerSide.REDEEM, size=1_000_000, on=TUESDAY, of=101)
    we.send([stays], on=TUESDAY)
    until(we, night(on), terms=MONTHLY)

    assert numbers(we.read("04", on=on), "UndistributeMonetaryIncome") == [0]
    (left,) = we.read("05", on=on)
    assert (left["TotalVolOfDistributorInTA"], left["UndistributeMonetaryIncome"]) == (0, accrued)


def test_the_calendars_end_stops_answers_and_not_figures(tmp_path: Path) -> None:
    we = Distributor(tmp_path)
    until(we, morning(date(2026, 12, 30)))
    until(we, night(date(2027, 1, 4)))

    assert we.read("07", on=date(2026, 12, 31))[0]["NextTradeDate"] == ""
    assert len(we.read("07", on=date(2027, 1, 4))) == 1
    assert not [name for name in we.waiting() if "202701" in name and name.endswith("_04.TXT")]
