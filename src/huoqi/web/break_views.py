"""A break for the wire: what differs, both sides' evidence, who has it, what can be done."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import Field

from huoqi.close.breaks import (
    BreakAct,
    QueuedBreak,
    acts_of,
    breaks_of_kind,
    offers_of,
    suggested,
    suggested_first,
)
from huoqi.close.rules.breaks import BreakClass, age_days, band_of, class_of
from huoqi.close.rules.resolutions import REGISTER_KINDS, Offer
from huoqi.customers.queries import customers_of
from huoqi.fund.explaining import explain_figure
from huoqi.fund.order_search import OrderFilter, find_orders, orders_of_customers
from huoqi.fund.orders import FundOrder
from huoqi.fund.queries import report_of
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.web.bank_evidence import BankEvidence, bank_evidence
from huoqi.web.day_views import RuleSteps, rule_steps
from huoqi.web.runbook import runbook_url
from huoqi.web.wire import Answer, Money, Shape, money, shown_at

_SHOWN = 50
_WEEK = 7
Unit = Literal["fen", "units_e2", "count"]
_UNITS = frozenset({"register", "holdings", "total_units", "ledger_units"})
_MONEY = frozenset({
    "register_accrued",
    "holdings_accrued",
    "ledger_accrued",
    "cash_in",
    "cash_out",
    "total_income",
    "fund_income",
    "trial_balance",
})


class QueuedBreakView(Shape):
    """A row that does not tie: what we have, what the other side has, ours less theirs."""

    id: str = Field(examples=["990001.2015-05-12.register.0"])
    fund: str = Field(description="The fund's code, or the bank's for breaks of its days.")
    on: date
    state: str = Field(
        description="open: somebody has to act; resolving: waits for a second person; resolved and"
        " waived: two people decided; cleared: gone by itself after somebody had it in hand; noted:"
        " the day closed with it."
    )
    version: str = Field(description="Grows when the figures change or the break is reopened.")
    kind: str
    break_class: str
    age_days: int
    age: str
    owner: str | None
    action: str | None = Field(description="What was proposed or decided.")
    approval_id: UUID | None = Field(description="The proposal that waits, or was decided.")
    customer_no: str | None
    ours: str | None
    theirs: str | None
    difference: str | None
    unit: Unit = Field(description="What the figures count: fen, hundredths of a unit, or bare.")
    rows_count: int = Field(description="How many rows of this kind there are on the day.")
    detail: str
    suggestion: str
    runbook_url: str = Field(description="What to do about such a break, step by step.")
    found_at: str


class BreakCountView(Shape):
    """How many rows of a class and age do not tie."""

    break_class: str
    age: str
    state: str
    rows_count: int


class OwnerCountView(Shape):
    """How many breaks somebody has in hand that are not through."""

    owner: str
    rows_count: int


class BreakSummaryAnswer(Answer):
    """How much does not tie, by class, age and state, and who has how much in hand."""

    open_count: int = Field(description="Open or waiting for a second person.")
    resolving_count: int
    data: list[BreakCountView]
    owners: list[OwnerCountView]


class BreakAction(Shape):
    """Something that can be done about it now, and whether a second person decides."""

    action: str = Field(examples=["close_day_run"])
    method: str
    path: str
    needs_second_person: bool


class OfferView(Shape):
    """One of the seven actions on breaks; ``refusal`` says why it cannot be taken here."""

    action: str = Field(examples=["replace_line"])
    available: bool
    refusal: str | None


class BreakOrder(Shape):
    """An order that the break may come from."""

    id: UUID
    side: str
    state: str
    t_day: date
    confirm_on: date


class ReportEvidence(Shape):
    """What the manager reported of the day, and where it stands."""

    source: str
    received_at: str
    total_units_e2: str
    total_income_fen: str | None


class RegisterEvidence(Shape):
    """The register's figure of a holder: file, record, digest, and the income that it means."""

    source: str
    record_no: str | None = Field(description="Null where the register has no row of the holder.")
    sha256: str | None
    income: Money | None = Field(description="Null where it is no difference of an income.")


class OursEvidence(Shape):
    """Our figure of a holder's income with every figure of the rule."""

    income: Money
    rule: RuleSteps | None


class BreakActView(Shape):
    """What somebody did about a break."""

    verb: str = Field(examples=["proposed"])
    version: str
    action: str
    actor: str
    acted_at: str
    reason: str
    evidence: str
    approval_id: UUID | None


class BreakAnswer(Answer):
    """A break with its evidence: both sides' figures, the report, orders, acts, what to do."""

    data: QueuedBreakView
    customer_id: UUID | None
    rows: list[QueuedBreakView] = Field(description="Rows of its kind and day, the first fifty.")
    report: ReportEvidence | None
    ours: OursEvidence | None
    theirs: RegisterEvidence | None
    bank: BankEvidence | None = Field(description="Of a bank's day: both sides, to the fen.")
    orders: list[BreakOrder]
    actions: list[BreakAction]
    offers: list[OfferView]
    suggested_action: str | None
    acts: list[BreakActView]


