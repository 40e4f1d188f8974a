"""An authenticator in software: makes passkeys and signs with them, or lies in the ways we test."""

import base64
import json
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

ORIGIN = "http://localhost:8315"
USER_PRESENT, USER_VERIFIED, ATTESTED = 0x01, 0x04, 0x40
Json = dict[str, Any]  # a JSON document


def b64(value: bytes) -> str:
    """Return base64url without padding, as browsers write bytes."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    """Return the bytes of base64url without padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Authenticator:
    """One passkey on one device; set its fields to make it lie."""

    origin: str = ORIGIN
    rp_id: str = "localhost"
    flags: int = USER_PRESENT | USER_VERIFIED
    count: int = 0
    counts: bool = True
    format: str = "none"
    statement: Json = field(default_factory=dict)
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    user_handle: bytes | None = None

    def create(self, options: Json) -> Json:
        """Return what navigator.credentials.create() gives for some options, in JSON."""
        self.user_handle = unb64(options["user"]["id"])
        made = {"fmt": self.format, "attStmt": self.statement, "authData": self._data(made=True)}
        return self._credential({
            "clientDataJSON": b64(self._client("webauthn.create", options["challenge"])),
            "attestationObject": b64(cbor2.dumps(made)),
            "transports": ["internal", "hybrid"],
        })

    def get(self, options: Json, *, user_handle: bytes | None = None) -> Json:
        """Return what navigator.credentials.get() gives for some options, in JSON."""
        self.count += self.counts
        client, data = self._client("webauthn.get", options["challenge"]), self._data(made=False)
        signature = self.key.sign(data + sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        handle = user_handle or self.user_handle
        return self._credential({
            "clientDataJSON": b64(client),
            "authenticatorData": b64(data),
            "signature": b64(signature),
            "userHandle": b64(handle) if handle else None,
        })

    def _credential(self, response: Json) -> Json:
        name = b64(self.credential_id)
        return {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "response": response,
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
        }

    def _client(self, kind: str, challenge: str) -> bytes:
        told = {
            "type": kind,
            "challenge": challenge,
            "origin": self.origin,
            "crossOrigin": False,
        }
        return json.dumps(told).encode()

    def _data(self, *, made: bool) -> bytes:
        head = sha256(self.rp_id.encode()).digest()
        data = head + bytes([self.flags | (ATTESTED if made else 0)])
        data += self.count.to_bytes(4, "big")
        if not made:
            return data
        return data + bytes(16) + len(self.credential_id).to_bytes(2, "big") + self._made_key()

    def _made_key(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        x, y = numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")
        return self.credential_id + cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
