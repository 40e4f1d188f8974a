"""A day's files as a transfer agent would write them, by hand: no agent is at work."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from huoqi.fund.managers.drop.folder import Folder, index_name, write_whole
from huoqi.fund.managers.files.rules.parties import transaction_account_of
from huoqi.fund.ofd.dictionaries import shipped
from huoqi.fund.ofd.rules.headers import Header, Index, digits_of_date, render_index
from huoqi.fund.ofd.rules.layouts import all_fields
from huoqi.fund.ofd.rules.names import DataName
from huoqi.fund.ofd.rules.records import Record
from huoqi.fund.ofd.writing import render_file
from tests.close.world import FUND
from tests.fund.managers.drop.meeting import US

THEM = US.transfer_agent
#: Account, units that earn on a day, and its income.
HOLDERS = ((100, 1_000_000, 132), (101, 2_000_000, 264), (103, 50_000, 7))
U_E2 = sum(units for _, units, _ in HOLDERS)
F_FEN = sum(income for _, _, income in HOLDERS)


def header(file_type: str, *, on: date, batch_no: int, receiver: str = US.distributor) -> Header:
    return Header(
        version="21",
        creator=THEM,
        receiver=receiver,
        on=on,
        file_type=file_type,
        fields=tuple(all_fields(file_type, version="21", dictionaries=shipped())),
        summary_no=f"{batch_no:03}",
        sender=THEM,
        recipient=receiver,
    )


def records(on: date) -> Mapping[str, list[Record]]:
    """Return the records of a day's three files, which agree with each other."""
    digits = digits_of_date(on)
    return {
        "07": [
            {
                "FundCode": FUND,
                "UpdateDate": digits,
                "FundStatus": "0",
                "NAV": 10_000,
                "FundIncome": 132_010,
                "Yield": 480_000,
                "TotalFundVol": U_E2,
                "FundDayIncome": F_FEN,
                "NextTradeDate": "",
            }
        ],
        "06": [
            {
                "FundCode": FUND,
                "TransactionAccountID": transaction_account_of(account),
                "BasisforCalculatingDividend": units,
                "VolOfDividendforReinvestment": income,
                "DividentDate": digits,
                "ReturnCode": "0000",
            }
            for account, units, income in HOLDERS
        ],
        "05": [
            {
                "FundCode": FUND,
                "TransactionAccountID": transaction_account_of(account),
                "TotalVolOfDistributorInTA": units + income,
                "DetailFlag": "0",
            }
            for account, units, income in HOLDERS
        ],
    }


def files(on: date, *, batch_no: int = 1) -> dict[str, bytes]:
    """Return a day's files by their names."""
    return {
        DataName(THEM, US.distributor, on, file_type).render(): render_file(
            header(file_type, on=on, batch_no=batch_no), rows
        )
        for file_type, rows in records(on).items()
    }


def index(on: date, names: Sequence[str], *, batch_no: int = 1) -> tuple[str, bytes]:
    """Return an index that names files, and its own name."""
    said = Index("21", THEM, US.distributor, on, tuple(names))
    name = index_name(THEM, US.distributor, on=on, batch_no=batch_no)
    return name, render_index(said, dictionaries=shipped())


def put(folder: Folder, data: Mapping[str, bytes]) -> None:
    """Put files into the inbox, as they are."""
    folder.make()
    for name, content in data.items():
        write_whole(folder.inbox / name, content)


def left_in(path: Path) -> list[str]:
    return sorted(each.name for each in path.iterdir() if not each.name.startswith("."))
