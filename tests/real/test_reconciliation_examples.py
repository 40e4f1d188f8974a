"""The published day of thirteen references: each class of three-way matching once."""

import csv
import os
from datetime import date
from pathlib import Path

import pytest

from huoqi.close.reconcile.columns import reconcile
from huoqi.close.reconcile.rules.classes import Finding, Match, OrderSide
from huoqi.payments.rules.reducer import DEAD, Event, State
from huoqi.payments.rules.reducer import reduce as reduced
from tests.close.reconcile.oracle import Answer, Entry, Order, findings, sides

SHARED = Path(os.environ.get("HUOQI_SHARED", Path(__file__).parents[2].parent / "shared"))
DATA = SHARED / "data" / "payments" / "recon"
pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason=f"LOUD: no acceptance data at {DATA}; set HUOQI_SHARED"
)
# The statements of a day are taken in before it is matched, by which an open order ends.
LEARNED = {
    Match.MATCHED: Event.S_BOOKED,
    Match.MISSING_IN_BANK: Event.S_ABSENT_FINAL,
    Match.BANK_RETURNED: Event.S_RETURNED,
}


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def read() -> tuple[list[Order], list[Entry], list[Answer]]:
    orders = [
        Order(
            row["ref"],
            OrderSide(
                date.fromisoformat(row["value_date"]),
                int(row["amount_fen"]),
                is_dead=State(row["order_state"]) in DEAD,
            ),
            is_payout=row["direction"] == "PAYOUT",
        )
        for row in rows("ledger.csv")
    ]
    entries = [
        Entry(
            row["ref"],
            int(row["amount_fen"]),
            date.fromisoformat(row["booking_date"]),
            is_payout=row["direction"] == "PAYOUT",
            is_reversal=row["reversal"] == "1",
        )
        for row in rows("bank.csv")
    ]
    answers = [
        Answer(
            row["ref"],
            int(row["amount_fen"]),
            date.fromisoformat(row["confirm_date"]),
            is_confirmed=row["status"] == "CONFIRMED",
        )
        for row in rows("fund.csv")
    ]
    return orders, entries, answers


def expected() -> dict[str, Finding]:
    return {
        row["ref"]: Finding(
            Match[row["class"]], int(row["difference_fen"]) if row["difference_fen"] else None
        )
        for row in rows("expected.csv")
    }


def test_each_reference_is_of_its_published_class_and_difference() -> None:
    assert findings(*read()) == expected()


def test_the_columns_find_the_same_thirteen() -> None:
    orders, entries, answers = read()
    ours, theirs, funds = sides(orders, entries, answers)

    done = reconcile(ours, entries=theirs, answers=funds)

    told = {
        (orders[f.order] if f.order is not None else entries[f.entry or 0]).ref: f.finding
        for f in done.found()
    }
    published = expected()
    assert told == {ref: f for ref, f in published.items() if f.match is not Match.MATCHED}
    assert done.counts[Match.MATCHED] == 2


def test_each_order_ends_in_its_published_state() -> None:
    found = expected()
    for row in rows("ledger.csv"):
        state = State(row["order_state"])
        event = LEARNED.get(found[row["ref"]].match)
        after = reduced(state, event).state if event else state
        published = next(each for each in rows("expected.csv") if each["ref"] == row["ref"])
        assert after == published["order_state_after"], row["ref"]
