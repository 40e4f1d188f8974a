"""All small programs, and long random ones that follow the state they make."""

import itertools
import os
import random
from datetime import timedelta
from uuid import UUID, uuid5

import psycopg
import pytest

from huoqi.kit.db import connect
from huoqi.ledger.rules.chart import AccountFlag
from huoqi.ledger.rules.transfers import (
    Transfer,
    TransferKind,
    hold,
    post,
    post_pending,
    reverse,
    void,
)
from tests.ledger.harness import ABOUT, ON, UNITS, About, SideBySide

_SPACE = UUID(int=2)
_LONGEST = int(os.environ.get("HUOQI_LEDGER_PROGRAM", "3"))
_SEEDS = int(os.environ.get("HUOQI_LEDGER_SEEDS", "12"))
_REMEMBERED_AS = {"hold": "hold", "give": "post", "pay": "post", "post": "posted hold"}
_VERBS = ("give", "pay", "hold", "post", "part", "void", "undo", "undo post", "again", "linked")


class _Move(About):
    debit: int
    credit: int
    amount: int


class _ByHold(About):
    hold_id: UUID
    shard: int


def _program(words: tuple[str, ...], names: dict[str, int]) -> list[Transfer]:
    """Return the transfers of a program; references go to the latest hold or posting before."""
    items: list[Transfer] = []
    latest = {"hold": UUID(int=7), "post": UUID(int=7), "posted hold": UUID(int=7)}
    give: _Move = {"debit": names["bank"], "credit": names["alice"], "amount": 2, **ABOUT}
    pay: _Move = {"debit": names["alice"], "credit": names["bob"], "amount": 2, **ABOUT}
    for place, word in enumerate(words):
        id_ = uuid5(_SPACE, f"{place}")
        by_hold: _ByHold = {"hold_id": latest["hold"], "shard": 0, **ABOUT}
        choices = {
            "give": post(id_, **give),
            "pay": post(id_, **pay),
            "hold": hold(id_, **pay),
            "post": post_pending(id_, **by_hold),
            "part": post_pending(id_, **by_hold, amount=1),
            "void": void(id_, **by_hold),
            "undo": reverse(id_, target_id=latest["post"], shard=0, **ABOUT),
            "undo post": reverse(id_, target_id=latest["posted hold"], shard=0, **ABOUT),
            "again": items[-1] if items else post(id_, **give),
            "linked": post(id_, **pay, group=_SPACE),
        }
        items.append(choices[word])
        latest[_REMEMBERED_AS.get(word, "nothing")] = id_
    return items


def _small_book(conn: psycopg.Connection) -> SideBySide:
    both = SideBySide(conn)
    both.open("bank", AccountFlag(0))
    both.open("alice", AccountFlag.NO_DEBIT_OVERDRAFT)
    both.open("bob", AccountFlag.NO_DEBIT_OVERDRAFT)
    return both


@pytest.mark.parametrize("length", range(1, _LONGEST + 1))
def test_every_small_program_is_decided_as_the_model_does(database_dsn: str, length: int) -> None:
    with connect(database_dsn) as conn:
        for number, words in enumerate(itertools.product(_VERBS, repeat=length)):
            conn.rollback()
            both = _small_book(conn)
            items = _program(words, both.names)
            cut = number % length  # the place of the cut into two batches varies
            for part in (items[:cut], items[cut:]):
                if part:
                    both.post(part)
        conn.rollback()


_PARTIES = {
    "bank": (AccountFlag(0), 0, 1),
    "alice": (AccountFlag.NO_DEBIT_OVERDRAFT, 0, 1),
    "bob": (AccountFlag.NO_DEBIT_OVERDRAFT, 0, 1),
    "rich": (AccountFlag.NO_DEBIT_OVERDRAFT, 0, 1),
    "debtor": (AccountFlag.NO_CREDIT_OVERDRAFT, 0, 1),
    "clearing": (AccountFlag.HOT, 0, 1),
    "units": (AccountFlag(0), 0, UNITS),
    "far bank": (AccountFlag(0), 1, 1),
    "far carol": (AccountFlag.NO_DEBIT_OVERDRAFT, 1, 1),
}
_NEAR = ("bank", "alice", "alice", "bob", "bob", "rich", "rich", "clearing", "debtor")


