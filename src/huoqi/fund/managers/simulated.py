"""A simulated fund manager with a transfer agent's register of its own, which can misbehave.

It lives in the database's schema ``simulated`` so that a branch of the sandbox carries it along,
in transactions of its own, and never reads a table of the platform. It confirms at 09:00 of the
next trading day and publishes a day's figures at 01:30 of the day after.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta

from huoqi.fund.managers import simulated_store as store
from huoqi.fund.managers.port import (
    Ack,
    Confirmation,
    FundDayReport,
    ManagerDown,
    ManagerOrder,
    NotReady,
    Register,
    Settlement,
)
from huoqi.fund.managers.simulated_answers import (
    LEAST_SHARE_PCT,
    answers_to,
    is_large_day,
    with_accrued,
)
from huoqi.fund.managers.simulated_curve import (
    DECIMALS,
    curve_income_per_10k_e5,
    manager_yield_7d_e3,
    simple_yield_7d_e3,
)
from huoqi.fund.managers.simulated_fault_store import faults_of
from huoqi.fund.managers.simulated_faults import (
    corrected_at,
    covers,
    down,
    lateness,
    publishes_at,
    strikes,
)
from huoqi.fund.managers.simulated_register import Accrual, close_day, holders_off
from huoqi.fund.rules.trading_days import TradingCalendar
from huoqi.kit.dates import shanghai_at, shanghai_date
from huoqi.kit.db import Database, Work

ONE_DAY = timedelta(days=1)
NEGATIVE_INCOME_E5 = -62_280


def confirms_at(on: date) -> datetime:
    """Return when the answers that take effect on a trading day are given."""
    return shanghai_at(on, hour=9)


class SimulatedManager:
    """A FundManager for the sandbox; ``calendar`` gives the exchange's sessions when asked.

    ``carries_monthly`` tells of a fund what its contract says about its income.
    """

    def __init__(
        self,
        database: Database,
        *,
        calendar: Callable[[], TradingCalendar],
        carries_monthly: Callable[[str], bool] = lambda _fund: False,
    ) -> None:
        self._database = database
        self._calendar = calendar
        self._carries_monthly = carries_monthly

    def submit(
        self, orders: Sequence[ManagerOrder], *, fund: str, t_day: date, at: datetime
    ) -> Ack | ManagerDown:
        """Take the orders into the book; those of a trading day before stay as they are."""
        assert all(order.fund == fund and order.t_day <= t_day for order in orders)
        with self._desk(fund, at=at) as work:
            if silence := down(work, fund=fund):
                return silence
            # No day is closed here: fast transfers of a day come just before its figures are asked.
            last_on = store.last_day_on(work, fund=fund)
            open_on = last_on + ONE_DAY if last_on else date.min
            store.add_orders(work, orders, fund=fund, open_on=open_on)
        return Ack(len(orders))

    def confirmations(
        self, *, fund: str, t_day: date, at: datetime
    ) -> list[Confirmation] | NotReady | ManagerDown:
        """Return a trading day's file, from 09:00 of the next one."""
        ready_at = confirms_at(self._calendar().next_trading_day(t_day))
        with self._desk(fund, at=at) as work:
            if silence := down(work, fund=fund):
                return silence
            if at < ready_at:
                return NotReady(ready_at)
            self._catch_up(work, fund=fund)
            rows = store.answered_rows(work, fund=fund, t_day=t_day)
        return [Confirmation(*row) for row in rows]

    def income(
        self, *, fund: str, on: date, at: datetime
    ) -> FundDayReport | NotReady | ManagerDown:
        """Return a day's figures, from 01:30 of the day after unless they are late."""
        with self._desk(fund, at=at) as work:
            if silence := down(work, fund=fund):
                return silence
            ready_at = publishes_at(on) + lateness(work, fund=fund, on=on)
            if at < ready_at:
                return NotReady(ready_at)
            self._catch_up(work, fund=fund)
            return self._report(work, fund=fund, on=on)

    def register(self, *, fund: str, on: date, at: datetime) -> Register | NotReady | ManagerDown:
        """Return the register at a day's end: holders with units, in account order."""
        with self._desk(fund, at=at) as work:
            if silence := down(work, fund=fund):
                return silence
            if at < publishes_at(on):
                return NotReady(publishes_at(on))
            self._catch_up(work, fund=fund)
            day = store.stored_day(work, fund=fund, on=on)
        units, waiting = (day.units_e2, day.accrued_fen) if day else ({}, {})
        accounts = sorted({*units, *waiting}) if waiting else list(units)
        return Register(
            fund,
            on,
            sum(units.values()),
            len(accounts),
            accounts,
            [units.get(account, 0) for account in accounts],
            [waiting.get(account, 0) for account in accounts if waiting],
            [store.register_file(day, fund=fund, on=on)] if day else [],
        )

    def settlement(
        self, *, fund: str, on: date, at: datetime
    ) -> Settlement | NotReady | ManagerDown:
        """Return the cash of a confirmation day, from 09:00 on."""
        with self._desk(fund, at=at) as work:
            if silence := down(work, fund=fund):
                return silence
            if at < confirms_at(on):
                return NotReady(confirms_at(on))
            self._catch_up(work, fund=fund)
            return Settlement(fund, on, *store.settlement(work, fund=fund, on=on))

    @contextmanager
    def _desk(self, fund: str, *, at: datetime) -> Iterator[Work]:
        with self._database.connection() as conn:
            work = Work(conn, at=at, ids=self._database.ids, actor="fund manager")
            store.lock(work, fund=fund)
            yield work

    def _catch_up(self, work: Work, *, fund: str) -> None:
        """Do all that the manager would have done by now: confirm, then close, day after day."""
        done_on = store.last_day_on(work, fund=fund)
        begin_on = done_on + ONE_DAY if done_on else store.first_order_on(work, fund=fund)
        if begin_on is None:
            return
        on, today = begin_on, shanghai_date(work.at)
        while on <= today:
            if work.at >= confirms_at(on) and self._calendar().is_trading_day(on):
                self._confirm(work, fund=fund, on=on)
            if work.at < publishes_at(on):
                return
            self._close(work, fund=fund, on=on)
            on += ONE_DAY

    def _confirm(self, work: Work, *, fund: str, on: date) -> None:
        t_day = self._calendar().previous_trading_day(on)
        if not store.begin_file(work, fund=fund, t_day=t_day):
            return
        waiting = store.open_orders(work, fund=fund, t_day=t_day, before=confirms_at(on))
        counting = [order for order in waiting if order.held_back]
        todays = [order for order in waiting if not order.held_back]
        faults = faults_of(work, "confirmation_partial", fund=fund)
        if todays and strikes(work, faults, fund=fund, on=on, at=confirms_at(on)):
            # Each third answer is missing from the file, and comes with the next one.
            todays = [order for n, order in enumerate(todays) if n % 3 != 2 and len(todays) > 1]
        held = self._held(work, fund=fund, on=on)
        accept_pct, defers = _gate(work, todays, fund=fund, on=on, held_e2=held)
        answers = answers_to(todays, held_e2=held, accept_pct=accept_pct, defers=defers)
        accrued = self._accrued(work, fund=fund, on=on)
        if accrued:
            answers = with_accrued(answers, held_e2=held, accrued_fen=accrued)
        store.record_answers(work, answers, fund=fund, t_day=t_day, confirmed_on=on)
        store.hold_back(work, counting, fund=fund, by=-1)

    def _held(self, work: Work, *, fund: str, on: date) -> dict[int, int]:
        """Return what everybody has on a day before its confirmations, fast transfers included."""
        before = store.stored_day(work, fund=fund, on=on - ONE_DAY)
        held = dict(before.units_e2) if before else {}
        for account, delta in store.changes_of(work, fund=fund, on=on):
            held[account] = held.get(account, 0) + delta
        return held

    def _accrued(self, work: Work, *, fund: str, on: date) -> dict[int, int]:
        """Return what has accrued before a day, less what was paid of it on the day."""
        before = store.stored_day(work, fund=fund, on=on - ONE_DAY)
        accrued = dict(before.accrued_fen) if before else {}
        for account, paid_fen in store.paid_incomes(work, fund=fund, on=on).items():
            accrued[account] = accrued.get(account, 0) - paid_fen
        return accrued

    def _accrual(self, work: Work, *, fund: str, on: date) -> Accrual | None:
        """Return how a day's income accrues; None where it becomes units at once."""
        if not self._carries_monthly(fund):
            return None
        is_last_of_month = (on + ONE_DAY).day == 1
        return Accrual(self._accrued(work, fund=fund, on=on), is_last_of_month)

    def _close(self, work: Work, *, fund: str, on: date) -> None:
        before = store.stored_day(work, fund=fund, on=on - ONE_DAY)
        changes = store.changes_of(work, fund=fund, on=on)
        script = self._script(work, fund=fund, on=on)
        result = close_day(
            before.units_e2 if before else {},
            changes_e2=changes,
            income_per_10k_e5=script.income_per_10k_e5,
            given_income_fen=script.total_income_fen,
            accrual=self._accrual(work, fund=fund, on=on),
        )
        off = faults_of(work, "holder_income_off", fund=fund)
        if fault := strikes(work, off, fund=fund, on=on, at=publishes_at(on)):
            result = holders_off(result, params=fault.params)
        day = store.StoredDay(
            units_e2=result.units_e2,
            holder_count=len({*result.units_e2, *result.accrued_fen}),
            opening_units_e2=result.earning_units_e2,
            total_units_e2=sum(result.units_e2.values()),
            income_per_10k_e5=script.income_per_10k_e5,
            decimals=script.decimals,
            total_income_fen=result.income_fen,
            accrued_fen=result.accrued_fen,
        )
        store.store_day(work, day, fund=fund, on=on)

    def _script(self, work: Work, *, fund: str, on: date) -> store.Script:
        """Return what a day shall earn: a fault's figure, the given series, or the curve."""
        given = store.script_between(work, fund=fund, first_on=on, last_on=on)
        if given is not None and on in given:
            script = given[on]
        else:
            seed, _, _ = store.setting(work, fund=fund)
            rate = curve_income_per_10k_e5(on, fund=fund, seed=seed)
            script = store.Script(rate, DECIMALS, None, None)
        faults = faults_of(work, "income_negative", fund=fund)
        if fault := strikes(work, faults, fund=fund, on=on, at=publishes_at(on)):
            rate = int(fault.params.get("income_per_10k_e5", NEGATIVE_INCOME_E5))
            script = replace(
                script, income_per_10k_e5=rate, yield_7d_e3=None, total_income_fen=None
            )
        return script

    def _report(self, work: Work, *, fund: str, on: date) -> FundDayReport:
        day = store.stored_day(work, fund=fund, on=on)
        script = self._script(work, fund=fund, on=on)
        total_fen = day.total_income_fen if day else 0
        off = faults_of(work, "income_total_off_by_one", fund=fund)
        # Whoever asks again after that gets the right figure.
        wrong = [fault for fault in off if work.at < corrected_at(fault, on=on)]
        if strikes(work, wrong, fund=fund, on=on, at=publishes_at(on)):
            total_fen += 1
        shut = faults_of(work, "redemption_suspended", fund=fund)
        is_shut = any(covers(fault, at=publishes_at(on)) for fault in shut)
        calendar = self._calendar()
        return FundDayReport(
            fund=fund,
            on=on,
            income_per_10k_e5=day.income_per_10k_e5 if day else script.income_per_10k_e5,
            decimals=day.decimals if day else script.decimals,
            yield_7d_e3=script.yield_7d_e3 or self._yield(work, fund=fund, on=on),
            total_units_e2=day.opening_units_e2 if day else 0,
            total_income_fen=total_fen,
            next_trading_day=(
                calendar.next_trading_day(on) if on < calendar.last_loaded_on else None
            ),
            status="redemptions_suspended" if is_shut else "open",
            source=f"simulated:{fund}:{on.isoformat()}",
        )

    def _yield(self, work: Work, *, fund: str, on: date) -> int | None:
        """Return the yield of the last seven days, of those that the series has at least."""
        days = [on - timedelta(days=n) for n in reversed(range(7))]
        known = store.rates_between(work, fund=fund, first_on=days[0], last_on=on)
        given = store.script_between(work, fund=fund, first_on=days[0], last_on=on)
        seed, _, _ = store.setting(work, fund=fund)
        rates = []
        for day in days:
            if day in known:
                rates.append(known[day])
            elif given is None:
                rates.append(curve_income_per_10k_e5(day, fund=fund, seed=seed))
            elif day in given:
                rates.append(given[day].income_per_10k_e5)
        if not rates:
            return None
        printed = simple_yield_7d_e3 if self._carries_monthly(fund) else manager_yield_7d_e3
        return printed(rates)


def _gate(
    work: Work,
    todays: Sequence[store.OpenOrder],
    *,
    fund: str,
    on: date,
    held_e2: Mapping[int, int],
) -> tuple[int | None, bool]:
    """Return the share that a large day lets through, and whether the rest is deferred.

    A fault gives them where one is armed; it is spent on a large day only.
    """
    _, accept_pct, defers = store.setting(work, fund=fund)
    gates = faults_of(work, "redemption_gate", fund=fund)
    if not gates or not is_large_day(todays, held_e2=held_e2):
        return accept_pct, defers
    gate = strikes(work, gates, fund=fund, on=on, at=confirms_at(on))
    if gate is None:
        return accept_pct, defers
    return int(gate.params.get("accept_pct", LEAST_SHARE_PCT)), not gate.params.get("cancels")
