-- Why: each customer can fetch a proof that a balance is in what three parties signed. A closed day
-- gets one row: the statement and the signatures. The tree is not kept: for a proof it is made again
-- from the day's book, and has to lead to the root that was signed.
SET LOCAL lock_timeout = '5s';

CREATE TABLE close_seal (
    fund text NOT NULL,
    close_on date NOT NULL,
    statement bytea NOT NULL CHECK (length(statement) = 113),
    -- Platform, manager, custodian: each a public key of 32 bytes and a signature of 64.
    signatures bytea NOT NULL CHECK (length(signatures) = 288),
    sealed_at timestamptz NOT NULL,
    PRIMARY KEY (fund, close_on),
    FOREIGN KEY (fund, close_on) REFERENCES close_day (fund, close_on)
);
