"""One company put together: database, vault, and the parties outside, all concrete here."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import ClassVar

from huoqi.bootstrap.bank_folder import FolderLines
from huoqi.bootstrap.bank_lines import BankLines
from huoqi.bootstrap.manager_files import manager_in_files, require_same_manager
from huoqi.bootstrap.settings import Settings
from huoqi.close.founding import found_company
from huoqi.close.platform import Platform
from huoqi.close.seal.port import SealDesk
from huoqi.close.seal.simulated import simulated_desk
from huoqi.customers.authorities.simulated import SimulatedAuthority
from huoqi.customers.desk import Desk
from huoqi.customers.device_makers.https import HttpsLine
from huoqi.customers.device_makers.port import DeviceMaker
from huoqi.customers.device_makers.simulated import PROVIDER, SimulatedMaker
from huoqi.customers.messages.simulated import SimulatedMessages
from huoqi.customers.watch_lists.file import FileList
from huoqi.customers.watch_lists.port import WatchList
from huoqi.customers.watch_lists.screened import ScreenedAuthority
from huoqi.customers.watch_lists.simulated import SimulatedList
from huoqi.events.webhooks.http_line import HttpLine
from huoqi.fund.calendars.xshg import xshg
from huoqi.fund.managers.port import FundManager
from huoqi.fund.managers.simulated import SimulatedManager
from huoqi.fund.managers.simulated_custody import SimulatedSigners
from huoqi.fund.products import HUOQIBAO
from huoqi.fund.rules.trading_days import TradingCalendar
from huoqi.fund.rules.yields import Carry
from huoqi.fund.shelf import products_of, trading_calendar
from huoqi.kit.clock import Clock, SystemClock, TableClock
from huoqi.kit.db import Database
from huoqi.kit.errors import DomainError
from huoqi.kit.ids import Ids, RandomIds, SeededIds
from huoqi.kit.migrations import migrate
from huoqi.kit.progress import monotonic_ms
from huoqi.payments.banks.simulated import SimulatedBanks
from huoqi.payments.operations.callbacks import require_same_line
from huoqi.vault.master_key import load_or_create_master_key
from huoqi.vault.operations import Vault

_CALENDAR_KEPT_MS = 1_000


class NoLiveParties(DomainError):
    """Live mode needs adapters of real banks and managers, which a later release brings.

    To rehearse live mode against the simulated ones, set HUOQI_REHEARSAL=1.
    """

    code: ClassVar[str] = "setting.no_live_parties"


def require_parties(settings: Settings) -> None:
    """Raise NoLiveParties in live mode, unless it is rehearsed against the simulated parties."""
    if settings.mode == "live" and not settings.is_rehearsal:
        raise NoLiveParties


def open_platform(settings: Settings, *, dsn: str, ids: Ids | None = None) -> Platform:
    """Return the platform on a database that is migrated and founded, which it makes sure of."""
    require_parties(settings)
    migrate(dsn, folder=settings.root / "migrations")
    clock: Clock = TableClock() if settings.mode == "sandbox" else SystemClock()
    # The founding is part of what one seed gives; it happens once, so these ids never come again.
    database = Database(dsn, clock=clock, ids=SeededIds(f"founding/{settings.seed}"))
    shards = database.run(
        lambda work: found_company(work, shards=settings.shards), while_advancing=True
    )
    database.ids = ids or RandomIds()
    with database.work(while_advancing=True) as work:
        require_same_manager(work, settings=settings)
        require_same_line(work, None if settings.banks == "database" else settings.banks)
    return _wired(settings, database, shards=shards)


def _wired(settings: Settings, database: Database, *, shards: int) -> Platform:
    master_key = load_or_create_master_key(settings.data / "master.key")
    vault = Vault(master_key, shards=shards)
    watch_list = _watch_list(settings)
    authority = ScreenedAuthority(SimulatedAuthority(), watch_list)
    messages = SimulatedMessages(vault)
    manager = _manager(settings, database, Desk(vault, authority, messages))
    managers = _Managers(manager, {HUOQIBAO.fund})
    lines = _bank_lines(settings, database)
    return Platform(
        database=database,
        vault=vault,
        banks=lines.banks if lines else SimulatedBanks(database, seed=str(settings.seed)),
        managers=managers,
        authority=authority,
        messages=messages,
        watch_list=watch_list,
        calendar=xshg(),
        mode=settings.mode,
        maker=_maker(settings),
        webhooks=HttpLine(in_sandbox=settings.mode == "sandbox"),
        seal=_seal_desk(settings, vault, managers, database),
        calls=lines.door if lines else None,
        banks_call_at=lines.banks.next_callback_at if lines else None,
        bank_lines=lines.at_work if lines else None,
    )


def _bank_lines(settings: Settings, database: Database) -> BankLines | FolderLines | None:
    """Return the lines to banks outside, None where the banks are in the database."""
    if settings.banks == "database":
        return None
    kind = FolderLines if settings.banks == "files" else BankLines
    lines = kind(settings, database)
    lines.banks.begin()
    return lines


def _manager(settings: Settings, database: Database, desk: Desk) -> FundManager:
    """Return the manager that the settings name; it runs every fund."""
    calendar, carries_monthly = _calendar_of(database), _contracts_of(database)
    if settings.manager == "files":
        return manager_in_files(
            settings, database, desk, calendar=calendar, carries_monthly=carries_monthly
        )
    return SimulatedManager(database, calendar=calendar, carries_monthly=carries_monthly)


def _seal_desk(
    settings: Settings, vault: Vault, managers: Mapping[str, FundManager], database: Database
) -> SealDesk:
    """Return the signers of days; their keys come from the master key and are never stored."""

    def now() -> datetime:
        with database.work(while_advancing=True) as work:
            return work.at

    # Beside a register in files the custodian has no figures of its own yet: it looks there too.
    is_inside = settings.manager == "simulated"
    own = SimulatedSigners(database) if is_inside else None
    return simulated_desk(
        seal_secret(vault),
        managers=managers,
        now=now,
        register=own.in_register if own else None,
        custody=own.in_custody if own else None,
    )


def seal_secret(vault: Vault) -> bytes:
    """Return the secret from which the keys of sealed days come."""
    halves = [vault.pseudonym(purpose="seal", value=half) for half in ("first", "second")]
    return b"".join(halves)


def _watch_list(settings: Settings) -> WatchList:
    """Return the list of a file, if the settings name one, or the simulated one."""
    return FileList(settings.watch_list) if settings.watch_list else SimulatedList()


def _maker(settings: Settings) -> DeviceMaker | None:
    """Return the device maker that the settings name; a sandbox has a simulated one."""
    if settings.oidc is not None:
        return DeviceMaker(settings.oidc, HttpsLine())
    if settings.mode != "sandbox":
        return None
    simulated = SimulatedMaker()
    return DeviceMaker(PROVIDER, simulated, simulated)


class _Managers(dict[str, FundManager]):
    """Managers by fund; the simulated one runs every fund of the sandbox."""

    def __init__(self, manager: FundManager, funds: set[str]) -> None:
        super().__init__(dict.fromkeys(funds, manager))
        self._manager = manager

    def __missing__(self, fund: str) -> FundManager:
        return self._manager


def _contracts_of(database: Database) -> Callable[[str], bool]:
    """Return what tells whether a fund carries monthly; a fund's contract never changes."""
    known: dict[str, bool] = {}

    def carries_monthly(fund: str) -> bool:
        if fund not in known:
            with database.work(while_advancing=True) as work:
                found = products_of(work, funds=[fund])
            if not found:
                return False
            known[fund] = found[0].carry is not Carry.DAILY
        return known[fund]

    return carries_monthly


def _calendar_of(database: Database) -> Callable[[], TradingCalendar]:
    """Return a reader of the calendar in force, which asks the database once a second at most.

    The simulated manager looks at it many times a day, and days pass by the dozen a second.
    """
    kept: list[tuple[int, TradingCalendar]] = []

    def read() -> TradingCalendar:
        now_ms = monotonic_ms()
        if not kept or now_ms - kept[0][0] > _CALENDAR_KEPT_MS:
            with database.work(while_advancing=True) as work:
                kept[:] = [(now_ms, trading_calendar(work))]
        return kept[0][1]

    return read
