"""The night's work of compliance: screening, orders that end, estates that go to their heirs."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from huoqi.close.operations.leaving import desk_of
from huoqi.close.platform import Platform
from huoqi.compliance.operations import expire_orders, pay_heirs, screen_page, settle_estates
from huoqi.compliance.operations.freezing import ENDED_AT_ONCE
from huoqi.compliance.operations.inheriting import AT_ONCE, BEFORE_ALL
from huoqi.kit.db import Work

_SCREENED_AT_ONCE = 1_000


@dataclass(slots=True)
class _Night:
    """How far the night has come; each part tells whether it has another page."""

    platform: Platform
    estates_after: tuple[int, UUID] = BEFORE_ALL
    payments_after: UUID = BEFORE_ALL[1]

    def orders(self, work: Work) -> bool:
        """End orders of courts whose last day is past."""
        return expire_orders(work) == ENDED_AT_ONCE

    def screening(self, work: Work) -> bool:
        """Hold customers against the list in force."""
        watch_list = self.platform.watch_list
        if watch_list is None:
            return False
        desk = desk_of(self.platform)
        count = screen_page(work, desk, watch_list, limit=_SCREENED_AT_ONCE)
        return count == _SCREENED_AT_ONCE

    def estates(self, work: Work) -> bool:
        """Let a page of estates go on."""
        page = settle_estates(work, desk_of(self.platform), after=self.estates_after)
        if page:
            self.estates_after = page[-1].shard, page[-1].estate_id
        return len(page) == AT_ONCE

    def payments(self, work: Work) -> bool:
        """Let a page of heirs' payments go on."""
        page = pay_heirs(work, after=self.payments_after)
        if page:
            self.payments_after = page[-1].payment_id
        return len(page) == AT_ONCE


def guard_night(platform: Platform) -> None:
    """Do the night's work; done again, it finds what is left to do.

    Without anything to do it is one transaction. Every further page is one of its own, so that
    what cannot go on tonight keeps nothing else back.
    """
    night = _Night(platform)
    waiting: list[Callable[[Work], bool]] = [
        night.orders,
        night.screening,
        night.estates,
        night.payments,
    ]

    def round_of(work: Work) -> list[Callable[[Work], bool]]:
        return [part for part in waiting if part(work)]

    while waiting:
        waiting = platform.database.run(round_of, while_advancing=True)
