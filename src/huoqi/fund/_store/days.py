"""SQL for fund days, the manager's reports, and rivals' yields."""

from collections.abc import Sequence
from dataclasses import astuple
from datetime import date, datetime
from uuid import UUID

from huoqi.fund.days import FundDay, RivalYield, ShardTotal, StoredReport
from huoqi.fund.managers.port import FundDayReport
from huoqi.fund.rules.allocation import Becoming, FundDayRow, Mode
from huoqi.kit.db import Row, Work

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('fund day ' || %s, 0))"
_DAYS = """
    SELECT fund, income_on, income_per_10k_e5, decimals, mode, sign, numerator, denominator,
        theta, tie_account, total_units_e2, total_income_fen, residual_fen, status, source,
        published_at, income_becomes
    FROM fund_day WHERE fund = %s AND income_on BETWEEN %s AND %s ORDER BY income_on
"""
_PUBLISHED_UNTIL = "SELECT max(income_on) FROM fund_day WHERE fund = %s"
_ADD_DAY = """
    INSERT INTO fund_day (fund, income_on, income_per_10k_e5, decimals, mode, sign, numerator,
        denominator, theta, tie_account, total_units_e2, total_income_fen, residual_fen, status,
        source, published_at, income_becomes)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_PREDICT = """
    INSERT INTO fund_day_predicted (fund, income_on, income_per_10k_e5, decimals, mode, sign,
        numerator, denominator, theta, tie_account, total_units_e2, total_income_fen, residual_fen,
        status, source, published_at, income_becomes)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_DROP_PREDICTED = "DELETE FROM fund_day_predicted WHERE fund = %s AND income_on = %s"
_PREDICTED = """
    SELECT fund, income_on, income_per_10k_e5, decimals, mode, sign, numerator, denominator,
        theta, tie_account, total_units_e2, total_income_fen, residual_fen, status, source,
        published_at, income_becomes
    FROM fund_day_predicted WHERE fund = %s AND income_on = %s
"""
_SET_STATUS = "UPDATE fund_day SET status = %s WHERE fund = %s AND income_on = %s"
_ADD_SHARDS = """
    INSERT INTO fund_day_shard (shard, fund, income_on, units_e2, income_fen, transfer_id,
        carried_fen)
    SELECT s.shard, %s, %s, s.units_e2, s.income_fen, s.transfer_id, s.carried_fen
    FROM unnest(%s::smallint[], %s::bigint[], %s::bigint[], %s::uuid[], %s::bigint[])
        AS s (shard, units_e2, income_fen, transfer_id, carried_fen)
"""
_TRANSFER = """
    SELECT transfer_id FROM fund_day_shard WHERE shard = %s AND fund = %s AND income_on = %s
"""
_SHARDS = """
    SELECT shard, units_e2, income_fen, transfer_id, carried_fen FROM fund_day_shard
    WHERE fund = %s AND income_on = %s ORDER BY shard
"""
_ADD_REPORT = """
    INSERT INTO manager_report (fund, income_on, report_no, income_per_10k_e5, decimals,
        yield_7d_e3, total_units_e2, total_income_fen, next_trading_day, status, source,
        received_at)
    SELECT %(fund)s, %(on)s, coalesce(max(report_no), 0) + 1, %(rate)s, %(decimals)s, %(yield)s,
        %(units)s, %(income)s, %(next)s, %(status)s, %(source)s, %(at)s
    FROM manager_report WHERE fund = %(fund)s AND income_on = %(on)s
    -- A report that says what the latest one says is no new version.
    HAVING NOT EXISTS (
        SELECT FROM manager_report AS m
        WHERE m.fund = %(fund)s AND m.income_on = %(on)s
            AND m.report_no = (SELECT max(report_no) FROM manager_report
                WHERE fund = %(fund)s AND income_on = %(on)s)
            AND (m.income_per_10k_e5, m.decimals, m.yield_7d_e3, m.total_units_e2,
                m.total_income_fen, m.next_trading_day, m.status, m.source)
                IS NOT DISTINCT FROM (%(rate)s::bigint, %(decimals)s::smallint,
                %(yield)s::bigint, %(units)s::bigint, %(income)s::bigint, %(next)s::date,
                %(status)s::text, %(source)s::text))
"""
_REPORTS = """
    -- The latest report of each day.
    SELECT DISTINCT ON (income_on) fund, income_on, income_per_10k_e5, decimals, yield_7d_e3,
        total_units_e2, total_income_fen, next_trading_day, status, source, received_at, report_no
    FROM manager_report WHERE fund = %s AND income_on BETWEEN %s AND %s
    ORDER BY income_on, report_no DESC
"""
_ADD_RIVALS = """
    INSERT INTO rival_yield (name, quoted_on, source, yield_7d_e3, income_per_10k_e5, published_on)
    SELECT * FROM unnest(%s::text[], %s::date[], %s::text[], %s::bigint[], %s::bigint[],
        %s::date[])
    ON CONFLICT (name, quoted_on, source) DO UPDATE SET yield_7d_e3 = excluded.yield_7d_e3,
        income_per_10k_e5 = excluded.income_per_10k_e5, published_on = excluded.published_on
"""
_RIVALS = """
    SELECT name, quoted_on, source, yield_7d_e3, income_per_10k_e5, published_on
    FROM rival_yield WHERE quoted_on BETWEEN %s AND %s ORDER BY quoted_on DESC, name, source
"""


