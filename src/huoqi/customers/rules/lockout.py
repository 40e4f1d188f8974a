"""How many wrong payment passwords are too many, and what a change of one costs."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from huoqi.kit.errors import DomainError

FAILURES_MAX = 5
LOCKED_FOR = timedelta(hours=3)
COOL_DOWN = timedelta(hours=24)


class PaymentPasswordWrong(DomainError):
    """The payment password is not the right one; ``tries_left`` before it is locked."""

    code: ClassVar[str] = "payment_password.wrong"


class PaymentPasswordLocked(DomainError):
    """Too many wrong ones in a row; ``until`` is business time."""

    code: ClassVar[str] = "payment_password.locked"


@dataclass(frozen=True, slots=True)
class Lock:
    """Wrong ones in a row so far, and until when none is looked at (business time)."""

    failure_count: int = 0
    locked_until: datetime | None = None


def refusal_while_locked(lock: Lock, *, at: datetime) -> PaymentPasswordLocked | None:
    """Return the refusal while the lock holds; its end is excluded."""
    if lock.locked_until is not None and at < lock.locked_until:
        return PaymentPasswordLocked(until=lock.locked_until.isoformat())
    return None


def after_failure(lock: Lock, *, at: datetime) -> Lock:
    """Return the lock after one more wrong password: the fifth in a row locks for three hours.

    >>> from datetime import UTC
    >>> after_failure(Lock(failure_count=4), at=datetime(2015, 5, 11, tzinfo=UTC)).locked_until
    datetime.datetime(2015, 5, 11, 3, 0, tzinfo=datetime.timezone.utc)
    """
    # A lock that has ended begins a new row.
    before = 0 if lock.locked_until is not None else lock.failure_count
    count = before + 1
    return Lock(count, at + LOCKED_FOR if count >= FAILURES_MAX else None)


def refusal_after(lock: Lock) -> DomainError:
    """Return what to answer to the wrong password that led to this lock."""
    if lock.locked_until is not None:
        return PaymentPasswordLocked(until=lock.locked_until.isoformat())
    return PaymentPasswordWrong(tries_left=FAILURES_MAX - lock.failure_count)


def cool_down_until(at: datetime) -> datetime:
    """Return until when no money leaves after a change of phone or password."""
    return at + COOL_DOWN
