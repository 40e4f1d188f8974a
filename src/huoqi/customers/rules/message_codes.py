"""Codes sent to a phone: how long they hold, how often one may try, how often one may ask."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Literal

from huoqi.kit.errors import DomainError

Purpose = Literal["register", "sign_in", "recover"]

VALID_FOR = timedelta(minutes=10)
FAILURES_MAX = 5
SENDS_MAX = 5
WINDOW = timedelta(minutes=10)


class CodeWrong(DomainError):
    """The code is not the one that was sent; ``tries_left`` before a new one is needed."""

    code: ClassVar[str] = "auth.code_wrong"


class CodeExpired(DomainError):
    """No code is waiting: none was sent, it was used, it is too old or was tried too often."""

    code: ClassVar[str] = "auth.code_expired"


class CodeTooSoon(DomainError):
    """Too many codes were sent to this number; ``retry_after_s`` seconds to the next."""

    code: ClassVar[str] = "auth.code_too_soon"


@dataclass(frozen=True, slots=True)
class SentCode:
    """The last code of a number and purpose; instants are machine time."""

    sent_at: datetime
    window_at: datetime
    sent_count: int
    failure_count: int
    is_used: bool


def refusal_to_send(last: SentCode | None, *, now: datetime) -> CodeTooSoon | None:
    """Return why no further code may be sent now, None if one may."""
    if last is None or now >= last.window_at + WINDOW or last.sent_count < SENDS_MAX:
        return None
    wait = last.window_at + WINDOW - now
    return CodeTooSoon(retry_after_s=-(-wait // timedelta(seconds=1)))


def window_after(last: SentCode | None, *, now: datetime) -> tuple[datetime, int]:
    """Return the start of the window and the count of codes in it after one more."""
    if last is None or now >= last.window_at + WINDOW:
        return now, 1
    return last.window_at, last.sent_count + 1


def refusal_to_try(last: SentCode | None, *, now: datetime) -> CodeExpired | None:
    """Return why no code is waiting, None if one is."""
    if last is None or last.is_used or last.failure_count >= FAILURES_MAX:
        return CodeExpired()
    return CodeExpired() if now >= last.sent_at + VALID_FOR else None
