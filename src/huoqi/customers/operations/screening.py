"""Holding customers and applicants against the list in force."""

from collections.abc import Sequence
from dataclasses import dataclass

from huoqi.customers._store import applications as applications_store
from huoqi.customers._store import screening as store
from huoqi.customers.applications import Application
from huoqi.customers.desk import Desk
from huoqi.customers.operations.private_fields import identities_of
from huoqi.customers.operations.registration import reveal_application
from huoqi.customers.people import Identity
from huoqi.customers.rules.national_id import parse_national_id
from huoqi.customers.rules.screening import Hit, Index
from huoqi.customers.watch_lists.port import WatchList
from huoqi.kit.db import Work


@dataclass(frozen=True, slots=True)
class CustomerHit:
    """A customer who may be somebody of the list, with the surest hit."""

    shard: int
    customer_no: int
    hit: Hit


@dataclass(frozen=True, slots=True)
class Screened:
    """What a page of screening found; ``count`` customers were looked at."""

    count: int
    hits: Sequence[CustomerHit]


def screen_customers(work: Work, desk: Desk, watch_list: WatchList, *, limit: int) -> Screened:
    """Hold the next customers against the list; call again until ``count`` is below ``limit``.

    Who was held against a version once is not again. Names are compared here and go nowhere.
    """
    version, index = watch_list.version(), watch_list.index()
    owners = [(row[0], row[1]) for row in store.due(work, version=version, limit=limit)]
    if not owners:
        return Screened(0, ())
    found = []
    people = identities_of(work, desk, [number for _, number in owners])
    for owner, identity in zip(owners, people, strict=True):
        # Who has no key any more cannot be read, and is nobody's customer either.
        hits = _hits(identity, index) if isinstance(identity, Identity) else []
        if hits:
            found.append(CustomerHit(*owner, hits[0]))
    store.mark(work, owners, version=version)
    return Screened(len(owners), found)


def hits_of_applications(
    work: Work, desk: Desk, watch_list: WatchList, applications: Sequence[Application]
) -> dict[Application, list[Hit]]:
    """Return for each application under review which entries the applicant may be."""
    index = watch_list.index()
    found = {}
    for each in applications:
        row = applications_store.by_id(
            work, {"shards": [each.shard], "application_id": each.application_id}
        )
        if row is not None and row[13] is not None and row[14] is not None:
            name, national_id = reveal_application(desk, row)
            birth_on = parse_national_id(national_id).birth_on
            found[each] = index.hits(name=name, national_id=national_id, birth_on=birth_on)
    return found


def _hits(identity: Identity, index: Index) -> list[Hit]:
    birth_on = parse_national_id(identity.national_id).birth_on
    return index.hits(name=identity.name, national_id=identity.national_id, birth_on=birth_on)
