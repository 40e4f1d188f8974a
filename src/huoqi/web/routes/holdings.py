"""What a customer has and earned: holdings, quotas, income, and a day explained to the fen."""

from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from huoqi.customers.operations import Caller
from huoqi.fund.days import CONFIRMED, OVERRIDDEN
from huoqi.fund.explaining import overridden_days
from huoqi.fund.queries import (
    HoldingNow,
    days_ahead,
    explain_day,
    fast_quota_of,
    holding_of,
    holdings_of,
    incomes_between,
    movements_of,
    require_product,
)
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.ledger.queries import balances
from huoqi.ledger.rules.chart import customer_cash_account
from huoqi.ledger.rules.counters import Counters
from huoqi.web.day_views import DayAnswer, day_answer
from huoqi.web.doors import Customer
from huoqi.web.framework import StrictRoute
from huoqi.web.routes.funds import FundCode
from huoqi.web.wire import Answer, Day, Money, Shape, Units, money, shown_at, units

router = APIRouter(prefix="/v1", tags=["Holdings and income"], route_class=StrictRoute)

Month = Annotated[
    str,
    Query(
        pattern="^2[01][0-9]{2}-(0[1-9]|1[0-2])$",
        description="A Shanghai calendar month.",
        examples=["2015-05"],
    ),
]


class HoldingView(Shape):
    """A holding as it stands."""

    fund: str
    units: Units
    available: Units = Field(description="What a normal redemption may take.")
    advanceable: Units = Field(description="What a fast redemption may take.")
    ordered: Units = Field(description="Under orders on their way.")
    frozen: Units
    accrued: Money = Field(description="Income that becomes units at the end of the month.")
    unconfirmed: Money = Field(description="Paid, not confirmed by the manager yet.")
    last_income_on: date | None = Field(description="The last day whose income is known.")
    last_income: Money | None


class HoldingsAnswer(Answer):
    """All that a customer has: funds and cash."""

    cash: Money
    cash_held: Money
    is_frozen: bool = Field(description="Nothing can be bought or redeemed until it is unfrozen.")
    data: list[HoldingView]


class HoldingAnswer(Answer):
    """One holding."""

    holding: HoldingView


class IncomeDay(Shape):
    """A day's income; negative on a bad day."""

    on: date
    income: Money
    status: str = Field(description="confirmed; overridden: the register's figure was accepted.")


class IncomeAhead(Shape):
    """A day whose close is not through: nothing of it counts yet."""

    on: date
    status: str = Field(
        description="expected: no figure yet; predicted: our figure, the register has not agreed;"
        " overridden: the register's figure, accepted, not closed."
    )
    income: Money | None


class IncomeAnswer(Answer):
    """The published days of a month and their sum; days that are not published yet lack."""

    fund: str
    month: str
    total: Money
    data: list[IncomeDay]
    ahead: list[IncomeAhead]


class AllIncomeAnswer(Answer):
    """All income of a holding, from its first published day to the last one."""

    fund: str
    first_on: date | None = Field(description="Null as long as nothing was earned.")
    last_on: date | None
    total: Money


class HoldingEntry(Shape):
    """Units that came or went: a confirmed order's, or a day's income that became units."""

    on: date
    units: Units
    kind: str = Field(description="income, or the kind of the order's change.")
    order_id: UUID | None


class EntriesAnswer(Answer):
    """A balance explained: opening units and all changes since come to the units now."""

    fund: str
    first_on: date
    opening_units: Units
    data: list[HoldingEntry]
    units: Units


class QuotaAnswer(Answer):
    """What may still be redeemed fast today; null means no limit."""

    fund: str
    offered: bool
    count_left: int | None
    amount_left: Money | None
    units_left: Units | None
    advance_line_left: Money | None
    rule_source: str | None
    rule_from: date | None


@router.get("/holdings", operation_id="holdings_list")
def holdings_list(door: Customer) -> HoldingsAnswer:
    """Show all holdings and the cash."""

    def found(work: Work, caller: Caller) -> HoldingsAnswer:
        account = customer_cash_account(shard=caller.shard, customer_no=caller.customer_no)
        cash = balances(work, [account]).get(account, Counters())
        held = holdings_of(work, shard=caller.shard, customer_no=caller.customer_no)
        return HoldingsAnswer(
            cash=money(cash.available),
            cash_held=money(cash.debits_pending),
            is_frozen=caller.is_frozen,
            data=[holding_view(each) for each in held],
            business_time=shown_at(work.at),
        )

    return door.ask(found)


@router.get("/holdings/{fund}", operation_id="holdings_get")
def holdings_get(door: Customer, fund: FundCode) -> HoldingAnswer:
    """Show the holding of a fund; an empty one where there is none yet."""

    def found(work: Work, caller: Caller) -> HoldingAnswer:
        require_product(work, fund=fund)
        held = holding_of(work, shard=caller.shard, customer_no=caller.customer_no, fund=fund)
        return HoldingAnswer(holding=holding_view(held), business_time=shown_at(work.at))

    return door.ask(found)


