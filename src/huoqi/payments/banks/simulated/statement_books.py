"""The statements that the simulated banks write: a head a bank and day, lines from the truth."""

from collections.abc import Mapping, Sequence
from datetime import date

from psycopg.types.json import Jsonb

from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.payments.banks.simulated.statement_days import DAY, Desk, Written, written
from huoqi.payments.banks.simulated.statement_making import Moved, Sheet, lines_of, made
from huoqi.payments.banks.simulated.truth import Faults
from huoqi.payments.rules.bank_profiles import Direction
from huoqi.payments.rules.statements import Statement, StatementEntry, StatementHead

DESKS = """
    -- One row a bank: our account, its hours, and the last statement that it wrote.
    -- The first is of the day after the one that our own books began with.
    SELECT a.bank, a.account, p.ready_at, p.cut_off, coalesce(s.on_date, c.complete_on),
        s.sequence_no, s.closing_fen
    FROM bank_account a LEFT JOIN bank_statement_cursor c USING (bank)
    JOIN LATERAL (
        SELECT max(statement_ready_at) AS ready_at, max(cut_off) AS cut_off
        FROM bank_profile WHERE bank = a.bank AND effective_from <= %(on)s
            AND %(on)s < effective_until
    ) p ON p.ready_at IS NOT NULL
    LEFT JOIN LATERAL (
        SELECT on_date, sequence_no, closing_fen FROM simulated.bank_statement
        WHERE bank = a.bank ORDER BY on_date DESC LIMIT 1
    ) s ON true
    ORDER BY a.bank
"""
MOVED = """
    -- Uses bank_instruction_executed and bank_instruction_returns.
    SELECT w.bank, w.on_date, i.bank_ref, i.direction, i.amount_fen, i.times, false,
        i.executed_at, i.listed
    FROM unnest(%(banks)s::text[], %(ons)s::date[], %(sinces)s::timestamptz[],
        %(untils)s::timestamptz[]) AS w (bank, on_date, since, until)
    JOIN simulated.bank_instruction i
        ON i.bank = w.bank AND i.executed_at >= w.since AND i.executed_at < w.until
    WHERE i.executed_at >= %(since)s AND i.executed_at < %(until)s AND i.times * i.listed > 0
    UNION ALL
    SELECT w.bank, w.on_date, i.bank_ref, i.direction, i.amount_fen, 1, true, i.executed_at, 1
    FROM unnest(%(banks)s::text[], %(ons)s::date[]) AS w (bank, on_date)
    JOIN simulated.bank_instruction i ON i.bank = w.bank AND i.returns_on = w.on_date
    ORDER BY 1, 2, 7, 8, 3
"""
BALANCE_BEFORE = """
    -- What a bank that begins to write statements had booked before.
    SELECT coalesce(sum(
        (CASE i.direction WHEN 'COLLECT' THEN 1 ELSE -1 END) * i.amount_fen
        * (i.times * i.listed - (coalesce(i.returns_on < %(on)s, false))::integer)
    ), 0)::bigint
    FROM simulated.bank_instruction i WHERE i.bank = %(bank)s AND i.executed_at < %(since)s
"""
ADD = """
    INSERT INTO simulated.bank_statement (bank, on_date, sequence_no, opening_fen, closing_fen,
        ready_at, spoils)
    SELECT * FROM unnest(%(banks)s::text[], %(ons)s::date[], %(sequences)s::bigint[],
        %(openings)s::bigint[], %(closings)s::bigint[], %(readys)s::timestamptz[],
        %(spoils)s::jsonb[])
    ON CONFLICT DO NOTHING
"""
READY = """
    -- Uses bank_statement_ready.
    SELECT s.bank, a.account, s.on_date, s.sequence_no, s.opening_fen, s.spoils
    FROM simulated.bank_statement s JOIN bank_account a USING (bank)
    WHERE NOT s.acknowledged AND s.ready_at <= %(at)s
    ORDER BY s.on_date, s.bank LIMIT %(limit)s
"""
ACKNOWLEDGE = """
    UPDATE simulated.bank_statement SET acknowledged = true
    WHERE (bank, sequence_no) IN (SELECT * FROM unnest(%(banks)s::text[], %(sequences)s::bigint[]))
"""
GIVE_AGAIN = """
    -- With the right totals; lines that are wrong stay so, since later balances rest on them.
    UPDATE simulated.bank_statement
    SET acknowledged = false, spoils = spoils - 'statement_wrong_total'
    WHERE bank = %(bank)s AND on_date = %(on)s AND ready_at <= %(at)s
"""

