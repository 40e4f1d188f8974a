"""OpenID Connect, our side: what may be believed of a device maker's answers.

OpenID Connect Core 1.0 section 3.1.3.7 (ID token), RFC 7636 (PKCE), RFC 9700 (best practice).
"""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import ClassVar

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from huoqi.kit.errors import DomainError

FLOW_HOLDS = timedelta(minutes=10)
PENDING_HOLDS = timedelta(hours=1)
LEEWAY_S = 60
# Public keys only: with a shared secret or none, whoever reads the setting could sign.
ALGORITHMS = ("ES256", "PS256", "RS256")
_PATH = re.compile(r"/(?![/\\])[A-Za-z0-9/_.~%?=&-]{0,200}", re.ASCII)
_SUBJECT = re.compile(r"[\x21-\x7e]{1,255}")
# A maker's answer may hold anything; the library lets these out of its readers beside its own.
_UNREADABLE = (JoseError, ValueError, TypeError, LookupError, AttributeError, RecursionError)


class MakerNotBelieved(DomainError):
    """The device maker's answer is malformed, for somebody else, too old, or wrongly signed."""

    code: ClassVar[str] = "device_account.not_verified"


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where a maker's provider is asked."""

    authorization: str
    token: str
    keys: str


@dataclass(frozen=True, slots=True)
class Expected:
    """What an ID token has to say to be ours."""

    issuer: str
    client_id: str
    nonce: str
    machine_now_s: int


def is_return_path(path: str) -> bool:
    """Return whether a sign-in may end on a path: one of our own pages, never another site's.

    >>> [is_return_path(path) for path in ("/", "/buy?fund=1", "//evil.example", "/\\\\evil")]
    [True, True, False, False]
    """
    return _PATH.fullmatch(path) is not None


def pkce_challenge(verifier: str) -> str:
    """Return what the authorization request tells of a verifier: S256, RFC 7636 section 4.2.

    >>> pkce_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
    """
    digest = sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def endpoints_of(document: bytes, *, issuer: str) -> Endpoints:
    """Return the endpoints in a provider's own description; raise MakerNotBelieved.

    A description that names another issuer is another provider's.
    """
    told = _object(document)
    found = [told.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
    if told.get("issuer") != issuer or not all(isinstance(each, str) and each for each in found):
        raise MakerNotBelieved
    return Endpoints(*map(str, found))


def id_token_of(answer: bytes) -> str:
    """Return the ID token in a token endpoint's answer; raise MakerNotBelieved without one."""
    token = _object(answer).get("id_token")
    if not isinstance(token, str):
        raise MakerNotBelieved
    return token


def subject_of(id_token: str, *, keys: bytes, expected: Expected) -> str:
    """Return whose account an ID token is about; raise MakerNotBelieved.

    The signature is by one of the maker's public keys, by an algorithm of ours; issuer, audience
    and nonce are the expected ones; it is not expired and not from the future.
    """
    try:
        known = KeySet.import_key_set({"keys": list(_object(keys)["keys"])})  # type: ignore[call-overload] # checked by the library
        token = jwt.decode(id_token, known, algorithms=list(ALGORITHMS))
        jwt.JWTClaimsRegistry(
            now=expected.machine_now_s,
            leeway=LEEWAY_S,
            iss={"essential": True, "value": expected.issuer},
            aud={"essential": True, "value": expected.client_id},
            nonce={"essential": True, "value": expected.nonce},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
        ).validate(token.claims)
    except _UNREADABLE as error:
        raise MakerNotBelieved from error
    subject = str(token.claims["sub"])
    if not _is_for_us(token.claims, client_id=expected.client_id) or not _SUBJECT.fullmatch(
        subject
    ):
        raise MakerNotBelieved
    return subject


def _is_for_us(claims: Mapping[str, object], *, client_id: str) -> bool:
    """Return whether we are the only audience, or the party that the token was issued to."""
    audience, party = claims["aud"], claims.get("azp")
    if isinstance(audience, list) and len(audience) > 1 and party is None:
        return False
    return party is None or party == client_id


def _object(text: bytes) -> dict[str, object]:
    try:
        told = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MakerNotBelieved from error
    if not isinstance(told, dict):
        raise MakerNotBelieved
    return told
