from datetime import timedelta
from pathlib import Path

from tests.sandbox.transfer_agent.folders import (
    FUND,
    MONDAY,
    Distributor,
    morning,
    night,
    numbers,
    order_of,
    until,
)

TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)


def test_orders_go_in_and_answers_units_and_income_come_out(tmp_path: Path) -> None:
    we = Distributor(tmp_path)
    until(we, morning(MONDAY))
    stem = we.send([
        order_of(1, size=1_000_000),
        order_of(2, size=10_013),
        order_of(3, size=333_317),
    ])
    until(we, morning(TUESDAY))

    name, _, count = (we.folder.outbox / f"ACK_{stem}.TXT").read_text().split()
    assert (name, count) == ("OFD_H0_99_20150511_03.TXT", "3")
    answers = {a["TransactionAccountID"]: a for a in we.read("04", on=TUESDAY)}
    codes = {str(no)[-3:]: a["ReturnCode"] for no, a in answers.items()}
    assert codes == {"101": "0000", "102": "1013", "103": "0000"}
    assert answers["00000000000000103"]["ConfirmedAmount"] == 166_658
    (cash,) = we.read("25", on=TUESDAY)
    assert (cash["BusinessCode"], cash["ConfirmedAmount"]) == ("122", 1_166_658)

    until(we, night(TUESDAY))
    told = we.read("07", on=TUESDAY)
    incomes, shares = we.read("06", on=TUESDAY), we.read("05", on=TUESDAY)
    assert told[0]["FundCode"] == FUND
    assert numbers(told, "TotalFundVol") == [1_166_658]
    (rate,), (fund_income,) = numbers(told, "FundIncome"), numbers(told, "FundDayIncome")
    assert fund_income == 1_166_658 * rate // 10**9
    earned = numbers(incomes, "VolOfDividendforReinvestment")
    assert sum(earned) == fund_income
    basis = numbers(incomes, "BasisforCalculatingDividend")
    units = numbers(shares, "TotalVolOfDistributorInTA")
    assert units == [has + gets for has, gets in zip(basis, earned, strict=True)]
