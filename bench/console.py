"""The console's reads over a year of orders: 100,000 customers, a million orders, 100,000 breaks.

The rows are written by SQL, in the shapes that the platform itself leaves: orders with payments,
evidence, events, stored answers and ledger transfers whose ids are derived as ours are. Nothing is
posted, so the books of this company do not balance; only reads are measured. Times are the whole
request over loopback, client included, one after the other.
"""

import os
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import httpx
import uvicorn

from bench.machine import facts, percentile_ms
from huoqi.bootstrap.settings import read_settings
from huoqi.bootstrap.wiring import open_platform
from huoqi.close.platform import Platform
from huoqi.customers.operations import make_first_operator
from huoqi.kit.postgres import EmbeddedPostgres
from huoqi.sandbox.opening import open_sandbox
from huoqi.web.app import create_app
from huoqi.web.serving import serving
from huoqi.web.settings import WebSettings

ROOT = Path(__file__).resolve().parents[1]
FUND = "990001"
LIMIT_MS = 30

_DERIVED = """
    CREATE FUNCTION bench_derived(parent uuid, action text) RETURNS uuid LANGUAGE sql IMMUTABLE
    RETURN encode(substring(uuid_send(parent) FROM 1 FOR 8) || set_byte(substring(sha256(
        uuid_send(parent) || convert_to(action, 'UTF8')) FROM 1 FOR 8), 0, (get_byte(sha256(
        uuid_send(parent) || convert_to(action, 'UTF8')), 0) & 63) | 128), 'hex')::uuid;
    CREATE FUNCTION bench_id(at timestamptz, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
    RETURN (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7000'
        || '8' || lpad(to_hex(n), 15, '0'))::uuid
"""
_CUSTOMERS = """
    INSERT INTO customer (shard, customer_no, customer_id, state, simulated, registered_at,
        id_pseudonym, phone_pseudonym, phone_tail, sealed_name, sealed_national_id, sealed_phone)
    SELECT n % 2, n, bench_id('2015-05-11', n), 'active', true, '2015-05-11',
        substring(sha256(int8send(n)) FROM 1 FOR 16), substring(sha256(int8send(-n)) FROM 1 FOR 16),
        substring(sha256(int4send((n % 10000)::int)) FROM 1 FOR 16), '', '', ''
    FROM generate_series(100000, 99999 + %(customers)s) n;
    INSERT INTO ledger_account (shard, id, asset, kind, flags, cp)
    SELECT n % 2, ((n % 2)::bigint << 48) + (1::bigint << 40) + n * 16, 1, 60, 1, 0
    FROM generate_series(100000, 99999 + %(customers)s) n
"""
# One order each half a minute of a year; the last day's purchases are still on their way, one in
# a thousand failed, one in twenty is a fast redemption.
_ORDERS = """
    CREATE UNLOGGED TABLE bench_order AS
    SELECT o.*, (at + interval '8 hours')::date AS on_date,
        bench_derived(id, 'fund.collect') AS money_id,
        ((owner % 2)::bigint << 48) + (1::bigint << 40) + owner * 16 AS account
    FROM (
        SELECT n, bench_id(t.at, n) AS id, t.at, 100000 + (n * 7919) % %(customers)s AS owner,
            CASE WHEN n % 20 = 0 THEN 'redemption' ELSE 'purchase' END AS side,
            CASE WHEN n % 1000 = 1 THEN 'failed' WHEN n % 20 = 0 THEN 'paid_out'
                WHEN n > %(orders)s - 500 THEN 'placed' WHEN n > %(orders)s - 3000 THEN 'paid'
                ELSE 'earning' END AS state
        FROM generate_series(1::bigint, %(orders)s) n
        CROSS JOIN LATERAL (SELECT %(now)s::timestamptz - (%(orders)s - n) * interval '30 seconds'
            AS at) t
    ) o;
    INSERT INTO fund_order (shard, order_id, customer_no, fund, side, speed, origin, takes_all,
        state, amount_fen, units_e2, money_order_id, placed_at, t_day, confirm_on, earns_on,
        done_fen)
    SELECT owner % 2, id, owner, '990001', side,
        CASE side WHEN 'redemption' THEN 'fast' ELSE 'normal' END, 'customer', false, state,
        CASE side WHEN 'purchase' THEN 10000 + n % 5000 END,
        CASE side WHEN 'redemption' THEN 10000 END,
        CASE side WHEN 'purchase' THEN money_id END, at, on_date, on_date + 1, on_date + 1,
        CASE side WHEN 'redemption' THEN 10000 ELSE 0 END
    FROM bench_order ORDER BY n;
    INSERT INTO money_order (shard, order_id, customer_no, intent_id, attempt, direction, purpose,
        amount_fen, card_id, bank, channel, bank_ref, state, limit_on, created_at, sent_at)
    SELECT owner % 2, money_id, owner, id, 1, 'COLLECT', 'fund.purchase', 10000, id,
        (ARRAY['ICBC', 'BOC', 'CCB', 'ABC'])[1 + n % 4], 'direct',
        'HQ' || replace(money_id::text, '-', ''),
        CASE state WHEN 'failed' THEN 'REJECTED' WHEN 'placed' THEN 'UNKNOWN' ELSE 'SUCCEEDED' END,
        on_date, at, at
    FROM bench_order WHERE side = 'purchase' ORDER BY n;
    INSERT INTO payment_evidence (shard, order_id, evidence_id, source, event, received_at)
    SELECT owner % 2, money_id, 'reply-0', 'reply', 'E_SUCCESS', at
    FROM bench_order WHERE side = 'purchase' ORDER BY n;
    INSERT INTO idempotency (shard, customer_no, claim, fingerprint, object_id, status, body,
        claimed_at)
    SELECT owner % 2, owner, md5('k' || n)::uuid, sha256(int8send(n)), id, 201, '{}', at
    FROM bench_order ORDER BY n
"""
_EVENTS = """
    INSERT INTO event (shard, seq, event_id, type, api_version, created_at, business_time,
        request_id, idempotency_key, object_id, customer_no, transfer_ids, data)
    SELECT 0, 1000000 + n * 3 + step, bench_id(at, n * 3 + step),
        (ARRAY['fund.purchase.placed', 'fund.purchase.paid', 'fund.purchase.confirmed'])[step + 1],
        '2026-11-01', at, at, CASE step WHEN 0 THEN 'req_' || lpad(to_hex(n), 20, '0') ELSE '' END,
        CASE step WHEN 0 THEN md5('k' || n) ELSE '' END, id::text, owner,
        CASE step WHEN 1 THEN ARRAY[bench_derived(id, 'fund.purchase_cash')] ELSE '{}' END,
        jsonb_build_object('order_id', id, 'fund', '990001', 'state', 'x', 'amount_fen', 10000)
            || CASE WHEN step = 2 AND n % 50 = 0
                THEN jsonb_build_object('actor', 'staff:clerk-' || n % 7, 'purpose', 'complaint')
                ELSE '{}' END
    FROM bench_order CROSS JOIN generate_series(0, 2) step ORDER BY n, step
"""
# Ten orders a batch; a hold, its posting and the cash to the fund for each.
_LEDGER = """
    CREATE UNLOGGED TABLE bench_transfer AS
    SELECT (owner % 2)::smallint AS shard, row_number() OVER (PARTITION BY owner % 2
            ORDER BY n, step) AS place, n, step, at, on_date, account, id, money_id,
        CASE step WHEN 0 THEN bench_derived(money_id, 'HOLD')
            WHEN 1 THEN bench_derived(money_id, 'POST')
            ELSE bench_derived(id, 'fund.purchase_cash') END AS transfer_id
    FROM bench_order CROSS JOIN generate_series(0, 2) step WHERE side = 'purchase';
    INSERT INTO ledger_transfer (dr, cr, amount, fp, batch, idx, code, effective_on, shard, kind,
        asset, result, id, ref_id)
    SELECT CASE step WHEN 2 THEN account ELSE bank END, CASE step WHEN 2 THEN fund ELSE account END,
        10000, 0, 1000 + place / 30, place % 30, (ARRAY[210, 210, 310])[step + 1], on_date, shard,
        (ARRAY[2, 3, 1])[step + 1], 1, 0, transfer_id,
        CASE step WHEN 1 THEN bench_derived(money_id, 'HOLD') END
    FROM (SELECT t.*, (shard::bigint << 48) | (10 << 20) | (1 + n % 4) AS bank,
        (shard::bigint << 48) | (20 << 20) | 1 AS fund FROM bench_transfer t) t
    ORDER BY shard, place;
    INSERT INTO ledger_pending (dr, cr, amount, shard, asset, status, id)
    SELECT dr, cr, amount, shard, asset, 1, id FROM ledger_transfer WHERE kind = 2;
    INSERT INTO ledger_batch (seq, at, epoch, n, shard, sums, prev_hash, hash, wall_at)
    SELECT 1000 + place / 30, max(at), 0, 30, shard, '{}', sha256(''), sha256(''), now()
    FROM bench_transfer GROUP BY shard, place / 30;
    UPDATE ledger_shard s SET seq = b.last, at = %(now)s, indexed_seq = b.last - 1000
    FROM (SELECT shard, max(seq) AS last FROM ledger_batch GROUP BY shard) b
    WHERE b.shard = s.shard;
    INSERT INTO ledger_history (account, batch, idx, shard, id)
    SELECT leg, t.batch, t.idx, t.shard, t.id FROM ledger_transfer t
    JOIN ledger_shard s ON s.shard = t.shard AND t.batch <= s.indexed_seq
    CROSS JOIN LATERAL (VALUES (t.dr), (t.cr)) AS l (leg) ORDER BY t.shard, leg, t.batch, t.idx;
    INSERT INTO ledger_snapshot_day (shard, taken_on, seq)
    SELECT shard, (%(now)s::timestamptz - interval '6 days')::date, indexed_seq FROM ledger_shard;
    INSERT INTO ledger_snapshot (account, dv, dp, cv, cp, taken_on, shard)
    SELECT leg, 0, sum(dp), 0, sum(cp), (%(now)s::timestamptz - interval '6 days')::date, shard
    FROM (SELECT dr AS leg, amount AS dp, 0 AS cp, shard FROM ledger_transfer WHERE kind <> 2
        UNION ALL SELECT cr, 0, amount, shard FROM ledger_transfer WHERE kind <> 2) x
    GROUP BY leg, shard
"""
_BREAKS = """
    INSERT INTO close_cursor (fund, kind, done_on)
    SELECT '990001', kind, %(now)s::date - 2
    FROM unnest(ARRAY['transfers', 'confirmations', 'income', 'close', 'orders_out']) kind
    ON CONFLICT DO NOTHING;
    INSERT INTO close_break (fund, close_on, kind, place, rows_count, account_no, ours, theirs,
        difference, detail, found_at)
    SELECT '990001', %(now)s::date - d, k.kind, p, 100, 100000 + p, 5, 6, -1, 'units of a holder',
        %(now)s
    FROM generate_series(1, 500) d CROSS JOIN generate_series(0, 99) p
    CROSS JOIN (VALUES ('register'), ('holdings')) k (kind)
"""
_TIDY = (
    "DROP TABLE bench_transfer", "VACUUM (ANALYZE) fund_order", "VACUUM (ANALYZE) money_order",
    "VACUUM (ANALYZE) event", "VACUUM (ANALYZE) ledger_transfer", "VACUUM (ANALYZE) customer",
    "VACUUM (ANALYZE) ledger_history", "VACUUM (ANALYZE) close_break", "ANALYZE",
)  # fmt: skip


