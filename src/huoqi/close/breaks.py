"""Breaks as they are asked for: what does not tie over all funds and days, and what was done."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from huoqi.close._store import bank_days, registers
from huoqi.close._store import breaks as store
from huoqi.close._store import days as _days
from huoqi.close.bank_breaks import BankSubject, BreakPlace, subject_of
from huoqi.close.rules.break_states import IN_WORK, BreakState, shown_state
from huoqi.close.rules.breaks import BreakClass, Suggestion, kinds_of, suggestion_of
from huoqi.close.rules.resolutions import (
    BANK_ACTIONS,
    Action,
    BreakFacts,
    Offer,
    first_of_bank,
    offers,
    refusal_of,
)
from huoqi.fund import day_facts
from huoqi.fund.explaining import is_refused
from huoqi.fund.shelf import trading_calendar
from huoqi.kit.db import Row, Work
from huoqi.policy.queries import rule_on

TOLERANCE = "close.break_tolerance"
MOST_AT_ONCE = 10_000
ShownState = Literal["open", "resolving", "resolved", "waived", "cleared", "noted"]


@dataclass(frozen=True, slots=True)
class BreakRow:
    """A row that does not tie, one of ``rows_count`` of its kind; difference is ours − theirs.

    Of a holder also what earned, the incomes by our rule and by the register, and where the
    register's figure stands.
    """

    kind: str
    place: int
    rows_count: int
    account_no: int | None
    ours: int | None
    theirs: int | None
    difference: int | None
    detail: str
    found_at: datetime
    state: str = BreakState.OPEN.value
    version: int = 1
    owner: str = ""
    action: str = ""
    approval_id: UUID | None = None
    earning_e2: int | None = None
    income_ours: int | None = None
    income_theirs: int | None = None
    source: str = ""
    record_no: int | None = None
    source_sha256: bytes | None = None
    effect_fen: int | None = None


@dataclass(frozen=True, slots=True)
class BreakKey:
    """What finds a break: fund, day, kind and its place among those of its kind."""

    fund: str
    on: date
    kind: str
    place: int

    @property
    def break_id(self) -> str:
        """Return the break's id."""
        return f"{self.fund}.{self.on.isoformat()}.{self.kind}.{self.place}"

    @property
    def parts(self) -> store.Key:
        """Return the key as the tables have it."""
        return self.fund, self.on, self.kind, self.place


@dataclass(frozen=True, slots=True)
class QueuedBreak:
    """A break with the day that it is of, and whether that day still waits."""

    key: BreakKey
    is_day_open: bool
    row: BreakRow

    @property
    def state(self) -> str:
        """Return the state by its name on the outside."""
        return shown_state(BreakState(self.row.state), is_day_open=self.is_day_open)

    @property
    def is_open(self) -> bool:
        """Tell whether nobody has proposed anything and somebody has to."""
        return self.state == "open"

    @property
    def is_of_bank(self) -> bool:
        """Tell whether it is of a bank's day and not of a fund's."""
        return self.key.kind in BANK_ACTIONS


@dataclass(frozen=True, slots=True)
class BreakFilter:
    """Which breaks are wanted; the last day is included."""

    state: ShownState | None = None
    of_class: BreakClass | None = None
    fund: str | None = None
    first_on: date = date.min
    last_on: date = date.max
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class BreakCount:
    """How many rows of a kind do not tie on a day, by state."""

    fund: str
    on: date
    kind: str
    state: str
    rows_count: int

    @property
    def is_open(self) -> bool:
        """Tell whether somebody has to do something."""
        return self.state in ("open", "resolving")


@dataclass(frozen=True, slots=True)
class BreakAct:
    """What somebody did about a break."""

    act_no: int
    verb: str
    version: int
    action: str
    actor: str
    acted_at: datetime
    reason: str
    evidence: str
    approval_id: UUID | None


@dataclass(frozen=True, slots=True)
class RegisterRowUsed:
    """Where a holder stands in the register of a closed day; no record where it is not known."""

    source: str
    source_sha256: bytes | None
    record_no: int | None


def breaks_queued(
    work: Work, wanted: BreakFilter, *, after: BreakKey | None = None, limit: int = 50
) -> list[QueuedBreak]:
    """Return what does not tie over all funds and days, oldest day first, after a given one."""
    kinds, inside = kinds_of(wanted.of_class) if wanted.of_class else (None, True)
    last = after or BreakKey("", date.min, "", -1)
    parameters: dict[str, object] = {"state": wanted.state or "", "fund": wanted.fund}
    parameters |= {"kinds": kinds, "owner": wanted.owner}
    parameters |= {"first": wanted.first_on, "last": wanted.last_on, "inside": inside}
    parameters |= {"after_on": last.on, "after_fund": last.fund, "after_kind": last.kind}
    rows = store.break_queue(work, parameters | {"after_place": last.place, "limit": limit})
    return [queued(row) for row in rows]


