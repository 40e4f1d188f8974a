"""What a customer wants to be told, and how far they have read.

Security notices cannot be switched off: whoever got into an account must not be able to work
unseen.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from huoqi.customers._store import notices as store
from huoqi.customers.people import Caller
from huoqi.kit.db import Work

_NOTHING_READ = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class NoticeWishes:
    """Which kinds a customer wants, and until when they have read."""

    income: bool = True
    orders: bool = True
    read_until: datetime = _NOTHING_READ


def wishes_of(work: Work, caller: Caller) -> NoticeWishes:
    """Return what a customer wants to be told; everything until they say otherwise."""
    row = store.of_customer(work, shard=caller.shard, customer_no=caller.customer_no)
    return NoticeWishes(*row) if row else NoticeWishes()


def choose_notices(work: Work, caller: Caller, *, income: bool, orders: bool) -> NoticeWishes:
    """Write what a customer wants to be told, and return it."""
    store.set_wanted(
        work, shard=caller.shard, customer_no=caller.customer_no, income=income, orders=orders
    )
    return wishes_of(work, caller)


def mark_read(work: Work, caller: Caller, *, until: datetime) -> NoticeWishes:
    """Write that everything up to an instant, at most now, was read; it never goes back."""
    store.set_read(
        work,
        shard=caller.shard,
        customer_no=caller.customer_no,
        until=min(until, work.at),
    )
    return wishes_of(work, caller)
