"""What the pump takes up: orders to send, orders to ask about. A claim is a lease.

The reference is written and committed before the first byte goes out. Whoever dies after that
leaves an order that looks sent; it comes up at its deadline and is queried, never sent again.
"""

from collections.abc import Sequence
from datetime import timedelta

from msgspec.structs import replace

from huoqi.kit.dates import shanghai_date, shanghai_midnight
from huoqi.kit.db import Work
from huoqi.payments._store import banks, orders
from huoqi.payments.banks.port import Instruction
from huoqi.payments.operations.applying import Step, apply_steps
from huoqi.payments.orders import MoneyOrder
from huoqi.payments.rules.bank_profiles import ChannelKey
from huoqi.payments.rules.reducer import Event, State


def claim_sends(work: Work, *, limit: int) -> list[Instruction]:
    """Take up orders whose time has come and return what to tell the banks after the commit.

    An order whose bank is in maintenance or down is put off; after a while one order goes ahead
    as a probe, and the others follow its answer.
    """
    claimed = orders.claim_to_send(work, limit=limit)
    if not claimed:
        return []
    offices = banks.offices_on(work, on=shanghai_date(work.at))
    tomorrow_at = shanghai_midnight(shanghai_date(work.at) + timedelta(days=1))
    probed: set[ChannelKey] = set()
    ready, later = [], []
    for order in claimed:
        profile = offices.profile(order.bank, order.direction, order.channel)
        # Without terms nobody knows how to reach the bank; new ones begin with a day.
        opens_at = offices.sends_at(profile, at=work.at) if profile else tomorrow_at
        if opens_at != work.at:
            later.append(replace(order, next_at=opens_at))
        elif profile is not None and profile.key not in probed:
            ready.append(Step(order, Event.C_SEND))
            if offices.is_unwell(profile):
                probed.add(profile.key)
    orders.save(work, later)
    return [_instruction(order) for order in apply_steps(work, ready, offices=offices)]


def claim_queries(work: Work, *, limit: int) -> list[Instruction]:
    """Take up sent orders that are without an answer for too long and return what to ask."""
    claimed = orders.claim_to_query(work, limit=limit)
    if not claimed:
        return []
    offices = banks.offices_on(work, on=shanghai_date(work.at))
    steps = [Step(order, Event.C_DEADLINE) for order in claimed]
    return [_instruction(order) for order in apply_steps(work, steps, offices=offices)]


def claim_resends(work: Work, unheard: Sequence[Instruction]) -> list[Instruction]:
    """Return which references, unknown to their bank, may be sent to it once more.

    Only where the profile says that the channel dedupes by reference, once, and while nothing else
    is known: whatever the bank did about the first send, the second moves nothing twice. It
    changes no state.
    """
    if not unheard:
        return []
    offices = banks.offices_on(work, on=shanghai_date(work.at))
    may = [
        item
        for item in unheard
        if (profile := offices.profile(item.bank, item.direction, item.channel)) is not None
        and profile.dedupes_by_reference
        and item.queries == profile.resends_after_queries
    ]
    found = orders.find(work, [item.key for item in may]) if may else {}
    return [item for item in may if found[item.key].state is State.UNKNOWN]


def _instruction(order: MoneyOrder) -> Instruction:
    assert order.bank_ref is not None
    assert order.sent_at is not None
    return Instruction(
        shard=order.shard,
        order_id=order.order_id,
        bank_ref=order.bank_ref,
        bank=order.bank,
        channel=order.channel,
        direction=order.direction,
        amount_fen=order.amount_fen,
        card_id=order.card_id,
        queries=order.queries,
    )
