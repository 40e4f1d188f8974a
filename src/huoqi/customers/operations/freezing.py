"""Freezing: by the customer in two taps, by staff with a reason; each lifts only its own."""

import re
from collections.abc import Sequence
from typing import ClassVar

from huoqi.customers._store import people
from huoqi.customers.operations.sessions import end_all_sessions
from huoqi.customers.people import Caller, Customer
from huoqi.customers.rules.access import CustomerFrozen, StepUpRequired
from huoqi.events.operations import EventDraft, emit_all
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.kit.shards import shard_of

_REASON = re.compile(r"[a-z][a-z_]{2,39}")


class ReasonMalformed(DomainError):
    """A reason is a code such as court_order, deceased or suspected_fraud, never a story."""

    code: ClassVar[str] = "customer.reason_malformed"


class CustomerUnknown(DomainError):
    """There is no such customer."""

    code: ClassVar[str] = "customer.unknown"


def freeze_own(work: Work, *, caller: Caller) -> None:
    """Freeze the caller's account at once; doing it twice changes nothing."""
    key = {"shards": [caller.shard], "customers": [caller.customer_no]}
    people.set_own_freeze(work, key | {"frozen_at": work.at})
    _tell(work, "frozen", [caller.customer_no], by="self", reason="own_wish")


def unfreeze_own(work: Work, *, caller: Caller) -> DomainError | None:
    """Lift the caller's own freeze, after a step-up; a freeze by staff stays.

    Errors: StepUpRequired, CustomerFrozen (by staff: nothing was lifted).
    """
    if not caller.stepped_up:
        return StepUpRequired()
    key = {"shards": [caller.shard], "customers": [caller.customer_no]}
    ((*_, staff_frozen_at, _, _),) = people.locked(
        work, shards=[caller.shard], customers=[caller.customer_no]
    )
    if staff_frozen_at is not None:
        return CustomerFrozen(by="staff")
    people.set_own_freeze(work, key | {"frozen_at": None})
    _tell(work, "unfrozen", [caller.customer_no], by="self", reason="own_wish")
    return None


def freeze_by_staff(
    work: Work, customer_nos: Sequence[int], *, shards: int, reason: str
) -> list[Customer | DomainError]:
    """Freeze accounts and end their sessions. ``reason`` is a code; who did it is the work's actor.

    One result a customer, in order. Errors: ReasonMalformed (raised), CustomerUnknown.
    """
    if not _REASON.fullmatch(reason):
        raise ReasonMalformed
    found = _set_staff_freeze(work, customer_nos, shards=shards, reason=reason)
    numbers = [customer.customer_no for customer in found.values()]
    end_all_sessions(work, shards=_shards_of(numbers, shards=shards), customers=numbers)
    _tell(work, "frozen", numbers, by="staff", reason=reason)
    return [found.get(number) or CustomerUnknown() for number in customer_nos]


def unfreeze_by_staff(
    work: Work, customer_nos: Sequence[int], *, shards: int
) -> list[Customer | DomainError]:
    """Lift the staff's freeze; a customer's own stays. Errors: CustomerUnknown."""
    found = _set_staff_freeze(work, customer_nos, shards=shards, reason=None)
    _tell(work, "unfrozen", list(found), by="staff", reason="staff_decision")
    return [found.get(number) or CustomerUnknown() for number in customer_nos]


def _set_staff_freeze(
    work: Work, customer_nos: Sequence[int], *, shards: int, reason: str | None
) -> dict[int, Customer]:
    of_shards = _shards_of(customer_nos, shards=shards)
    people.locked(work, shards=of_shards, customers=customer_nos)
    frozen_at = None if reason is None else work.at
    people.set_staff_freeze(
        work,
        {
            "shards": of_shards,
            "customers": list(customer_nos),
            "frozen_at": frozen_at,
            "reason": reason,
        },
    )
    rows = people.some(work, shards=of_shards, customers=customer_nos)
    return {row[1]: Customer(*row) for row in rows}


def _shards_of(customer_nos: Sequence[int], *, shards: int) -> list[int]:
    return sorted({shard_of(number, shards=shards) for number in customer_nos})


def _tell(work: Work, verb: str, customer_nos: Sequence[int], *, by: str, reason: str) -> None:
    data = {"by": by, "reason": reason, "actor": work.actor}
    kind = f"customer.account.{verb}"
    emit_all(work, [EventDraft(kind, number, number, data) for number in customer_nos])
