"""Replaying a real fund: its published income and daily flows, through the real order and close.

The replay has a database of its own and a bank of its own without limits; the fund has a code of
its own (990198) and is sold from the trading day before the first income day. The dated rules of
the shelf begin in 2015, so a replay of earlier years is bound by none of them.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import ClassVar

from huoqi.close.founding import found_company
from huoqi.close.platform import Platform
from huoqi.fund.products import NewProduct
from huoqi.fund.rules.trading_days import TradingCalendar
from huoqi.kit.dates import shanghai_at
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.kit.progress import Reporter, say_nothing
from huoqi.sandbox import clock_store, replay_store, snapshot_store
from huoqi.sandbox.branches import Branches
from huoqi.sandbox.orders import ACCEPTED, Want, place
from huoqi.sandbox.people import Issuer, person
from huoqi.sandbox.population import Act
from huoqi.sandbox.replay_flows import purchase_parts, redemption_parts, uneven_weights
from huoqi.sandbox.replay_input import ReplayInput
from huoqi.sandbox.residents import Newcomer, Resident, move_in
from huoqi.sandbox.time_machine import Stop, TimeMachine
from huoqi.sandbox.world_store import Site

FUND = "990198"
_DAY = timedelta(days=1)
_HOUR = 10
_ACTIVE_PERCENT = 2  # of the holders buy on a day, and as many redeem
_ISSUER = Issuer(replay_store.BANK, replay_store.BIN, replay_store.CARD_DIGITS)


class ReplayBusy(DomainError):
    """Another replay is under way on this server."""

    code: ClassVar[str] = "replay.busy"


class OrderRefused(DomainError):
    """The platform refused an order of the replay, which no rule should do; the days end here."""

    code: ClassVar[str] = "replay.order_refused"


@dataclass(slots=True)
class Replay:
    """A replay under way: who holds the fund, and what is confirmed and not yet ordered back."""

    platform: Platform
    given: ReplayInput
    residents: list[Resident]
    calendar: TradingCalendar
    chance: Random
    held_fen: dict[int, int] = field(default_factory=dict)
    _confirming: dict[date, list[tuple[int, int]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    answers: Counter[str] = field(default_factory=Counter)
    bought_fen: int = 0
    redeemed_fen: int = 0
    stopped_by: str = ""

    def opening_wants(self) -> list[Want]:
        """Return the purchases that make the opening balance, one a holder."""
        weights = uneven_weights(len(self.residents), chance=self.chance)
        parts = purchase_parts(self.given.opening_fen, weights=weights)
        return self._bought(parts, on=begins_on(self.given, calendar=self.calendar))

    def wants_of(self, on: date) -> list[Want]:
        """Return what is bought and redeemed on a day; it adds up to the day's totals."""
        for confirmed_on in [day for day in self._confirming if day <= on]:
            for holder, amount_fen in self._confirming.pop(confirmed_on):
                self.held_fen[holder] = self.held_fen.get(holder, 0) + amount_fen
        totals = self.given.totals[on]
        count = max(1, len(self.residents) * _ACTIVE_PERCENT // 100)
        buyers = self.chance.sample(range(len(self.residents)), count)
        weights = uneven_weights(count, chance=self.chance)
        parts = [
            (buyers[place_], amount)
            for place_, amount in purchase_parts(totals.bought_fen, weights=weights)
        ]
        # The larger of a third come first, so that a day has tens of orders and not hundreds.
        order = self.chance.sample(range(len(self.residents)), len(self.residents))
        third = sorted(order[: -(-len(order) // 3)], key=lambda n: -self.held_fen.get(n, 0))
        order[: len(third)] = third
        sells = redemption_parts(
            totals.redeemed_fen, held_fen=self.held_fen, order=order, least=count
        )
        return [*self._bought(parts, on=on), *self._redeemed(sells)]

    def _bought(self, parts: list[tuple[int, int]], *, on: date) -> list[Want]:
        calendar = self.calendar
        t_day = on if calendar.is_trading_day(on) else calendar.next_trading_day(on)
        self._confirming[calendar.next_trading_day(t_day)] += parts
        self.bought_fen += sum(amount for _, amount in parts)
        return [Want(self.residents[holder], Act.BUY, amount) for holder, amount in parts]

    def _redeemed(self, parts: list[tuple[int, int]]) -> list[Want]:
        for holder, amount_fen in parts:
            self.held_fen[holder] -= amount_fen
        self.redeemed_fen += sum(amount for _, amount in parts)
        return [Want(self.residents[holder], Act.REDEEM, amount) for holder, amount in parts]

    def place(self, wants: list[Want]) -> None:
        """Place orders; raise OrderRefused if one is not accepted."""
        answers = place(self.platform, wants, fund=FUND)
        self.answers += answers
        for code in answers:
            if code != ACCEPTED:
                raise OrderRefused(refusal=code, count=answers[code])


def begins_on(given: ReplayInput, *, calendar: TradingCalendar) -> date:
    """Return the trading day whose purchases are confirmed by the first income day."""
    first_on = given.first_on
    confirm_on = (
        first_on if calendar.is_trading_day(first_on) else calendar.previous_trading_day(first_on)
    )
    return calendar.previous_trading_day(confirm_on)


@contextmanager
def replay_database(
    home: Platform, open_at: Callable[[str], Platform], *, keep: bool = False
) -> Iterator[Platform]:
    """Yield a company on an empty database beside a platform's; dropped afterwards unless kept.

    Raises ReplayBusy, and BranchesUnavailable when the role may not create databases.
    """
    Branches(home.database).set_up()
    with Site.taken(home.database.dsn, name="replay") as site:
        if site is None:
            raise ReplayBusy
        site.clear()
        opened = open_at(site.dsn)
        try:
            yield opened
        finally:
            opened.database.close()
            if not keep:
                site.drop()


def replay(
    platform: Platform,
    given: ReplayInput,
    *,
    customers: int = 1_000,
    report: Reporter = say_nothing,
) -> Replay:
    """Replay everything on a company that was founded for it, and return how it went.

    Errors: FlowsExceedHoldings, OrderRefused, CalendarHorizon. A day that does not close ends the
    replay; ``stopped_by`` says which one and why.
    """
    begin_on = begins_on(given, calendar=platform.calendar)
    _found(platform, given, begin_on=begin_on)
    newcomers = [Newcomer(person(number, issuer=_ISSUER)) for number in range(customers)]
    residents = move_in(platform, newcomers)
    chance = Random(f"replay|{customers}|{given.first_on.isoformat()}")
    run = Replay(platform, given, residents, platform.calendar, chance)
    run.place(run.opening_wants())
    journey = TimeMachine(platform).advance_visiting(
        shanghai_at(given.last_on + _DAY, hour=3), stops=_stops(run), report=report
    )
    run.stopped_by = journey.stopped_by
    return run


def _stops(run: Replay) -> Iterator[Stop]:
    """Yield a stop a day, at which the day's orders are placed."""
    for day in run.given.incomes:
        yield Stop(shanghai_at(day.on, hour=_HOUR), partial(_live, run, day.on))


def _live(run: Replay, on: date) -> None:
    run.place(run.wants_of(on))


def _found(platform: Platform, given: ReplayInput, *, begin_on: date) -> None:
    """Set the clock back, open the bank and the fund, and tell the manager what to publish."""
    product = NewProduct(
        fund=FUND,
        effective_from=begin_on,
        preset="cn_daily",
        name_zh="回放基金",
        name_en="Replayed fund",
        manager="Replayed manager (simulated)",
        source="replay of published figures; the code is synthetic",
    )

    def set_clock(work: Work) -> None:
        clock_store.set_clock(work, at=shanghai_at(begin_on, hour=_HOUR))
        snapshot_store.set_seed(work, seed=int(f"{given.first_on:%Y%m%d}"))

    def found(work: Work) -> None:
        replay_store.add_bank(work)
        found_company(work, shards=platform.vault.shards, funds=(product,), advance_limit_fen=None)
        replay_store.add_script(work, _script(given, begin_on=begin_on), fund=FUND)

    platform.database.run(set_clock, while_advancing=True)
    Branches(platform.database).fresh_ids()
    platform.database.run(found)


def _script(given: ReplayInput, *, begin_on: date) -> list[tuple[date, int, int, int | None]]:
    """Return what the manager publishes: nothing earned before the first day, then the table.

    A yield is published only where the table reaches back over the seven days that it speaks of.
    """
    before = (given.first_on - begin_on).days
    rows: list[tuple[date, int, int, int | None]] = [
        (begin_on + n * _DAY, 0, 4, None) for n in range(before)
    ]
    for place_, day in enumerate(given.incomes):
        yield_e3 = day.yield_7d_e3 if place_ >= 6 else None
        rows.append((day.on, day.income_per_10k_e5, day.decimals, yield_e3))
    return rows
