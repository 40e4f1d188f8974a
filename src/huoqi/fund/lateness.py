"""Orders that are later than they were promised: a ticket opens by itself, once a step."""

from base64 import b32encode
from datetime import datetime, timedelta
from uuid import UUID

from huoqi.events.operations import EventDraft, emit_all
from huoqi.fund._store import lateness as store
from huoqi.fund.orders import OrderKey
from huoqi.kit.db import Work
from huoqi.kit.ids import derived_id

# A ticket opens within a minute of the promise (product page, section 6).
GRACE = timedelta(seconds=60)
TICKETS_AT_ONCE = 1_000


def ticket_of(order_id: UUID, *, step: str) -> str:
    """Return the number of a late step's ticket, always the same.

    >>> ticket_of(UUID(int=1), step="confirmed").startswith("HQ-")
    True
    """
    digest = derived_id(order_id, action=f"fund.late.{step}").bytes
    return f"HQ-{b32encode(digest[-5:]).decode()}"


def next_ticket_at(work: Work) -> datetime | None:
    """Return when the next ticket opens if nothing moves until then."""
    expected_at = store.next_expected_at(work)
    return expected_at + GRACE if expected_at else None


def open_tickets(work: Work) -> int:
    """Open a ticket for each step that is a minute late, and tell it; how many there were."""
    late = store.late_steps(work, expected_until=work.at - GRACE, limit=TICKETS_AT_ONCE)
    if not late:
        return 0
    tickets = [ticket_of(each.order_id, step=each.step) for each in late]
    store.add_tickets(work, late, tickets=tickets)
    emit_all(
        work,
        [
            EventDraft(
                "fund.order.late",
                each.order_id,
                each.customer_no,
                {
                    "order_id": str(each.order_id),
                    "step": each.step,
                    "ticket": ticket,
                    "expected_at": each.expected_at.isoformat(),
                },
            )
            for each, ticket in zip(late, tickets, strict=True)
        ],
    )
    return len(late)


def tickets_of(work: Work, key: OrderKey) -> dict[str, str]:
    """Return the tickets of an order's late steps, by step."""
    return store.tickets_of(work, key)
