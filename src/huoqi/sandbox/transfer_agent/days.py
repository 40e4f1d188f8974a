"""What the agent does as days pass: it answers at 09:00 and closes the day before at 01:30."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np

from huoqi.fund.managers.simulated_curve import (
    curve_income_per_10k_e5,
    manager_yield_7d_e3,
    simple_yield_7d_e3,
)
from huoqi.fund.rules.trading_days import CalendarHorizon, TradingCalendar
from huoqi.kit.dates import shanghai_at, shanghai_date
from huoqi.sandbox.transfer_agent.answering import (
    LEAST_SHARE_PCT,
    REDEMPTION,
    Gate,
    Trade,
    answers_to,
    is_large_day,
    with_accrued,
)
from huoqi.sandbox.transfer_agent.batch_store import BatchFile, instant_of, us_of
from huoqi.sandbox.transfer_agent.books_store import Books, Day, Int64
from huoqi.sandbox.transfer_agent.fault_file import AgentFault
from huoqi.sandbox.transfer_agent.sharing import share_income, total_of
from huoqi.sandbox.transfer_agent.spoiling import Spoiling
from huoqi.sandbox.transfer_agent.terms import AgentTerms, FundTerms

ONE_DAY = timedelta(days=1)
NEGATIVE_INCOME_E5 = -62_280
NOTHING: Int64 = np.zeros(0, dtype=np.int64)
_CLOSED_ON, _BEGIN_ON, _TOLD_US = "closed_on", "begin_on", "told_us"


def confirms_at(on: date) -> datetime:
    """Return when a trading day's answers are given."""
    return shanghai_at(on, hour=9)


def publishes_at(on: date) -> datetime:
    """Return when a day's figures are published."""
    return shanghai_at(on + ONE_DAY, hour=1, minute=30)