Key = tuple[str, date]


def statements_ready(work: Work, *, limit: int) -> list[Statement]:
    """Return statements that are given out and nobody acknowledged; write those that are due."""
    desks = [Desk(*row) for row in work.rows(DESKS, {"on": shanghai_date(work.at)})]
    fresh = _write(work, desks)
    rows = work.rows(READY, {"at": work.at, "limit": limit})
    known = {(w.statement.head.bank, w.statement.head.last_on): w.statement for w in fresh}
    again = [(row[0], row[2]) for row in rows if (row[0], row[2]) not in known]
    lines = _lines(work, {desk.bank: desk for desk in desks}, again)
    return [
        known.get((row[0], row[2]))
        or made(Sheet(*row[:5]), lines.get((row[0], row[2]), []), row[5])
        for row in rows
    ]


def acknowledge_statements(work: Work, heads: Sequence[StatementHead]) -> None:
    """Mark statements as received."""
    params = {"banks": [h.bank for h in heads], "sequences": [h.sequence_no for h in heads]}
    work.run(ACKNOWLEDGE, params)


def give_again(work: Work, *, bank: str, on: date) -> bool:
    """Let a statement come again, with the right totals; tell whether there is one."""
    return work.run(GIVE_AGAIN, {"bank": bank, "on": on, "at": work.at}) > 0


def _write(work: Work, desks: Sequence[Desk]) -> list[Written]:
    days = {desk.bank: desk.days_until(work.at) for desk in desks}
    keys = [(bank, on) for bank, ons in days.items() for on in ons]
    if not keys:
        return []
    faults = Faults.active(work)
    lines = _lines(work, {desk.bank: desk for desk in desks}, keys)
    pages: list[Written] = []
    for desk in desks:
        sequence_no = desk.sequence_no or 0
        balance_fen = desk.closing_fen
        for on in days[desk.bank]:
            if balance_fen is None:
                balance_fen = _balance_before(work, desk, on=on)
            sequence_no += 1
            sheet = Sheet(desk.bank, desk.account, on, sequence_no, balance_fen)
            found = lines.get((desk.bank, on), [])
            page = written(sheet, found, desk=desk, faults=faults)
            balance_fen = page.statement.head.closing_fen
            pages.append(page)
    faults.save(work)
    _add(work, pages)
    return pages


def _lines(
    work: Work, desks: Mapping[str, Desk], keys: Sequence[Key]
) -> dict[Key, list[StatementEntry]]:
    """Return the lines of some banks' days."""
    if not keys:
        return {}
    sinces = [desks[bank].begins_at(on) for bank, on in keys]
    untils = [desks[bank].begins_at(on + DAY) for bank, on in keys]
    params = {
        "banks": [bank for bank, _ in keys],
        "ons": [on for _, on in keys],
        "sinces": sinces,
        "untils": untils,
        "since": min(sinces),
        "until": max(untils),
    }
    moved: dict[Key, list[Moved]] = {}
    for row in work.rows(MOVED, params):
        move = Moved(row[2], Direction(row[3]), row[4], row[5], row[6], copies=row[8])
        moved.setdefault((row[0], row[1]), []).append(move)
    return {key: lines_of(found, on=key[1]) for key, found in moved.items()}


def _balance_before(work: Work, desk: Desk, *, on: date) -> int:
    params = {"bank": desk.bank, "on": on, "since": desk.begins_at(on)}
    row = work.row(BALANCE_BEFORE, params)
    assert row is not None, "an aggregate has one row"
    balance_fen: int = row[0]
    return balance_fen


def _add(work: Work, pages: Sequence[Written]) -> None:
    heads = [page.statement.head for page in pages]
    work.run(
        ADD,
        {
            "banks": [h.bank for h in heads],
            "ons": [h.last_on for h in heads],
            "sequences": [h.sequence_no for h in heads],
            "openings": [h.opening_fen for h in heads],
            "closings": [h.closing_fen for h in heads],
            "readys": [page.ready_at for page in pages],
            "spoils": [Jsonb(page.spoils) for page in pages],
        },
    )
