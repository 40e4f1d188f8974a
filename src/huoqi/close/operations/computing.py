"""The computed half of a close: validate, allocate, book, tie out, and then write all of it."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from huoqi.close import _store
from huoqi.close._store import Break, ClosedDay, StepRow, registers
from huoqi.close.book import Book, UnitsBelowZero, column, empty_book, with_accrued_paid
from huoqi.close.day_columns import (
    AtAccounts,
    Day,
    Published,
    compute_day,
    earning_book,
)
from huoqi.close.online_columns import Online, first_anchor, on_its_turn, rolled
from huoqi.close.operations.accruing import breaks_of, online_breaks, register_breaks
from huoqi.close.operations.gathering import Opening
from huoqi.close.operations.reconciling import without_waived
from huoqi.close.operations.registering import (
    fund_income_breaks,
    register_of,
    with_incomes,
)
from huoqi.close.rules import validation
from huoqi.close.rules.cockpit import waived_note
from huoqi.close.rules.seal import NO_ROOT, Sealed, chain_digest, root_of
from huoqi.close.rules.steps import COMPUTED, State, Step
from huoqi.close.rules.tie_out_columns import Comparison, Side, compare
from huoqi.close.rules.validation import Expected, Figures, Refused
from huoqi.events.operations import EventDraft, emit
from huoqi.fund import day_facts
from huoqi.fund.days import CONFIRMED, PREDICTED, REFUSED, FundDay, ShardTotal
from huoqi.fund.managers.port import Register, Settlement
from huoqi.fund.operations import publish_day
from huoqi.fund.rules.allocation import LossExceedsUnits, NoUnitsToShareOn
from huoqi.fund.rules.trading_days import TradingCalendar
from huoqi.fund.rules.yields import Carry
from huoqi.kit.db import Work
from huoqi.ledger.queries import asset_totals, chain_heads, shards
from huoqi.policy.queries import rule_on

_DAY = timedelta(days=1)
BREAKS_KEPT = 200
# Each of the register's can be put right by people, all of a class at once.
REGISTER_BREAKS_KEPT = 10_000
BOOK_DAYS = 40


@dataclass(frozen=True, slots=True)
class Theirs:
    """The manager's side of a day's end; cash moves on trading days only."""

    register: Register
    settlement: Settlement | None


@dataclass(frozen=True, slots=True)
class Computed:
    """A day computed in memory; ``blocked_at`` says which step it did not pass."""

    day: Day | None
    flags: tuple[str, ...]
    breaks: tuple[Break, ...]
    blocked_at: Step | None
    note: str = ""
    register: Register | None = None
    waived_count: int = 0

    def steps(self, *, took_ms: int) -> list[StepRow]:
        """Return the computed steps up to the one that is blocked."""
        rows: list[StepRow] = []
        for step in COMPUTED:
            if step is self.blocked_at:
                blocked = StepRow(step, State.BLOCKED, took_ms=took_ms, note=self.note)
                return [*rows, blocked]
            count = self.day.earning.holder_count if self.day else 0
            rows.append(StepRow(step, State.DONE, count, count, took_ms=took_ms))
        return rows


def compute(work: Work, *, opening: Opening, theirs: Theirs) -> Computed:
    """Return the day, or the step at which it is blocked with the rows that differ."""
    try:
        return _computed(work, opening=opening, theirs=theirs)
    except (UnitsBelowZero, NoUnitsToShareOn, LossExceedsUnits) as impossible:
        found = Break(impossible.code, 1, None, None, None, str(impossible))
        return Computed(None, (), (found,), Step.ALLOCATE, impossible.code)


def _computed(work: Work, *, opening: Opening, theirs: Theirs) -> Computed:
    register = theirs.register
    fund, on = opening.fund, opening.on
    before = _store.book(work, fund=fund, on=on - _DAY) if opening.last else empty_book()
    assert before is not None, f"the book of {on - _DAY} is gone"
    changes = _at(day_facts.changes_on(work, fund=fund, on=on))
    earning = earning_book(before, changes=changes)
    if opening.product.carry is not Carry.DAILY:
        paid = _at(day_facts.paid_on(work, fund=fund, on=on))
        earning = with_accrued_paid(earning, accounts=paid.accounts, paid_fen=paid.values)
    figures = _figures(opening, register)
    expected = _expected(work, opening=opening, earning=earning)
    refused = validation.refusals(figures, expected=expected)
    flags = tuple(flag.value for flag in validation.flags(figures, expected=expected))
    day = compute_day(earning, published=_published(opening), overrides=_overrides(work, opening))
    holders = Side(column(register.accounts), column(register.units_e2))
    found = compare(_side(day.book), theirs=holders, limit=REGISTER_BREAKS_KEPT)
    of_register = with_incomes(_breaks("register", found), day=day, register=register)
    if refused:
        breaks = [_refusal_break(row) for row in refused]
        note = ",".join(row.reason.value for row in refused)
        return Computed(day, flags, (*breaks, *of_register), Step.VALIDATE, note)
    accrues = opening.product.carry is not Carry.DAILY
    register_accrued = register_breaks(day.book, register=register) if accrues else []
    own_breaks = online_breaks if accrues else _own_breaks
    breaks = [
        *of_register,
        *with_incomes(register_accrued, day=day, register=register),
        *fund_income_breaks(day, given_fen=opening.report.total_income_fen),
        *_cash_breaks(work, opening=opening, settlement=theirs.settlement),
        *own_breaks(work, opening=opening, day=day),
        *_control_breaks(work, opening=opening, day=day),
        *_trial_breaks(work),
    ]
    breaks, waived_count = without_waived(work, breaks, fund=fund, on=on)
    if breaks:
        kinds = sorted({row.kind for row in breaks})
        return Computed(day, flags, tuple(breaks), Step.TIE_OUT, ",".join(kinds))
    return Computed(day, flags, (), None, register=register, waived_count=waived_count)


def write(work: Work, *, opening: Opening, computed: Computed, took_ms: int) -> bytes:
    """Publish the day, keep its book, seal it, and return the root."""
    fund, on, day = opening.fund, opening.on, computed.day
    assert day is not None
    totals = [
        ShardTotal(total.shard, total.units_e2, total.income_fen, carried_fen=total.carried_fen)
        for total in day.by_shard(shards=len(shards(work)))
    ]
    publish_day(work, _fund_day(opening, day), shards=totals)
    book_sha256 = _store.add_book(work, day.book, fund=fund, on=on)
    previous_root = opening.last.root if opening.last else NO_ROOT
    sealed = Sealed(
        fund,
        on,
        day.book.holder_count,
        day.book.total_units_e2,
        day.income_fen,
        book_sha256,
        chain_digest(chain_heads(work)),
        previous_root,
    )
    root = root_of(sealed)
    _store.add_day(work, ClosedDay(sealed, root, computed.flags, work.at))
    assert computed.register is not None
    registers.add_register(work, register_of(computed.register), fund=fund, on=on)
    _store.drop_books(work, fund=fund, before=on - (_book_days(work, fund=fund, on=on) - 1) * _DAY)
    _store.save_steps(
        work,
        _written_steps(computed, root=root, book_sha256=book_sha256, took_ms=took_ms),
        fund=fund,
        on=on,
    )
    emit(
        work,
        EventDraft(
            "fund.day_closed",
            fund,
            data={
                "fund": fund,
                "close_on": on.isoformat(),
                "income_per_10k_e5": opening.report.income_per_10k_e5,
                "total_income_fen": day.income_fen,
                "total_units_e2": day.book.total_units_e2,
                "holder_count": day.book.holder_count,
                "root": root.hex(),
            },
        ),
    )
    return root


def _written_steps(
    computed: Computed, *, root: bytes, book_sha256: bytes, took_ms: int
) -> list[StepRow]:
    artefacts = {Step.BOOK: book_sha256, Step.SEAL: root}
    notes = {Step.VALIDATE: ",".join(computed.flags)}
    if computed.waived_count:
        notes[Step.TIE_OUT] = waived_note(computed.waived_count)
    return [
        replace(row, artefact=artefacts.get(row.step), note=notes.get(row.step, ""))
        for row in computed.steps(took_ms=took_ms)
    ]


def _figures(opening: Opening, register: Register) -> Figures:
    report = opening.report
    return Figures(
        fund=report.fund,
        on=report.on,
        income_per_10k_e5=report.income_per_10k_e5,
        yield_7d_e3=report.yield_7d_e3,
        total_units_e2=report.total_units_e2,
        total_income_fen=report.total_income_fen,
        next_trading_day=report.next_trading_day,
        register_units_e2=register.total_units_e2,
        register_sum_e2=sum(register.units_e2),
    )


def _expected(work: Work, *, opening: Opening, earning: Book) -> Expected:
    fund, on = opening.fund, opening.on
    rule = rule_on(work, rule="close.negative_income_approval", fund=fund, on=on)
    needed = rule is not None and rule.value.get("needed") == 1
    return Expected(
        fund=fund,
        on=on,
        total_units_e2=earning.total_units_e2,
        next_trading_day=_next_session(opening.calendar, on),
        rates_e5=day_facts.rates_before(work, fund=fund, on=on),
        carry=opening.product.carry,
        needs_approval=needed and not _is_waived(work, fund=fund, on=on),
    )


def _is_waived(work: Work, *, fund: str, on: date) -> bool:
    row = _store.steps(work, fund=fund, on=on).get(Step.VALIDATE)
    return row is not None and row.state is State.WAIVED


def _next_session(calendar: TradingCalendar, on: date) -> date | None:
    return calendar.next_trading_day(on) if on < calendar.trading_days[-1] else None


def _published(opening: Opening) -> Published:
    report = opening.report
    becomes = opening.product.becoming_on(opening.on)
    return Published(report.income_per_10k_e5, report.total_income_fen, becomes)


def _overrides(work: Work, opening: Opening) -> AtAccounts:
    on = opening.on
    rows = day_facts.overrides_between(work, fund=opening.fund, first_on=on, last_on=on)
    return _at([(row[0], row[2]) for row in rows])


def _cash_breaks(work: Work, *, opening: Opening, settlement: Settlement | None) -> list[Break]:
    """Return where the manager's cash of the day is not that of the units it confirmed."""
    if settlement is None:
        return []
    in_fen, out_fen = day_facts.flows_on(work, fund=opening.fund, on=opening.on)
    pairs = (("cash_in", in_fen, settlement.in_fen), ("cash_out", out_fen, settlement.out_fen))
    return [
        Break(kind, 1, None, ours, theirs, "cash of the confirmation day")
        for kind, ours, theirs in pairs
        if ours != theirs
    ]


