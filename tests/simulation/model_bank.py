"""The banks in plain Python: what a card may still move, and when an order's outcome is known.

Part of the company model. All instants are naive Shanghai times.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

SECOND = timedelta(seconds=1)
#: After a send without an outcome the bank is asked at these many seconds, then never again.
QUERIES_S = (30, 60, 300, 1_800, 7_200, 21_600)
CALL_S, LATE_CARD_S, LATE_FAULT_S, NEVER_S = 5, 90, 7_200, 10**9
COUNT = {"collect": 10, "payout": 20}
REFUSES_DEBITS = {"0002", "0024"}
MoneyKey = tuple[UUID, int]  # intent, attempt


@dataclass(frozen=True)
class Terms:
    """What a bank moves at once and on a day, and its nightly maintenance."""

    single_fen: int
    day_fen: int
    shuts: time
    opens: time


BANKS = {
    "ICBC": Terms(5_000_000, 5_000_000, time(23, 45), time(0, 10)),
    "CMB": Terms(5_000_000, 5_000_000, time(23, 45), time(0, 20)),
    "PSBC": Terms(500_000, 500_000, time(22, 30), time(0, 15)),
}


@dataclass
class Fault:
    """Something that was told to go wrong from an instant until another."""

    fault_id: UUID
    name: str
    from_at: datetime
    until_at: datetime
    param: int = 0

    def covers(self, at: datetime) -> bool:
        """Tell whether an instant lies inside."""
        return self.from_at <= at < self.until_at


@dataclass
class Money:
    """One attempt to move money; without ``ends_at`` its outcome is never known."""

    key: MoneyKey
    customer_no: int
    way: str
    fen: int
    on: date
    due_at: datetime
    state: str = "reserved"
    sent_at: datetime | None = None
    ends_at: datetime | None = None
    ok: bool = True


@dataclass(frozen=True)
class Seen:
    """What a platform that was killed knows of an attempt, and whether its bank heard of it."""

    ended_at: datetime | None
    asks_at: datetime | None
    reached: bool
    at: datetime


@dataclass
class Bank:
    """All banks: cards, what they have used of a day, and every attempt."""

    cards: dict[int, tuple[str, str]] = field(default_factory=dict)
    used: dict[tuple[int, str, date], list[int]] = field(default_factory=dict)
    moneys: dict[MoneyKey, Money] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    seen: dict[MoneyKey, Seen] = field(default_factory=dict)

    def place(self, key: MoneyKey, customer_no: int, way: str, fen: int, now: datetime) -> str:
        """Take a new attempt; the code of the limit that says no, else nothing."""
        terms = BANKS[self.cards[customer_no][0]]
        if fen > terms.single_fen:
            return "card.single_limit"
        used = self.used.setdefault((customer_no, way, now.date()), [0, 0])
        if used[0] + fen > terms.day_fen:
            return "card.daily_limit"
        if used[1] >= COUNT[way]:
            return "card.daily_count"
        used[0] += fen
        used[1] += 1
        due_at = self._opens_at(customer_no, now)
        self.moneys[key] = Money(key, customer_no, way, fen, now.date(), due_at)
        return ""

    def cancel(self, money: Money) -> None:
        """Take an attempt back that no bank was told of."""
        money.state = "cancelled"
        self._give_back(money)

    def left_fen(self, customer_no: int, way: str, now: datetime) -> int:
        """Return the largest amount that one more attempt may have."""
        terms = BANKS[self.cards[customer_no][0]]
        fen, count = self.used.get((customer_no, way, now.date()), [0, 0])
        return 0 if count >= COUNT[way] else max(0, min(terms.single_fen, terms.day_fen - fen))

    def next_at(self) -> datetime | None:
        """Return when the banks have something to do or to say next."""
        found = [m.due_at for m in self.moneys.values() if m.state == "reserved"]
        found += [m.ends_at for m in self.moneys.values() if m.state == "sent" and m.ends_at]
        return min(found, default=None)

    def pump(self, now: datetime) -> tuple[list[Money], bool]:
        """Send and ask what is due; the attempts that ended now, and whether anything was done."""
        did = False
        for money in self.moneys.values():
            if money.state != "reserved" or money.due_at > now:
                continue
            did = True
            money.due_at = self._opens_at(money.customer_no, now)
            if money.due_at == now:
                money.state, money.sent_at = "sent", now
                money.ok, money.ends_at = self._outcome(money, now)
        ended = [
            m for m in self.moneys.values() if m.state == "sent" and m.ends_at and m.ends_at <= now
        ]
        for money in ended:
            money.state = "done" if money.ok else "failed"
            if not money.ok:
                self._give_back(money)
        return ended, did or bool(ended)

    def pending_fen(self, customer_no: int, way: str) -> int:
        """Return what is on its way."""
        return sum(
            money.fen
            for money in self.moneys.values()
            if money.customer_no == customer_no
            and money.way == way
            and money.state in {"reserved", "sent"}
        )

    def clearing_fen(self) -> int:
        """Return what lies at all banks together."""
        signs = {"collect": 1, "payout": -1}
        return sum(signs[m.way] * m.fen for m in self.moneys.values() if m.state == "done")

    def _outcome(self, money: Money, now: datetime) -> tuple[bool, datetime | None]:
        fault = next((fault for fault in self.faults if fault.covers(now)), None)
        last_four, is_debit = self.cards[money.customer_no][1], money.way == "collect"
        ok, after_s = True, 0
        if fault is None:
            ok = not (is_debit and last_four in REFUSES_DEBITS)
            after_s = LATE_CARD_S if is_debit and last_four == "0009" else 0
        elif fault.name == "reply_lost":
            after_s = QUERIES_S[0]
        elif fault.name == "executed_late":
            late_s = fault.param or LATE_FAULT_S
            after_s = next((s for s in QUERIES_S if s >= late_s), NEVER_S)
        else:
            after_s = CALL_S
        planned = None if after_s == NEVER_S else now + after_s * SECOND
        return ok, self._as_seen(money, now, planned)

    def correct(self, seen: dict[MoneyKey, Seen]) -> None:
        """Take over what a killed platform knows of attempts, now and during the next journey."""
        self.seen = seen
        for money in self.moneys.values():
            if money.state == "sent" and money.sent_at is not None:
                money.ends_at = self._as_seen(money, money.sent_at, money.ends_at)

    def _as_seen(self, money: Money, now: datetime, planned: datetime | None) -> datetime | None:
        """Return when an attempt ends; a kill may have lost the bank's reply, or our request."""
        seen = self.seen.get(money.key)
        if seen is None:
            return planned
        if seen.ended_at is not None:
            asked = {now + seconds * SECOND for seconds in QUERIES_S}
            assert seen.ended_at in {planned, *asked}, (money, seen, planned)
            return seen.ended_at
        if not seen.reached:
            return None
        return planned if planned is not None and planned > seen.at else seen.asks_at

    def _opens_at(self, customer_no: int, now: datetime) -> datetime:
        terms = BANKS[self.cards[customer_no][0]]
        if now.time() >= terms.shuts:
            return datetime.combine(now.date() + timedelta(days=1), terms.opens)
        return datetime.combine(now.date(), terms.opens) if now.time() < terms.opens else now

    def _give_back(self, money: Money) -> None:
        used = self.used[money.customer_no, money.way, money.on]
        used[0] -= money.fen
        used[1] -= 1
