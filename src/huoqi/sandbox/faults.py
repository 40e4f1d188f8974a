"""Faults on demand: what the simulated banks and fund managers are told to do wrong, and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar, Literal
from uuid import UUID

from huoqi.events.operations import EventDraft, emit
from huoqi.fund.managers.drop.table import is_in_files
from huoqi.kit.db import Row, Work
from huoqi.kit.errors import DomainError
from huoqi.sandbox import fault_store as store

Party = Literal["bank", "fund-manager"]
FaultState = Literal["waiting", "armed", "over"]

MANAGER_TARGET = "fund-manager"
EVERYONE = ""
_MOST_TIMES = 10_000


class FaultUnknown(DomainError):
    """The injector knows no fault of this name."""

    code: ClassVar[str] = "fault.unknown"


class FaultNeedsFiles(DomainError):
    """The fault spoils files of the fund manager, and this company speaks with it in the database.

    A sandbox begun with ``option`` has such files.
    """

    code: ClassVar[str] = "fault.needs_files"


class FaultTargetUnknown(DomainError):
    """A bank's fault is aimed at a bank, a manager's at a fund; empty means all of them."""

    code: ClassVar[str] = "fault.target_unknown"


class FaultParameterUnknown(DomainError):
    """This fault takes no such parameter; the names that it takes are told."""

    code: ClassVar[str] = "fault.parameter_unknown"


class FaultParameterOutOfRange(DomainError):
    """A parameter is no whole number within its limits."""

    code: ClassVar[str] = "fault.parameter_out_of_range"


class FaultTimeMalformed(DomainError):
    """A fault strikes in the future: from now or later, until after that, at least once."""

    code: ClassVar[str] = "fault.time_malformed"


class FaultNotFound(DomainError):
    """No fault of this id was armed."""

    code: ClassVar[str] = "fault.not_found"


@dataclass(frozen=True, slots=True)
class FaultKind:
    """A fault that can be armed: whom it befalls, its whole-number parameters with their limits.

    ``lasts`` is how long it strikes when nothing is said; None makes it strike once.
    ``needs_files`` is for what only befalls a manager that is spoken to in files.
    """

    name: str
    party: Party
    does: str
    params: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    lasts: timedelta | None = None
    needs_files: bool = False


#: File types that a fault can be aimed at, by their number: answers 4 to register 25.
_FILE_TYPE = (2, 25)
KINDS: Mapping[str, FaultKind] = {
    kind.name: kind
    for kind in (
        FaultKind(
            "nav_late",
            "fund-manager",
            "The day's income is published late, by four hours if nothing is said.",
            {"hours": (1, 240)},
        ),
        FaultKind(
            "income_negative",
            "fund-manager",
            "The day's income per 10,000 units is below zero (-0.62280 if nothing is said).",
            {"income_per_10k_e5": (-99_999_999, -1)},
        ),
        FaultKind(
            "income_total_off_by_one",
            "fund-manager",
            "The reported income of the fund is one fen more than its holders got; put right after"
            " four hours if nothing is said.",
            {"hours": (1, 240)},
        ),
        FaultKind(
            "holder_income_off",
            "fund-manager",
            "The register gives so many holders other incomes than the rule: 3 fen more if nothing"
            " is said, taken from the next account; with total 1 the fund's income is as much"
            " more, with 2 it contradicts its holders.",
            {
                "customer_no": (100, 2**53),
                "holders": (1, 1_000),
                "fen": (-10_000, 10_000),
                "total": (0, 2),
            },
        ),
        FaultKind(
            "redemption_suspended",
            "fund-manager",
            "The fund's published status suspends redemptions.",
        ),
        FaultKind(
            "redemption_gate",
            "fund-manager",
            "On a large-redemption day the manager accepts so many percent of the day before's"
            " units, 10 if nothing is said; the rest is deferred, or cancelled where cancels is 1.",
            {"accept_pct": (10, 100), "cancels": (0, 1)},
        ),
        FaultKind(
            "confirmation_partial",
            "fund-manager",
            "Each third answer is missing from the day's confirmations and comes with the next.",
        ),
        FaultKind(
            "manager_down",
            "fund-manager",
            "Nobody answers, for an hour if nothing is said.",
            {"hours": (1, 240)},
        ),
        FaultKind(
            "file_wrong_date",
            "fund-manager",
            "A file says the day before in its header and records; the first of the next batch, or"
            " the one of the type (4 answers, 5 register, 6 incomes, 7 figures).",
            {"type": _FILE_TYPE},
            needs_files=True,
        ),
        FaultKind(
            "file_truncated",
            "fund-manager",
            "A file ends in the middle of a record; the first of the next batch, or the one of the"
            " type.",
            {"type": _FILE_TYPE},
            needs_files=True,
        ),
        FaultKind(
            "file_replayed",
            "fund-manager",
            "An earlier day's file comes once more under today's index, in the same bytes.",
            {"type": _FILE_TYPE},
            needs_files=True,
        ),
        FaultKind(
            "file_duplicate",
            "fund-manager",
            "A file comes once more in the day's next batch, in the same bytes.",
            {"type": _FILE_TYPE},
            needs_files=True,
        ),
        FaultKind(
            "file_late",
            "fund-manager",
            "A batch comes late, by two hours if nothing is said; the next one, or the one with a"
            " file of the type.",
            {"type": _FILE_TYPE, "hours": (1, 240)},
            needs_files=True,
        ),
        FaultKind(
            "custodian_away",
            "fund-manager",
            "The custodian signs no day, for an hour if nothing is said; closes go on.",
            {"hours": (1, 240)},
        ),
        FaultKind(
            "bank_down",
            "bank",
            "Connections are refused, for an hour if nothing is said.",
            {"hours": (1, 240)},
            lasts=timedelta(hours=1),
        ),
        FaultKind(
            "no_route",
            "bank",
            "The bank's own line cannot route the payment and says so: no card is touched.",
        ),
        FaultKind("reply_lost", "bank", "The bank moves the money; its reply never arrives."),
        FaultKind(
            "executed_late",
            "bank",
            "The bank knows nothing when asked and moves the money later, after two hours"
            " if nothing is said.",
            {"delay_s": (1, 864_000)},
        ),
        FaultKind("callback_duplicated", "bank", "The same callback comes twice."),
        FaultKind("callback_reordered", "bank", "The news of success comes before 'accepted'."),
        FaultKind(
            "statement_late",
            "bank",
            "The next statement comes late, by four hours if nothing is said.",
            {"hours": (1, 240)},
        ),
        FaultKind(
            "statement_wrong_total",
            "bank",
            "The next statement says one fen more came in than its lines do, until it is asked for"
            " again.",
            {"fen": (-10_000, 10_000)},
        ),
        FaultKind(
            "statement_missing_line",
            "bank",
            "The first line of the next statement that has any is left out; all totals fit.",
        ),
        FaultKind(
            "statement_duplicate_line",
            "bank",
            "The first line of the next statement that has any stands there twice.",
        ),
        FaultKind(
            "statement_wrong_amount",
            "bank",
            "The first line of the next statement that has any is one fen more than was moved.",
            {"fen": (-10_000, 10_000)},
        ),
        FaultKind(
            "statement_unknown_line",
            "bank",
            "The next statement has a line that nobody ordered, of 5.00 if nothing is said.",
            {"fen": (1, 100_000_000)},
        ),
    )
}


@dataclass(frozen=True, slots=True)
class FaultRequest:
    """A wish to make something go wrong.

    ``at`` None strikes from now on; ``until`` None with ``next_n`` None strikes once, or for the
    fault's usual time.
    """

    fault_id: UUID
    fault: str
    target: str = EVERYONE
    at: datetime | None = None
    until: datetime | None = None
    next_n: int | None = None
    params: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault as it stands; ``remaining`` is how often it still strikes, None without a count."""

    fault_id: UUID
    fault: str
    target: str
    active_from: datetime
    active_until: datetime | None
    remaining: int | None
    params: Mapping[str, int]
    state: FaultState


