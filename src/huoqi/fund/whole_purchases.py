"""Purchases that are confirmed whole, by the thousand: what nearly all answers of a day are.

Each statement works on all of them, and rows go to the database ready to be stored. What comes of
it is what ``record_confirmations`` makes of the same answers one by one; whatever is not as plain
as that is left to it.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import cast

import numpy as np
import numpy.typing as npt

from huoqi.events.columns import EventColumns
from huoqi.events.operations import emit_columns
from huoqi.fund._store import clearing as store
from huoqi.fund._store.clearing import Int64, Staged
from huoqi.fund.confirmations import not_published
from huoqi.fund.holdings import first_open_day
from huoqi.fund.postings import FundCode, control_accounts
from huoqi.fund.rules.order_states import PurchaseEvent, PurchaseState, next_purchase_state
from huoqi.fund.shelf import terms_of_fund
from huoqi.kit.copying import padded_numbers
from huoqi.kit.dates import date_of_days, days_since_2000
from huoqi.kit.db import Work
from huoqi.kit.id_columns import IdColumn, derived_ids, id_texts
from huoqi.kit.stopwatch import Stopwatch
from huoqi.ledger.bulk import TransferColumns
from huoqi.ledger.operations import post_columns
from huoqi.ledger.rules.chart import AccountKind, fund_asset
from huoqi.ledger.rules.transfers import TransferKind

_AMOUNT_WIDTH = 19
_Cells = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Piece:
    """Answers of one lane and day that confirm purchases whole, and which rows they were.

    New holdings begin on ``opens_on``, the first day of all answers of which these are some.
    """

    staged: Staged
    units_e2: Int64
    rows: Int64
    opens_on: date
    lane: int


def confirm_whole(work: Work, piece: Piece, *, watch: Stopwatch) -> Int64:
    """Confirm the purchases of a piece; return which of them stood as was expected.

    The others are not touched. The events are told when the unit of work commits.
    """
    staged, units_e2 = piece.staged, piece.units_e2
    first_open_on = first_open_day(work, fund=staged.fund)
    if first_open_on is not None and staged.on < first_open_on:
        return np.empty(0, dtype=np.int64)
    fund_no = terms_of_fund(work, fund=staged.fund).product.fund_no
    assert staged.shard < 2**15
    state = next_purchase_state(PurchaseState.SENT, event=PurchaseEvent.MANAGER_CONFIRMED)
    assert state is PurchaseState.CONFIRMED, "what the statement writes"
    with watch("orders"):
        places = store.confirm(work, staged)
    if not len(places):
        return places
    if len(places) < len(units_e2):
        staged, units_e2 = _chosen(staged, places), units_e2[places]
    with watch("holdings"):
        opens_on = not_published(piece.opens_on, first_open_on=first_open_on)
        store.open_holdings(work, staged, opens_on=opens_on)
    with watch("units"):
        cause_ids = derived_ids(staged.order_ids, action=f"fund.confirmed.{staged.on.isoformat()}")
        store.add_events(work, staged, event_ids=cause_ids, units_e2=units_e2)
    with watch("ledger"):
        transfer_ids = derived_ids(cause_ids, action="fund.purchase_units")
        _post(work, staged, transfer_ids=transfer_ids, units_e2=units_e2, fund_no=fund_no)
    with watch("events"):
        emit_columns(work, _events(staged, transfer_ids=transfer_ids))
    return places


def _chosen(staged: Staged, places: Int64) -> Staged:
    columns = ("order_ids", "customers", "amounts_fen", "t_days")
    return replace(staged, **{name: getattr(staged, name)[places] for name in columns})


def _post(
    work: Work, staged: Staged, *, transfer_ids: IdColumn, units_e2: Int64, fund_no: int
) -> None:
    """Post a transfer a purchase into the control account of all holdings."""
    shard, count = staged.shard, len(units_e2)
    issuance = control_accounts(fund_no, shards=[shard], kind=AccountKind.FUND_ISSUANCE)[shard]
    holders = control_accounts(fund_no, shards=[shard])[shard]

    def all_of(value: int) -> Int64:
        return np.full(count, value, dtype=np.int64)

    columns = TransferColumns(
        shard=shard,
        ids=transfer_ids.tobytes(),
        kinds=all_of(TransferKind.POST),
        debits=all_of(issuance),
        credits=all_of(holders),
        amounts=units_e2,
        assets=all_of(fund_asset(fund_no)),
        codes=all_of(FundCode.PURCHASE_UNITS),
        days=all_of(days_since_2000(staged.on)),
    )
    codes = post_columns(work, columns).codes
    assert not codes.any(), f"PURCHASE_UNITS: {codes[codes != 0][:1]}"


def _events(staged: Staged, *, transfer_ids: IdColumn) -> EventColumns:
    """Return what the log is told of each purchase, as ``emit_orders`` tells it."""
    count, on = len(staged.customers), staged.on.isoformat()
    amounts = padded_numbers(staged.amounts_fen, width=_AMOUNT_WIDTH)
    t_days, which = np.unique(staged.t_days, return_inverse=True)
    dates = [date_of_days(days).isoformat().encode() for days in t_days.tolist()]
    ids = id_texts(staged.order_ids).view(np.uint8).reshape(count, -1)
    visible = date_of_days(days_since_2000(staged.on) + 1).isoformat()
    parts: list[str | _Cells] = [
        '{"order_id":"',
        ids,
        f'","fund":"{staged.fund}","state":"confirmed","t_day":"',
        np.array(dates).view(np.uint8).reshape(len(dates), -1)[which],
        f'","confirm_on":"{on}","earns_from":"{on}","visible_on":"{visible}","amount_fen":',
        amounts,
        ',"done_fen":',
        amounts,
        "}",
    ]
    return EventColumns(
        type=f"fund.purchase.{PurchaseState.CONFIRMED}",
        object_ids=staged.order_ids,
        customers=staged.customers,
        transfer_ids=transfer_ids,
        data=np.hstack([_cells(part, count=count) for part in parts]),
    )


def _cells(part: str | _Cells, *, count: int) -> _Cells:
    if not isinstance(part, str):
        return part
    row = np.frombuffer(part.encode(), dtype=np.uint8)
    return cast(_Cells, np.broadcast_to(row, (count, row.size)))
