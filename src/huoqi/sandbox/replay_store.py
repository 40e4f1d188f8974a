"""The SQL of a replay: a bank without limits, the income to publish, and an auditor's look.

Only ever run in a replay's own database. The audit reads the tables themselves, so that it does
not trust the queries of the domains that it checks.
"""

from collections.abc import Sequence
from datetime import date

from huoqi.kit.db import Row, Work

BANK, BIN, CARD_DIGITS = "REPLAY", "629999", 16

ADD_BANK = """
    INSERT INTO bank (code, number, name_zh, name_en, source)
    VALUES (%s, 901, '回放银行', 'Replay bank (simulated)', 'replay')
"""
ADD_BIN = """
    INSERT INTO card_bin (prefix, length, bank, kind, effective_from, effective_until, status)
    VALUES (%s, %s, %s, 'DC', '1990-01-01', '9999-12-31', 'unverified')
"""
ADD_PROFILES = """
    INSERT INTO bank_profile (bank, direction, channel, effective_from, effective_until,
        single_limit_fen, card_day_limit_fen, card_day_count, channel_day_limit_fen, cut_off,
        reply_deadline_s, query_schedule_s, dedupes_by_reference, not_found_is_final,
        late_execution_days, fee_fen, status)
    SELECT %s, direction, 'direct', '1990-01-01', '9999-12-31', 1000000000000000,
        1000000000000000, 1000000000, 1000000000000000, '23:59:59', 30, '{30,60,300}'::integer[],
        true, false, 1, 0, 'illustrative'
    FROM (VALUES ('COLLECT'), ('PAYOUT')) AS way (direction)
"""
ADD_SCRIPT = """
    INSERT INTO simulated.income_script (fund, income_on, income_per_10k_e5, decimals, yield_7d_e3)
    SELECT %s, * FROM unnest(%s::date[], %s::bigint[], %s::smallint[], %s::bigint[])
"""
BOOKS = """
    -- Four books at each day's end, each from rows of its own: seals, register, ledger, holdings.
    WITH ledger AS (
        SELECT t.effective_on AS on_date,
            sum(CASE WHEN a.id = t.cr THEN t.amount ELSE -t.amount END) AS units_e2
        FROM ledger_account a
        JOIN ledger_transfer t ON t.shard = a.shard AND a.id IN (t.dr, t.cr)
        WHERE a.kind = 22 AND a.asset = %(asset)s AND t.asset = a.asset AND t.result = 0
        GROUP BY t.effective_on),
    events AS (
        SELECT effective_on AS on_date, sum(delta_e2) AS units_e2
        FROM unit_event WHERE fund = %(fund)s GROUP BY effective_on
        UNION ALL
        SELECT income_on, sum(income_fen) FROM fund_day_shard WHERE fund = %(fund)s
        GROUP BY income_on)
    SELECT d.close_on, d.total_units_e2, r.total_units_e2,
        (SELECT coalesce(sum(units_e2), 0) FROM ledger WHERE on_date <= d.close_on)::bigint,
        (SELECT coalesce(sum(units_e2), 0) FROM events WHERE on_date <= d.close_on)::bigint,
        d.holder_count, d.total_income_fen
    FROM close_day d
    LEFT JOIN simulated.register r ON r.fund = d.fund AND r.day_on = d.close_on
    WHERE d.fund = %(fund)s ORDER BY d.close_on
"""
FUND_NO = "SELECT fund_no FROM fund WHERE fund = %s"
BREAKS = """
    SELECT close_on, kind, rows_count, detail FROM close_break WHERE fund = %s
    ORDER BY close_on, kind, place
"""
ORDERS = """
    SELECT side, state, count(*), sum(coalesce(amount_fen, units_e2))::bigint
    FROM fund_order WHERE fund = %s AND origin = 'customer' GROUP BY side, state ORDER BY 1, 2
"""


def add_bank(work: Work) -> None:
    """Open a bank whose limits never bind, for institutions that replay whole funds."""
    work.run(ADD_BANK, (BANK,))
    work.run(ADD_BIN, (BIN, CARD_DIGITS, BANK))
    work.run(ADD_PROFILES, (BANK,))


def add_script(work: Work, rows: Sequence[tuple[date, int, int, int | None]], *, fund: str) -> None:
    """Tell the simulated manager what to publish: day, income, its decimals, yield."""
    columns = [list(column) for column in zip(*rows, strict=True)]
    work.run(ADD_SCRIPT, (fund, *columns))


def books(work: Work, *, fund: str, asset: int) -> list[Row]:
    """Return a closed day a row: seal, register, ledger, holdings in units, holders, income."""
    return work.rows(BOOKS, {"fund": fund, "asset": asset})


def fund_no(work: Work, *, fund: str) -> int:
    """Return the number of a fund in the ledger."""
    row = work.row(FUND_NO, (fund,))
    assert row is not None
    found: int = row[0]
    return found


def breaks(work: Work, *, fund: str) -> list[Row]:
    """Return every break that a close has found: day, kind, rows, detail."""
    return work.rows(BREAKS, (fund,))


def order_sums(work: Work, *, fund: str) -> list[Row]:
    """Return orders by side and state: their number and sum."""
    return work.rows(ORDERS, (fund,))
