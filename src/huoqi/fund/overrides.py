"""The register's income of a holder in the place of ours: before the day closes, or after it.

Before, the day is closed with it: its incomes, its posting, its book have the figure from the
start. After, the difference is posted as a correction, and the next day's book begins with it.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import ClassVar

from huoqi.events.operations import EventDraft, emit
from huoqi.fund import postings
from huoqi.fund._store import days as store
from huoqi.fund._store import holdings as holdings_store
from huoqi.fund._store import overrides as overrides_store
from huoqi.fund._store.holdings import HoldingRow, Key
from huoqi.fund.days import Override
from huoqi.fund.holdings import history_of, rolls
from huoqi.fund.rules.rollforward import DayNotPublished, Roll
from huoqi.fund.shelf import terms_of_fund
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.kit.ids import derived_id

ONE_DAY = timedelta(days=1)


class OverrideExists(DomainError):
    """The holder's figure of this day was overridden before."""

    code: ClassVar[str] = "fund.override_exists"


class OverrideExceedsUnits(DomainError):
    """The accepted loss is larger than the holding, on that day or on a later one."""

    code: ClassVar[str] = "fund.override_exceeds_units"


class OverrideOfNothing(DomainError):
    """The holder has no units that earn on that day, so there is no income to accept."""

    code: ClassVar[str] = "fund.override_of_nothing"


class DayIsPublished(DomainError):
    """The day is closed: its figures change only by a correction."""

    code: ClassVar[str] = "fund.day_is_published"


def accept_ahead(
    work: Work, accepted: Sequence[Override], *, fund: str, on: date
) -> list[Override | DomainError]:
    """Take the register's figures of a day that is not closed; two people decided.

    One result an item, in order. Errors: DayIsPublished, OverrideOfNothing,
    OverrideExceedsUnits, OverrideExists.
    """
    store.lock_days(work, fund=fund)
    until_on = store.published_until(work, fund=fund)
    if until_on is not None and on <= until_on:
        return [DayIsPublished(on=on.isoformat()) for _ in accepted]
    held = holdings_store.lock_holdings(work, [_key(each) for each in accepted])
    earning = _earning(work, list(held.values()), on=on)
    results: list[Override | DomainError] = [
        _refusal(each, earning_e2=earning.get(_key(each), (0, 0))) or each for each in accepted
    ]
    fit = [each for each in results if isinstance(each, Override)]
    new = overrides_store.add_overrides(work, fit)
    for place, each in enumerate(results):
        if not isinstance(each, Override):
            continue
        if _key(each) in new:
            _tell(work, each)
        else:
            results[place] = OverrideExists(on=on.isoformat())
    return results


def withdraw_ahead(work: Work, *, fund: str, on: date, customer_no: int) -> None:
    """Take back an accepted figure of a day that is not closed; raise DayIsPublished."""
    store.lock_days(work, fund=fund)
    until_on = store.published_until(work, fund=fund)
    if until_on is not None and on <= until_on:
        raise DayIsPublished(on=on.isoformat())
    if overrides_store.withdraw_override(work, fund=fund, on=on, customer_no=customer_no):
        data = {"fund": fund, "on": on.isoformat()}
        emit(work, EventDraft("fund.income_override_withdrawn", fund, customer_no, data))


def accept_override(work: Work, override: Override, *, replaces: bool = False) -> None:
    """Put the register's figure in the place of ours for a holder of a day that is closed.

    Two people decided. Later days follow from the new figure; the difference goes to the ledger on
    the first day that is not closed, whose book begins with it. With ``replaces`` an accepted
    figure gives way to a newer one. Errors: DayNotPublished, OverrideExists, OverrideExceedsUnits.
    """
    key = _key(override)
    row = holdings_store.lock_holdings(work, [key]).get(key)
    until_on = store.published_until(work, fund=override.fund)
    if row is None or until_on is None or override.income_on > until_on:
        raise DayNotPublished(on=override.income_on.isoformat())
    until = until_on + ONE_DAY
    before = history_of(work, row, until=until)
    if not overrides_store.add_overrides(work, [override]):
        if not replaces:
            raise OverrideExists(on=override.income_on.isoformat())
        overrides_store.replace_override(work, override)
    try:
        after = history_of(work, row, until=until)
    except DomainError as error:
        raise OverrideExceedsUnits(on=override.income_on.isoformat()) from error
    holdings_store.fold(work, [(key, until, after.units_e2, after.accrued_fen)])
    _correct(work, override, before=before, after=after, effective_on=until)
    _tell(work, override)


def _key(override: Override) -> Key:
    return override.shard, override.fund, override.customer_no


def _earning(work: Work, rows: Sequence[HoldingRow], *, on: date) -> dict[Key, tuple[int, int]]:
    """Return units that earn on a day, and what has accrued before it, of holdings open by then."""
    opened = [row for row in rows if row.as_of_on <= on]
    return {
        row.key: (roll.units_e2 + later.units_e2(on), roll.accrued_fen - later.paid_fen(on))
        for row, (roll, later) in zip(opened, rolls(work, opened, until=on), strict=True)
    }


def _refusal(override: Override, *, earning_e2: tuple[int, int]) -> DomainError | None:
    units_e2, accrued_fen = earning_e2
    if units_e2 <= 0:
        return OverrideOfNothing(on=override.income_on.isoformat())
    if units_e2 + accrued_fen + override.income_fen < 0:
        return OverrideExceedsUnits(on=override.income_on.isoformat())
    return None


def _correct(
    work: Work, override: Override, *, before: Roll, after: Roll, effective_on: date
) -> None:
    """Bring the control accounts to the overridden holding, and tell the next book."""
    by_e2, by_fen = after.units_e2 - before.units_e2, after.accrued_fen - before.accrued_fen
    fund_no = terms_of_fund(work, fund=override.fund).product.fund_no
    shard, on = override.shard, effective_on
    # One decision may be about many holders and days.
    name = f"fund.override {override.customer_no} {override.income_on.isoformat()}"
    cause_id = derived_id(override.approval_id, action=name)
    transfers = []
    if by_e2:
        make = postings.purchase_units if by_e2 > 0 else postings.redemption_units
        transfers.append(make(cause_id, shard=shard, fund_no=fund_no, units_e2=abs(by_e2), on=on))
    if by_fen:
        transfers.append(
            postings.accrued_paid(cause_id, shard=shard, fund_no=fund_no, paid_fen=-by_fen, on=on)
        )
    postings.post_all(work, transfers)
    if by_e2 or by_fen:
        dates = (override.income_on, effective_on)
        correction = overrides_store.Correction(
            _key(override), override.approval_id, *dates, delta_e2=by_e2, accrued_fen=by_fen
        )
        overrides_store.add_correction(work, correction)


def _tell(work: Work, override: Override) -> None:
    data: dict[str, int | str | bool | None] = {
        "fund": override.fund,
        "on": override.income_on.isoformat(),
        "income_fen": override.income_fen,
        "record_no": override.record_no,
        "approval_id": str(override.approval_id),
    }
    emit(work, EventDraft("fund.income_overridden", override.fund, override.customer_no, data))
