from datetime import timedelta
from pathlib import Path

import pytest

from huoqi.fund.managers.files.rules.accounts import AccountApplication, application_records
from huoqi.fund.managers.files.rules.orders import order_records
from huoqi.fund.managers.port import ManagerSide
from huoqi.fund.ofd.rules.headers import Index
from huoqi.fund.ofd.rules.records import Record
from huoqi.fund.ofd.writing import write_index
from tests.sandbox.transfer_agent.folders import (
    MONDAY,
    US,
    Distributor,
    look,
    morning,
    night,
    numbers,
    order_of,
    until,
)

TUESDAY, WEDNESDAY, THURSDAY = (MONDAY + timedelta(days=n) for n in (1, 2, 3))


@pytest.fixture
def we(tmp_path: Path) -> Distributor:
    """Return a distributor whose agent has been told that it is Monday morning."""
    distributor = Distributor(tmp_path)
    until(distributor, morning(MONDAY))
    distributor.take_away()
    return distributor


def answer(we: Distributor, stem: str) -> str:
    """Return how a batch was answered: its mark and its words."""
    for mark in ("ACK", "NAK"):
        path = we.folder.outbox / f"{mark}_{stem}.TXT"
        if path.exists():
            return f"{mark} {path.read_text()}"
    return "nothing"


def test_a_batch_told_again_is_acknowledged_again_and_taken_once(we: Distributor) -> None:
    stem = we.send([order_of(1, size=10_000)])
    bytes_sent = {path.name: path.read_bytes() for path in we.folder.inbox.iterdir()}
    look(we)
    first = answer(we, stem)
    we.take_away()
    for name, data in bytes_sent.items():
        (we.folder.inbox / name).write_bytes(data)
    look(we)

    assert first.startswith("ACK OFD_H0_99_20150511_03.TXT ")
    assert answer(we, stem) == first
    assert list(we.folder.inbox.iterdir()) == []
    until(we, morning(TUESDAY))
    assert len(we.read("04", on=TUESDAY)) == 1


def test_the_same_orders_in_a_later_batch_are_not_taken_twice(we: Distributor) -> None:
    we.send([order_of(1, size=10_000)])
    look(we)
    again = we.send([order_of(1, size=10_000), order_of(2, size=20_000)])
    look(we)

    assert answer(we, again).startswith("ACK")
    until(we, morning(TUESDAY))
    assert numbers(we.read("04", on=TUESDAY), "ConfirmedVol") in (
        [10_000, 20_000],
        [20_000, 10_000],
    )


def test_a_known_number_with_other_content_refuses_the_batch_whole(we: Distributor) -> None:
    we.send([order_of(1, size=10_000)])
    look(we)
    wrong = we.send([order_of(2, size=5), order_of(1, size=10_001)])
    look(we)

    told = answer(we, wrong)
    assert told.startswith("NAK OFD_H0_99_20150511_03.TXT transfer_agent.record_refused")
    assert "record=2" in told
    until(we, morning(TUESDAY))
    assert numbers(we.read("04", on=TUESDAY), "ConfirmedVol") == [10_000]


def test_an_order_answered_whole_does_not_come_again_on_another_day(we: Distributor) -> None:
    we.send([order_of(1, size=10_000)])
    until(we, morning(TUESDAY))
    again = we.send([order_of(1, size=10_000, on=TUESDAY)], on=TUESDAY)
    look(we)

    assert "known of another day" in answer(we, again)


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("FundCode", "990009", "fund"),
        ("BusinessCode", "036", "business"),
        ("CurrencyType", "840", "currency"),
        ("TransactionDate", "20150532", "date"),
        ("TransactionAccountID", "17", "account"),
        ("ApplicationAmount", 0, "nothing"),
        ("AppSheetSerialNo", "", "nothing"),
    ],
)
def test_a_record_that_cannot_be_is_named(
    we: Distributor, field: str, value: str | int, reason: str
) -> None:
    (record,) = order_records([order_of(1, size=10_000)], parties=US)
    changed: Record = {**record, field: value}
    stem = we.send_files({"03": [changed]}, on=MONDAY)
    look(we)

    told = answer(we, stem)
    assert told.startswith("NAK OFD_H0_99_20150511_03.TXT transfer_agent.record_refused")
    assert f"record=1 reason={reason}" in told


def test_a_file_cut_short_refuses_the_batch(we: Distributor) -> None:
    stem = we.send([order_of(1, size=10_000)])
    path = we.folder.inbox / "OFD_H0_99_20150511_03.TXT"
    path.write_bytes(path.read_bytes()[:-30])
    look(we)

    assert answer(we, stem).startswith("NAK OFD_H0_99_20150511_03.TXT ofd.truncated")


def test_an_index_that_names_what_is_not_there_is_refused(we: Distributor) -> None:
    stem = we.send([order_of(1, size=10_000)])
    (we.folder.inbox / "OFD_H0_99_20150511_03.TXT").unlink()
    look(we)

    assert answer(we, stem).startswith("NAK OFD_H0_99_20150511_03.TXT ofd.file_missing")
    assert list(we.folder.inbox.iterdir()) == []


def test_a_batch_for_somebody_else_and_types_that_we_do_not_take_are_refused(
    we: Distributor,
) -> None:
    stem = we.send_files({"05": []}, on=MONDAY)
    index = we.folder.inbox / f"{stem}.TXT"
    look(we)
    assert "reason=type" in answer(we, stem)

    stem = we.send([order_of(1, size=10_000)])
    index = we.folder.inbox / f"{stem}.TXT"
    index.write_bytes(index.read_bytes().replace(b"99       ", b"98       "))
    look(we)
    assert "ofd.foreign_receiver" in answer(we, stem)


