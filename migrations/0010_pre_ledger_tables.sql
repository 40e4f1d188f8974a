-- Why: the double-entry book. Counters live in ledger_account, the journal in ledger_transfer, one
-- link of the hash chain a batch in ledger_batch. Column order is by width, eight bytes first, so
-- that a journal row has no padding; see docs/adr/0010-ledger-engine.md.
SET LOCAL lock_timeout = '5s';

CREATE TABLE ledger_asset (
    asset smallint PRIMARY KEY CHECK (asset > 0),
    code text NOT NULL UNIQUE,
    scale smallint NOT NULL CHECK (scale BETWEEN 0 AND 8)
);
INSERT INTO ledger_asset (asset, code, scale) VALUES (1, 'CNY', 2);

CREATE TABLE ledger_account_kind (
    kind smallint PRIMARY KEY CHECK (kind BETWEEN 1 AND 4095),
    code text NOT NULL UNIQUE,
    name_zh text NOT NULL,
    normal_side text NOT NULL CHECK (normal_side IN ('debit', 'credit')),
    owner text NOT NULL CHECK (owner IN ('customer', 'system')),
    flags integer NOT NULL
);
INSERT INTO ledger_account_kind (kind, code, name_zh, normal_side, owner, flags) VALUES
    (10, 'bank_clearing', '银行存管清算', 'debit', 'system', 4),
    (11, 'platform_cash', '平台自有资金', 'debit', 'system', 4),
    (12, 'in_transit', '在途资金', 'credit', 'system', 4),
    (20, 'fund_settlement', '基金清算资金', 'credit', 'system', 4),
    (21, 'fund_issuance', '基金份额发行', 'debit', 'system', 4),
    (22, 'holders_units', '持有人份额', 'credit', 'system', 4),
    (30, 'advance_line', '垫资额度', 'credit', 'system', 4),
    (31, 'advance_receivable', '垫资应收', 'debit', 'system', 4),
    (40, 'income', '收入', 'credit', 'system', 4),
    (41, 'fees', '手续费', 'credit', 'system', 4),
    (42, 'expense', '费用', 'debit', 'system', 4),
    (50, 'suspense', '挂账', 'credit', 'system', 4),
    (60, 'customer_cash', '客户资金', 'credit', 'customer', 1),
    (61, 'receivable', '客户应收', 'debit', 'customer', 2);

-- One row a shard: the lock that puts its batches in order, the head of its chain, its writer's
-- epoch, and up to where expired holds are swept, deltas folded and histories indexed.
CREATE TABLE ledger_shard (
    shard smallint PRIMARY KEY CHECK (shard >= 0),
    seq bigint NOT NULL DEFAULT 0,
    at timestamptz NOT NULL DEFAULT '-infinity',
    epoch bigint NOT NULL DEFAULT 0,
    swept_at timestamptz NOT NULL DEFAULT '-infinity',
    indexed_seq bigint NOT NULL DEFAULT 0,
    hash bytea NOT NULL CHECK (length(hash) = 32)
) WITH (fillfactor = 20);

-- Counters: dp, dv = debits posted, pending; cp, cv = credits posted, pending.
-- flags: 1 no debit overdraft, 2 no credit overdraft, 4 hot, 8 frozen, 16 closed.
CREATE TABLE ledger_account (
    id bigint NOT NULL,
    dv bigint NOT NULL DEFAULT 0 CHECK (dv >= 0),
    dp bigint NOT NULL DEFAULT 0 CHECK (dp >= 0),
    version bigint NOT NULL DEFAULT 0,
    cp bigint NOT NULL DEFAULT 0 CHECK (cp >= 0),
    cv bigint NOT NULL DEFAULT 0 CHECK (cv >= 0),
    flags integer NOT NULL,
    shard smallint NOT NULL,
    asset smallint NOT NULL,
    kind smallint NOT NULL,
    PRIMARY KEY (shard, id),
    CHECK (id >> 48 = shard)
) WITH (fillfactor = 60);

CREATE TABLE ledger_transfer (
    dr bigint NOT NULL,
    cr bigint NOT NULL,
    amount bigint NOT NULL CHECK (amount >= 0),
    fp bigint NOT NULL,
    batch bigint NOT NULL,
    idx integer NOT NULL,
    code integer NOT NULL,
    effective_on date NOT NULL,
    shard smallint NOT NULL,
    kind smallint NOT NULL,
    asset smallint NOT NULL,
    result smallint NOT NULL,
    id uuid NOT NULL,
    ref_id uuid,
    grp uuid,
    PRIMARY KEY (shard, id),
    CHECK (result <> 0 OR (amount > 0 AND dr <> cr AND dr >> 48 = shard AND cr >> 48 = shard))
);
-- Block ranges only: nearly free to write, and a chain check or a day reads its own pages.
CREATE INDEX ledger_transfer_batch_brin ON ledger_transfer USING brin (batch, effective_on)
    WITH (pages_per_range = 32);

-- status: 0 open, 1 posted, 2 voided, 3 expired.
CREATE TABLE ledger_pending (
    dr bigint NOT NULL,
    cr bigint NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    expires_at timestamptz,
    shard smallint NOT NULL,
    asset smallint NOT NULL,
    status smallint NOT NULL,
    id uuid NOT NULL,
    PRIMARY KEY (shard, id)
) WITH (fillfactor = 80);
CREATE INDEX ledger_pending_expiry ON ledger_pending (shard, expires_at)
    WHERE expires_at IS NOT NULL;

CREATE TABLE ledger_reversal (
    shard smallint NOT NULL,
    target uuid NOT NULL,
    id uuid NOT NULL,
    PRIMARY KEY (shard, target)
);

CREATE TABLE ledger_hot_delta (
    account bigint NOT NULL,
    batch bigint NOT NULL,
    dv bigint NOT NULL,
    dp bigint NOT NULL,
    cp bigint NOT NULL,
    cv bigint NOT NULL,
    shard smallint NOT NULL,
    PRIMARY KEY (shard, account, batch)
);

CREATE TABLE ledger_batch (
    seq bigint NOT NULL,
    at timestamptz NOT NULL,
    epoch bigint NOT NULL,
    n integer NOT NULL,
    shard smallint NOT NULL,
    sums jsonb NOT NULL,
    prev_hash bytea NOT NULL CHECK (length(prev_hash) = 32),
    hash bytea NOT NULL CHECK (length(hash) = 32),
    wall_at timestamptz NOT NULL,
    PRIMARY KEY (shard, seq)
);
