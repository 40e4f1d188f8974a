"""Reading private fields for a stated purpose; each reading is told as an event."""

from collections.abc import Sequence

from huoqi.customers._store import people
from huoqi.customers.desk import Desk
from huoqi.customers.people import FIELDS, Identity
from huoqi.events.operations import EventDraft, emit_all
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.kit.shards import shard_of
from huoqi.vault.operations import KeyMissing, Sealed


def reveal_identities(
    work: Work, desk: Desk, customer_nos: Sequence[int], *, purpose: str
) -> list[Identity | DomainError]:
    """Return name, national ID and phone of customers, and tell that they were read.

    One result a customer, in order. Errors: KeyMissing (unknown or shredded). ``purpose`` is a
    code such as ``card.binding``.
    """
    found = identities_of(work, desk, customer_nos)
    emit_all(
        work,
        [
            EventDraft(
                "customer.identity.read",
                identity.customer_no,
                identity.customer_no,
                {"purpose": purpose, "actor": work.actor},
            )
            for identity in found
            if isinstance(identity, Identity)
        ],
    )
    return found


def identities_of(
    work: Work, desk: Desk, customer_nos: Sequence[int]
) -> list[Identity | DomainError]:
    """Return the same for our own checks: comparing what a customer typed with what we hold."""
    shards = sorted({shard_of(number, shards=desk.shards) for number in customer_nos})
    rows = people.private(work, shards=shards, customers=sorted(set(customer_nos)))
    columns = ("name", "national_id", "phone")
    texts = {
        column: desk.vault.reveal_many(
            work, [Sealed(row[0], FIELDS[column], bytes(row[place])) for row in rows]
        )
        for place, column in enumerate(columns, start=1)
    }
    found: dict[int, Identity | DomainError] = {}
    for place, row in enumerate(rows):
        found[row[0]] = _identity(row[0], *(texts[column][place] for column in columns))
    return [found.get(number, KeyMissing(customer_no=number)) for number in customer_nos]


def _identity(customer_no: int, *texts: str | DomainError) -> Identity | DomainError:
    plain = []
    for text in texts:
        if isinstance(text, DomainError):
            return text
        plain.append(text)
    name, national_id, phone = plain
    return Identity(customer_no, name, national_id, phone)
