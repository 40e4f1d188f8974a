"""A manager in files, wired: who we and our customers are to it, and in a sandbox its agent."""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import ClassVar
from uuid import UUID

from huoqi.bootstrap.settings import Settings
from huoqi.close.platform import Platform
from huoqi.customers.desk import Desk
from huoqi.customers.operations import reveal_identities
from huoqi.customers.people import Identity
from huoqi.fund.managers.drop.drop_folder import DropFolderManager, Wiring
from huoqi.fund.managers.drop.folder import Folder
from huoqi.fund.managers.drop.outgoing import Person
from huoqi.fund.managers.drop.table import is_in_files
from huoqi.fund.managers.files.rules.parties import Parties
from huoqi.fund.managers.simulated_store import has_register
from huoqi.fund.rules.trading_days import TradingCalendar
from huoqi.fund.rules.yields import Carry
from huoqi.fund.shelf import products_of
from huoqi.kit.db import Database, Work
from huoqi.kit.errors import DomainError
from huoqi.kit.postgres.locks import holder_of
from huoqi.sandbox.faults import KINDS, faults_of, spend_faults
from huoqi.sandbox.transfer_agent.fault_file import AgentFault, render_faults
from huoqi.sandbox.transfer_agent.folder import SPENT
from huoqi.sandbox.transfer_agent.process import start_agent

#: The codes of the sandbox: ours as a distributor, and the simulated transfer agent's.
PARTIES = Parties(distributor="H0", transfer_agent="99")
_PURPOSE = "fund.account_opening"
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class ManagerChosen(DomainError):
    """A company that began with one kind of manager stays with it: its register is there."""

    code: ClassVar[str] = "setting.manager_chosen"


def require_same_manager(work: Work, *, settings: Settings) -> None:
    """Return nothing where the settings name the manager that this company began with.

    Errors: ManagerChosen.
    """
    if settings.manager == "files" and has_register(work):
        raise ManagerChosen(wanted="files", chosen="simulated")
    if settings.manager == "simulated" and is_in_files(work):
        raise ManagerChosen(wanted="simulated", chosen="files")


def manager_in_files(
    settings: Settings,
    database: Database,
    desk: Desk,
    *,
    calendar: Callable[[], TradingCalendar],
    carries_monthly: Callable[[str], bool],
) -> DropFolderManager:
    """Return the manager over the folder that the settings name."""
    is_played = _is_played(settings)

    def people(work: Work, numbers: Sequence[int]) -> dict[int, Person]:
        found = reveal_identities(work, desk, numbers, purpose=_PURPOSE)
        return {
            each.customer_no: Person(each.name, each.national_id, each.phone)
            for each in found
            if isinstance(each, Identity)
        }

    def funds() -> list[str]:
        with database.work(while_advancing=True) as work:
            return [product.fund for product in products_of(work)]

    folder = Folder(settings.manager_folder)
    wiring = Wiring(
        folder=folder,
        parties=PARTIES,
        shards=desk.shards,
        people=people,
        funds=funds,
        calendar=calendar,
        carries_monthly=carries_monthly,
        tells_time=is_played,
        faults=(lambda work: _faults(work, folder=folder)) if is_played else None,
    )
    manager = DropFolderManager(database, wiring)
    manager.begin()
    return manager


@contextmanager
def agent_beside(settings: Settings, platform: Platform) -> Iterator[None]:
    """Let the sandbox's transfer agent work beside us, where the manager is spoken to in files.

    A command beside a running server starts none: the server has its own.
    """
    is_ours = holder_of(settings.data) in {None, os.getpid()}
    if settings.manager != "files" or not _is_played(settings) or not is_ours:
        yield
        return
    with platform.database.work(while_advancing=True) as work:
        funds = [
            product.fund if product.carry is Carry.DAILY else f"{product.fund},monthly"
            for product in products_of(work)
        ]
    with start_agent(
        settings.manager_folder,
        distributor=PARTIES.distributor,
        agent=PARTIES.transfer_agent,
        funds=funds,
    ):
        yield


def _is_played(settings: Settings) -> bool:
    """Tell whether the agent is the simulated one: in a sandbox, and where live is rehearsed."""
    return settings.mode == "sandbox" or settings.is_rehearsal


def _faults(work: Work, *, folder: Folder) -> str:
    """Return the faults as the agent is told them.

    It counts itself how often each of them struck, and tells which ones are over.
    """
    spend_faults(work, _spent(folder))
    return render_faults(
        AgentFault(
            str(each.fault_id),
            each.fault,
            each.target,
            each.active_from,
            each.active_until,
            each.remaining,
            each.params,
        )
        for each in faults_of(work)
        if KINDS[each.fault].party == "fund-manager" and each.remaining != 0
    )


def _spent(folder: Folder) -> list[UUID]:
    """Return the faults that the agent says are over."""
    try:
        words = (folder.inbox / SPENT).read_bytes().decode("ascii", errors="replace").split()
    except FileNotFoundError:
        return []
    return [UUID(word) for word in words if _ID.fullmatch(word)]
