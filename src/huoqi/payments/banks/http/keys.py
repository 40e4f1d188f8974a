"""The keys of the lines to banks, and what is signed with them: requests, answers, calls.

Each bank's keys are derived from the two in the file, so that one bank's key opens no other line.
A signature is ``t=<unix>,v1=<hex>`` as everywhere (`events/rules/signatures.py`); under a request
lie its method, path, business time and body, under an answer the request's own mark and the status,
so that no answer can stand for another.
"""

import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from huoqi.events.rules.signatures import sign, verify

SIGNATURE = "Huoqi-Signature"
TIME = "Huoqi-Time"
#: The line on which the sandbox tells the time; no bank has this name.
HOUSE = "house"
_FILE = "keys.json"


@dataclass(frozen=True, slots=True)
class LineKeys:
    """The secrets of all lines: one for requests and answers, and those that calls are signed by.

    The first of the calls' secrets signs; all of them are believed, so that one can be changed.
    """

    line: str = field(repr=False)
    calls: tuple[str, ...] = field(repr=False)

    def call_secrets(self, bank: str) -> list[str]:
        """Return the secrets that a bank's calls are believed by."""
        return [_derived(secret, f"call/{bank}") for secret in self.calls]

    def sign_call(self, body: bytes, *, bank: str, unix: int) -> str:
        """Return the header of a bank's call."""
        return sign(body, secrets=self.call_secrets(bank)[:1], unix=unix)

    def sign_request(self, request: "Request", *, unix: int) -> str:
        """Return the header of a request."""
        secret = _derived(self.line, f"request/{request.bank}")
        return sign(request.signed, secrets=[secret], unix=unix)

    def check_request(self, request: "Request", *, header: str, now_unix: int) -> None:
        """Return nothing for a request that is signed and fresh; raise the refusals of verify."""
        secret = _derived(self.line, f"request/{request.bank}")
        verify(request.signed, header=header, secrets=[secret], now_unix=now_unix)

    def sign_answer(self, answer: "Answer", *, unix: int) -> str:
        """Return the header of an answer."""
        secret = _derived(self.line, f"answer/{answer.bank}")
        return sign(answer.signed, secrets=[secret], unix=unix)

    def check_answer(self, answer: "Answer", *, header: str, now_unix: int) -> None:
        """Return nothing for an answer that is signed and fresh; raise the refusals of verify."""
        secret = _derived(self.line, f"answer/{answer.bank}")
        verify(answer.signed, header=header, secrets=[secret], now_unix=now_unix)


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a bank, as it is signed."""

    bank: str
    path: str
    at: str
    body: bytes

    @property
    def signed(self) -> bytes:
        """Return the bytes under the signature."""
        return f"POST {self.path}\n{self.at}\n".encode() + self.body


@dataclass(frozen=True, slots=True)
class Answer:
    """What a bank answers, as it is signed; ``to`` is the signature of what was asked."""

    bank: str
    to: str
    status: int
    body: bytes

    @property
    def signed(self) -> bytes:
        """Return the bytes under the signature."""
        return f"{self.to}\n{self.status}\n".encode() + self.body


def new_keys() -> LineKeys:
    """Return keys that nobody has had before."""
    return LineKeys(secrets.token_hex(32), (secrets.token_hex(32),))


def rotated(keys: LineKeys) -> LineKeys:
    """Return keys with a new secret for calls; the one before is still believed."""
    return LineKeys(keys.line, (secrets.token_hex(32), keys.calls[0]))


def load_or_make(folder: Path) -> LineKeys:
    """Return the keys in a folder, made where there are none; only their owner can read them."""
    path = folder / _FILE
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        save(new_keys(), folder, is_first=True)
    told = json.loads(path.read_text(encoding="ascii"))
    return LineKeys(told["line"], tuple(told["calls"]))


def save(keys: LineKeys, folder: Path, *, is_first: bool = False) -> None:
    """Write keys, whole or not at all; first ones never over others."""
    text = json.dumps({"line": keys.line, "calls": keys.calls})
    part = folder / f".{_FILE}.{secrets.token_hex(4)}"
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    if not is_first:
        part.replace(folder / _FILE)
        return
    try:
        os.link(part, folder / _FILE)
    except FileExistsError:
        pass
    finally:
        part.unlink()


def keys_file(folder: Path) -> Path:
    """Return where the keys of a folder lie."""
    return folder / _FILE


def _derived(secret: str, purpose: str) -> str:
    return hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).hexdigest()
