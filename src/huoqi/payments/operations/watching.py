"""What operators watch of payments. Nothing here writes."""

from huoqi.kit.db import Work
from huoqi.payments._store import watched


def unknown_ages_s(work: Work) -> list[int]:
    """Return for how many seconds each unknown payment is on its way, by business time."""
    return [int(row[0]) for row in watched.unknown_ages(work)]


def late_statements(work: Work) -> dict[str, int]:
    """Return of each bank for how many days its statement is late, refused or not whole."""
    return dict(watched.late_counts(work))


def payouts_are_stopped(work: Work) -> bool:
    """Tell whether nothing is paid out since customers' money does not tie."""
    return watched.stops(work) > 0
