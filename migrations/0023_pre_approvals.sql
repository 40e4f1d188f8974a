-- Why: what is too grave for one person waits here for a second one. The fingerprint says which
-- state of the object the maker saw; a decision on another state is stale.
SET LOCAL lock_timeout = '5s';

CREATE TABLE approval (
    approval_id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind <> ''),
    object_id text NOT NULL,
    object_version text NOT NULL,
    before jsonb NOT NULL,
    after jsonb NOT NULL,
    content_sha256 bytea NOT NULL,
    amount_fen bigint,
    customer_count integer,
    evidence text NOT NULL,
    maker text NOT NULL CHECK (maker <> ''),
    proposed_at timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('pending', 'approved', 'refused', 'withdrawn', 'stale')),
    checker text NOT NULL DEFAULT '',
    decided_at timestamptz,
    reason text NOT NULL DEFAULT '',
    CHECK ((state = 'pending') = (decided_at IS NULL)),
    CHECK (state NOT IN ('approved', 'refused') OR checker NOT IN ('', maker))
);
-- The same change of the same object waits once.
CREATE UNIQUE INDEX approval_pending ON approval (kind, object_id, content_sha256)
    WHERE state = 'pending';
CREATE INDEX approval_newest ON approval (state, proposed_at DESC, approval_id DESC);
