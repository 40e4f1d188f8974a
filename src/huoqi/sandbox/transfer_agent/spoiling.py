"""What goes wrong with a day and its files: which faults strike, and how the files leave then."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from huoqi.sandbox.transfer_agent.batch_store import Batches, BatchFile, us_of
from huoqi.sandbox.transfer_agent.fault_file import EVERY_FUND, AgentFault
from huoqi.sandbox.transfer_agent.sharing import Int64, Shared

#: Accounts below are the platform's own.
FIRST_CUSTOMER = 100
NAV_LATE_HOURS, FILE_LATE_HOURS, CORRECTED_HOURS, DOWN_HOURS = 4, 2, 4, 1
MANAGER_DOWN = "manager_down"
#: ``fen:3`` spoils a file by so many fen in the fund's income.
WRONG_DATE, TRUNCATED, FEN_OFF = "wrong_date", "truncated", "fen:"
_SPOILS = {
    "file_wrong_date": WRONG_DATE,
    "file_truncated": TRUNCATED,
    "income_total_off_by_one": f"{FEN_OFF}1",
}


@dataclass(slots=True)
class Spoiling:
    """The faults of one day, asked where they may strike; uses are written into the books."""

    faults: Sequence[AgentFault]
    batches: Batches
    on: int
    at: datetime
    contradicted_fen: int = 0

    def covers(self, name: str, *, fund: str) -> bool:
        """Tell whether a fault lasts over the day, however often it struck."""
        return any(f.fault == name and f.covers(self.at, funds=[fund]) for f in self.faults)

    def strikes(self, name: str, *, fund: str | None = None) -> AgentFault | None:
        """Return the fault of a name that spoils this day, of a fund or of whole files."""
        for fault in self.faults:
            funds = [fault.target] if fund is None else [fund]
            if fault.fault == name and fault.covers(self.at, funds=funds):
                key = _key(fault, fund=fund)
                if self.batches.strikes(key, on=self.on, most=fault.days):
                    return fault
        return None

    def shifted(self, shared: Shared, *, accounts: Int64, fund: str) -> Shared:
        """Return a day's incomes; where a fault says so some holders get others than the rule's.

        ``holders`` of them, from the account ``customer_no`` on, get ``fen`` more. With ``total``
        0 the next account that earned as much gives it, else the fund's income is as much more;
        with 2 the first file 07 contradicts that.
        """
        fault = self.strikes("holder_income_off", fund=fund)
        if fault is None:
            return shared
        told = fault.params
        fen, total = told.get("fen", 3), told.get("total", 0)
        first = max(FIRST_CUSTOMER, told.get("customer_no", 0))
        incomes = shared.incomes_fen.copy()
        rows = iter(np.flatnonzero(accounts >= first).tolist())
        count = 0
        for _, row in zip(range(told.get("holders", 1)), rows, strict=False):
            if total:
                incomes[row] += fen
            elif (gives := next((r for r in rows if incomes[r] >= fen), None)) is not None:
                incomes[row] += fen
                incomes[gives] -= fen
            count += 1
        more = fen * count if total else 0
        self.contradicted_fen -= more if total == 2 else 0
        return Shared(shared.income_fen + more, incomes)

    def keep(self, files: Sequence[BatchFile], *, due: datetime) -> None:
        """Keep a day's batch in the books, with whatever goes wrong with it."""
        is_night = any(file.file_type == "07" for file in files)
        spoiled, corrections = self._spoiled(files, due=due)
        if self.contradicted_fen and is_night:
            spoiled[0] = replace(spoiled[0], spoil=f"{FEN_OFF}{self.contradicted_fen}")
        if fault := self._aimed("file_replayed", files):
            file_type = files[self._row("", fault, files)].file_type
            if older := self.batches.older_file(file_type, before=self.on):
                spoiled.append(older)
        due_us = us_of(due + self._lateness(files, is_night=is_night))
        batch_no = self.batches.add(spoiled, day_on=self.on, reason="day", due_us=due_us)
        if fault := self._aimed("file_duplicate", files):
            again = replace(spoiled[self._row("", fault, files)], as_batch=batch_no)
            self.batches.add([again], day_on=self.on, reason="duplicate", due_us=due_us)
        for file, back_us in corrections:
            self.batches.add([file], day_on=self.on, reason="correction", due_us=back_us)

    def _spoiled(
        self, files: Sequence[BatchFile], *, due: datetime
    ) -> tuple[list[BatchFile], list[tuple[BatchFile, int]]]:
        """Return the files as they leave, and those that follow by themselves as they should be."""
        spoiled, corrections = list(files), list[tuple[BatchFile, int]]()
        for name, spoil in _SPOILS.items():
            fault = self._aimed(name, files)
            if fault is not None:
                row = self._row(name, fault, files)
                spoiled[row] = replace(spoiled[row], spoil=spoil)
                back_us = _corrected(name, fault, due=due)
                corrections += [(files[row], back_us)] if back_us is not None else []
        return spoiled, corrections

    def _lateness(self, files: Sequence[BatchFile], *, is_night: bool) -> timedelta:
        fault = self._aimed("file_late", files)
        hours = fault.params.get("hours", FILE_LATE_HOURS) if fault else 0
        if is_night and (late := self.strikes("nav_late")):
            hours = max(hours, late.params.get("hours", NAV_LATE_HOURS))
        return timedelta(hours=hours)

    def _aimed(self, name: str, files: Sequence[BatchFile]) -> AgentFault | None:
        """Return the fault that spoils one of some files: of its type, or of any."""
        types = {file.file_type for file in files}
        if name == "income_total_off_by_one" and "07" not in types:
            return None
        if name == "file_replayed" and not any(
            self.batches.older_file(file_type, before=self.on) for file_type in types
        ):
            return None
        for fault in self.faults:
            wanted = fault.params.get("type")
            if fault.fault != name or (wanted is not None and f"{wanted:02}" not in types):
                continue
            # A day has two batches, and each of them counts.
            half = 2 * self.on + ("07" in types)
            if fault.covers(self.at, funds=[fault.target]) and self.batches.strikes(
                fault.fault_id, on=half, most=fault.days
            ):
                return fault
        return None

    @staticmethod
    def _row(name: str, fault: AgentFault, files: Sequence[BatchFile]) -> int:
        """Return which file is spoiled: the one of the told type, else the first."""
        wanted = 7 if name == "income_total_off_by_one" else fault.params.get("type")
        types = [file.file_type for file in files]
        return types.index(f"{wanted:02}") if wanted is not None else 0


