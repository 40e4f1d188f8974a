"""Calls of banks outside: on the disk before they are heard, taken with what they prove."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from msgspec import structs

from huoqi.events.rules.signatures import SignatureDiffers, SignatureMissing, sign
from huoqi.kit.db import Work
from huoqi.payments.hearing import CallbackDoor
from huoqi.payments.operations.callbacks import stored_callbacks
from huoqi.payments.orders import MoneyOrder, OrderOutcome
from huoqi.payments.queries import evidence_of
from huoqi.payments.rules.reducer import State
from tests.payments.world import MONDAY_NINE, World

NOW = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
SECRETS = ["whsec_1", "whsec_2"]


class Killed(Exception):
    """The process ends here."""


class StoredBanks:
    """The banks of a world, whose calls come through our own table."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._inside = world.banks

    def __getattr__(self, name: str) -> object:
        """Do all else as the banks in the database do."""
        return getattr(self._inside, name)

    def callbacks(self, *, limit: int) -> list[object]:
        """Return what is stored."""
        return list(self._world.database.run(lambda work: stored_callbacks(work, limit=limit)))

    def acknowledge(self, callback_ids: Sequence[str]) -> None:
        """Say nothing: it was said when they came."""


@pytest.fixture
def outside(world: World) -> World:
    """Return a world in which calls are stored."""
    world.database.run(lambda work: work.run("TRUNCATE bank_callback"))
    world.pump = replace(world.pump, bank=StoredBanks(world))  # type: ignore[arg-type] # see above
    return world


def heard(world: World, body: bytes, *, bank: str = "ICBC", secret: str = "whsec_1") -> str:
    door = CallbackDoor(world.database, lambda name: SECRETS if name == "ICBC" else [])
    unix = int(NOW.timestamp())
    return door.hear(body, bank=bank, header=sign(body, secrets=[secret], unix=unix), now=NOW)


def unknown(world: World) -> MoneyOrder:
    """Return an order whose bank has not answered."""
    order = world.place_one(world.saver(last_four="0009"), 10_000)
    world.run_at(MONDAY_NINE)
    order = world.now(order)
    assert order.state is State.UNKNOWN
    return order


def call(order: MoneyOrder, event_id: str = "e1", code: str = "00") -> bytes:
    text = f'{{"event_id": "{event_id}", "ref": "{order.bank_ref}", "code": "{code}", '
    return (text + '"amount_fen": 10000}').encode()


def test_a_stored_call_is_taken_by_the_pump_once(outside: World) -> None:
    order = unknown(outside)
    assert heard(outside, call(order)) == "stored"
    assert heard(outside, call(order), secret="whsec_2") == "repeated"

    assert outside.pump.take_callbacks() == 1
    assert outside.now(order).state is State.SUCCEEDED
    assert outside.pump.take_callbacks() == 0
    assert heard(outside, call(order)) == "repeated"
    assert outside.pump.take_callbacks() == 0


def test_a_crash_between_storing_and_taking_loses_nothing(outside: World) -> None:
    order = unknown(outside)
    heard(outside, call(order))

    def settle(_work: Work, _news: Sequence[OrderOutcome]) -> None:
        raise Killed

    dying = replace(outside.pump, settle=settle)
    with pytest.raises(Killed):
        dying.take_callbacks()
    assert outside.now(order).state is State.UNKNOWN
    assert outside.pump.take_callbacks() == 1
    assert outside.now(order).state is State.SUCCEEDED
    lines = outside.database.run(lambda work: evidence_of(work, order.key))
    assert [line.source for line in lines].count("callback") == 1


def test_calls_are_taken_in_the_order_in_which_they_came(outside: World) -> None:
    order = unknown(outside)
    for n, code in enumerate(("00", "09", "51")):
        heard(outside, call(order, f"e{n}", code))

    assert outside.pump.take_callbacks() == 3
    after = outside.now(order)
    assert (after.state, sorted(after.cases)) == (State.SUCCEEDED, ["CONTRADICTION"])


def test_a_call_about_nothing_of_ours_is_taken_and_changes_nothing(outside: World) -> None:
    order = unknown(outside)
    for n, ref in enumerate(("HQ1", "HQ" + "0" * 32, "x")):
        heard(outside, call(structs.replace(order, bank_ref=ref), f"e{n}"))

    assert outside.pump.take_callbacks() == 3
    assert outside.pump.take_callbacks() == 0
    assert outside.now(order).state is State.UNKNOWN


def test_nobody_is_believed_who_has_no_secret(outside: World) -> None:
    order = unknown(outside)
    with pytest.raises(SignatureDiffers):
        heard(outside, call(order), bank="CCB")
    with pytest.raises(SignatureMissing):
        CallbackDoor(outside.database).hear(call(order), bank="ICBC", header="", now=NOW)
    assert outside.pump.take_callbacks() == 0
