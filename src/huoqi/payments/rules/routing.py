"""Which channel an order takes: what is shut goes first, then cost, success rate, a fixed order."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from huoqi.payments.rules.bank_profiles import BankProfile, Offices, sends_at
from huoqi.payments.rules.channel_health import ALL_ANSWERED, success_ppm

#: Why a channel cannot take an order, or not now; the first two speak of this order alone.
TRIED, SINGLE_LIMIT = "tried", "single_limit"
CARD_DAY, CARD_COUNT, CHANNEL_DAY = "card_day_limit", "card_day_count", "channel_day_limit"
DOWN, SICK, MAINTENANCE = "down", "sick", "maintenance"
#: What only lasts: the order may wait for such a channel if no other is open.
PASSING = frozenset({DOWN, SICK, MAINTENANCE})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A channel as it was looked at: its cost and success, when it takes orders, or why not."""

    profile: BankProfile
    success_ppm: int
    opens_at: datetime
    shut: str = ""

    @property
    def rank(self) -> tuple[int, int, bool, str]:
        """Return what open channels are sorted by: cost, then success, then ours before others'."""
        channel = self.profile.channel
        return (self.profile.fee_fen, -self.success_ppm, channel != "direct", channel)


@dataclass(frozen=True, slots=True)
class Route:
    """A decision: every channel in force with what was known of it, best first, and the chosen."""

    candidates: tuple[Candidate, ...]
    chosen: Candidate | None

    @property
    def is_choice(self) -> bool:
        """Return whether there was anything to decide."""
        return len(self.candidates) > 1


def looked_at(
    profiles: Sequence[BankProfile],
    *,
    offices: Offices,
    at: datetime,
    tried: Collection[str] = (),
) -> tuple[Candidate, ...]:
    """Return a bank's channels in one direction as they stand at an instant, best first."""
    found = [_candidate(each, offices=offices, at=at, tried=tried) for each in profiles]
    return tuple(sorted(found, key=lambda each: each.rank))


def _candidate(
    profile: BankProfile, *, offices: Offices, at: datetime, tried: Collection[str]
) -> Candidate:
    health = offices.health.get(profile.key, ALL_ANSWERED)
    reachable_at = offices.reachable_at(profile, at=at)
    opens_at = sends_at(profile, reachable_at)
    if profile.channel in tried:
        shut = TRIED
    elif reachable_at > at:
        shut = SICK if health.is_sick else DOWN
    else:
        shut = MAINTENANCE if opens_at > at else ""
    return Candidate(profile, success_ppm(health), opens_at, shut)


def choose(
    candidates: Sequence[Candidate], *, amount_fen: int, full: Mapping[str, str] | None = None
) -> Route:
    """Return which channel takes an amount: the best open one, else the one that opens first.

    ``full`` names channels whose limits of the day are reached, and which. None is chosen if every
    channel is tried, too small or full.
    """
    seen = tuple(_for_amount(each, amount_fen=amount_fen, full=full or {}) for each in candidates)
    usable = [each for each in seen if not each.shut]
    if usable:
        return Route(seen, usable[0])
    waiting = [each for each in seen if each.shut in PASSING]
    first = min(waiting, key=lambda each: (each.opens_at, each.rank), default=None)
    return Route(seen, first)


def _for_amount(each: Candidate, *, amount_fen: int, full: Mapping[str, str]) -> Candidate:
    shut = each.shut
    if shut != TRIED and amount_fen > each.profile.single_limit_fen:
        shut = SINGLE_LIMIT
    elif shut != TRIED:
        shut = full.get(each.profile.channel, shut)
    if shut == each.shut:
        return each
    return Candidate(each.profile, each.success_ppm, each.opens_at, shut)
