"""The published acceptance files of payments: reducer, scenarios, bank profiles."""

import csv
import json
import os
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from huoqi.payments.rules.reducer import Action, Event, Standing, State, reduce

SHARED = Path(os.environ.get("HUOQI_SHARED", Path(__file__).parents[2].parent / "shared"))
DATA = SHARED / "data" / "payments"
pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason=f"LOUD: no acceptance data at {DATA}; set HUOQI_SHARED"
)


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def words(text: str) -> set[str]:
    return set(filter(None, text.split("|")))


def test_every_transition_is_as_published() -> None:
    table = rows("reducer_transitions.csv")
    assert len(table) == 160
    for row in table:
        outcome = reduce(State(row["state"]), Event(row["event"]))
        cases = {"-ALL"} if outcome.closes_cases else set(outcome.add_cases)

        assert outcome.state == row["next_state"], row
        assert cases == words(row["add_cases"]), row
        assert outcome.set_returned == (row["set_returned"] == "1"), row
        assert "|".join(outcome.actions) == row["actions"], row


def scenarios() -> list[dict[str, Any]]:
    if not DATA.is_dir():
        return []
    loaded: list[dict[str, Any]] = json.loads(
        (DATA / "reducer_scenarios.json").read_text(encoding="utf-8")
    )["scenarios"]
    return loaded


def orders_of(scenario: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """Return the published order of events, and every other one where the file allows it."""
    events = scenario["events"]
    if not scenario["any_order_after_send"]:
        return [events]
    sent = next(n for n, item in enumerate(events, 1) if item["event"] == "C_SEND")
    return [[*events[:sent], *tail] for tail in permutations(events[sent:])]


def play(events: list[dict[str, Any]], *, amount_fen: int) -> dict[str, Any]:
    standing, done, seen = Standing(State.CREATED), list[Action](), set[str]()
    for item in events:
        if item["evidence_id"] in seen:
            continue
        seen.add(item["evidence_id"])
        outcome = reduce(standing.state, Event(item["event"]))
        standing = standing.after(outcome)
        done += outcome.actions
    held = done.count(Action.HOLD) - done.count(Action.POST) - done.count(Action.RELEASE)
    return {
        "state": standing.state,
        "cases": sorted(standing.cases),
        "returned": standing.returned,
        "posted_fen": amount_fen * done.count(Action.POST),
        "returned_fen": amount_fen * min(1, done.count(Action.POST_RETURN)),
        "held_fen": amount_fen * held,
        "sends_with_new_reference": done.count(Action.FIX_REFERENCE),
        "new_attempt_allowed": standing.allows_new_attempt,
    }


@pytest.mark.parametrize("scenario", scenarios(), ids=lambda scenario: scenario["id"])
def test_each_scenario_ends_as_published(scenario: dict[str, Any]) -> None:
    for events in orders_of(scenario):
        assert play(events, amount_fen=scenario["amount_fen"]) == scenario["expect"]
