"""Periods of dates ``[from, to)``; no upper end means until further notice."""

from datetime import date


def covers(on: date, *, effective_from: date, effective_to: date | None) -> bool:
    """Return whether a date lies in a period: the first day is in, the last one is out.

    >>> covers(date(2018, 6, 1), effective_from=date(2018, 6, 1), effective_to=None)
    True
    """
    return effective_from <= on and (effective_to is None or on < effective_to)


def overlap(one: tuple[date, date | None], other: tuple[date, date | None]) -> bool:
    """Return whether two periods share a day.

    >>> overlap((date(2015, 1, 1), date(2018, 6, 1)), (date(2018, 6, 1), None))
    False
    """
    (one_from, one_to), (other_from, other_to) = one, other
    return (one_to is None or other_from < one_to) and (other_to is None or one_from < other_to)
