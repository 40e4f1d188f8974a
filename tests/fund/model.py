"""A fund in plain Python: holders, orders, days. It is the oracle, so it is small and slow.

It follows the published rules by the shortest way: no anchors, no rows of a day, no batches.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

PROVIDERS = {0: 2, 1: 1}
FAST_COUNT, FAST_FEN = 3, 6_000_000


@dataclass
class Bought:
    """A paid purchase on its way to the register."""

    customer_no: int
    amount_fen: int
    t_day: date
    skips: int

    @property
    def confirmed_fen(self) -> int:
        """Return what the manager confirms: its magic amounts refuse, halve or do nothing."""
        ending = self.amount_fen % 100
        if ending == 13:
            return 0
        return self.amount_fen // 2 if ending == 17 else self.amount_fen


@dataclass
class Sold:
    """An accepted redemption on its way to the register."""

    customer_no: int
    units_e2: int
    t_day: date
    #: The first day whose income a redeem-all order does not have yet; None for other orders.
    all_from: date | None = None


@dataclass
class Model:
    """Who holds what, what is under way, and what all the cash must come to."""

    units_e2: dict[int, int] = field(default_factory=dict)
    bought: list[Bought] = field(default_factory=list)
    sold: list[Sold] = field(default_factory=list)
    advanced: list[Sold] = field(default_factory=list)
    provider_sold: list[Sold] = field(default_factory=list)
    fast_today: dict[int, list[int]] = field(default_factory=dict)
    incomes_fen: dict[tuple[int, date], int] = field(default_factory=dict)
    accrued_fen: dict[int, int] = field(default_factory=dict)
    settlement_fen: int = 0
    receivable_fen: int = 0

    def held(self, customer_no: int) -> int:
        """Return a holder's units."""
        return self.units_e2.get(customer_no, 0)

    def available(self, customer_no: int) -> int:
        """Return what a holder may still sell."""
        ordered = sum(s.units_e2 for s in self.sold if s.customer_no == customer_no)
        return max(0, self.held(customer_no) - ordered)

    def buy(self, customer_no: int, amount_fen: int, *, t_day: date) -> None:
        """Take a paid purchase."""
        skips = 1 if amount_fen % 100 == 19 else 0
        self.bought.append(Bought(customer_no, amount_fen, t_day, skips))
        self.settlement_fen += amount_fen

    def sell(self, customer_no: int, units_e2: int, *, t_day: date) -> bool:
        """Take a redemption if the units are there."""
        if units_e2 > self.available(customer_no):
            return False
        self.sold.append(Sold(customer_no, units_e2, t_day))
        return True

    def sell_all(self, customer_no: int, *, t_day: date, on: date) -> bool:
        """Take a redemption of all that is free, with the income that is published later."""
        free_e2 = self.available(customer_no)
        if free_e2:
            self.sold.append(Sold(customer_no, free_e2, t_day, all_from=on))
        return bool(free_e2)

    def sell_fast(self, customer_no: int, units_e2: int, *, t_day: date) -> str:
        """Advance a redemption; the code of the first check that says no, else nothing."""
        today = self.fast_today.setdefault(customer_no, [])
        if units_e2 > self.available(customer_no):
            return "redeem.insufficient_units"
        if len(today) >= FAST_COUNT:
            return "redeem.fast_count"
        if sum(today) + units_e2 > FAST_FEN:
            return "redeem.fast_cap"
        today.append(units_e2)
        self._move(customer_no, -units_e2)
        self._move(PROVIDERS[customer_no % 2], units_e2)
        self.advanced.append(Sold(customer_no, units_e2, t_day))
        self.receivable_fen += units_e2
        return ""

    def cut_off(self, t_day: date) -> None:
        """Send a trading day's orders: redeem-all ones grow, the provider's units go along."""
        for sale in [each for each in self.sold if each.t_day <= t_day and each.all_from]:
            assert sale.all_from is not None
            known = self._incomes(sale, until=t_day)
            gained_e2 = min(sum(known.values()), self.available(sale.customer_no))
            if known and sale.units_e2 + gained_e2 > 0:
                sale.units_e2 += gained_e2
                sale.all_from = max(known) + timedelta(days=1)
        for shard, provider_no in PROVIDERS.items():
            due = [s for s in self.advanced if s.t_day <= t_day and s.customer_no % 2 == shard]
            if due:
                units_e2 = sum(s.units_e2 for s in due)
                self.provider_sold.append(Sold(provider_no, units_e2, t_day))
        self.advanced = [s for s in self.advanced if s.t_day > t_day]

    def confirm(self, t_day: date, *, on: date) -> None:
        """Answer the orders of a trading day: units and money move."""
        # The register gives what was there before the morning: new units are not redeemed with it.
        left = dict(self.units_e2)
        waiting = []
        for order in self.bought:
            if order.t_day > t_day or order.skips:
                order.skips -= order.t_day <= t_day
                waiting.append(order)
                continue
            self._move(order.customer_no, order.confirmed_fen)
            self.settlement_fen -= order.amount_fen - order.confirmed_fen
        self.bought = waiting
        leaving = [sale for sale in self.sold if sale.t_day <= t_day]
        served = [sale for sale in leaving if self._give(sale, left)]
        self.sold = [sale for sale in self.sold if sale.t_day > t_day]
        repaid = [each for each in self.provider_sold if each.t_day <= t_day]
        self.provider_sold = [each for each in self.provider_sold if each.t_day > t_day]
        given = [self._give(sale, left) for sale in repaid]
        lost = [self._lost(sale, of_it) for sale, of_it in zip(repaid, given, strict=True)]
        self.receivable_fen -= sum(given) + sum(lost)
        for sale in served:
            self._pay_late_income(sale, on=on)

    def _give(self, sale: Sold, left: dict[int, int]) -> int:
        given = min(sale.units_e2, left.get(sale.customer_no, 0))
        left[sale.customer_no] = left.get(sale.customer_no, 0) - given
        self._move(sale.customer_no, -given)
        self.settlement_fen -= given
        return given

    def _lost(self, sale: Sold, given_e2: int) -> int:
        """Return what the provider bears: short of units, and none left beside newer advances."""
        newer = [s for s in self.advanced if PROVIDERS[s.customer_no % 2] == sale.customer_no]
        sent = [s for s in self.provider_sold if s.customer_no == sale.customer_no]
        free_e2 = self.held(sale.customer_no) - sum(s.units_e2 for s in newer + sent)
        return max(0, sale.units_e2 - given_e2 - max(0, free_e2))

    def _pay_late_income(self, sale: Sold, *, on: date) -> None:
        """Redeem what a redeem-all order earned after its units were fixed."""
        if sale.all_from is None:
            return
        late_e2 = sum(self._incomes(sale, until=on).values())
        free_e2 = self.available(sale.customer_no)
        late_e2 = min(late_e2, free_e2)
        if late_e2 > 0:
            busy = {s.customer_no for s in self.sold} | {b.customer_no for b in self.bought}
            empties = late_e2 == free_e2 and sale.customer_no not in busy
            self.sold.append(Sold(sale.customer_no, late_e2, on, all_from=on if empties else None))

    def _incomes(self, sale: Sold, *, until: date) -> dict[date, int]:
        """Return the published incomes from a sale's first unknown day to the day before."""
        assert sale.all_from is not None
        return {
            day: income_fen
            for (number, day), income_fen in self.incomes_fen.items()
            if number == sale.customer_no and sale.all_from <= day < until
        }

    def earn(self, income_per_10k_e5: int, *, on: date) -> int:
        """Share a day's income: whole fen to each, the rest to the largest remainders."""
        size, scale = abs(income_per_10k_e5), 10**9
        sign = -1 if income_per_10k_e5 < 0 else 1
        total = sum(self.units_e2.values()) * size // scale
        parts = {no: divmod(units * size, scale) for no, units in self.units_e2.items()}
        left = total - sum(whole for whole, _ in parts.values())
        lucky = sorted(parts, key=lambda no: (-parts[no][1], no))[:left]
        for number, (whole, _) in parts.items():
            income_fen = sign * (whole + (number in lucky))
            self.incomes_fen[number, on] = income_fen
            self._gain(number, income_fen)
        self.fast_today.clear()
        return sign * total

    def _gain(self, customer_no: int, income_fen: int) -> None:
        """Make units of a day's income at once."""
        self._move(customer_no, income_fen)

    def _move(self, customer_no: int, by_e2: int) -> None:
        self.units_e2[customer_no] = self.held(customer_no) + by_e2
        assert self.units_e2[customer_no] >= 0
