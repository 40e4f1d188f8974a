"""What an authenticator made or signed, judged on facts: WebAuthn Level 3, sections 7.1 and 7.2.

Attestations are not asked for: which model of phone a customer owns is none of our business, and
the key's worth to us is that its holder added it after proving who they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import ClassVar, Literal
from uuid import UUID

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    decode_credential_public_key,
    decoded_public_key_to_cryptography,
    options_to_json_dict,
    parse_attestation_object,
    parse_client_data_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AttestationFormat,
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from huoqi.customers.rules.access import Standing, StepUpRequired, refusal_to_move
from huoqi.kit.errors import DomainError

Purpose = Literal["register", "sign_in", "step_up"]
Credential = Mapping[str, object]

CHALLENGE_BYTES = 32
CHALLENGE_HOLDS = timedelta(minutes=5)
PASSKEYS_MAX = 20
_HANDLE_BYTES = 18
_TRANSPORTS = frozenset(each.value for each in AuthenticatorTransport)
# Bodies are bounded and typed by the entrance; inside them, bytes may be anything, and the library
# lets these out of its readers beside its own.
_UNREADABLE = (
    WebAuthnException,
    InvalidSignature,
    UnsupportedAlgorithm,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    RecursionError,
)
# Attestations by makers' certificates are not asked for, so their readers need not run.
_FORMATS = frozenset({AttestationFormat.NONE, AttestationFormat.PACKED})
_CREDENTIAL_ID_BYTES = range(1, 1024)


class PasskeyNotVerified(DomainError):
    """The authenticator's answer is malformed, for another site, unverified or wrongly signed."""

    code: ClassVar[str] = "passkey.not_verified"


class PasskeyCopied(DomainError):
    """The passkey counts backwards, as a copy would: it is suspended; remove it, add a new one."""

    code: ClassVar[str] = "passkey.copied"


class TooManyPasskeys(DomainError):
    """The customer has as many passkeys as are kept; ``most`` says how many."""

    code: ClassVar[str] = "passkey.too_many"


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """Who we are to authenticators: a domain, and the origins whose pages may ask."""

    id: str
    origins: tuple[str, ...]
    name: str = "Huoqi"


@dataclass(frozen=True, slots=True)
class NewKey:
    """What is kept of a passkey that an authenticator made."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    transports: tuple[str, ...]
    is_synced: bool


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A passkey as authenticators name it, for lists of what may answer."""

    credential_id: bytes
    transports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assertion:
    """Which passkey answers which challenge, for whom; nothing of it is proven yet."""

    challenge: bytes
    credential_id: bytes
    user_handle: bytes | None


def challenge_for(nonce: bytes, *, order_fingerprint: bytes | None) -> bytes:
    """Return the challenge of a step-up: bound to the order's content, if there is one.

    >>> challenge_for(bytes(32), order_fingerprint=None) == bytes(32)
    True
    >>> challenge_for(bytes(32), order_fingerprint=bytes(32)).hex()[:16]
    'f5a5fd42d16a2030'
    """
    assert len(nonce) == CHALLENGE_BYTES
    return nonce if order_fingerprint is None else sha256(nonce + order_fingerprint).digest()


def user_handle(*, shard: int, customer_id: UUID) -> bytes:
    """Return what a passkey keeps to name its customer: nothing private, found by one probe.

    >>> user_handle(shard=1, customer_id=UUID(int=2)).hex()
    '000100000000000000000000000000000002'
    """
    return shard.to_bytes(2, "big") + customer_id.bytes


def owner_of_handle(handle: bytes | None) -> tuple[int, UUID] | None:
    """Return shard and customer of a user handle, None if it is none of ours."""
    if handle is None or len(handle) != _HANDLE_BYTES or handle[0] >= 0x80:
        return None
    return int.from_bytes(handle[:2], "big"), UUID(bytes=handle[2:])


def creation_options(
    party: RelyingParty, *, challenge: bytes, handle: bytes, label: str, known: Sequence[KnownKey]
) -> dict[str, object]:
    """Return what a browser needs to make a passkey: discoverable, its user verified."""
    options = generate_registration_options(
        rp_id=party.id,
        rp_name=party.name,
        user_id=handle,
        user_name=label,
        challenge=challenge,
        timeout=_milliseconds(CHALLENGE_HOLDS),
        exclude_credentials=_descriptors(known),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
    )
    return dict(options_to_json_dict(options))


