"""Closed days sealed, each signed by three, and a customer's proof out of a sealed day.

A day is sealed when somebody first asks for it or for a later one, so that a company which lives
through months in seconds pays nothing for it. Its close has fixed the book's digest long before.
"""

import hashlib
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import numpy as np

from huoqi.close import _store
from huoqi.close._store import seals
from huoqi.close.book import BookDamaged, column, empty_book
from huoqi.close.day_columns import AtAccounts, earning_book
from huoqi.close.platform import Platform
from huoqi.close.rules.book_seal import Holder, SealedBook, sealed_book
from huoqi.close.rules.proofs import Proof
from huoqi.close.rules.seal_tree import NOTHING, Statement, statement_bytes
from huoqi.close.seal.port import SealDesk
from huoqi.close.seal.refusals import NotInBook, NotSealed
from huoqi.close.seal.signers import day_key_of
from huoqi.fund import day_facts
from huoqi.fund.rules.allocation_columns import incomes_of
from huoqi.kit.db import Work

_DAY = timedelta(days=1)


def seal_until(platform: Platform, *, fund: str, on: date) -> int:
    """Seal what is closed up to a day, in order; return how many days were sealed now.

    Days whose book is no longer kept are passed over. Errors: SignerRefuses.
    """
    desk, database = platform.seal, platform.database
    if desk is None:
        return 0
    days = database.run(lambda work: seals.unsealed(work, fund=fund, until=on))
    for day in days:
        statement = database.run(partial(_statement, desk=desk, fund=fund, on=day))
        signatures = tuple(signer.sign(statement) for signer in desk.signers)
        database.run(partial(seals.add, statement=statement, signatures=signatures))
    return len(days)


def proof_of(work: Work, *, desk: SealDesk | None, fund: str, on: date, account: int) -> Proof:
    """Return an account's proof of a sealed day.

    Raises NotSealed, NotInBook, or BookDamaged when the books lead to another root than the one
    signed.
    """
    kept = seals.seal(work, fund=fund, on=on)
    if desk is None or kept is None or _store.book(work, fund=fund, on=on) is None:
        raise NotSealed(on=on.isoformat())
    statement, signatures = kept
    book = _tree(_holders(work, fund=fund, on=on), desk=desk, statement=statement)
    if book.root != statement.root:
        raise BookDamaged
    position = book.position_of(account)
    if position is None:
        raise NotInBook(on=on.isoformat())
    return book.proof_at(position, statement=statement, signatures=signatures)


def _statement(work: Work, *, desk: SealDesk, fund: str, on: date) -> Statement:
    """Return what is to be signed of a day."""
    holders = _holders(work, fund=fund, on=on)
    last = seals.last_before(work, fund=fund, on=on)
    before = NOTHING if last is None else hashlib.sha256(statement_bytes(last[0])).digest()
    units_e2 = sum(holder.units_e2 for holder in holders)
    income_fen = sum(holder.income_fen for holder in holders)
    blank = Statement(on, fund, NOTHING, len(holders), units_e2, income_fen, before)
    return replace(blank, root=_tree(holders, desk=desk, statement=blank).root)


def _tree(holders: list[Holder], *, desk: SealDesk, statement: Statement) -> SealedBook:
    day_key = day_key_of(desk.secret, fund=statement.fund, on=statement.on)
    return sealed_book(holders, statement=statement, day_key=day_key)


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
