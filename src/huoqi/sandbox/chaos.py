"""The chaos day: the twenty-five troubles of the seeded list, and where each was found.

People move in and buy; payments, the banks' statements of that day, the manager's answers of the
next morning and its figures of the night after go wrong in every way the list has. The clock moves
on until the day is closed; what was found is read from what was written.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType

from huoqi.close.breaks import QueuedBreak, breaks_of_day
from huoqi.close.operations.pump import pump_payments
from huoqi.close.platform import Platform
from huoqi.close.queries import closed_days
from huoqi.close.rules.breaks import class_of
from huoqi.events.queries import events_after, last_seq
from huoqi.fund.managers.drop.file_store import FileFilter, ManagerFileRow
from huoqi.fund.managers.drop.table import is_in_files, list_files
from huoqi.fund.operations import place_purchases
from huoqi.fund.order_search import orders_of_ids
from huoqi.fund.orders import FundOrder, PurchaseRequest
from huoqi.fund.products import HUOQIBAO
from huoqi.fund.queries import report_of
from huoqi.kit.dates import SHANGHAI, shanghai_at, shanghai_date
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.kit.progress import Reporter, say_nothing
from huoqi.ledger.queries import shards
from huoqi.payments.operations.pulling import pull_statement
from huoqi.sandbox.chaos_banks import (
    PAYMENTS,
    arm_banks,
    breaks_of_banks,
    card_holders,
    is_expected,
    looked_for,
    paid_by,
    states_of,
)
from huoqi.sandbox.chaos_list import MANAGER, TROUBLES, Trouble
from huoqi.sandbox.faults import FaultRequest, arm_faults
from huoqi.sandbox.people import ISSUERS, person
from huoqi.sandbox.residents import Newcomer, Resident, move_in
from huoqi.sandbox.time_machine import TimeMachine

FUND = HUOQIBAO.fund
_DAY = timedelta(days=1)
#: Bought on the day before, in fen; 13 and 17 are the endings that the manager looks at.
_REFUSED_FEN, _PARTLY_FEN = 100_013, 100_017
_AMOUNTS_FEN = (100_000, 100_000, 100_000, 100_000, _REFUSED_FEN, _PARTLY_FEN)
_FIRST_PERSON, _FIRST_ON = 2_000_000, date(2010, 1, 1)
_MOVES = 24
_NEEDS_FILES = frozenset({"file_wrong_date", "file_truncated", "file_replayed"})
_IN_FILES_ONLY = "needs files: huoqi up --manager files"


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of a trouble; nothing in ``step`` where it was not, ``note`` says why."""

    trouble: Trouble
    step: str = ""
    as_class: str = ""
    action: str = ""
    note: str = ""

    @property
    def is_as_expected(self) -> bool:
        """Tell whether it was found where, as what and with what to do as the list has it."""
        wanted = self.trouble
        expected = (wanted.found_at_step, wanted.expected_class, wanted.expected_action)
        return (self.step, self.as_class, self.action) == expected

    @property
    def is_for_files(self) -> bool:
        """Tell whether nobody could look, since the manager is not spoken to in files."""
        return self.note == _IN_FILES_ONLY


@dataclass(frozen=True, slots=True)
class ChaosDay:
    """The day that went wrong, when it closed, what was found, and breaks nobody asked for."""

    on: date
    closed_at: datetime | None
    found: Sequence[Found]
    false_breaks: Sequence[str]


#: The late figures come four hours late: what is wrong with them has to last longer.
_PARAMS: Mapping[str, Mapping[str, int]] = MappingProxyType({
    "file_wrong_date": {"type": 4},
    "file_replayed": {"type": 4},
    "file_truncated": {"type": 6},
    "income_total_off_by_one": {"hours": 8},
})


