from uuid import UUID

import pytest

from huoqi.fund.managers.files.rules.accounts import (
    AccountAnswer,
    AccountApplication,
    account_answers,
    application_records,
)
from huoqi.fund.managers.files.rules.parties import ManagerFileWrong, serial_of
from huoqi.fund.ofd.rules.records import Record
from huoqi.fund.ofd.rules.values import Value
from tests.fund.managers.files.told import FILE, SUBMITTED_AT, US, records_of

SAVER = AccountApplication(
    UUID(int=1), 101, "阿不都热依木·买买提", "11010519491231002X", "13800001234", SUBMITTED_AT
)


def answer(**changed: Value) -> Record:
    return {
        "AppSheetSerialNo": serial_of(SAVER.request_id),
        "TransactionAccountID": f"{101:017}",
        "BusinessCode": "101",
        "ReturnCode": "0000",
        "TAAccountID": "990000000001",
        **changed,
    }


def read(*records: Record) -> list[AccountAnswer]:
    return account_answers(records_of("02", records), applications=[SAVER], file=FILE)


def test_an_application_is_written_with_a_name_cut_at_a_whole_letter() -> None:
    (record,) = records_of("01", application_records([SAVER], parties=US))

    assert record["InvestorName"] == "阿不都热依木·买买提"
    assert record["AccountAbbr"] == "阿不都热依木"
    assert record["CertificateNo"] == "11010519491231002X"
    assert (record["TransactionDate"], record["TransactionTime"]) == ("20150511", "103005")
    assert (record["BusinessCode"], record["TransactionAccountID"]) == ("001", f"{101:017}")


def test_an_application_tells_nobody_whom_it_is_for() -> None:
    assert "买买提" not in repr(SAVER)


def test_an_answer_gives_the_account_or_why_there_is_none() -> None:
    assert read(answer()) == [AccountAnswer(UUID(int=1), 101, True, "990000000001", "0000")]
    (refused,) = read(answer(ReturnCode="0123", TAAccountID=""))
    assert (refused.ok, refused.return_code) == (False, "0123")


@pytest.mark.parametrize(
    ("record", "field"),
    [
        (answer(AppSheetSerialNo="1"), "AppSheetSerialNo"),
        (answer(TransactionAccountID=f"{102:017}"), "TransactionAccountID"),
        (answer(BusinessCode="103"), "BusinessCode"),
        (answer(TAAccountID=""), "TAAccountID"),
    ],
)
def test_an_answer_that_cannot_be_is_refused(record: Record, field: str) -> None:
    with pytest.raises(ManagerFileWrong) as told:
        read(record)
    assert told.value.params["field"] == field


def test_an_application_is_answered_once() -> None:
    with pytest.raises(ManagerFileWrong):
        read(answer(), answer())
