"""What a bank's call may say: everything else is refused before it is evidence."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huoqi.payments.rules.callbacks import MOST_BYTES, CallbackMalformed, parse_callback
from huoqi.payments.rules.replies import Reply, ReplyKind

GOOD = {"event_id": "ev_1", "ref": "HQ1", "code": "00", "amount_fen": 10_000}


def body(**changed: object) -> bytes:
    return json.dumps({**GOOD, **changed}).encode()


def test_a_call_says_its_name_our_reference_and_the_banks_word() -> None:
    said = parse_callback(body())

    assert (said.event_id, said.bank_ref) == ("ev_1", "HQ1")
    assert said.reply == Reply(ReplyKind.CODE, "00", 10_000, "CNY")


@pytest.mark.parametrize(
    ("status", "code"), [("SUCCESS", "00"), ("ACCEPTED", "09"), ("REJECTED", ""), ("done", "")]
)
def test_a_word_stands_for_a_code_only_where_it_is_known(status: str, code: str) -> None:
    assert parse_callback(body(code="", status=status)).reply.code == code
    assert parse_callback(body(code="51", status=status)).reply.code == "51"


@pytest.mark.parametrize(
    ("changed", "part"),
    [
        ({"event_id": ""}, "event_id"),
        ({"event_id": "x" * 65}, "event_id"),
        ({"event_id": "a b"}, "event_id"),
        ({"ref": ""}, "ref"),
        ({"ref": "HQ" + "0" * 34}, "ref"),
        ({"ref": "HQ\u0661"}, "ref"),
        ({"code": "not a code"}, "code"),
        ({"currency": "cny"}, "currency"),
        ({"amount_fen": -1}, "amount_fen"),
        ({"amount_fen": 2**63}, "amount_fen"),
        ({"amount_fen": "10000"}, "body"),
        ({"amount_fen": 1.5}, "body"),
        ({"event_id": None}, "body"),
    ],
)
def test_a_part_of_another_form_is_refused_by_its_name(
    changed: dict[str, object], part: str
) -> None:
    with pytest.raises(CallbackMalformed) as refused:
        parse_callback(body(**changed))
    assert refused.value.params == {"part": part}


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (b"", "body"),
        (b"[]", "body"),
        (b"{}", "body"),
        (b"\xff\xfe{}", "body"),
        (b"[" * 4_000, "body"),
        (b" " * (MOST_BYTES + 1), "size"),
    ],
)
def test_what_is_no_call_is_refused(text: bytes, part: str) -> None:
    with pytest.raises(CallbackMalformed) as refused:
        parse_callback(text)
    assert refused.value.params == {"part": part}


JSON = st.dictionaries(
    st.sampled_from([*GOOD, "status", "currency", "x"]),
    st.none() | st.integers() | st.text(max_size=9) | st.lists(st.integers(), max_size=2),
)


@given(st.binary(max_size=300) | JSON.map(lambda found: json.dumps(found).encode()))
def test_any_bytes_are_read_or_refused(text: bytes) -> None:
    try:
        said = parse_callback(text)
    except CallbackMalformed:
        return
    assert said.event_id
    assert said.bank_ref