@router.get("/holdings/{fund}/income", operation_id="holdings_income")
def holdings_income(door: Customer, fund: FundCode, month: Month) -> IncomeAnswer:
    """Show the income of each published day of a month, and their sum."""
    first_on = date.fromisoformat(f"{month}-01")
    last_on = (first_on + timedelta(days=31)).replace(day=1) - timedelta(days=1)

    def found(work: Work, caller: Caller) -> IncomeAnswer:
        require_product(work, fund=fund)
        key = (caller.shard, fund, caller.customer_no)
        incomes = incomes_between(work, key, first_on=first_on, last_on=last_on)
        accepted = overridden_days(work, key, first_on=first_on)
        ahead = days_ahead(work, key, until=min(last_on, shanghai_date(work.at)))
        return IncomeAnswer(
            fund=fund,
            month=month,
            total=money(sum(incomes.values())),
            data=[
                IncomeDay(
                    on=on, income=money(fen), status=OVERRIDDEN if on in accepted else CONFIRMED
                )
                for on, fen in sorted(incomes.items())
            ],
            ahead=[
                IncomeAhead(
                    on=day.on,
                    status=day.status,
                    income=None if day.income_fen is None else money(day.income_fen),
                )
                for day in ahead
                if day.on >= first_on
            ],
            business_time=shown_at(work.at),
        )

    return door.ask(found)


@router.get("/holdings/{fund}/income/total", operation_id="holdings_all_income")
def holdings_all_income(door: Customer, fund: FundCode) -> AllIncomeAnswer:
    """Show the sum of all published income since the first day."""

    def found(work: Work, caller: Caller) -> AllIncomeAnswer:
        require_product(work, fund=fund)
        key = (caller.shard, fund, caller.customer_no)
        today = shanghai_date(work.at)
        incomes = incomes_between(work, key, first_on=date.min, last_on=today)
        return AllIncomeAnswer(
            fund=fund,
            first_on=min(incomes, default=None),
            last_on=max(incomes, default=None),
            total=money(sum(incomes.values())),
            business_time=shown_at(work.at),
        )

    return door.ask(found)


@router.get("/holdings/{fund}/days/{on}", operation_id="holdings_explain")
def holdings_explain(door: Customer, fund: FundCode, on: Day) -> DayAnswer:
    """Explain one day's income with every figure of the rule, and where each comes from."""

    def told(work: Work, caller: Caller) -> DayAnswer:
        require_product(work, fund=fund)
        explained = explain_day(work, (caller.shard, fund, caller.customer_no), on=on)
        return day_answer(explained, fund=fund, work=work)

    return door.ask(told)


@router.get("/holdings/{fund}/entries", operation_id="holdings_entries")
def holdings_entries(
    door: Customer,
    fund: FundCode,
    since: Annotated[
        Day | None, Query(alias="from", description="By default this month's first.")
    ] = None,
) -> EntriesAnswer:
    """Show what a holding consists of: the units at a day's start, and each change since."""

    def found(work: Work, caller: Caller) -> EntriesAnswer:
        require_product(work, fund=fund)
        begin = since or shanghai_date(work.at).replace(day=1)
        moved = movements_of(work, (caller.shard, fund, caller.customer_no), since=begin)
        return EntriesAnswer(
            fund=fund,
            first_on=moved.first_on,
            opening_units=units(moved.opening_units_e2),
            data=[
                HoldingEntry(
                    on=each.on, units=units(each.units_e2), kind=each.kind, order_id=each.order_id
                )
                for each in moved.movements
            ],
            units=units(moved.units_e2),
            business_time=shown_at(work.at),
        )

    return door.ask(found)


@router.get("/holdings/{fund}/quota", operation_id="holdings_quota")
def holdings_quota(door: Customer, fund: FundCode) -> QuotaAnswer:
    """Show what may still be redeemed fast today, by the rule in force."""

    def left(work: Work, caller: Caller) -> QuotaAnswer:
        require_product(work, fund=fund)
        quota = fast_quota_of(work, shard=caller.shard, customer_no=caller.customer_no, fund=fund)
        amount = quota.left.amount_fen if quota else None
        line = quota.line_left_fen if quota else None
        return QuotaAnswer(
            fund=fund,
            offered=quota is not None,
            count_left=quota.left.count if quota else None,
            amount_left=None if amount is None else money(amount),
            units_left=units(quota.advanceable_e2) if quota else None,
            advance_line_left=None if line is None else money(line),
            rule_source=quota.rule.source if quota else None,
            rule_from=quota.rule.effective_from if quota else None,
            business_time=shown_at(work.at),
        )

    return door.ask(left)


def holding_view(held: HoldingNow) -> HoldingView:
    """Return a holding for the wire."""
    income = held.last_income_fen
    return HoldingView(
        fund=held.fund,
        units=units(held.units_e2),
        available=units(held.available_e2),
        advanceable=units(held.advanceable_e2),
        ordered=units(held.ordered_e2),
        frozen=units(held.frozen_e2),
        accrued=money(held.accrued_fen),
        unconfirmed=money(held.unconfirmed_fen),
        last_income_on=held.last_income_on,
        last_income=None if income is None else money(income),
    )
