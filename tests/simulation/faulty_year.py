"""A company whose fund manager goes wrong on many days of a year, and what was found of it.

One driver for a manager in the database and one in files: who tells the faults differs, and how a
fault that spoils a file shows. Every night is looked at; what no fault explains is a false alarm.
"""

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from huoqi.close.operations.pump import pump_payments
from huoqi.fund.managers.drop.table import FileFilter, list_files
from huoqi.fund.operations import place_purchases, redeem
from huoqi.fund.orders import FundOrder, PurchaseRequest, RedemptionRequest, Speed
from huoqi.fund.queries import holding_of
from huoqi.kit.dates import SHANGHAI, shanghai_at
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.ledger.queries import check_invariants
from huoqi.sandbox.time_machine import TimeMachine
from tests.close.differing import breaks, decide, proposed
from tests.close.world import FUND, SHARDS, Company, day

SAVERS = range(100, 112)
Figures = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Struck:
    """A fault of one night or morning: between which instants, with which figures."""

    fault: str
    begins_at: datetime
    ends_at: datetime
    params: Figures


@dataclass(frozen=True, slots=True)
class Night:
    """What is to be seen of the close of a day."""

    closed_late: bool
    was_blocked: bool
    flags: tuple[str, ...]
    kinds: frozenset[str]
    refused: frozenset[str]
    absorbed: int
    is_suspended: bool


def at_night(number: int, fault: str, **params: int) -> Struck:
    """Return a fault of the night after a day, when its figures are due."""
    next_on = day(number + 1)
    return Struck(
        fault,
        shanghai_at(next_on, hour=1),
        shanghai_at(next_on, hour=4 if fault == "income_total_off_by_one" else 3),
        params,
    )


def in_the_morning(number: int, fault: str, **params: int) -> Struck:
    """Return a fault of the morning after a day, when answers are due."""
    next_on = day(number + 1)
    return Struck(
        fault, shanghai_at(next_on, hour=8), shanghai_at(next_on, hour=9, minute=30), params
    )


#: How each fault shows: late, blocked, flagged, as a break, refused, absorbed, or in the status.
IN_DATABASE: Mapping[str, Callable[[Night], bool]] = {
    "nav_late": lambda night: night.closed_late,
    "income_negative": lambda night: "negative" in night.flags,
    "income_total_off_by_one": lambda night: night.was_blocked and night.closed_late,
    "redemption_suspended": lambda night: night.is_suspended,
    "manager_down": lambda night: night.closed_late,
    "holder_income_off": lambda night: "register" in night.kinds and night.was_blocked,
    "confirmation_partial": lambda night: "missing_confirmation" in night.kinds,
}
IN_FILES: Mapping[str, Callable[[Night], bool]] = {
    **IN_DATABASE,
    "income_total_off_by_one": lambda night: "ofd.total_differs" in night.refused,
    "file_wrong_date": lambda night: "ofd.wrong_date" in night.refused,
    "file_truncated": lambda night: "ofd.truncated" in night.refused,
    "file_replayed": lambda night: night.absorbed > 0,
    "file_duplicate": lambda night: night.absorbed > 0,
    "file_late": lambda night: night.closed_late,
}
MORNING = frozenset({"confirmation_partial"})


