"""The advance line of a fund as operators watch it: used, left, by the hour, until midnight."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from huoqi.fund._store import products as products_store
from huoqi.fund._store.products import AdvanceLine
from huoqi.fund.order_search import advances_by_hour
from huoqi.fund.products import Rule
from huoqi.fund.rules.liquidity import (
    HOURS,
    Projection,
    Throttle,
    TimeOfDay,
    projected,
    runs_out_in_hour,
    throttle_of,
)
from huoqi.fund.shelf import terms_of_fund
from huoqi.kit.dates import SHANGHAI, shanghai_at, shanghai_date, shanghai_midnight
from huoqi.kit.db import Work

DAYS_BEFORE = 7
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class HourOfAdvances:
    """What was advanced in an hour that begins at an instant."""

    begins_at: datetime
    count: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Liquidity:
    """How the line stands, what today has taken of it, and what is to come by midnight."""

    line: AdvanceLine
    by_hour: list[HourOfAdvances]
    today_fen: int
    projection: Projection
    runs_out_at: datetime | None
    throttle: Throttle
    rule: Rule | None
    days_before: int


def line_of(work: Work, *, fund: str) -> AdvanceLine:
    """Return a fund's advance line as it stands."""
    return products_store.line(work, fund=fund)


def liquidity_of(work: Work, *, fund: str) -> Liquidity:
    """Return how a fund's advance line stands; raise FundUnknown."""
    terms = terms_of_fund(work, fund=fund)
    line = products_store.line(work, fund=fund)
    on = shanghai_date(work.at)
    midnight = shanghai_midnight(on)
    rows = [
        HourOfAdvances(*row)
        for row in advances_by_hour(
            work, fund=fund, since=midnight - DAYS_BEFORE * _DAY, until=midnight + _DAY
        )
    ]
    today = [row for row in rows if row.begins_at >= midnight]
    before_fen = [0] * HOURS
    for row in rows[: len(rows) - len(today)]:
        before_fen[_hour_of(row.begins_at)] += row.amount_fen
    local = work.at.astimezone(SHANGHAI)
    now = TimeOfDay(local.hour, local.minute)
    today_fen = sum(row.amount_fen for row in today)
    projection = projected(today_fen, now=now, before_fen=before_fen)
    hour = None
    if line.left_fen is not None:
        hour = runs_out_in_hour(projection, today_fen=today_fen, left_fen=line.left_fen, now=now)
    rule = terms.rules.get("fund.fast_redemption")
    is_offered = rule is not None and terms.product.state.takes_fast_redemptions
    throttle = throttle_of(
        limit_fen=line.limit_fen, used_fen=line.used_fen, rest_fen=projection.rest_fen
    )
    return Liquidity(
        line=line,
        by_hour=today,
        today_fen=today_fen,
        projection=projection,
        runs_out_at=None if hour is None else shanghai_at(on, hour=hour),
        throttle=throttle if is_offered else Throttle.NOT_OFFERED,
        rule=rule,
        days_before=len({shanghai_date(row.begins_at) for row in rows} - {on}),
    )


def _hour_of(at: datetime) -> int:
    return at.astimezone(SHANGHAI).hour
