"""Hypothesis drives the model and the SQL engine with the same batches; they never differ."""

import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from huoqi.ledger import operations
from huoqi.ledger.rules.chart import AccountFlag
from huoqi.ledger.rules.transfers import INT64_MAX, Transfer, TransferKind, post
from tests.ledger.harness import ON, UNITS, SideBySide

_SPACE = UUID(int=1)
_ACCOUNTS = {
    "bank": (AccountFlag(0), 0, 1),
    "alice": (AccountFlag.NO_DEBIT_OVERDRAFT, 0, 1),
    "bob": (AccountFlag.NO_DEBIT_OVERDRAFT, 0, 1),
    "debtor": (AccountFlag.NO_CREDIT_OVERDRAFT, 0, 1),
    "clearing": (AccountFlag.HOT, 0, 1),
    "units": (AccountFlag(0), 0, UNITS),
    "far bank": (AccountFlag(0), 1, 1),
    "far carol": (AccountFlag.NO_DEBIT_OVERDRAFT, 1, 1),
}
Draft = dict[str, Any]  # drawn values by name, well formed or not
_NEAR = ["alice", "alice", "bob", "bob", "bank", "bank", "clearing", "debtor", "units", "far carol"]
_FAR = ["far bank", "far carol", "alice"]
_GROUPS = [uuid5(_SPACE, f"group {n}") for n in range(3)]
_KINDS = [1, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 6]


def _ids(kind: int) -> list[UUID]:
    """Return the few ids that transfers of a kind use, so that repeats and references meet."""
    return [uuid5(_SPACE, f"{TransferKind(kind).name} {n}") for n in range(8)]


_HOLDS = _ids(2)
_POSTED = [*_ids(1), *_ids(3)]
_amounts = st.one_of(
    st.integers(1, 30),
    st.integers(1, 30),
    st.sampled_from([0, -1, INT64_MAX, INT64_MAX + 1, INT64_MAX - 20, 2**62]),
)


@st.composite
def _draft(draw: st.DrawFn) -> Draft:
    kind = draw(st.sampled_from(_KINDS))
    ids = _ids(kind)
    strangers = draw(st.integers(0, 19)) == 0
    parties = _FAR if draw(st.integers(0, 5)) == 0 else _NEAR
    targets = _POSTED if kind == TransferKind.REVERSE else _HOLDS
    odd = draw(st.integers(0, 19))
    return {
        "id": draw(st.sampled_from(_HOLDS if strangers else ids)),
        "kind": kind,
        "debit": draw(st.sampled_from(parties)),
        "credit": draw(st.sampled_from(parties)),
        "amount": draw(_amounts),
        "ref": draw(st.sampled_from(_POSTED if strangers else targets)),
        "group": draw(st.sampled_from([None, None, None, *_GROUPS])),
        "expires_in": draw(st.sampled_from([None, None, 0, 1, 2, 5])),
        "odd": {1: "ref", 2: "expiry", 3: "nowhere", 4: "asset"}.get(odd, ""),
    }


_drafts = _draft()


def transfer_of(draft: Draft, both: SideBySide) -> Transfer:
    """Return a draft as a transfer, mostly well formed."""
    kind = TransferKind(draft["kind"])
    debit, credit = both.names[draft["debit"]], both.names[draft["credit"]]
    asset, ref, expires_at = 1, None, None
    amount = draft["amount"]
    if kind > TransferKind.PENDING:
        debit = credit = debit >> 48 << 48
        asset, ref = 0, draft["ref"]
        if kind > TransferKind.POST_PENDING or amount == INT64_MAX:
            amount = 0
    if kind == TransferKind.PENDING and draft["expires_in"] is not None:
        expires_at = both.at + timedelta(minutes=draft["expires_in"])
    match draft["odd"]:
        case "ref":
            ref = draft["ref"]
        case "expiry":
            expires_at = both.at
        case "nowhere":
            credit = [77, -3, (5 << 48) | 1][amount % 3]
        case "asset":
            asset = UNITS
    code = draft["id"].int % 3
    return Transfer(
        draft["id"], kind, debit, credit, amount, asset, code, ref, ON, draft["group"], expires_at
    )


class LedgerMachine(RuleBasedStateMachine):
    """Random batches, repeats, time, flags, sweeps and folds, on a database rolled back after."""

    conn: psycopg.Connection

    def __init__(self) -> None:
        super().__init__()
        self.both = SideBySide(self.conn, shards=2)
        for name, (flags, shard, asset) in _ACCOUNTS.items():
            self.both.open(name, flags, shard=shard, asset=asset)
        self.sent: list[list[Transfer]] = []
        payees = ["alice", "bob", "far carol"]
        self.both.post([self._gift(payee) for payee in payees])

    def _gift(self, payee: str) -> Transfer:
        names = self.both.names
        bank = names["far bank" if payee.startswith("far") else "bank"]
        id_ = uuid5(_SPACE, f"gift to {payee}")
        return post(id_, debit=bank, credit=names[payee], amount=60, code=0, effective_on=ON)

    @rule(drafts=st.lists(_drafts, min_size=1, max_size=8))
    def post(self, drafts: list[Draft]) -> None:
        batch = [transfer_of(draft, self.both) for draft in drafts]
        self.sent.append(batch)
        self.both.post(batch)

    @rule(data=st.data())
    def post_again(self, data: st.DataObject) -> None:
        if self.sent:
            again = data.draw(st.sampled_from(self.sent))
            more = data.draw(st.sampled_from(self.sent))
            self.both.post([*again, *more])

    @rule(minutes=st.integers(0, 3))
    def wait(self, minutes: int) -> None:
        self.both.advance(timedelta(minutes=minutes))

    @rule()
    def post_late(self) -> None:
        # A slower writer whose instant is older than the shard's: the batch takes the shard's.
        if self.sent:
            self.both.advance(timedelta(minutes=-1))
            self.both.post(self.sent[-1][:1])

    @rule(
        name=st.sampled_from(["alice", "bob", "bank", "debtor"]),
        extra=st.sampled_from([AccountFlag(0), AccountFlag.FROZEN, AccountFlag.CLOSED]),
    )
    def set_flags(self, name: str, extra: AccountFlag) -> None:
        self.both.flag(name, _ACCOUNTS[name][0] | extra)

    @rule()
    def fold(self) -> None:
        operations.fold_hot_deltas(self.both.work)

    @rule(limit=st.sampled_from([1, 100]))
    def sweep(self, limit: int) -> None:
        self.both.sweep(limit=limit)

    @invariant()
    def debits_equal_credits(self) -> None:
        for shard in self.both.book.shards.values():
            counters = [(a.asset, a.now) for a in shard.accounts.values()]
            for asset in (1, UNITS):
                dv, dp, cv, cp = (sum(n[i] for a, n in counters if a == asset) for i in range(4))
                assert (dv, dp) == (cv, cp)

    @invariant()
    def no_counter_is_negative(self) -> None:
        for shard in self.both.book.shards.values():
            assert all(min(account.now) >= 0 for account in shard.accounts.values())


@pytest.fixture
def machine(database_dsn: str) -> Iterator[type[LedgerMachine]]:
    with psycopg.connect(database_dsn) as conn:

        class OnThisDatabase(LedgerMachine):
            def __init__(self) -> None:
                conn.rollback()
                super().__init__()

        OnThisDatabase.conn = conn
        yield OnThisDatabase
        conn.rollback()


def test_model_and_engine_never_differ(machine: type[LedgerMachine]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=int(os.environ.get("HUOQI_LEDGER_EXAMPLES", "60")),
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