def request_options(
    party: RelyingParty, *, challenge: bytes, allowed: Sequence[KnownKey]
) -> dict[str, object]:
    """Return what a browser needs to let a passkey sign; with none allowed, any of the site's."""
    options = generate_authentication_options(
        rp_id=party.id,
        challenge=challenge,
        timeout=_milliseconds(CHALLENGE_HOLDS),
        allow_credentials=_descriptors(allowed),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return dict(options_to_json_dict(options))


def challenge_of(credential: Credential) -> bytes:
    """Return the challenge that an answer claims to answer; raise PasskeyNotVerified for none."""
    try:
        response = credential["response"]
        assert isinstance(response, Mapping), "the entrance gives it this shape"
        challenge = parse_client_data_json(base64url_to_bytes(response["clientDataJSON"])).challenge
    except _UNREADABLE as error:
        raise PasskeyNotVerified from error
    if len(challenge) != CHALLENGE_BYTES:
        raise PasskeyNotVerified
    return challenge


def assertion_of(credential: Credential) -> Assertion:
    """Return what an assertion claims; raise PasskeyNotVerified if it cannot be read."""
    challenge = challenge_of(credential)
    try:
        response = credential["response"]
        assert isinstance(response, Mapping), "challenge_of looked"
        handle = response.get("userHandle")
        return Assertion(
            challenge,
            base64url_to_bytes(str(credential["rawId"])),
            base64url_to_bytes(handle) if handle else None,
        )
    except _UNREADABLE as error:
        raise PasskeyNotVerified from error


def verified_key(party: RelyingParty, credential: Credential, *, challenge: bytes) -> NewKey:
    """Return the key that an authenticator made; raise PasskeyNotVerified.

    Its user must have been verified (PIN, finger, face), and its public key must be of a kind that
    we can check signatures with.
    """
    try:
        _refuse_certificates(credential)
        made = verify_registration_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=list(party.origins),
            require_user_verification=True,
        )
        decoded_public_key_to_cryptography(decode_credential_public_key(made.credential_public_key))
    except _UNREADABLE as error:
        raise PasskeyNotVerified from error
    if len(made.credential_id) not in _CREDENTIAL_ID_BYTES:
        raise PasskeyNotVerified
    return NewKey(
        made.credential_id,
        made.credential_public_key,
        made.sign_count,
        _transports(credential),
        made.credential_backed_up,
    )


def verified_count(
    party: RelyingParty, credential: Credential, *, challenge: bytes, public_key: bytes
) -> int:
    """Return the counter in an assertion that a passkey signed; raise PasskeyNotVerified.

    Whether the counter is plausible is ``counts_on``'s matter.
    """
    try:
        return verify_authentication_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=list(party.origins),
            credential_public_key=public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        ).new_sign_count
    except _UNREADABLE as error:
        raise PasskeyNotVerified from error


def counts_on(seen_count: int, *, last_count: int) -> bool:
    """Return whether a signature counter goes on from the last; all zeros are one that rests.

    >>> [counts_on(8, last_count=7), counts_on(7, last_count=7), counts_on(0, last_count=0)]
    [True, False, True]
    """
    return seen_count > last_count or (seen_count == 0 and last_count == 0)


def refusal_to_add(
    standing: Standing, *, at: datetime, has_password: bool, count: int, scopes: frozenset[str]
) -> DomainError | None:
    """Return why a customer may not add a passkey to those there are, None if it may.

    The first proof is free, since nothing can be moved before it; every further one is approved
    by an older one: the payment password where there is one. During a cool-down none is added, so
    that whoever took an account over leaves nothing behind.
    """
    if count >= PASSKEYS_MAX:
        return TooManyPasskeys(most=PASSKEYS_MAX)
    if has_password and "security" not in scopes:
        return StepUpRequired()
    if count and not scopes:
        return StepUpRequired()
    return refusal_to_move(standing, moves="out", at=at)


def _refuse_certificates(credential: Credential) -> None:
    response = credential["response"]
    assert isinstance(response, Mapping), "the entrance gives it this shape"
    made = parse_attestation_object(base64url_to_bytes(response["attestationObject"]))
    if made.fmt not in _FORMATS or made.att_stmt.x5c:
        raise PasskeyNotVerified


def _descriptors(keys: Sequence[KnownKey]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=key.credential_id,
            transports=[AuthenticatorTransport(each) for each in key.transports] or None,
        )
        for key in keys
    ]


def _transports(credential: Credential) -> tuple[str, ...]:
    response = credential["response"]
    assert isinstance(response, Mapping), "it was verified"
    told = response.get("transports") or ()
    return tuple(sorted({each for each in told if each in _TRANSPORTS}))


def _milliseconds(span: timedelta) -> int:
    return span // timedelta(milliseconds=1)