def queued(row: Row) -> QueuedBreak:
    """Return the break of a stored row with fund, day and whether the day is open before it."""
    return QueuedBreak(BreakKey(row[0], row[1], row[3], row[4]), row[2], BreakRow(*row[3:]))


def break_of_id(work: Work, break_id: str) -> QueuedBreak | None:
    """Return a break by its id; None where it is not, or not any more."""
    key = break_key(break_id)
    if key is None:
        return None
    row = store.one(work, key.parts)
    is_open = day_is_open(work, fund=key.fund, on=key.on)
    return QueuedBreak(key, is_open, BreakRow(*row)) if row else None


def breaks_of_kind(work: Work, key: BreakKey, *, limit: int) -> list[QueuedBreak]:
    """Return the first breaks of a break's day that are of its kind."""
    is_open = day_is_open(work, fund=key.fund, on=key.on)
    rows = store.of_kind(work, fund=key.fund, on=key.on, kind=key.kind, limit=limit)
    return [
        QueuedBreak(BreakKey(key.fund, key.on, row[0], row[1]), is_open, BreakRow(*row))
        for row in rows
    ]


def breaks_of_day(work: Work, *, fund: str, on: date) -> list[QueuedBreak]:
    """Return everything of a day that does not tie, as far as the rows are kept."""
    is_open = day_is_open(work, fund=fund, on=on)
    rows = [BreakRow(*row) for row in store.breaks(work, fund=fund, on=on)]
    return [QueuedBreak(BreakKey(fund, on, row.kind, row.place), is_open, row) for row in rows]


def day_is_open(work: Work, *, fund: str, on: date) -> bool:
    """Tell whether a day of a fund or of a bank is not closed."""
    bank = bank_days.cursors(work).get(fund)
    if bank is not None:
        return on > bank.closed_on
    return not _days(work, fund=fund, first_on=on, last_on=on, limit=1)


def break_counts(work: Work) -> list[BreakCount]:
    """Return how many rows do not tie, by fund, day, kind and state.

    Of what was found only the first rows are kept; those beyond them count as open.
    """
    found: dict[tuple[str, date, str], dict[str, tuple[int, int]]] = {}
    open_days: dict[tuple[str, date], bool] = {}
    for fund, on, kind, state, kept, rows_count, is_open in store.break_counts(work):
        found.setdefault((fund, on, kind), {})[state] = (kept, rows_count)
        open_days[fund, on] = is_open
    counts = []
    for (fund, on, kind), states in found.items():
        kept_in_work = sum(kept for state, (kept, _) in states.items() if state in IN_WORK)
        for state, (kept, rows_count) in states.items():
            beyond = rows_count - kept_in_work if state == BreakState.OPEN else 0
            shown = shown_state(BreakState(state), is_day_open=open_days[fund, on])
            counts.append(BreakCount(fund, on, kind, shown, kept + max(0, beyond)))
    return counts


def owners_of_breaks(work: Work) -> dict[str, int]:
    """Return who looks after how many breaks that are not through."""
    return {row[0]: row[1] for row in store.owners(work)}


def acts_of(work: Work, key: BreakKey) -> list[BreakAct]:
    """Return what was done about a break, oldest first."""
    return [BreakAct(*row) for row in store.acts(work, key.parts)]


def offers_of(work: Work, found: QueuedBreak) -> list[Offer]:
    """Return the seven actions, each with why it cannot be taken on a break now."""
    return offers(_facts(work, found))


def is_offered(work: Work, found: QueuedBreak, *, action: Action) -> Offer:
    """Return an action with why it cannot be taken on a break now."""
    return Offer(action, refusal_of(action, facts=_facts(work, found)))


def open_for(
    work: Work, action: Action, *, of_class: BreakClass, fund: str, on: date
) -> list[BreakKey]:
    """Return the open breaks of a class on a day on which an action can be taken.

    Where it can be taken on none of them they are all returned, for the refusal to name one.
    """
    wanted = BreakFilter("open", of_class, fund, first_on=on, last_on=on)
    found = breaks_queued(work, wanted, limit=MOST_AT_ONCE)
    fit = [row.key for row in found if is_offered(work, row, action=action).refusal is None]
    return fit or [row.key for row in found]


