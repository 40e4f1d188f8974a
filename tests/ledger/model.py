"""The ledger as plain Python: one item after the other, dictionaries and integers, no cleverness.

It is the oracle. Every engine must give its results, counters and hashes bit for bit.
"""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from huoqi.ledger.rules.chain import AssetSums, JournalRow, genesis, items_digest, link_hash
from huoqi.ledger.rules.chain import sums_text as text_of
from huoqi.ledger.rules.chart import AccountFlag
from huoqi.ledger.rules.counters import Counters
from huoqi.ledger.rules.transfers import ResultCode as Code
from huoqi.ledger.rules.transfers import Transfer, days_since_2000, fingerprint, malformation
from huoqi.ledger.rules.transfers import TransferKind as Kind

Member = tuple[Transfer, int | None, bool]
TOP = 2**63 - 1
MOVES = (Kind.POST, Kind.POST_PENDING, Kind.REVERSE)
RESOLVED = {
    Kind.POST_PENDING: Code.PENDING_ALREADY_POSTED,
    Kind.VOID: Code.PENDING_ALREADY_VOIDED,
    Kind.EXPIRE: Code.PENDING_EXPIRED,
}
LIMITED = AccountFlag.NO_DEBIT_OVERDRAFT | AccountFlag.HOT
CREDIT_LIMITED = AccountFlag.NO_CREDIT_OVERDRAFT | AccountFlag.HOT


@dataclass
class Account:
    """An account: four counters in the order dv, dp, cv, cp; a hot one's since the batch began."""

    asset: int
    flags: AccountFlag
    now: list[int] = field(default_factory=lambda: [0, 0, 0, 0])
    in_batch: list[int] = field(default_factory=lambda: [0, 0, 0, 0])

    def room(self) -> list[int]:
        """Return the counters that overflow is judged by."""
        return self.in_batch if self.flags & AccountFlag.HOT else self.now


@dataclass
class Stored:
    """A row of the journal; accounts, amount and asset are the reference's where it is OK."""

    request: Transfer
    fingerprint: int
    code: Code
    batch: int
    idx: int
    debit: int
    credit: int
    amount: int
    asset: int
    released: int = 0
    status: Code | None = None  # of a hold: None while it is open
    reversed: bool = False


@dataclass
class Answer:
    """What the model says of one item."""

    code: Code
    replayed: bool = False
    batch: int | None = None
    idx: int | None = None
    debit: Counters | None = None
    credit: Counters | None = None


