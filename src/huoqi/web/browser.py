"""Browsers: a cookie stands for the token, and an anti-forgery text proves that our page asks.

A browser sends its cookies with whatever any page makes it send, so a cookie alone changes
nothing: unsafe methods also carry Huoqi-Csrf, which only a page of this origin can read.
"""

import hmac
import re
import secrets
from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any

from huoqi.vault.operations import Vault

Scope = MutableMapping[str, Any]  # ASGI's own; each server adds entries

CUSTOMER_COOKIE = "huoqi_session"
STAFF_COOKIE = "huoqi_staff"
DEVELOPER_COOKIE = "huoqi_developer"
DEVICE_COOKIE = "huoqi_device"
PENDING_LINK_COOKIE = "huoqi_pending_link"
CLIENT_HEADER = b"huoqi-client"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

_PREFIX = "huoqi_"
_HOST_PREFIX = "__Host-"
_PURPOSE = "web.csrf"
_VALUE_MAX = 200
_DEVICE_BYTES = 24
_PORT = re.compile(r":[0-9]{1,5}$", re.ASCII)
_IPV4 = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}", re.ASCII)


def cookie_name(name: str, *, is_https: bool) -> str:
    """Return what a cookie is called in the browser.

    On HTTPS the name itself forbids that another host or path of the domain sets it.

    >>> cookie_name("huoqi_session", is_https=True)
    '__Host-huoqi_session'
    """
    return _HOST_PREFIX + name if is_https else name


def cookies_of(header: bytes, *, is_https: bool = False) -> dict[str, str]:
    """Return our own cookies of a Cookie header; others and malformed values are left out.

    >>> cookies_of(b"theme=dark; huoqi_session=s0.abc; huoqi_staff=")
    {'huoqi_session': 's0.abc'}
    >>> cookies_of(b"huoqi_session=s0.planted; __Host-huoqi_session=s0.abc", is_https=True)
    {'huoqi_session': 's0.abc'}
    """
    found = {}
    prefix = cookie_name(_PREFIX, is_https=is_https)
    for part in header.decode("latin-1").split(";"):
        name, _, value = part.strip().partition("=")
        if name.startswith(prefix) and 0 < len(value) <= _VALUE_MAX and _is_plain(value):
            found[name.removeprefix(_HOST_PREFIX)] = value
    return found


def is_own_page(headers: Mapping[bytes, bytes]) -> bool:
    """Return whether a page of this origin asks, or a program, which does not say.

    >>> is_own_page({b"sec-fetch-site": b"same-site"})  # another port of this machine
    False
    >>> is_own_page({b"origin": b"http://evil.example", b"host": b"localhost:8315"})
    False
    """
    site, origin = headers.get(b"sec-fetch-site"), headers.get(b"origin")
    if site is None and origin is not None:  # an old browser, or plain HTTP by an address
        return origin.partition(b"://")[2] == headers.get(b"host")
    return site is None or site == b"same-origin"


def may_read(headers: Mapping[bytes, bytes]) -> bool:
    """Return whether a read may use cookies: by our page, or by somebody who typed the address.

    Pages of other sites cannot read the answer, but could cause what reads leave: records, load.
    """
    return headers.get(b"sec-fetch-site", b"none") == b"none" or is_own_page(headers)


def is_own_host(header: str) -> bool:
    """Return whether no page of another site can stand at a Host: an address, or a local name.

    A name of the open network could be made to lead here by whoever owns it, and a page there can
    send any header but the Host.

    >>> is_own_host("localhost:8315"), is_own_host("[::1]:8315"), is_own_host("evil.example.org")
    (True, True, False)
    """
    name = header.rpartition(":")[0] if _PORT.search(header) else header
    if name.endswith(".localhost") or "." not in name:
        return name != ""
    return _IPV4.fullmatch(name) is not None


def fresh_device() -> str:
    """Return a new device's id."""
    return secrets.token_urlsafe(_DEVICE_BYTES)


class Guard:
    """Says which cookies a request may use; the key of its proofs comes from the vault."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def csrf_of(self, token: str) -> str:
        """Return the anti-forgery text that belongs to a cookie's token."""
        return self._vault.pseudonym(purpose=_PURPOSE, value=token).hex()

    def allows(self, method: str, headers: Mapping[bytes, bytes], tokens: Iterable[str]) -> bool:
        """Return whether a request may use cookies with these tokens: it reads, or has a proof."""
        if method in SAFE_METHODS:
            return may_read(headers)
        if not is_own_page(headers):
            return False
        given = headers.get(b"huoqi-csrf", b"")
        return any(hmac.compare_digest(given, self.csrf_of(token).encode()) for token in tokens)

    def admit(
        self, scope: Scope, headers: dict[bytes, bytes], *, is_https: bool
    ) -> Mapping[str, str]:
        """Return a request's own cookies, its session made the header that routes read.

        A header that was sent wins over the cookie. Without a proof the cookie is not used, and
        the route refuses as for somebody who is not signed in, naming the proof.
        """
        cookies = cookies_of(headers[b"cookie"], is_https=is_https)
        token = cookies.get(CUSTOMER_COOKIE)
        if token is None or b"huoqi-session" in headers:
            return cookies
        if self.allows(scope["method"], headers, [token]):
            header = (b"huoqi-session", token.encode())
            headers[header[0]] = header[1]
            scope["headers"] = [*scope["headers"], header]
        return cookies


def _is_plain(value: str) -> bool:
    return value.isascii() and value.replace("-", "").replace("_", "").replace(".", "").isalnum()