def suggested(work: Work, found: QueuedBreak) -> tuple[Suggestion, Action | None]:
    """Return what to try first: an action that can be taken now, else what the kind asks for.

    Where the figures of the day contradict themselves no holder's figure is taken from them.
    """
    if found.is_of_bank:
        return suggestion_of(found.key.kind), first_of_bank(_facts(work, found))
    for offer in offers_of(work, found):
        if offer.refusal is not None:
            continue
        if offer.action not in (Action.REPLACE_LINE, Action.EDIT_BY_REVERSAL):
            return suggestion_of(found.key.kind), offer.action
        if not _is_refused(work, found.key):
            return Suggestion.ACCEPT_REGISTER_FIGURE, offer.action
    return suggestion_of(found.key.kind), None


def suggested_first(work: Work, found: QueuedBreak) -> Suggestion:
    """Return what to try first, without what can be done; a list asks it of many."""
    return suggestion_of(found.key.kind) if found.is_of_bank else suggested(work, found)[0]


def _is_refused(work: Work, key: BreakKey) -> bool:
    """Tell whether the manager's figures of a day are refused as they are."""
    name = f"close refused {key.fund} {key.on}"
    return work.kept(name, lambda: is_refused(work, fund=key.fund, on=key.on))


def tolerance_fen(work: Work, *, fund: str, on: date) -> int:
    """Return up to how many fen two people may let a difference of cash stand; none by default."""
    rule = rule_on(work, rule=TOLERANCE, fund=fund, on=on)
    fen = rule.value.get("fen") if rule else 0
    return fen if isinstance(fen, int) else 0


def register_used(work: Work, *, fund: str, on: date) -> registers.RegisterUsed | None:
    """Return the register that a closed day was compared with."""
    return registers.register_used(work, fund=fund, on=on)


def register_row(work: Work, *, fund: str, on: date, customer_no: int) -> RegisterRowUsed | None:
    """Return where the register that a closed day was compared with has a holder.

    A day closes with equal rows only, so the place of an account in the day's book is its place in
    a register that came in one file in their order, as long as the book is kept.
    """
    used = registers.register_used(work, fund=fund, on=on)
    if used is None:
        return None
    record_no = None
    if used.is_in_order:
        place = registers.place_in_book(work, fund=fund, on=on, account=customer_no)
        record_no = None if place is None else place + 1
    return RegisterRowUsed(used.source, used.source_sha256, record_no)


def break_key(break_id: str) -> BreakKey | None:
    """Return what an id of a break names; None where it is no such id."""
    fund, _, rest = break_id.partition(".")
    day, _, rest = rest.partition(".")
    kind, _, place = rest.rpartition(".")
    if not (kind and place.isascii() and place.isdigit() and len(place) < 9):
        return None
    try:
        return BreakKey(fund, date.fromisoformat(day), kind, int(place))
    except ValueError:
        return None


def _facts(work: Work, found: QueuedBreak) -> BreakFacts:
    key, row = found.key, found.row
    unanswered = 0
    if key.kind == "missing_confirmation":
        t_day = trading_calendar(work).previous_trading_day(key.on)
        totals = day_facts.order_totals(work, fund=key.fund, t_day=t_day)
        unanswered = sum(total.unanswered_count for total in totals)
    facts = BreakFacts(
        kind=key.kind,
        is_open=found.state in ("open", "noted"),
        is_day_open=found.is_day_open,
        difference=row.difference,
        earning_e2=row.earning_e2,
        income_theirs=row.income_theirs,
        tolerance_fen=tolerance_fen(work, fund=key.fund, on=key.on),
        unanswered_count=unanswered,
    )
    return _of_bank(work, found, facts)


def bank_subject(work: Work, found: QueuedBreak) -> BankSubject:
    """Return what a break of a bank's day is about: line, order, what it may mean, entries."""
    key, row = found.key, found.row
    digest = bytes(row.source_sha256) if row.source_sha256 else None
    place = BreakPlace(
        bank=key.fund,
        on=key.on,
        kind=key.kind,
        reference=row.detail,
        statement_id=row.source,
        line_no=row.record_no,
        sha256=digest,
        effect_fen=row.effect_fen or 0,
    )
    return work.kept(f"close subject {key.break_id} {row.version}", lambda: subject_of(work, place))


def _of_bank(work: Work, found: QueuedBreak, facts: BreakFacts) -> BreakFacts:
    """Return the facts with what decides on actions of a bank's day."""
    if not found.is_of_bank or not BANK_ACTIONS[found.key.kind]:
        return facts
    subject = bank_subject(work, found)
    return replace(
        facts,
        has_line=subject.line is not None,
        is_copy=subject.is_copy,
        orders_like_it=len(subject.likes),
    )
