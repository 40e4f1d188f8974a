"""How a webhook is signed, how a receiver checks it, and what is wrong with one that does not fit.

The header is ``t=<unix>,v1=<hex>``: HMAC-SHA256 over ``t``, a full stop and the body's bytes, under
the endpoint's secret. While a secret is being changed there are two ``v1``, one by each. ``t`` is
real time, never the business clock's, so simulated days are signed as real ones are.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Sequence
from typing import ClassVar, Literal

from huoqi.kit.errors import DomainError

HEADER = "Huoqi-Signature"
WINDOW_S = 300
_V1 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_UNIX = re.compile(r"[0-9]{1,12}", re.ASCII)

Clue = Literal["body_reformatted", "body_alone_signed", "body_or_secret"]


class SignatureMissing(DomainError):
    """The request has no Huoqi-Signature header."""

    code: ClassVar[str] = "webhook.signature_missing"


class SignatureMalformed(DomainError):
    """The header is not of the form t=<unix>,v1=<64 hex digits>."""

    code: ClassVar[str] = "webhook.signature_malformed"


class SignatureOutsideWindow(DomainError):
    """It was signed too long ago, or by a clock that is ahead; an old message may be a replay."""

    code: ClassVar[str] = "webhook.signature_outside_window"


class SignatureDiffers(DomainError):
    """No v1 belongs to this body under this secret: a byte was changed, or the secret is another.

    ``clue`` tells what it looks like: ``body_reformatted`` (the JSON was parsed and written anew;
    check the bytes as they came), ``body_alone_signed`` (``t.`` is missing in what was signed), or
    ``body_or_secret``.
    """

    code: ClassVar[str] = "webhook.signature_differs"


def sign(body: bytes, *, secrets: Sequence[str], unix: int) -> str:
    """Return the header of a body at a real time, with one ``v1`` a secret.

    >>> sign(b"{}", secrets=["whsec_1"], unix=1_431_306_000)[:24]
    't=1431306000,v1=bf3edc74'
    """
    assert secrets
    marks = [f"v1={_mac(f'{unix}.'.encode() + body, secret)}" for secret in secrets]
    return ",".join([f"t={unix}", *marks])


def verify(
    body: bytes, *, header: str, secrets: Sequence[str], now_unix: int, window_s: int = WINDOW_S
) -> int:
    """Return when a body was signed, if its header belongs to it and is fresh; raise otherwise.

    ``body`` is the request's bytes as they came, ``now_unix`` the real time: ``int(time.time())``.
    Raises SignatureMissing, SignatureMalformed, SignatureDiffers, SignatureOutsideWindow.
    """
    if not header:
        raise SignatureMissing
    unix, marks = _parsed(header)
    expected = [_mac(f"{unix}.".encode() + body, secret) for secret in secrets]
    if not _meet(expected, marks):
        raise SignatureDiffers(clue=_clue(body, unix=unix, marks=marks, secrets=secrets))
    age_s = now_unix - unix
    if abs(age_s) > window_s:
        raise SignatureOutsideWindow(age_s=age_s, window_s=window_s)
    return unix


def _parsed(header: str) -> tuple[int, list[str]]:
    """Return the time and the marks of a header; marks of versions to come are passed over."""
    parts = [part.strip().partition("=") for part in header.split(",")]
    times = [value for name, _, value in parts if name == "t"]
    marks = [value for name, _, value in parts if name == "v1"]
    if len(times) != 1 or not _UNIX.fullmatch(times[0]):
        raise SignatureMalformed(part="t")
    if not marks or not all(_V1.fullmatch(mark) for mark in marks):
        raise SignatureMalformed(part="v1")
    return int(times[0]), marks


def _clue(body: bytes, *, unix: int, marks: Sequence[str], secrets: Sequence[str]) -> Clue:
    """Return what a difference looks like; each guess needs the secret, so it tells no stranger."""
    if _meet([_mac(body, secret) for secret in secrets], marks):
        return "body_alone_signed"
    written = [f"{unix}.".encode() + text for text in _rewritten(body)]
    if _meet([_mac(text, secret) for text in written for secret in secrets], marks):
        return "body_reformatted"
    return "body_or_secret"


def _rewritten(body: bytes) -> list[bytes]:
    """Return the body as usual writers of JSON would write it."""
    try:
        parsed = json.loads(body)
    except ValueError:
        return []
    tight = json.dumps(parsed, separators=(",", ":"), ensure_ascii=False)
    return [text.encode() for text in (tight, json.dumps(parsed), json.dumps(parsed, indent=2))]


def _meet(expected: Sequence[str], marks: Sequence[str]) -> bool:
    """Return whether one of each is the same; how long it takes tells nothing."""
    found = [hmac.compare_digest(one, other) for one in expected for other in marks]
    return any(found)


def _mac(message: bytes, secret: str) -> str:
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
