"""The sandbox starts with the press of its week and a full week of yields."""

from datetime import date

from huoqi.fund.queries import rivals_of, yields_of
from huoqi.sandbox.market import hear_the_market
from tests.close.world import FUND, company_on

LAUNCH = date(2015, 5, 11)


def test_yields_of_the_week_before_and_rivals_are_there_on_the_first_morning(dsn: str) -> None:
    with company_on(dsn) as company:
        for _ in range(2):
            hear_the_market(company.platform)
        with company.database.work(while_advancing=True) as work:
            yields = yields_of(work, fund=FUND, first_on=date(2015, 5, 1), last_on=LAUNCH)
            rivals = rivals_of(work, first_on=LAUNCH, last_on=LAUNCH)

    assert [each.on.day for each in yields] == [4, 5, 6, 7, 8, 9, 10]
    assert yields[-1].recomputed.is_full
    assert yields[-1].published_e3 == yields[-1].recomputed.yield_7d_e3
    assert not any(each.is_flagged for each in yields)
    assert len(rivals) == 3
