"""Matching banks' days with our books as their statements come, and what it finds in the queue.

One call looks at every bank: new days, and days on which something is open or waits. It may be
repeated at any time; the same differences keep their places, and what is gone goes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID, uuid5

from huoqi.close._store import bank_days as store
from huoqi.close._store.bank_days import MatchCursor, MatchedDay
from huoqi.close._store.breaks import Break
from huoqi.close.operations.bank_sides import BankDay, Sight, Sights, sights_of
from huoqi.close.operations.reconciling import keep_breaks
from huoqi.close.operations.safeguarding import check_safeguards
from huoqi.close.reconcile.rules.bank_kinds import STATEMENT_KINDS, UNKNOWN, kind_of
from huoqi.close.reconcile.rules.classes import (
    BankSide,
    Finding,
    Match,
    OrderSide,
    classify,
)
from huoqi.close.reconcile.rules.groups import RULE, LooseLine, LooseOrder, batches
from huoqi.kit.db import Work
from huoqi.payments.operations.matching import (
    StatementLine,
    bank_cursors,
    banks_began,
    days_waiting,
    pages_contradicted,
)
from huoqi.payments.rules.bank_profiles import Direction
from huoqi.payments.rules.reducer import DEAD, State
from huoqi.policy.queries import rule_on

_DAY = timedelta(days=1)
_LINES = UUID("f0000000-0000-7000-8000-000000000175")
#: From so many orders on they are matched in columns.
MANY_ORDERS = 20_000
_MOST_KEPT = 10_000
_OPEN = frozenset({State.SENT, State.UNKNOWN})


@dataclass(slots=True)
class _Day:
    """What is found on one bank's day."""

    orders: int = 0
    matched: int = 0
    tails: int = 0
    groups: int = 0
    waiting: int = 0
    waiting_fen: int = 0
    breaks: list[Break] = field(default_factory=list)


def reconcile_banks(work: Work) -> list[MatchedDay]:
    """Match every bank's days as far as its statements are complete; return the days looked at."""
    told = bank_cursors(work)
    begun = _begun(work, {bank: cursor.complete_on for bank, cursor in told.items()})
    fresh = [
        (bank, cursor.matched_on + n * _DAY)
        for bank, cursor in begun.items()
        if bank in told
        for n in range(1, (told[bank].complete_on - cursor.matched_on).days + 1)
    ]
    complete = {bank: cursor.complete_on for bank, cursor in told.items()}
    matched = match_days(work, [*fresh, *store.unsettled(work)], complete=complete)
    _keep_statement_breaks(work, [(day.bank, day.on) for day in matched])
    if matched:
        check_safeguards(work)
    return matched


def match_days(
    work: Work, days: Sequence[BankDay], *, complete: Mapping[str, date] | None = None
) -> list[MatchedDay]:
    """Match some days of banks anew and bring their breaks to what is found; the caller holds them.

    Without ``complete`` the banks' statements are as far as they were when it was last matched.
    """
    wanted = sorted(set(days))
    if not wanted:
        return []
    until = complete or {bank: cursor.complete_on for bank, cursor in bank_cursors(work).items()}
    found = {day: _Day() for day in wanted}
    sights = sights_of(work, wanted)
    _look(work, sights, found=found, complete=until)
    touched = set(store.days_with_breaks(work, wanted))
    for (bank, on), day in found.items():
        contradicted = [each for each in _contradicted(work, wanted) if each[0] == (bank, on)]
        day.breaks += [each for _, each in contradicted]
        if day.breaks or (bank, on) in touched:
            keep_breaks(work, day.breaks[:_MOST_KEPT], fund=bank, on=on)
    matched = [
        MatchedDay(
            *key,
            order_count=day.orders,
            entry_count=sights.entry_counts.get(key, 0),
            matched_count=day.matched,
            tail_count=day.tails,
            group_count=day.groups,
            waiting_count=day.waiting,
            waiting_fen=day.waiting_fen,
            break_count=len(day.breaks),
        )
        for key, day in found.items()
    ]
    store.save(work, matched)
    store.move(work, _moved(store.cursors(work), wanted))
    return matched


