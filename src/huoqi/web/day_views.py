"""A day's income explained for the wire: the rule's figures, what was accepted, the register."""

from datetime import date
from uuid import UUID

from pydantic import Field

from huoqi.close.breaks import register_row
from huoqi.fund.explaining import DayExplained, OverrideOrigin
from huoqi.fund.rules.explain import IncomeExplained
from huoqi.kit.db import Work
from huoqi.web.wire import Answer, Money, Shape, Units, money, shown_at, units


class UnitChange(Shape):
    """A change of units that took effect on the day."""

    event_id: UUID
    units: Units
    kind: str
    order_id: UUID | None


class RuleSteps(Shape):
    """The rule's figures; multiply, divide and compare to get the same."""

    mode: str
    sign: str
    units_e2: str
    numerator: str
    denominator: str
    product: str
    floor_fen: str
    remainder: str
    theta: str = Field(description="Remainders above it get the odd fen.")
    tie_account: str = Field(description="At exactly theta, accounts up to this one get it.")
    account_no: str
    plus_one_fen: bool
    income_fen: str


class AcceptedFigure(Shape):
    """Where an accepted figure stands: file, record, digest, and since when it counts."""

    source: str
    record_no: str
    sha256: str | None
    accepted_at: str
    approval_id: UUID


class RegisterRowView(Shape):
    """The register's row of a holder: file, digest, record where the book knows it, and units."""

    source: str
    sha256: str | None
    record_no: str | None
    units: Units


class DayAnswer(Answer):
    """One day's income of one holding, explained so that anyone can recompute it."""

    fund: str
    on: date
    income: Money
    status: str = Field(description="predicted until the manager's register confirms the day.")
    opening_units: Units
    changes: list[UnitChange]
    earning_units: Units
    rule: RuleSteps
    income_per_10k_e5: str
    fund_total_units: Units
    fund_total_income: Money
    source: str
    ledger_transfer_id: UUID | None
    override: AcceptedFigure | None = Field(
        description="The register's figure that two people accepted in the place of the rule's."
    )
    register_row: RegisterRowView | None = Field(
        description="Where the register has the holder at the end of the closed day."
    )


def day_answer(explained: DayExplained, *, fund: str, work: Work) -> DayAnswer:
    """Return an explained day for the wire."""
    day, fund_day, rule = explained.day, explained.fund_day, explained.rule
    return DayAnswer(
        fund=fund,
        on=day.on,
        income=money(day.income_fen),
        status=explained.status,
        opening_units=units(explained.opening_units_e2),
        changes=[
            UnitChange(
                event_id=event.event_id,
                units=units(event.delta_e2),
                kind=event.kind,
                order_id=event.order_id,
            )
            for event in explained.events
        ],
        earning_units=units(day.earning_units_e2),
        rule=rule_steps(rule),
        income_per_10k_e5=str(fund_day.income_per_10k_e5),
        fund_total_units=units(fund_day.total_units_e2),
        fund_total_income=money(fund_day.total_income_fen),
        source=fund_day.source,
        ledger_transfer_id=explained.transfer_id,
        override=_accepted(explained.override),
        register_row=_register(work, explained, fund=fund),
        business_time=shown_at(work.at),
    )


def _accepted(origin: OverrideOrigin | None) -> AcceptedFigure | None:
    if origin is None:
        return None
    return AcceptedFigure(
        source=origin.source,
        record_no=str(origin.record_no),
        sha256=origin.source_sha256.hex() if origin.source_sha256 else None,
        accepted_at=shown_at(origin.accepted_at),
        approval_id=origin.approval_id,
    )


def _register(work: Work, explained: DayExplained, *, fund: str) -> RegisterRowView | None:
    account_no = explained.rule.account_no
    row = register_row(work, fund=fund, on=explained.day.on, customer_no=account_no)
    if row is None:
        return None
    return RegisterRowView(
        source=row.source,
        sha256=row.source_sha256.hex() if row.source_sha256 else None,
        record_no=None if row.record_no is None else str(row.record_no),
        units=units(explained.day.end_units_e2),
    )


def rule_steps(rule: IncomeExplained) -> RuleSteps:
    """Return the rule's figures for the wire."""
    return RuleSteps(
        mode=rule.mode.value,
        sign=str(rule.sign),
        units_e2=str(rule.units_e2),
        numerator=str(rule.numerator),
        denominator=str(rule.denominator),
        product=str(rule.product),
        floor_fen=str(rule.floor_fen),
        remainder=str(rule.remainder),
        theta=str(rule.theta),
        tie_account=str(rule.tie_account),
        account_no=str(rule.account_no),
        plus_one_fen=rule.plus_one_fen,
        income_fen=str(rule.income_fen),
    )