@dataclass
class Year:
    """The company, how its manager is told what to do wrong, and what came of each fault."""

    company: Company
    tell: Callable[[Struck], None]
    signs: Mapping[str, Callable[[Night], bool]]
    dice: random.Random
    share: float = 0.4
    found: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)
    false_alarms: list[str] = field(default_factory=list)
    blocked: set[date] = field(default_factory=set)

    def live(self, days: int) -> None:
        """Live through some days; each night may have a fault of its own."""
        waiting: dict[date, str] = {}
        for number in range(days):
            ordered = self._order(number)
            fault = self._fault(number, ordered=ordered, waiting=waiting)
            self._move(number)
            expected = {fault} if fault and fault not in MORNING else set()
            if day(number) in waiting:
                expected.add(waiting.pop(day(number)))
            self._look(number, expected)

    def _order(self, number: int) -> int:
        """Let some savers buy and redeem; return how many orders the next answers will answer."""
        buys, sells = [], []
        with self.company.database.work() as work:
            cards = work.rows("SELECT customer_no, shard, card_id FROM card ORDER BY 1")
        for saver, shard, card_id in cards:
            # Whole amounts: some endings in fen are magic.
            wish, fen = self.dice.random(), 2_000 * self.dice.randrange(5, 150)
            order_id = UUID(int=self.dice.getrandbits(128), version=4)
            if wish < 0.3 or number == 0:
                buys.append(
                    PurchaseRequest(order_id, saver, shard, FUND, fen, card_id, has_agreed=True)
                )
            elif wish < 0.45:
                speed = Speed.FAST if wish < 0.38 else Speed.NORMAL
                sells.append(
                    RedemptionRequest(order_id, saver, shard, FUND, fen // 20, speed, card_id)
                )
        answers: list[FundOrder | DomainError] = []
        database = self.company.database
        answers += database.run(lambda work: place_purchases(work, buys))
        answers += database.run(lambda work: redeem(work, sells))
        pump_payments(self.company.platform)
        return sum(isinstance(each, FundOrder) and each.speed is not Speed.FAST for each in answers)

    def _fault(self, number: int, *, ordered: int, waiting: dict[date, str]) -> str:
        """Choose a fault for the night, or none, and tell the manager."""
        if number < 3 or self.dice.random() >= self.share:
            return ""
        fault = self.dice.choice(sorted(self.signs))
        on, next_on = day(number), day(number + 1)
        calendar = self.company.platform.calendar
        if fault in MORNING:
            is_answered = calendar.is_trading_day(on) and calendar.is_trading_day(next_on)
            if not is_answered or ordered < 4:
                return ""
            waiting[next_on] = fault
            self.tell(in_the_morning(number, fault))
            return fault
        params = {}
        if fault == "holder_income_off":
            if not (holders := self._holders()):
                return ""
            params["customer_no"] = self.dice.choice(holders)
        self.tell(at_night(number, fault, **params))
        return fault

    def _holders(self) -> list[int]:
        """Return who has enough for an income that can be off, and somebody after them."""
        with self.company.database.work() as work:
            held = {
                saver: holding_of(work, shard=saver % SHARDS, customer_no=saver, fund=FUND)
                for saver in SAVERS
            }
        return [saver for saver, each in held.items() if each.available_e2 > 100_000][:-1]

    def _move(self, number: int) -> None:
        """Move to ten o'clock; who is told that a close is blocked looks, and two people decide."""
        target = shanghai_at(day(number + 1), hour=10)
        machine = TimeMachine(self.company.platform)
        for _ in range(20):
            if machine.advance_to(target).state == "ready":
                break
            self.blocked.add(day(number))
            found = [each for each in breaks(self.company, number) if each.is_open]
            if found and {each.row.kind for each in found} == {"register"}:
                decide(self.company, proposed(self.company, found))

    def _look(self, number: int, expected: set[str]) -> None:
        night = self._night(number)
        for fault in sorted(expected):
            if self.signs[fault](night):
                self.found[fault] += 1
            else:
                self.missed.append(f"{day(number)} {fault}: {night}")
        quiet = Night(False, False, (), frozenset(), frozenset(), 0, False)
        if not expected and night != quiet:
            self.false_alarms.append(f"{day(number)}: {night}")

    def _night(self, number: int) -> Night:
        on = day(number)
        with self.company.database.work(while_advancing=True) as work:
            closed_at = work.row(
                "SELECT closed_at, flags FROM close_day WHERE close_on = %s", (on,)
            )
            kinds = {each.row.kind for each in breaks(self.company, number)}
            status = work.row(
                "SELECT status FROM manager_report WHERE income_on = %s ORDER BY report_no DESC",
                (on,),
            )
            rows = list_files(work, FileFilter(day=on), limit=100)
        if closed_at is None or status is None:
            return Night(True, True, ("never closed",), frozenset(kinds), frozenset(), 0, False)
        return Night(
            closed_at[0].astimezone(SHANGHAI).hour != 2,
            on in self.blocked,
            tuple(closed_at[1]),
            frozenset(kinds),
            frozenset(row.code for row in rows if row.state == "refused"),
            sum(row.state == "absorbed" for row in rows),
            status[0] != "open",
        )

    def is_whole(self, days: int) -> Sequence[object]:
        """Return what is wrong at the end: days not closed, invariants that do not hold."""
        closed = [each.sealed.on for each in self.company.days()]
        wrong: list[object] = [day(n) for n in range(days) if day(n) not in closed]

        def body(work: Work) -> None:
            wrong.extend(check_invariants(work))

        self.company.database.run(body)
        return wrong