def _begun(work: Work, complete_on: Mapping[str, date]) -> Mapping[str, MatchCursor]:
    """Return how far each bank is, held; it begins with its first statement that is complete."""
    known = store.lock_cursors(work)
    new = {bank: on for bank, on in complete_on.items() if bank not in known}
    if not new:
        return known
    first = banks_began(work, list(new))
    store.start(work, {b: first[b] - _DAY if b in first else on for b, on in new.items()})
    return store.lock_cursors(work)


def _moved(cursors: Mapping[str, MatchCursor], days: Sequence[BankDay]) -> dict[str, date]:
    until: dict[str, date] = {}
    for bank, on in days:
        until[bank] = max(on, until.get(bank, cursors[bank].matched_on))
    return until


def _look(
    work: Work, sights: Sights, *, found: Mapping[BankDay, _Day], complete: Mapping[str, date]
) -> None:
    """Put every order and line of the days where it belongs."""
    placed = [(each, found[each.order.bank, each.on]) for each in sights.sights]
    grouped, loose = _grouped(work, sights, found=found)
    rows, sides = [], []
    for sight, day in placed:
        day.orders += 1
        order = sight.order
        if order.order_id in grouped:
            day.matched += 1
            continue
        until = complete.get(order.bank, sight.value_on)
        waits = order.state in _OPEN or until < sight.expected_on
        if not sight.lines and order.state in DEAD:
            continue
        if not sight.lines and waits:
            day.waiting += 1
            day.waiting_fen += sight.booked_fen
            if order.state in _OPEN:
                day.breaks.append(_unknown(sight))
            continue
        splits = _allows(work, "split", bank=order.bank, on=sight.on)
        sides.append((sight, splits))
        rows.append(day)
    for day, (sight, _), finding in zip(rows, sides, _findings(sides), strict=True):
        assert finding is not None, "an order that is looked at has lines, or has to have some"
        _tell(day, sight, finding)
    for line in loose:
        found[line.bank, line.on].breaks.append(_not_in_ledger(line))


def _findings(sides: Sequence[tuple[Sight, bool]]) -> list[Finding | None]:
    """Return what is found of each order: one by one, or in columns where there are very many.

    Both say the same; the compiled loops are loaded by those only who have so much to do.
    """
    if len(sides) < MANY_ORDERS:
        return [_classified(sight, splits=splits) for sight, splits in sides]
    from huoqi.close.operations.bank_columns import findings_in_columns

    return findings_in_columns(sides)


def _classified(sight: Sight, *, splits: bool) -> Finding | None:
    order = sight.order
    is_payout = order.direction is Direction.PAYOUT
    mine = OrderSide(
        sight.value_on,
        order.amount_fen,
        is_dead=order.state in DEAD,
        wants_fund=False,
        may_split=splits,
    )
    moved = [
        (line.is_reversal, line.amount_fen if _is_payout(line) is is_payout else -line.amount_fen)
        for line in sight.lines
    ]
    booked = [fen for is_reversal, fen in moved if not is_reversal]
    taken_back = [fen for is_reversal, fen in moved if is_reversal]
    bank = BankSide(len(booked), sum(booked), len(taken_back), sum(taken_back), sight.on)
    return classify(mine, bank=bank if moved else None, fund=None)


def _tell(day: _Day, sight: Sight, finding: Finding) -> None:
    if finding.match is Match.MATCHED:
        day.matched += 1
    elif finding.match is Match.CUT_OFF_TAIL:
        day.tails += 1
    else:
        day.breaks.append(_break_of(sight, finding))


def _allows(work: Work, what: str, *, bank: str, on: date) -> bool:
    rule = rule_on(work, rule=RULE, fund=bank, on=on)
    return rule is not None and rule.value.get(what) == 1


