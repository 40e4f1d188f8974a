"""Tying out a fund with a monthly carry: accrued income beside the units, in all four books."""

from huoqi.close._store import Break
from huoqi.close.book import Book, column
from huoqi.close.day_columns import Day
from huoqi.close.operations.gathering import Opening
from huoqi.close.rules.tie_out_columns import Comparison, Side, compare
from huoqi.fund import day_facts
from huoqi.fund.managers.port import Register
from huoqi.fund.queries import HoldingColumns, earning_at
from huoqi.fund.rules.allocation_columns import Int64, incomes_of
from huoqi.fund.rules.rollforward_columns import became_columns
from huoqi.kit.db import Work

BREAKS_KEPT = 200


def breaks_of(kind: str, found: Comparison, *, detail: str) -> list[Break]:
    """Return the rows of a comparison that differ, as breaks."""
    return [
        Break(kind, found.count, row.customer_no, row.ours_e2, row.theirs_e2, detail)
        for row in found.first
    ]


def register_breaks(book: Book, *, register: Register) -> list[Break]:
    """Return the holders whose accrued income in the book is not the register's."""
    accounts = register.accounts if register.accrued_fen else []
    theirs = Side(column(accounts), column(register.accrued_fen))
    found = compare(_accrued(book), theirs=theirs, limit=BREAKS_KEPT)
    return breaks_of("register_accrued", found, detail="accrued income of a holder")


def online_breaks(work: Work, *, opening: Opening, day: Day) -> list[Break]:
    """Return the holders whose online holding, rolled from its anchor, is not the book's."""
    fund, on = opening.fund, opening.on
    held = earning_at(work, fund=fund, on=on)
    incomes_fen = _incomes(work, held, opening=opening, day=day)
    units_e2, accrued_fen = became_columns(incomes_fen, held.accrued_fen, becomes=day.row.becomes)
    book_units = Side(day.book.accounts, day.book.units_e2)
    online_units = Side(held.accounts, held.units_e2 + units_e2)
    found_units = compare(book_units, theirs=online_units, limit=BREAKS_KEPT)
    online_accrued = Side(held.accounts, accrued_fen)
    found_accrued = compare(_accrued(day.book), theirs=online_accrued, limit=BREAKS_KEPT)
    return [
        *breaks_of("holdings", found_units, detail="units of a holder"),
        *breaks_of("holdings_accrued", found_accrued, detail="accrued income of a holder"),
        *_control_breaks(work, opening=opening, day=day),
    ]


def _incomes(work: Work, held: HoldingColumns, *, opening: Opening, day: Day) -> Int64:
    incomes_fen = incomes_of(held.units_e2, accounts=held.accounts, row=day.row)
    on = opening.on
    accepted = day_facts.overrides_between(work, fund=opening.fund, first_on=on, last_on=on)
    for account, _, income_fen in accepted:
        incomes_fen[held.accounts == account] = income_fen
    return incomes_fen


def _control_breaks(work: Work, *, opening: Opening, day: Day) -> list[Break]:
    """Return the shards on which the ledger's accrued income is not what the holders have.

    The day's income is not posted yet; what leaves with units of later days has left already.
    """
    later = day_facts.later_paid(work, fund=opening.fund, after=opening.on)
    ledger = day_facts.accrued_balances(work, fund_no=opening.product.fund_no)
    shard_of = day.earning.accounts % len(ledger)
    found = []
    for shard, balance_fen in sorted(ledger.items()):
        ours_fen = int(day.earning.accrued_fen[shard_of == shard].sum()) - later.get(shard, 0)
        if ours_fen != balance_fen:
            detail = f"accrued income of shard {shard}"
            found.append(Break("ledger_accrued", 1, None, ours_fen, balance_fen, detail))
    return found


def _accrued(book: Book) -> Side:
    return Side(book.accounts, book.accrued_fen)
