"""Columns of a batch as PostgreSQL array texts; made here because it is half of a batch's cost."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID


def ints(values: Sequence[int]) -> str:
    """Return integers as an array text.

    >>> ints([1, -2])
    '{1,-2}'
    """
    return "{" + ",".join(map(str, values)) + "}"


def uuids(values: Sequence[UUID | None]) -> str:
    """Return ids as an array text.

    >>> uuids([UUID(int=1), None])
    '{00000000000000000000000000000001,NULL}'
    """
    return "{" + ",".join(["NULL" if value is None else value.hex for value in values]) + "}"


def texts(values: Sequence[str | None]) -> str:
    r"""Return texts as an array text; each is quoted, so that any character may stand in it.

    >>> texts(['a"b', "", None])
    '{"a\\"b","",NULL}'
    """
    quoted = [
        "NULL" if value is None else '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        for value in values
    ]
    return "{" + ",".join(quoted) + "}"


def instants(values: Sequence[datetime | None]) -> str:
    """Return instants as an array text.

    >>> from datetime import UTC
    >>> instants([datetime(2015, 5, 11, 1, tzinfo=UTC), None])
    '{2015-05-11T01:00:00+00:00,NULL}'
    """
    return "{" + ",".join(["NULL" if v is None else v.isoformat() for v in values]) + "}"