class Shard:
    """The book of one shard."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.accounts: dict[int, Account] = {}
        self.journal: dict[UUID, Stored] = {}
        self.seq = 0
        self.at = datetime.min.replace(tzinfo=UTC)
        self.hash = genesis(number)

    def post(self, items: Sequence[Member], at: datetime) -> list[Answer]:
        """Post items, each with its run and whether that spans shards."""
        self.now = max(self.at, at)
        self.rows: list[Stored] = []
        for account in self.accounts.values():
            account.in_batch = [0, 0, 0, 0]
        answers: list[Answer] = []
        place = 0
        while place < len(items):
            end = place + 1
            run = items[place][1]
            while run is not None and end < len(items) and items[end][1] == run:
                end += 1
            answers += self._run(items[place:end], place, linked=run is not None)
            place = end
        self._seal()
        return answers

    def _run(self, members: Sequence[Member], place: int, *, linked: bool) -> list[Answer]:
        fixed = [self._before_order(transfer, split) for transfer, _, split in members]
        mixed = any(f is not None and f.replayed for f in fixed) and linked
        failed = any(f is not None for f in fixed) and linked
        if mixed:
            fixed = [f or Answer(Code.BAD_GROUP) for f in fixed]
        saved = deepcopy((self.accounts, self.journal)) if linked else None
        answers: list[Answer] = []
        for i, (transfer, _, _) in enumerate(members):
            answer = fixed[i]
            if answer is None:
                code = Code.LINKED_FAILED if failed else self._try(transfer, place + i)
                if saved is not None and not failed and code != Code.OK:
                    # The first to fail: as if the run had not begun; the others are linked.
                    failed = True
                    self.accounts, self.journal = saved
                    answers = [
                        self._keep(members[j][0], Code.LINKED_FAILED, place + j) for j in range(i)
                    ]
                if code != Code.OK:
                    self._keep(transfer, code, place + i)
                row = self.journal[transfer.id]
                answer = Answer(code, False, row.batch, row.idx)
            answers.append(self._show(transfer, answer))
        stored = (
            self.journal.get(t.id)
            for (t, _, _), a in zip(members, answers, strict=True)
            if a.code.stored and not a.replayed
        )
        self.rows += [row for row in stored if row is not None]
        return answers

    def _before_order(self, transfer: Transfer, split: bool) -> Answer | None:
        known = self.journal.get(transfer.id)
        bad = malformation(transfer) or (Code.BAD_GROUP if split else None)
        if known is not None:
            if bad is None and fingerprint(transfer) == known.fingerprint:
                return Answer(known.code, True, known.batch, known.idx)
            return Answer(Code.ID_FINGERPRINT_MISMATCH)
        return None if bad is None else Answer(bad)

    def _try(self, t: Transfer, idx: int) -> Code:
        code, target = self._reference(t)
        if code != Code.OK:
            return code
        row = Stored(t, fingerprint(t), Code.OK, self.seq + 1, idx, *t[2:6])
        if target is not None:
            row.asset, row.amount = target.asset, t.amount or target.amount
            row.debit, row.credit = target.debit, target.credit
            if t.kind == Kind.REVERSE:
                row.debit, row.credit = target.credit, target.debit
            else:
                row.released = target.amount
        if t.kind in {Kind.POST, Kind.PENDING, Kind.REVERSE}:
            code = self._refusal(row)
        if code == Code.OK:
            code = self._apply(row)
        if code == Code.OK:
            self.journal[t.id] = row
            if target is not None:
                target.reversed = t.kind == Kind.REVERSE
                target.status = RESOLVED.get(t.kind)
        return code

    def _apply(self, row: Stored) -> Code:
        payer, payee = self.accounts[row.debit], self.accounts[row.credit]
        posted, held = moved(row)
        pending, settled = zip(payer.room()[:2], payee.room()[2:], strict=True)
        if posted > TOP - max(settled) or (held > 0 and held > TOP - max(pending)):
            return Code.COUNTER_OVERFLOW
        for account, place in ((payer, 0), (payee, 2)):
            for counters in (account.now, account.in_batch):
                counters[place] += held
                counters[place + 1] += posted
        return Code.OK

    def _reference(self, t: Transfer) -> tuple[Code, Stored | None]:
        if t.kind in {Kind.POST, Kind.PENDING}:
            return Code.OK, None
        target = self.journal.get(t.ref_id) if t.ref_id else None
        kind = target.request.kind if target is not None and target.code == Code.OK else None
        if t.kind == Kind.REVERSE:
            if target is None or kind not in {Kind.POST, Kind.POST_PENDING}:
                return Code.REVERSAL_TARGET_NOT_FOUND, None
            return (Code.ALREADY_REVERSED if target.reversed else Code.OK), target
        if target is None or kind != Kind.PENDING:
            return Code.PENDING_NOT_FOUND, None
        return self._state_of_hold(t, target), target

    def _state_of_hold(self, t: Transfer, target: Stored) -> Code:
        if target.status is not None:
            return target.status
        if t.kind == Kind.EXPIRE:
            return Code.OK if self._gone(target) else Code.PENDING_NOT_FOUND
        if self._gone(target):
            return Code.PENDING_EXPIRED
        return Code.EXCEEDS_PENDING if t.amount > target.amount else Code.OK

    def _gone(self, hold: Stored) -> bool:
        expires_at = hold.request.expires_at
        return expires_at is not None and expires_at <= self.now

    def _refusal(self, row: Stored) -> Code:
        payer, payee = self.accounts.get(row.debit), self.accounts.get(row.credit)
        if payer is None:
            return Code.DEBIT_ACCOUNT_NOT_FOUND
        if payee is None and row.credit >> 48 == self.number:
            return Code.CREDIT_ACCOUNT_NOT_FOUND
        if {account.asset for account in (payer, payee) if account} != {row.asset}:
            return Code.ASSET_MISMATCH
        if payee is None:
            return Code.CROSS_SHARD
        if (payer.flags | payee.flags) & AccountFlag.CLOSED:
            return Code.ACCOUNT_CLOSED
        if payer.flags & AccountFlag.FROZEN:
            return Code.ACCOUNT_FROZEN
        return self._limits(row, payer, payee)

    def _limits(self, row: Stored, payer: Account, payee: Account) -> Code:
        dv, dp, _, cp = payer.now
        free = cp - dp - dv + self._expired(row.debit, credit_side=False)
        if payer.flags & LIMITED == AccountFlag.NO_DEBIT_OVERDRAFT and row.amount > free:
            return Code.INSUFFICIENT_FUNDS
        _, dp, cv, cp = payee.now
        free = dp - cp - cv + self._expired(row.credit, credit_side=True)
        if payee.flags & CREDIT_LIMITED == AccountFlag.NO_CREDIT_OVERDRAFT and row.amount > free:
            return Code.CREDIT_LIMIT
        return Code.PENDING_EXPIRED if self._gone(row) else Code.OK

    def _expired(self, account: int, *, credit_side: bool) -> int:
        return sum(
            row.amount
            for row in self.journal.values()
            if row.code == Code.OK
            and row.request.kind == Kind.PENDING
            and row.status is None
            and self._gone(row)
            and account == (row.credit if credit_side else row.debit)
        )

    def expired_holds(self, at: datetime) -> list[UUID]:
        """Return the open holds that are expired at an instant, in the sweeper's order."""
        self.now = max(self.at, at)
        rows = [r for r in self.journal.values() if r.request.kind == Kind.PENDING]
        rows = [r for r in rows if r.code == Code.OK and r.status is None and self._gone(r)]
        rows.sort(key=lambda r: (r.request.expires_at, r.request.id))
        return [r.request.id for r in rows]

    def _keep(self, t: Transfer, code: Code, idx: int) -> Answer:
        self.journal[t.id] = Stored(t, fingerprint(t), code, self.seq + 1, idx, *t[2:6])
        return self._show(t, Answer(code, False, self.seq + 1, idx))

    def _show(self, t: Transfer, answer: Answer) -> Answer:
        debit, credit = t.debit, t.credit
        if answer.code == Code.OK and not answer.replayed:
            debit, credit = self.journal[t.id].debit, self.journal[t.id].credit
        if answer.code.stored:
            answer.debit, answer.credit = self._cool(debit), self._cool(credit)
        return answer

    def _cool(self, number: int) -> Counters | None:
        account = self.accounts.get(number)
        if account is None or account.flags & AccountFlag.HOT:
            return None
        return Counters(*account.now)

    def _seal(self) -> None:
        if not self.rows:
            return
        sums: dict[int, AssetSums] = {}
        for row in self.rows:
            if row.code == Code.OK:
                posted, held = moved(row)
                before = sums.get(row.asset, AssetSums(0, 0))
                sums[row.asset] = AssetSums(before.posted + posted, before.held + held)
        count, digest = items_digest(journal_row(row) for row in self.rows)
        self.seq += 1
        self.at = self.now
        self.hash = link_hash(
            self.hash, seq=self.seq, at=self.at, count=count, sums=text_of(sums), items=digest
        )


def moved(row: Stored) -> tuple[int, int]:
    """Return what an applied row posts, and what it holds or sets free."""
    kind = row.request.kind
    held = row.amount if kind == Kind.PENDING else -row.released
    return (row.amount if kind in MOVES else 0), held


def journal_row(row: Stored) -> JournalRow:
    """Return a stored row as the chain sees it."""
    t = row.request
    days = days_since_2000(t.effective_on)
    ids = (row.idx, t.id, t.kind, row.debit, row.credit, row.amount, row.asset, t.code, t.ref_id)
    return JournalRow(*ids, days, t.group, row.fingerprint, row.code)
