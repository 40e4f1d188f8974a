"""Working off what is due at the present business instant, piece by piece.

Each piece is its own transaction, and outside parties are asked with none open. A piece that was
cut off is simply due again: what it did is found done, what it did not is done now.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime

from huoqi.close import _store
from huoqi.close.operations.closing import manager_of, run_close
from huoqi.close.operations.pump import pump_payments
from huoqi.close.platform import Platform
from huoqi.close.queries import dues_of
from huoqi.close.rules.due import (
    ASK_AGAIN_AFTER,
    MOMENTS,
    Due,
    Kind,
    cursor_at_start,
)
from huoqi.events.operations import EventDraft, emit
from huoqi.fund.managers.port import Ack, FundDayReport, FundManager
from huoqi.fund.operations import (
    mark_sent,
    orders_to_send,
    record_confirmations,
    record_report,
    transfers_of_day,
)
from huoqi.fund.shelf import products_of, trading_calendar
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError

# What may make a money order that is due at the same instant.
_PAYS = frozenset({Kind.CONFIRMATIONS, Kind.CLOSE})


def run_due(platform: Platform) -> int:
    """Do everything that is due at the present business instant; return how many pieces it was.

    Idempotent and resumable: killed anywhere and called again, it ends in the same state. One
    caller at a time (kit/desk.py).
    """
    done = pump_payments(platform)
    while True:
        dues = platform.database.run(_due_now, while_advancing=True)
        if not dues:
            return done
        for due in dues:
            _HANDLERS[due.kind](platform, due)
            done += 1
        if any(due.kind in _PAYS for due in dues):
            done += pump_payments(platform)


def next_actionable(work: Work) -> datetime | None:
    """Return when the next thing that has to be done is due; moments are only looked at."""
    return min((due.at for due in dues_of(work) if due.kind not in MOMENTS), default=None)


def _due_now(work: Work) -> list[Due]:
    """Return what of the funds' rhythm is due, at most one piece a fund, in order.

    One, since a piece may change what comes next.
    """
    _start_cursors(work)
    found: dict[str, Due] = {}
    for due in sorted(dues_of(work), key=lambda due: due.order):
        if due.kind in _HANDLERS and due.at <= work.at:
            found.setdefault(due.detail, due)
    return list(found.values())


def _start_cursors(work: Work) -> None:
    """Give every fund that came onto the shelf its cursor."""
    known = _store.cursors(work)
    for product in products_of(work):
        if product.fund not in known:
            _store.start_cursor(work, cursor_at_start(product.fund, at=work.at))


def _confirmations(platform: Platform, due: Due) -> None:
    fund, on, manager, at = _asked(platform, due)
    t_day = platform.database.run(
        lambda work: trading_calendar(work).previous_trading_day(on), while_advancing=True
    )
    answer = manager.confirmations(fund=fund, t_day=t_day, at=at)

    def record(work: Work) -> None:
        if not isinstance(answer, list):
            return _ask_again(work, due, note=type(answer).__name__)
        if answer:
            results = record_confirmations(work, fund=fund, confirmations=answer)
            _tell_refused(work, fund=fund, results=results)
        return _store.mark_done(work, fund=fund, kind=due.kind, on=on)

    platform.database.run(record, while_advancing=True)


def _income(platform: Platform, due: Due) -> None:
    fund, on, manager, at = _asked(platform, due)
    answer = manager.income(fund=fund, on=on, at=at)

    def record(work: Work) -> None:
        if not isinstance(answer, FundDayReport):
            return _ask_again(work, due, note=type(answer).__name__)
        record_report(work, answer)
        return _store.mark_done(work, fund=fund, kind=due.kind, on=on)

    platform.database.run(record, while_advancing=True)


def _orders_out(platform: Platform, due: Due) -> None:
    """Send a trading day's orders; the manager knows them by id, so sending twice is harmless."""
    fund, on, manager, at = _asked(platform, due)
    orders = platform.database.run(
        lambda work: orders_to_send(work, fund=fund, t_day=on), while_advancing=True
    )
    answer = manager.submit(orders, fund=fund, t_day=on, at=at) if orders else Ack(0)

    def record(work: Work) -> None:
        if not isinstance(answer, Ack):
            return _ask_again(work, due, note=type(answer).__name__)
        if orders:
            mark_sent(work, fund=fund, sent=orders)
        return _store.mark_done(work, fund=fund, kind=due.kind, on=on)

    platform.database.run(record, while_advancing=True)


def _transfers(platform: Platform, due: Due) -> None:
    """Tell the manager of a calendar day's fast transfers, before it publishes the day."""
    fund, on, manager, at = _asked(platform, due)
    transfers = platform.database.run(
        lambda work: transfers_of_day(work, fund=fund, on=on), while_advancing=True
    )
    answer = manager.submit(transfers, fund=fund, t_day=on, at=at) if transfers else Ack(0)

    def record(work: Work) -> None:
        if not isinstance(answer, Ack):
            return _ask_again(work, due, note=type(answer).__name__)
        return _store.mark_done(work, fund=fund, kind=due.kind, on=on)

    platform.database.run(record, while_advancing=True)


def _tell_refused(work: Work, *, fund: str, results: Sequence[object]) -> None:
    """Tell of answers that do not fit our orders; they change nothing until somebody looks."""
    refused = [result for result in results if isinstance(result, DomainError)]
    for refusal in refused:
        data = {"fund": fund, "reason": refusal.code, **refusal.params}
        emit(work, EventDraft("fund.confirmation_refused", fund, data=data))


def _close(platform: Platform, due: Due) -> None:
    fund, on, _, _ = _asked(platform, due)
    run_close(platform, fund=fund, on=on)


def _asked(platform: Platform, due: Due) -> tuple[str, date, FundManager, datetime]:
    assert due.on is not None
    with platform.database.work(while_advancing=True) as work:
        at = work.at
    return due.detail, due.on, manager_of(platform, fund=due.detail), at


def _ask_again(work: Work, due: Due, *, note: str) -> None:
    again_at = work.at + ASK_AGAIN_AFTER
    _store.ask_again(work, fund=due.detail, kind=due.kind, at=again_at, note=note)


_HANDLERS: dict[Kind, Callable[[Platform, Due], None]] = {
    Kind.TRANSFERS: _transfers,
    Kind.CONFIRMATIONS: _confirmations,
    Kind.INCOME: _income,
    Kind.CLOSE: _close,
    Kind.ORDERS_OUT: _orders_out,
}
