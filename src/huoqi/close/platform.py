"""Everything that the entrances run on: the database and the outside parties, wired once."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from huoqi.close.seal.port import SealDesk
from huoqi.customers.authorities.port import IdentityAuthority
from huoqi.customers.device_makers.port import DeviceMaker
from huoqi.customers.messages.port import Messages
from huoqi.customers.watch_lists.port import WatchList
from huoqi.events.webhooks.port import Line
from huoqi.fund.managers.port import FundManager
from huoqi.fund.rules.trading_days import TradingCalendar
from huoqi.kit.db import Database
from huoqi.payments.banks.port import Bank
from huoqi.payments.hearing import CallbackDoor
from huoqi.vault.operations import Vault

Mode = Literal["sandbox", "live"]


@dataclass(frozen=True)
class Platform:
    """One company: its database and vault, and the ports to all who stand outside.

    ``managers`` is by fund code. The calendar is the one that ships; the one in force is loaded
    in the database and read with the work at hand. ``maker`` is the device maker whose accounts
    may sign in, if there is one; ``webhooks`` is the line to receivers of events; ``watch_list``
    names whom nobody may deal with; ``seal`` has who signs the end of a day. ``calls`` hears banks
    that stand outside, ``banks_call_at`` tells when a sandbox's banks outside call next, and
    ``bank_lines`` lets these work beside us.
    """

    database: Database
    vault: Vault
    banks: Bank
    managers: Mapping[str, FundManager]
    authority: IdentityAuthority
    messages: Messages
    calendar: TradingCalendar
    mode: Mode
    maker: DeviceMaker | None = None
    webhooks: Line | None = None
    watch_list: WatchList | None = None
    seal: SealDesk | None = None
    calls: CallbackDoor | None = None
    banks_call_at: Callable[[], datetime | None] | None = None
    bank_lines: Callable[[], AbstractContextManager[None]] | None = None