class Days:
    """The agent's days, kept in its books."""

    def __init__(self, books: Books, *, terms: AgentTerms, calendar: TradingCalendar) -> None:
        self._books = books
        self._terms = terms
        self._calendar = calendar

    @property
    def told_at(self) -> datetime | None:
        """Return the instant of the last step, None before the first."""
        us = self._books.note(_TOLD_US)
        return None if us is None else instant_of(us)

    @property
    def open_on(self) -> date | None:
        """Return the first day that is not closed; None before the first instant was told."""
        closed, begin = self._books.note(_CLOSED_ON), self._books.note(_BEGIN_ON)
        if closed is not None:
            return date.fromordinal(closed) + ONE_DAY
        return date.fromordinal(begin) if begin is not None else None

    def catch_up(self, at: datetime, *, faults: Sequence[AgentFault]) -> None:
        """Do all that is due by an instant, day by day, each step whole or not at all."""
        on = self.open_on
        if on is None:
            on = shanghai_date(at) - ONE_DAY
            with self._books.transaction():
                self._books.set_note(_BEGIN_ON, on.toordinal())
        while True:
            is_due = at >= confirms_at(on) and self._is_trading_day(on)
            if is_due and not self._books.is_confirmed(on.toordinal()):
                with self._books.transaction():
                    self._books.set_note(_TOLD_US, us_of(at))
                    self._confirm(on, self._spoiling(faults, on=on, at=confirms_at(on)))
            if at < publishes_at(on):
                return
            with self._books.transaction():
                self._books.set_note(_TOLD_US, us_of(at))
                self._close(on, self._spoiling(faults, on=on, at=publishes_at(on)))
            on += ONE_DAY

    def held(self, accounts: Sequence[int], *, fund: str) -> dict[int, int]:
        """Return what some accounts have, everything that is booked included."""
        open_on = self.open_on
        closed = open_on.toordinal() - 1 if open_on else 0
        return self._held(accounts, fund=fund, after=closed)

    def next_trading_day(self, on: date) -> date | None:
        """Return the next trading day, None beyond the calendar."""
        try:
            return self._calendar.next_trading_day(on)
        except CalendarHorizon:
            return None

    def _is_trading_day(self, on: date) -> bool:
        try:
            return self._calendar.is_trading_day(on)
        except CalendarHorizon:
            return False

    def _spoiling(self, faults: Sequence[AgentFault], *, on: date, at: datetime) -> Spoiling:
        return Spoiling(faults, batches=self._books.batches, on=on.toordinal(), at=at)

    def _held(self, accounts: Sequence[int], *, fund: str, after: int) -> dict[int, int]:
        day = self._books.day(fund=fund, on=after)
        before = _found(day.accounts, day.units_e2, accounts) if day else {}
        changes = self._books.changes_since(fund=fund, on=after)
        return {no: before.get(no, 0) + changes.get(no, 0) for no in accounts}

    def _confirm(self, on: date, spoiling: Spoiling) -> None:
        number = on.toordinal()
        self._books.mark_confirmed(number)
        for terms in self._terms.funds:
            self._answer(terms, number, spoiling)
        types = ["04", "25"]
        if self._books.answer_applications(on=number):
            types.insert(1, "02")
        files = [BatchFile(file_type, number) for file_type in types]
        spoiling.keep(files, due=confirms_at(on))

    def _answer(self, terms: FundTerms, on: int, spoiling: Spoiling) -> None:
        fund = terms.fund
        waiting = self._books.waiting_trades(fund=fund, before=on)
        counting = [trade for trade in waiting if trade.held_back]
        todays = [trade for trade in waiting if not trade.held_back]
        if todays and spoiling.strikes("confirmation_partial", fund=fund):
            # Each third answer is missing from the file, and comes with the next one.
            todays = [trade for n, trade in enumerate(todays) if n % 3 != 2 and len(todays) > 1]
        accounts = sorted({trade.account_no for trade in todays})
        held = self._held(accounts, fund=fund, after=on - 1)
        total = self._total(fund, on)
        gate = _gate(terms, todays, held=held, total=total, spoiling=spoiling)
        answers = answers_to(todays, held_e2=held, total_e2=total, gate=gate)
        if terms.is_monthly:
            accrued = self._accrued(fund, on, accounts)
            answers = with_accrued(answers, held_e2=held, accrued_fen=accrued)
        self._books.add_answers(answers, on=on)
        self._books.hold_back(counting)

    def _total(self, fund: str, on: int) -> int:
        """Return the units of the fund on a day whose answers are not given yet."""
        day = self._books.day(fund=fund, on=on - 1)
        changed = sum(self._books.changes_since(fund=fund, on=on - 1).values())
        return (total_of(day.units_e2) if day else 0) + changed

    def _accrued(self, fund: str, on: int, accounts: Sequence[int]) -> dict[int, int]:
        """Return what has accrued to some accounts, less what was paid of it on the day."""
        day = self._books.day(fund=fund, on=on - 1)
        accrued = _found(day.accounts, day.accrued_fen, accounts) if day else {}
        for account, _, paid in self._books.changes(fund=fund, on=on):
            if paid:
                accrued[account] = accrued.get(account, 0) - paid
        return accrued

    def _close(self, on: date, spoiling: Spoiling) -> None:
        number = on.toordinal()
        for terms in self._terms.funds:
            self._books.add_day(self._closed(terms, number, spoiling), fund=terms.fund, on=number)
        self._books.set_note(_CLOSED_ON, number)
        files = [BatchFile(file_type, number) for file_type in ("07", "06", "05")]
        spoiling.keep(files, due=publishes_at(on))

    def _closed(self, terms: FundTerms, on: int, spoiling: Spoiling) -> Day:
        fund = terms.fund
        before = self._books.day(fund=fund, on=on - 1)
        accounts, basis, accrued = _changed(before, self._books.changes(fund=fund, on=on))
        assert basis.min(initial=0) >= 0, "the register never owes units"
        rate = curve_income_per_10k_e5(date.fromordinal(on), fund=fund, seed=terms.seed)
        if fault := spoiling.strikes("income_negative", fund=fund):
            rate = fault.params.get("income_per_10k_e5", NEGATIVE_INCOME_E5)
        shared = share_income(basis, income_per_10k_e5=rate)
        shared = spoiling.shifted(shared, accounts=accounts, fund=fund)
        is_shut = spoiling.covers("redemption_suspended", fund=fund)
        day = Day(
            rate_e5=rate,
            yield_e3=self._yield(terms, on=on, rate_e5=rate),
            status="6" if is_shut else "0",
            earning_e2=total_of(basis),
            income_fen=shared.income_fen,
            accounts=accounts,
            basis_e2=basis,
            incomes_fen=shared.incomes_fen,
            units_e2=basis + shared.incomes_fen,
            accrued_fen=NOTHING,
        )
        return _carried(day, accrued, on=on) if terms.is_monthly else day

    def _yield(self, terms: FundTerms, *, on: int, rate_e5: int) -> int:
        """Return the yield of the last seven days; before the books began the curve tells."""
        known = self._books.rates(fund=terms.fund, first_on=on - 6, last_on=on - 1)
        rates = [
            known[day]
            if day in known
            else curve_income_per_10k_e5(date.fromordinal(day), fund=terms.fund, seed=terms.seed)
            for day in range(on - 6, on)
        ]
        printed = simple_yield_7d_e3 if terms.is_monthly else manager_yield_7d_e3
        return printed([*rates, rate_e5])


