"""What of a device maker's answers is believed: each part of an ID token, and what is not."""

import hmac
import json
from collections.abc import Mapping

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from huoqi.customers.rules.openid import (
    LEEWAY_S,
    Endpoints,
    Expected,
    MakerNotBelieved,
    endpoints_of,
    id_token_of,
    is_return_path,
    pkce_challenge,
    subject_of,
)
from tests.authenticator import b64

ISSUER, CLIENT, NONCE, NOW_S = "https://maker.example", "huoqi", "n-0S6_WzA2Mj", 1_431_306_000
KEY = ECKey.generate_key("P-256", {"kid": "one", "use": "sig", "alg": "ES256"})
OTHER = ECKey.generate_key("P-256", {"kid": "one", "use": "sig", "alg": "ES256"})
KEYS = json.dumps({"keys": [KEY.as_dict(private=False)]}).encode()
EXPECTED = Expected(ISSUER, CLIENT, NONCE, NOW_S)
GOOD: Mapping[str, object] = {
    "iss": ISSUER,
    "sub": "owner-1",
    "aud": CLIENT,
    "nonce": NONCE,
    "iat": NOW_S,
    "exp": NOW_S + 300,
}


def _token(claims: Mapping[str, object], *, key: ECKey = KEY) -> str:
    return jwt.encode({"alg": "ES256", "kid": "one"}, dict(claims), key)


def _told(**claims: object) -> str:
    return _token({**GOOD, **claims})


def test_a_sound_token_tells_whose_account_it_is() -> None:
    assert subject_of(_token(GOOD), keys=KEYS, expected=EXPECTED) == "owner-1"


def test_a_token_for_several_names_us_as_its_party() -> None:
    token = _told(aud=[CLIENT, "another"], azp=CLIENT)

    assert subject_of(token, keys=KEYS, expected=EXPECTED) == "owner-1"


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(_told(iss="https://evil.example"), id="other issuer"),
        pytest.param(_told(aud="another"), id="other audience"),
        pytest.param(_told(aud=[CLIENT, "another"]), id="several audiences"),
        pytest.param(_told(azp="another"), id="other party"),
        pytest.param(_told(nonce="another"), id="other nonce"),
        pytest.param(_told(exp=NOW_S - LEEWAY_S), id="expired"),
        pytest.param(_told(iat=NOW_S + LEEWAY_S + 1), id="from the future"),
        pytest.param(_told(sub=""), id="no subject"),
        pytest.param(_told(sub="with a space"), id="odd subject"),
        pytest.param(_told(sub=["owner-1"]), id="list of subjects"),
        pytest.param(_token(GOOD, key=OTHER), id="other key"),
        pytest.param(_token(GOOD)[:-6] + "AAAAAA", id="other signature"),
        pytest.param("no.token.atall", id="no token"),
        pytest.param("", id="empty"),
    ],
)
def test_a_token_that_says_anything_else_is_not_believed(token: str) -> None:
    with pytest.raises(MakerNotBelieved):
        subject_of(token, keys=KEYS, expected=EXPECTED)


@pytest.mark.parametrize("claim", ["iss", "aud", "nonce", "exp", "iat", "sub"])
def test_a_token_that_leaves_something_out_is_not_believed(claim: str) -> None:
    short = {name: value for name, value in GOOD.items() if name != claim}

    with pytest.raises(MakerNotBelieved):
        subject_of(_token(short), keys=KEYS, expected=EXPECTED)


def _by_hand(algorithm: str, *, signed_with: bytes) -> str:
    """Return a token that no library would make."""
    header = {"alg": algorithm, "kid": "one"}
    body = ".".join(b64(json.dumps(part).encode()) for part in (header, dict(GOOD)))
    signature = hmac.digest(signed_with, body.encode(), "sha256") if signed_with else b""
    return f"{body}.{b64(signature)}"


@pytest.mark.parametrize(
    ("algorithm", "secret"),
    [
        ("none", b""),
        ("None", b""),
        ("HS256", KEY.as_pem(private=False)),
        ("HS256", json.dumps(KEY.as_dict(private=False)).encode()),
        ("ES256", b"anything"),
    ],
    ids=["unsigned", "capital", "public key as secret", "public keys as secret", "mixed"],
)
def test_an_algorithm_that_strangers_can_use_is_not_believed(algorithm: str, secret: bytes) -> None:
    with pytest.raises(MakerNotBelieved):
        subject_of(_by_hand(algorithm, signed_with=secret), keys=KEYS, expected=EXPECTED)


def test_a_makers_key_may_be_of_the_other_kind() -> None:
    key = RSAKey.generate_key(2048, {"kid": "two", "use": "sig", "alg": "RS256"})
    keys = json.dumps({"keys": [KEY.as_dict(private=False), key.as_dict(private=False)]})
    token = jwt.encode({"alg": "RS256", "kid": "two"}, dict(GOOD), key)

    assert subject_of(token, keys=keys.encode(), expected=EXPECTED) == "owner-1"


@pytest.mark.parametrize("keys", [b"", b"[]", b"{}", b'{"keys": 7}', b'{"keys": [{}]}', b"\xff"])
def test_keys_that_cannot_be_read_prove_nothing(keys: bytes) -> None:
    with pytest.raises(MakerNotBelieved):
        subject_of(_token(GOOD), keys=keys, expected=EXPECTED)


def test_a_description_is_believed_of_its_own_issuer_only() -> None:
    told = {
        "issuer": ISSUER,
        "authorization_endpoint": f"{ISSUER}/a",
        "token_endpoint": f"{ISSUER}/t",
        "jwks_uri": f"{ISSUER}/k",
    }

    found = endpoints_of(json.dumps(told).encode(), issuer=ISSUER)

    assert found == Endpoints(f"{ISSUER}/a", f"{ISSUER}/t", f"{ISSUER}/k")
    for wrong in ({**told, "issuer": "https://evil.example"}, {**told, "jwks_uri": ""}):
        with pytest.raises(MakerNotBelieved):
            endpoints_of(json.dumps(wrong).encode(), issuer=ISSUER)


def test_an_answer_without_a_token_is_a_no() -> None:
    assert id_token_of(b'{"id_token": "a.b.c"}') == "a.b.c"
    with pytest.raises(MakerNotBelieved):
        id_token_of(b'{"error": "invalid_grant"}')


def test_a_sign_in_ends_on_a_page_of_ours() -> None:
    assert is_return_path("/security?tab=devices&x=%E4%BD%A0")
    for path in (
        "",
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/a\r\nSet-Cookie: x",
        "javascript:alert(1)",
        "/" + "a" * 202,
    ):
        assert not is_return_path(path)


def test_the_proof_of_rfc_7636_comes_out() -> None:
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"

    assert pkce_challenge(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
