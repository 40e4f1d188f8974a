"""The pieces of a fund's daily rhythm: each asks the manager outside, and records in one step.

A piece that was cut off is simply due again: what it did is found done, what it did not is done
now. The manager knows orders by id, so telling it twice is harmless.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from huoqi.close import _store
from huoqi.close.operations.closing import CloseResult, manager_of, run_close
from huoqi.close.operations.guarding import guard_night
from huoqi.close.operations.leaving import has_leavers, let_leavers_go
from huoqi.close.operations.sealing import DAYS_AT_ONCE, seal_closed, seal_until
from huoqi.close.platform import Platform
from huoqi.close.rules.due import ASK_AGAIN_AFTER, Due, Kind
from huoqi.close.rules.steps import State
from huoqi.compliance.operations import watch_day
from huoqi.events.operations import EventDraft, emit
from huoqi.fund.horizon import tell_horizon
from huoqi.fund.managers.port import Ack, FundDayReport, FundManager, ManagerOrder
from huoqi.fund.operations import (
    clear_confirmations,
    fold_anchors,
    mark_sent,
    orders_to_send,
    record_confirmations,
    record_report,
    transfers_of_day,
)
from huoqi.fund.rules.trading_days import TradingCalendar
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.ledger.operations import (
    expire_pending,
    fold_hot_deltas,
    index_history,
    take_snapshot,
)
from huoqi.ledger.queries import shards

_DAY = timedelta(days=1)
_WEEKLY_WEEKDAY = 6  # Sunday, when nothing else is due
_ANCHORS_AT_ONCE = 20_000
_BATCHES_AT_ONCE = 1_000
#: From so many answers on they are taken in by pieces, in transactions of their own.
MANY_ANSWERS = 2_000


@dataclass(frozen=True, slots=True)
class Piece:
    """A due piece of work with what it needs: the company, the instant, the calendar."""

    platform: Platform
    due: Due
    at: datetime
    calendar: TradingCalendar

    @property
    def fund(self) -> str:
        """Return the fund's code."""
        return self.due.detail

    @property
    def on(self) -> date:
        """Return the day that the piece is about."""
        assert self.due.on is not None
        return self.due.on

    @property
    def manager(self) -> FundManager:
        """Return the fund's manager."""
        return manager_of(self.platform, fund=self.fund)

    def record(self, body: Callable[[Work], None]) -> None:
        """Record what came of the piece, and that it is done, in one transaction."""

        def write(work: Work) -> None:
            body(work)
            _store.mark_done(work, fund=self.fund, kind=self.due.kind, on=self.on)

        self.platform.database.run(write, while_advancing=True)

    def ask_again(self, answer: object) -> None:
        """Put the piece off, since the manager had nothing to say yet."""
        again_at, note = self.at + ASK_AGAIN_AFTER, type(answer).__name__

        def write(work: Work) -> None:
            _store.ask_again(work, fund=self.fund, kind=self.due.kind, at=again_at, note=note)

        self.platform.database.run(write, while_advancing=True)


def transfers(piece: Piece) -> None:
    """Tell the manager of a calendar day's fast transfers, before it publishes the day."""
    _tell(piece, lambda work: transfers_of_day(work, fund=piece.fund, on=piece.on), _nothing)


def orders_out(piece: Piece) -> None:
    """Send a trading day's orders to the manager."""

    def mark(work: Work, sent: Sequence[ManagerOrder]) -> None:
        mark_sent(work, fund=piece.fund, sent=sent)

    _tell(piece, lambda work: orders_to_send(work, fund=piece.fund, t_day=piece.on), mark)


def confirmations(piece: Piece) -> None:
    """Take in the manager's answers that take effect on a trading day."""
    t_day = piece.calendar.previous_trading_day(piece.on)
    answer = piece.manager.confirmations(fund=piece.fund, t_day=t_day, at=piece.at)
    if not isinstance(answer, list):
        return piece.ask_again(answer)
    refused: Sequence[object] = []
    if len(answer) >= MANY_ANSWERS:
        # In pieces, each durable by itself; done again, it goes on where it stopped.
        refused = clear_confirmations(piece.platform.database, answer, fund=piece.fund)
        answer = []

    def record(work: Work) -> None:
        results = refused
        if answer:
            results = record_confirmations(work, fund=piece.fund, confirmations=answer)
        _tell_refused(work, fund=piece.fund, results=results)

    return piece.record(record)


