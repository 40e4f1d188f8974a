"""What operators watch of the close. Nothing here writes."""

from huoqi.close._store import watched
from huoqi.kit.db import Work


def blocked_counts(work: Work) -> dict[str, int]:
    """Return of each fund how many days are blocked."""
    return watched.blocked_counts(work)


def unsealed_counts(work: Work) -> dict[str, int]:
    """Return of each fund how many closed days three have not signed yet."""
    return watched.unsealed_counts(work)
