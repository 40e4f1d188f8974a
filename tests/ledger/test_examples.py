"""The eleven acceptance examples of the ledger, whole and split into batches of one."""

import json
from datetime import timedelta
from pathlib import Path
from typing import TypedDict
from uuid import UUID, uuid5

import psycopg
import pytest

from huoqi.ledger.rules.chart import AccountFlag
from huoqi.ledger.rules.counters import Counters
from huoqi.ledger.rules.transfers import (
    ResultCode,
    Transfer,
    hold,
    post,
    post_pending,
    reverse,
    void,
)
from tests.ledger.harness import ON, UNITS, About, SideBySide

EXAMPLES = json.loads((Path(__file__).parent / "examples.json").read_text(encoding="utf-8"))
_SPACE = UUID(int=0)
_NOBODY = 999


class _Given(About):
    group: UUID | None


class _Example(TypedDict):
    id: str
    batches: list[list[str]]
    results: list[list[str]]
    end: dict[str, list[int]]


def _id(name: str) -> UUID:
    return uuid5(_SPACE, name)


def _transfer(text: str, names: dict[str, int]) -> Transfer:
    """Return the transfer of a line such as ``t2 post alice>bob 100``."""
    words = text.split()
    group = _id(words.pop().removeprefix("group=")) if words[-1].startswith("group=") else None
    name, kind, place = words[:3]
    amount = int(words[3]) if len(words) > 3 else 0
    given: _Given = {"code": 1, "effective_on": ON, "group": group}
    if kind == "post_pending":
        return post_pending(_id(name), hold_id=_id(place), shard=0, amount=amount, **given)
    if kind == "void":
        return void(_id(name), hold_id=_id(place), shard=0, **given)
    if kind == "reverse":
        return reverse(_id(name), target_id=_id(place), shard=0, **given)
    debit, credit = (names.get(party, _NOBODY) for party in place.split(">"))
    if kind == "post":
        return post(_id(name), debit=debit, credit=credit, amount=amount, **given)
    return hold(_id(name), debit=debit, credit=credit, amount=amount, **given)


def _accounts(conn: psycopg.Connection) -> SideBySide:
    both = SideBySide(conn)
    both.open("bank", AccountFlag(0))
    both.open("alice", AccountFlag.NO_DEBIT_OVERDRAFT)
    both.open("bob", AccountFlag.NO_DEBIT_OVERDRAFT)
    both.open("units", AccountFlag(0), asset=UNITS)
    return both


def _batches_of_one(batch: list[Transfer]) -> list[list[Transfer]]:
    """Split a batch into single items, linked groups kept together."""
    parts: list[list[Transfer]] = []
    for item in batch:
        if item.group is not None and parts and parts[-1][0].group == item.group:
            parts[-1].append(item)
        else:
            parts.append([item])
    return parts


@pytest.mark.parametrize("split", ["whole", "batches of one"])
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e["id"])
def test_an_example_gives_its_results_and_counters(dsn: str, example: _Example, split: str) -> None:
    with psycopg.connect(dsn) as conn:
        both = _accounts(conn)
        for lines, expected in zip(example["batches"], example["results"], strict=True):
            batch = [_transfer(line, both.names) for line in lines]
            parts = [batch] if split == "whole" else _batches_of_one(batch)
            results = [result for part in parts for result in both.post(part)]

            assert ["~" * r.replayed + r.code.name for r in results] == expected
        for name, number in both.names.items():
            end = Counters(*example["end"].get(name, [0, 0, 0, 0]))
            assert Counters(*both.book.account(number).now) == end


def test_an_expired_hold_leaves_room_on_the_payees_side_too(dsn: str) -> None:
    with psycopg.connect(dsn) as conn:
        both = SideBySide(conn)
        bank = both.open("bank", AccountFlag(0))
        owed = both.open("owed", AccountFlag.NO_CREDIT_OVERDRAFT)
        given: About = {"code": 1, "effective_on": ON}
        soon = both.at + timedelta(minutes=1)
        both.post([post(_id("claim"), debit=owed, credit=bank, amount=100, **given)])
        both.post([hold(_id("hold"), debit=bank, credit=owed, amount=80, expires_at=soon, **given)])
        both.advance(timedelta(minutes=1))

        (paid,) = both.post([post(_id("paid"), debit=bank, credit=owed, amount=60, **given)])

        assert paid.code == ResultCode.OK
