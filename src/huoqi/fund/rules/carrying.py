"""When accrued income becomes units: the carry day of a fund, from its knobs."""

from datetime import date, timedelta

from huoqi.fund.rules.allocation import Becoming
from huoqi.fund.rules.yields import Carry

LAST_OF_MONTH = "last_of_month"
ONE_DAY = timedelta(days=1)


def becoming_on(on: date, *, carry: Carry) -> Becoming:
    """Return what the income of a calendar day becomes at its end.

    Monthly funds carry at the end of the last calendar day of the month, trading day or not, that
    day's income included (preset ``last_of_month``).

    >>> becoming_on(date(2024, 2, 28), carry=Carry.MONTHLY).value
    'accrued'
    >>> becoming_on(date(2024, 2, 29), carry=Carry.MONTHLY).value
    'carried'
    >>> becoming_on(date(2024, 2, 29), carry=Carry.DAILY).value
    'units'
    """
    if carry is Carry.DAILY:
        return Becoming.UNITS
    return Becoming.CARRIED if carry_day_from(on) == on else Becoming.ACCRUED


def carry_day_from(on: date) -> date:
    """Return the next day on which a monthly fund carries, the day itself included.

    >>> carry_day_from(date(2015, 5, 11)).isoformat()
    '2015-05-31'
    """
    next_month = (on.replace(day=1) + timedelta(days=31)).replace(day=1)
    return next_month - ONE_DAY


def accrues_from(on: date) -> date:
    """Return the first day whose income can still be accrued at the start of a day.

    >>> accrues_from(date(2015, 5, 11)).isoformat()
    '2015-05-01'
    """
    return on.replace(day=1)
