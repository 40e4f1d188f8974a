"""SQL of accepted figures: the register's income of a holder and day, and what it corrects."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from huoqi.fund._store.holdings import Key
from huoqi.fund.days import Override
from huoqi.kit.db import Work

_ADD = """
    INSERT INTO income_override (shard, fund, customer_no, income_on, income_fen, source,
        record_no, approval_id, source_sha256, accepted_at)
    SELECT o.shard, o.fund, o.customer_no, o.income_on, o.income_fen, o.source, o.record_no,
        o.approval_id, o.sha256, %s
    FROM unnest(%s::smallint[], %s::text[], %s::bigint[], %s::date[], %s::bigint[], %s::text[],
        %s::bigint[], %s::uuid[], %s::bytea[]) AS o (shard, fund, customer_no, income_on,
        income_fen, source, record_no, approval_id, sha256)
    ON CONFLICT DO NOTHING RETURNING shard, fund, customer_no
"""
_REPLACE = """
    UPDATE income_override SET income_fen = %s, source = %s, record_no = %s, approval_id = %s,
        source_sha256 = %s, accepted_at = %s
    WHERE shard = %s AND fund = %s AND customer_no = %s AND income_on = %s
"""
_WITHDRAW = """
    DELETE FROM income_override WHERE fund = %s AND income_on = %s AND customer_no = %s
"""
_ORIGIN = """
    SELECT source, record_no, approval_id, accepted_at, source_sha256 FROM income_override
    WHERE shard = %s AND fund = %s AND customer_no = %s AND income_on = %s
"""
_ADD_CORRECTION = """
    INSERT INTO unit_correction (shard, fund, customer_no, approval_id, income_on, effective_on,
        delta_e2, accrued_fen)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""
_CORRECTIONS = """
    -- Uses unit_correction_day_idx.
    SELECT customer_no, delta_e2, accrued_fen FROM unit_correction
    WHERE fund = %s AND effective_on = %s ORDER BY customer_no, approval_id
"""


@dataclass(frozen=True, slots=True)
class Correction:
    """What an accepted figure of a published day changes from the first open day on."""

    key: Key
    approval_id: UUID
    income_on: date
    effective_on: date
    delta_e2: int
    accrued_fen: int


def add_overrides(work: Work, accepted: Sequence[Override]) -> set[Key]:
    """Write accepted figures; return whose were new, since a day has one of each holder."""
    if not accepted:
        return set()
    columns = (
        [each.shard for each in accepted],
        [each.fund for each in accepted],
        [each.customer_no for each in accepted],
        [each.income_on for each in accepted],
        [each.income_fen for each in accepted],
        [each.source for each in accepted],
        [each.record_no for each in accepted],
        [each.approval_id for each in accepted],
        [each.source_sha256 for each in accepted],
    )
    return {(row[0], row[1], row[2]) for row in work.rows(_ADD, (work.at, *columns))}


def replace_override(work: Work, override: Override) -> None:
    """Put a newer accepted figure in the place of an older one."""
    origin = (override.source, override.record_no, override.approval_id, override.source_sha256)
    key = (override.shard, override.fund, override.customer_no, override.income_on)
    work.run(_REPLACE, (override.income_fen, *origin, work.at, *key))


def withdraw_override(work: Work, *, fund: str, on: date, customer_no: int) -> int:
    """Take back an accepted figure of a day that is not published; return how many."""
    return work.run(_WITHDRAW, (fund, on, customer_no))


def override_origin(
    work: Work, key: Key, *, on: date
) -> tuple[str, int, UUID, datetime, bytes | None] | None:
    """Return file, record number, approval, instant and digest of an accepted figure."""
    row = work.row(_ORIGIN, (*key, on))
    return (row[0], row[1], row[2], row[3], row[4]) if row else None


def add_correction(work: Work, correction: Correction) -> None:
    """Write what an accepted figure changes later."""
    dates = (correction.income_on, correction.effective_on)
    figures = (correction.delta_e2, correction.accrued_fen)
    work.run(_ADD_CORRECTION, (*correction.key, correction.approval_id, *dates, *figures))


def corrections_on(work: Work, *, fund: str, on: date) -> list[tuple[int, int, int]]:
    """Return customer, units and accrued income of every correction that takes effect on a date."""
    return [(row[0], row[1], row[2]) for row in work.rows(_CORRECTIONS, (fund, on))]
