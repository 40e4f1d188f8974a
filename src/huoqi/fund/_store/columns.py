"""How keys and values become the columns that statements over a whole batch take."""

from collections.abc import Sequence
from uuid import UUID

OrderKey = tuple[int, UUID]
HoldingKey = tuple[int, str, int]


def order_columns(keys: Sequence[OrderKey]) -> tuple[list[int], list[UUID]]:
    """Return shards and ids."""
    return [key[0] for key in keys], [key[1] for key in keys]


def holding_columns(keys: Sequence[HoldingKey]) -> list[list[int] | list[str]]:
    """Return shards, funds and customer numbers."""
    return [[key[0] for key in keys], [key[1] for key in keys], [key[2] for key in keys]]


def plain(value: object) -> object:
    """Return a value as the driver takes it."""
    # A StrEnum is text; psycopg would look for an adapter of the enum's own name.
    return str(value) if isinstance(value, str) else value
