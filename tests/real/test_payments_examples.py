"""The published acceptance files of payments: reducer, scenarios, bank profiles."""

import csv
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time, timedelta
from functools import partial
from itertools import permutations
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from huoqi.kit.dates import shanghai_at
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.payments._store.banks import offices_on
from huoqi.payments.operations import (
    cancel_orders,
    claim_queries,
    claim_sends,
    record_evidence,
)
from huoqi.payments.operations.routing import Router
from huoqi.payments.orders import Evidence, OrderRequest
from huoqi.payments.queries import profiles_on
from huoqi.payments.rules.bank_profiles import BankProfile, Direction, Window, profile_on
from huoqi.payments.rules.limits import Used, check_limits
from huoqi.payments.rules.reducer import Action, Event, Standing, State, reduce
from tests.payments.world import World, build_world

BY_CARD = UUID(int=1)
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


def published_profiles() -> list[BankProfile]:
    def window(text: str) -> Window:
        opens, closes = (time.fromisoformat(part) for part in text.split("-"))
        return Window(opens=opens, closes=closes)

    return [
        BankProfile(
            bank=row["bank"],
            direction=Direction(row["direction"]),
            channel=row["channel"],
            effective_from=date.fromisoformat(row["effective_from"]),
            effective_until=date.fromisoformat(row["effective_to"]),
            single_limit_fen=int(row["single_limit_fen"]),
            card_day_limit_fen=int(row["card_day_limit_fen"]),
            card_day_count=int(row["card_day_count"]),
            channel_day_limit_fen=int(row["channel_day_limit_fen"]),
            maintenance=window(row["maintenance"]),
            cut_off=time.fromisoformat(row["cut_off"]),
            reply_deadline_s=int(row["reply_deadline_s"]),
            query_schedule_s=tuple(int(s) for s in row["query_schedule_s"].split("|")),
            dedupes_by_reference=row["dedupes_by_reference"] == "1",
            not_found_is_final=row["not_found_is_final"] == "1",
            late_execution_days=int(row["late_execution_days"]),
            fee_fen=int(row["fee_fen"]),
            status=row["status"],
        )
        for row in rows("bank_profiles.csv")
    ]


def routing_cases() -> list[dict[str, Any]]:
    if not DATA.is_dir():
        return []
    loaded: list[dict[str, Any]] = json.loads(
        (DATA / "routing_cases.json").read_text(encoding="utf-8")
    )["cases"]
    return loaded


WIRE = {"card.single_limit": "SINGLE_LIMIT", "card.daily_limit": "CARD_DAY_LIMIT"}


def answers(case: dict[str, Any]) -> list[str]:
    """Return the answer to each of the case's concurrent orders, taken one after the other."""
    on = date.fromisoformat(case["date"])
    direction = Direction(case["direction"])
    profile = profile_on(published_profiles(), bank=case["bank"], direction=direction, on=on)
    assert profile is not None
    used = Used(card_fen=case["card_used_fen"])
    if "after" in case:
        earlier = reduce(
            State.SENT, Event.E_REJECT if "REJECTED" in case["after"] else Event.E_TIMEOUT
        )
        used = Used() if Action.LIMIT_GIVE_BACK in earlier.actions else used
    found = []
    for _ in range(case.get("concurrent", 1)):
        try:
            check_limits(profile, amount_fen=case["amount_fen"], used=used, on=on)
        except DomainError as refusal:
            found.append(WIRE[refusal.code])
        else:
            found.append("ok")
            used = used.plus(case["amount_fen"])
    return found


@pytest.mark.parametrize("case", routing_cases(), ids=lambda case: case["id"])
def test_each_limit_case_is_answered_as_published(case: dict[str, Any]) -> None:
    expected = {"exactly one ok, one CARD_DAY_LIMIT": ["ok", "CARD_DAY_LIMIT"]}

    assert answers(case) == expected.get(case["expect"], [case["expect"]])


OWN_LIMITS: list[tuple[str, str, Direction, int, str]] = [
    # At the dates where a row ends and another begins, in the company's own table.
    ("2015-05-10", "ICBC", Direction.COLLECT, 1, "bank.not_available"),
    ("2015-05-11", "ICBC", Direction.COLLECT, 5_000_000, "direct"),
    ("2015-08-31", "ICBC", Direction.COLLECT, 1_000_001, "direct"),
    ("2015-09-01", "ICBC", Direction.COLLECT, 1_000_001, "card.single_limit"),
    ("2015-09-01", "ICBC", Direction.COLLECT, 1_000_000, "direct"),
    ("2015-09-01", "ICBC", Direction.PAYOUT, 5_000_000, "direct"),
    ("2016-02-29", "ABC", Direction.COLLECT, 500_000, "direct"),
    ("2016-03-01", "ABC", Direction.COLLECT, 500_000, "direct"),
    ("2016-03-01", "ABC", Direction.COLLECT, 1_000_001, "card.single_limit"),
    ("2016-03-01", "PSBC", Direction.COLLECT, 500_001, "card.single_limit"),
]


