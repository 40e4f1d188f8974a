-- Why: whoever moves other people's money has to notice what is unusual, look at it, and show later
-- that somebody did. A case is one finding of a rule, or a hit on a list, about one customer; facts
-- are figures and codes only. What is done about it stands beside it and is never changed.
SET LOCAL lock_timeout = '5s';

CREATE TABLE compliance_case (
    shard smallint NOT NULL,
    case_id uuid NOT NULL,
    customer_no bigint NOT NULL,
    rule text NOT NULL,
    found_on date NOT NULL,
    opened_at timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('open', 'in_hand', 'proposed', 'closed')),
    owner text,
    verdict text CHECK (verdict IN ('cleared', 'reported', 'frozen')),
    facts jsonb NOT NULL,
    closed_at timestamptz,
    PRIMARY KEY (shard, case_id),
    UNIQUE (shard, customer_no, rule, found_on),
    CHECK ((state = 'closed') = (closed_at IS NOT NULL AND verdict IS NOT NULL))
);
CREATE INDEX compliance_case_queue ON compliance_case (case_id) WHERE state <> 'closed';

CREATE TABLE compliance_act (
    shard smallint NOT NULL,
    case_id uuid NOT NULL,
    act_no smallint NOT NULL,
    verb text NOT NULL CHECK (verb IN (
        'taken', 'noted', 'proposed', 'refused', 'closed', 'handed_back'
    )),
    actor text NOT NULL,
    acted_at timestamptz NOT NULL,
    note text NOT NULL DEFAULT '' CHECK (length(note) <= 500),
    verdict text,
    PRIMARY KEY (shard, case_id, act_no)
);
