"""Carrying out what the reducer says: state, limits and ledger in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from huoqi.kit.db import Work
from huoqi.payments._store import day_use, orders
from huoqi.payments.operations import postings
from huoqi.payments.operations.telling import tell_orders
from huoqi.payments.orders import MoneyOrder, OrderKey, bank_reference
from huoqi.payments.rules.bank_profiles import BankProfile, Offices, deadline_at, next_query_at
from huoqi.payments.rules.reducer import TERMINAL, Action, Event, Outcome, State, reduce
from huoqi.payments.rules.retrying import NOT_EXECUTED


@dataclass(frozen=True, slots=True)
class Step:
    """An event of an order that is locked; ``reason`` is kept if it ends the order unpaid."""

    order: MoneyOrder
    event: Event
    reason: str = ""


def apply_steps(work: Work, steps: Sequence[Step], *, offices: Offices) -> list[MoneyOrder]:
    """Apply events in order and return every order touched, as it stands afterwards.

    Limits and rows come before the ledger everywhere, so that two batches lock in one order.
    """
    if not steps:
        return []
    before = {step.order.key: step.order for step in reversed(steps)}
    now: dict[OrderKey, MoneyOrder] = {}
    due: list[tuple[MoneyOrder, Action]] = []
    for step in steps:
        order = now.get(step.order.key, step.order)
        outcome = reduce(order.state, step.event)
        profile = offices.profile(order.bank, order.direction, order.channel)
        now[order.key] = _moved(step, order, outcome, profile=profile, at=work.at)
        due += [(order, action) for action in outcome.actions]
    day_use.give_back(work, [order for order, act in due if act is Action.LIMIT_GIVE_BACK])
    orders.save(work, list(now.values()))
    tell_orders(work, before, now.values())
    postings.perform(work, due, offices=offices)
    return list(now.values())


def _moved(
    step: Step,
    order: MoneyOrder,
    outcome: Outcome,
    *,
    profile: BankProfile | None,
    at: datetime,
) -> MoneyOrder:
    standing = order.standing.after(outcome)
    ends = standing.state in TERMINAL and order.state not in TERMINAL
    sends = Action.FIX_REFERENCE in outcome.actions
    assert not (sends and order.bank_ref), "an order is sent under one reference, once"
    sent_at = at if sends else order.sent_at
    timer = _Timer(sent_at=sent_at, was_due_at=order.next_at, profile=profile)
    return replace(
        order,
        state=standing.state,
        cases=standing.cases,
        returned=standing.returned,
        reason=_why(step) if ends and standing.state is State.REJECTED else order.reason,
        queries=order.queries + (step.event is Event.C_DEADLINE),
        decided_at=at if ends else order.decided_at,
        bank_ref=bank_reference(order.order_id) if sends else order.bank_ref,
        sent_at=sent_at,
        next_at=timer.after(outcome, at=at),
    )


def _why(step: Step) -> str:
    """Return why an order ended unpaid; absence from statements is one too."""
    return NOT_EXECUTED if step.event is Event.S_ABSENT_FINAL else step.reason


@dataclass(frozen=True, slots=True)
class _Timer:
    """When the pump looks at an order next.

    The deadline is the lease of a send, and the next query that of a query: if the worker dies in
    between, the order comes up again and is asked about, never sent again.
    """

    sent_at: datetime | None
    was_due_at: datetime | None
    profile: BankProfile | None

    def after(self, outcome: Outcome, *, at: datetime) -> datetime | None:
        """Return when the order is due again after an outcome, None if never by itself."""
        if outcome.state in TERMINAL or outcome.state is State.DISPUTED:
            return None
        if self.sent_at is None or self.profile is None:
            return self.was_due_at
        if Action.FIX_REFERENCE in outcome.actions:
            return deadline_at(self.profile, sent_at=self.sent_at)
        if Action.QUERY in outcome.actions:
            return next_query_at(self.profile, sent_at=self.sent_at, after=at)
        return self.was_due_at
