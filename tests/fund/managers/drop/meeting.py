"""A small company whose fund manager meets it in a folder, with a transfer agent at work there."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from huoqi.fund.managers.drop.drop_folder import DropFolderManager, Wiring
from huoqi.fund.managers.drop.file_store import ManagerFileRow
from huoqi.fund.managers.drop.folder import Folder
from huoqi.fund.managers.drop.outgoing import Person
from huoqi.fund.managers.drop.table import FileFilter, list_files
from huoqi.fund.managers.files.rules.parties import Parties
from huoqi.fund.shelf import trading_calendar
from huoqi.kit.dates import shanghai_at
from huoqi.sandbox.time_machine import TimeMachine
from huoqi.sandbox.transfer_agent.process import serve_folder
from huoqi.sandbox.transfer_agent.terms import AgentTerms, FundTerms
from tests.close.world import FUND, SHARDS, Company, company_on, day

US = Parties(distributor="H0", transfer_agent="99")


@dataclass
class Meeting:
    """The company, its manager, the folder, and what shall go wrong there."""

    company: Company
    manager: DropFolderManager
    folder: Folder
    faults: list[str]
    wiring: Wiring

    def meet_in(self, folder: Folder) -> None:
        """Meet in another folder, such as one that somebody else has a hand in."""
        self.folder, self.wiring = folder, replace(self.wiring, folder=folder)
        self.manager = DropFolderManager(self.company.database, self.wiring)
        self.company.platform = replace(self.company.platform, managers={FUND: self.manager})

    def move(self, *, to: int, hour: int = 9, minute: int = 0) -> str:
        """Move the clock to an hour of a day and return the state of the clock."""
        at = shanghai_at(day(to), hour=hour, minute=minute)
        return TimeMachine(self.company.platform).advance_to(at).state

    def files(self, **wanted: object) -> list[ManagerFileRow]:
        """Return the files in the table, the first first."""
        with self.company.database.work(while_advancing=True) as work:
            return list(list_files(work, FileFilter(**wanted), limit=500))[::-1]  # type: ignore[arg-type]

    def states(self, **wanted: object) -> list[tuple[str, str, str]]:
        """Return day, type and state of the files in the table, the first first."""
        return [(f"{row.day_on}", row.file_type, row.state) for row in self.files(**wanted)]


def person(number: int) -> Person:
    """Return who a customer of a test is."""
    return Person("王小明", "11010519491231002X", f"1380013{number:04}")


@contextmanager
def meeting_on(
    dsn: str, root: Path, *, savers: Sequence[int] = (), patience_ms: int = 120_000
) -> Iterator[Meeting]:
    """Yield a company at nine on Monday 2015-05-11 whose manager is a folder."""
    with company_on(dsn, savers=savers) as company:
        faults: list[str] = []

        def calendar() -> object:
            with company.database.work(while_advancing=True) as work:
                return trading_calendar(work)

        folder = Folder(root, patience_ms=patience_ms)
        wiring = Wiring(
            folder=folder,
            parties=US,
            shards=SHARDS,
            people=lambda _work, numbers: {number: person(number) for number in numbers},
            funds=lambda: {FUND},
            calendar=calendar,  # type: ignore[arg-type]
            tells_time=True,
            faults=lambda _work: "".join(f"{line}\n" for line in faults),
        )
        manager = DropFolderManager(company.database, wiring)
        company.platform = replace(company.platform, managers={FUND: manager})
        yield Meeting(company, manager, folder, faults, wiring)


@contextmanager
def agent_at(root: Path) -> Iterator[None]:
    """Let a transfer agent work in a folder, beside us."""
    ending = threading.Event()
    terms = AgentTerms(US.transfer_agent, US.distributor, (FundTerms(FUND),))
    served = threading.Thread(
        target=lambda: serve_folder(root, terms=terms, ending=ending, say=lambda _: None)
    )
    served.start()
    try:
        yield
    finally:
        ending.set()
        served.join()
