"""A fund house whose orders wait for the transfer agent's answer, and the agent's files of them.

Orders, holdings and the event of each order's sending are written as the platform stores them, with
all indexes; only the way there is shorter. The files come out of the exchange library, in the
agent's own order, so many shards by the last digits of the customer's number.
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

from huoqi.events.columns import EventColumns
from huoqi.events.operations import emit_columns
from huoqi.fund.calendars.xshg import xshg
from huoqi.fund.managers.files.rules.matching import serial_numbers
from huoqi.fund.ofd.dictionaries import shipped
from huoqi.fund.ofd.rules.columns import Columns, NumberColumn, TextColumn
from huoqi.fund.ofd.rules.headers import Header, digits_of_date
from huoqi.fund.ofd.rules.layouts import all_fields
from huoqi.fund.ofd.rules.names import DataName
from huoqi.fund.ofd.writing import DataFileWriter
from huoqi.fund.products import HUOQIBAO
from huoqi.fund.shelf import load_calendar, open_fund
from huoqi.kit.copying import Cells, as_items, binary_rows
from huoqi.kit.dates import days_since_2000, micros_since_2000
from huoqi.kit.db import Database, Work
from huoqi.kit.id_columns import IdColumn, derived_ids, id_column, id_texts
from huoqi.ledger.operations import set_up_shards
from huoqi.payments.operations import open_clearing_accounts

FUND, T_DAY, CONFIRMED_ON = HUOQIBAO.fund, date(2015, 5, 11), date(2015, 5, 12)
SHARDS = 2
FIRST_CUSTOMER = 100_000
HELD_E2 = 1_000_000
_ROWS_AT_ONCE = 50_000
_ORDER = """
    COPY fund_order (shard, order_id, customer_no, fund, side, speed, origin, takes_all, state,
        amount_fen, card_id, money_order_id, placed_at, t_day, confirm_on, earns_on, visible_on,
        paid_at, sent_at) FROM STDIN (FORMAT binary)
"""
_HOLDING = """
    COPY holding (shard, fund, customer_no, opened_on, as_of_on, units_e2)
    FROM STDIN (FORMAT binary)
