"""The company in plain Python: orders, holders, the fund's days and its nightly rhythm.

It is the oracle, so it follows the published rules by the shortest way: no anchors, no rows of a
day, no batches, no transactions. A holding is the sum of its changes and its incomes. Of the
platform it uses nothing but the making of ids. All instants are naive Shanghai times.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from huoqi.kit.ids import derived_id
from tests.simulation.model_bank import BANKS, Bank, Fault, Money
from tests.simulation.model_rules import (
    CUT_OFF,
    DAY,
    FAST_COUNT,
    FAST_FEN,
    KINDS,
    MINIMUM_FEN,
    NEGATIVE_E5,
    PROVIDERS,
    SOLD_OPEN,
    publishes_at,
    session_from,
    share_out,
    t_day_of,
)


@dataclass
class Order:
    """A fund order; ``size`` is fen of a purchase, 0.01 units of a redemption."""

    order_id: UUID
    customer_no: int
    side: str
    speed: str
    size: int
    state: str
    placed_at: datetime
    t_day: date
    takes_all: bool = False
    earns_on: date = date.min
    confirm_on: date = date.min
    done_fen: int = 0
    refunded_fen: int = 0
    rest_e2: int = 0
    received_at: datetime | None = None
    skips: int = 0
    is_advanced: bool = False
    is_taken_back: bool = False
    all_from: date | None = None
    all_until: date | None = None


@dataclass
class Payout:
    """Cash on its way from an order to a card."""

    payout_id: UUID
    order: Order
    kind: str
    fen: int
    made_at: datetime
    state: str = "sent"
    reason: str = ""
    attempt: int = 1


@dataclass
class Closed:
    """A closed day."""

    on: date
    income_fen: int
    units_e2: int
    holders: int


@dataclass
class Company:
    """Everything that is known, and the verbs that change it; a verb returns a refusal's code."""

    now: datetime
    bank: Bank = field(default_factory=Bank)
    orders: dict[UUID, Order] = field(default_factory=dict)
    payouts: dict[UUID, Payout] = field(default_factory=dict)
    changes: dict[int, list[tuple[date, int]]] = field(default_factory=dict)
    incomes: dict[int, dict[date, int]] = field(default_factory=dict)
    opened: dict[int, date] = field(default_factory=dict)
    script: dict[date, tuple[int, int | None]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    shares: dict[date, dict[int, int]] = field(default_factory=dict)
    days: list[Closed] = field(default_factory=list)
    fast_used: dict[tuple[int, date], list[int]] = field(default_factory=dict)
    bought_used: dict[tuple[int, date], int] = field(default_factory=dict)
    #: From a date on: most fen an order, a day, and the cap of a holding.
    caps: tuple[date, int, int, int] = (date.max, 0, 0, 0)
    line_fen: int = 500_000_000
    lent_fen: int = 0
    settlement_fen: int = 0
    is_suspended: bool = False
    #: Of a day that is too large: the share of all units that passes, and whether the rest waits.
    gate: tuple[int | None, bool] = (None, True)
    done: dict[str, date] = field(default_factory=dict)
    again: dict[str, datetime] = field(default_factory=dict)
    blocked_on: date | None = None
    off_on: set[date] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.done = dict.fromkeys(KINDS, self.now.date() - DAY)

    # What can be asked.

    @property
    def published(self) -> date | None:
        """Return the last published day."""
        return self.days[-1].on if self.days else None

    def units(self, customer_no: int) -> int:
        """Return a holder's units now."""
        changed = sum(d for on, d in self.changes.get(customer_no, []) if on <= self.now.date())
        return changed + sum(self.incomes.get(customer_no, {}).values())

    def units_on(self, on: date) -> dict[int, int]:
        """Return what everybody has at the start of a day's income, its changes included."""
        found = {}
        for number, changes in self.changes.items():
            before = [self.share(d).get(number, 0) for d in self._days_before(number, on)]
            found[number] = sum(d for eff, d in changes if eff <= on) + sum(before)
        return {number: units for number, units in found.items() if units}

    def holders_on(self, on: date) -> dict[int, int]:
        """Return what everybody has at a day's end."""
        after = {no: held + self.share(on)[no] for no, held in self.units_on(on).items()}
        return {no: held for no, held in after.items() if held}

    def _days_before(self, number: int, on: date) -> Iterable[date]:
        first = self.opened.get(number, on)
        return (first + DAY * n for n in range((on - first).days))

    def share(self, on: date) -> dict[int, int]:
        """Return everybody's income of a day that is over; fixed when first needed."""
        if on not in self.shares:
            rate_e5, total_fen = self.script[on]
            if self.struck("income_negative", publishes_at(on)):
                rate_e5, total_fen = NEGATIVE_E5, None
            self.shares[on] = share_out(self.units_on(on), rate_e5=rate_e5, total_fen=total_fen)
        return self.shares[on]

    def ordered(self, customer_no: int) -> int:
        """Return the units under open redemptions."""
        mine = (o for o in self.orders.values() if o.customer_no == customer_no)
        return sum(o.rest_e2 for o in mine if o.side == "redemption" and o.state in SOLD_OPEN)

    def available(self, customer_no: int) -> int:
        """Return what may still be sold."""
        return max(0, self.units(customer_no) - self.ordered(customer_no))

    def advanceable(self, customer_no: int) -> int:
        """Return what may be sold fast: a little less for each day whose income is unknown."""
        if customer_no not in self.opened:
            return 0
        known = max(self.published or date.min, self.opened[customer_no] - DAY)
        missing = max(0, (self.now.date() - known).days - 1)
        margin = -(-self.units(customer_no) * 100 * missing // 10**6)
        return max(0, self.available(customer_no) - margin)

    def unconfirmed(self, customer_no: int) -> int:
        """Return what is bought, paid or not, and not in the holding yet."""
        return self._bought(customer_no, {"placed", "paid", "sent"})

    def paid_unconfirmed(self, customer_no: int) -> int:
        """Return what is paid and not in the holding yet."""
        return self._bought(customer_no, {"paid", "sent"})

    def _bought(self, customer_no: int, states: set[str]) -> int:
        mine = (o for o in self.orders.values() if o.customer_no == customer_no)
        return sum(o.size for o in mine if o.side == "purchase" and o.state in states)

    def cash_fen(self, customer_no: int) -> int:
        """Return the cash that waits to be paid out."""
        mine = (p for p in self.payouts.values() if p.order.customer_no == customer_no)
        return sum(p.fen for p in mine if p.state != "paid")

    def struck(self, name: str, at: datetime) -> bool:
        """Tell whether a fault strikes at an instant."""
        return any(fault.name == name and fault.covers(at) for fault in self.faults)

    # What customers do.

    def buy(self, order_id: UUID, customer_no: int, fen: int) -> str:
        """Place a purchase."""
        known = self.orders.get(order_id)
        if known is not None:
            same = (known.side, known.customer_no, known.size) == ("purchase", customer_no, fen)
            return "" if same else "fund.order_id_reused"
        refusal = self._purchase_refusal(customer_no, fen) or self.bank.place(
            (order_id, 1), customer_no, "collect", fen, self.now
        )
        if refusal:
            return refusal
        order = Order(
            order_id, customer_no, "purchase", "normal", fen, "placed", self.now, self.now
        )
        order.skips = 1 if fen % 100 == 19 else 0
        self.date_order(order)
        self.orders[order_id] = order
        used = customer_no, self.now.date()
        self.bought_used[used] = self.bought_used.get(used, 0) + fen
        return ""

    def _purchase_refusal(self, customer_no: int, fen: int) -> str:
        since, order_max, day_max, cap = self.caps
        if self.is_suspended:
            return "fund.suspended"
        if fen < MINIMUM_FEN:
            return "fund.below_minimum"
        today = self.bought_used.get((customer_no, self.now.date()), 0)
        held = self.units(customer_no) + self.unconfirmed(customer_no)
        over = fen > order_max or today + fen > day_max or held + fen > cap
        return "fund.purchase_cap" if self.now.date() >= since and over else ""

    def date_order(self, order: Order) -> None:
        """Give an order the dates of this instant."""
        order.t_day = t_day_of(self.now)
        order.confirm_on = session_from(order.t_day + DAY)
        is_purchase = order.side == "purchase"
        order.earns_on = order.confirm_on if is_purchase else order.confirm_on - DAY

    def sell(self, order_id: UUID, customer_no: int, units: int | None, speed: str) -> str:
        """Redeem units, or all of them; fast ones are advanced and paid at once."""
        known = self.orders.get(order_id)
        if known is not None:
            size = known.takes_all if units is None else units == known.size
            who = (known.side, known.customer_no, known.speed)
            same = size and who == ("redemption", customer_no, speed)
            return "" if same else "fund.order_id_reused"
        if self.is_suspended:
            return "redeem.suspended"
        free = self.available if speed == "normal" else self.advanceable
        wanted = free(customer_no) if units is None else units
        if not 0 < wanted <= free(customer_no):
            return "redeem.insufficient_units"
        state = "accepted" if speed == "normal" else "confirmed"
        order = Order(order_id, customer_no, "redemption", speed, wanted, state, self.now, self.now)
        order.takes_all = units is None
        self.date_order(order)
        if speed == "fast":
            order.earns_on = self.now.date() - DAY
            refusal = self._advance(order)
            if refusal:
                return refusal
        else:
            order.rest_e2 = wanted
        if order.takes_all:
            self._wait_for_income(order)
        self.orders[order_id] = order
        return ""

    def _wait_for_income(self, order: Order) -> None:
        unknown_from = self.opened[order.customer_no]
        if self.published:
            unknown_from = max(unknown_from, self.published + DAY)
        if unknown_from <= order.earns_on:
            order.all_from, order.all_until = unknown_from, order.earns_on

    def _advance(self, order: Order) -> str:
        number, fen, today = order.customer_no, order.size, self.now.date()
        used = self.fast_used.setdefault((number, today), [0, 0])
        if used[0] >= FAST_COUNT:
            return "redeem.fast_count"
        if used[1] + fen > FAST_FEN:
            return "redeem.fast_cap"
        if self.lent_fen + fen > self.line_fen:
            return "redeem.pool_exhausted"
        payout_id = self._payout_id(order, "redemption", today, 0)
        refusal = self.bank.place((payout_id, 1), number, "payout", fen, self.now)
        if refusal:
            return refusal
        self.payouts[payout_id] = Payout(payout_id, order, "redemption", fen, self.now)
        used[0] += 1
        used[1] += fen
        self.lent_fen += fen
        order.done_fen = fen
        self.move(number, today, -fen)
        self.move(PROVIDERS[number % 2], today, fen)
        return ""

    def cancel(self, order_id: UUID) -> str:
        """Take an order back before the cut-off of its trading day."""
        order = self.orders[order_id]
        if order.state in {"cancelled", "refunded"} or order.is_taken_back:
            return ""
        if order.state == "placed":
            return self._cancel_unpaid(order)
        if order.state not in {"paid", "accepted", "deferred"}:
            return "fund.order_not_cancellable"
        if self.now >= datetime.combine(order.t_day, CUT_OFF):
            return "fund.cut_off_passed"
        order.is_taken_back, order.state, order.rest_e2 = True, "cancelled", 0
        order.all_from = order.all_until = None
        if order.side == "purchase":
            self.pay([(order, "refund", order.size, self.now.date())])
        return ""

    def _cancel_unpaid(self, order: Order) -> str:
        money = self.bank.moneys[order.order_id, 1]
        if money.state != "reserved":
            return "payment.order_in_flight"
        self.bank.cancel(money)
        self.bought_used[order.customer_no, order.placed_at.date()] -= order.size
        order.is_taken_back, order.state = True, "failed"
        return ""

    # Cash on its way out.

    def _payout_id(self, order: Order, kind: str, on: date, part: int) -> UUID:
        action = f"fund.payout.{kind}.{on.isoformat()}" + (f".{part}" if part else "")
        return derived_id(order.order_id, action=action)

    def pay(self, plans: list[tuple[Order, str, int, date]]) -> None:
        """Send cash out; what is too large for the bank goes in parts, after all the others."""
        too_large = [p for p in plans if not self._place(*p, part=0)]
        for order, kind, fen, on in too_large:
            most = BANKS[self.bank.cards[order.customer_no][0]].single_fen
            for part, start in enumerate(range(0, fen, most), start=1):
                self._place(order, kind, min(most, fen - start), on, part=part)

    def _place(self, order: Order, kind: str, fen: int, on: date, *, part: int) -> bool:
        if not part:
            self.settlement_fen -= fen
        payout_id = self._payout_id(order, kind, on, part)
        code = self.bank.place((payout_id, 1), order.customer_no, "payout", fen, self.now)
        if code == "card.single_limit":
            return False
        state = "blocked" if code else "sent"
        self.payouts[payout_id] = Payout(payout_id, order, kind, fen, self.now, state, code)
        return True

    def resume_payouts(self) -> None:
        """Try again what a bank's limit of the day held back."""
        blocked = [p for p in self.payouts.values() if p.state == "blocked"]
        for payout in sorted(blocked, key=lambda p: (p.made_at, p.payout_id)):
            payout.attempt += 1
            key, number = (payout.payout_id, payout.attempt), payout.order.customer_no
            payout.reason = self.bank.place(key, number, "payout", payout.fen, self.now)
            payout.state = "blocked" if payout.reason else "sent"

    def pump(self) -> bool:
        """Hear what the banks have to say now; tell whether anything was done."""
        ended, did = self.bank.pump(self.now)
        for money in ended:
            self._settle(money)
        return did

    def _settle(self, money: Money) -> None:
        intent = money.key[0]
        if money.way == "payout":
            self._paid_out(self.payouts[intent])
            return
        order = self.orders[intent]
        if money.ok:
            order.state = "paid"
            self.date_order(order)
            self.settlement_fen += order.size
        else:
            order.state = "failed"
            self.bought_used[order.customer_no, order.placed_at.date()] -= order.size

    def _paid_out(self, payout: Payout) -> None:
        order = payout.order
        payout.state = "paid"
        if payout.kind == "refund":
            order.refunded_fen += payout.fen
            if order.state in {"cancelled", "refused"}:
                order.state = "refunded"
            return
        siblings = [p for p in self.payouts.values() if p.order is order]
        if order.state == "confirmed" and all(p.state == "paid" for p in siblings):
            order.state = "paid_out"

    def move(self, customer_no: int, on: date, delta_e2: int) -> None:
        """Change a holding from a day on."""
        self.opened.setdefault(customer_no, on)
        self.changes.setdefault(customer_no, []).append((on, delta_e2))
