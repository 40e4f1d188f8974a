from datetime import date, timedelta
from pathlib import Path

import pytest

from huoqi.fund.managers.port import ManagerSide
from huoqi.fund.ofd.reading import read_header, read_rows
from huoqi.fund.ofd.rules.headers import Truncated, digits_of_date
from huoqi.fund.ofd.rules.names import parse_name
from huoqi.fund.ofd.sources import opened
from huoqi.kit.dates import SHANGHAI, shanghai_at
from tests.sandbox.transfer_agent.folders import (
    FUND,
    MONDAY,
    Distributor,
    look,
    morning,
    night,
    numbers,
    order_of,
    until,
)

TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
THURSDAY = MONDAY + timedelta(days=3)
ON_TUESDAY = '"on": "2015-05-13"'  # Tuesday's figures are due in the night to Wednesday.
SIZES = (1_000_000, 333_333, 7_777, 100)


@pytest.fixture
def we(tmp_path: Path) -> Distributor:
    """Return a distributor with four holders from Tuesday on; it is Tuesday, nine o'clock."""
    distributor = Distributor(tmp_path)
    until(distributor, morning(MONDAY))
    distributor.send([order_of(n, size=size) for n, size in enumerate(SIZES, start=1)])
    until(distributor, morning(TUESDAY))
    distributor.take_away()
    return distributor


def pull(we: Distributor, file_type: str, *, on: date, count: int = 1) -> str:
    """Ask for a file again and return the wish's name."""
    name = f"OFD_99_H0_{digits_of_date(on)}_{file_type}.TXT"
    wish = f"PULL_{digits_of_date(on)}_{file_type}_{count}.TXT"
    (we.folder.inbox / wish).write_text(name + "\n")
    return wish


def test_a_fen_too_many_is_told_once_and_right_when_asked_for_again(we: Distributor) -> None:
    we.arm('{"fault": "income_total_off_by_one", ' + ON_TUESDAY + "}")
    until(we, night(TUESDAY))
    earned = sum(numbers(we.read("06", on=TUESDAY), "VolOfDividendforReinvestment"))

    assert numbers(we.read("07", on=TUESDAY), "FundDayIncome") == [earned + 1]
    we.take_away()
    pull(we, "07", on=TUESDAY)
    look(we)
    assert we.index(on=TUESDAY, number=3) == ["OFD_99_H0_20150512_07.TXT"]
    assert numbers(we.read("07", on=TUESDAY), "FundDayIncome") == [earned]
    we.take_away()
    until(we, shanghai_at(WEDNESDAY, hour=8))
    assert we.waiting() == []


def test_a_fen_too_many_is_put_right_after_four_hours(we: Distributor) -> None:
    we.arm('{"fault": "income_total_off_by_one", ' + ON_TUESDAY + "}")
    until(we, night(TUESDAY))
    told = numbers(we.read("07", on=TUESDAY), "FundDayIncome")
    we.take_away()
    until(we, shanghai_at(WEDNESDAY, hour=5, minute=29))
    assert we.waiting() == []
    until(we, shanghai_at(WEDNESDAY, hour=5, minute=30))

    assert numbers(we.read("07", on=TUESDAY), "FundDayIncome") == [told[0] - 1]


def test_a_truncated_file_is_cut_and_whole_when_asked_for_again(we: Distributor) -> None:
    we.arm('{"fault": "file_truncated", "on": "2015-05-13", "params": {"type": 5}}')
    until(we, night(TUESDAY))

    with pytest.raises(Truncated):
        we.read("05", on=TUESDAY)
    assert len(we.read("06", on=TUESDAY)) == 4
    we.take_away()
    pull(we, "05", on=TUESDAY)
    look(we)
    assert len(we.read("05", on=TUESDAY)) == 4


def test_a_file_of_the_wrong_date_says_the_day_before_in_header_and_records(
    we: Distributor,
) -> None:
    we.arm('{"fault": "file_wrong_date", "on": "2015-05-13", "params": {"type": 7}}')
    until(we, night(TUESDAY))

    with opened(we.folder.outbox / "OFD_99_H0_20150512_07.TXT") as source:
        file = read_header(source)
        (record,) = read_rows(file)
    assert file.header.on == MONDAY
    assert record["UpdateDate"] == "20150511"


def test_a_replayed_file_comes_as_it_was_under_todays_index(we: Distributor) -> None:
    until(we, night(TUESDAY))
    before = we.take_away()
    we.arm('{"fault": "file_replayed", "on": "2015-05-14", "params": {"type": 6}}')
    until(we, night(WEDNESDAY))

    old = "OFD_99_H0_20150512_06.TXT"
    named = we.index(on=WEDNESDAY, number=2)
    assert [parse_name(name).render() for name in named][-1] == old
    assert len(named) == 4
    assert we.take_away()[old] == before[old]


