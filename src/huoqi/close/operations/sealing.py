"""Closed days sealed in their order, each signed by three, and a customer's proof out of one.

The close has fixed a day's figures before; the seal makes them provable to others. A signer who is
away or refuses holds up the seals from that day on and undoes nothing (record 121). Days are
sealed a few at a time, so that a company which lives through months in seconds pays little.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

import numpy as np

from huoqi.approvals.queries import is_approved
from huoqi.close import _store
from huoqi.close._store import seals
from huoqi.close._store.seals import Unsealed
from huoqi.close.book import BookDamaged, column, empty_book
from huoqi.close.day_columns import AtAccounts, earning_book
from huoqi.close.platform import Platform
from huoqi.close.rules.book_seal import Holder, sealed_book, sealed_root
from huoqi.close.rules.due import CLOSE_AGAIN_AFTER
from huoqi.close.rules.proofs import Proof, Signature, Signer
from huoqi.close.rules.seal_tree import NOTHING, Statement, statement_bytes
from huoqi.close.rules.sealing import APPROVAL, APPROVAL_RULE, Doubt, note_of, seal_object
from huoqi.close.seal.port import SealDesk, SignerAway, SignerRefuses
from huoqi.close.seal.refusals import NotInBook, NotSealed
from huoqi.close.seal.signers import day_key_of
from huoqi.events.operations import EventDraft, emit
from huoqi.fund import day_facts
from huoqi.fund.rules.allocation_columns import incomes_of
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
    book = sealed_book(_holders(work, fund=fund, on=on), statement=statement, day_key=day_key)
    if book.root != statement.root:
        raise BookDamaged
    position = book.position_of(account)
    if position is None:
        raise NotInBook(on=on.isoformat())
    return book.proof_at(position, statement=statement, signatures=kept.signatures)


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
    made = _Page(days, [])
    for day in days:
        if _lacks_approval(work, fund=fund, day=day):
            return replace(made, doubt=note_of(Signer.PLATFORM, Doubt.APPROVAL))
        last = _statement(work, desk=desk, fund=fund, on=day.on, last=last)
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


def _signed(desk: SealDesk, statements: Sequence[Statement]) -> tuple[list[Signed], str]:
    """Return what all three signed, and who did not sign the next one and why."""
    signed: list[Signed] = []
    for statement in statements:
        signatures: list[Signature] = []
        for signer in desk.signers:
            try:
                signatures.append(signer.sign(statement))
            except SignerRefuses:
                return signed, note_of(signer.signer, Doubt.REFUSES)
            except SignerAway:
                return signed, note_of(signer.signer, Doubt.AWAY)
        signed.append((statement, tuple(signatures)))
    return signed, ""


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
    work: Work, *, desk: SealDesk, fund: str, on: date, last: Statement | None
) -> Statement:
    """Return what is to be signed of a day."""
    holders = _holders(work, fund=fund, on=on)
    before = NOTHING if last is None else hashlib.sha256(statement_bytes(last)).digest()
    units_e2 = sum(holder.units_e2 for holder in holders)
    income_fen = sum(holder.income_fen for holder in holders)
    blank = Statement(on, fund, NOTHING, len(holders), units_e2, income_fen, before)
    day_key = day_key_of(desk.secret, fund=fund, on=on)
    return replace(blank, root=sealed_root(holders, statement=blank, day_key=day_key))


def _holders(work: Work, *, fund: str, on: date) -> list[Holder]:
    """Return who held or earned something on a day, from the books on both its sides."""
    after = _store.book(work, fund=fund, on=on)
    assert after is not None
    before = _store.book(work, fund=fund, on=on - _DAY) or empty_book()
    pairs = day_facts.changes_on(work, fund=fund, on=on)
    changes = AtAccounts(column([a for a, _ in pairs]), column([d for _, d in pairs]))
    earning = earning_book(before, changes=changes)
    row = day_facts.published_rows(work, fund=fund, first_on=on, last_on=on)[on]
    incomes_fen = incomes_of(earning.units_e2, accounts=earning.accounts, row=row)
    for account, _, fen in day_facts.overrides_between(work, fund=fund, first_on=on, last_on=on):
        incomes_fen[np.searchsorted(earning.accounts, account)] = fen
    units_e2 = np.zeros_like(incomes_fen)
    units_e2[np.searchsorted(earning.accounts, after.accounts)] = after.units_e2
    figures = zip(earning.accounts.tolist(), units_e2.tolist(), incomes_fen.tolist(), strict=True)
    return [Holder(*each) for each in figures if each[1] or each[2]]
