"""The shelf: funds, their yields beside rivals, and what an order placed now would mean."""

from datetime import date, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from pydantic import Field

from huoqi.fund.days import RivalYield
from huoqi.fund.orders import Side, Speed
from huoqi.fund.products import Product, Terms
from huoqi.fund.queries import (
    PublishedYield,
    cash_expected_on,
    dates_of,
    products_of,
    require_product,
    rivals_of,
    yields_of,
)
from huoqi.fund.rules.confirmation import PurchaseDates, RedemptionDates
from huoqi.fund.shelf import terms_of_fund
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.web.doors import Public
from huoqi.web.errors import FieldsRefused
from huoqi.web.framework import StrictRoute
from huoqi.web.wire import Answer, Day, Page, Shape, page, shown_at

router = APIRouter(prefix="/v1", tags=["Funds"], route_class=StrictRoute)

FundCode = Annotated[
    str,
    Path(pattern="^[0-9A-Za-z]{1,16}$", description="The fund's code.", examples=["990001"]),
]
From = Annotated[Day | None, Query(alias="from", description="First day; 30 days ago by default.")]
Until = Annotated[Day | None, Query(alias="to", description="The day after the last one.")]
_PERIOD_MOST = timedelta(days=400)
_PERIOD_USUAL = timedelta(days=30)
_DAY = timedelta(days=1)


class FundView(Shape):
    """A fund as it is sold now."""

    fund: str = Field(examples=["990001"])
    name_zh: str
    name_en: str
    manager: str
    on_sale_from: date
    state: str = Field(description="open, or which orders it does not take.")
    state_from: str | None
    state_reason: str
    source: str = Field(description="Where the terms are written.")


class RuleView(Shape):
    """A dated rule in force for the fund; figures are integers with the scale in their name."""

    rule: str
    value: dict[str, str | None]
    effective_from: date
    source: str


class FundAnswer(Answer):
    """A fund with the rules that orders are judged by now."""

    fund: FundView
    cut_off: str = Field(description="Shanghai time at which a trading day stops taking orders.")
    rules: list[RuleView]
    calendar_until: date = Field(description="The last day of the loaded trading calendar.")


class YieldView(Shape):
    """A published day: what it paid, and the yield as published and as recomputed by us."""

    on: date
    income_per_10k_e5: str
    yield_7d_e3: str | None = Field(description="As the manager published it.")
    recomputed_7d_e3: str | None = Field(description="From the published incomes, by us.")
    recomputed_from_days: int
    differs: bool = Field(description="True if the two are apart by 0.001 points or more.")
    source: str
    received_at: str


class YieldsAnswer(Answer):
    """The published days of a period, oldest first. Past performance is no promise."""

    fund: str
    data: list[YieldView]
    notice: str


class RivalView(Shape):
    """What somebody else's fund paid, with date and source."""

    name: str
    quoted_on: date
    yield_7d_e3: str | None
    income_per_10k_e5: str | None
    source: str
    published_on: date


class DatesAnswer(Answer):
    """What an order placed now would mean; tell it before the customer confirms."""

    side: Literal["buy", "redeem"]
    speed: Literal["normal", "fast"]
    t_day: date = Field(description="The trading day that the order belongs to.")
    confirmed_on: date
    earns_from: date | None = Field(description="Purchases: the first day that earns.")
    visible_on: date | None = Field(description="Purchases: when that income is shown.")
    earns_until: date | None = Field(description="Redemptions: the last day that earns.")
    cash_expected_on: date | None = Field(description="Redemptions: when the cash is expected.")
    waiting_days: int = Field(description="Calendar days from now to the confirmation.")
    holidays: list[date] = Field(description="Holidays on the way.")
    warning: bool = Field(description="True if holidays make the wait long; say so.")


@router.get("/funds", operation_id="funds_list")
def funds_list(door: Public) -> Page[FundView]:
    """List the funds on sale with their state."""
    return door.ask(
        lambda work: page(
            [_fund(product) for product in products_of(work)], next_cursor=None, at=work.at
        )
    )


@router.get("/funds/{fund}", operation_id="funds_get")
def funds_get(door: Public, fund: FundCode) -> FundAnswer:
    """Show a fund with the rules in force today and where they are written."""

    def found(work: Work) -> FundAnswer:
        terms = terms_of_fund(work, fund=fund)
        return FundAnswer(
            fund=_fund(terms.product),
            cut_off=terms.cut_off.isoformat("minutes"),
            rules=_rules(terms),
            calendar_until=terms.calendar.last_loaded_on,
            business_time=shown_at(work.at),
        )

    return door.ask(found)


