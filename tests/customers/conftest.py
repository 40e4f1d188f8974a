"""A sandbox's desk over a fresh database with two shards, at the seed clock."""

from collections.abc import Iterator

import pytest

from huoqi.customers.authorities.simulated import SimulatedAuthority
from huoqi.customers.desk import Desk
from huoqi.customers.messages.simulated import SimulatedMessages
from huoqi.kit.clock import ManualClock
from huoqi.kit.db import Database
from huoqi.ledger.operations import set_up_shards
from huoqi.vault.operations import Vault
from tests.customers.branch import AT, Branch


@pytest.fixture
def branch(dsn: str) -> Iterator[Branch]:
    clock = ManualClock(AT)
    database = Database(dsn, clock=clock, size=4)
    vault = Vault(bytes(range(32)), shards=2)
    with database.work() as work:
        set_up_shards(work, count=2)
    yield Branch(database, clock, Desk(vault, SimulatedAuthority(), SimulatedMessages(vault)))
    database.close()