def lock_days(work: Work, *, fund: str) -> None:
    """Let one caller at a time publish days of a fund."""
    work.run(_LOCK, (fund,))


def days_between(work: Work, *, fund: str, first_on: date, last_on: date) -> dict[date, FundDay]:
    """Return the published days of a period."""
    return {row[1]: _day(row) for row in work.rows(_DAYS, (fund, first_on, last_on))}


def predicted_day(work: Work, *, fund: str, on: date) -> FundDay | None:
    """Return a day as it was computed before the register was agreed with; None once it is."""
    row = work.row(_PREDICTED, (fund, on))
    return _day(row) if row else None


def _day(row: Row) -> FundDay:
    terms = FundDayRow(Mode(row[4]), row[5], row[6], row[7], row[8], row[9], Becoming(row[16]))
    return FundDay(row[0], row[1], row[2], row[3], terms, *row[10:16])


def published_until(work: Work, *, fund: str) -> date | None:
    """Return the last published day; days are published without gaps."""
    row = work.row(_PUBLISHED_UNTIL, (fund,))
    return row[0] if row else None


def add_day(work: Work, day: FundDay) -> None:
    """Write a day; what was predicted of it goes."""
    drop_predicted(work, fund=day.fund, on=day.on)
    work.run(_ADD_DAY, _values(day, at=work.at))


def predict(work: Work, day: FundDay) -> None:
    """Write a day as it was computed now, in place of what was predicted before."""
    drop_predicted(work, fund=day.fund, on=day.on)
    work.run(_PREDICT, _values(day, at=work.at))


def drop_predicted(work: Work, *, fund: str, on: date) -> None:
    """Let go what was predicted of a day."""
    work.run(_DROP_PREDICTED, (fund, on))


def _values(day: FundDay, *, at: datetime) -> tuple[object, ...]:
    row = day.row
    terms = (row.mode.value, row.sign, row.numerator, row.denominator, row.theta, row.tie_account)
    totals = (day.total_units_e2, day.total_income_fen, day.residual_fen)
    head = (day.fund, day.on, day.income_per_10k_e5, day.decimals)
    return (*head, *terms, *totals, day.status, day.source, at, row.becomes.value)


def set_status(work: Work, *, fund: str, on: date, status: str) -> int:
    """Set whether a day is predicted or confirmed; returns how many days changed."""
    return work.run(_SET_STATUS, (status, fund, on))


def add_shards(work: Work, totals: Sequence[ShardTotal], *, fund: str, on: date) -> None:
    """Write what each shard held and earned."""
    shards, units = [t.shard for t in totals], [t.units_e2 for t in totals]
    incomes, transfers = [t.income_fen for t in totals], [t.transfer_id for t in totals]
    carried = [t.carried_fen for t in totals]
    work.run(_ADD_SHARDS, (fund, on, shards, units, incomes, transfers, carried))


def shards_of(work: Work, *, fund: str, on: date) -> list[ShardTotal]:
    """Return what the holders of each shard held and earned on a day."""
    return [ShardTotal(*row) for row in work.rows(_SHARDS, (fund, on))]


def transfer_of(work: Work, *, shard: int, fund: str, on: date) -> UUID | None:
    """Return the ledger transfer that carries a shard's income of a day."""
    row = work.row(_TRANSFER, (shard, fund, on))
    return row[0] if row else None


def add_report(work: Work, report: FundDayReport) -> None:
    """Write a manager's report as the next version of its day, if it says anything new."""
    work.run(
        _ADD_REPORT,
        {
            "fund": report.fund,
            "on": report.on,
            "rate": report.income_per_10k_e5,
            "decimals": report.decimals,
            "yield": report.yield_7d_e3,
            "units": report.total_units_e2,
            "income": report.total_income_fen,
            "next": report.next_trading_day,
            "status": report.status,
            "source": report.source,
            "at": work.at,
        },
    )


def reports_between(
    work: Work, *, fund: str, first_on: date, last_on: date
) -> dict[date, StoredReport]:
    """Return the latest report of each day of a period."""
    rows = work.rows(_REPORTS, (fund, first_on, last_on))
    return {row[1]: StoredReport(FundDayReport(*row[:10]), row[10], row[11]) for row in rows}


def add_rivals(work: Work, rivals: Sequence[RivalYield]) -> None:
    """Write quoted yields; the same name, date and source is corrected."""
    if rivals:
        columns = [list(column) for column in zip(*map(astuple, rivals), strict=True)]
        work.run(_ADD_RIVALS, columns)


def rivals_between(work: Work, *, first_on: date, last_on: date) -> list[RivalYield]:
    """Return quoted yields of a period, latest first."""
    return [RivalYield(*row) for row in work.rows(_RIVALS, (first_on, last_on))]
