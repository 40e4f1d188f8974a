"""Delimited statements, by forms that are configuration."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huoqi.payments.formats import delimited
from huoqi.payments.formats.camt import Expected
from huoqi.payments.formats.delimited import Known, default_form, read_delimited
from huoqi.payments.formats.rules.forms import Form, parse_form
from huoqi.payments.formats.rules.refusals import FormatError
from huoqi.payments.formats.sources import BytesSource
from huoqi.payments.formats.writing import render_delimited
from huoqi.payments.rules.statements import Statement, StatementEntry
from tests.payments.formats.samples import ICBC, ON, entries, head_of, line, refused

KNOWN = Known("622200100001", "622200100001-7", ON)
LINES = [line(1), line(2, fen=4_000, is_credit=False)]
TEXT = render_delimited(head_of(LINES), LINES).decode()
YUAN = (Path(delimited.__file__).parent / "forms" / "yuan_gb18030.toml").read_text("utf-8")


def read(
    text: str | bytes,
    *,
    form: Form | None = None,
    known: Known = KNOWN,
    expected: Expected = ICBC,
) -> Statement:
    data = text if isinstance(text, bytes) else text.encode()
    return read_delimited(BytesSource(data), form or default_form(), expected=expected, known=known)


def refusal(text: str | bytes, **facts: object) -> FormatError:
    found = refused(lambda: read(text, **facts))  # type: ignore[arg-type]  # as read takes them
    assert found is not None, "it was read"
    return found


def test_the_default_form_is_that_of_the_page() -> None:
    assert TEXT.splitlines() == [
        "entry_id,ref,booking_date,direction,amount_fen,reversal",
        f"E1,HQ{1:032X},2015-05-12,COLLECT,10000,0",
        f"E2,HQ{2:032X},2015-05-12,PAYOUT,4000,0",
        "#TRAILER,2,10000,4000,0,6000,7",
    ]
    assert TEXT.endswith("7\n")


@given(st.lists(entries, max_size=5), st.integers(-(10**12), 10**12))
def test_what_is_written_is_read_back(lines: list[StatementEntry], opening_fen: int) -> None:
    head = head_of(lines, opening_fen=opening_fen)
    found = read(render_delimited(head, lines))

    assert [
        (e.entry_id, e.bank_ref, e.amount_fen, e.is_credit, e.is_reversal, e.booked_on)
        for e in found.entries
    ] == [
        (e.entry_id, e.bank_ref, e.amount_fen, e.is_credit, e.is_reversal, e.booked_on)
        for e in lines
    ]
    assert (found.head.opening_fen, found.head.closing_fen) == (opening_fen, head.closing_fen)


def test_a_reversal_stands_on_the_other_side_of_its_order() -> None:
    text = TEXT.replace("PAYOUT,4000,0", "PAYOUT,4000,1")

    entry = read(text).entries[1]

    assert (entry.is_credit, entry.is_reversal, entry.direction.value) == (True, True, "PAYOUT")


def test_windows_lines_marks_and_blank_lines_mean_nothing() -> None:
    text = "\ufeff" + TEXT.replace("\n", "\r\n") + "\r\n  \r\n"

    assert read(text).entries == read(TEXT).entries


@pytest.mark.parametrize(
    ("old", "new", "code", "line_no"),
    [
        ("entry_id,ref", "entry_id,reference", "statement.element_missing", 1),
        ("entry_id,ref", "ref,ref", "statement.element_missing", 1),
        ("COLLECT,10000", "COLLECT,100.00", "statement.amount_malformed", 2),
        ("COLLECT,10000", "COLLECT,-10000", "statement.amount_malformed", 2),
        ("COLLECT,10000", "COLLECT,0", "statement.amount_malformed", 2),
        ("COLLECT,10000", f"COLLECT,{2**63}", "statement.amount_too_large", 2),
        ("PAYOUT,4000,0", "PAYOUT,4000,0,0", "statement.row_malformed", 3),
        ("PAYOUT,4000,0", "PAYOUT,4000", "statement.row_malformed", 3),
        ("PAYOUT,", "payout,", "statement.element_malformed", 3),
        ("PAYOUT,4000,0", "PAYOUT,4000,x", "statement.element_malformed", 3),
        ("E2,", '"E2,', "statement.row_malformed", 3),
        ("E2,", "E" * 65 + ",", "statement.text_too_long", 3),
        ("E2,", "E" * 70_000 + ",", "statement.text_too_long", 3),
        ("2015-05-12,PAY", "2015-05-32,PAY", "statement.element_malformed", 3),
        ("#TRAILER,2,10000,4000,0,6000,7", "", "statement.trailer_missing", 0),
        ("#TRAILER,2,10000,4000,0,6000,7", "#TRAILER,2", "statement.row_malformed", 4),
        ("0,6000,7", "0,6000,7\nE3", "statement.row_malformed", 5),
        ("0,6000,7", "0,6000,x", "statement.element_malformed", 0),
        ("0,6000,7", "0,60.00,7", "statement.amount_malformed", 0),
    ],
)
def test_a_wrong_line_is_refused_with_its_number(
    old: str, new: str, code: str, line_no: int
) -> None:
    assert TEXT.count(old) == 1

    found = refusal(TEXT.replace(old, new))

    assert (found.code, found.line) == (code, line_no)


def test_an_empty_file_names_no_columns() -> None:
    form = parse_form('name = "a"\n[columns]\nbooked_on = "day"\namount = "money"\n')

    assert refusal("", form=form).code == "statement.element_missing"


def test_a_file_in_another_encoding_is_refused() -> None:
    found = refusal(TEXT.replace("E2", "流水").encode("gb18030"))

    assert (found.code, found.line) == ("statement.encoding", 1)


def test_a_line_without_end_is_refused() -> None:
    assert refusal("9" * 200_000).code == "statement.text_too_long"


def test_the_sum_of_lines_fits_a_ledger() -> None:
    text = TEXT.replace("COLLECT,10000", f"COLLECT,{2**63 - 1}").replace("PAYOUT", "COLLECT")

    assert refusal(text).code == "statement.amount_too_large"


def test_a_page_of_a_bank_is_read_by_its_own_form() -> None:
    text = (
        "账号,622200100001,序号,7,期初,100.00,期末,1300.50\n"
        "流水号,交易日期,借方发生额,贷方发生额,客户附言\n"
        f'A1,20150512,,"1,234.50",HQ{1:032X}\n'
        "A2,20150512,34.00,0.00,退款\n"
    )
    found = read(text.encode("gb18030"), form=parse_form(YUAN), known=Known())

    assert [(e.amount_fen, e.is_credit) for e in found.entries] == [(123_450, True), (3_400, False)]
    assert (found.head.account, found.head.sequence_no) == ("622200100001", 7)
    assert (found.head.opening_fen, found.head.closing_fen) == (10_000, 130_050)
    assert (found.head.first_on, found.head.statement_id) == (ON, "622200100001-7")
    both = text.replace("34.00,0.00", "34.00,1.00")
    assert refusal(both.encode("gb18030"), form=parse_form(YUAN)).element == "debit"
    headless = text.partition("\n")[2]
    assert refusal(headless.encode("gb18030"), form=parse_form(YUAN)).element == "账号"


def test_signs_numbers_and_facts_of_a_header() -> None:
    form = parse_form(
        'name = "a"\nseparator = "|"\nquote = ""\nhas_names = false\nskip_lines = 1\n'
        'days = "YYYY/MM/DD"\n[columns]\nbooked_on = 1\namount = 2\nreason = 3\nvalue_on = 4\n'
        'currency = 5\n[header]\nmark = "H"\nfacts = ["account", "statement_id", "sequence", '
        '"first_on", "last_on", "opening", "closing", "page", "last_page", "currency"]\n'
    )
    text = (
        "a bank's greeting\nH|6222|S9|7|2015/05/12|2015/05/13|-1.00|-2.50|2|0|CNY\n"
        "2015/05/12|+1.00||2015/05/13|CNY\n2015/05/13|-2.50|AC04||CNY\n"
    )
    found = read(text, form=form, known=Known())

    first, second = found.entries
    assert (first.amount_fen, first.is_credit, first.is_reversal) == (100, True, False)
    assert (second.amount_fen, second.is_credit, second.is_reversal) == (250, False, True)
    assert (first.value_on, second.value_on) == (date(2015, 5, 13), date(2015, 5, 13))
    assert (first.entry_id, second.reason) == ("1", "AC04")
    assert (found.head.page_no, found.head.is_last_page) == (2, False)
    assert (found.head.first_on, found.head.last_on) == (ON, date(2015, 5, 13))
    for old, new, code in (
        ("0|CNY\n2015", "0|USD\n2015", "statement.currency"),
        ("||2015/05/13|CNY", "||2015/05/13|USD", "statement.currency"),
        ("2015/05/13|-1", "2015/05/11|-1", "statement.element_malformed"),
        ("2015/05/12|+", "2015-05-12|+", "statement.element_malformed"),
        ("H|", "K|", "statement.row_malformed"),
    ):
        assert refusal(text.replace(old, new), form=form).code == code, old


def test_a_day_that_nobody_told_is_that_of_all_lines() -> None:
    assert read(TEXT, known=Known("6222")).head.first_on == ON
    assert refusal(TEXT.replace("2015-05-12,PAY", "2015-05-13,PAY"), known=Known("6222")).code == (
        "statement.element_missing"
    )


def test_an_account_is_known_from_somewhere() -> None:
    assert refusal(TEXT, known=Known(on=ON)).element == "account"
    assert refusal(TEXT, expected=Expected("ICBC", "999")).code == "statement.other_account"
    assert read(TEXT, known=Known(on=ON), expected=Expected("ICBC", "999")).head.account == "999"


def test_a_fact_is_told_once() -> None:
    form = parse_form(
        'name = "a"\n[columns]\nbooked_on = "day"\namount = "money"\n'
        '[trailer]\nmark = "#"\nfacts = ["sequence", "sequence"]\n'
    )

    assert refusal("day,money\n#,1,2\n", form=form).element == "sequence"


def test_a_file_cut_anywhere_is_refused() -> None:
    data = TEXT.rstrip().encode()
    for length in range(len(data) - 1):
        assert refused(lambda cut=length: read(data[:cut])), length  # type: ignore[misc]


@given(st.integers(0, len(TEXT) - 1), st.binary(max_size=4))
def test_a_file_with_other_bytes_is_read_or_refused(at: int, odd: bytes) -> None:
    data = TEXT.encode()
    found = refused(lambda: read(data[:at] + odd + data[at + len(odd) :]))

    assert found is None or found.code.startswith("statement.")


@given(st.text(st.sampled_from('E2,HQ0-9."\n#TRAILEROPAYUC活\x00\r'), max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    refused(lambda: read(TEXT[: TEXT.index("E2")] + text))