def chaos_day(
    platform: Platform, machine: TimeMachine, *, report: Reporter = say_nothing
) -> ChaosDay:
    """Live through a day on which the manager goes wrong in every way, and return what was found.

    Begins at ten o'clock of the next trading day and ends at noon two trading days later, or when
    the day is closed. Errors: those of the time machine.
    """
    calendar = platform.calendar
    t_day = calendar.next_trading_day(shanghai_date(machine.state().at))
    on = calendar.next_trading_day(t_day)
    machine.advance_to(shanghai_at(t_day, hour=10), report=report)
    orders, payers = _bought(platform, t_day=t_day)
    with platform.database.work() as work:
        seen = last_seq(work)
        in_files = is_in_files(work)
        was = states_of(work, payers)
    _arm(platform, on=on, in_files=in_files)
    machine.advance_to(shanghai_at(t_day + _DAY, hour=10), report=report)
    morning = platform.database.run(lambda work: _looked_through(work, t_day), while_advancing=True)
    if shanghai_date(machine.state().at) < on:
        machine.advance_to(shanghai_at(on, hour=10), report=report)
    target = shanghai_at(on + _DAY, hour=12)
    for _ in range(_MOVES):
        if machine.advance_to(target, report=report).state == "ready" and _closed_at(platform, on):
            break
        target = max(target, machine.state().at + timedelta(hours=1))
    with platform.database.work(while_advancing=True) as work:
        evidence = _evidence(work, on=on, orders=orders, after=seen)
        later = breaks_of_banks(work, first_on=t_day, last_on=on)
        breaks = {each.key: (each, advice) for each, advice in [*later, *morning]}
        paid = paid_by(work, payers, was=was)
        found = [
            _looked_for(each, evidence, in_files=in_files)
            if each.fault in _LOOKS
            else _of_bank(each, looked_for(each, paid=paid, breaks=list(breaks.values())))
            for each in TROUBLES
        ]
    false = [each.key.break_id for each, _ in breaks.values() if not is_expected(each)]
    return ChaosDay(on, _closed_at(platform, on), found, false)


def _looked_through(work: Work, t_day: date) -> list[tuple[QueuedBreak, str]]:
    """Return the breaks of the banks' days as they stand, and ask a bank that erred once more."""
    found = breaks_of_banks(work, first_on=t_day, last_on=t_day)
    for each, advice in found:
        if advice == "re-pull":
            pull_statement(work, bank=each.key.fund, on=each.key.on)
    return found


def _of_bank(trouble: Trouble, what: tuple[str, str, str] | None) -> Found:
    return Found(trouble, *what) if what else Found(trouble, note="not found")


def _bought(platform: Platform, *, t_day: date) -> tuple[list[FundOrder], list[Resident]]:
    """Let people of this day move in and buy; return the manager's orders, and who paid.

    The banks go wrong once all cards are bound.
    """
    first = _FIRST_PERSON + (t_day - _FIRST_ON).days * (len(_AMOUNTS_FEN) + len(PAYMENTS))
    buyers = [person(first + n, issuer=ISSUERS[0]) for n in range(len(_AMOUNTS_FEN))]
    people = [*buyers, *card_holders(first + len(buyers))]
    residents = move_in(platform, [Newcomer(each) for each in people])
    amounts = [*_AMOUNTS_FEN, *(fen for _, fen, _ in PAYMENTS)]
    platform.database.run(lambda work: arm_banks(work, on=t_day))

    def place(work: Work) -> list[FundOrder | DomainError]:
        wishes = zip(residents, amounts, strict=True)
        return place_purchases(work, [_purchase(work, *each) for each in wishes])

    placed = platform.database.run(place)
    refused = [each for each in placed if isinstance(each, DomainError)]
    if refused:
        raise refused[0]
    pump_payments(platform)
    orders = [each for each in placed[: len(buyers)] if isinstance(each, FundOrder)]
    return orders, residents


def _purchase(work: Work, who: Resident, amount_fen: int) -> PurchaseRequest:
    return PurchaseRequest(
        work.new_id(), who.customer_no, who.shard, FUND, amount_fen, who.card_id, has_agreed=True
    )


def _arm(platform: Platform, *, on: date, in_files: bool) -> None:
    """Let the answers of a day's morning and the figures of its night go wrong."""
    morning = shanghai_at(on, hour=8), shanghai_at(on, hour=10)
    night = shanghai_at(on + _DAY, hour=1), shanghai_at(on + _DAY, hour=7)

    def arm(work: Work) -> None:
        for each in TROUBLES:
            needs_files = each.fault in _NEEDS_FILES
            if each.target != MANAGER or (needs_files and not in_files):
                continue
            begins, ends = morning if each.found_at_step == "4" else night
            request = FaultRequest(
                work.new_id(), each.fault, at=begins, until=ends,
                params=_PARAMS.get(each.fault, {}),
            )  # fmt: skip
            (armed,) = arm_faults(work, [request])
            if isinstance(armed, DomainError):
                raise armed

    platform.database.run(arm)


