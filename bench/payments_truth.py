"""The end of a payments benchmark: what the banks did against what our book says, by reference.

``bank`` is what the banks moved, from their own tables; ``book`` is the ledger. What differs must
be an open case of the order.
"""

from collections.abc import Mapping

from bench.payments_world import SHARDS
from huoqi.kit.db import Database, Work
from huoqi.ledger.queries import balances, check_invariants
from huoqi.ledger.rules.chart import AccountKind, system_account
from huoqi.payments.queries import bank_names
from huoqi.payments.rules.bank_profiles import Direction

_BANK_FEN = """
    -- What each bank moved to us, less what it moved from us; a return takes back what it moved.
    SELECT bank, sum(CASE direction WHEN 'COLLECT' THEN 1 ELSE -1 END * amount_fen
        * (times - (returns_on IS NOT NULL)::int) + coalesce(d.fen, 0))::bigint
    FROM simulated.bank_instruction LEFT JOIN bench_deviation d USING (bank_ref)
    WHERE times > 0 AND executed_at <= %(at)s GROUP BY 1
"""
_STATES = "SELECT state, count(*) FROM money_order GROUP BY 1 ORDER BY 1"
_TRUTH = """
    WITH stated AS MATERIALIZED (
        SELECT e.order_id, sum(CASE WHEN e.is_credit THEN amount_fen ELSE -amount_fen END) AS fen
        FROM bank_statement_entry e JOIN bank_statement s USING (page_id)
        WHERE s.state IN ('complete', 'incomplete') AND e.order_id IS NOT NULL GROUP BY 1
    ), compared AS MATERIALIZED (
        SELECT o.state, o.cases, o.intent_id, o.amount_fen, o.returned, i.bank_ref, i.times,
            i.returns_on IS NOT NULL AS comes_back, coalesce(d.fen, 0) AS off_fen,
            CASE o.direction WHEN 'COLLECT' THEN 1 ELSE -1 END AS sign, s.fen AS stated_fen
        FROM money_order o LEFT JOIN simulated.bank_instruction i
            ON i.bank_ref = o.bank_ref AND i.times > 0 AND i.executed_at <= %(at)s
        LEFT JOIN bench_deviation d ON d.bank_ref = o.bank_ref
        LEFT JOIN stated s ON s.order_id = o.order_id
    ), moved AS (
        SELECT *, sign * amount_fen * (coalesce(times, 0) - comes_back::int) + off_fen AS moved_fen,
            sign * amount_fen * ((state = 'SUCCEEDED')::int - returned::int) AS booked_fen
        FROM compared
    )
    SELECT
        count(*) FILTER (WHERE times > 0 AND state IN ('REJECTED', 'CANCELLED') AND cases = '{}'),
        count(*) FILTER (WHERE times IS NULL AND state = 'SUCCEEDED' AND cases = '{}'),
        count(*) FILTER (WHERE state IN ('CREATED', 'RESERVED', 'SENT', 'UNKNOWN')),
        coalesce(sum(moved_fen) FILTER (WHERE state IN ('SENT', 'UNKNOWN')), 0)::bigint,
        coalesce(sum(moved_fen - booked_fen) FILTER (
            WHERE cases <> '{}' AND state NOT IN ('SENT', 'UNKNOWN')), 0)::bigint,
        coalesce(sum(moved_fen - booked_fen) FILTER (
            WHERE cases = '{}' AND state NOT IN ('SENT', 'UNKNOWN')
            AND moved_fen IS DISTINCT FROM coalesce(stated_fen, 0)), 0)::bigint,
        (SELECT count(*) FROM (SELECT intent_id FROM moved WHERE times > 0
            GROUP BY 1 HAVING count(DISTINCT bank_ref) > 1) AS twice)
    FROM moved
"""
_ERRORS = """
    -- What the bank itself did wrong: moved twice, said what is not so in a call that we took,
    -- or booked another amount or once too often.
    WITH wrong AS (
        SELECT bank_ref FROM simulated.bank_instruction WHERE times > 1 AND executed_at <= %(at)s
        UNION SELECT bank_ref FROM bench_deviation
        UNION
        SELECT c.bank_ref FROM simulated.bank_callback c
        JOIN simulated.bank_instruction i USING (bank_ref)
        WHERE c.acknowledged
            AND (c.amount_fen <> i.amount_fen OR (c.code <> i.code AND c.code <> '09'))
    )
    SELECT count(*), count(*) FILTER (WHERE o.cases <> '{}'),
        count(*) FILTER (WHERE o.cases = '{}' AND NOT EXISTS (
            SELECT FROM bank_statement_entry e JOIN bank_statement s USING (page_id)
            WHERE e.order_id = o.order_id AND s.state IN ('complete', 'incomplete')))
    FROM wrong w JOIN money_order o ON o.bank_ref = w.bank_ref
"""
Figures = dict[str, object]


def compare(database: Database, *, orders: int) -> Figures:
    """Return what is wrong, which is nothing, and what is open, with its reasons."""
    with database.work(while_advancing=True) as work:
        at = {"at": work.at}
        states: dict[str, int] = {row[0]: row[1] for row in work.rows(_STATES)}
        row, errors = work.row(_TRUTH, at), work.row(_ERRORS, at)
        difference_fen = _difference_fen(work)
        broken = [finding.invariant for finding in check_invariants(work)]
    assert row is not None
    assert errors is not None
    unbooked, unmoved, waiting, waiting_fen, cases_fen, untold_fen, double_paid = row
    vanished = orders - sum(states.values())
    return {
        "double_paid": double_paid,
        "lost": vanished + unbooked,
        "booked_but_not_moved": unmoved,
        "book_bank_difference_fen": difference_fen - cases_fen - waiting_fen - untold_fen,
        "open_cases_fen": cases_fen,
        "waiting": waiting,
        "waiting_fen": waiting_fen,
        "bank_errors": errors[0],
        "bank_errors_cased": errors[1],
        **({"not_stated": errors[2], "not_stated_fen": untold_fen} if errors[2] else {}),
        "broken_invariants": broken,
        "states": states,
    }


def _difference_fen(work: Work) -> int:
    """Return by how much the banks' money and our clearing accounts differ."""
    bank: Mapping[str, int] = dict(work.rows(_BANK_FEN, {"at": work.at}))
    kind, total_fen = AccountKind.BANK_CLEARING, 0
    for name in bank_names(work):
        stripes = [system_account(shard=n, kind=kind, instance=name.number) for n in range(SHARDS)]
        book_fen = sum(each.debit_balance for each in balances(work, stripes).values())
        total_fen += bank.get(name.code, 0) - book_fen
    return total_fen


def signed_fen(direction: str, amount_fen: int) -> int:
    """Return an amount as it changes our account at the bank.

    >>> signed_fen("PAYOUT", 100)
    -100
    """
    return amount_fen if direction == Direction.COLLECT else -amount_fen
