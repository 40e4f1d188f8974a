"""How simulated customers behave: who buys and redeems what, day after day, from the seed alone.

Nothing here looks at the platform. What a customer may redeem is what the customer bought two
weeks ago or earlier, so that wishes are served whatever holidays lie between; income stays in.
"""

from collections import deque
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from random import Random

_RIPE_AFTER = timedelta(days=14)
_YUAN = 100
_ODD_PERCENT = 8  # of purchases that are not whole yuan
_REFUSED_ENDING, _HALVED_ENDING = 13, 17  # the simulated manager's magic amounts


class Habit(StrEnum):
    """What a customer is like."""

    SAVER = "saver"
    COMMUTER = "commuter"
    GIG_WORKER = "gig_worker"
    HOLDER = "holder"
    WEALTHY = "wealthy"


class Act(StrEnum):
    """What a customer wants."""

    BUY = "buy"
    REDEEM = "redeem"
    REDEEM_FAST = "redeem_fast"
    REDEEM_ALL = "redeem_all"


class Part(StrEnum):
    """When in the day: before the cut-off, or after it."""

    MORNING = "morning"
    EVENING = "evening"


@dataclass(frozen=True, slots=True)
class Wish:
    """What one customer wants at one time; ``amount_fen`` is 0 where all is meant."""

    customer: int
    act: Act
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Range:
    """Whole yuan from one figure to another, both included; small ones are likelier."""

    least_yuan: int
    most_yuan: int

    def drawn_fen(self, chance: Random) -> int:
        """Return an amount in fen: the smaller of two draws."""
        return _YUAN * min(chance.randint(self.least_yuan, self.most_yuan) for _ in range(2))


@dataclass(frozen=True, slots=True)
class Ways:
    """A habit in figures: how often in a thousand days, and how much."""

    buys: Range
    buys_per_1000: int
    redeems_per_1000: int
    fast_per_1000: int
    on_salary_day: bool = False


# About 35 orders a day from 1,000 customers: some two and a half times what Yu'E Bao's holders
# placed in its first 600 days (fund page, section 10: 1.5 bn trades, 185 m holders).
WAYS = {
    Habit.SAVER: Ways(Range(300, 4_000), 0, 2, 1, on_salary_day=True),
    Habit.COMMUTER: Ways(Range(10, 300), 45, 0, 30),
    Habit.GIG_WORKER: Ways(Range(50, 900), 25, 5, 5),
    Habit.HOLDER: Ways(Range(100, 3_000), 3, 2, 0),
    Habit.WEALTHY: Ways(Range(3_000, 5_000), 30, 10, 3),
}
_SHARES = (
    (Habit.SAVER, 300),
    (Habit.COMMUTER, 250),
    (Habit.GIG_WORKER, 150),
    (Habit.HOLDER, 280),
    (Habit.WEALTHY, 20),
)
_FIRST_PURCHASES_WITHIN = 10
_ALL_PERCENT = 3  # of normal redemptions


class Population:
    """A number of customers with habits; ask for the days one after the other."""

    def __init__(self, *, seed: int, size: int, begins_on: date) -> None:
        self._seed = seed
        self._begins_on = begins_on
        self.habits = [_habit(seed, customer) for customer in range(size)]
        self._first_on = [
            begins_on + timedelta(days=_of(seed, "first", customer) % _FIRST_PURCHASES_WITHIN)
            for customer in range(size)
        ]
        self._salary_day = [1 + _of(seed, "salary", customer) % 28 for customer in range(size)]
        self._ripe_fen = [0] * size
        self._ripening: deque[tuple[date, int, int]] = deque()

    def wishes(self, on: date) -> tuple[Part, list[Wish]]:
        """Return what is wanted on a day and when, in order of the customers.

        All of a day's wishes come at one time, so that they are one batch: before the cut-off,
        and on one day in four after it.
        """
        self._ripen(on)
        chance = Random(f"{self._seed}|{on.isoformat()}")
        part = Part.MORNING if chance.randrange(4) else Part.EVENING
        found: list[Wish] = []
        for customer, habit in enumerate(self.habits):
            found += self._of_customer(customer, ways=WAYS[habit], on=on, chance=chance)
        return part, found

    def _of_customer(self, customer: int, *, ways: Ways, on: date, chance: Random) -> list[Wish]:
        wishes = []
        draw = chance.randrange(1_000)
        if self._buys(customer, ways=ways, on=on, draw=draw):
            wishes.append(self._buy(customer, ways=ways, on=on, chance=chance))
        draw -= ways.buys_per_1000
        if 0 <= draw < ways.redeems_per_1000 + ways.fast_per_1000:
            act = Act.REDEEM if draw < ways.redeems_per_1000 else Act.REDEEM_FAST
            wishes += self._redeem(customer, act=act, ways=ways, chance=chance)
        return wishes

    def _buys(self, customer: int, *, ways: Ways, on: date, draw: int) -> bool:
        if on <= self._first_on[customer]:
            return on == self._first_on[customer]
        if ways.on_salary_day and on.day == self._salary_day[customer]:
            return True
        return draw < ways.buys_per_1000

    def _buy(self, customer: int, *, ways: Ways, on: date, chance: Random) -> Wish:
        amount_fen = ways.buys.drawn_fen(chance)
        if chance.randrange(100) < _ODD_PERCENT:
            amount_fen += chance.randrange(_YUAN)
        kept_fen = amount_fen
        if amount_fen % _YUAN == _REFUSED_ENDING:
            kept_fen = 0
        elif amount_fen % _YUAN == _HALVED_ENDING:
            kept_fen = amount_fen // 2
        self._ripening.append((on + _RIPE_AFTER, customer, kept_fen))
        return Wish(customer, Act.BUY, amount_fen)

    def _redeem(self, customer: int, *, act: Act, ways: Ways, chance: Random) -> list[Wish]:
        ripe_fen = self._ripe_fen[customer]
        if act is Act.REDEEM and ripe_fen and chance.randrange(100) < _ALL_PERCENT:
            # What was bought lately is not confirmed for certain, so none of it is counted on.
            self._ripe_fen[customer] = 0
            self._ripening = deque(w for w in self._ripening if w[1] != customer)
            return [Wish(customer, Act.REDEEM_ALL, 0)]
        amount_fen = min(ripe_fen, ways.buys.drawn_fen(chance))
        if amount_fen < _YUAN:
            return []
        self._ripe_fen[customer] -= amount_fen
        return [Wish(customer, act, amount_fen)]

    def _ripen(self, on: date) -> None:
        while self._ripening and self._ripening[0][0] <= on:
            _, customer, amount_fen = self._ripening.popleft()
            self._ripe_fen[customer] += amount_fen


def _habit(seed: int, customer: int) -> Habit:
    draw = _of(seed, "habit", customer) % 1_000
    for habit, share in _SHARES:
        if draw < share:
            return habit
        draw -= share
    raise AssertionError("the shares are thousandths of one")


def _of(seed: int, what: str, customer: int) -> int:
    return Random(f"{seed}|{what}|{customer}").getrandbits(32)