def _gate(
    terms: FundTerms,
    trades: Sequence[Trade],
    *,
    held: dict[int, int],
    total: int,
    spoiling: Spoiling,
) -> Gate:
    """Return what a large day lets through; a fault that says so is spent on a large day only."""
    usual = Gate(terms.accept_pct, terms.defers)
    redeems = any(trade.business == REDEMPTION for trade in trades)
    if not redeems or not is_large_day(trades, held_e2=held, total_e2=total):
        return usual
    fault = spoiling.strikes("redemption_gate", fund=terms.fund)
    if fault is None:
        return usual
    return Gate(fault.params.get("accept_pct", LEAST_SHARE_PCT), not fault.params.get("cancels"))


def _changed(
    before: Day | None, changes: Sequence[tuple[int, int, int]]
) -> tuple[Int64, Int64, Int64]:
    """Return accounts, units and accrued income after a day's changes, without who has neither."""
    old = before.accounts if before else NOTHING
    rows = np.array(changes, dtype=np.int64).reshape(-1, 3)
    accounts = np.union1d(old, rows[:, 0])
    units, accrued = np.zeros_like(accounts), np.zeros_like(accounts)
    places = np.searchsorted(accounts, old)
    if before is not None:
        units[places] = before.units_e2
        if before.accrued_fen.size:
            accrued[places] = before.accrued_fen
    places = np.searchsorted(accounts, rows[:, 0])
    units[places] += rows[:, 1]
    accrued[places] -= rows[:, 2]
    stays = (units != 0) | (accrued != 0)
    return accounts[stays], units[stays], accrued[stays]


def _carried(day: Day, accrued: Int64, *, on: int) -> Day:
    """Return a day of a fund whose income waits for the end of the month."""
    waiting = accrued + day.incomes_fen
    if date.fromordinal(on + 1).day == 1:
        carried = day.basis_e2 + waiting
        return replace(day, units_e2=carried, accrued_fen=np.zeros_like(waiting))
    return replace(day, units_e2=day.basis_e2, accrued_fen=waiting)


def _found(accounts: Int64, values: Int64, wanted: Sequence[int]) -> dict[int, int]:
    """Return the values of some accounts, those that are there."""
    if not values.size or not wanted:
        return {}
    numbers = np.array(wanted, dtype=np.int64)
    places = np.minimum(np.searchsorted(accounts, numbers), len(accounts) - 1)
    is_there = accounts[places] == numbers
    pairs = zip(numbers[is_there].tolist(), values[places[is_there]].tolist(), strict=True)
    return dict(pairs)