def _grouped(
    work: Work, sights: Sights, *, found: Mapping[BankDay, _Day]
) -> tuple[frozenset[UUID], list[StatementLine]]:
    """Return the orders that one line stands for together with others, and the lines left over."""
    orders: set[UUID] = set()
    lines = list(sights.loose)
    for bank, on in {(line.bank, line.on) for line in sights.loose}:
        if not _allows(work, "batch", bank=bank, on=on):
            continue
        own = [s for s in sights.sights if s.order.bank == bank and not s.lines]
        paid = [s for s in own if s.order.state is State.SUCCEEDED and s.value_on <= on]
        here = [line for line in lines if (line.bank, line.on) == (bank, on)]
        groups = batches(
            [LooseLine(n, _is_payout(line), line.amount_fen) for n, line in enumerate(here)],
            [
                LooseOrder(n, s.value_on, s.order.direction is Direction.PAYOUT, s.order.amount_fen)
                for n, s in enumerate(paid)
            ],
        )
        for group in groups:
            orders |= {paid[n].order.order_id for n in group.orders}
            lines.remove(here[group.line])
            found[bank, on].groups += 1
    return frozenset(orders), lines


def _is_payout(line: StatementLine) -> bool:
    return line.is_credit is line.is_reversal


def _break_of(sight: Sight, finding: Finding) -> Break:
    order = sight.order
    ours = 0 if finding.match is Match.BANK_ONLY_AFTER_REJECT else order.amount_fen
    last = _telling_line(sight, finding.match)
    return Break(
        kind=kind_of(finding.match),
        rows_count=1,
        account_no=order.customer_no,
        ours=ours,
        theirs=ours + (finding.difference_fen or 0),
        detail=order.bank_ref or "",
        source=last.statement_id if last else "",
        record_no=last.line_no if last else None,
        source_sha256=last.sha256 if last else None,
        effect_fen=sight.effect_fen,
    )


def _telling_line(sight: Sight, match: Match) -> StatementLine | None:
    """Return the line that the break is about: of a duplicate the last booking, else the last."""
    lines = list(sight.lines)
    if match is Match.BANK_DUPLICATE:
        lines = [line for line in lines if not line.is_reversal]
    return lines[-1] if lines else None


def _unknown(sight: Sight) -> Break:
    order = sight.order
    return Break(
        UNKNOWN, 1, order.customer_no, order.amount_fen, None, order.bank_ref or "", effect_fen=0
    )


def _not_in_ledger(line: StatementLine) -> Break:
    return Break(
        kind=kind_of(Match.NOT_IN_LEDGER),
        rows_count=1,
        account_no=None,
        ours=0,
        theirs=line.amount_fen,
        detail=f"{line.bank_ref or line.entry_id} {uuid5(_LINES, f'{line.key}').hex[:8]}",
        source=line.statement_id,
        record_no=line.line_no,
        source_sha256=line.sha256,
        effect_fen=-line.signed_fen,
    )


def _contradicted(work: Work, days: Sequence[BankDay]) -> list[tuple[BankDay, Break]]:
    """Return a break for each page that came again with another text."""
    first = min(on for _, on in days)

    def read() -> list[tuple[BankDay, Break]]:
        return [
            ((bank, on), Break("statement_contradicted", 1, None, None, None, name))
            for bank, on, name in pages_contradicted(work, since=first)
        ]

    return work.kept(f"close contradicted {first}", read)


def _keep_statement_breaks(work: Work, matched: Sequence[BankDay]) -> None:
    """Show the days whose statement is late, refused or not whole, and let those go that came."""
    found = {
        (bank, on): Break(STATEMENT_KINDS[state], 1, None, None, None, reason)
        for bank, on, state, reason, _, _ in days_waiting(work)
    }
    known = set(store.days_with_breaks(work, [])) - set(matched)
    for bank, on in sorted(known | found.keys()):
        each = found.get((bank, on))
        keep_breaks(work, [each] if each else [], fund=bank, on=on)