def break_view(work: Work, found: QueuedBreak) -> QueuedBreakView:
    """Return a break for the wire."""
    key, row = found.key, found.row
    days = age_days(key.on, today=shanghai_date(work.at))
    suggestion, _ = suggested(work, found)
    unit: Unit = (
        "fen"
        if found.is_of_bank or key.kind in _MONEY
        else "units_e2"
        if key.kind in _UNITS
        else "count"
    )
    return QueuedBreakView(
        id=key.break_id,
        fund=key.fund,
        on=key.on,
        state=found.state,
        version=str(row.version),
        kind=key.kind,
        break_class=class_of(key.kind).value,
        age_days=days,
        age=band_of(days).value,
        owner=row.owner or None,
        action=row.action or None,
        approval_id=row.approval_id,
        customer_no=_number(row.account_no),
        ours=_number(row.ours),
        theirs=_number(row.theirs),
        difference=_number(row.difference),
        unit=unit,
        rows_count=row.rows_count,
        detail=row.detail,
        suggestion=suggested_first(work, found).value,
        runbook_url=runbook_url(key.kind),
        found_at=shown_at(row.found_at),
    )


def break_answer(work: Work, found: QueuedBreak, *, shards: int) -> BreakAnswer:
    """Return a break with all its evidence."""
    key, row = found.key, found.row
    offered = offers_of(work, found)
    number = row.account_no
    owners = customers_of(work, [number], shards=shards) if number is not None else {}
    owner = owners.get(number) if number is not None else None
    same = breaks_of_kind(work, key, limit=_SHOWN)
    return BreakAnswer(
        data=break_view(work, found),
        customer_id=owner.customer_id if owner else None,
        rows=[break_view(work, each) for each in same],
        report=_report(work, found),
        ours=_ours(work, found),
        theirs=_theirs(found),
        bank=bank_evidence(work, found),
        orders=[_order(order) for order in _orders(work, found, shards=shards)],
        actions=_actions(found, offered=offered),
        offers=[
            OfferView(
                action=offer.action.value,
                available=offer.refusal is None,
                refusal=offer.refusal.value if offer.refusal else None,
            )
            for offer in offered
        ],
        suggested_action=_value(suggested(work, found)[1]),
        acts=[_act(act) for act in acts_of(work, key)],
        business_time=shown_at(work.at),
    )


def _value(action: object) -> str | None:
    return None if action is None else str(action)


def _report(work: Work, found: QueuedBreak) -> ReportEvidence | None:
    report = None if found.is_of_bank else report_of(work, fund=found.key.fund, on=found.key.on)
    if report is None:
        return None
    return ReportEvidence(
        source=report.report.source,
        received_at=shown_at(report.received_at),
        total_units_e2=str(report.report.total_units_e2),
        total_income_fen=_number(report.report.total_income_fen),
    )


def _ours(work: Work, found: QueuedBreak) -> OursEvidence | None:
    key, row = found.key, found.row
    if row.income_ours is None or row.account_no is None or row.earning_e2 is None:
        return None
    rule = explain_figure(work, row.earning_e2, account_no=row.account_no, fund=key.fund, on=key.on)
    return OursEvidence(income=money(row.income_ours), rule=rule_steps(rule) if rule else None)


def _theirs(found: QueuedBreak) -> RegisterEvidence | None:
    row = found.row
    if found.key.kind not in REGISTER_KINDS:
        return None
    return RegisterEvidence(
        source=row.source,
        record_no=_number(row.record_no),
        sha256=row.source_sha256.hex() if row.source_sha256 else None,
        income=None if row.income_theirs is None else money(row.income_theirs),
    )


def _orders(work: Work, found: QueuedBreak, *, shards: int) -> list[FundOrder]:
    """Return the holder's orders of those days, or what the manager has not answered."""
    key, number = found.key, found.row.account_no
    if found.is_of_bank:
        return []
    if number is not None:
        orders = orders_of_customers(work, [(number % shards, number)], limit=_SHOWN)
        return [
            order
            for order in orders
            if order.fund == key.fund and abs((order.confirm_on - key.on).days) <= _WEEK
        ]
    if class_of(key.kind) is not BreakClass.MISSING_CONFIRMATION:
        return []
    wanted = OrderFilter(state="sent", fund=key.fund, last_on=key.on)
    return find_orders(work, wanted, shards=range(shards), limit=_SHOWN)


def _actions(found: QueuedBreak, *, offered: list[Offer]) -> list[BreakAction]:
    """Return the requests that can be made now."""
    key, actions = found.key, []
    if any(offer.refusal is None for offer in offered):
        path = f"/v1/breaks/{key.break_id}/resolutions"
        actions.append(_action("breaks_resolve", path, alone=False))
    if found.is_of_bank or not (found.is_open and found.is_day_open):
        return actions
    day = f"/v1/close/{key.fund}/{key.on.isoformat()}"
    actions.append(_action("close_day_run", day, alone=True))
    if key.kind == "negative_income":
        actions.append(_action("close_day_pass_negative", f"{day}/negative-income", alone=False))
    return actions


def _action(name: str, path: str, *, alone: bool) -> BreakAction:
    return BreakAction(action=name, method="POST", path=path, needs_second_person=not alone)


def _act(act: BreakAct) -> BreakActView:
    return BreakActView(
        verb=act.verb,
        version=str(act.version),
        action=act.action,
        actor=act.actor,
        acted_at=shown_at(act.acted_at),
        reason=act.reason,
        evidence=act.evidence,
        approval_id=act.approval_id,
    )


def _order(order: FundOrder) -> BreakOrder:
    return BreakOrder(
        id=order.order_id,
        side=order.side.value,
        state=order.state.value,
        t_day=order.t_day,
        confirm_on=order.confirm_on,
    )


def _number(value: int | None) -> str | None:
    return None if value is None else str(value)