def income(piece: Piece) -> None:
    """Take in the manager's figures of a calendar day."""
    answer = piece.manager.income(fund=piece.fund, on=piece.on, at=piece.at)
    if not isinstance(answer, FundDayReport):
        return piece.ask_again(answer)
    return piece.record(lambda work: record_report(work, answer))


def close(piece: Piece) -> CloseResult:
    """Close a day; it says itself when to try again."""
    result = run_close(piece.platform, fund=piece.fund, on=piece.on)
    if result.state is State.DONE:

        def afterwards(work: Work) -> bool:
            _tidy(work, piece)
            tell_horizon(work, piece.calendar)
            if _is_session(piece):
                watch_day(work, fund=piece.fund, on=piece.on)
            return has_leavers(work)

        if piece.platform.database.run(afterwards, while_advancing=True):
            let_leavers_go(piece.platform)
        guard_night(piece.platform)
        if piece.on.toordinal() % DAYS_AT_ONCE == 0:
            seal_closed(piece.platform, while_advancing=True)
    return result


def seal(piece: Piece) -> None:
    """Try again to seal what lacked a signer."""
    seal_until(piece.platform, fund=piece.fund, while_advancing=True)


def _is_session(piece: Piece) -> bool:
    calendar = piece.calendar
    return piece.on <= calendar.last_loaded_on and calendar.is_trading_day(piece.on)


def _tidy(work: Work, piece: Piece) -> None:
    """Keep reads short after a close: fold the ledger's deltas, and once a week the rest."""
    fold_hot_deltas(work)
    if piece.on.weekday() != _WEEKLY_WEEKDAY:
        return
    fold_anchors(work, fund=piece.fund, on=piece.on + _DAY, limit=_ANCHORS_AT_ONCE)
    expire_pending(work)
    take_snapshot(work, on=piece.on)
    for shard in shards(work):
        while index_history(work, shard=shard, batches=_BATCHES_AT_ONCE) == _BATCHES_AT_ONCE:
            pass


#: Pieces by what is due; a close is apart, since its result matters to who asked for it.
PIECES: Mapping[Kind, Callable[[Piece], None]] = {
    Kind.TRANSFERS: transfers,
    Kind.CONFIRMATIONS: confirmations,
    Kind.INCOME: income,
    Kind.ORDERS_OUT: orders_out,
    Kind.SEAL: seal,
}


def _tell(
    piece: Piece,
    gather: Callable[[Work], list[ManagerOrder]],
    mark: Callable[[Work, Sequence[ManagerOrder]], None],
) -> None:
    """Gather orders, tell the manager outside, mark them; with none, one transaction does."""

    def gather_or_finish(work: Work) -> list[ManagerOrder]:
        orders = gather(work)
        if not orders:
            _store.mark_done(work, fund=piece.fund, kind=piece.due.kind, on=piece.on)
        return orders

    orders = piece.platform.database.run(gather_or_finish, while_advancing=True)
    if not orders:
        return None
    answer = piece.manager.submit(orders, fund=piece.fund, t_day=piece.on, at=piece.at)
    if not isinstance(answer, Ack):
        return piece.ask_again(answer)
    return piece.record(lambda work: mark(work, orders))


def _nothing(work: Work, sent: Sequence[ManagerOrder]) -> None:
    """Fast transfers have no state of their own to mark."""


def _tell_refused(work: Work, *, fund: str, results: Sequence[object]) -> None:
    """Tell of answers that do not fit our orders; they change nothing until somebody looks."""
    refused = [result for result in results if isinstance(result, DomainError)]
    for refusal in refused:
        data = {"fund": fund, "reason": refusal.code, **refusal.params}
        emit(work, EventDraft("fund.confirmation_refused", fund, data=data))
