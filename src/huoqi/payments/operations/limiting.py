"""Taking the day's limits of a batch: all at once, or one by one where some sum is too large."""

from collections.abc import Sequence

from msgspec.structs import replace

from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.payments._store import day_use, routes
from huoqi.payments.operations.routing import Router
from huoqi.payments.orders import MoneyOrder, OrderKey
from huoqi.payments.rules.bank_profiles import Direction, Offices
from huoqi.payments.rules.limits import CardDayCount, CardDayLimit, Used, check_limits
from huoqi.payments.rules.routing import CARD_COUNT, CARD_DAY, CHANNEL_DAY, Candidate


def within_limits(
    work: Work,
    drafts: Sequence[MoneyOrder],
    *,
    router: Router,
    results: dict[OrderKey, MoneyOrder | DomainError],
) -> list[MoneyOrder]:
    """Take the day's limits for all drafts at once; give back and settle those that exceed.

    All are added first. Only if some sum is too large are they gone through one by one, from the
    sums before, as if each had come alone; one whose channel is full may take another.
    """
    if not drafts:
        return []
    use = day_use.take(work, drafts)
    if _all_fit(use, offices=router.offices):
        return list(drafts)
    till = _Till(work, use, router=router)
    for draft in drafts:
        till.put_back(draft)
    answers = {draft.key: till.answer(draft) for draft in drafts}
    day_use.give_back(work, [draft for draft in drafts if answers[draft.key] is not draft])
    results.update((k, each) for k, each in answers.items() if isinstance(each, DomainError))
    fitting = [each for each in answers.values() if isinstance(each, MoneyOrder)]
    as_drafted = {id(draft) for draft in drafts}
    moved = [each for each in fitting if id(each) not in as_drafted]
    if moved:
        day_use.take(work, moved)
        routes.reroute(work, moved, routes=router.notes)
    return fitting


class _Till:
    """The sums of the day while drafts are gone through one by one."""

    def __init__(self, work: Work, use: day_use.DayUse, *, router: Router) -> None:
        self._work = work
        self._router = router
        self._cards = dict(use.cards)
        self._channels = dict(use.channels)

    def put_back(self, draft: MoneyOrder) -> None:
        """Take a draft out of the sums."""
        card, channel = day_use.card_day(draft), day_use.channel_day(draft)
        self._cards[card] = (self._cards[card][0] - draft.amount_fen, self._cards[card][1] - 1)
        self._channels[channel] -= draft.amount_fen

    def answer(self, draft: MoneyOrder) -> MoneyOrder | DomainError:
        """Return the draft, on another channel if its own is full; or why it does not fit."""
        full: dict[str, str] = {}
        first: DomainError | None = None
        tried = draft
        while True:
            try:
                self._check(tried)
            except DomainError as refusal:
                first = first or refusal
                full[tried.channel] = _full_of(refusal)
            else:
                self._add(tried)
                return tried
            other = self._router.other(draft, full=full)
            if other is None:
                return first
            tried = self._on(draft, other)

    def _check(self, draft: MoneyOrder) -> None:
        profile = self._router.offices.profile(draft.bank, draft.direction, draft.channel)
        assert profile is not None, "a channel in force was chosen"
        used = Used(
            *self._cards[day_use.card_day(draft)],
            channel_fen=self._channels[day_use.channel_day(draft)],
        )
        check_limits(profile, amount_fen=draft.amount_fen, used=used, on=draft.limit_on)

    def _add(self, draft: MoneyOrder) -> None:
        card, channel = day_use.card_day(draft), day_use.channel_day(draft)
        amount_fen, count = self._cards[card]
        self._cards[card] = (amount_fen + draft.amount_fen, count + 1)
        self._channels[channel] += draft.amount_fen

    def _on(self, draft: MoneyOrder, other: Candidate) -> MoneyOrder:
        """Return a draft on another channel, whose sum of the day is read if nobody used it yet."""
        moved = replace(draft, channel=other.profile.channel, next_at=other.opens_at)
        key = day_use.channel_day(moved)
        if key not in self._channels:
            found = day_use.of_channels(
                self._work, bank=moved.bank, direction=str(moved.direction), on=moved.limit_on
            )
            self._channels[key] = found.get(moved.channel, 0)
        return moved


def _full_of(refusal: DomainError) -> str:
    if isinstance(refusal, CardDayLimit):
        return CARD_DAY
    return CARD_COUNT if isinstance(refusal, CardDayCount) else CHANNEL_DAY


def _all_fit(use: day_use.DayUse, *, offices: Offices) -> bool:
    """Tell whether even the largest sums of the day are within the strictest of their limits."""
    used = [
        (profile, fen)
        for (_, bank, way, channel, _), fen in use.channels.items()
        if (profile := offices.profile(bank, Direction(way), channel)) is not None
    ]
    return (
        max(fen for fen, _ in use.cards.values()) <= min(p.card_day_limit_fen for p, _ in used)
        and max(n for _, n in use.cards.values()) <= min(p.card_day_count for p, _ in used)
        and all(fen <= profile.channel_day_limit_fen for profile, fen in used)
    )
