"""Breaks from one computing of a day to the next: the same difference keeps place and people.

What was found and is no more goes, unless somebody had it in hand: then it stays to be seen.
"""

from collections.abc import Sequence
from datetime import date

from huoqi.close._store import breaks as store
from huoqi.close._store.breaks import Break, Placed
from huoqi.close.breaks import BreakRow
from huoqi.close.rules.break_states import BreakState, found_again, not_found_again
from huoqi.kit.db import Work

Subject = tuple[str, int | None, str]


def keep_breaks(work: Work, found: Sequence[Break], *, fund: str, on: date) -> None:
    """Bring the breaks of a day to what was found now."""
    before = [BreakRow(*row) for row in store.breaks(work, fund=fund, on=on)]
    if not before and not found:
        return
    known = {_subject(row): row for row in before}
    next_place: dict[str, int] = {}
    for row in before:
        next_place[row.kind] = max(next_place.get(row.kind, 0), row.place + 1)
    placed = []
    for each in found:
        if _subject(each) in known:
            placed.append(_again(each, known.pop(_subject(each))))
            continue
        place = next_place.setdefault(each.kind, 0)
        next_place[each.kind] += 1
        placed.append(Placed(each, place, BreakState.OPEN, 1))
    gone = [(row, _left(row)) for row in known.values()]
    places = [(row.kind, row.place) for row, state in gone if state is None]
    store.drop_breaks(work, places, fund=fund, on=on)
    store.save_breaks(work, placed, fund=fund, on=on)
    cleared = [
        ((fund, on, row.kind, row.place), state.value, row.version, row.action, row.approval_id)
        for row, state in gone
        if state is not None and state.value != row.state
    ]
    store.set_states(work, cleared)


def waived(work: Work, *, fund: str, on: date) -> frozenset[tuple[Subject, int | None, int | None]]:
    """Return the differences of a day that two people let stand, with their exact figures."""
    return frozenset(
        (_subject(row), row.ours, row.theirs)
        for row in (BreakRow(*each) for each in store.breaks(work, fund=fund, on=on))
        if row.state == BreakState.WAIVED
    )


def without_waived(
    work: Work, found: Sequence[Break], *, fund: str, on: date
) -> tuple[list[Break], int]:
    """Return what was found less what two people let stand, and how many those are."""
    let_stand = waived(work, fund=fund, on=on) if found else frozenset()
    left = [row for row in found if (_subject(row), row.ours, row.theirs) not in let_stand]
    return left, len(found) - len(left)


def _subject(row: Break | BreakRow) -> Subject:
    return row.kind, row.account_no, row.detail


def _again(found: Break, row: BreakRow) -> Placed:
    is_same = (found.ours, found.theirs) == (row.ours, row.theirs)
    state, by = found_again(BreakState(row.state), is_same=is_same)
    return Placed(found, row.place, state, row.version + by)


def _left(row: BreakRow) -> BreakState | None:
    touched = row.version > 1 or row.owner != "" or row.approval_id is not None
    return not_found_again(BreakState(row.state), is_touched=touched)
