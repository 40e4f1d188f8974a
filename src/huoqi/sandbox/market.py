"""What the sandbox knows of the market at its start: the press, and the fund's week before."""

from datetime import timedelta

from huoqi.close.platform import Platform
from huoqi.fund.managers.port import FundDayReport
from huoqi.fund.operations import import_rivals, record_report
from huoqi.fund.products import HUOQIBAO
from huoqi.fund.queries import published_until, report_of
from huoqi.fund.rivals import press_of_the_launch
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work

WEEK_DAYS = 7


def hear_the_market(platform: Platform) -> None:
    """Import the press of the launch, and the yields that the fund had before we sold it.

    Repeating changes nothing; a fund whose days we publish ourselves keeps its own history.
    """
    platform.database.run(
        lambda work: import_rivals(work, press_of_the_launch()), while_advancing=True
    )
    week = _week_before(platform)
    platform.database.run(lambda work: _keep(work, week), while_advancing=True)


def _week_before(platform: Platform) -> list[FundDayReport]:
    manager = platform.managers.get(HUOQIBAO.fund)
    with platform.database.work(while_advancing=True) as work:
        at = work.at
        known_on = shanghai_date(at) - timedelta(days=1)
        has_history = published_until(work, fund=HUOQIBAO.fund) is not None
        if manager is None or has_history or report_of(work, fund=HUOQIBAO.fund, on=known_on):
            return []
    days = [known_on - timedelta(days=n) for n in reversed(range(WEEK_DAYS))]
    answers = [manager.income(fund=HUOQIBAO.fund, on=on, at=at) for on in days]
    return [answer for answer in answers if isinstance(answer, FundDayReport)]


def _keep(work: Work, week: list[FundDayReport]) -> None:
    for report in week:
        if report_of(work, fund=report.fund, on=report.on) is None:
            record_report(work, report)
