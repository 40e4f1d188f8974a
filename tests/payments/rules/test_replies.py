"""Only a listed final code with the right amount is proof."""

import pytest

from huoqi.payments.rules.reducer import Event
from huoqi.payments.rules.replies import Reply, ReplyKind, event_of, reason_of


def code(text: str, amount_fen: int | None = 10_000, currency: str = "CNY") -> Reply:
    return Reply(ReplyKind.CODE, code=text, amount_fen=amount_fen, currency=currency)


@pytest.mark.parametrize(
    ("reply", "event"),
    [
        (code("00"), Event.E_SUCCESS),
        (code("51"), Event.E_REJECT),
        (code("00", 9_999), Event.X_AMOUNT_DIFF),
        (code("51", 9_999), Event.X_AMOUNT_DIFF),
        (code("00", None), Event.X_AMOUNT_DIFF),
        (code("00", 10_000, "USD"), Event.X_AMOUNT_DIFF),
        (code("09"), Event.E_ACK),
        (code("96"), Event.E_SOFT_FAIL),
        (code("<html>"), Event.E_SOFT_FAIL),
        (Reply(ReplyKind.NOT_FOUND), Event.E_NOT_FOUND),
        (Reply(ReplyKind.NO_REPLY), Event.E_TIMEOUT),
        (Reply(ReplyKind.UNREACHABLE), Event.E_TIMEOUT),
    ],
)
def test_a_reply_proves_what_its_code_and_amount_prove(reply: Reply, event: Event) -> None:
    assert event_of(reply, expected_fen=10_000, not_found_is_final=False) is event


def test_not_found_is_proof_only_where_the_profile_says_so() -> None:
    not_found = Reply(ReplyKind.NOT_FOUND)

    assert event_of(not_found, expected_fen=1, not_found_is_final=True) is Event.E_REJECT


def test_a_refusal_has_a_stable_reason_and_other_words_have_none() -> None:
    assert reason_of(code("51")) == "card.insufficient_funds"
    assert reason_of(code("00")) == ""
