"""Orders and lines of banks' days in columns, for days of very many; the same findings."""

from collections.abc import Sequence
from uuid import UUID

from huoqi.close.operations.bank_sides import Sight
from huoqi.close.reconcile import kernels
from huoqi.close.reconcile.columns import meta_of, reconcile, side
from huoqi.close.reconcile.rules.classes import Finding, Match
from huoqi.payments.operations.matching import StatementLine
from huoqi.payments.rules.bank_profiles import Direction
from huoqi.payments.rules.reducer import DEAD


def findings_in_columns(sides: Sequence[tuple[Sight, bool]]) -> list[Finding | None]:
    """Return what is found of each order with its lines, in their order."""
    result = reconcile(
        side([_order_row(sight, splits=splits) for sight, splits in sides]),
        entries=side([_entry_row(line, sight) for sight, _ in sides for line in sight.lines]),
        answers=side([]),
    )
    found: list[Finding | None] = [Finding(Match.MATCHED, None)] * len(sides)
    for each in result.found():
        assert each.order is not None
        found[each.order] = each.finding
    return found


def _order_row(sight: Sight, *, splits: bool) -> tuple[tuple[int, int], int, int]:
    order = sight.order
    flags = (
        kernels.PAYOUT * (order.direction is Direction.PAYOUT)
        + kernels.DEAD * (order.state in DEAD)
        + kernels.DUE
        + kernels.MAY_SPLIT * splits
    )
    return _halves(order.order_id), order.amount_fen, meta_of(sight.value_on, flags=flags)


def _entry_row(line: StatementLine, sight: Sight) -> tuple[tuple[int, int], int, int]:
    is_payout = line.is_credit is line.is_reversal
    flags = kernels.PAYOUT * is_payout + kernels.REVERSAL * line.is_reversal
    return _halves(sight.order.order_id), line.amount_fen, meta_of(line.on, flags=flags)


def _halves(order_id: UUID) -> tuple[int, int]:
    raw = order_id.bytes
    return int.from_bytes(raw[:8], signed=True), int.from_bytes(raw[8:], signed=True)