def _closed_at(platform: Platform, on: date) -> datetime | None:
    with platform.database.work(while_advancing=True) as work:
        days = closed_days(work, fund=FUND, first_on=on, last_on=on)
    return days[0].closed_at if days else None


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What was written of the day: files, breaks, blocked steps, reports, orders."""

    files: Sequence[ManagerFileRow]
    kinds: frozenset[str]
    blocked_at: frozenset[str]
    reported_at: datetime | None
    states: Mapping[int, str]


def _evidence(work: Work, *, on: date, orders: Sequence[FundOrder], after: int) -> _Evidence:
    blocked = events_after(work, seq=after, types=["close.blocked"])
    now = orders_of_ids(work, [each.order_id for each in orders], shards=shards(work))
    report = report_of(work, fund=FUND, on=on)
    return _Evidence(
        [row for row in list_files(work, FileFilter(day=on), limit=500) if row.direction == "in"],
        frozenset(each.row.kind for each in breaks_of_day(work, fund=FUND, on=on)),
        frozenset(
            str(each.data["step"]) for each in blocked if each.data["close_on"] == on.isoformat()
        ),
        report.received_at if report else None,
        {each.amount_fen or 0: each.state.value for each in now},
    )


def _looked_for(trouble: Trouble, evidence: _Evidence, *, in_files: bool) -> Found:
    """Return what was found of a trouble in what was written."""
    if trouble.fault in _NEEDS_FILES and not in_files:
        return Found(trouble, note=_IN_FILES_ONLY)
    found = _LOOKS[trouble.fault](evidence)
    return Found(trouble, *found) if found else Found(trouble, note="not found")


_What = tuple[str, str, str] | None
_REFUSED, _LATE = ("file_refused", "re-pull"), ("file_late", "wait")


def _late(evidence: _Evidence) -> _What:
    arrived = [
        row.arrived_at - row.expected_at
        for row in evidence.files
        if row.file_type in ("05", "06", "07") and row.arrived_at and row.expected_at
    ]
    if evidence.files:
        is_late = bool(arrived) and min(arrived) >= timedelta(hours=1)
    else:
        at = evidence.reported_at
        is_late = at is not None and at.astimezone(SHANGHAI).hour >= 2
    return ("6", *_LATE) if is_late else None


def _wrong_total(evidence: _Evidence) -> _What:
    is_refused = _is_refused(evidence, "ofd.total_differs", file_type="07")
    return ("7", *_REFUSED) if is_refused or "validate" in evidence.blocked_at else None


def _refused_as(code: str, *, step: str, file_type: str) -> Callable[[_Evidence], _What]:
    def look(evidence: _Evidence) -> _What:
        is_refused = _is_refused(evidence, code, file_type=file_type)
        return (step, *_REFUSED) if is_refused else None

    return look


def _is_refused(evidence: _Evidence, code: str, *, file_type: str) -> bool:
    return any(
        (row.state, row.code, row.file_type) == ("refused", code, file_type)
        for row in evidence.files
    )


def _absorbed(evidence: _Evidence) -> _What:
    found = any((row.state, row.file_type) == ("absorbed", "04") for row in evidence.files)
    return ("4", "absorbed", "none") if found else None


def _unanswered(evidence: _Evidence) -> _What:
    kind = "missing_confirmation"
    return ("4", class_of(kind).value, "wait") if kind in evidence.kinds else None


def _ended(
    amount_fen: int, states: frozenset[str], what: tuple[str, str, str]
) -> Callable[[_Evidence], _What]:
    def look(evidence: _Evidence) -> _What:
        return what if evidence.states.get(amount_fen) in states else None

    return look


_LOOKS: Mapping[str, Callable[[_Evidence], _What]] = MappingProxyType({
    "nav_late": _late,
    "income_total_off_by_one": _wrong_total,
    "file_wrong_date": _refused_as("ofd.wrong_date", step="4", file_type="04"),
    "file_truncated": _refused_as("ofd.truncated", step="6", file_type="06"),
    "file_replayed": _absorbed,
    "confirmation_partial": _unanswered,
    "amount ending .13": _ended(
        _REFUSED_FEN, frozenset({"refused", "refunded"}), ("4", "manager_rejected", "none")
    ),
    "amount ending .17": _ended(
        _PARTLY_FEN,
        frozenset({"partly_confirmed", "confirmed", "earning"}),
        ("5", "partly_confirmed", "none"),
    ),
})
