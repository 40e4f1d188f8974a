"""Banks over HTTP: what each answer proves, and that a send is never written twice."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huoqi.bootstrap.bank_lines import LineBooks
from huoqi.kit.clock import ManualClock
from huoqi.kit.db import Database
from huoqi.kit.progress import monotonic_ms
from huoqi.payments.banks.http import HttpBanks, Wiring
from huoqi.payments.banks.http.keys import SIGNATURE, Answer, new_keys
from huoqi.payments.banks.http.lines import machine_unix
from huoqi.payments.banks.http.wire import UNREADABLE
from huoqi.payments.banks.port import (
    CardAnswer,
    CardCheck,
    CheckAnswer,
    CodeAnswer,
    CodeAttempt,
    Instruction,
)
from huoqi.payments.rules.bank_profiles import Direction
from huoqi.payments.rules.replies import Reply, ReplyKind
from tests.payments.banks.http.bad_bank import BadBank, Says, answer, bad_bank, header_of

KEYS = new_keys()
REF = "HQ00000000000000000000000000000001"
NO_REPLY, UNREACHABLE = Reply(ReplyKind.NO_REPLY), Reply(ReplyKind.UNREACHABLE)
ID = UUID(int=1)


def order(n: int = 1, bank: str = "ICBC") -> Instruction:
    ref = f"HQ{n:032d}"
    return Instruction(0, UUID(int=n), ref, bank, "direct", Direction.COLLECT, 500, ID, 0)


def signed(status: int, body: bytes) -> Says:
    """Return what a bank says that signs its answers, whatever they are."""

    def says(request: bytes) -> bytes:
        bank = request.split(b" ")[1].split(b"/")[2].decode()
        made = Answer(bank, header_of(request, SIGNATURE), status, body)
        return answer(status, body, mark=KEYS.sign_answer(made, unix=machine_unix()))

    return says


def word(**said: object) -> bytes:
    return msgspec.json.encode({"ref": REF, "code": "00", "amount_fen": 500, **said})


@dataclass
class Line:
    """Banks whose other side says what a test wants."""

    banks: HttpBanks
    bank: BadBank
    database: Database

    def sent(self, says: Says) -> Reply:
        """Return the reply to an order, which is written once."""
        self.bank.says = says
        self.bank.requests.clear()
        (reply,) = self.banks.send([order()])
        assert len(self.bank.requests) == 1
        return reply

    def asked(self, says: Says) -> Reply:
        """Return the reply to a question."""
        self.bank.says = says
        self.bank.requests.clear()
        (reply,) = self.banks.query([order()])
        return reply


@pytest.fixture(scope="module")
def line(database_dsn: str) -> Iterator[Line]:
    clock = ManualClock(datetime(2015, 5, 11, 1, tzinfo=UTC))
    database = Database(database_dsn, clock=clock, size=2)
    with bad_bank() as bank:
        wiring = Wiring(place=lambda: bank.place, keys=lambda: KEYS, books=LineBooks())
        banks = HttpBanks(database, wiring)
        yield Line(banks, bank, database)
        banks.close()
    database.close()


def test_a_signed_word_is_the_reply(line: Line) -> None:
    assert line.sent(signed(200, word())) == Reply(ReplyKind.CODE, "00", 500)
    assert line.sent(signed(200, word(code="51"))) == Reply(ReplyKind.CODE, "51", 500)
    other = line.sent(signed(200, word(amount_fen=501, currency="USD")))
    assert other == Reply(ReplyKind.CODE, "00", 501, "USD")
    assert line.asked(signed(404, word(code="25"))) == Reply(ReplyKind.NOT_FOUND)


def test_only_a_signed_shut_door_says_that_nothing_was_let_in(line: Line) -> None:
    assert line.sent(signed(503, b"{}")) == UNREACHABLE
    assert line.sent(lambda _: answer(503, b"{}")) == UNREADABLE


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b""),
        (200, b"{}"),
        (200, b"[[[[[["),
        (200, word(ref="HQ2")),
        (200, word(code="")),
        (200, word(code="x" * 9)),
        (200, word(code="0 0")),
        (200, word(amount_fen="500")),
        (200, word(amount_fen=5.5)),
        (200, word(amount_fen=-1)),
        (200, word(amount_fen=2**63)),
        (200, word(currency="yuan")),
        (200, b" " * 70_000),
        (500, word()),
        (301, word()),
    ],
)
def test_anything_else_proves_nothing(line: Line, status: int, body: bytes) -> None:
    assert line.sent(signed(status, body)) == UNREADABLE
    assert line.asked(signed(status, body)) == UNREADABLE


def test_not_found_means_something_as_the_answer_to_a_question_only(line: Line) -> None:
    assert line.sent(signed(404, word(code="25"))) == UNREADABLE


def test_a_lost_send_is_not_sent_again_and_a_lost_question_is_asked_once_more(line: Line) -> None:
    assert line.sent(lambda _: None) == NO_REPLY
    assert line.asked(lambda _: None) == NO_REPLY
    assert len(line.bank.requests) == 2


def test_a_bank_has_as_long_as_its_profile_says(line: Line) -> None:
    sql = "UPDATE bank_profile SET reply_deadline_s = 1 WHERE bank = 'PSBC'"
    line.database.run(lambda work: work.run(sql))
    line.bank.is_silent = True
    began_ms = monotonic_ms()
    assert line.banks.send([order(bank="PSBC")]) == [NO_REPLY]
    took_ms = monotonic_ms() - began_ms
    line.bank.is_silent = False
    line.bank.keeps.set()
    assert took_ms >= 900


def test_each_item_has_its_own_answer_in_order(line: Line) -> None:
    def says(request: bytes) -> bytes | None:
        told = msgspec.json.decode(request.partition(b"\r\n\r\n")[2])
        if int(told["order_id"][-2:], 16) % 3 == 0:
            return None
        body = word(ref=told["ref"], amount_fen=int(told["ref"][2:]))
        return signed(200, body)(request)

    line.bank.says = says
    banks = ("ICBC", "CCB", "BOC", "ABC")
    replies = line.banks.send([order(n, banks[n % 4]) for n in range(1, 41)])

    lost = [n for n, reply in enumerate(replies, 1) if reply == NO_REPLY]
    assert lost == list(range(3, 41, 3))
    told = [reply.amount_fen for reply in replies if reply.kind is ReplyKind.CODE]
    assert told == [n for n in range(1, 41) if n % 3]


CHECK = CardCheck(ID, "ICBC", "6222", "n", "i", "m")


@pytest.mark.parametrize(
    ("says", "expected"),
    [
        (signed(200, b'{"answer": "matched"}'), CardAnswer(CheckAnswer.MATCHED)),
        (
            signed(200, b'{"answer": "refused", "code": "card.lost"}'),
            CardAnswer(CheckAnswer.REFUSED, "card.lost"),
        ),
        (signed(200, b'{"answer": "perhaps"}'), CardAnswer(CheckAnswer.NO_REPLY)),
        (signed(200, b'{"answer": "refused", "code": "<b>"}'), CardAnswer(CheckAnswer.NO_REPLY)),
        (signed(503, b'{"answer": "matched"}'), CardAnswer(CheckAnswer.NO_REPLY)),
        (lambda _: answer(200, b'{"answer": "matched"}'), CardAnswer(CheckAnswer.NO_REPLY)),
        (lambda _: None, CardAnswer(CheckAnswer.NO_REPLY)),
    ],
)
def test_an_issuers_word_is_one_that_we_know(line: Line, says: Says, expected: CardAnswer) -> None:
    line.bank.says = says
    assert line.banks.check_cards([CHECK]) == [expected]
    assert line.banks.query_checks([(ID, "ICBC")]) == [expected]


def test_a_code_is_right_only_where_the_issuer_says_so(line: Line) -> None:
    attempt = CodeAttempt(ID, "ICBC", "123456")
    for says, expected in (
        (signed(200, b'{"answer": "right"}'), CodeAnswer.RIGHT),
        (signed(200, b'{"answer": "wrong"}'), CodeAnswer.WRONG),
        (signed(200, b'{"answer": "so-so"}'), CodeAnswer.NO_REPLY),
        (signed(500, b'{"answer": "right"}'), CodeAnswer.NO_REPLY),
        (lambda _: None, CodeAnswer.NO_REPLY),
    ):
        line.bank.says = says
        assert line.banks.confirm_codes([attempt]) == [expected]


PAGE: dict[str, object] = {"form": "camt.053", "text": "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}


@pytest.mark.parametrize(
    "says",
    [
        signed(200, b"{}"),
        signed(200, b"<xml/>"),
        signed(200, msgspec.json.encode({"pages": [PAGE, {**PAGE, "form": "delimited"}]})),
        signed(500, msgspec.json.encode({"pages": []})),
        lambda _: answer(200, msgspec.json.encode({"pages": []})),
        lambda _: None,
    ],
)
def test_statements_that_cannot_be_read_are_left_out(line: Line, says: Says) -> None:
    line.bank.says = says
    assert line.banks.statements(limit=5) == []
    line.banks.acknowledge_statements([])
    assert line.banks.ask_for_statement(bank="ICBC", on=date(2015, 5, 11)) is False


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda each: (
        st.lists(each, max_size=3) | st.dictionaries(st.text(max_size=9), each, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=80)
@given(
    status=st.sampled_from([200, 404, 503, 500]),
    body=st.binary(max_size=60)
    | st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(["ref", "code", "amount_fen", "currency", "answer", "pages"], JSON),
    ).map(msgspec.json.encode),
)
def test_whatever_is_signed_is_a_word_or_nothing(line: Line, status: int, body: bytes) -> None:
    asked: Sequence[Callable[[], object]] = (
        lambda: line.banks.send([order()]),
        lambda: line.banks.query([order()]),
        lambda: line.banks.check_cards([CHECK]),
        lambda: line.banks.confirm_codes([CodeAttempt(ID, "ICBC", "1")]),
        lambda: line.banks.ask_for_statement(bank="ICBC", on=date(2015, 5, 11)),
    )
    line.bank.says = signed(status, body)
    for ask in asked:
        ask()
    assert line.sent(signed(status, body)).code != "00" or b'"00"' in body
