"""The statements of the acceptance data, read and judged."""

import csv
import os
from datetime import date
from pathlib import Path

import pytest

from huoqi.payments.formats.camt import Expected
from huoqi.payments.formats.delimited import Known, default_form
from huoqi.payments.formats.sources import BytesSource, FileSource
from huoqi.payments.formats.statements import read_statements
from huoqi.payments.rules.completeness import Chain, Page, StatementReason, judge, totals_of

SHARED = Path(os.environ.get("HUOQI_SHARED", Path(__file__).parents[2].parent / "shared"))
PAYMENTS = SHARED / "data" / "payments"
pytestmark = pytest.mark.skipif(
    not PAYMENTS.is_dir(), reason=f"LOUD: no acceptance data at {PAYMENTS}; set HUOQI_SHARED"
)
REASONS = {
    "ACCEPT": StatementReason.NONE,
    "REJECT_BALANCE": StatementReason.BALANCE_OFF,
    "HOLD_INCOMPLETE": StatementReason.PAGE_MISSING,
}


@pytest.mark.parametrize("row", range(3))
def test_each_example_is_what_is_expected_of_it(row: int) -> None:
    with (PAYMENTS / "camt053_expected.csv").open(newline="", encoding="utf-8") as file:
        told = list(csv.DictReader(file))[row]
    source = FileSource(PAYMENTS / told["file"])

    (statement,) = read_statements(source, expected=Expected("ICBC", "622200100001"))

    head, totals = statement.head, totals_of(statement.entries)
    chain = Chain(date(2015, 5, 11), sequence_no=head.sequence_no - 1, closing_fen=head.opening_fen)
    verdict = judge([Page(head, totals)], chain=chain, today=date(2015, 5, 13))
    assert verdict.reason is REASONS[told["verdict"]]
    assert verdict.is_complete is (told["may_yield_absent_final"] == "1")
    assert (head.sequence_no, head.opening_fen) == (int(told["seq"]), int(told["opening_fen"]))
    if told["closing_fen"]:
        assert head.closing_fen == int(told["closing_fen"])
    assert totals.count == int(told["entries"] or totals.count)
    found = (totals.credit_fen, totals.debit_fen)
    assert found == (int(told["credit_fen"]), int(told["debit_fen"]))


def test_the_example_of_a_delimited_statement_is_read() -> None:
    rows = (PAYMENTS / "recon" / "bank.csv").read_bytes().rstrip() + b"\n"
    data = rows + b"#TRAILER,13,0,0,0,0,1\n"

    statement, *_ = read_statements(
        BytesSource(data),
        expected=Expected("ICBC"),
        form=default_form(),
        known=Known("622200100001", on=date(2015, 5, 12)),
    )

    returned = [entry for entry in statement.entries if entry.is_reversal]
    assert [(e.bank_ref, e.direction.value, e.is_credit) for e in returned] == [
        ("r08", "PAYOUT", True)
    ]
    assert len(statement.entries) == 13
