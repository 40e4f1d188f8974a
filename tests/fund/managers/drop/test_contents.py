"""What a file says by the fields that its own header names."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from huoqi.fund.managers.drop.contents import Contents, records_of
from huoqi.fund.managers.files.rules import accounts, cash, fund_days
from huoqi.fund.ofd.dictionaries import shipped
from huoqi.fund.ofd.rules.headers import digits_of_date
from huoqi.fund.ofd.rules.layouts import FieldUnknown
from huoqi.fund.ofd.rules.records import Record
from huoqi.fund.ofd.writing import render_file
from tests.close.world import FUND
from tests.fund.managers.drop.written import header, records

ON = date(2015, 5, 12)
CONTENTS = Contents(frozenset({FUND}))
PAID: Record = {
    "FundCode": FUND,
    "TransactionCfmDate": digits_of_date(ON),
    "CurrencyType": "156",
    "ConfirmedAmount": 700,
    "BusinessCode": "122",
}
OPENED: Record = {
    "AppSheetSerialNo": "1",
    "TransactionAccountID": "00000000000000100",
    "BusinessCode": "101",
    "ReturnCode": "0000",
    "TAAccountID": "A1",
}
RECORDS: dict[str, Record] = {"07": records(ON)["07"][0], "25": PAID, "02": OPENED}
NEEDED = {"07": fund_days.NEEDED, "25": cash.NEEDED, "02": accounts.NEEDED}


def written(folder: Path, file_type: str, fields: tuple[str, ...]) -> Path:
    path = folder / f"OFD_99_H0_{digits_of_date(ON)}_{file_type}.TXT"
    short = replace(header(file_type, on=ON, batch_no=1), fields=fields)
    record = {name: value for name, value in RECORDS[file_type].items() if name in fields}
    path.write_bytes(render_file(short, [record], dictionaries=shipped()))
    return path


def read(path: Path, file_type: str) -> None:
    """Read as the adapter does; of type 02 what was asked comes first."""
    if file_type == "02":
        records_of(path, accounts.NEEDED)
    CONTENTS.check(path, file_type=file_type, on=ON)


@pytest.mark.parametrize(
    ("file_type", "missing"), [(each, name) for each, all_ in NEEDED.items() for name in all_]
)
def test_a_header_without_a_needed_field_is_refused_by_name(
    tmp_path: Path, file_type: str, missing: str
) -> None:
    own = tuple(header(file_type, on=ON, batch_no=1).fields)
    left_out = {missing, f"{missing}Flag"}
    path = written(tmp_path, file_type, tuple(name for name in own if name not in left_out))

    with pytest.raises(FieldUnknown, match=missing):
        read(path, file_type)


def test_limits_that_are_not_told_are_no_limits(tmp_path: Path) -> None:
    signs = ("FundIncomeFlag", "YieldFlag", "FundDayIncomeFlag")
    own = header("07", on=ON, batch_no=1).fields
    short = tuple(name for name in own if name in (*fund_days.NEEDED, *signs))
    path = written(tmp_path, "07", short)

    assert CONTENTS.fund_days(path, on=ON)[FUND].limits == {}
