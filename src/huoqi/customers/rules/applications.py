"""An application on its way: when the authority is asked again, and when we give up."""

from datetime import datetime, timedelta
from typing import ClassVar

from huoqi.kit.errors import DomainError

IDENTITY_TRIES_MAX = 5
REVIEW_TAKES = timedelta(days=1)
LEASE = timedelta(minutes=1)
GIVE_UP_AFTER = timedelta(days=14)
_WAITS_MINUTES = (1, 5, 15, 60, 240, 1_440)


class AuthorityDown(DomainError):
    """The authority does not answer; the application is kept and asked again by us."""

    code: ClassVar[str] = "identity.authority_down"


def next_ask_at(at: datetime, *, ask_count: int) -> datetime:
    """Return when to ask again after so many questions without an answer.

    >>> from datetime import UTC
    >>> next_ask_at(datetime(2015, 5, 11, tzinfo=UTC), ask_count=2).minute
    5
    """
    assert ask_count > 0
    minutes = _WAITS_MINUTES[min(ask_count, len(_WAITS_MINUTES)) - 1]
    return at + timedelta(minutes=minutes)


def gives_up(at: datetime, *, submitted_at: datetime) -> bool:
    """Return whether an application has waited too long for the authority."""
    return at - submitted_at >= GIVE_UP_AFTER
