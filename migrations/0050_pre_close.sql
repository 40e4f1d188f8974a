-- Why: the close is resumable and can be watched: how far each fund's rhythm has come, each named
-- step of each day, what does not tie, the book's columns and the sealed root. These tables are by
-- fund and day, so they have no shard; an account number stands in them as an accounting figure.
SET LOCAL lock_timeout = '5s';

-- The last day done of each kind of daily work, and when to ask again for what was not ready.
CREATE TABLE close_cursor (
    fund text NOT NULL,
    kind text NOT NULL,
    done_on date NOT NULL,
    again_at timestamptz,
    tries int NOT NULL DEFAULT 0 CHECK (tries >= 0),
    note text NOT NULL DEFAULT '',
    PRIMARY KEY (fund, kind)
) WITH (fillfactor = 50);

-- Instants are business time; took_ms is machine time, since the business clock may stand still.
CREATE TABLE close_step (
    fund text NOT NULL,
    close_on date NOT NULL,
    step text NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'blocked', 'waived')),
    done_count bigint NOT NULL DEFAULT 0 CHECK (done_count >= 0),
    total_count bigint NOT NULL DEFAULT 0 CHECK (total_count >= 0),
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    took_ms bigint NOT NULL DEFAULT 0,
    left_ms bigint,
    actor text NOT NULL,
    artefact bytea,
    note text NOT NULL DEFAULT '',
    PRIMARY KEY (fund, close_on, step)
);

-- The first rows that differ; ``rows_count`` of a kind says how many there are in all.
CREATE TABLE close_break (
    fund text NOT NULL,
    close_on date NOT NULL,
    kind text NOT NULL,
    place int NOT NULL CHECK (place >= 0),
    rows_count bigint NOT NULL CHECK (rows_count > 0),
    account_no bigint,
    ours bigint,
    theirs bigint,
    difference bigint,
    detail text NOT NULL,
    found_at timestamptz NOT NULL,
    PRIMARY KEY (fund, close_on, kind, place)
);

-- One row a closed day: what was sealed. ``root`` is SHA-256 over the day before's root, the book's
-- digest, the control sums and the ledger's chain heads.
CREATE TABLE close_day (
    fund text NOT NULL,
    close_on date NOT NULL,
    holder_count bigint NOT NULL CHECK (holder_count >= 0),
    total_units_e2 bigint NOT NULL CHECK (total_units_e2 >= 0),
    total_income_fen bigint NOT NULL,
    book_sha256 bytea NOT NULL CHECK (length(book_sha256) = 32),
    chain_sha256 bytea NOT NULL CHECK (length(chain_sha256) = 32),
    previous_root bytea NOT NULL CHECK (length(previous_root) = 32),
    root bytea NOT NULL CHECK (length(root) = 32),
    flags text[] NOT NULL,
    closed_at timestamptz NOT NULL,
    PRIMARY KEY (fund, close_on)
);

-- The book at the end of a day; little-endian int64, the three columns in one order of accounts.
CREATE TABLE close_book (
    fund text NOT NULL,
    close_on date NOT NULL,
    holder_count bigint NOT NULL CHECK (holder_count >= 0),
    total_units_e2 bigint NOT NULL,
    total_accrued_fen bigint NOT NULL,
    accounts bytea NOT NULL,
    units bytea NOT NULL,
    accrued bytea NOT NULL,
    sha256 bytea NOT NULL CHECK (length(sha256) = 32),
    PRIMARY KEY (fund, close_on),
    CHECK (length(accounts) = 8 * holder_count AND length(units) = 8 * holder_count)
);
-- Columns of integers hardly compress; trying costs more than it saves.
ALTER TABLE close_book ALTER COLUMN accounts SET STORAGE EXTERNAL;
ALTER TABLE close_book ALTER COLUMN units SET STORAGE EXTERNAL;
ALTER TABLE close_book ALTER COLUMN accrued SET STORAGE EXTERNAL;
