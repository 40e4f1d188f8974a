"""SQL of breaks: the rows that do not tie, and what people do about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from huoqi.kit.db import Row, Work

_COLUMNS = """
    kind, place, rows_count, account_no, ours, theirs, difference, detail, found_at, state, version,
    owner, action, approval_id, earning_e2, income_ours, income_theirs, source, record_no,
    source_sha256, effect_fen
"""
BREAKS = """
    SELECT $columns FROM close_break WHERE fund = %s AND close_on = %s ORDER BY kind, place
""".replace("$columns", _COLUMNS)
ONE = """
    SELECT $columns FROM close_break
    WHERE fund = %s AND close_on = %s AND kind = %s AND place = %s
""".replace("$columns", _COLUMNS)
OF_KIND = """
    SELECT $columns FROM close_break WHERE fund = %s AND close_on = %s AND kind = %s
    ORDER BY place LIMIT %s
""".replace("$columns", _COLUMNS)
DROP = """
    DELETE FROM close_break b USING unnest(%s::text[], %s::int[]) AS x (kind, place)
    WHERE b.fund = %s AND b.close_on = %s AND b.kind = x.kind AND b.place = x.place
"""
SAVE = """
    -- What people did about a break stays with it as long as it keeps its place.
    INSERT INTO close_break AS old (fund, close_on, kind, place, rows_count, account_no, ours,
        theirs, difference, detail, found_at, state, version, earning_e2, income_ours,
        income_theirs, source, record_no, source_sha256, effect_fen)
    SELECT %(fund)s, %(on)s, b.kind, b.place, b.rows, b.account, b.ours, b.theirs,
        b.ours - b.theirs, b.detail, %(at)s, b.state, b.version, b.earning, b.income_ours,
        b.income_theirs, b.source, b.record_no, b.sha256, b.effect
    FROM unnest(%(kinds)s::text[], %(places)s::int[], %(rows)s::bigint[], %(accounts)s::bigint[],
        %(ours)s::bigint[], %(theirs)s::bigint[], %(details)s::text[], %(states)s::text[],
        %(versions)s::int[], %(earning)s::bigint[], %(income_ours)s::bigint[],
        %(income_theirs)s::bigint[], %(sources)s::text[], %(record_nos)s::bigint[],
        %(digests)s::bytea[], %(effects)s::bigint[])
        AS b (kind, place, rows, account, ours, theirs, detail, state, version, earning,
            income_ours, income_theirs, source, record_no, sha256, effect)
    ON CONFLICT (fund, close_on, kind, place) DO UPDATE SET rows_count = excluded.rows_count,
        ours = excluded.ours, theirs = excluded.theirs, difference = excluded.difference,
        state = excluded.state, version = excluded.version, earning_e2 = excluded.earning_e2,
        income_ours = excluded.income_ours, income_theirs = excluded.income_theirs,
        source = excluded.source, record_no = excluded.record_no,
        source_sha256 = excluded.source_sha256, effect_fen = excluded.effect_fen
"""
SET_STATES = """
    UPDATE close_break b SET state = x.state, version = x.version, action = x.action,
        approval_id = x.approval_id
    FROM unnest(%(funds)s::text[], %(days)s::date[], %(kinds)s::text[], %(places)s::int[],
        %(states)s::text[], %(versions)s::int[], %(actions)s::text[], %(approvals)s::uuid[])
        AS x (fund, close_on, kind, place, state, version, action, approval_id)
    WHERE b.fund = x.fund AND b.close_on = x.close_on AND b.kind = x.kind AND b.place = x.place
"""
SET_OWNER = """
    UPDATE close_break SET owner = %s
    WHERE fund = %s AND close_on = %s AND kind = %s AND place = %s
"""
LOCK = """
    SELECT b.fund, b.close_on, coalesce(b.close_on > coalesce(
            (SELECT max(d.close_on) FROM close_day d WHERE d.fund = b.fund),
            (SELECT m.closed_on FROM bank_match_cursor m WHERE m.bank = b.fund)), true),
        $columns
    FROM close_break b
    WHERE (b.fund, b.close_on, b.kind, b.place) IN (
        SELECT * FROM unnest(%s::text[], %s::date[], %s::text[], %s::int[]))
    ORDER BY b.fund, b.close_on, b.kind, b.place FOR UPDATE OF b
""".replace("$columns", _COLUMNS)
OF_APPROVAL = """
    SELECT fund, close_on, kind, place FROM close_break WHERE approval_id = %s
    ORDER BY fund, close_on, kind, place
