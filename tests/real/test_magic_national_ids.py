"""Each published magic ID number goes through the real registration and does what is promised."""

import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from huoqi.customers.authorities.simulated import SimulatedAuthority
from huoqi.customers.desk import Desk
from huoqi.customers.messages.simulated import SimulatedMessages
from huoqi.customers.operations import Submission, identify
from huoqi.kit.clock import ManualClock
from huoqi.kit.db import Database
from huoqi.kit.errors import DomainError
from huoqi.ledger.operations import set_up_shards
from huoqi.vault.operations import Vault
from tests.customers.branch import Branch

SHARED = Path(os.environ.get("HUOQI_SHARED", Path(__file__).parents[2].parent / "shared"))
VALUES = SHARED / "domain" / "product-magic-values.json"

pytestmark = pytest.mark.skipif(
    not VALUES.exists(), reason=f"reserved data is absent: {VALUES.name}"
)


@pytest.fixture
def branch(dsn: str) -> Iterator[Branch]:
    start = json.loads(VALUES.read_text(encoding="utf-8"))["clock_start"]
    clock = ManualClock(datetime.fromisoformat(start))
    database = Database(dsn, clock=clock, size=2)
    vault = Vault(bytes(range(32)), shards=2)
    with database.work() as work:
        set_up_shards(work, count=2)
    yield Branch(database, clock, Desk(vault, SimulatedAuthority(), SimulatedMessages(vault)))
    database.close()


def test_each_number_has_its_published_effect(branch: Branch) -> None:
    values = json.loads(VALUES.read_text(encoding="utf-8"))["national_ids"]
    seen = {}
    for place, value in enumerate(values):
        token = branch.applied(f"1380013800{place}").token
        try:
            submission = Submission(token, "王小明", value["example"])
            outcome: str = identify(branch.database, branch.desk, submission).state
        except DomainError as error:
            outcome = error.code
        seen[value["sequence"]] = outcome
        expected = {None: "accepted", "identity.manual_review": "manual_review"}
        assert outcome == expected.get(value["code"], value["code"])
    assert len(seen) == 6
