"""Orders to banks and answers to them: what one side writes, the other one reads."""

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huoqi.payments.formats.orders import (
    OrderFile,
    PaymentOrder,
    PaymentStatus,
    StatusFile,
    read_orders,
    read_statuses,
)
from huoqi.payments.formats.rules.refusals import FormatError
from huoqi.payments.formats.sources import BytesSource
from huoqi.payments.formats.writing import render_orders, render_statuses
from huoqi.payments.rules.bank_profiles import Direction
from tests.payments.formats.samples import AT, orders, orders_of, refused, status_files

ORDER = PaymentOrder("HQ" + "0" * 32, 12_345, "a" * 32, "standard")
PAYOUT = render_orders(orders_of([ORDER], Direction.PAYOUT)).decode()
COLLECT = render_orders(orders_of([ORDER], Direction.COLLECT)).decode()
ANSWER = render_statuses(
    StatusFile("S1", AT, "f" * 32, [PaymentStatus(ORDER.bank_ref, "RJCT", "AM04", 12_345)])
).decode()


def orders_in(text: str | bytes) -> OrderFile:
    return read_orders(BytesSource(text if isinstance(text, bytes) else text.encode()))


def statuses_in(text: str | bytes) -> StatusFile:
    return read_statuses(BytesSource(text if isinstance(text, bytes) else text.encode()))


def refusal(text: str | bytes) -> FormatError:
    with pytest.raises(FormatError) as found:
        (statuses_in if b"pain.002" in (text if isinstance(text, bytes) else text.encode())
         else orders_in)(text)  # fmt: skip
    return found.value


@given(orders, st.sampled_from(Direction))
def test_orders_are_read_back(found: list[PaymentOrder], direction: Direction) -> None:
    by_channel = sorted(found, key=lambda order: [o.channel for o in found].index(order.channel))

    assert orders_in(render_orders(orders_of(found, direction))) == orders_of(by_channel, direction)


@given(status_files)
def test_answers_are_read_back(file: StatusFile) -> None:
    assert statuses_in(render_statuses(file)) == file


@pytest.mark.parametrize("text", [PAYOUT, COLLECT])
@pytest.mark.parametrize(
    ("old", "new", "code", "element"),
    [
        ("<NbOfTxs>1<", "<NbOfTxs>2<", "pain.totals_differ", "GrpHdr/NbOfTxs"),
        ("<NbOfTxs>1<", "<NbOfTxs>abc<", "statement.element_malformed", "GrpHdr/NbOfTxs"),
        ("<CtrlSum>123.45<", "<CtrlSum>123.46<", "pain.totals_differ", "GrpHdr/CtrlSum"),
        (f"<MsgId>{'f' * 32}<", f"<MsgId>{'f' * 50}<", "statement.text_too_long", "GrpHdr/MsgId"),
        (' Ccy="CNY">123', ' Ccy="USD">123', "statement.currency", "Amt"),
        (">123.45</InstdAmt>", ">0.00</InstdAmt>", "statement.amount_malformed", "Amt"),
        ("<PmtMtd>", "<PmtMtd>X", "statement.element_malformed", "PmtInf/PmtMtd"),
        (f"<EndToEndId>HQ{'0' * 32}</EndToEndId>", "", "statement.element_missing", "EndToEndId"),
        ("tech:xsd:pain", "tech:xsd:pacs", "statement.message_unknown", ""),
        ("<PmtInfId>001</PmtInfId>", "", "statement.element_missing", "PmtInf/PmtInfId"),
    ],
)
def test_a_wrong_file_of_orders_is_refused(
    text: str, old: str, new: str, code: str, element: str
) -> None:
    assert text.count(old) == 1

    found = refusal(text.replace(old, new))

    assert (found.code, found.line > 0) == (code, True)
    assert element in found.element


@pytest.mark.parametrize("text", [PAYOUT, COLLECT])
def test_a_reference_stands_once_in_a_file(text: str) -> None:
    tag = "CdtTrfTxInf" if text is PAYOUT else "DrctDbtTxInf"
    start, end = text.index(f"<{tag}>"), text.index(f"</{tag}>") + len(tag) + 3

    found = refusal(text[:end] + text[start:end] + text[end:])

    assert (found.code, found.line) == ("pain.reference_repeated", text[:end].count("\n") + 1)