def _own_breaks(work: Work, *, opening: Opening, day: Day) -> list[Break]:
    """Return the holders whose online holding, rolled from its anchor, is not the book's."""
    fund, on = opening.fund, opening.on
    anchors = day_facts.anchors(work, fund=fund)
    until = on + _DAY
    online = Online([a for a in anchors if a[1] <= until], [], [])
    since = first_anchor(online, until=until)
    period = {"first_on": since, "last_on": on}
    rows = day_facts.published_rows(work, fund=fund, **period) | {on: day.row}
    online = replace(
        online,
        events=day_facts.events_between(work, fund=fund, **period),
        overrides=day_facts.overrides_between(work, fund=fund, **period),
    )
    online, ours = on_its_turn(online, ours=_side(day.book), on=on)
    found = compare(ours, theirs=rolled(online, until=until, rows=rows), limit=BREAKS_KEPT)
    return _breaks("holdings", found)


def _control_breaks(work: Work, *, opening: Opening, day: Day) -> list[Break]:
    """Return the shards on which the ledger's control account is not what the holders have.

    The day's income is not posted yet, and units that take effect later are in already.
    """
    later = day_facts.later_changes(work, fund=opening.fund, after=opening.on)
    ledger = day_facts.control_balances(work, fund_no=opening.product.fund_no)
    ours = {total.shard: total.units_e2 for total in day.by_shard(shards=len(ledger))}
    found = []
    for shard, balance_e2 in sorted(ledger.items()):
        units_e2 = ours.get(shard, 0) + later.get(shard, 0)
        if units_e2 != balance_e2:
            detail = f"control account of shard {shard}"
            found.append(Break("ledger_units", 1, None, units_e2, balance_e2, detail))
    return found


