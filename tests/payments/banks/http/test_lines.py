"""A line to a bank: whatever comes back is an outcome, and a request is written once."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huoqi.payments.banks.http.keys import SIGNATURE, Answer, LineKeys, Request, new_keys
from huoqi.payments.banks.http.lines import Heard, Limits, Lines, Outcome
from tests.payments.banks.http.bad_bank import BadBank, Says, answer, bad_bank, header_of

KEYS = new_keys()
NOW = 1_431_306_000
BODY = b'{"ref": "HQ1", "code": "00", "amount_fen": 1}'


@contextmanager
def lines_to(place: tuple[str, int] | None) -> Iterator[Lines]:
    lines = Lines(lambda: place, keys=lambda: KEYS, now_unix=lambda: NOW)
    yield lines
    lines.close()


def asked(lines: Lines, *, deadline_s: float = 60) -> Heard:
    request = Request("ICBC", "/v1/ICBC/payments", "2015-05-11T01:00:00+00:00", b"{}")
    return lines.ask(request, limits=Limits(deadline_s, 1_000))


def asked_once(place: tuple[str, int] | None, *, deadline_s: float = 60) -> Heard:
    with lines_to(place) as lines:
        return asked(lines, deadline_s=deadline_s)


def signed(
    body: bytes = BODY,
    *,
    keys: LineKeys = KEYS,
    unix: int = NOW,
    bank: str = "ICBC",
    to: str = "",
) -> Says:
    """Return what a bank says that signs its answers."""

    def says(request: bytes) -> bytes:
        mark = to or header_of(request, SIGNATURE)
        header = keys.sign_answer(Answer(bank, mark, 200, body), unix=unix)
        return answer(200, body, mark=header)

    return says


@pytest.fixture
def bank() -> Iterator[BadBank]:
    with bad_bank() as made:
        yield made


def test_a_signed_answer_is_believed_and_its_line_is_kept(bank: BadBank) -> None:
    bank.says = signed()

    with lines_to(bank.place) as lines:
        assert asked(lines) == Heard(Outcome.ANSWERED, 200, BODY)
        assert asked(lines) == Heard(Outcome.ANSWERED, 200, BODY)
    assert len(bank.requests) == 2


@pytest.mark.parametrize(
    "says",
    [
        lambda _: answer(200, BODY),
        lambda _: answer(200, BODY, mark="t=1,v1=" + "0" * 64),
        lambda _: answer(500, b"<html>oops</html>"),
        lambda _: answer(302, b""),
        lambda _: answer(200, b"x" * 2_000),
        signed(b"x" * 2_000),
        signed(keys=new_keys()),
        signed(bank="CCB"),
        signed(to="t=1,v1=" + "0" * 64),
        signed(unix=NOW - 301),
        signed(unix=NOW + 301),
    ],
)
def test_words_that_nobody_vouches_for_are_none(bank: BadBank, says: Says) -> None:
    bank.says = says
    assert asked_once(bank.place).outcome is Outcome.UNSIGNED
    assert len(bank.requests) == 1


@pytest.mark.parametrize(
    "text",
    [
        None,
        b"not http at all\r\n\r\n",
        b"HTTP/1.1 200 x\r\ncontent-length: 400\r\n\r\n{}",
        b"HTTP/1.1 9999999999999 x\r\n\r\n",
        b"HTTP/1.1 200 x\r\n" + b"a: b\r\n" * 300 + b"\r\n",
        b"HTTP/1.1 200 x\r\na: " + b"x" * 70_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 x\r\ntransfer-encoding: chunked\r\n\r\nZZ\r\n",
    ],
)
def test_a_line_that_breaks_is_no_reply_and_nothing_is_written_again(
    bank: BadBank, text: bytes | None
) -> None:
    bank.says = lambda _: text
    assert asked_once(bank.place, deadline_s=0.5) == Heard(Outcome.NO_REPLY)
    assert len(bank.requests) <= 1


def test_a_bank_that_says_nothing_is_left_at_the_deadline(bank: BadBank) -> None:
    bank.is_silent = True
    assert asked_once(bank.place, deadline_s=0.5) == Heard(Outcome.NO_REPLY)
    assert len(bank.requests) <= 1


def test_who_does_not_listen_is_told_apart_from_who_does_not_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        place = taken.getsockname()
    assert asked_once(place) == Heard(Outcome.UNREACHABLE)
    assert asked_once(None) == Heard(Outcome.UNREACHABLE)


def test_a_kept_line_that_was_hung_up_meanwhile_is_not_written_to(bank: BadBank) -> None:
    bank.says, bank.hangs_up = signed(), True
    with lines_to(bank.place) as lines:
        assert asked(lines).outcome is Outcome.ANSWERED
        assert bank.has_hung_up.wait(60)
        assert asked(lines).outcome is Outcome.ANSWERED
    assert len(bank.requests) == 2


@settings(max_examples=60)
@given(
    body=st.binary(max_size=200),
    status=st.integers(100, 599),
    headers=st.dictionaries(
        st.from_regex(r"[a-z-]{1,9}", fullmatch=True), st.text("abc=,1", max_size=9)
    ),
)
def test_any_bytes_are_an_outcome_and_never_an_exception(
    body: bytes, status: int, headers: dict[str, str]
) -> None:
    with bad_bank() as bank:
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        bank.says = lambda _: f"HTTP/1.1 {status} x\r\n{lines}\r\n".encode() + body
        heard = asked_once(bank.place)
    assert heard.outcome in {Outcome.UNSIGNED, Outcome.NO_REPLY}


def test_the_body_is_told_as_it_is_signed(bank: BadBank) -> None:
    bank.says = signed()
    asked_once(bank.place)
    (request,) = bank.requests
    head, _, body = request.partition(b"\r\n\r\n")

    assert head.startswith(b"POST /v1/ICBC/payments HTTP/1.1")
    sent = Request("ICBC", "/v1/ICBC/payments", header_of(request, "Huoqi-Time"), body)
    KEYS.check_request(sent, header=header_of(request, SIGNATURE), now_unix=NOW)
    assert json.loads(body) == {}
