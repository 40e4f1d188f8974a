"""The journal of a shard lived through once more by the plain model of the ledger.

The rows that were stored are turned back into the requests that they came from, whose fingerprints
prove them; the model posts them batch by batch and must come to the same results, counters, hashes.
"""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from datetime import datetime
from itertools import groupby
from uuid import UUID

from huoqi.kit.db import Row, Work
from huoqi.ledger.queries import balances, shards
from huoqi.ledger.rules.chart import AccountFlag
from huoqi.ledger.rules.transfers import ResultCode, Transfer, TransferKind, fingerprint, runs
from tests.ledger.model import Account, Answer, Member, Shard, Stored

_AT_ONCE = 2_000
_ACCOUNTS = "SELECT id, asset, flags FROM ledger_account WHERE shard = %s"
_BATCHES = """
    SELECT b.seq, b.at, b.hash, t.idx, t.id, t.kind, t.dr, t.cr, t.amount, t.asset, t.code,
        t.ref_id, t.effective_on, t.grp, t.fp, t.result, p.expires_at
    FROM ledger_batch b
    JOIN ledger_transfer t ON t.shard = b.shard AND t.batch = b.seq
    LEFT JOIN ledger_pending p ON p.shard = t.shard AND p.id = t.id
    WHERE b.shard = %s AND b.seq > %s AND b.seq <= %s ORDER BY b.seq, t.idx
"""


class _Rewound(dict[object, object]):
    """A dictionary of which a copy holds only what the run at hand can change."""

    touched: set[object]

    def __deepcopy__(self, memo: dict[int, object]) -> "_Kept":
        return _Kept(self, {key: deepcopy(self.get(key), memo) for key in self.touched})


class _Kept:
    """What some keys of a dictionary stood for."""

    def __init__(self, whole: _Rewound, before: dict[object, object]) -> None:
        self._whole, self._before = whole, before

    def restored(self) -> _Rewound:
        """Put it back and return the dictionary."""
        for key, value in self._before.items():
            if value is None:
                self._whole.pop(key, None)
            else:
                self._whole[key] = value
        return self._whole


class LongShard(Shard):
    """The model, made to live through long journals: what it copies and looks through is less."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.places: dict[UUID, int] = {}
        self.open_with_end: dict[UUID, Stored] = {}

    def __setattr__(self, name: str, value: object) -> None:
        """Set an attribute; accounts and journal are kept as what can be rewound."""
        if isinstance(value, _Kept):
            value = value.restored()
        elif name in {"accounts", "journal"} and not isinstance(value, _Rewound):
            value = _Rewound(value)  # type: ignore[call-overload] # the model's dictionaries
        super().__setattr__(name, value)

    def _run(self, members: Sequence[Member], place: int, *, linked: bool) -> list[Answer]:
        targets = {t.ref_id: self.journal.get(t.ref_id) for t, _, _ in members if t.ref_id}
        rows = [row for row in targets.values() if row is not None]
        self.journal.touched = {*targets, *(t.id for t, _, _ in members)}  # type: ignore[attr-defined] # a _Rewound
        self.accounts.touched = {  # type: ignore[attr-defined] # a _Rewound
            *(n for t, _, _ in members for n in (t.debit, t.credit)),
            *(n for row in rows for n in (row.debit, row.credit)),
        }
        return super()._run(members, place, linked=linked)

    def _try(self, t: Transfer, idx: int) -> ResultCode:
        code = super()._try(t, self.places.get(t.id, idx))
        if code == ResultCode.OK and t.expires_at is not None:
            self.open_with_end[t.id] = self.journal[t.id]
        return code

    def _keep(self, t: Transfer, code: ResultCode, idx: int) -> Answer:
        return super()._keep(t, code, self.places.get(t.id, idx))

    def _expired(self, account: int, *, credit_side: bool) -> int:
        return sum(
            row.amount
            for row in self.open_with_end.values()
            if row.status is None
            and self._gone(row)
            and account == (row.credit if credit_side else row.debit)
        )


def replayed(work: Work) -> list[str]:
    """Return where the book differs from what the model makes of its own journal."""
    return [line for number in shards(work) for line in _replayed_shard(work, number)]


def _replayed_shard(work: Work, number: int) -> Iterator[str]:
    model = LongShard(number)
    for id_, asset, flags in work.rows(_ACCOUNTS, (number,)):
        lasting = AccountFlag(flags) & ~(AccountFlag.FROZEN | AccountFlag.CLOSED)
        model.accounts[id_] = Account(asset, lasting)
    row = work.row("SELECT seq, hash FROM ledger_shard WHERE shard = %s", (number,))
    assert row is not None
    for after in range(0, row[0], _AT_ONCE):
        rows = work.rows(_BATCHES, (number, after, min(after + _AT_ONCE, row[0])))
        for seq, part in groupby(rows, key=lambda each: each[0]):
            fault = _posted(model, list(part))
            if fault:
                yield f"shard {number}, batch {seq}: {fault}"
                return
    if (model.seq, model.hash) != (row[0], row[1]):
        yield f"shard {number}: the model ends at {model.seq}, the book at {row[0]}"
    stored = balances(work, list(model.accounts))
    wrong = [n for n, account in model.accounts.items() if tuple(stored[n]) != tuple(account.now)]
    if wrong:
        yield f"shard {number}: {len(wrong)} accounts differ, the first is {wrong[0]}"


def _posted(model: LongShard, rows: list[Row]) -> str:
    """Let the model post a batch; return what it sees otherwise."""
    transfers = []
    for row in rows:
        transfer = request_of(row, shard=model.number)
        if transfer is None:
            return f"transfer {row[4]} is not what was asked for"
        transfers.append(transfer)
    model.places = {row[4]: row[3] for row in rows}
    numbers = runs(transfers)
    members = [(t, n, False) for t, n in zip(transfers, numbers, strict=True)]
    at: datetime = rows[0][1]
    answers = model.post(members, at)
    codes = [(int(answer.code), answer.replayed) for answer in answers]
    if codes != [(row[15], False) for row in rows]:
        return f"the model says {codes}"
    return "" if (model.seq, model.hash) == (rows[0][0], rows[0][2]) else "another hash"


def request_of(row: Row, *, shard: int) -> Transfer | None:
    """Return the request that a stored row came from, or None if its fingerprint denies it."""
    kind = TransferKind(row[5])
    if kind <= TransferKind.PENDING:
        tries = [(row[6], row[7], row[8], row[9])]
    else:
        place = shard << 48
        tries = [(place, place, amount, 0) for amount in sorted({0, row[8]})]
    for debit, credit, amount, asset in tries:
        transfer = Transfer(
            row[4], kind, debit, credit, amount, asset, row[10], row[11], row[12], row[13], row[16]
        )
        if fingerprint(transfer) == row[14]:
            return transfer
    return None
