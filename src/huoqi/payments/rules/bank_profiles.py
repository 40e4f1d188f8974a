"""What a bank allows and when: dated rows, windows, cut-off, deadlines, proof."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from huoqi.kit.dates import SHANGHAI, shanghai_date


class Direction(StrEnum):
    """Which way the money goes."""

    COLLECT = "COLLECT"  # card to platform
    PAYOUT = "PAYOUT"  # platform to card


@dataclass(frozen=True, slots=True)
class Window:
    """Hours of a Shanghai day, upper end excluded; one that ends earlier spans midnight."""

    opens: time
    closes: time

    @property
    def spans_midnight(self) -> bool:
        """Return whether the window ends on the day after it began."""
        return self.closes <= self.opens

    def covers(self, at: datetime) -> bool:
        """Return whether an instant lies inside."""
        hour = at.astimezone(SHANGHAI).time()
        if self.spans_midnight:
            return hour >= self.opens or hour < self.closes
        return self.opens <= hour < self.closes

    def end_after(self, at: datetime) -> datetime:
        """Return when a window that covers an instant is over."""
        assert self.covers(at)
        local = at.astimezone(SHANGHAI)
        ends_on = local.date()
        if self.spans_midnight and local.time() >= self.opens:
            ends_on += timedelta(days=1)
        return datetime.combine(ends_on, self.closes, tzinfo=SHANGHAI).astimezone(at.tzinfo)


@dataclass(frozen=True, slots=True)
class BankProfile:
    """One dated row of a bank, direction and channel; limits are per card and Shanghai day."""

    bank: str
    direction: Direction
    channel: str
    effective_from: date
    effective_until: date
    single_limit_fen: int
    card_day_limit_fen: int
    card_day_count: int
    channel_day_limit_fen: int
    maintenance: Window | None
    cut_off: time
    reply_deadline_s: int
    query_schedule_s: tuple[int, ...]
    dedupes_by_reference: bool
    not_found_is_final: bool
    late_execution_days: int
    fee_fen: int
    status: str

    def in_force(self, on: date) -> bool:
        """Return whether the row counts on a date."""
        return self.effective_from <= on < self.effective_until


@dataclass(frozen=True, slots=True)
class Offices:
    """The banks at one moment: what each allows, its number in the ledger, which are down."""

    profiles: Mapping[tuple[str, Direction], BankProfile]
    numbers: Mapping[str, int]
    down: Mapping[str, datetime]

    def profile(self, bank: str, direction: Direction) -> BankProfile | None:
        """Return what a bank allows in a direction, None if it has no terms in force."""
        return self.profiles.get((bank, direction))

    def reachable_at(self, bank: str, *, at: datetime) -> datetime:
        """Return when a bank is worth a call: now, or once it may be up again."""
        return max(at, self.down.get(bank, at))

    def sends_at(self, profile: BankProfile, *, at: datetime) -> datetime:
        """Return when an order of now can go out: after maintenance, and once the bank is up."""
        return sends_at(profile, self.reachable_at(profile.bank, at=at))


def profile_on(
    profiles: Iterable[BankProfile], *, bank: str, direction: Direction, on: date
) -> BankProfile | None:
    """Return the row in force for a bank and direction on a date, or None if there is none."""
    for profile in profiles:
        if (profile.bank, profile.direction) == (bank, direction) and profile.in_force(on):
            return profile
    return None


def sends_at(profile: BankProfile, at: datetime) -> datetime:
    """Return when an order placed at an instant can go out: at once, or after maintenance."""
    if profile.maintenance is not None and profile.maintenance.covers(at):
        return profile.maintenance.end_after(at)
    return at


def value_date(profile: BankProfile, at: datetime) -> date:
    """Return the bank's value date of an order sent at an instant: the next day from cut-off."""
    late = at.astimezone(SHANGHAI).time() >= profile.cut_off
    return shanghai_date(at) + timedelta(days=1 if late else 0)


def deadline_at(profile: BankProfile, *, sent_at: datetime) -> datetime:
    """Return when an order without a reply becomes unknown."""
    return sent_at + timedelta(seconds=profile.reply_deadline_s)


def next_query_at(profile: BankProfile, *, sent_at: datetime, after: datetime) -> datetime | None:
    """Return the next query later than an instant, or None: then the statement decides.

    Queries that a stopped worker missed are not made up for; one question is enough.
    """
    for seconds in profile.query_schedule_s:
        due_at = sent_at + timedelta(seconds=seconds)
        if due_at > after:
            return due_at
    return None