class _Walk:
    """A random walk that mostly refers to what exists, so that deep states are reached."""

    def __init__(self, both: SideBySide, seed: int) -> None:
        self.both = both
        self.chance = random.Random(seed)
        self.made: list[Transfer] = []
        for name, (flags, shard, asset) in _PARTIES.items():
            both.open(name, flags, shard=shard, asset=asset)
        for name in ("rich", "alice"):
            both.post([self._plain("bank", name, 10**6 if name == "rich" else 50)])

    def _plain(self, debit: str, credit: str, amount: int) -> Transfer:
        names = self.both.names
        return Transfer(
            self.both.work.new_id(),
            TransferKind.POST,
            names[debit],
            names[credit],
            amount,
            1,
            0,
            None,
            ON,
        )

    def _one(self, group: UUID | None) -> Transfer:
        chance = self.chance
        draw = chance.random()
        far = chance.random() < 0.1
        parties = ("far bank", "far carol") if far else _NEAR
        item = self._plain(chance.choice(parties), chance.choice(parties), chance.randint(1, 40))
        if draw < 0.12 and self.made:
            return chance.choice(self.made[-30:])
        if draw < 0.15 and self.made:
            return chance.choice(self.made[-10:])._replace(code=5)
        if draw < 0.35:
            minutes = chance.choice([None, None, 0, 1, 2, 4])
            expires = None if minutes is None else self.both.at + timedelta(minutes=minutes)
            item = item._replace(kind=TransferKind.PENDING, expires_at=expires)
        elif draw < 0.65 and self.made:
            item = self._reference(item)
        return item._replace(group=group)

    def _reference(self, item: Transfer) -> Transfer:
        chance = self.chance
        kind = TransferKind(chance.choice([3, 3, 3, 4, 4, 5, 5, 6]))
        wanted = {1, 3} if kind == TransferKind.REVERSE else {2}
        targets = [t for t in self.made[-40:] if t.kind in wanted] or self.made[-5:]
        target = chance.choice(targets)
        part = chance.randint(0, max(1, target.amount)) + chance.choice([0, 0, 1])
        place = target.debit >> 48 << 48
        return item._replace(
            kind=kind,
            debit=place,
            credit=place,
            asset=0,
            ref_id=target.id,
            amount=part * chance.randint(0, 1) if kind == TransferKind.POST_PENDING else 0,
        )

    def batch(self) -> list[Transfer]:
        """Return the next batch, some of its items in linked groups."""
        items: list[Transfer] = []
        while len(items) < self.chance.choice([1, 3, 8, 25]):
            group = self.both.work.new_id() if self.chance.random() < 0.2 else None
            for _ in range(self.chance.randint(1, 4) if group else 1):
                items.append(self._one(group))
                self.made.append(items[-1])
        return items


@pytest.mark.parametrize("seed", range(_SEEDS))
def test_a_long_random_program_is_decided_as_the_model_does(database_dsn: str, seed: int) -> None:
    with connect(database_dsn) as conn:
        walk = _Walk(SideBySide(conn, shards=2), seed)
        for step in range(40):
            walk.both.post(walk.batch())
            walk.both.advance(timedelta(minutes=walk.chance.choice([0, 0, 0, 1])))
            if step % 7 == 0:
                walk.both.sweep(limit=walk.chance.choice([1, 50]))
            if step % 11 == 0:
                frozen = AccountFlag.FROZEN if walk.chance.random() < 0.5 else AccountFlag(0)
                walk.both.flag("bob", _PARTIES["bob"][0] | frozen)
        conn.rollback()