@router.get("/funds/{fund}/dates", operation_id="funds_dates")
def funds_dates(
    door: Public,
    fund: FundCode,
    side: Literal["buy", "redeem"],
    speed: Literal["normal", "fast"] = "normal",
) -> DatesAnswer:
    """Tell what an order placed now would mean: which day, when it earns, how long it waits."""

    def told(work: Work) -> DatesAnswer:
        of_side = Side.PURCHASE if side == "buy" else Side.REDEMPTION
        dates = dates_of(work, fund=fund, side=of_side, speed=Speed(speed))
        bought = dates if isinstance(dates, PurchaseDates) else None
        sold = dates if isinstance(dates, RedemptionDates) else None
        return DatesAnswer(
            side=side,
            speed=speed,
            t_day=dates.t_day,
            confirmed_on=dates.confirmed_on,
            earns_from=bought.earns_from if bought else None,
            visible_on=bought.visible_on if bought else None,
            earns_until=sold.last_income_on if sold else None,
            cash_expected_on=cash_expected_on(work, fund=fund, speed=Speed(speed))
            if sold
            else None,
            waiting_days=dates.gap.waiting_days,
            holidays=list(dates.gap.holidays),
            warning=dates.gap.needs_warning,
            business_time=shown_at(work.at),
        )

    return door.ask(told)


@router.get("/funds/{fund}/yields", operation_id="funds_yields")
def funds_yields(
    door: Public, fund: FundCode, since: From = None, until: Until = None
) -> YieldsAnswer:
    """Show published incomes and yields of a period, each beside our own recomputation."""

    def found(work: Work) -> YieldsAnswer:
        require_product(work, fund=fund)
        first_on, last_on = period(work, since=since, until=until)
        days = yields_of(work, fund=fund, first_on=first_on, last_on=last_on)
        return YieldsAnswer(
            fund=fund,
            data=[_yield(day) for day in days],
            notice="Past performance is no promise. 历史收益不代表未来。",
            business_time=shown_at(work.at),
        )

    return door.ask(found)


@router.get("/rival-yields", operation_id="rival_yields_list")
def rival_yields_list(door: Public, since: From = None, until: Until = None) -> Page[RivalView]:
    """List what other funds paid according to the press, latest first, each with its source."""

    def found(work: Work) -> Page[RivalView]:
        first_on, last_on = period(work, since=since, until=until)
        rivals = rivals_of(work, first_on=first_on, last_on=last_on)
        return page([_rival(rival) for rival in rivals], next_cursor=None, at=work.at)

    return door.ask(found)


def period(work: Work, *, since: date | None, until: date | None) -> tuple[date, date]:
    """Return first and last day of a period whose end is excluded; refuse one that is too long."""
    last_on = until - _DAY if until else shanghai_date(work.at)
    first_on = since or last_on - _PERIOD_USUAL
    if first_on > last_on:
        raise FieldsRefused((("query:from", "validation.period_empty"),))
    if last_on - first_on > _PERIOD_MOST:
        raise FieldsRefused((("query:from", "validation.period_too_long"),))
    return first_on, last_on


def _fund(product: Product) -> FundView:
    return FundView(
        fund=product.fund,
        name_zh=product.name_zh,
        name_en=product.name_en,
        manager=product.manager,
        on_sale_from=product.on_sale_from,
        state=product.state.value,
        state_from=shown_at(product.state_from) if product.state_from else None,
        state_reason=product.state_reason,
        source=product.source,
    )


def _rules(terms: Terms) -> list[RuleView]:
    return [
        RuleView(
            rule=name,
            value={key: None if value is None else str(value) for key, value in rule.value.items()},
            effective_from=rule.effective_from,
            source=rule.source,
        )
        for name, rule in sorted(terms.rules.items())
    ]


def _yield(day: PublishedYield) -> YieldView:
    recomputed = day.recomputed.yield_7d_e3
    return YieldView(
        on=day.on,
        income_per_10k_e5=str(day.income_per_10k_e5),
        yield_7d_e3=None if day.published_e3 is None else str(day.published_e3),
        recomputed_7d_e3=None if recomputed is None else str(recomputed),
        recomputed_from_days=day.recomputed.days,
        differs=day.is_flagged,
        source=day.source,
        received_at=shown_at(day.received_at),
    )


def _rival(rival: RivalYield) -> RivalView:
    income = rival.income_per_10k_e5
    return RivalView(
        name=rival.name,
        quoted_on=rival.quoted_on,
        yield_7d_e3=None if rival.yield_7d_e3 is None else str(rival.yield_7d_e3),
        income_per_10k_e5=None if income is None else str(income),
        source=rival.source,
        published_on=rival.published_on,
    )