def _trial_breaks(work: Work) -> list[Break]:
    """Return the assets of which debits and credits differ, posted or held."""
    found = []
    for asset, sums in asset_totals(work).items():
        for kind, debits, credits_ in (
            ("posted", sums.debits_posted, sums.credits_posted),
            ("pending", sums.debits_pending, sums.credits_pending),
        ):
            if debits != credits_:
                detail = f"{kind} debits and credits of asset {asset}"
                found.append(Break("trial_balance", 1, None, debits, credits_, detail))
    return found


def prediction(opening: Opening, computed: Computed) -> FundDay | None:
    """Return a day that is computed and does not close; refused where its figures are."""
    if computed.day is None:
        return None
    status = REFUSED if computed.blocked_at is Step.VALIDATE else PREDICTED
    return replace(_fund_day(opening, computed.day), status=status)


def _fund_day(opening: Opening, day: Day) -> FundDay:
    report = opening.report
    return FundDay(
        fund=opening.fund,
        on=opening.on,
        income_per_10k_e5=report.income_per_10k_e5,
        decimals=report.decimals,
        row=day.row,
        total_units_e2=day.totals.total_units_e2,
        total_income_fen=day.income_fen,
        residual_fen=day.totals.residual_fen,
        status=CONFIRMED,
        source=report.source,
    )


def _book_days(work: Work, *, fund: str, on: date) -> int:
    """Return for how many days books are kept."""
    rule = rule_on(work, rule="close.book_days", fund=fund, on=on)
    days = rule.value.get("days") if rule else BOOK_DAYS
    assert isinstance(days, int)
    return max(2, days)


def _refusal_break(row: Refused) -> Break:
    return Break(row.reason.value, 1, None, row.ours, row.theirs, row.detail)


def _breaks(kind: str, found: Comparison) -> list[Break]:
    return breaks_of(kind, found, detail="units of a holder")


def _side(book: Book) -> Side:
    return Side(book.accounts, book.units_e2)


def _at(pairs: list[tuple[int, int]]) -> AtAccounts:
    return AtAccounts(column([a for a, _ in pairs]), column([v for _, v in pairs]))
