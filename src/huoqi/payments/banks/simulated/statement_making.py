"""How a played bank writes its statement of a day from what it did; pure, wherever its books are.

The text is the delimited default form: a line a movement and a trailer with the totals.
"""

import dataclasses
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from msgspec.structs import replace

from huoqi.payments.rules.bank_profiles import Direction
from huoqi.payments.rules.completeness import totals_of
from huoqi.payments.rules.statements import Statement, StatementEntry, StatementHead

#: Faults that spoil a statement, in the order in which they are applied, with their default number.
SPOILS: Mapping[str, int] = {
    "statement_missing_line": 1,
    "statement_duplicate_line": 1,
    "statement_wrong_amount": 1,
    "statement_unknown_line": 500,
    "statement_wrong_total": 1,
}
#: These strike a day on which there is a line to spoil.
NEED_A_LINE = frozenset({
    "statement_missing_line",
    "statement_duplicate_line",
    "statement_wrong_amount",
})
LATE = "statement_late"
LATE_HOURS = 4


@dataclass(frozen=True, slots=True)
class Moved:
    """What a bank did about a reference on a day: so many lines, each written so often.

    A line that is written twice has one number; what was done twice has two.
    """

    bank_ref: str
    direction: Direction
    amount_fen: int
    lines: int
    is_return: bool = False
    copies: int = 1


@dataclass(frozen=True, slots=True)
class Sheet:
    """The head of a statement before its lines are known."""

    bank: str
    account: str
    on: date
    sequence_no: int
    opening_fen: int


def lines_of(moved: Sequence[Moved], *, on: date) -> list[StatementEntry]:
    """Return the lines of a day, numbered as they happened.

    >>> [line.entry_id for line in lines_of([Moved("HQ1", Direction.COLLECT, 5, 2)],
    ...     on=date(2015, 5, 11))]
    ['20150511000001', '20150511000002']
    """
    lines: list[StatementEntry] = []
    number = 0
    for move in moved:
        is_credit = (move.direction is Direction.COLLECT) is not move.is_return
        reason = "AC06" if move.is_return else ""
        for _ in range(move.lines if move.copies else 0):
            number += 1
            sides = (is_credit, move.is_return)
            name, ref = _entry_id(on, number), move.bank_ref
            line = StatementEntry(name, ref, move.amount_fen, *sides, on, on, reason)
            lines += [line] * move.copies
    return lines


def made(sheet: Sheet, lines: Sequence[StatementEntry], spoils: Mapping[str, int]) -> Statement:
    """Return the statement of a day as it is given out, spoiled where that was asked for."""
    entries = _spoiled(sheet, list(lines), spoils)
    totals = totals_of(entries)
    closing_fen = sheet.opening_fen + totals.credit_fen - totals.debit_fen
    head = StatementHead(
        bank=sheet.bank,
        account=sheet.account,
        statement_id=f"{sheet.account}-{sheet.sequence_no}",
        sequence_no=sheet.sequence_no,
        first_on=sheet.on,
        last_on=sheet.on,
        opening_fen=sheet.opening_fen,
        closing_fen=closing_fen,
        entry_count=totals.count,
        credit_fen=totals.credit_fen + spoils.get("statement_wrong_total", 0),
        debit_fen=totals.debit_fen,
    )
    return _sealed(Statement(head, entries))


def text_of(statement: Statement) -> str:
    """Return a statement in the delimited default form."""
    head = statement.head
    lines = ["entry_id,ref,booking_date,direction,amount_fen,reversal"]
    lines += [
        f"{e.entry_id},{e.bank_ref},{e.booked_on},{e.direction},{e.amount_fen},{int(e.is_reversal)}"
        for e in statement.entries
    ]
    figures = (head.entry_count, head.credit_fen, head.debit_fen, head.opening_fen)
    trailer = ",".join(str(figure) for figure in (*figures, head.closing_fen, head.sequence_no))
    return "\n".join([*lines, f"#TRAILER,{trailer}", ""])


def _sealed(statement: Statement) -> Statement:
    digest = hashlib.sha256(text_of(statement).encode()).digest()
    head = dataclasses.replace(statement.head, sha256=digest)
    return Statement(head, statement.entries)


def _spoiled(
    sheet: Sheet, lines: list[StatementEntry], spoils: Mapping[str, int]
) -> list[StatementEntry]:
    """Return the lines with what goes wrong by order; the first line bears it."""
    if lines and "statement_missing_line" in spoils:
        del lines[0]
    if lines and "statement_duplicate_line" in spoils:
        again = replace(lines[0], entry_id=_entry_id(sheet.on, len(lines) + 1))
        lines.insert(1, again)
    if lines and "statement_wrong_amount" in spoils:
        other_fen = max(1, lines[0].amount_fen + spoils["statement_wrong_amount"])
        lines[0] = replace(lines[0], amount_fen=other_fen)
    if "statement_unknown_line" in spoils:
        name = hashlib.sha256(f"{sheet.bank}|{sheet.on}".encode()).hexdigest()[:32].upper()
        amount_fen = spoils["statement_unknown_line"]
        entry_id = _entry_id(sheet.on, 999_999)
        sides = (True, False)
        lines.append(StatementEntry(entry_id, name, amount_fen, *sides, sheet.on, sheet.on))
    return lines


def _entry_id(on: date, n: int) -> str:
    return f"{on:%Y%m%d}{n:06d}"
