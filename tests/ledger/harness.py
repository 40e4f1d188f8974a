"""Model and SQL engine side by side: every batch goes to both, and both must agree on all of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TypedDict

from huoqi.kit.clock import Connection
from huoqi.kit.db import Work
from huoqi.kit.ids import SeededIds
from huoqi.ledger import queries
from huoqi.ledger.operations import (
    NewAccount,
    add_asset,
    expire_pending,
    open_accounts,
    post_transfers,
    set_up_shards,
)
from huoqi.ledger.posting import TransferResult
from huoqi.ledger.rules.chart import AccountFlag, AccountKind
from huoqi.ledger.rules.counters import Counters
from huoqi.ledger.rules.transfers import (
    ResultCode,
    Transfer,
    expire,
    routable,
    runs,
    split_runs,
)
from tests.ledger.model import Account, Answer, Shard

UNITS = 101
START = datetime(2015, 5, 11, 1, tzinfo=UTC)
ON = date(2015, 5, 11)  # Shanghai's date at START


class About(TypedDict):
    """What tests seldom care about."""

    code: int
    effective_on: date


ABOUT: About = {"code": 1, "effective_on": ON}


class Book:
    """The model of all shards."""

    def __init__(self, shards: int) -> None:
        self.shards = {number: Shard(number) for number in range(shards)}

    def post(self, transfers: Sequence[Transfer], at: datetime) -> list[Answer]:
        """Post a batch, each shard its own part."""
        numbers = runs(transfers)
        split = split_runs(transfers, numbers=numbers)
        answers = [Answer(ResultCode.AMOUNT_RANGE) for _ in transfers]
        for shard in sorted({t.debit >> 48 for t in transfers if routable(t)}):
            places = [i for i, t in enumerate(transfers) if t.debit >> 48 == shard]
            if shard not in self.shards:
                part = [Answer(ResultCode.DEBIT_ACCOUNT_NOT_FOUND) for _ in places]
            else:
                items = [(transfers[i], numbers[i], numbers[i] in split) for i in places]
                part = self.shards[shard].post(items, at)
            for place, answer in zip(places, part, strict=True):
                answers[place] = answer
        return answers

    def account(self, number: int) -> Account:
        """Return one account."""
        return self.shards[number >> 48].accounts[number]


@dataclass
class SideBySide:
    """A book in both forms, at one instant that the caller moves."""

    conn: Connection
    shards: int = 1
    at: datetime = START
    names: dict[str, int] = field(default_factory=dict)
    ids: SeededIds = field(default_factory=lambda: SeededIds("ledger tests"))

    def __post_init__(self) -> None:
        self.book = Book(self.shards)
        self.work = Work(self.conn, at=self.at, ids=self.ids)
        set_up_shards(self.work, count=self.shards)
        add_asset(self.work, asset=UNITS, code="MMF", scale=2)

    def open(self, name: str, flags: AccountFlag, *, shard: int = 0, asset: int = 1) -> int:
        """Open an account under a name and return its number."""
        number = shard << 48 | 1000 + len(self.names)
        self.names[name] = number
        new = NewAccount(number, AccountKind.SUSPENSE, asset, flags)
        assert open_accounts(self.work, [new]) == [new]
        self.book.shards[shard].accounts[number] = Account(asset, flags)
        return number

    def flag(self, name: str, flags: AccountFlag) -> None:
        """Set an account's flags in both forms."""
        account = self.book.account(self.names[name])
        account.flags = flags
        sql = "UPDATE ledger_account SET flags = %s WHERE shard = %s AND id = %s"
        number = self.names[name]
        self.conn.execute(sql, (int(flags), number >> 48, number))

    def advance(self, by: timedelta) -> None:
        """Move the business instant."""
        self.at += by
        self.work.at = self.at

    def post(self, transfers: Sequence[Transfer]) -> list[TransferResult]:
        """Post to both, compare every result, every counter and every hash; return the results."""
        expected = self.book.post(transfers, self.at)
        results = post_transfers(self.work, transfers)
        seen = [Answer(r.code, r.replayed, r.batch, r.idx, *r[6:]) for r in results]
        assert seen == expected
        assert [r.index for r in results] == list(range(len(transfers)))
        self.compare()
        return results

    def sweep(self, *, limit: int) -> None:
        """Sweep expired holds in both and compare."""
        expected: list[Answer] = []
        for shard in self.book.shards.values():
            holds = shard.expired_holds(self.at)[:limit]
            sweep = [expire(h, shard=shard.number, effective_on=ON) for h in holds]
            expected += self.book.post(sweep, self.at)
            if len(holds) < limit:
                shard.at = max(shard.at, self.at)
        results = expire_pending(self.work, limit=limit)
        assert [Answer(r.code, r.replayed, r.batch, r.idx, *r[6:]) for r in results] == expected
        self.compare()

    def compare(self) -> None:
        """Hold the stored counters and chain heads against the model's."""
        stored = queries.balances(self.work, list(self.names.values()))
        for name, number in self.names.items():
            assert stored[number] == Counters(*self.book.account(number).now), name
        heads = self.work.rows("SELECT shard, seq, hash FROM ledger_shard ORDER BY shard")
        assert heads == [(s.number, s.seq, s.hash) for s in self.book.shards.values()]
