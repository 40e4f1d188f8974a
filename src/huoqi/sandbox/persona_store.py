"""The SQL of personas: who they are in the world at hand."""

from collections.abc import Sequence
from uuid import UUID

from huoqi.kit.db import Row, Work

ADD = """
    INSERT INTO simulated.persona (persona, member, shard, customer_no, customer_id, card_id, bank)
    SELECT * FROM unnest(%s::text[], %s::smallint[], %s::smallint[], %s::bigint[], %s::uuid[],
        %s::uuid[], %s::text[])
    ON CONFLICT DO NOTHING
"""
ALL = """
    SELECT persona, member, shard, customer_no, customer_id, card_id, bank
    FROM simulated.persona ORDER BY persona, member
"""


def add(work: Work, rows: Sequence[tuple[str, int, int, int, UUID, UUID, str]]) -> None:
    """Write who the personas are."""
    columns = [list(column) for column in zip(*rows, strict=True)]
    work.run(ADD, columns)


def all_rows(work: Work) -> list[Row]:
    """Return every member of every persona, by name."""
    return work.rows(ALL)