def arm_faults(work: Work, requests: Sequence[FaultRequest]) -> list[Fault | DomainError]:
    """Arm faults and return them; a repeated id gives what was armed first.

    Errors: FaultUnknown, FaultNeedsFiles, FaultTargetUnknown, FaultParameterUnknown,
    FaultParameterOutOfRange, FaultTimeMalformed.
    """
    has_files = is_in_files(work)
    banks, funds = store.banks(work), store.funds(work)
    known = store.lock(work, [request.fault_id for request in requests])
    results: list[Fault | DomainError] = []
    for request in requests:
        if request.fault_id in known:
            results.append(_fault(known[request.fault_id], at=work.at))
            continue
        try:
            _check_files(request.fault, has_files=has_files)
            row = _row(request, at=work.at, targets={"bank": banks, "fund-manager": funds})
        except DomainError as refusal:
            results.append(refusal)
            continue
        store.add(work, row)
        known[request.fault_id] = row
        _tell(work, "sandbox.fault_armed", row)
        results.append(_fault(row, at=work.at))
    return results


def cancel_faults(work: Work, fault_ids: Sequence[UUID]) -> list[Fault | DomainError]:
    """Let faults strike no more and return them; one that is over stays so. Errors: FaultNotFound.

    What a fault has done already stays done.
    """
    before = store.lock(work, list(fault_ids))
    live = [row for row in before.values() if _fault(row, at=work.at).state != "over"]
    store.end(work, [row[0] for row in live])
    for row in live:
        _tell(work, "sandbox.fault_cancelled", row)
    after = store.lock(work, list(fault_ids))
    return [
        _fault(after[fault_id], at=work.at) if fault_id in after else FaultNotFound()
        for fault_id in fault_ids
    ]


