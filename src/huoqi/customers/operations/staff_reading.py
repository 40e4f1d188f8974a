"""What staff read of people: masked or plain fields, and look-ups by the end of a phone number.

Each reading says what for, and is told as an event which its owner can see.
"""

import re
from collections.abc import Mapping, Sequence
from typing import ClassVar

from huoqi.customers._store import phone_tails
from huoqi.customers.desk import Desk
from huoqi.customers.operations.private_fields import identities_of
from huoqi.customers.people import FIELDS, Customer, Identity
from huoqi.customers.rules.masking import MASKS
from huoqi.customers.rules.phone import TAIL_DIGITS
from huoqi.events.operations import EventDraft, emit
from huoqi.events.rules.contents import Value
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.kit.shards import shard_of
from huoqi.vault.operations import Sealed

#: What a member of staff may read private fields for; codes, never a story.
PURPOSES = (
    "support_call",
    "complaint",
    "identity_check",
    "fraud_check",
    "reconciliation",
    "court_order",
    "access_request",
)
_NOBODY = bytes(16)
_FOUND_MAX = 100


class PurposeNeeded(DomainError):
    """Looking up people, or reading what is private of them, needs a purpose."""

    code: ClassVar[str] = "customer.purpose_needed"


def masked_fields(
    work: Work, desk: Desk, customer: Customer, *, purpose: str
) -> Mapping[str, str] | DomainError:
    """Return a customer's private fields masked, and tell that they were read so."""
    plain = _read(work, desk, customer, fields=tuple(FIELDS), reason=("masked_read", purpose))
    if isinstance(plain, DomainError):
        return plain
    return {field: MASKS[field](text) for field, text in plain.items()}


def reveal_fields(
    work: Work, desk: Desk, customer: Customer, *, fields: Sequence[str], purpose: str
) -> Mapping[str, str] | DomainError:
    """Return some of a customer's private fields, and tell which ones were read what for.

    Errors: PurposeNeeded (raised), KeyMissing (shredded).
    """
    return _read(work, desk, customer, fields=fields, reason=("read", purpose))


def _read(
    work: Work, desk: Desk, customer: Customer, *, fields: Sequence[str], reason: tuple[str, str]
) -> Mapping[str, str] | DomainError:
    verb, purpose = reason
    _require_purpose(purpose)
    (identity,) = identities_of(work, desk, [customer.customer_no])
    if not isinstance(identity, Identity):
        return identity
    data = {"purpose": purpose, "actor": work.actor, "fields": ",".join(sorted(set(fields)))}
    kind = f"customer.identity.{verb}"
    emit(work, EventDraft(kind, customer.customer_id, customer.customer_no, data))
    return {field: getattr(identity, field) for field in fields}


def customers_of_phone_tail(
    work: Work, desk: Desk, tail: str, *, purpose: str
) -> list[tuple[int, int]]:
    """Return shard and number of customers whose phone ends with four digits, and tell of it.

    A hundred at most. The digits themselves are written down nowhere. Errors: PurposeNeeded.
    """
    _require_purpose(purpose)
    assert re.fullmatch(rf"[0-9]{{{TAIL_DIGITS}}}", tail)
    while fill_phone_tails(work, desk):
        pass  # once in a database's life; then one look at an empty index
    found = phone_tails.find(work, desk.tail_pseudonym(tail), limit=_FOUND_MAX)
    data: dict[str, Value] = {"purpose": purpose, "actor": work.actor, "found_count": len(found)}
    emit(work, EventDraft("customer.phone_tail.searched", "phone_tail", data=data))
    return found


def fill_phone_tails(work: Work, desk: Desk, *, limit: int = 1_000) -> int:
    """Write the pseudonyms of customers from before there were any; return how many it looked at.

    Our own computation, which hands nothing out. Who has no readable number gets nobody's tail.
    """
    rows = phone_tails.lacking(work, limit=limit)
    if not rows:
        return 0
    sealed = [Sealed(row[0], FIELDS["phone"], bytes(row[1])) for row in rows]
    texts = desk.vault.reveal_many(work, sealed)
    phone_tails.fill(
        work,
        shards=[shard_of(row[0], shards=desk.shards) for row in rows],
        customers=[row[0] for row in rows],
        tails=[desk.tail_pseudonym(text) if isinstance(text, str) else _NOBODY for text in texts],
    )
    return len(rows)


def _require_purpose(purpose: str) -> None:
    if purpose not in PURPOSES:
        raise PurposeNeeded(purposes=",".join(PURPOSES))
