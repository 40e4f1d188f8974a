"""What the entrance asks of its own tables."""

from huoqi.kit.db import Work
from huoqi.web import _store


def migrations_applied(work: Work) -> int:
    """Return how many migrations the database has."""
    return _store.migrations_applied(work)