def spend_faults(work: Work, fault_ids: Sequence[UUID]) -> None:
    """Write down that faults have struck as often as they may, where others counted that."""
    store.spend(work, list(fault_ids))


def faults_of(work: Work) -> list[Fault]:
    """Return every fault that was ever armed, the first to strike first."""
    return [_fault(row, at=work.at) for row in store.all_rows(work)]


def _row(
    request: FaultRequest, *, at: datetime, targets: Mapping[Party, set[str]]
) -> tuple[UUID, str, str, datetime, datetime | None, int | None, Mapping[str, int]]:
    kind = _kind(request.fault)
    _check_target(request.target, kind=kind, known=targets[kind.party])
    _check_params(request.params, kind=kind)
    begins = at if request.at is None else request.at
    until, remaining = request.until, request.next_n
    if until is None and remaining is None:
        if kind.lasts is None:
            remaining = 1
        else:
            hours = request.params.get("hours")
            until = begins + (kind.lasts if hours is None else timedelta(hours=hours))
    if begins < at or (until is not None and until <= begins):
        raise FaultTimeMalformed(now=at.isoformat())
    if remaining is not None and not 1 <= remaining <= _MOST_TIMES:
        raise FaultTimeMalformed(least=1, most=_MOST_TIMES)
    target = EVERYONE if request.target == MANAGER_TARGET else request.target
    return request.fault_id, kind.name, target, begins, until, remaining, request.params


def _kind(name: str) -> FaultKind:
    kind = KINDS.get(name)
    if kind is None:
        raise FaultUnknown
    return kind


def _check_files(name: str, *, has_files: bool) -> None:
    kind = KINDS.get(name)
    if kind is not None and kind.needs_files and not has_files:
        raise FaultNeedsFiles(fault=name, option="huoqi up --manager files")


def _check_target(target: str, *, kind: FaultKind, known: set[str]) -> None:
    general = {EVERYONE, MANAGER_TARGET} if kind.party == "fund-manager" else {EVERYONE}
    if target not in general | known:
        raise FaultTargetUnknown(expected="a bank" if kind.party == "bank" else "a fund")


def _check_params(params: Mapping[str, int], *, kind: FaultKind) -> None:
    for name, value in params.items():
        if name not in kind.params:
            raise FaultParameterUnknown(takes=" ".join(kind.params) or "none")
        least, most = kind.params[name]
        # Callers hand JSON through, where a yes or no, or text, may stand for the number.
        if type(value) is not int or not least <= value <= most:
            raise FaultParameterOutOfRange(parameter=name, least=least, most=most)


def _fault(row: Row, *, at: datetime) -> Fault:
    fault_id, fault, target, active_from, active_until, remaining, params = row
    is_over = remaining == 0 or (active_until is not None and active_until <= at)
    state: FaultState = "over" if is_over else "waiting" if at < active_from else "armed"
    period = (active_from, active_until)
    return Fault(fault_id, fault, target, *period, remaining, params, state)


def _tell(work: Work, kind: str, row: Row) -> None:
    data = {"fault": row[1], "target": row[2] or "all"}
    emit(work, EventDraft(kind, str(row[0]), data=data))
