"""Exchange files as a transfer agent would write them, read back into columns and records."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from uuid import UUID

from huoqi.fund.managers.files.rules.parties import Parties
from huoqi.fund.managers.port import ManagerOrder, ManagerSide
from huoqi.fund.ofd.reading import DataFile, read_columns, read_header, read_rows
from huoqi.fund.ofd.rules.columns import Columns
from huoqi.fund.ofd.rules.records import Record
from huoqi.fund.ofd.sources import BytesSource
from huoqi.fund.ofd.writing import render_file
from tests.fund.ofd.samples import header_of

FUND = "990001"
FILE = "OFD_99_H0_20150512_04.TXT"
T_DAY = date(2015, 5, 11)
CONFIRMED_ON = date(2015, 5, 12)
SUBMITTED_AT = datetime(2015, 5, 11, 2, 30, 5, tzinfo=UTC)
US = Parties(distributor="H0", transfer_agent="99")


def order_of(
    number: int,
    side: ManagerSide = ManagerSide.PURCHASE,
    *,
    amount_fen: int = 0,
    units_e2: int = 0,
    counter_no: int | None = None,
) -> ManagerOrder:
    """Return an order of customer 100 + its number."""
    return ManagerOrder(
        order_id=UUID(int=number),
        fund=FUND,
        side=side,
        customer_no=100 + number,
        amount_fen=amount_fen,
        units_e2=units_e2,
        t_day=T_DAY,
        submitted_at=SUBMITTED_AT,
        counter_no=counter_no,
    )


def file_of(file_type: str, records: Sequence[Record]) -> DataFile:
    """Return a file of such records, written and read by the protocol."""
    return read_header(BytesSource(FILE, render_file(header_of(file_type), records)))


def columns_of(file_type: str, records: Sequence[Record], names: Sequence[str]) -> Columns:
    """Return the needed columns of such records."""
    return read_columns(file_of(file_type, records), names)


def records_of(file_type: str, records: Sequence[Record]) -> list[Record]:
    """Return such records as they are read, every field said."""
    return list(read_rows(file_of(file_type, records)))
