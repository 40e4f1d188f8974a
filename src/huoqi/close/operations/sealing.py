"""Closed days sealed in their order, each signed by three, and a customer's proof out of one.

The close has fixed a day's figures before; the seal makes them provable to others. A signer who is
away or refuses holds up the seals from that day on and undoes nothing (record 121). Days are
sealed a few at a time, so that a company which lives through months in seconds pays little.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

import numpy as np

from huoqi.approvals.queries import is_approved
from huoqi.close import _store
from huoqi.close._store import seals
from huoqi.close._store.seals import Unsealed
from huoqi.close.bank_status import are_banks_closed
from huoqi.close.book import Book, BookDamaged, Int64, column, empty_book, with_accrued_paid
from huoqi.close.day_columns import AtAccounts, earning_book
from huoqi.close.platform import Platform
from huoqi.close.rules.book_seal import Holder, sealed_book, sealed_root
from huoqi.close.rules.due import CLOSE_AGAIN_AFTER
from huoqi.close.rules.proofs import Proof, Signature, Signer
from huoqi.close.rules.seal_tree import NOTHING, Statement, statement_bytes
from huoqi.close.rules.sealing import (
    APPROVAL,
    APPROVAL_RULE,
    BANKS_RULE,
    Doubt,
    note_of,
    seal_object,
)
from huoqi.close.seal.port import SealDesk, SignerAway
from huoqi.close.seal.refusals import NotInBook, NotSealed
from huoqi.close.seal.signers import day_key_of
from huoqi.events.operations import EventDraft, emit
from huoqi.fund import day_facts
from huoqi.fund.rules.allocation_columns import exact_sum
from huoqi.kit.db import Work
from huoqi.policy.queries import is_needed

_DAY = timedelta(days=1)
#: So many days are sealed with one reading of the database.
DAYS_AT_ONCE = 16
Signed = tuple[Statement, tuple[Signature, ...]]


@dataclass(frozen=True, slots=True)
class Sealing:
    """How many days were sealed now, and what the next one lacks, if it lacks something."""

    count: int
    missing: str = ""


@dataclass(frozen=True, slots=True)
class _Page:
    """Statements to be signed, and what the day after them lacks before anybody is asked."""

    days: list[Unsealed]
    statements: list[Statement]
    doubt: str = ""


def seal_until(
    platform: Platform, *, fund: str, on: date = date.max, while_advancing: bool = False
) -> Sealing:
    """Seal what is closed up to a day, in order; say what is missing where it goes no further.

    Days whose book is no longer kept are passed over.
    """
    desk, run = platform.seal, partial(platform.database.run, while_advancing=while_advancing)
    count = 0
    while desk is not None:
        page = run(lambda work: _page(work, desk=desk, fund=fund, until=on))
        if not page.days:
            break
        signed, refused = _signed(desk, page.statements)
        missing = refused or page.doubt
        count += run(partial(_kept, fund=fund, page=page, signed=signed, missing=missing))
        if missing or len(page.days) < DAYS_AT_ONCE:
            return Sealing(count, missing)
    return Sealing(count)


def seal_closed(platform: Platform, *, while_advancing: bool = False) -> int:
    """Seal what is closed of every fund whose turn it is; return how many days were sealed.

    A fund whose seal lacks a signer has its turn when it is to be tried again.
    """
    if platform.seal is None:
        return 0
    run = partial(platform.database.run, while_advancing=while_advancing)
    funds = run(_funds_in_turn)
    found = [seal_until(platform, fund=each, while_advancing=while_advancing) for each in funds]
    return sum(each.count for each in found)


def proof_of(work: Work, *, desk: SealDesk | None, fund: str, on: date, account: int) -> Proof:
    """Return an account's proof of a sealed day.

    Raises NotSealed, NotInBook, or BookDamaged when the books lead to another root than the one
    signed.
    """
    kept = seals.seal(work, fund=fund, on=on)
    if desk is None or kept is None or _store.book(work, fund=fund, on=on) is None:
        raise NotSealed(on=on.isoformat())
    statement = kept.statement
    day_key = day_key_of(desk.secret, fund=fund, on=on)
    held = _Books(work, fund).of(on)
    holders = [Holder(*figures) for figures in held.holders()]
    book = sealed_book(holders, statement=statement, day_key=day_key)
    if book.root != statement.root:
        raise BookDamaged
    position = book.position_of(account)
    if position is None:
        raise NotInBook(on=on.isoformat())
    return book.proof_at(position, statement=statement, signatures=kept.signatures)


def statement_again(
    work: Work, *, desk: SealDesk, fund: str, on: date, last: Statement | None
) -> Statement:
    """Return what would be signed of a day whose books are kept, from the books as they are now."""
    return _statement(_Books(work, fund).of(on), desk=desk, fund=fund, on=on, last=last)


def _funds_in_turn(work: Work) -> list[str]:
    funds = seals.closed_funds(work)
    waits = {fund: seals.wait_of(work, fund=fund) for fund in funds}
    return [
        fund
        for fund, wait in waits.items()
        if wait is None or (wait.again_at is not None and wait.again_at <= work.at)
    ]


def _page(work: Work, *, desk: SealDesk, fund: str, until: date) -> _Page:
    """Return what is to be signed next, up to a day that nobody may sign yet."""
    days = seals.unsealed(work, fund=fund, until=until, limit=DAYS_AT_ONCE)
    kept = seals.last_seal(work, fund=fund) if days else None
    last = kept.statement if kept else None
    made, books = _Page(days, []), _Books(work, fund)
    for day in days:
        if _lacks_approval(work, fund=fund, day=day):
            return replace(made, doubt=note_of(Signer.PLATFORM, Doubt.APPROVAL))
        if _waits_for_banks(work, fund=fund, on=day.on):
            return replace(made, doubt=note_of(Signer.PLATFORM, Doubt.BANKS))
        last = _statement(books.of(day.on), desk=desk, fund=fund, on=day.on, last=last)
        if (last.total_units_e2, last.total_income_fen) != (
            day.total_units_e2,
            day.total_income_fen,
        ):
            return replace(made, doubt=note_of(Signer.PLATFORM, Doubt.REFUSES))
        made.statements.append(last)
    return made


def _lacks_approval(work: Work, *, fund: str, day: Unsealed) -> bool:
    """Tell whether two people have yet to let the platform sign a day."""
    if not is_needed(work, rule=APPROVAL_RULE, fund=fund, on=day.on):
        return False
    object_id = seal_object(fund=fund, on=day.on)
    return not is_approved(work, kind=APPROVAL, object_id=object_id, version=day.root.hex())


def _waits_for_banks(work: Work, *, fund: str, on: date) -> bool:
    """Tell whether policy lets a day be sealed only once its banks' days are closed."""
    return is_needed(work, rule=BANKS_RULE, fund=fund, on=on) and not are_banks_closed(work, on=on)


