"""A bookkeeper under whom the database dies: posts to the ledger, repeats what is unsure.

A batch has everything in it: transfers, holds, what becomes of them, reversals, linked groups of
which some fail. Its ids are written down before it is posted; it is repeated until it is answered.
"""

import contextlib
import random
import threading
import time
from collections.abc import Sequence
from functools import partial
from uuid import UUID

import psycopg
from psycopg_pool import PoolTimeout

from bench.crashing.diary import Diary, DiaryClosed
from huoqi.kit.clock import ClockAdvancing
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Database, Work
from huoqi.ledger.operations import NewAccount, open_accounts, post_transfers
from huoqi.ledger.posting import TransferResult
from huoqi.ledger.rules.chart import CNY, AccountFlag, AccountKind, system_account
from huoqi.ledger.rules.transfers import (
    ResultCode,
    Transfer,
    TransferKind,
    hold,
    post,
    post_pending,
    reverse,
    void,
)

PAUSE_S = 0.05
FIRST_INSTANCE, ACCOUNTS = 700_000, 12
CODE = 1
KEPT = 40
#: Which kinds of account there are: without limit, with one on each side, hot.
FLAGS = (AccountFlag(0), AccountFlag.NO_DEBIT_OVERDRAFT, AccountFlag.HOT)
#: What a broken connection looks like to whoever posts.
BROKEN = (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout)


def account(shard: int, number: int) -> int:
    """Return the number of one of the bookkeeper's accounts."""
    return system_account(shard=shard, kind=AccountKind.SUSPENSE, instance=FIRST_INSTANCE + number)


def open_books(work: Work, *, shards: Sequence[int]) -> None:
    """Open the bookkeeper's accounts."""
    open_accounts(
        work,
        [
            NewAccount(account(shard, n), AccountKind.SUSPENSE, CNY, FLAGS[n % len(FLAGS)])
            for shard in shards
            for n in range(ACCOUNTS)
        ],
    )


class Bookkeeper(threading.Thread):
    """Posts until it is told to stop and knows of all that it posted."""

    def __init__(
        self, database: Database, *, shards: Sequence[int], diary: Diary, stop: threading.Event
    ) -> None:
        super().__init__(name="bookkeeper", daemon=True)
        self._database, self._shards, self._diary, self._stop_at = database, shards, diary, stop
        self._dice = random.Random("bookkeeper")
        self._holds: list[tuple[int, UUID]] = []
        self._posts: list[tuple[int, UUID]] = []
        self.batches = 0

    def run(self) -> None:
        """Post one batch after the other."""
        with contextlib.suppress(DiaryClosed):
            while not self._stop_at.is_set():
                self.batches += 1
                self._persist(f"batch-{self.batches}")
                time.sleep(PAUSE_S * 2 * self._dice.random())

    def _persist(self, key: str) -> None:
        batch: list[Transfer] = []
        results: list[TransferResult] = []
        while not results:
            self._diary.require_open()
            try:
                if not batch:
                    batch = self._database.run(self._batch)
                    body = [str(each.id) for each in batch]
                    self._diary.write("ask", key, kind="ledger", who=0, body=body)
                results = self._database.run(partial(post_transfers, transfers=batch))
            except ClockAdvancing:
                time.sleep(PAUSE_S)
            except BROKEN:
                if batch:
                    self._diary.write("unsure", key)
                time.sleep(PAUSE_S)
        codes = [int(each.code) for each in results]
        self._diary.write("told", key, status=200, digest="", order="", code="", results=codes)
        for transfer, code in zip(batch, codes, strict=True):
            self._remember(transfer, ResultCode(code))

    def _remember(self, transfer: Transfer, code: ResultCode) -> None:
        if code != ResultCode.OK:
            return
        place = (transfer.debit >> 48, transfer.id)
        if transfer.expires_at is None and transfer.ref_id is None:
            known = self._holds if transfer.kind is TransferKind.PENDING else self._posts
            known.append(place)
            del known[:-KEPT]

    def _batch(self, work: Work) -> list[Transfer]:
        batch: list[Transfer] = []
        for _ in range(self._dice.randrange(1, 8)):
            batch += self._some(work)
        return batch

    def _some(self, work: Work) -> list[Transfer]:
        """Return one transfer, or the linked ones of a group."""
        on, shard = shanghai_date(work.at), self._dice.choice(self._shards)
        chance = self._dice.random()
        if chance < 0.15 and self._holds:
            at, target = self._dice.choice(self._holds)
            part = self._dice.choice((0, 1))
            settle = post_pending(
                work.new_id(), hold_id=target, shard=at, code=CODE, effective_on=on, amount=part
            )
            release = void(work.new_id(), hold_id=target, shard=at, code=CODE, effective_on=on)
            return [self._dice.choice((settle, release))]
        if chance < 0.25 and self._posts:
            at, target = self._dice.choice(self._posts)
            return [reverse(work.new_id(), target_id=target, shard=at, code=CODE, effective_on=on)]
        group = work.new_id() if chance < 0.5 else None
        count = self._dice.randrange(2, 4) if group else 1
        make = hold if chance > 0.8 else post
        found = []
        for _ in range(count):
            debit, credit = self._dice.sample(range(ACCOUNTS), 2)
            amount = self._dice.randrange(1, 500)
            found.append(
                make(
                    work.new_id(),
                    debit=account(shard, debit),
                    credit=account(shard, credit),
                    amount=amount,
                    code=CODE,
                    effective_on=on,
                    group=group,
                )
            )
        return found
