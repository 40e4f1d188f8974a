"""The conversation with a provider: where to send a browser, and whose account came back."""

import threading
from urllib.parse import urlencode

from huoqi.customers.device_makers.port import DeviceMaker
from huoqi.customers.rules.openid import (
    Endpoints,
    Expected,
    MakerNotBelieved,
    endpoints_of,
    id_token_of,
    pkce_challenge,
    subject_of,
)
from huoqi.kit.clock import machine_now
from huoqi.kit.progress import monotonic_ms

_DESCRIPTION_PATH = "/.well-known/openid-configuration"
_KEYS_KEPT_MS = 3_600_000
_KEYS_ASKED_AGAIN_MS = 60_000


class MakerClient:
    """Asks one provider; keeps its description and its public keys for an hour.

    Keys are asked for again before that when a token does not fit them, once a minute at most:
    makers change keys, and strangers send tokens.
    """

    def __init__(self, maker: DeviceMaker) -> None:
        self.maker = maker
        self._lock = threading.Lock()
        self._endpoints: Endpoints | None = None
        self._keys = b""
        self._keys_at_ms = 0

    def authorization_url(self, *, state: str, nonce: str, verifier: str, redirect: str) -> str:
        """Return where a browser asks its maker for a code."""
        query = {
            "response_type": "code",
            "client_id": self.maker.provider.client_id,
            "redirect_uri": redirect,
            "scope": "openid",
            "state": state,
            "nonce": nonce,
            "code_challenge": pkce_challenge(verifier),
            "code_challenge_method": "S256",
        }
        address = self._told().authorization
        return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"

    def subject(self, code: str, *, nonce: str, verifier: str, redirect: str) -> str:
        """Return whose account a code stands for, as issuer and subject; a code is good once.

        Raises MakerDown, MakerNotBelieved.
        """
        provider = self.maker.provider
        answer = self.maker.line.post_form(
            self._told().token,
            {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": redirect,
                "code_verifier": verifier,
            },
            provider=provider,
        )
        token = id_token_of(answer)
        now_s = int(machine_now().timestamp())
        expected = Expected(provider.issuer, provider.client_id, nonce, now_s)
        keys = self._known_keys(kept_ms=_KEYS_KEPT_MS)
        try:
            subject = subject_of(token, keys=keys, expected=expected)
        except MakerNotBelieved:
            keys = self._known_keys(kept_ms=_KEYS_ASKED_AGAIN_MS)
            subject = subject_of(token, keys=keys, expected=expected)
        return f"{provider.issuer} {subject}"

    def _told(self) -> Endpoints:
        with self._lock:
            if self._endpoints is None:
                issuer = self.maker.provider.issuer
                document = self.maker.line.get(issuer.rstrip("/") + _DESCRIPTION_PATH)
                self._endpoints = endpoints_of(document, issuer=issuer)
            return self._endpoints

    def _known_keys(self, *, kept_ms: int) -> bytes:
        address = self._told().keys
        with self._lock:
            if not self._keys or monotonic_ms() - self._keys_at_ms > kept_ms:
                self._keys = self.maker.line.get(address)
                self._keys_at_ms = monotonic_ms()
            return self._keys