def _signed(desk: SealDesk, statements: Sequence[Statement]) -> tuple[list[Signed], str]:
    """Return what all three signed, and who did not sign the next one and why."""
    count, missing = len(statements), ""
    answers = []
    for signer in desk.signers:
        given = signer.sign_all(statements[:count])
        for place, answer in enumerate(given):
            if not isinstance(answer, Signature):
                doubt = Doubt.AWAY if isinstance(answer, SignerAway) else Doubt.REFUSES
                count, missing = place, note_of(signer.signer, doubt)
                break
        answers.append([each for each in given[:count] if isinstance(each, Signature)])
    by_day = zip(statements[:count], *(each[:count] for each in answers), strict=True)
    return [(statement, tuple(signatures)) for statement, *signatures in by_day], missing


def _kept(
    work: Work,
    *,
    fund: str,
    page: _Page,
    signed: Sequence[Signed],
    missing: str,
) -> int:
    """Keep the seals, and what is missing for the next one; return how many are new."""
    count = 0
    for statement, signatures in signed:
        count += seals.add(work, statement=statement, signatures=signatures)
    before = seals.wait_of(work, fund=fund)
    if not missing:
        if before is not None:
            seals.tell_complete(work, fund=fund)
        return count
    done_on = page.days[len(signed)].on - _DAY
    again_at = None if missing.endswith(Doubt.APPROVAL) else work.at + CLOSE_AGAIN_AFTER
    seals.tell_missing(work, fund=fund, done_on=done_on, again_at=again_at, note=missing)
    if before is None or (before.done_on, before.note) != (done_on, missing):
        data = {"fund": fund, "close_on": (done_on + _DAY).isoformat(), "missing": missing}
        emit(work, EventDraft("close.seal_blocked", fund, data=data))
    return count


def _statement(
    held: "_Held", *, desk: SealDesk, fund: str, on: date, last: Statement | None
) -> Statement:
    """Return what is to be signed of a day."""
    before = NOTHING if last is None else hashlib.sha256(statement_bytes(last)).digest()
    sums = (exact_sum(held.units_e2), exact_sum(held.incomes_fen))
    blank = Statement(on, fund, NOTHING, int(held.accounts.size), *sums, before)
    day_key = day_key_of(desk.secret, fund=fund, on=on)
    return replace(blank, root=sealed_root(held.holders(), statement=blank, day_key=day_key))


@dataclass(frozen=True, slots=True, eq=False)
class _Held:
    """Who held or earned something on a day, units at its end and income."""

    accounts: Int64
    units_e2: Int64
    incomes_fen: Int64

    def holders(self) -> Iterator[tuple[int, int, int]]:
        """Yield each account with its units and income."""
        columns = (self.accounts.tolist(), self.units_e2.tolist(), self.incomes_fen.tolist())
        return zip(*columns, strict=True)


class _Books:
    """The books of days that follow each other; each is read once."""

    def __init__(self, work: Work, fund: str) -> None:
        self._work, self._fund = work, fund
        self._last: tuple[date, Book] | None = None

    def of(self, on: date) -> _Held:
        """Return a day's holders from the books on both its sides, as its close left them.

        An income is what a holder has more than the evening before and the day's events explain,
        so nothing is allocated again, and what was accepted for later days does not matter.
        """
        before, after = self._read(on - _DAY), self._read(on)
        assert after is not None
        self._last = (on, after)
        work, fund = self._work, self._fund
        changes = day_facts.changes_on(work, fund=fund, on=on)
        earning = earning_book(before or empty_book(), changes=_at(changes))
        if earning.accrued_fen.any() or after.accrued_fen.any():
            paid = _at(day_facts.paid_on(work, fund=fund, on=on))
            earning = with_accrued_paid(earning, accounts=paid.accounts, paid_fen=paid.values)
        places = np.searchsorted(earning.accounts, after.accounts)
        units_e2 = np.zeros_like(earning.units_e2)
        units_e2[places] = after.units_e2
        incomes_fen = -earning.units_e2 - earning.accrued_fen
        incomes_fen[places] += after.units_e2 + after.accrued_fen
        kept = (units_e2 != 0) | (incomes_fen != 0)
        return _Held(earning.accounts[kept], units_e2[kept], incomes_fen[kept])

    def _read(self, on: date) -> Book | None:
        if self._last is not None and self._last[0] == on:
            return self._last[1]
        return _store.book(self._work, fund=self._fund, on=on)


def _at(pairs: Sequence[tuple[int, int]]) -> AtAccounts:
    return AtAccounts(column([a for a, _ in pairs]), column([v for _, v in pairs]))
