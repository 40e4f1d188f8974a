-- Why: what a customer agreed to, in which version, when and by which text is kept for ever; the
-- texts themselves are dated data of the program. The keys of it (code:version:fund) stand on the
-- customer's row too, so that a purchase is refused without another read.
SET LOCAL lock_timeout = '5s';

-- fund is '' for agreements about the platform. way: 'customer' ticked it, 'simulated' belongs to
-- an invented person, who is taken to have agreed.
CREATE TABLE customer_agreement (
    shard smallint NOT NULL,
    customer_no bigint NOT NULL,
    code text NOT NULL CHECK (code ~ '^[a-z_]+$'),
    version text NOT NULL CHECK (version ~ '^[0-9]+$'),
    fund text NOT NULL CHECK (fund ~ '^([0-9A-Z]{6})?$'),
    text_sha256 text NOT NULL CHECK (text_sha256 ~ '^[0-9a-f]{64}$'),
    way text NOT NULL CHECK (way IN ('customer', 'simulated')),
    agreed_at timestamptz NOT NULL,
    PRIMARY KEY (shard, customer_no, code, version, fund)
);

ALTER TABLE customer ADD COLUMN agreed text[] NOT NULL DEFAULT '{}';

-- Invented people who live in a sandbox already agreed to the first versions when they moved in.
-- Everybody else is asked before the next purchase.
INSERT INTO customer_agreement (shard, customer_no, code, version, fund, text_sha256, way, agreed_at)
SELECT c.shard, c.customer_no, a.code, '1', coalesce(f.fund, ''), a.text_sha256, 'simulated',
    greatest(c.registered_at, timestamptz '2015-05-11 00:00+08')
FROM customer AS c
CROSS JOIN (VALUES
    ('summary', true, 'c825fb36482f35b66e8eaeb4e3dabdb99b98a0a7c5f9fd6bb23ed2fcdccba394'),
    ('risk', true, 'b883cc49dfb37336c25ef916b40a4662d663bd93b65d327cde6e3d426c4e9f67'),
    ('service', false, 'fc66c8ceafd9d3c552481114fcf1ae30194c34caed6f8f0cfa69da6fcddb1b6e'),
    ('privacy', false, 'd9ef79c9ea8569d1a9403486deba460212d7fc02afd847b86c116c3d972fb52b')) AS a (code, of_fund, text_sha256)
LEFT JOIN fund AS f ON a.of_fund
WHERE c.simulated AND (f.fund IS NOT NULL OR NOT a.of_fund);

UPDATE customer AS c
SET agreed = ARRAY(
    SELECT a.code || ':' || a.version || ':' || a.fund FROM customer_agreement AS a
    WHERE a.shard = c.shard AND a.customer_no = c.customer_no ORDER BY 1)
WHERE c.simulated;
