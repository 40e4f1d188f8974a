"""The plain-Python fund when its income is carried once a month: what differs from daily carry."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from huoqi.fund.calendars.xshg import xshg
from tests.fund.model import Model, Sold

ONE_DAY = timedelta(days=1)


@dataclass
class Owed:
    """Income of a redeem-all order that the register kept: it is sold after it became units."""

    customer_no: int
    first_on: date
    last_on: date

    @property
    def carried_on(self) -> date:
        """Return the day on which it becomes units."""
        return (self.last_on.replace(day=1) + timedelta(days=31)).replace(day=1) - ONE_DAY


@dataclass
class MonthlyModel(Model):
    """Income accrues without earning; the month's last day makes units of it."""

    owed: list[Owed] = field(default_factory=list)
    became_e2: dict[tuple[int, date], int] = field(default_factory=dict)

    def available(self, customer_no: int) -> int:
        """Return what a holder may still sell: a loss so far keeps units back."""
        debt = max(0, -self.accrued_fen.get(customer_no, 0))
        ordered = sum(s.units_e2 for s in self.sold if s.customer_no == customer_no)
        return max(0, self.held(customer_no) - ordered - debt)

    def sell_all(self, customer_no: int, *, t_day: date, on: date) -> bool:
        """Take a redemption of all; its income so far was never units."""
        taken = super().sell_all(customer_no, t_day=t_day, on=on)
        if taken:
            self.sold[-1].all_from = on.replace(day=1)
        return taken

    def earn(self, income_per_10k_e5: int, *, on: date) -> int:
        """Share a day's income; at the end of a month make units of all that has accrued."""
        total_fen = super().earn(income_per_10k_e5, on=on)
        if (on + ONE_DAY).day == 1:
            for number, accrued_fen in self.accrued_fen.items():
                self.became_e2[number, on] = accrued_fen
                self._move(number, accrued_fen)
            self.accrued_fen.clear()
            self._pay_owed(on)
        return total_fen

    def _gain(self, customer_no: int, income_fen: int) -> None:
        self.accrued_fen[customer_no] = self.accrued_fen.get(customer_no, 0) + income_fen

    def confirm(self, t_day: date, *, on: date) -> None:
        """Answer a trading day's orders; the last units leave with what has accrued."""
        leaving = [sale for sale in self.sold if sale.t_day <= t_day]
        provided = [sale for sale in self.provider_sold if sale.t_day <= t_day]
        super().confirm(t_day, on=on)
        for sale in reversed([sale for sale in leaving if sale.units_e2]):
            if not self.held(sale.customer_no) and self._is_paid(sale):
                self.settlement_fen -= self.accrued_fen.pop(sale.customer_no, 0)
                sale.all_from = None
        for sale in provided:
            accrued_fen = self.accrued_fen.get(sale.customer_no, 0)
            if not self.held(sale.customer_no) and accrued_fen < 0:
                self.accrued_fen.pop(sale.customer_no)
                self.settlement_fen -= (
                    accrued_fen  # it bears the loss: the line is free all the same
                )
        for sale in leaving:
            if sale.all_from and sale.all_from < on:
                self.owed.append(Owed(sale.customer_no, sale.all_from, on - ONE_DAY))
        self._pay_owed(on - ONE_DAY)  # A month that ended over a weekend has carried already.

    def _is_paid(self, sale: Sold) -> bool:
        accrued_fen = self.accrued_fen.get(sale.customer_no, 0)
        return accrued_fen < 0 or (sale.all_from is not None and accrued_fen != 0)

    def _pay_late_income(self, sale: Sold, *, on: date) -> None:
        """Leave it to the carry day."""

    def _pay_owed(self, on: date) -> None:
        due = [owed for owed in self.owed if owed.carried_on <= on]
        self.owed = [owed for owed in self.owed if owed.carried_on > on]
        t_day = xshg().trading_day_from(on + ONE_DAY)
        for owed in due:
            late_e2 = min(self._sum(owed), self.available(owed.customer_no))
            if late_e2 > 0:
                number = owed.customer_no
                busy = {s.customer_no for s in self.sold} | {b.customer_no for b in self.bought}
                empties = late_e2 == self.available(number) and number not in busy
                all_from = owed.carried_on + ONE_DAY if empties else None
                self.sold.append(Sold(number, late_e2, t_day, all_from=all_from))

    def _sum(self, owed: Owed) -> int:
        earned = self._between(owed.customer_no, owed.first_on, owed.last_on)
        return min(earned, self.became_e2.get((owed.customer_no, owed.carried_on), 0))

    def _between(self, customer_no: int, first_on: date, last_on: date) -> int:
        found = self.incomes_fen.items()
        return sum(f for (no, on), f in found if no == customer_no and first_on <= on <= last_on)

    def _incomes(self, sale: Sold, *, until: date) -> dict[date, int]:
        """Return what became units before a date of the income that a sale did not have yet."""
        assert sale.all_from is not None
        if sale.all_from.month == until.month:
            return {}
        carried_on = until.replace(day=1) - ONE_DAY
        became_e2 = self.became_e2.get((sale.customer_no, carried_on), 0)
        earned = self._between(sale.customer_no, sale.all_from, carried_on)
        return {carried_on: min(earned, became_e2)}
