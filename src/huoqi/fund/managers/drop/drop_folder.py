"""A fund manager over a folder: the port, answered from the files that were taken in."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

import numpy as np

from huoqi.fund.managers.drop import file_store as store
from huoqi.fund.managers.drop.answers import Told
from huoqi.fund.managers.drop.contents import Contents
from huoqi.fund.managers.drop.file_store import ManagerFileRow
from huoqi.fund.managers.drop.folder import FAULTS, Folder, write_whole
from huoqi.fund.managers.drop.incoming import Intake
from huoqi.fund.managers.drop.outgoing import Outgoing, People
from huoqi.fund.managers.drop.table import tell
from huoqi.fund.managers.drop.waiting import ANSWERS, FIGURES, expect, expected_at
from huoqi.fund.managers.files.rules.parties import Parties
from huoqi.fund.managers.files.rules.shares import Shares
from huoqi.fund.managers.port import (
    Ack,
    Confirmation,
    FundDayReport,
    ManagerDown,
    ManagerOrder,
    NotReady,
    Register,
    Settlement,
    SourceFile,
)
from huoqi.fund.ofd.rules.control import exact_total
from huoqi.fund.ofd.rules.headers import digits_of_date
from huoqi.fund.rules.trading_days import TradingCalendar
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Database, Work

Answer = TypeVar("Answer")
_ACTOR = "manager-files"


def _daily(_fund: str) -> bool:
    return False


@dataclass(frozen=True)
class Wiring:
    """What a manager over a folder needs.

    ``tells_time`` is for a sandbox, whose clock the agent cannot see; ``faults`` are the lines of
    what shall go wrong there. ``carries_monthly`` tells of a fund what its contract says.
    """

    folder: Folder
    parties: Parties
    shards: int
    people: People
    funds: Callable[[], Collection[str]]
    calendar: Callable[[], TradingCalendar]
    tells_time: bool = False
    faults: Callable[[Work], str] | None = None
    carries_monthly: Callable[[str], bool] = _daily


class DropFolderManager:
    """A FundManager whose transfer agent meets us in a folder."""

    def __init__(self, database: Database, wiring: Wiring) -> None:
        self._database = database
        self._wiring = wiring
        self._met_at: datetime | None = None

    def begin(self) -> None:
        """Make the folder, and write down what will come of today: from now on it is in files."""
        self._wiring.folder.make()
        with self._database.note(actor=_ACTOR) as work:
            expect(work, FIGURES, parties=self._wiring.parties, on=shanghai_date(work.at))

    def submit(
        self, orders: Sequence[ManagerOrder], *, fund: str, t_day: date, at: datetime
    ) -> Ack | ManagerDown:
        """Tell the agent orders, and wait for its acknowledgement; told before, they are not told.

        Without one the batch waits in the folder, and the next call tells the same bytes again.
        """
        assert all(order.fund == fund for order in orders)
        calendar = self._wiring.calendar()
        is_session = calendar.is_trading_day(t_day) and t_day < calendar.last_loaded_on
        next_on = calendar.next_trading_day(t_day) if is_session else None
        with self._wiring.folder.held():
            with self._database.note(actor=_ACTOR) as work:
                batch = self._outgoing().fix(work, orders, t_day=t_day, next_on=next_on)
            self._give(at)
            if not self._wiring.tells_time and not self._are_acknowledged(batch):
                self._wiring.folder.wait_for(lambda: self._has_answer(batch))
                self._meet(at)
            return Ack(len(orders)) if self._are_acknowledged(batch) else self._down()

    def confirmations(
        self, *, fund: str, t_day: date, at: datetime
    ) -> list[Confirmation] | NotReady | ManagerDown:
        """Return the answers in the files of the day on which a trading day is confirmed."""
        on = self._wiring.calendar().next_trading_day(t_day)

        def read(work: Work) -> list[Confirmation]:
            rows = [
                row
                for row in store.of_day(
                    work, agent=self._agent, direction="in", on=on, file_type="04"
                )
                if row.state == "accepted"
            ]
            return self._told().confirmations(work, self._paths(rows), fund=fund)

        return self._answer(ANSWERS, on=on, at=at, needed=("04",), read=read)

    def income(
        self, *, fund: str, on: date, at: datetime
    ) -> FundDayReport | NotReady | ManagerDown:
        """Return the figures of a calendar day, once all files of it are in and agree."""

        def read(work: Work) -> FundDayReport | None:
            for path in self._current(work, on=on, file_type="07"):
                days = self._contents().fund_days(path, on=on)
                if fund in days:
                    return days[fund].report
            return None

        found = self._answer(FIGURES, on=on, at=at, needed=FIGURES, read=read)
        return NotReady() if found is None else found

    def register(self, *, fund: str, on: date, at: datetime) -> Register | NotReady | ManagerDown:
        """Return every holder's units at the end of a calendar day, and where each row stands."""

        def read(work: Work) -> Register:
            rows = self._intake().current(work, on=on, file_type="05")
            found = [self._contents().shares(path, fund=fund) for path in self._paths(rows)]
            files = [SourceFile(row.name, bytes.fromhex(row.sha256)) for row in rows]
            return _register(found, files, fund=fund, on=on)

        return self._answer(FIGURES, on=on, at=at, needed=FIGURES, read=read)

    def settlement(
        self, *, fund: str, on: date, at: datetime
    ) -> Settlement | NotReady | ManagerDown:
        """Return the cash of a confirmation day."""

        def read(work: Work) -> Settlement:
            paths = self._current(work, on=on, file_type="25")
            found = [self._contents().settlement(path, fund=fund, on=on) for path in paths]
            in_fen, out_fen = sum(each.in_fen for each in found), sum(e.out_fen for e in found)
            return Settlement(fund, on, in_fen, out_fen)

        return self._answer(ANSWERS, on=on, at=at, needed=("25",), read=read)

    def _answer(
        self,
        types: Sequence[str],
        *,
        on: date,
        at: datetime,
        needed: Sequence[str],
        read: Callable[[Work], Answer],
    ) -> Answer | NotReady | ManagerDown:
        """Return what is read from a day's files, or that they are not here, or nobody is there."""
        ready_at = expected_at(types[0], on=on)
        if at < ready_at:
            return NotReady(ready_at)
        with self._wiring.folder.held():
            with self._database.note(actor=_ACTOR) as work:
                first_on = store.first_on(work, agent=self._agent)
                if first_on is not None and on < first_on:
                    return NotReady()  # Of a day before we met the agent nothing will come.
                expect(work, types, parties=self._wiring.parties, on=on)
            is_there = self._meet(at)
            with self._database.note(actor=_ACTOR) as work:
                if self._intake().is_complete(work, on=on, types=needed):
                    return read(work)
        return NotReady() if is_there else self._down()

    def _down(self) -> ManagerDown:
        return ManagerDown(self._wiring.folder.down_until())

    def _give(self, at: datetime) -> None:
        """Hand over what waits, let the agent take it, and take in what it answers."""
        if self._hand_over() and not self._told_to_agent(at, self._wiring.folder.tell_to_take):
            self._met_at = None
        self._take_in()

    def _meet(self, at: datetime) -> bool:
        """Hand over what waits, tell the time, and take in what came; return whether one was there.

        What waits is handed over before the time is told, since an agent closes a day by what lies
        there: transfers kept back by an outage still count on theirs.
        """
        if self._hand_over() or self._met_at != at:
            is_there = self._told_to_agent(at, self._wiring.folder.tell_time)
            self._met_at = at if is_there else None
        self._take_in()
        return self._met_at == at

    def _hand_over(self) -> bool:
        """Put what waits into the folder; return whether there was anything."""
        outgoing = self._outgoing()
        with self._database.note(actor=_ACTOR) as work:
            answered = outgoing.hear(work)
            outgoing.deliver(work)
            is_waiting = store.waiting(work, agent=self._agent, direction="out")
            is_asking = self._pull(work) or bool(is_waiting)
        outgoing.forget_answers(answered)
        return is_asking

    def _take_in(self) -> None:
        """Take in what came; it is removed from the folder after all of it is written down."""
        intake, outgoing = self._intake(), self._outgoing()
        with self._database.note(actor=_ACTOR) as work:
            answered = outgoing.hear(work)
            intake.take_in(work)
        outgoing.forget_answers(answered)
        for path in intake.taken:
            path.unlink(missing_ok=True)

    def _told_to_agent(self, at: datetime, tell: Callable[[datetime], bool]) -> bool:
        """Tell the agent of a sandbox the instant and what shall go wrong; others have clocks."""
        wiring = self._wiring
        if not wiring.tells_time:
            return True
        if wiring.faults is not None:
            with self._database.note(actor=_ACTOR) as work:
                path, text = wiring.folder.outbox / FAULTS, wiring.faults(work).encode("ascii")
            if not path.exists() or path.read_bytes() != text:
                write_whole(path, text)
        return tell(at)

    def _pull(self, work: Work) -> bool:
        """Ask the agent for the files that shall be had again; return whether there are any."""
        wanted = [
            row for row in store.waiting(work, agent=self._agent, direction="in") if row.pull_wanted
        ]
        for row in wanted:
            rows = store.of_day(
                work, agent=self._agent, direction="in", on=row.day_on, file_type=row.file_type
            )
            number = 1 + sum(len(each.pulled_at) for each in rows)
            stem = f"PULL_{digits_of_date(row.day_on)}_{row.file_type}_{number}.TXT"
            write_whole(self._wiring.folder.outbox / stem, f"{row.name}\n".encode("ascii"))
            pulled = replace(row, pull_wanted=False, pulled_at=(*row.pulled_at, work.at))
            store.save(work, [pulled])
            tell(work, pulled, what="pulled")
        return bool(wanted)

    def _are_acknowledged(self, batch: Sequence[ManagerFileRow]) -> bool:
        with self._database.note(actor=_ACTOR) as work:
            found = [store.of_id(work, row.file_id) for row in batch]
        return all(row is not None and row.state == "acknowledged" for row in found)

    def _has_answer(self, batch: Sequence[ManagerFileRow]) -> bool:
        return all(self._outgoing().has_answer(row) for row in batch)

    def _current(self, work: Work, *, on: date, file_type: str) -> list[Path]:
        return self._paths(self._intake().current(work, on=on, file_type=file_type))

    def _paths(self, rows: Sequence[ManagerFileRow]) -> list[Path]:
        return [self._wiring.folder.root / row.place for row in rows]

    @property
    def _agent(self) -> str:
        return self._wiring.parties.transfer_agent

    def _outgoing(self) -> Outgoing:
        wiring = self._wiring
        return Outgoing(wiring.folder, wiring.parties, wiring.shards, wiring.people)

    def _contents(self) -> Contents:
        return Contents(self._wiring.funds())

    def _told(self) -> Told:
        return Told(self._wiring.parties, self._wiring.shards, self._contents())

    def _intake(self) -> Intake:
        wiring = self._wiring
        contents, told = self._contents(), self._told()
        return Intake(wiring.folder, wiring.parties, contents, told, wiring.carries_monthly)


def _register(
    found: Sequence[Shares], files: Sequence[SourceFile], *, fund: str, on: date
) -> Register:
    """Return the register that several files make up; accounts without anything are left out."""
    empty = np.zeros(0, dtype=np.int64)
    accounts = np.concatenate([empty, *(each.accounts for each in found)])
    units = np.concatenate([empty, *(each.units_e2 for each in found)])
    accrued = np.concatenate([empty, *(each.accrued_fen for each in found)])
    records = np.concatenate([empty, *(each.records for each in found)])
    file_nos = np.repeat(np.arange(len(found)), [each.accounts.size for each in found])
    is_there = (units != 0) | (accrued != 0)
    order = np.flatnonzero(is_there)[np.argsort(accounts[is_there], kind="stable")]
    return Register(
        fund,
        on,
        exact_total(units),
        int(order.size),
        accounts[order].tolist(),
        units[order].tolist(),
        accrued[order].tolist() if accrued.any() else [],
        files=list(files),
        file_nos=file_nos[order].tolist() if len(files) > 1 else [],
        record_nos=records[order].tolist(),
    )
