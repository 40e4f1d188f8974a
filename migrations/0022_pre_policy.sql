-- Why: limits, cut-offs, fees and licences change by date, not by release. A rule is a dated row
-- with its source. The token changes with every change of a row, so that a cache is never stale,
-- not even after the database was rewound or branched.
SET LOCAL lock_timeout = '5s';

CREATE TABLE policy (
    rule text NOT NULL CHECK (rule ~ '^[a-z][a-z0-9_]*([.][a-z][a-z0-9_]*)*$'),
    fund text NOT NULL,
    distributor text NOT NULL,
    jurisdiction text NOT NULL,
    effective_from date NOT NULL,
    effective_to date,
    value jsonb NOT NULL,
    source text NOT NULL CHECK (source <> ''),
    status text NOT NULL CHECK (status IN ('verified', 'unverified', 'withdrawn')),
    added_at timestamptz NOT NULL,
    PRIMARY KEY (rule, fund, distributor, jurisdiction, effective_from),
    CHECK (effective_to > effective_from)
);

CREATE TABLE policy_version (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    token uuid NOT NULL
);
INSERT INTO policy_version (token) VALUES (gen_random_uuid());
