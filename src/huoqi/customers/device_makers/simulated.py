"""A sandbox's device maker: real tokens, signed by a key of this process, for invented accounts."""

import secrets
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode, urlsplit

import msgspec
from joserfc import jwt
from joserfc.jwk import ECKey

from huoqi.customers.device_makers.port import (
    AccountUnknown,
    MakerDown,
    Provider,
    SimulatedAccount,
)
from huoqi.customers.rules.openid import pkce_challenge
from huoqi.kit.clock import machine_now
from huoqi.kit.progress import monotonic_ms

# A name that no network knows: the line below answers for it inside this process.
ISSUER: Final = "https://device-account.sandbox.invalid"
PAGE: Final = "/sandbox/device-account/authorize"
CALLBACK: Final = "/v1/oidc/callback"
PROVIDER: Final = Provider(ISSUER, "huoqi-sandbox", "sandbox-secret")
ACCOUNTS: Final = (
    SimulatedAccount("sim-7f3a01", "林晓的手机账号", "Lin Xiao's phone account"),
    SimulatedAccount("sim-7f3a02", "陈建国的手机账号", "Chen Jianguo's phone account"),
    SimulatedAccount("sim-7f3a03", "周敏的平板账号", "Zhou Min's tablet account"),
    SimulatedAccount("sim-7f3a04", "新设备的账号", "A new device's account"),
)
_CODE_HOLDS_MS = 60_000
_CODES_MAX = 1_000
_TOKEN_HOLDS_S = 300


@dataclass(frozen=True, slots=True)
class _Code:
    subject: str
    nonce: str
    challenge: str
    redirect: str
    expires_ms: int


class SimulatedMaker:
    """Both sides of the simulated maker: its page, and the line that asks it; see the port."""

    def __init__(self) -> None:
        self._key = ECKey.generate_key("P-256", {"kid": "sandbox-1", "use": "sig", "alg": "ES256"})
        self._codes: OrderedDict[str, _Code] = OrderedDict()
        self._lock = threading.Lock()

    def accounts(self) -> list[SimulatedAccount]:
        """Return who may be chosen."""
        return list(ACCOUNTS)

    def check(self, request: Mapping[str, str]) -> None:
        """Raise AccountUnknown for what is no authorization request of ours."""
        wanted = {
            "response_type": "code",
            "client_id": PROVIDER.client_id,
            "scope": "openid",
            "code_challenge_method": "S256",
        }
        if any(request.get(name) != value for name, value in wanted.items()):
            raise AccountUnknown
        if not all(request.get(name) for name in ("state", "nonce", "code_challenge")):
            raise AccountUnknown
        if urlsplit(request.get("redirect_uri", "")).path != CALLBACK:
            raise AccountUnknown

    def approve(self, request: Mapping[str, str], *, subject: str) -> str:
        """Return the path to go back to, with a code that is good for a minute, once."""
        self.check(request)
        if subject not in {each.subject for each in ACCOUNTS}:
            raise AccountUnknown
        code = secrets.token_urlsafe(24)
        with self._lock:
            self._codes[code] = _Code(
                subject,
                request["nonce"],
                request["code_challenge"],
                request["redirect_uri"],
                monotonic_ms() + _CODE_HOLDS_MS,
            )
            if len(self._codes) > _CODES_MAX:
                self._codes.popitem(last=False)
        query = {"code": code, "state": request["state"], "iss": ISSUER}
        return f"{CALLBACK}?{urlencode(query)}"

    def deny(self, request: Mapping[str, str]) -> str:
        """Return the path to go back to when the owner says no."""
        self.check(request)
        query = {"error": "access_denied", "state": request["state"], "iss": ISSUER}
        return f"{CALLBACK}?{urlencode(query)}"

    def get(self, url: str) -> bytes:
        """Return the provider's description, or its public keys."""
        if url == f"{ISSUER}/.well-known/openid-configuration":
            return msgspec.json.encode({
                "issuer": ISSUER,
                "authorization_endpoint": PAGE,
                "token_endpoint": f"{ISSUER}/token",
                "jwks_uri": f"{ISSUER}/jwks",
            })
        if url == f"{ISSUER}/jwks":
            return msgspec.json.encode({"keys": [self._key.as_dict(private=False)]})
        raise MakerDown

    def post_form(self, url: str, fields: Mapping[str, str], *, provider: Provider) -> bytes:
        """Return a token for a code; a code that is used, late or another's gets an error."""
        if url != f"{ISSUER}/token" or provider != PROVIDER:
            raise MakerDown
        with self._lock:
            code = self._codes.pop(fields.get("code", ""), None)
        if code is None or not _fits(code, fields):
            return msgspec.json.encode({"error": "invalid_grant"})
        return msgspec.json.encode({"token_type": "Bearer", "id_token": self._token(code)})

    def _token(self, code: _Code) -> str:
        now_s = int(machine_now().timestamp())
        claims = {
            "iss": ISSUER,
            "sub": code.subject,
            "aud": PROVIDER.client_id,
            "nonce": code.nonce,
            "iat": now_s,
            "exp": now_s + _TOKEN_HOLDS_S,
        }
        return jwt.encode({"alg": "ES256", "kid": "sandbox-1"}, claims, self._key)


def _fits(code: _Code, fields: Mapping[str, str]) -> bool:
    return (
        monotonic_ms() < code.expires_ms
        and fields.get("redirect_uri") == code.redirect
        and pkce_challenge(fields.get("code_verifier", "")) == code.challenge
    )