"""
Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Orders:
    """Purchases that were sent, by the order of their ids."""

    ids: IdColumn
    customers: Int64
    amounts_fen: Int64


def found(work: Work) -> None:
    """Open shards, accounts, the calendar and the fund."""
    open_clearing_accounts(work, shards=set_up_shards(work, count=SHARDS))
    load_calendar(work, xshg())
    open_fund(work, HUOQIBAO, shards=SHARDS)


def fill(database: Database, *, trades: int, placed_at: datetime) -> Orders:
    """Write the day's purchases, the holdings of those who have one, and what was told of them."""
    dice = np.random.default_rng(20150511)
    customers = FIRST_CUSTOMER + dice.integers(0, max(1, trades * 4 // 5), trades)
    orders = Orders(_ids(trades, placed_at), customers, dice.integers(100, 5_000_000, trades))
    with database.connection() as conn:
        conn.execute("SET LOCAL synchronous_commit = off")
    for start in range(0, trades, _ROWS_AT_ONCE):
        part = slice(start, start + _ROWS_AT_ONCE)
        some = Orders(orders.ids[part], orders.customers[part], orders.amounts_fen[part])
        database.run(lambda work: _write_orders(work, some, at=placed_at))  # noqa: B023 - at once
    holders = np.unique(customers)
    holders = holders[dice.random(len(holders)) < 0.5]
    database.run(lambda work: _write_holdings(work, holders))
    return orders


def _ids(count: int, at: datetime) -> IdColumn:
    """Return ids as they are made over the hours of a day: a millisecond each, and noise."""
    ids = id_column(secrets.token_bytes(16 * count)).copy()
    step_ms = max(1, 6 * 3_600_000 // count)
    moments = int(at.timestamp() * 1000) + np.arange(count) * step_ms
    ids[:, :6] = moments.astype(">u8").view(np.uint8).reshape(-1, 8)[:, 2:]
    ids[:, 6] = ids[:, 6] & 0x0F | 0x70
    ids[:, 8] = ids[:, 8] & 0x3F | 0x80
    return ids


def _write_orders(work: Work, orders: Orders, *, at: datetime) -> None:
    count = len(orders.customers)
    t_day, confirm_on, visible_on = (
        (days_since_2000(T_DAY) + ahead).to_bytes(4, "big") for ahead in (0, 1, 2)
    )
    instant = micros_since_2000(at).to_bytes(8, "big")
    columns: list[Cells] = [
        (orders.customers % SHARDS).astype(">i2"),
        as_items(orders.ids),
        orders.customers.astype(">i8"),
        FUND.encode(),
        b"purchase",
        b"normal",
        b"customer",
        b"\0",
        b"sent",
        orders.amounts_fen.astype(">i8"),
        as_items(derived_ids(orders.ids, action="card")),
        as_items(derived_ids(orders.ids, action="money")),
        instant,
        t_day,
        confirm_on,
        confirm_on,
        visible_on,
        instant,
        instant,
    ]
    work.copy_in(_ORDER, binary_rows(columns, count=count))
    texts = id_texts(orders.ids).view(np.uint8).reshape(count, -1)
    data = np.hstack([_all(b'{"order_id":"', count), texts, _all(b'","state":"sent"}', count)])
    emit_columns(
        work, EventColumns("fund.purchase.sent", orders.ids, orders.customers, orders.ids, data)
    )


def _all(text: bytes, count: int) -> npt.NDArray[np.uint8]:
    return np.tile(np.frombuffer(text, dtype=np.uint8), (count, 1))


def _write_holdings(work: Work, holders: Int64) -> None:
    on = days_since_2000(T_DAY).to_bytes(4, "big")
    columns: list[Cells] = [
        (holders % SHARDS).astype(">i2"),
        FUND.encode(),
        holders.astype(">i8"),
        on,
        on,
        HELD_E2.to_bytes(8, "big"),
    ]
    work.copy_in(_HOLDING, binary_rows(columns, count=len(holders)))


def write_files(folder: Path, orders: Orders, *, files: int) -> list[Path]:
    """Write the agent's answers, every purchase confirmed whole; return the files' paths."""
    header = Header(
        "21", "996", "H0", CONFIRMED_ON, "04",
        all_fields("04", version="21", dictionaries=shipped()),
    )  # fmt: skip
    paths = []
    for shard in range(files):
        path = folder / DataName("996", "H0", CONFIRMED_ON, "04", shard=shard).render()
        rows = np.flatnonzero(orders.customers % files == shard)
        rows = rows[np.random.default_rng(shard).permutation(len(rows))]
        with DataFileWriter(path, header) as writer:
            for start in range(0, len(rows), _ROWS_AT_ONCE):
                writer.write_columns(_answers(orders, rows[start : start + _ROWS_AT_ONCE]))
        paths.append(path)
    return paths


def _answers(orders: Orders, rows: Int64) -> Columns:
    high, low = serial_numbers(orders.ids[rows])
    serials = np.char.add(as_digits(high, 8), as_digits(low, 16))
    amounts = NumberColumn(orders.amounts_fen[rows])
    return {
        "AppSheetSerialNo": TextColumn(serials),
        "TransactionCfmDate": same_text(digits_of_date(CONFIRMED_ON), len(rows)),
        "TransactionDate": same_text(digits_of_date(T_DAY), len(rows)),
        "ConfirmedVol": amounts,
        "ConfirmedAmount": amounts,
        "ApplicationAmount": amounts,
        "FundCode": same_text(FUND, len(rows)),
        "ReturnCode": same_text("0000", len(rows)),
        "BusinessCode": same_text("122", len(rows)),
        "TransactionAccountID": TextColumn(as_digits(orders.customers[rows], 17)),
        "TASerialNO": TextColumn(as_digits(rows, 20)),
        "BusinessFinishFlag": same_text("1", len(rows)),
        "FromTAFlag": same_text("0", len(rows)),
        "CurrencyType": same_text("156", len(rows)),
    }


def as_digits(numbers: Int64, width: int) -> npt.NDArray[np.bytes_]:
    """Return numbers as so many digits."""
    return np.char.zfill(numbers.astype(f"S{width}"), width)


def same_text(text: str, count: int) -> TextColumn:
    """Return a column of one text."""
    return TextColumn(np.full(count, text.encode(), dtype=f"S{len(text)}"))
