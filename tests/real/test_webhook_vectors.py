"""The published vectors of signatures, against the door that banks' calls come in through."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from huoqi.events.rules.signatures import (
    SignatureDiffers,
    SignatureMalformed,
    SignatureMissing,
    SignatureOutsideWindow,
)
from huoqi.kit.clock import ManualClock
from huoqi.kit.db import Database
from huoqi.kit.errors import DomainError
from huoqi.payments.hearing import CallbackDoor
from huoqi.payments.operations.callbacks import stored_callbacks
from huoqi.payments.rules.replies import Reply, ReplyKind

SHARED = Path(os.environ.get("HUOQI_SHARED", Path(__file__).parents[2].parent / "shared"))
FILE = SHARED / "data" / "payments" / "webhook_vectors.json"
pytestmark = pytest.mark.skipif(
    not FILE.is_file(), reason=f"LOUD: no acceptance data at {FILE}; set HUOQI_SHARED"
)
REFUSALS: dict[str, tuple[type[DomainError], ...]] = {
    "reject_too_old": (SignatureOutsideWindow,),
    "reject_future": (SignatureOutsideWindow,),
    "reject_signature": (SignatureDiffers,),
    "reject_missing": (SignatureMissing, SignatureMalformed),
}


def vectors() -> list[dict[str, Any]]:
    if not FILE.is_file():
        return []
    found: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))["vectors"]
    return found


@pytest.fixture
def database(database_dsn: str) -> Iterator[Database]:
    made = Database(database_dsn, clock=ManualClock(datetime(2015, 5, 11, tzinfo=UTC)), size=2)
    made.run(lambda work: work.run("TRUNCATE bank_callback"))
    yield made
    made.close()


def test_there_are_twelve() -> None:
    assert len(vectors()) == 12


@pytest.mark.parametrize("vector", vectors(), ids=lambda vector: vector["id"])
def test_each_vector_has_its_verdict(vector: dict[str, Any], database: Database) -> None:
    now = datetime.fromtimestamp(vector["now"], tz=UTC)
    body = vector["raw_body"].encode()
    door = CallbackDoor(database, lambda _bank: vector["active_secrets"])

    def heard() -> str:
        return door.hear(body, bank="ICBC", header=vector["header"], now=now)

    if vector["expect"] in REFUSALS:
        with pytest.raises(DomainError) as refused:
            heard()
        assert isinstance(refused.value, REFUSALS[vector["expect"]])
        assert calls(database) == []
        return
    if vector["event_id_seen_before"]:
        assert heard() == "stored"
    verdict = "repeated" if vector["event_id_seen_before"] else "stored"
    assert heard() == verdict
    said = Reply(ReplyKind.CODE, "00", 10_000)
    assert calls(database) == [("ev_1", "HQ0197a3c0de7f7c3a9b1f2e4d5c6b7a81", said)]


def calls(database: Database) -> list[tuple[str, str, Reply]]:
    found = database.run(lambda work: stored_callbacks(work, limit=10))
    return [(each.callback_id, each.bank_ref, each.reply) for each in found]
