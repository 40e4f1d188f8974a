"""What an authenticator made or signed, and every way in which it may not be believed."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from huoqi.customers.rules.access import CoolDown, Standing, StepUpRequired
from huoqi.customers.rules.passkeys import (
    PASSKEYS_MAX,
    KnownKey,
    PasskeyNotVerified,
    RelyingParty,
    TooManyPasskeys,
    assertion_of,
    challenge_for,
    challenge_of,
    counts_on,
    creation_options,
    owner_of_handle,
    refusal_to_add,
    request_options,
    user_handle,
    verified_count,
    verified_key,
)
from tests.authenticator import ORIGIN, USER_PRESENT, Authenticator, Json, b64

PARTY = RelyingParty("localhost", (ORIGIN,))
CHALLENGE = bytes(range(32))
HANDLE = user_handle(shard=1, customer_id=UUID(int=7))
AT = datetime(2015, 5, 11, 1, 0, tzinfo=UTC)
FREE = Standing("active", is_own_frozen=False, is_staff_frozen=False, cool_down_until=None)


def _creation(challenge: bytes = CHALLENGE) -> Json:
    return creation_options(PARTY, challenge=challenge, handle=HANDLE, label="Huoqi", known=[])


def _request(challenge: bytes = CHALLENGE) -> Json:
    return request_options(PARTY, challenge=challenge, allowed=[])


def test_the_options_ask_for_a_discoverable_key_whose_user_is_verified() -> None:
    known = [KnownKey(b"older", ("internal",)), KnownKey(b"oldest", ())]

    options = creation_options(PARTY, challenge=CHALLENGE, handle=HANDLE, label="H", known=known)

    assert options["rp"] == {"name": "Huoqi", "id": "localhost"}
    assert options["authenticatorSelection"] == {
        "residentKey": "required",
        "requireResidentKey": True,
        "userVerification": "required",
    }
    assert (options["attestation"], options["timeout"]) == ("none", 300_000)
    assert options["excludeCredentials"] == [
        {"id": b64(b"older"), "type": "public-key", "transports": ["internal"]},
        {"id": b64(b"oldest"), "type": "public-key"},
    ]


def test_a_sign_in_names_no_passkey_so_that_the_browser_offers_its_own() -> None:
    options = _request()

    assert options["allowCredentials"] == []
    assert options["userVerification"] == "required"


def test_a_passkey_that_was_made_is_kept_and_its_signature_verified() -> None:
    phone = Authenticator()

    made = verified_key(PARTY, phone.create(_creation()), challenge=CHALLENGE)
    answer = phone.get(_request())

    assert made.credential_id == phone.credential_id
    assert (made.transports, made.is_synced) == (("hybrid", "internal"), False)
    assert assertion_of(answer).user_handle == HANDLE
    assert challenge_of(answer) == CHALLENGE
    count = verified_count(PARTY, answer, challenge=CHALLENGE, public_key=made.public_key)
    assert count == 1


@pytest.mark.parametrize(
    "liar",
    [
        Authenticator(origin="http://localhost:9999"),
        Authenticator(origin="https://huoqi.example"),
        Authenticator(rp_id="huoqi.example"),
        Authenticator(flags=USER_PRESENT),
        Authenticator(flags=0),
        Authenticator(credential_id=b""),
        Authenticator(credential_id=bytes(1_024)),
        Authenticator(format="tpm"),
        Authenticator(format="packed", statement={"x5c": [b"certificate"]}),
        Authenticator(format="packed", statement={"alg": -7, "sig": b"wrong"}),
    ],
    ids=[
        "port",
        "site",
        "party",
        "unverified",
        "absent",
        "unnamed",
        "long",
        "tpm",
        "chain",
        "unsigned",
    ],
)
def test_a_passkey_of_another_kind_or_site_is_not_kept(liar: Authenticator) -> None:
    with pytest.raises(PasskeyNotVerified):
        verified_key(PARTY, liar.create(_creation()), challenge=CHALLENGE)


def test_a_passkey_for_another_challenge_is_not_kept() -> None:
    with pytest.raises(PasskeyNotVerified):
        verified_key(PARTY, Authenticator().create(_creation()), challenge=bytes(32))


def _with_other_key(answer: Json) -> None:
    answer["response"]["signature"] = Authenticator().get(_request())["response"]["signature"]


def _garbled(answer: Json) -> None:
    answer["response"]["authenticatorData"] = "AAAA"


def _as_creation(answer: Json) -> None:
    told = {"type": "webauthn.create", "challenge": b64(CHALLENGE), "origin": ORIGIN}
    answer["response"]["clientDataJSON"] = b64(json.dumps(told).encode())


@pytest.mark.parametrize("spoil", [_with_other_key, _garbled, _as_creation])
def test_a_signature_by_another_key_or_for_another_purpose_is_refused(
    spoil: Callable[[Json], None],
) -> None:
    phone = Authenticator()
    made = verified_key(PARTY, phone.create(_creation()), challenge=CHALLENGE)
    answer = phone.get(_request())
    spoil(answer)

    with pytest.raises(PasskeyNotVerified):
        verified_count(PARTY, answer, challenge=CHALLENGE, public_key=made.public_key)


@pytest.mark.parametrize(
    "client",
    [
        b"",
        b"[]",
        b"[" * 3_000,
        b"\xff",
        b'{"type":"webauthn.get","challenge":7,"origin":""}',
        b'{"type":"webauthn.get","challenge":"QUJD","origin":""}',
    ],
    ids=["empty", "list", "deep", "bytes", "number", "short"],
)
def test_client_data_that_cannot_be_read_is_refused(client: bytes) -> None:
    answer = Authenticator().get(_request())
    answer["response"]["clientDataJSON"] = b64(client) or "A"

    with pytest.raises(PasskeyNotVerified):
        challenge_of(answer)


def test_an_assertion_without_its_credential_is_refused() -> None:
    answer = Authenticator().get(_request())
    del answer["rawId"]

    with pytest.raises(PasskeyNotVerified):
        assertion_of(answer)


def test_a_passkey_may_leave_its_customer_unnamed() -> None:
    answer = Authenticator().get(_request())

    assert assertion_of(answer).user_handle is None


def test_a_handle_names_shard_and_customer_and_others_name_nobody() -> None:
    assert owner_of_handle(HANDLE) == (1, UUID(int=7))
    assert owner_of_handle(None) is None
    assert owner_of_handle(b"short") is None
    assert owner_of_handle(b"\xff" * 18) is None


def test_a_challenge_is_bound_to_the_order_that_it_approves() -> None:
    nonce, order = b"n" * 32, b"o" * 32

    assert challenge_for(nonce, order_fingerprint=None) == nonce
    assert challenge_for(nonce, order_fingerprint=order) != challenge_for(
        nonce, order_fingerprint=b"p" * 32
    )


def test_a_counter_goes_on_or_rests_at_zero() -> None:
    assert counts_on(1, last_count=0)
    assert counts_on(0, last_count=0)
    assert not counts_on(0, last_count=1)
    assert not counts_on(5, last_count=5)


def test_the_first_proof_is_free_and_each_further_one_is_approved_by_an_older() -> None:
    def refusal(*, has_password: bool, count: int, scopes: set[str]) -> type | None:
        found = refusal_to_add(
            FREE, at=AT, has_password=has_password, count=count, scopes=frozenset(scopes)
        )
        return type(found) if found else None

    assert refusal(has_password=False, count=0, scopes=set()) is None
    assert refusal(has_password=True, count=0, scopes=set()) is StepUpRequired
    assert refusal(has_password=True, count=1, scopes={"money"}) is StepUpRequired
    assert refusal(has_password=True, count=1, scopes={"money", "security"}) is None
    assert refusal(has_password=False, count=1, scopes=set()) is StepUpRequired
    assert refusal(has_password=False, count=1, scopes={"money"}) is None
    assert refusal(has_password=False, count=PASSKEYS_MAX, scopes={"money"}) is TooManyPasskeys


def test_no_passkey_is_added_during_a_cool_down() -> None:
    cooling = Standing(
        "active",
        is_own_frozen=False,
        is_staff_frozen=False,
        cool_down_until=AT + timedelta(hours=1),
    )

    refusal = refusal_to_add(
        cooling, at=AT, has_password=True, count=0, scopes=frozenset({"security"})
    )

    assert isinstance(refusal, CoolDown)
