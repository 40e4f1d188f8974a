"""Signatures of webhooks: what is signed, what a receiver refuses and what it is told."""

import hashlib
import hmac

import pytest

from huoqi.events.rules.signatures import (
    SignatureDiffers,
    SignatureMalformed,
    SignatureMissing,
    SignatureOutsideWindow,
    sign,
    verify,
)

BODY = b'{"id":"7","data":{"amount_fen":"10000"}}'
SECRET, OTHER = "whsec_one", "whsec_two"
AT = 1_431_306_000


def signed(body: bytes = BODY, *secrets: str) -> str:
    return sign(body, secrets=secrets or (SECRET,), unix=AT)


def check(body: bytes, header: str, *secrets: str, now: int = AT) -> int:
    return verify(body, header=header, secrets=secrets or (SECRET,), now_unix=now)


def test_the_signature_is_an_hmac_over_time_and_body() -> None:
    by_hand = hmac.new(SECRET.encode(), b"1431306000." + BODY, hashlib.sha256).hexdigest()

    assert signed() == f"t=1431306000,v1={by_hand}"
    assert check(BODY, signed()) == AT


def test_while_a_secret_changes_either_one_opens() -> None:
    header = signed(BODY, SECRET, OTHER)

    assert header.count("v1=") == 2
    assert check(BODY, header, SECRET) == check(BODY, header, OTHER) == AT
    assert check(BODY, signed(BODY, OTHER), SECRET, OTHER) == AT


@pytest.mark.parametrize("place", range(len(BODY)))
def test_a_changed_byte_is_refused(place: int) -> None:
    changed = bytearray(BODY)
    changed[place] ^= 1

    with pytest.raises(SignatureDiffers):
        check(bytes(changed), signed())


def test_another_secret_is_refused() -> None:
    with pytest.raises(SignatureDiffers) as refused:
        check(BODY, signed(), OTHER)
    assert refused.value.params == {"clue": "body_or_secret"}


@pytest.mark.parametrize("age_s", [-300, 0, 300])
def test_five_minutes_are_fresh(age_s: int) -> None:
    assert check(BODY, signed(), now=AT + age_s) == AT


@pytest.mark.parametrize("age_s", [-301, 301])
def test_a_second_more_is_not(age_s: int) -> None:
    with pytest.raises(SignatureOutsideWindow) as refused:
        check(BODY, signed(), now=AT + age_s)
    assert refused.value.params == {"age_s": age_s, "window_s": 300}


def test_a_time_that_was_changed_to_look_fresh_is_refused() -> None:
    with pytest.raises(SignatureDiffers):
        check(BODY, signed().replace(f"t={AT}", f"t={AT + 999}"), now=AT + 999)


def test_a_body_that_was_parsed_and_written_anew_is_recognised() -> None:
    with pytest.raises(SignatureDiffers) as refused:
        check(b'{"id": "7", "data": {"amount_fen": "10000"}}', signed())
    assert refused.value.params == {"clue": "body_reformatted"}


def test_a_signature_over_the_body_alone_is_recognised() -> None:
    bare = hmac.new(SECRET.encode(), BODY, hashlib.sha256).hexdigest()

    with pytest.raises(SignatureDiffers) as refused:
        check(BODY, f"t={AT},v1={bare}")
    assert refused.value.params == {"clue": "body_alone_signed"}


def test_a_body_that_is_no_json_is_judged_too() -> None:
    with pytest.raises(SignatureDiffers):
        check(b"\xff{", signed())


def test_no_header_is_no_signature() -> None:
    with pytest.raises(SignatureMissing):
        check(BODY, "")


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("v1=" + "a" * 64, "t"),
        ("t=now,v1=" + "a" * 64, "t"),
        ("t=1,t=2,v1=" + "a" * 64, "t"),
        ("t=1", "v1"),
        ("t=1,v1=abc", "v1"),
        ("t=1,v1=" + "A" * 64, "v1"),
        ("t=1,v0=" + "a" * 64, "v1"),
    ],
)
def test_a_header_of_another_form_is_named(header: str, part: str) -> None:
    with pytest.raises(SignatureMalformed) as refused:
        check(BODY, header)
    assert refused.value.params == {"part": part}


def test_marks_of_versions_to_come_are_passed_over() -> None:
    assert check(BODY, signed() + ",v2=anything") == AT
