-- Why: the audit is filtered by kind of act and by object too; a rare kind among many acts is found
-- without reading the others. The queue of breaks reads each fund's primary key, not an index.
SET LOCAL lock_timeout = '5s';

CREATE INDEX event_of_act ON event (shard, type text_pattern_ops, business_time, seq)
    WHERE split_part(data ->> 'actor', ':', 1) IN ('staff', 'program');
CREATE INDEX event_of_act_object ON event (shard, object_id, seq)
    WHERE split_part(data ->> 'actor', ':', 1) IN ('staff', 'program');
DROP INDEX close_break_queue;
