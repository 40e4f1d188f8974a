"""Where webhooks may go: to HTTPS on the open network; in a sandbox also to this machine."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import SplitResult, urlsplit

from huoqi.kit.errors import DomainError

URL_CHARS_MAX = 500
_LOCAL_NAME = "localhost"
# What IPv6 gives to the open network today, and what stands there for an IPv4 address (RFC 6052).
_UNICAST = ipaddress.IPv6Network("2000::/3")
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
PORTS = {"https": 443, "http": 80}


class TargetRefused(DomainError):
    """Webhooks do not go to this address; ``reason`` says what is wrong with it."""

    code: ClassVar[str] = "webhook.target_refused"


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart."""

    scheme: str
    host: str
    port: int
    path: str
    is_loopback: bool


def target_of(url: str, *, in_sandbox: bool) -> Target:
    """Return an address taken apart; raise TargetRefused for one that webhooks may not go to.

    >>> target_of("https://example.com/hooks?a=1", in_sandbox=False).path
    '/hooks?a=1'
    """
    parts, port = _split(url)
    host = parts.hostname or ""
    is_loopback = _names_this_machine(host)
    if parts.scheme != "https" and not (is_loopback and in_sandbox and parts.scheme == "http"):
        raise TargetRefused(reason="not_https")
    if is_loopback and not in_sandbox:
        raise TargetRefused(reason="this_machine")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port, path, is_loopback)


def require_addresses(target: Target, addresses: Sequence[str], *, in_sandbox: bool) -> None:
    """Return quietly if all that a name stands for may be called; raise TargetRefused.

    All of them count: of a name that stands for an open and a private address, neither is safe.
    """
    found = [ipaddress.ip_address(text.partition("%")[0]) for text in addresses]
    if not found:
        raise TargetRefused(reason="name_unknown")
    if target.is_loopback and not all(each.is_loopback for each in found):
        raise TargetRefused(reason="not_this_machine")
    if not in_sandbox and not all(map(_is_open, found)):
        raise TargetRefused(reason="private_address")


def _is_open(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Return whether an address is of the open network, also one that carries another inside."""
    if isinstance(address, ipaddress.IPv6Address):
        carried = address.sixtofour or address.ipv4_mapped
        if address in _TRANSLATED:
            carried = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
        if carried is not None:
            return _is_open(carried)
        if address not in _UNICAST:
            return False
    return address.is_global and not address.is_multicast


def _split(url: str) -> tuple[SplitResult, int]:
    if len(url) > URL_CHARS_MAX or not url.isascii() or not url.isprintable() or " " in url:
        raise TargetRefused(reason="malformed")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise TargetRefused(reason="malformed") from None
    if parts.scheme not in PORTS or not parts.hostname:
        raise TargetRefused(reason="malformed")
    if parts.username is not None or parts.password is not None:
        raise TargetRefused(reason="user_in_address")
    if parts.fragment:
        raise TargetRefused(reason="fragment")
    return parts, port if port is not None else PORTS[parts.scheme]


def _names_this_machine(host: str) -> bool:
    if host == _LOCAL_NAME or host.endswith(f".{_LOCAL_NAME}"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