"""
ADD_ACTS = """
    INSERT INTO break_act (fund, close_on, kind, place, act_no, verb, version, action, actor,
        acted_at, reason, evidence, approval_id)
    SELECT x.fund, x.close_on, x.kind, x.place, 1 + coalesce((SELECT max(a.act_no)
            FROM break_act a WHERE a.fund = x.fund AND a.close_on = x.close_on
                AND a.kind = x.kind AND a.place = x.place), 0),
        %(verb)s, x.version, %(action)s, %(actor)s, %(at)s, %(reason)s, %(evidence)s,
        %(approval_id)s
    FROM unnest(%(funds)s::text[], %(days)s::date[], %(kinds)s::text[], %(places)s::int[],
        %(versions)s::int[]) AS x (fund, close_on, kind, place, version)
"""
ACTS = """
    SELECT act_no, verb, version, action, actor, acted_at, reason, evidence, approval_id
    FROM break_act WHERE fund = %s AND close_on = %s AND kind = %s AND place = %s ORDER BY act_no
"""
QUEUE = """
    -- A range of each fund's or bank's primary key, then merged; oldest day first. Days close in
    -- order, so what is after its last closed day is open, and beside it only what was reopened.
    SELECT b.fund, b.close_on, b.day_open,
        $columns
    FROM (
        SELECT c.fund, c.closed_on, least(c.closed_on + 1, (SELECT min(r.close_on)
            FROM close_break r WHERE r.fund = c.fund AND r.state = 'reopened')) AS open_from
        FROM (SELECT n.fund, (SELECT max(d.close_on) FROM close_day d WHERE d.fund = n.fund)
                  AS closed_on
              FROM (SELECT DISTINCT fund FROM close_cursor) n
              UNION ALL SELECT bank, closed_on FROM bank_match_cursor) c
        WHERE %(fund)s::text IS NULL OR c.fund = %(fund)s
    ) f
    CROSS JOIN LATERAL (
        SELECT x.*, (f.closed_on IS NULL OR x.close_on > f.closed_on) AS day_open
        FROM close_break x
        WHERE x.fund = f.fund AND x.close_on >= greatest(%(first)s, %(after_on)s,
                CASE %(state)s WHEN 'open' THEN f.open_from END)
            AND x.close_on <= least(%(last)s, CASE %(state)s WHEN 'noted'
                THEN coalesce(f.closed_on, '-infinity') END)
            AND CASE %(state)s WHEN '' THEN true WHEN 'noted' THEN x.state = 'open'
                WHEN 'open' THEN x.state = 'reopened' OR (x.state = 'open'
                    AND (f.closed_on IS NULL OR x.close_on > f.closed_on))
                ELSE x.state = %(state)s END
            AND (x.close_on, x.fund, x.kind, x.place)
                > (%(after_on)s, %(after_fund)s, %(after_kind)s, %(after_place)s)
            AND (%(kinds)s::text[] IS NULL OR (x.kind = ANY (%(kinds)s)) = %(inside)s)
            AND (%(owner)s::text IS NULL OR x.owner = %(owner)s)
        ORDER BY x.close_on, x.kind, x.place LIMIT %(limit)s
    ) b ORDER BY b.close_on, b.fund, b.kind, b.place LIMIT %(limit)s
""".replace("$columns", _COLUMNS)
COUNTS = """
    SELECT b.fund, b.close_on, b.kind, b.state, count(*), max(b.rows_count),
        coalesce(b.close_on > coalesce(
            (SELECT max(d.close_on) FROM close_day d WHERE d.fund = b.fund),
            (SELECT m.closed_on FROM bank_match_cursor m WHERE m.bank = b.fund)), true)
    FROM close_break b GROUP BY b.fund, b.close_on, b.kind, b.state
    ORDER BY b.close_on, b.fund, b.kind, b.state
"""
OWNERS = """
    SELECT owner, count(*) FROM close_break
    WHERE owner <> '' AND state IN ('open', 'resolving', 'reopened') GROUP BY owner ORDER BY owner