def test_accounts_are_opened_with_the_next_answers(we: Distributor) -> None:
    order = order_of(1, size=10_000)
    asked = AccountApplication(
        order.order_id, 101, "李雷", "11010519491231002X", "13800000000", order.submitted_at
    )
    applications = application_records([asked], parties=US)
    records = order_records([order], parties=US)
    stem = we.send_files({"01": applications, "03": records}, on=MONDAY)
    until(we, morning(TUESDAY))

    assert len(answer(we, stem).splitlines()) == 2
    (opened,) = we.read("02", on=TUESDAY)
    assert (opened["BusinessCode"], opened["ReturnCode"]) == ("101", "0000")
    assert opened["TAAccountID"] == "980000000101"
    assert opened["InvestorName"] == ""
    (bought,) = we.read("04", on=TUESDAY)
    assert bought["TAAccountID"] == opened["TAAccountID"]


def test_fast_transfers_move_units_at_once_and_back(we: Distributor) -> None:
    we.send([order_of(1, size=10_000)])
    until(we, night(TUESDAY))
    we.take_away()
    away = order_of(2, ManagerSide.FAST_REDEEM, size=4_000, on=WEDNESDAY, of=101, with_no=7)
    back = order_of(3, ManagerSide.FAST_RETURN, size=1_000, on=WEDNESDAY, of=101, with_no=7)
    stem = we.send([away, back], on=WEDNESDAY)
    until(we, night(WEDNESDAY))

    assert answer(we, stem).startswith("ACK")
    basis = numbers(we.read("06", on=WEDNESDAY), "BasisforCalculatingDividend")
    assert basis[0] == 3_000
    assert basis[1] in {7_001, 7_002}
    assert we.read("04", on=WEDNESDAY) == []


def test_nobody_transfers_more_than_is_there(we: Distributor) -> None:
    we.send([order_of(1, size=10_000)])
    until(we, night(TUESDAY))
    away = order_of(2, ManagerSide.FAST_REDEEM, size=40_000, on=WEDNESDAY, of=101, with_no=7)
    stem = we.send([away], on=WEDNESDAY)
    look(we)

    assert "reason=units" in answer(we, stem)
    until(we, night(WEDNESDAY))
    assert len(we.read("05", on=WEDNESDAY)) == 1


def test_a_transfer_of_a_closed_day_counts_on_the_open_one(we: Distributor) -> None:
    we.send([order_of(1, size=10_000)])
    until(we, night(TUESDAY))
    away = order_of(2, ManagerSide.FAST_REDEEM, size=4_000, on=TUESDAY, of=101, with_no=7)
    we.send([away], on=TUESDAY)
    until(we, night(WEDNESDAY))

    assert numbers(we.read("06", on=WEDNESDAY), "BasisforCalculatingDividend")[0] == 4_000


def test_what_is_only_to_be_taken_lets_no_time_pass(we: Distributor) -> None:
    we.send([order_of(1, size=10_000)])
    until(we, night(TUESDAY))
    we.take_away()
    away = order_of(2, ManagerSide.FAST_REDEEM, size=4_000, on=WEDNESDAY, of=101, with_no=7)
    stem = we.send([away], on=WEDNESDAY)
    we.told = night(THURSDAY).isoformat() + " TAKE"
    look(we)

    assert we.waiting() == [f"ACK_{stem}.TXT"]
    assert (we.folder.outbox / "CLOCK.TXT").read_text() == we.told
    until(we, night(THURSDAY))
    assert numbers(we.read("06", on=WEDNESDAY), "BasisforCalculatingDividend")[0] == 4_000


NONSENSE = (b"", b"nonsense", b"\xff\xfe\x00", b"OFDCFIDX\r\n21  \r\n", b"\r\n" * 50)


@pytest.mark.parametrize("data", NONSENSE)
def test_nonsense_under_any_name_is_answered_or_left_and_harms_nobody(
    we: Distributor, data: bytes
) -> None:
    names = (
        "OFI_H0_99_20150511.TXT",
        "OFI_H0_99_20159999.TXT",
        "PULL_20150511_07_1.TXT",
        "FAULTS.TXT",
        "OFD_H0_99_20150511_03.TXT",
        "letter.doc",
    )
    for name in names:
        (we.folder.inbox / name).write_bytes(data)
    (we.folder.inbox / "OFI_H0_99_20150512.TXT").mkdir()
    until(we, morning(TUESDAY))

    assert answer(we, "OFI_H0_99_20150511").startswith("NAK OFI_H0_99_20150511.TXT ofd.")
    assert (we.folder.outbox / "NAK_PULL_20150511_07_1.TXT").exists()
    assert we.read("04", on=TUESDAY) == []
    (we.folder.inbox / "CLOCK.TXT").write_bytes(data)
    look(we)
    (we.folder.inbox / "OFD_H0_99_20150511_03.TXT").unlink()
    stem = we.send([order_of(1, size=10_000)])
    look(we)
    assert answer(we, stem).startswith("ACK")


@pytest.mark.parametrize("name", ["../OFD_H0_99_20150511_03.TXT", "/etc/hosts", "."])
def test_an_index_reaches_nothing_outside_the_inbox(we: Distributor, name: str) -> None:
    outside = we.root / "OFD_H0_99_20150511_03.TXT"
    outside.write_bytes(b"precious")
    write_index(
        we.folder.inbox / "OFI_H0_99_20150511.TXT", Index("21", "H0", "99", MONDAY, (name,))
    )
    look(we)

    assert outside.read_bytes() == b"precious"
    assert "ofd.file_missing" in answer(we, "OFI_H0_99_20150511")
