-- Why: a difference between our figure and the register's is worked on by people: who owns it, what
-- was proposed with which reason and proof, who approved it, and what came of it. A break keeps its
-- place as long as it is there, so that its id stays; a reopened one is a new version of the same.
SET LOCAL lock_timeout = '5s';

ALTER TABLE close_break
    ADD COLUMN state text NOT NULL DEFAULT 'open'
        CHECK (state IN ('open', 'resolving', 'resolved', 'waived', 'cleared', 'reopened')),
    ADD COLUMN version int NOT NULL DEFAULT 1 CHECK (version > 0),
    ADD COLUMN owner text NOT NULL DEFAULT '',
    ADD COLUMN action text NOT NULL DEFAULT '',
    ADD COLUMN approval_id uuid,
    -- What a holder earned by our rule and by the register, and what earned.
    ADD COLUMN earning_e2 bigint,
    ADD COLUMN income_ours bigint,
    ADD COLUMN income_theirs bigint,
    -- Where the other side's figure stands: file, record in it, the file's SHA-256.
    ADD COLUMN source text NOT NULL DEFAULT '',
    ADD COLUMN record_no bigint,
    ADD COLUMN source_sha256 bytea CHECK (length(source_sha256) = 32);
-- What people have in hand or reopened: few beside what is open or gone.
CREATE INDEX close_break_in_hand ON close_break (fund, state, close_on)
    WHERE state NOT IN ('open', 'cleared');
CREATE INDEX close_break_approval ON close_break (approval_id) WHERE approval_id IS NOT NULL;

-- What was done about a break, act by act; nothing of it is ever changed.
CREATE TABLE break_act (
    fund text NOT NULL,
    close_on date NOT NULL,
    kind text NOT NULL,
    place int NOT NULL,
    act_no int NOT NULL CHECK (act_no > 0),
    verb text NOT NULL CHECK (verb IN (
        'assigned', 'proposed', 'approved', 'refused', 'withdrawn', 'stale', 'reopened')),
    version int NOT NULL,
    action text NOT NULL,
    actor text NOT NULL,
    acted_at timestamptz NOT NULL,
    reason text NOT NULL,
    evidence text NOT NULL,
    approval_id uuid,
    PRIMARY KEY (fund, close_on, kind, place, act_no)
);

-- The register that a closed day was compared with: the files that it came in, as one digest.
CREATE TABLE close_register (
    fund text NOT NULL,
    close_on date NOT NULL,
    source text NOT NULL,
    source_sha256 bytea CHECK (length(source_sha256) = 32),
    files_count int NOT NULL CHECK (files_count >= 0),
    holder_count bigint NOT NULL,
    total_units_e2 bigint NOT NULL,
    PRIMARY KEY (fund, close_on)
);