@pytest.mark.parametrize("text", [PAYOUT, COLLECT])
def test_a_file_is_for_one_account(text: str) -> None:
    start, end = text.index("<PmtInf>"), text.index("</PmtInf>") + len("</PmtInf>")
    second = text[start:end].replace("622200100001", "622200100002").replace("HQ0", "HQ1")

    assert refusal(text[:end] + second + text[end:]).element == "PmtInf"
    assert refusal(text[:start] + text[end:]).element == "PmtInf"


def test_a_collection_names_one_agreement() -> None:
    found = refusal(COLLECT.replace("<MndtId>a", "<MndtId>b"))

    assert found.code == "statement.element_malformed"


def test_parts_may_have_no_channel_and_an_instant() -> None:
    text = PAYOUT.replace("<Dt>2015-05-12</Dt>", "<DtTm>2015-05-11T17:00:00Z</DtTm>")
    start, end = text.index("<PmtTpInf>"), text.index("</PmtTpInf>") + len("</PmtTpInf>")

    found = orders_in(text[:start] + text[end:])

    assert (found.orders[0].channel, found.execute_on.isoformat()) == ("", "2015-05-12")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("<TxSts>RJCT</TxSts>", "", "statement.element_missing"),
        ("<TxSts>RJCT<", "<TxSts>rjct<", "statement.element_malformed"),
        ("<TxSts>RJCT<", "<TxSts>REJECTED<", "statement.text_too_long"),
        ('Ccy="CNY"', 'Ccy="cny"', "statement.element_malformed"),
        (' Ccy="CNY"', "", "statement.element_missing"),
        (">123.45<", ">123,45<", "statement.amount_malformed"),
        (f"<OrgnlMsgId>{'f' * 32}</OrgnlMsgId>", "", "statement.element_missing"),
    ],
)
def test_a_wrong_answer_is_refused(old: str, new: str, code: str) -> None:
    assert ANSWER.count(old) == 1

    assert refusal(ANSWER.replace(old, new)).code == code


def test_the_group_stands_once() -> None:
    start, end = ANSWER.index("<OrgnlGrp"), ANSWER.index("</OrgnlGrpInfAndSts>") + 20
    group = ANSWER[start:end]

    assert refusal(ANSWER.replace(group, group * 2)).code == "statement.element_repeated"
    assert refusal(ANSWER.replace(group, "")).element == "OrgnlGrpInfAndSts"


def test_an_answer_in_another_currency_says_so() -> None:
    (status,) = statuses_in(ANSWER.replace('Ccy="CNY"', 'Ccy="USD"')).statuses

    assert status.currency == "USD"


def test_the_first_of_several_reasons_counts() -> None:
    reasons = "</StsRsnInf><StsRsnInf><Rsn><Cd>AC01</Cd></Rsn></StsRsnInf>"
    (status,) = statuses_in(ANSWER.replace("</StsRsnInf>", reasons)).statuses

    assert status.reason == "AM04"


@pytest.mark.parametrize("text", [PAYOUT, COLLECT, ANSWER])
def test_a_file_cut_anywhere_is_refused(text: str) -> None:
    data = text.rstrip().encode()
    for length in range(len(data)):
        assert refusal(data[:length] if length > 150 else data[:length] + b"<").line


@given(st.sampled_from([PAYOUT, COLLECT, ANSWER]), st.data())
def test_a_file_with_other_bytes_is_read_or_refused(text: str, data: st.DataObject) -> None:
    whole = text.encode()
    at = data.draw(st.integers(0, len(whole) - 1))
    odd = data.draw(st.binary(max_size=3))
    spoiled = whole[:at] + odd + whole[at + len(odd) :]
    for read in (orders_in, statuses_in):
        found = refused(partial(read, spoiled))
        assert found is None or found.code.partition(".")[0] in {"statement", "pain"}