def test_a_duplicate_waits_until_the_first_is_taken_and_has_its_bytes(we: Distributor) -> None:
    we.arm('{"fault": "file_duplicate", "on": "2015-05-13", "params": {"type": 5}}')
    until(we, night(TUESDAY))
    first = we.take_away()
    assert "OFI_99_H0_20150512_002.TXT" in first
    look(we)
    second = we.take_away()

    name = "OFD_99_H0_20150512_05.TXT"
    assert sorted(second) == [name, "OFI_99_H0_20150512_003.TXT"]
    assert second[name] == first[name]


def test_late_files_come_hours_later(we: Distributor) -> None:
    we.arm(
        '{"fault": "nav_late", "on": "2015-05-13", "params": {"hours": 3}}',
        '{"fault": "file_late", "on": "2015-05-14", "params": {"type": 4}}',
    )
    until(we, night(TUESDAY))
    assert we.waiting() == []
    until(we, shanghai_at(WEDNESDAY, hour=4, minute=30))
    assert len(we.take_away()) == 4
    until(we, morning(THURSDAY))
    # Wednesday's own answers and figures; Thursday's answers come at eleven.
    assert not any("20150514" in name for name in we.take_away())
    until(we, shanghai_at(THURSDAY, hour=11))
    assert we.read("04", on=THURSDAY) == []


def test_each_third_answer_comes_a_day_later(we: Distributor) -> None:
    we.arm('{"fault": "confirmation_partial", "on": "2015-05-13"}')
    we.send([order_of(10 + n, size=10_000, on=TUESDAY) for n in range(6)], on=TUESDAY)
    until(we, morning(WEDNESDAY))
    assert len(we.read("04", on=WEDNESDAY)) == 4
    assert numbers(we.read("25", on=WEDNESDAY), "ConfirmedAmount") == [40_000]
    we.take_away()
    until(we, morning(THURSDAY))

    assert len(we.read("04", on=THURSDAY)) == 2