def spent_faults(
    faults: Sequence[AgentFault], *, batches: Batches, funds: Sequence[str], at: datetime
) -> list[str]:
    """Return the ids of the faults that will not strike any more, whatever comes."""
    uses = batches.uses()

    def is_used_up(fault: AgentFault, key: str) -> bool:
        return fault.days is not None and uses.get(key, 0) >= fault.days

    return [
        fault.fault_id
        for fault in faults
        if is_used_up(fault, fault.fault_id)
        or all(is_used_up(fault, _key(fault, fund=fund)) for fund in funds)
        or (fault.fault == MANAGER_DOWN and (end := down_until(fault)) is not None and end <= at)
    ]


def down_until(fault: AgentFault) -> datetime | None:
    """Return until when nobody answers; None where the fault does not say since when."""
    if fault.until_at is not None or fault.from_at is None:
        return fault.until_at
    return fault.from_at + timedelta(hours=fault.params.get("hours", DOWN_HOURS))


def _key(fault: AgentFault, *, fund: str | None) -> str:
    """Return under what the uses of a fault are kept: one that befalls all befalls each of them."""
    return f"{fault.fault_id} {fund}" if fund and fault.target in EVERY_FUND else fault.fault_id


def _corrected(name: str, fault: AgentFault, *, due: datetime) -> int | None:
    """Return when a wrong file is put right unasked, None where it has to be asked for."""
    is_total = name == "income_total_off_by_one"
    hours = fault.params.get("hours", CORRECTED_HOURS if is_total else 0)
    if not hours:
        return None
    back = due + timedelta(hours=hours)
    return us_of(min(back, fault.until_at) if is_total and fault.until_at else back)