@pytest.mark.parametrize(("on", "bank", "direction", "amount_fen", "expected"), OWN_LIMITS)
def test_the_companys_table_answers_the_same_at_the_dates_where_rows_change(
    world: World, on: str, bank: str, direction: Direction, amount_fen: int, expected: str
) -> None:
    at = shanghai_at(date.fromisoformat(on), hour=12)
    offices = world.database.run(lambda work: offices_on(work, on=date.fromisoformat(on)))
    wish = OrderRequest(0, world.new_id(), 7, world.new_id(), direction, "", amount_fen, BY_CARD)
    try:
        answer = Router(offices, at=at).candidate(wish, bank=bank).profile.channel
    except DomainError as refusal:
        answer = refusal.code

    assert answer == expected


def test_twelve_banks_have_both_directions_and_every_day_one_row() -> None:
    profiles = published_profiles()
    assert len({profile.bank for profile in profiles}) == 12
    for bank in {profile.bank for profile in profiles}:
        for direction in Direction:
            for on in (date(2015, 5, 11), date(2015, 8, 31), date(2015, 9, 1), date(2026, 1, 1)):
                rows_in_force = [
                    profile
                    for profile in profiles
                    if (profile.bank, profile.direction) == (bank, direction)
                    and profile.in_force(on)
                ]
                assert len(rows_in_force) == 1


@pytest.fixture
def world(database_dsn: str, request: pytest.FixtureRequest) -> Iterator[World]:
    built = build_world(database_dsn, seed=request.node.name)
    yield built
    built.database.close()


def through_the_database(world: World, scenario: dict[str, Any]) -> dict[str, Any]:
    """Play a scenario with real holds, limits, postings and evidence rows."""
    events = scenario["events"]
    amount_fen, direction = scenario["amount_fen"], Direction(scenario["direction"])
    card = world.saver(cash_fen=0 if direction is Direction.COLLECT else amount_fen)
    order = world.place_one(card, amount_fen, direction=direction)
    for item in events[1:]:
        event = Event(item["event"])
        if event is Event.C_SEND:
            world.database.run(lambda work: claim_sends(work, limit=1))
        elif event is Event.C_CANCEL:
            world.database.run(lambda work: cancel_orders(work, [order.key]))
        elif event is Event.C_DEADLINE:
            world.clock.at += timedelta(seconds=30)
            world.database.run(lambda work: claim_queries(work, limit=1))
        else:
            learned = Evidence(*order.key, item["evidence_id"], "statement", event)
            world.database.run(partial(_learn, learned=learned))
    now, cash = world.now(order), world.cash(card)
    collect = direction is Direction.COLLECT
    return {
        "state": now.state,
        "cases": sorted(now.cases),
        "returned": now.returned,
        "posted_fen": cash.credits_posted if collect else cash.debits_posted,
        "returned_fen": 0 if collect else cash.credits_posted - amount_fen,
        "held_fen": cash.credits_pending if collect else cash.debits_pending,
        "sends_with_new_reference": int(now.bank_ref is not None),
        "new_attempt_allowed": now.standing.allows_new_attempt,
    }


def _learn(work: Work, *, learned: Evidence) -> None:
    record_evidence(work, [learned])


# P22 is refused before there is an order: create_orders leaves no row that evidence could meet.
@pytest.mark.parametrize(
    "scenario",
    [s for s in scenarios() if s["events"][0]["event"] == "C_RESERVE_OK"],
    ids=lambda scenario: scenario["id"],
)
def test_each_scenario_ends_as_published_in_database_and_ledger(
    world: World, scenario: dict[str, Any]
) -> None:
    assert through_the_database(world, scenario) == scenario["expect"]


def our_profiles(world: World, *, on: date) -> dict[tuple[str, str], BankProfile]:
    found = world.database.run(lambda work: profiles_on(work, on=on))
    return {(profile.bank, profile.direction): profile for profile in found}


@pytest.mark.parametrize("on", [date(2015, 5, 11), date(2015, 9, 1), date(2026, 11, 20)])
def test_our_illustrative_profiles_behave_as_the_published_ones(world: World, on: date) -> None:
    ours = our_profiles(world, on=on)
    published = [profile for profile in published_profiles() if profile.in_force(on)]

    assert len(ours) == len(published) == 24
    for theirs in published:
        mine = ours[theirs.bank, theirs.direction]
        assert replace(mine, effective_from=theirs.effective_from) == replace(
            theirs, effective_until=mine.effective_until
        )