def run(
    *, customers: int = 100_000, orders: int = 1_000_000, rounds: int = 60
) -> dict[str, object]:
    """Return the figures of every read on a fresh data folder, which is removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="huoqi-bench-", dir=os.environ.get("HUOQI_BENCH_DIR")))
    try:
        return _measured(folder, customers=customers, orders=orders, rounds=rounds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _measured(folder: Path, *, customers: int, orders: int, rounds: int) -> dict[str, object]:
    settings = read_settings({"HUOQI_DATA": str(folder)}, root=ROOT)
    with EmbeddedPostgres(folder) as cluster:
        platform = open_platform(settings, dsn=cluster.cluster_status().dsn)
        open_sandbox(platform, say=lambda _: None)
        began = time.monotonic()
        _seed(platform, customers=customers, orders=orders)
        seeded_s = time.monotonic() - began
        with _client(platform) as client:
            reads = {
                name: _timed(client, paths, rounds=rounds)
                for name, paths in _reads(platform, customers=customers).items()
            }
        platform.database.close()
    worst = max(reads.values(), key=lambda figures: figures["p95_ms"])
    return {
        "bench": "console",
        "customers": customers,
        "orders": orders,
        "seeded_s": round(seeded_s),
        "read_p95_ms": worst["p95_ms"],
        "limit_ms": LIMIT_MS,
        "reads": reads,
        "load": round(os.getloadavg()[0], 1),
        "machine": facts(),
    }


def _seed(platform: Platform, *, customers: int, orders: int) -> None:
    with platform.database.work(while_advancing=True) as work:
        values: dict[str, object] = {"customers": customers, "orders": orders, "now": work.at}
    with platform.database.connection() as conn:
        conn.execute("SET LOCAL synchronous_commit = off")
        for script in (_DERIVED, _CUSTOMERS, _ORDERS, _EVENTS, _LEDGER, _BREAKS):
            for statement in script.split(";\n"):
                named = {key: v for key, v in values.items() if f"%({key})s" in statement}
                conn.execute(_inlined(statement, named))  # type: ignore[arg-type, unused-ignore] # ours
    with platform.database.connection() as conn:
        conn.commit()
        conn.autocommit = True
        for statement in _TIDY:
            conn.execute(statement)  # type: ignore[arg-type, unused-ignore] # a constant
        conn.autocommit = False


def _inlined(statement: str, values: dict[str, object]) -> str:
    for name, value in values.items():
        shown = str(value) if isinstance(value, int) else f"'{value}'"
        statement = statement.replace(f"%({name})s", shown)
    return statement


@contextmanager
def _client(platform: Platform) -> Iterator[httpx.Client]:
    made = platform.database.run(
        lambda work: make_first_operator(work, installation="sandbox"), while_advancing=True
    )
    assert made is not None
    headers = {"Authorization": f"Bearer {made.text}"}
    app = create_app(platform, WebSettings())
    server, listener = uvicorn.Server(serving(app)), socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(64)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    try:
        with httpx.Client(base_url=address, headers=headers, timeout=60) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def _reads(platform: Platform, *, customers: int) -> dict[str, list[str]]:
    """Return the addresses of each read; a hundred different orders where one is shown."""
    with platform.database.work(while_advancing=True) as work:
        rows = work.rows(
            "SELECT id, money_id, n, on_date, account FROM bench_order"
            " WHERE side = 'purchase' ORDER BY md5(n::text) LIMIT 100"
        )
        last = work.at.date().isoformat()

    def search(**asked: object) -> str:
        return f"/v1/staff/orders?{urlencode(asked)}"

    by_row = {
        "order trace": [f"/v1/staff/orders/{row[0]}" for row in rows],
        "search: order": [search(q=row[0]) for row in rows],
        "search: payment": [search(q=row[1]) for row in rows],
        "search: bank reference": [search(q="HQ" + row[1].hex) for row in rows],
        "search: request id": [search(q=f"req_{row[2]:020x}") for row in rows],
        "search: customer no": [search(q=100_000 + row[2] % customers) for row in rows],
        "orders of a day": [search(**{"from": row[3], "to": row[3]}) for row in rows],
        "account history": [f"/v1/ledger/accounts/{row[4]}/history" for row in rows],
        "account history as of": [
            f"/v1/ledger/accounts/{row[4]}/history?as_of={row[3]}" for row in rows
        ],
        "account found": [f"/v1/ledger/accounts?q={row[4]}" for row in rows],
    }
    once = {
        "orders newest": search(limit=50),
        "orders newest 500": search(limit=500),
        **{
            f"orders {s}": search(state=s)
            for s in ("placed", "paid", "failed", "earning", "refunded", "unknown")
        },
        "orders of no fund": search(fund="000000"),
        "search: nothing": search(q="nobody-knows-this"),
        "accounts": "/v1/ledger/accounts?limit=50",
        "accounts by kind": "/v1/ledger/accounts?kind=customer_cash&limit=50",
        "accounts as of": f"/v1/ledger/accounts?kind=customer_cash&limit=50&as_of={last}",
        "liquidity": f"/v1/staff/liquidity/{FUND}",
        "breaks": "/v1/staff/breaks?limit=50",
        "breaks 500": "/v1/staff/breaks?limit=500",
        "breaks of a class": "/v1/staff/breaks?class=books_differ",
        "breaks, none of them": "/v1/staff/breaks?class=file_refused",
        "breaks over 7 days": "/v1/staff/breaks?age=over_7",
        "breaks summary": "/v1/staff/breaks/summary",
        "connections": "/v1/staff/connections",
        "audit": "/v1/staff/audit",
        "audit of one": "/v1/staff/audit?actor=staff:clerk-3",
        "audit of a type": "/v1/staff/audit?type=customer.identity",
        "close day": f"/v1/close/{FUND}/{last}",
    }
    return by_row | {name: [path] for name, path in once.items()}


def _timed(client: httpx.Client, paths: list[str], *, rounds: int) -> dict[str, float]:
    for path in paths[:8]:
        answer = client.get(path)
        assert answer.status_code == 200, f"{path}: {answer.text}"
    taken = []
    for n in range(rounds):
        began_ns = time.perf_counter_ns()
        client.get(paths[n % len(paths)])
        taken.append(time.perf_counter_ns() - began_ns)
    return {"p50_ms": percentile_ms(taken, 0.50), "p95_ms": percentile_ms(taken, 0.95)}