def test_holders_get_others_fen_and_the_files_agree_with_each_other(we: Distributor) -> None:
    we.arm('{"fault": "holder_income_off", "on": "2015-05-13", "params": {"fen": 3}}')
    until(we, night(TUESDAY))
    earned = numbers(we.read("06", on=TUESDAY), "VolOfDividendforReinvestment")
    (rate,) = numbers(we.read("07", on=TUESDAY), "FundIncome")
    total = sum(SIZES) * rate // 10**9

    assert sum(earned) == total
    assert numbers(we.read("07", on=TUESDAY), "FundDayIncome") == [total]
    usual = [size * rate // 10**9 for size in SIZES]
    assert earned[0] - usual[0] in {3, 4}
    assert earned[1] - usual[1] in {-3, -2}
    units = numbers(we.read("05", on=TUESDAY), "TotalVolOfDistributorInTA")
    assert units == [size + fen for size, fen in zip(SIZES, earned, strict=True)]


def test_a_total_that_follows_the_holders_or_contradicts_them_at_first(we: Distributor) -> None:
    we.arm(
        '{"fault": "holder_income_off", "on": "2015-05-13", "params": {"fen": 5, "total": 1}}',
        '{"fault": "holder_income_off", "on": "2015-05-14", "params": {"fen": 5, "total": 2}}',
    )
    earned = 0
    for on, off in ((TUESDAY, 0), (WEDNESDAY, -5)):
        until(we, night(on))
        earned = sum(numbers(we.read("06", on=on), "VolOfDividendforReinvestment"))
        assert numbers(we.read("07", on=on), "FundDayIncome") == [earned + off]
        we.take_away()
    pull(we, "07", on=WEDNESDAY)
    look(we)
    assert numbers(we.read("07", on=WEDNESDAY), "FundDayIncome") == [earned]


def test_a_loss_has_no_records_of_incomes(we: Distributor) -> None:
    we.arm('{"fault": "income_negative", "on": "2015-05-13"}')
    until(we, night(TUESDAY))

    assert we.read("06", on=TUESDAY) == []
    assert numbers(we.read("07", on=TUESDAY), "FundIncome") == [-62_280]
    (loss,) = numbers(we.read("07", on=TUESDAY), "FundDayIncome")
    units = numbers(we.read("05", on=TUESDAY), "TotalVolOfDistributorInTA")
    assert loss == -(sum(SIZES) * 62_280 // 10**9)
    assert sum(units) == sum(SIZES) + loss


def test_the_status_shuts_redemptions_and_a_gate_defers_them(we: Distributor) -> None:
    we.arm(
        '{"fault": "redemption_suspended", "on": "2015-05-13"}',
        '{"fault": "redemption_gate", "on": "2015-05-13"}',
    )
    out = order_of(9, ManagerSide.REDEEM, size=1_000_000, on=TUESDAY, of=101)
    we.send([out], on=TUESDAY)
    until(we, morning(WEDNESDAY))

    assert we.read("07", on=TUESDAY)[0]["FundStatus"] == "6"
    (cut,) = we.read("04", on=WEDNESDAY)
    assert (cut["ReturnCode"], cut["BusinessFinishFlag"]) == ("0000", "0")
    assert cut["ApplicationVol"] == 1_000_000
    let = numbers([cut], "ConfirmedVol")[0]
    assert let in {134_121 + n for n in range(-3, 20)}
    rest = order_of(9, ManagerSide.REDEEM, size=1_000_000 - let, on=WEDNESDAY, of=101)
    we.send([rest], on=WEDNESDAY)
    until(we, morning(THURSDAY))
    assert numbers(we.read("04", on=THURSDAY), "ConfirmedVol") == [1_000_000 - let]


def test_nobody_answers_while_the_agent_is_down(we: Distributor) -> None:
    begins, ends = shanghai_at(TUESDAY, hour=15), shanghai_at(TUESDAY, hour=17)
    we.arm(f'{{"fault": "manager_down", "from": "{begins.isoformat()}", "params": {{"hours": 2}}}}')
    stem = we.send([order_of(9, size=10_000, on=TUESDAY)], on=TUESDAY)
    (we.folder.outbox / "CLOCK.TXT").unlink()
    until(we, shanghai_at(TUESDAY, hour=15, minute=5))

    assert we.waiting() == ["DOWN.TXT"]
    told = (we.folder.outbox / "DOWN.TXT").read_text().strip()
    assert told == ends.astimezone(SHANGHAI).isoformat()
    assert not (we.folder.outbox / "CLOCK.TXT").exists()
    until(we, ends)
    assert we.waiting() == [f"ACK_{stem}.TXT"]
    assert (we.folder.outbox / "CLOCK.TXT").exists()


def test_a_counted_fault_spoils_so_many_batches(we: Distributor) -> None:
    begins = morning(TUESDAY).isoformat()
    we.arm(f'{{"fault": "file_truncated", "from": "{begins}", "remaining": 2}}')
    spoiled = []
    for at, on, file_type in (
        (night(TUESDAY), TUESDAY, "07"),
        (morning(WEDNESDAY), WEDNESDAY, "04"),
        (night(WEDNESDAY), WEDNESDAY, "07"),
    ):
        until(we, at)
        try:
            we.read(file_type, on=on)
            spoiled.append(False)
        except Truncated:
            spoiled.append(True)
        we.take_away()
    assert spoiled == [True, True, False]


def test_what_will_not_strike_again_is_told(we: Distributor) -> None:
    begins = morning(TUESDAY).isoformat()
    told = [
        f'{{"fault_id": "{fault}", "fault": "{fault}", "from": "{begins}"}}'
        for fault in ("file_truncated", "income_negative", "redemption_gate", "manager_down")
    ]
    we.arm(*told)
    until(we, night(TUESDAY))
    spent = (we.folder.outbox / "SPENT.TXT").read_text().split()

    assert spent == ["file_truncated", "income_negative", "manager_down"]


def test_a_file_that_never_was_cannot_be_asked_for(we: Distributor) -> None:
    wish = pull(we, "07", on=THURSDAY)
    (we.folder.inbox / "PULL_20150514_07_2.TXT").write_text("nonsense")
    look(we)

    assert we.waiting() == ["NAK_" + "PULL_20150514_07_2.TXT", f"NAK_{wish}"][::-1]
    assert list(we.folder.inbox.iterdir()) == []


def test_faults_of_another_fund_and_lines_that_are_none_do_nothing(we: Distributor) -> None:
    we.arm('{"fault": "income_negative", "target": "990002", "on": "2015-05-13"}')
    until(we, night(TUESDAY))
    assert numbers(we.read("07", on=TUESDAY), "FundIncome")[0] > 0
    assert we.read("07", on=TUESDAY)[0]["FundCode"] == FUND
    we.take_away()
    we.arm("nonsense")
    until(we, night(WEDNESDAY))
    assert len(we.read("07", on=WEDNESDAY)) == 1
