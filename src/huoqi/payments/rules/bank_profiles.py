"""What a bank allows and when: dated rows, windows, cut-off, deadlines, proof."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from huoqi.kit.dates import SHANGHAI, shanghai_date
from huoqi.payments.rules.channel_health import ChannelHealth


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
    """One dated row of a bank, direction and channel; limits are per card and Shanghai day.

    ``resends_after_queries`` says after how many questions that found nothing a reference may be
    sent once more; None means never.
    """

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
    resends_after_queries: int | None = None

    @property
    def key(self) -> "ChannelKey":
        """Return what names the channel."""
        return self.bank, self.direction, self.channel

    def in_force(self, on: date) -> bool:
        """Return whether the row counts on a date."""
        return self.effective_from <= on < self.effective_until


ChannelKey = tuple[str, Direction, str]
#: The bank's own line; what refuses its connections is the bank itself.
DIRECT = "direct"


@dataclass(frozen=True, slots=True)
class Offices:
    """The banks at one moment: what their channels allow, numbers in the ledger, who is unwell.

    ``channels`` has each bank's own line first. ``down`` are banks whose own line refuses
    connections, ``health`` has the channels that leave sends unanswered.
    """

    channels: Mapping[tuple[str, Direction], tuple[BankProfile, ...]]
    numbers: Mapping[str, int]
    down: Mapping[str, datetime]
    health: Mapping[ChannelKey, ChannelHealth] = field(default_factory=dict)

    def profile(self, bank: str, direction: Direction, channel: str = "") -> BankProfile | None:
        """Return what a channel allows, of none named the bank's first; None without terms."""
        for profile in self.channels.get((bank, direction), ()):
            if channel in ("", profile.channel):
                return profile
        return None

    def reachable_at(self, profile: BankProfile, *, at: datetime) -> datetime:
        """Return when a channel is worth a call: now, or once it may be well again."""
        down_until = self.down.get(profile.bank, at) if profile.channel == DIRECT else at
        health = self.health.get(profile.key)
        probe_at = health.probe_at if health else None
        return max(at, down_until, probe_at or at)

    def is_unwell(self, profile: BankProfile) -> bool:
        """Return whether one send shall go ahead of the others, to see how the channel does."""
        health = self.health.get(profile.key)
        is_down = profile.channel == DIRECT and profile.bank in self.down
        return is_down or (health is not None and health.is_sick)

    def sends_at(self, profile: BankProfile, *, at: datetime) -> datetime:
        """Return when an order of now can go out: after maintenance, and once the bank is up."""
        return sends_at(profile, self.reachable_at(profile, at=at))


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
