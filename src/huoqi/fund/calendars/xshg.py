"""The Shanghai exchange's trading days from 1991 to 2026, as its closures on weekdays.

The dates are facts taken from a maintained calendar; a development test compares every day with
it. The program itself needs no such package: an operator extends the calendar with later notices.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

from huoqi.fund.rules.trading_days import (
    CalendarSource,
    TradingCalendar,
    calendar_of_closures,
)

LOADED = CalendarSource(
    first_loaded_on=date(1991, 1, 1),
    last_loaded_on=date(2026, 12, 31),
    source="exchange_calendars, XSHG",
    version="4.13.2",
)

# One line a year: single dates and runs, as month and day. A run may pass over a weekend, which
# is shut in any case; make-up workdays at weekends are no trading days either.
CLOSURES = """
1991  0101 0215-0218 0501 1001-1002
1992  0101 0204-0206 0501 1001-1002
1993  0101 0125-0126 1001
1994  0207-0211 0502 1003-1004
1995  0102 0130-0203 0501 1002-1003
1996  0101 0219-0301 0501 0930-1002
1997  0101 0203-0214 0501-0502 0630-0701 1001-1003
1998  0101-0102 0126-0206 0501 1001-1002
1999  0101 0210-0226 0503 1001-1007 1220 1231
2000  0103 0131-0211 0501-0505 1002-1006
2001  0101 0122-0202 0501-0507 1001-1005
2002  0101-0103 0211-0222 0501-0507 0930-1007
2003  0101 0130-0207 0501-0509 1001-1007
2004  0101 0119-0128 0503-0507 1001-1007
2005  0103 0207-0215 0502-0506 1003-1007
2006  0102-0103 0126-0203 0501-0505 1002-1006
2007  0101-0103 0219-0223 0501-0507 1001-1005 1231
2008  0101 0206-0212 0404 0501-0502 0609 0915 0929-1003
2009  0101-0102 0126-0130 0406 0501 0528-0529 1001-1008
2010  0101 0215-0219 0405 0503 0614-0616 0922-0924 1001-1007
2011  0103 0202-0208 0404-0405 0502 0606 0912 1003-1007
2012  0102-0103 0123-0127 0402-0404 0430-0501 0622 1001-1005
2013  0101-0103 0211-0215 0404-0405 0429-0501 0610-0612 0919-0920 1001-1007
2014  0101 0131-0206 0407 0501-0502 0602 0908 1001-1007
2015  0101-0102 0218-0224 0406 0501 0622 0903-0904 1001-1007
2016  0101 0208-0212 0404 0502 0609-0610 0915-0916 1003-1007
2017  0102 0127-0202 0403-0404 0501 0529-0530 1002-1006
2018  0101 0215-0221 0405-0406 0430-0501 0618 0924 1001-1005 1231
2019  0101 0204-0208 0405 0501-0503 0607 0913 1001-1007
2020  0101 0124-0131 0406 0501-0505 0625-0626 1001-1008
2021  0101 0211-0217 0405 0503-0505 0614 0920-0921 1001-1007
2022  0103 0131-0204 0404-0405 0502-0504 0603 0912 1003-1007
2023  0102 0123-0127 0405 0501-0503 0622-0623 0929-1006
2024  0101 0209-0216 0404-0405 0501-0503 0610 0916-0917 1001-1007
2025  0101 0128-0204 0404 0501-0505 0602 1001-1008
2026  0101-0102 0216-0223 0406 0501-0505 0619 0925 1001-1007
"""


def closed_dates(text: str) -> Iterator[date]:
    """Yield every date of a table of closures, the weekends inside its runs included.

    >>> [on.isoformat() for on in closed_dates("2015  0501 0930-1001")]
    ['2015-05-01', '2015-09-30', '2015-10-01']
    """
    for line in text.split("\n"):
        year, *runs = line.split() or [""]
        for run in runs:
            first, _, last = run.partition("-")
            on = date.fromisoformat(year + first)
            until = date.fromisoformat(year + (last or first))
            while on <= until:
                yield on
                on += timedelta(days=1)


@cache
def xshg() -> TradingCalendar:
    """Return the calendar of the Shanghai exchange that ships with the program."""
    return calendar_of_closures(closed_dates(CLOSURES), loaded=LOADED)