"""


@dataclass(frozen=True, slots=True)
class Break:
    """A row that does not tie: what we have, what the other side has; ``rows_count`` of them.

    Of a holder also what earned, what it earned by our rule and by theirs, and where theirs
    stands: file, record, the file's digest. ``effect_fen`` is what it makes our account at a
    bank differ by.
    """

    kind: str
    rows_count: int
    account_no: int | None
    ours: int | None
    theirs: int | None
    detail: str
    earning_e2: int | None = None
    income_ours: int | None = None
    income_theirs: int | None = None
    source: str = ""
    record_no: int | None = None
    source_sha256: bytes | None = None
    effect_fen: int | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """A break at its place among those of its kind, in the state and version it has come to."""

    found: Break
    place: int
    state: str
    version: int


Key = tuple[str, date, str, int]
StateChange = tuple[Key, str, int, str, UUID | None]


def breaks(work: Work, *, fund: str, on: date) -> list[Row]:
    """Return the breaks of a day, with kind and place first."""
    return work.rows(BREAKS, (fund, on))


def one(work: Work, key: Key) -> Row | None:
    """Return a break by its key, with kind and place first."""
    return work.row(ONE, key)


def of_kind(work: Work, *, fund: str, on: date, kind: str, limit: int) -> list[Row]:
    """Return the first breaks of a kind on a day, with kind and place first."""
    return work.rows(OF_KIND, (fund, on, kind, limit))


def drop_breaks(work: Work, places: Sequence[tuple[str, int]], *, fund: str, on: date) -> None:
    """Let breaks of a day go that nobody touched and that are no more."""
    if places:
        columns = ([kind for kind, _ in places], [place for _, place in places])
        work.run(DROP, (*columns, fund, on))


def save_breaks(work: Work, placed: Sequence[Placed], *, fund: str, on: date) -> None:
    """Write the breaks of a day at their places."""
    if not placed:
        return
    rows = [each.found for each in placed]
    work.run(
        SAVE,
        {
            "fund": fund,
            "on": on,
            "at": work.at,
            "kinds": [row.kind for row in rows],
            "places": [each.place for each in placed],
            "states": [each.state for each in placed],
            "versions": [each.version for each in placed],
            "rows": [row.rows_count for row in rows],
            "accounts": [row.account_no for row in rows],
            "ours": [row.ours for row in rows],
            "theirs": [row.theirs for row in rows],
            "details": [row.detail for row in rows],
            "earning": [row.earning_e2 for row in rows],
            "income_ours": [row.income_ours for row in rows],
            "income_theirs": [row.income_theirs for row in rows],
            "sources": [row.source for row in rows],
            "record_nos": [row.record_no for row in rows],
            "digests": [row.source_sha256 for row in rows],
            "effects": [row.effect_fen for row in rows],
        },
    )


def locked(work: Work, keys: Sequence[Key]) -> list[Row]:
    """Return breaks by their keys, held until the commit, with fund, day and whether it is open."""
    return work.rows(LOCK, _columns(sorted(set(keys)))) if keys else []


def keys_of_approval(work: Work, approval_id: UUID) -> list[Key]:
    """Return the breaks that a proposal is about."""
    return [(r[0], r[1], r[2], r[3]) for r in work.rows(OF_APPROVAL, (approval_id,))]


def set_states(work: Work, changes: Sequence[StateChange]) -> None:
    """Set state, version, action and proposal of breaks."""
    if changes:
        funds, days, kinds, places = _columns([change[0] for change in changes])
        work.run(
            SET_STATES,
            {
                "funds": funds,
                "days": days,
                "kinds": kinds,
                "places": places,
                "states": [change[1] for change in changes],
                "versions": [change[2] for change in changes],
                "actions": [change[3] for change in changes],
                "approvals": [change[4] for change in changes],
            },
        )


def set_owner(work: Work, key: Key, *, owner: str) -> None:
    """Say who looks after a break; nobody with empty text."""
    work.run(SET_OWNER, (owner, *key))


def add_acts(work: Work, broken: Sequence[tuple[Key, int]], act: Mapping[str, object]) -> None:
    """Write one act for each break with its version: verb, action, reason, evidence, approval."""
    if broken:
        funds, days, kinds, places = _columns([key for key, _ in broken])
        columns = {"funds": funds, "days": days, "kinds": kinds, "places": places}
        versions = [version for _, version in broken]
        given = {"action": "", "reason": "", "evidence": "", "approval_id": None, **act}
        work.run(
            ADD_ACTS, {**columns, "versions": versions, "at": work.at, "actor": work.actor, **given}
        )


def acts(work: Work, key: Key) -> list[Row]:
    """Return what was done about a break, oldest first."""
    return work.rows(ACTS, key)


def break_queue(work: Work, parameters: Mapping[str, object]) -> list[Row]:
    """Return what does not tie over all funds, oldest day first."""
    work.run("SET LOCAL plan_cache_mode = force_custom_plan")
    return work.rows(QUEUE, parameters)


def break_counts(work: Work) -> list[Row]:
    """Return fund, day, kind, state, rows kept, rows found, whether the day is open."""
    return work.rows(COUNTS)


def owners(work: Work) -> list[Row]:
    """Return who looks after how many breaks that are not through."""
    return work.rows(OWNERS)


def _columns(
    keys: Sequence[Key],
) -> tuple[list[str], list[date], list[str], list[int]]:
    return (
        [key[0] for key in keys],
        [key[1] for key in keys],
        [key[2] for key in keys],
        [key[3] for key in keys],
    )
