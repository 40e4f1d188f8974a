"""What can be asked of compliance: the queue of cases, one with its acts. Never writes."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from huoqi.compliance import _store as store
from huoqi.compliance._store import estates as estates_store
from huoqi.compliance._store import legal_orders as orders_store
from huoqi.compliance.cases import Act, Case
from huoqi.compliance.estates import Estate, Heir, Payment
from huoqi.compliance.legal_orders import LegalOrder
from huoqi.kit.db import Work

BEFORE_ALL = UUID(int=0)


@dataclass(frozen=True, slots=True)
class CaseCount:
    """How many cases of a rule are in a state, and since when the oldest is there."""

    state: str
    rule: str
    count: int
    oldest_at: datetime


def cases(
    work: Work,
    *,
    state: str = "",
    rule: str = "",
    after: UUID = BEFORE_ALL,
    limit: int = 50,
) -> list[Case]:
    """Return cases, oldest first; an empty state means all that are not closed."""
    return store.listed(work, state=state, rule=rule, after=after, limit=limit)


def case_of(work: Work, case_id: UUID) -> Case | None:
    """Return a case; None where there is none."""
    return store.one(work, case_id)


def acts_of(work: Work, case: Case) -> list[Act]:
    """Return what was done about a case, oldest first."""
    return store.acts(work, case)


def cases_of_customer(work: Work, *, shard: int, customer_no: int) -> list[Case]:
    """Return a customer's cases, newest first."""
    return store.of_customer(work, shard=shard, customer_no=customer_no)


def case_counts(work: Work) -> list[CaseCount]:
    """Return how many cases wait, by state and rule."""
    return [CaseCount(*row) for row in store.counts(work)]


def legal_orders(
    work: Work, *, state: str = "", after: UUID = BEFORE_ALL, limit: int = 50
) -> list[LegalOrder]:
    """Return orders of courts and authorities, oldest first; an empty state means all."""
    return orders_store.listed(work, state=state, after=after, limit=limit)


def legal_order_of(work: Work, order_id: UUID) -> LegalOrder | None:
    """Return an order; None where there is none."""
    return orders_store.one(work, order_id)


def estates(
    work: Work, *, state: str = "", after: UUID = BEFORE_ALL, limit: int = 50
) -> list[Estate]:
    """Return estates, oldest first; an empty state means all."""
    return estates_store.listed(work, state=state, after=after, limit=limit)


def estate_of(work: Work, estate_id: UUID) -> Estate | None:
    """Return an estate; None where there is none."""
    return estates_store.one(work, estate_id)


def heirs_of(work: Work, estate: Estate) -> list[Heir]:
    """Return the heirs of an estate with what each was given."""
    return estates_store.heirs(work, estate)


def payments_of(work: Work, estate: Estate) -> list[Payment]:
    """Return what an estate's heirs were given, and where it is; oldest first."""
    return estates_store.payments_of(work, estate.estate_id)
