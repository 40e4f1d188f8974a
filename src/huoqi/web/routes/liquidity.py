"""The line behind fast redemptions as operators watch it."""

from datetime import date

from fastapi import APIRouter
from pydantic import Field

from huoqi.customers.operations import KeyHolder
from huoqi.fund.liquidity import Liquidity, liquidity_of
from huoqi.fund.products import Rule
from huoqi.kit.dates import shanghai_date, shanghai_midnight
from huoqi.kit.db import Work
from huoqi.web.doors import AnyRole
from huoqi.web.framework import StrictRoute
from huoqi.web.routes.funds import FundCode
from huoqi.web.wire import Answer, Money, Shape, money, shown_at

router = APIRouter(prefix="/v1", tags=["Back office"], route_class=StrictRoute)


class HourView(Shape):
    """What was advanced in an hour of today."""

    begins_at: str
    count: int
    amount: Money


class CapView(Shape):
    """What each customer may redeem fast in a day, and where that is written."""

    max_count: int | None
    max_amount: Money | None
    effective_from: date
    source: str


class ProjectionView(Shape):
    """What today will come to: today's advances by the share of the day that is over.

    The share is that of the days before by hour, a week at most; without any, every minute counts
    the same. Repayments of the line are not in it.
    """

    day: Money = Field(description="All advances of today, at midnight.")
    rest: Money = Field(description="What is still to come.")
    used_at_midnight: Money = Field(description="The line's use then, without repayments.")
    runs_out_at: str | None = Field(description="The hour in which the line is used up.")
    by_hour_end: list[Money] = Field(description="The day's advances at the end of each hour.")
    days_before: int = Field(description="How many days the shares come from.")


class LiquidityAnswer(Answer):
    """A fund's advance line: limit, use, today by the hour, and what is to come."""

    fund: str
    limit: Money | None = Field(description="Null for any sum.")
    used: Money
    left: Money | None
    today: Money
    by_hour: list[HourView]
    projection: ProjectionView
    throttle: str = Field(
        description="not_offered, unlimited, open, low (less than a tenth is left, or less than "
        "the day still wants) or exhausted."
    )
    cap: CapView | None
    quota_resets_at: str


@router.get("/staff/liquidity/{fund}", operation_id="staff_liquidity_get")
def staff_liquidity_get(door: AnyRole, fund: FundCode) -> LiquidityAnswer:
    """Show the line behind fast redemptions: used, left, by the hour, and until midnight."""

    def found(work: Work, _: KeyHolder) -> LiquidityAnswer:
        return _answer(work, liquidity_of(work, fund=fund), fund=fund)

    return door.ask(found)


def _answer(work: Work, found: Liquidity, *, fund: str) -> LiquidityAnswer:
    line, tomorrow = found.line, date.fromordinal(shanghai_date(work.at).toordinal() + 1)
    return LiquidityAnswer(
        fund=fund,
        limit=None if line.limit_fen is None else money(line.limit_fen),
        used=money(line.used_fen),
        left=None if line.left_fen is None else money(line.left_fen),
        today=money(found.today_fen),
        by_hour=[
            HourView(
                begins_at=shown_at(row.begins_at), count=row.count, amount=money(row.amount_fen)
            )
            for row in found.by_hour
        ],
        projection=_projection(found),
        throttle=found.throttle.value,
        cap=_cap(found.rule) if found.rule else None,
        quota_resets_at=shown_at(shanghai_midnight(tomorrow)),
        business_time=shown_at(work.at),
    )


def _projection(found: Liquidity) -> ProjectionView:
    projection = found.projection
    return ProjectionView(
        day=money(projection.day_fen),
        rest=money(projection.rest_fen),
        used_at_midnight=money(found.line.used_fen + projection.rest_fen),
        runs_out_at=shown_at(found.runs_out_at) if found.runs_out_at else None,
        by_hour_end=[money(amount_fen) for amount_fen in projection.by_hour_end_fen],
        days_before=found.days_before,
    )


def _cap(rule: Rule) -> CapView:
    amount_fen = rule.figure("max_amount_fen")
    return CapView(
        max_count=rule.figure("max_count"),
        max_amount=None if amount_fen is None else money(amount_fen),
        effective_from=rule.effective_from,
        source=rule.source,
    )
