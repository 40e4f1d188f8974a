"""SQL of cases and of what was done about them."""

from collections.abc import Sequence
from uuid import UUID

from psycopg.types.json import Jsonb

from huoqi.compliance.cases import Act, Case, CaseState, Finding, Verdict
from huoqi.kit.db import Row, Work

_COLUMNS = """
    SELECT shard, case_id, customer_no, rule, found_on, opened_at, state, owner, verdict, facts,
        closed_at
    FROM compliance_case
"""
_LOCK = _COLUMNS + " WHERE case_id = %s FOR UPDATE"
_ONE = _COLUMNS + " WHERE case_id = %s"
_QUEUE = (
    _COLUMNS
    + """
    -- compliance_case_queue, oldest first.
    WHERE state <> 'closed' AND (%(state)s = '' OR state = %(state)s)
        AND (%(rule)s = '' OR rule = %(rule)s)
        AND case_id > %(after)s
    ORDER BY case_id LIMIT %(limit)s
"""
)
_CLOSED = (
    _COLUMNS
    + """
    WHERE state = 'closed' AND (%(rule)s = '' OR rule = %(rule)s)
        AND case_id > %(after)s
    ORDER BY case_id LIMIT %(limit)s
"""
)
_OF_CUSTOMER = _COLUMNS + " WHERE shard = %s AND customer_no = %s ORDER BY case_id DESC"
_ADD = """
    INSERT INTO compliance_case (shard, case_id, customer_no, rule, found_on, opened_at, state,
        facts)
    VALUES (%s, %s, %s, %s, %s, %s, 'open', %s)
    ON CONFLICT (shard, customer_no, rule, found_on) DO NOTHING
    RETURNING case_id
"""
_SAVE = """
    UPDATE compliance_case SET state = %s, owner = %s, verdict = %s, closed_at = %s
    WHERE shard = %s AND case_id = %s
"""
_ADD_ACT = """
    INSERT INTO compliance_act (shard, case_id, act_no, verb, actor, acted_at, note, verdict)
    SELECT %(shard)s, %(case_id)s, coalesce(max(act_no), 0) + 1, %(verb)s, %(actor)s, %(at)s,
        %(note)s, %(verdict)s
    FROM compliance_act WHERE shard = %(shard)s AND case_id = %(case_id)s
"""
_ACTS = """
    SELECT act_no, verb, actor, acted_at, note, verdict FROM compliance_act
    WHERE shard = %s AND case_id = %s ORDER BY act_no
"""
_COUNTS = """
    SELECT state, rule, count(*), min(opened_at) FROM compliance_case
    WHERE state <> 'closed' GROUP BY state, rule ORDER BY state, rule
"""


def _case(row: Row) -> Case:
    verdict = Verdict(row[8]) if row[8] else None
    return Case(*row[:6], CaseState(row[6]), row[7], verdict, row[9], row[10])  # type: ignore[call-arg] # as selected


def add(work: Work, found: Sequence[Finding]) -> list[tuple[Finding, UUID]]:
    """Open cases; return those that are new: a rule opens one a customer and date."""
    opened = []
    for each in found:
        case_id = work.new_id()
        values = (each.shard, case_id, each.customer_no, each.rule, each.found_on, work.at)
        if work.row(_ADD, (*values, Jsonb(dict(each.facts)))):
            opened.append((each, case_id))
    return opened


def lock(work: Work, case_id: UUID) -> Case | None:
    """Return a case, locked."""
    row = work.row(_LOCK, (case_id,))
    return _case(row) if row else None


def one(work: Work, case_id: UUID) -> Case | None:
    """Return a case."""
    row = work.row(_ONE, (case_id,))
    return _case(row) if row else None


def listed(work: Work, *, state: str, rule: str, after: UUID, limit: int) -> list[Case]:
    """Return cases, oldest first after a place; an empty state means all that are not closed."""
    parameters = {"state": state, "rule": rule, "after": after, "limit": limit}
    return [_case(row) for row in work.rows(_CLOSED if state == "closed" else _QUEUE, parameters)]


def of_customer(work: Work, *, shard: int, customer_no: int) -> list[Case]:
    """Return a customer's cases, newest first."""
    return [_case(row) for row in work.rows(_OF_CUSTOMER, (shard, customer_no))]


def save(work: Work, case: Case) -> None:
    """Write how a case stands now."""
    verdict = case.verdict.value if case.verdict else None
    work.run(
        _SAVE,
        (case.state.value, case.owner, verdict, case.closed_at, case.shard, case.case_id),
    )


def add_act(work: Work, case: Case, *, verb: str, note: str, verdict: Verdict | None) -> None:
    """Write what the work's actor did about a case."""
    parameters = {"shard": case.shard, "case_id": case.case_id, "verb": verb, "note": note}
    parameters |= {"actor": work.actor, "at": work.at}
    work.run(_ADD_ACT, {**parameters, "verdict": verdict.value if verdict else None})


def acts(work: Work, case: Case) -> list[Act]:
    """Return what was done about a case, oldest first."""
    rows = work.rows(_ACTS, (case.shard, case.case_id))
    return [Act(*row[:5], Verdict(row[5]) if row[5] else None) for row in rows]  # type: ignore[call-arg] # as selected


def counts(work: Work) -> list[Row]:
    """Return state, rule, how many cases that are not closed, and since when the oldest is."""
    return work.rows(_COUNTS)
