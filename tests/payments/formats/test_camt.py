"""Statements of the standard: what counts, what is refused, and where that is told."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huoqi.payments.formats.camt import Expected, Notice, read_camt054
from huoqi.payments.formats.rules.refusals import FormatError
from huoqi.payments.formats.sources import BytesSource
from huoqi.payments.formats.writing import render_notice
from huoqi.payments.rules.statements import StatementEntry
from tests.payments.formats.samples import (
    AT,
    ON,
    camt,
    entries,
    head_of,
    line,
    read,
    refusal,
    returned,
    written,
)

ENTRY = written([line()])
NTRY = ENTRY[ENTRY.index("<Ntry>") : ENTRY.index("</Ntry>") + len("</Ntry>")]
TXDTLS = NTRY[NTRY.index("<TxDtls>") : NTRY.index("</TxDtls>") + len("</TxDtls>")]


def changed(old: str, new: str, *, text: str = ENTRY) -> str:
    assert text.count(old) >= 1, old
    return text.replace(old, new, 1)


@given(st.lists(entries | returned, max_size=5), st.integers(-(10**13), 10**13))
def test_what_is_written_is_read_back(lines: list[StatementEntry], opening_fen: int) -> None:
    head = head_of(lines, opening_fen=opening_fen, last_on=date(2015, 5, 14))

    (statement,) = read(camt(lines, head=head))

    assert list(statement.entries) == lines
    assert replace(statement.head, sha256=b"") == head
    assert len(statement.head.sha256) == 32


@given(st.lists(entries, min_size=1, max_size=3))
def test_the_same_facts_give_the_same_bytes(lines: list[StatementEntry]) -> None:
    assert camt(lines) == camt(lines)


@pytest.mark.parametrize("status", ["PDNG", "INFO", "FUTR"])
def test_what_is_not_booked_never_counts(status: str) -> None:
    (statement,) = read(changed("<Cd>BOOK</Cd>", f"<Cd>{status}</Cd>"))

    assert not statement.entries


def test_a_batch_is_a_payment_a_line() -> None:
    details = TXDTLS.replace("</Refs>", '</Refs><Amt Ccy="CNY">60.00</Amt>') + TXDTLS.replace(
        "</Refs>", '</Refs><Amt Ccy="CNY">40.00</Amt>'
    )
    (statement,) = read(changed(TXDTLS, details))

    assert [(e.entry_id, e.amount_fen) for e in statement.entries] == [
        ("E1", 6_000),
        ("E1/2", 4_000),
    ]
    assert statement.head.entry_count == 2


def test_a_count_of_a_batch_that_was_wrong_stays_wrong() -> None:
    details = TXDTLS.replace("</Refs>", '</Refs><Amt Ccy="CNY">50.00</Amt>') * 2
    text = changed("<NbOfNtries>1<", "<NbOfNtries>3<", text=changed(TXDTLS, details))

    (statement,) = read(text)

    assert (statement.head.entry_count, len(statement.entries)) == (4, 2)


def test_a_count_of_all_pages_is_left_out_where_a_page_has_a_batch() -> None:
    details = TXDTLS.replace("</Refs>", '</Refs><Amt Ccy="CNY">50.00</Amt>') * 2
    text = changed("<NbOfNtries>1<", "<NbOfNtries>3<", text=changed(TXDTLS, details))

    (statement,) = read(changed("<LastPgInd>true", "<LastPgInd>false", text=text))

    assert statement.head.entry_count is None


def test_a_batch_may_pay_back_some_of_itself() -> None:
    amounts = (
        '<Amt Ccy="CNY">120.00</Amt>',
        '<Amt Ccy="CNY">20.00</Amt><CdtDbtInd>DBIT</CdtDbtInd>',
    )
    details = "".join(TXDTLS.replace("</Refs>", f"</Refs>{amount}") for amount in amounts)

    (statement,) = read(changed(TXDTLS, details))

    assert [(e.amount_fen, e.is_credit) for e in statement.entries] == [
        (12_000, True),
        (2_000, False),
    ]


def test_an_entry_without_details_has_no_reference() -> None:
    (statement,) = read(changed(TXDTLS, "<Btch><NbOfTxs>4</NbOfTxs></Btch>"))

    assert [(e.bank_ref, e.amount_fen) for e in statement.entries] == [("", 10_000)]


def test_a_return_is_known_without_its_indicator() -> None:
    back = "</Refs><RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>"
    (statement,) = read(changed("</Refs>", back))

    (entry,) = statement.entries
    assert (entry.is_reversal, entry.reason, entry.direction.value) == (True, "AC04", "PAYOUT")


def test_a_return_may_only_have_words() -> None:
    back = "</Refs><RtrInf><AddtlInf>see</AddtlInf><AddtlInf>letter</AddtlInf></RtrInf>"
    (statement,) = read(changed("</Refs>", back))

    assert [(e.is_reversal, e.reason) for e in statement.entries] == [(True, "")]


def test_several_statements_in_a_document_are_several() -> None:
    start, end = ENTRY.index("<Stmt>"), ENTRY.index("</Stmt>") + len("</Stmt>")
    second = ENTRY[start:end].replace("622200100001-7", "622200100001-8")
    second = second.replace("NtryRef>E1", "NtryRef>E9")

    found = read(ENTRY[:end] + second + ENTRY[end:])

    assert [s.head.statement_id[-1] for s in found] == ["7", "8"]
    assert [s.entries[0].entry_id for s in found] == ["E1", "E9"]


def test_pages_are_of_the_statement_where_it_says_so() -> None:
    page = "<StmtPgntn><PgNb>2</PgNb><LastPgInd>false</LastPgInd></StmtPgntn><ElctrncSeqNb>"
    (statement,) = read(changed("<ElctrncSeqNb>", page))

    assert (statement.head.page_no, statement.head.is_last_page) == (2, False)


def test_a_page_between_needs_no_balances() -> None:
    text = changed("<PgNb>1<", "<PgNb>2<", text=changed("<LastPgInd>true", "<LastPgInd>false"))
    balances = text[text.index("<Bal>") : text.rindex("</Bal>") + len("</Bal>")]

    (statement,) = read(text.replace(balances, ""))

    assert (statement.head.opening_fen, statement.head.closing_fen) == (0, 0)


def test_without_pages_there_is_one() -> None:
    text = ENTRY.replace("<MsgPgntn><PgNb>1</PgNb><LastPgInd>true</LastPgInd></MsgPgntn>", "")

    (statement,) = read(text)

    assert (statement.head.page_no, statement.head.is_last_page) == (1, True)


def test_days_are_those_of_the_balances_where_no_period_is_told() -> None:
    period = ENTRY[ENTRY.index("<FrToDt>") : ENTRY.index("</FrToDt>") + len("</FrToDt>")]

    (statement,) = read(ENTRY.replace(period, ""))

    assert (statement.head.first_on, statement.head.last_on) == (ON, ON)


def test_a_period_that_ends_at_midnight_ends_the_day_before() -> None:
    text = changed("2015-05-12T23:59:59+08:00", "2015-05-13T00:00:00+08:00")

    assert read(text)[0].head.last_on == ON


def test_instants_are_days_in_shanghai() -> None:
    text = changed("<BookgDt><Dt>2015-05-12</Dt>", "<BookgDt><DtTm>2015-05-12T17:00:00Z</DtTm>")
    (entry,) = read(text)[0].entries

    assert (entry.booked_on, entry.value_on) == (date(2015, 5, 13), ON)


@pytest.mark.parametrize("gone", ["BookgDt", "ValDt"])
def test_one_of_two_days_is_enough(gone: str) -> None:
    (entry,) = read(ENTRY.replace(f"<{gone}><Dt>2015-05-12</Dt></{gone}>", ""))[0].entries

    assert (entry.booked_on, entry.value_on) == (ON, ON)


def test_an_entry_is_called_after_the_bank_or_counted() -> None:
    unnamed = ENTRY.replace("<NtryRef>E1</NtryRef>", "")
    served = unnamed.replace("<BkTxCd>", "<AcctSvcrRef>SVC9</AcctSvcrRef><BkTxCd>")

    assert [read(text)[0].entries[0].entry_id for text in (unnamed, served)] == ["1", "SVC9"]


def test_prefixes_are_as_good_as_none() -> None:
    text = ENTRY.replace("</", "</c:")
    text = text.replace("<?xml", "<~").replace("<", "<c:").replace("<c:/c:", "</c:")
    text = text.replace("<c:~", "<?xml").replace("xmlns=", "xmlns:c=")

    assert read(text)[0].entries == read(ENTRY)[0].entries


def test_other_namespaces_are_not_looked_at() -> None:
    envelope = '<SplmtryData><Envlp><x xmlns="urn:own"><Ntry>1</Ntry></x></Envlp></SplmtryData>'

    assert len(read(changed("</Ntry>", f"{envelope}</Ntry>"))[0].entries) == 1


@pytest.mark.parametrize(
    ("old", "new", "code", "element"),
    [
        ("camt.053.001.08", "camt.053.001.02", "statement.message_unknown", ""),
        ("<Ntry>", '<Ntry xmlns="urn:other">', "statement.message_unknown", "Stmt/Ntry"),
        ("<Sts><Cd>BOOK</Cd></Sts>", "", "statement.element_missing", "Stmt/Ntry/Sts/Cd"),
        ("<Cd>BOOK</Cd>", "<Cd>DONE</Cd>", "statement.element_malformed", "Stmt/Ntry/Sts/Cd"),
        (">100.00<", ">100.001<", "statement.amount_malformed", "Stmt/Ntry/Amt"),
        (">100.00<", ">1e2<", "statement.amount_malformed", "Stmt/Ntry/Amt"),
        (">100.00<", ">-100.00<", "statement.amount_malformed", "Stmt/Ntry/Amt"),
        (">100.00<", ">0.00<", "statement.amount_malformed", "Stmt/Ntry/Amt"),
        (">100.00<", ">92233720368547758.08<", "statement.amount_too_large", "Stmt/Ntry/Amt"),
        (">100.00<", f">{'9' * 400}<", "statement.amount_too_large", "Stmt/Ntry/Amt"),
        (' Ccy="CNY">100', ' Ccy="USD">100', "statement.currency", "Stmt/Ntry/Amt"),
        (' Ccy="CNY">100', ">100", "statement.currency", "Stmt/Ntry/Amt"),
        ("<RvslInd>false", "<RvslInd>maybe", "statement.element_malformed", "Stmt/Ntry/RvslInd"),
        ("<EndToEndId>HQ", f"<EndToEndId>{'9' * 33}", "statement.text_too_long",
         "Stmt/Ntry/NtryDtls/TxDtls/Refs/EndToEndId"),
        ("<NtryRef>E1", f"<NtryRef>{'9' * 36}", "statement.text_too_long", "Stmt/Ntry/NtryRef"),
        ("<BookgDt><Dt>2015-05-12", "<BookgDt><Dt>2015-02-30", "statement.element_malformed",
         "Stmt/Ntry/BookgDt/Dt"),
    ],
)  # fmt: skip
def test_a_wrong_entry_is_refused_with_its_place(
    old: str, new: str, code: str, element: str
) -> None:
    at = ENTRY.index("<Ntry>") if "camt" not in old else 0
    text = ENTRY[:at] + changed(old, new, text=ENTRY[at:])

    found = refusal(text)

    assert (found.code, found.element) == (code, element)
    assert found.line == text[: text.index(new, at) if new else at].count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new", "code", "element"),
    [
        ("<MsgId>622200100001-7-P1</MsgId>", "", "statement.element_missing", "GrpHdr/MsgId"),
        ("<MsgId>6", f"<MsgId>{'6' * 40}", "statement.text_too_long", "GrpHdr/MsgId"),
        ("<PgNb>1", "<PgNb>0", "statement.element_malformed", "GrpHdr/MsgPgntn/PgNb"),
        ("<LastPgInd>true</LastPgInd>", "", "statement.element_missing",
         "GrpHdr/MsgPgntn/LastPgInd"),
        ("<ElctrncSeqNb>7</ElctrncSeqNb>", "", "statement.element_missing", "Stmt/ElctrncSeqNb"),
        ("<Cd>OPBD</Cd>", "<Cd>ITBD</Cd>", "statement.element_missing", "Stmt/Bal"),
        ("<Cd>CLBD</Cd>", "<Cd>OPBD</Cd>", "statement.element_repeated",
         "Stmt/Bal/Tp/CdOrPrtry/Cd"),
        ("<Ccy>CNY</Ccy>", "<Ccy>USD</Ccy>", "statement.currency", "Stmt/Acct/Ccy"),
        ("</Acct>", "</Acct><Acct><Ccy>CNY</Ccy></Acct>", "statement.element_repeated",
         "Stmt/Acct/Ccy"),
        ("<Sum>100.00</Sum></TtlNtries>", "<Sum>100.01</Sum></TtlNtries>",
         "statement.summary_differs", "Stmt/TxsSummry/TtlNtries/Sum"),
        ("T23:59:59", "T25:59:59", "statement.element_malformed", "Stmt/FrToDt/ToDtTm"),
        ("2015-05-12T23:59:59+08:00", "2015-05-11T23:59:59+08:00", "statement.element_malformed",
         "Stmt/FrToDt/ToDtTm"),
    ],
)  # fmt: skip
def test_a_wrong_head_is_refused_with_its_place(
    old: str, new: str, code: str, element: str
) -> None:
    found = refusal(changed(old, new))

    assert (found.code, found.element) == (code, element)
    assert found.line


def test_counts_of_both_sides_make_up_the_whole() -> None:
    old, new = "<TtlCdtNtries>", "<TtlCdtNtries><NbOfNtries>1</NbOfNtries>"
    right = changed("<TtlDbtNtries>", "<TtlDbtNtries><NbOfNtries>0</NbOfNtries>",
                    text=changed(old, new))  # fmt: skip

    assert read(right)[0].head.entry_count == 1
    assert refusal(right.replace("<NbOfNtries>0<", "<NbOfNtries>1<")).code == (
        "statement.summary_differs"
    )


def test_details_add_up_to_their_entry() -> None:
    found = refusal(changed("</Refs>", '</Refs><Amt Ccy="CNY">99.99</Amt>'))

    assert (found.code, found.element) == ("statement.batch_differs", "Stmt/Ntry/Amt")


def test_a_batch_says_every_amount() -> None:
    found = refusal(changed(TXDTLS, TXDTLS * 2))

    assert (found.code, found.element) == (
        "statement.element_missing",
        "Stmt/Ntry/NtryDtls/TxDtls/Amt",
    )


def test_the_sum_of_entries_fits_a_ledger() -> None:
    most = line(fen=2**63 - 1)
    head = replace(head_of([most]), closing_fen=0)

    assert refusal(camt([most, line(2)], head=head)).code == "statement.amount_too_large"


def test_facts_behind_the_entries_are_refused() -> None:
    summary = ENTRY[ENTRY.index("<TxsSummry>") : ENTRY.index("</TxsSummry>") + 13]
    late = ENTRY.replace(summary, "").replace("</Stmt>", f"{summary}</Stmt>")
    balance = ENTRY[ENTRY.index("<Bal>") : ENTRY.index("</Bal>") + len("</Bal>")]

    assert refusal(late).code == "statement.element_malformed"
    assert refusal(ENTRY.replace("</Stmt>", f"{balance}</Stmt>")).code == (
        "statement.element_malformed"
    )


def test_the_header_comes_first_and_once() -> None:
    start, end = ENTRY.index("<GrpHdr>"), ENTRY.index("</GrpHdr>") + len("</GrpHdr>")
    header = ENTRY[start:end]

    assert refusal(ENTRY.replace(header, "")).element == "GrpHdr"
    assert refusal(ENTRY.replace(header, header * 2)).code == "statement.element_repeated"


def test_another_account_than_expected_is_refused() -> None:
    found = refusal(ENTRY, expected=Expected("ICBC", "622200100002"))

    assert (found.code, found.element) == ("statement.other_account", "Stmt/Acct/Id/Othr/Id")


def test_a_document_without_a_statement_says_nothing() -> None:
    start, end = ENTRY.index("<Stmt>"), ENTRY.index("</Stmt>") + len("</Stmt>")

    assert refusal(ENTRY[:start] + ENTRY[end:]).element == "Stmt"


@given(entries | returned)
def test_a_notice_is_read_back(entry: StatementEntry) -> None:
    notice = Notice("M1", "N1", "622200100001", entry)

    assert list(read_camt054(BytesSource(render_notice(notice, at=AT)))) == [notice]


def test_a_notice_is_no_statement() -> None:
    notice = render_notice(Notice("M1", "N1", "622200100001", line()), at=AT)

    assert refusal(notice).code == "statement.message_unknown"
    with pytest.raises(FormatError, match="currency"):
        list(read_camt054(BytesSource(notice), currency="USD"))
