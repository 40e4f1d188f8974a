"""SQL of what customers agreed to."""

from huoqi.kit.db import Params, Row, Work

ADD = """
    -- What was agreed to before stays as it is; what is new is told.
    INSERT INTO customer_agreement (shard, customer_no, code, version, fund, text_sha256, way,
                                    agreed_at)
    SELECT shard, customer_no, code, version, fund, text_sha256, %(way)s, %(at)s
    FROM unnest(%(shards)s::smallint[], %(customers)s::bigint[], %(codes)s::text[],
                %(versions)s::text[], %(funds)s::text[], %(texts)s::text[])
         AS n (shard, customer_no, code, version, fund, text_sha256)
    ORDER BY shard, customer_no, code, version, fund
    ON CONFLICT (shard, customer_no, code, version, fund) DO NOTHING
    RETURNING shard, customer_no, code, version, fund
"""
NOTE = """
    -- The keys stand on the customer's row too, which every request reads anyway.
    UPDATE customer AS c SET agreed = c.agreed || n.keys
    FROM (SELECT shard, customer_no, array_agg(key ORDER BY key) AS keys
          FROM unnest(%(shards)s::smallint[], %(customers)s::bigint[], %(keys)s::text[])
               AS k (shard, customer_no, key)
          GROUP BY shard, customer_no) AS n
    WHERE c.shard = n.shard AND c.customer_no = n.customer_no
"""
OF_CUSTOMER = """
    SELECT code, version, fund, text_sha256, way, agreed_at FROM customer_agreement
    WHERE shard = %(shard)s AND customer_no = %(customer_no)s
    ORDER BY agreed_at DESC, fund, code, version
"""


def add(work: Work, parameters: dict[str, object]) -> list[Row]:
    """Write agreements; return shard, customer, code, version and fund of those that are new."""
    return work.rows(ADD, {**parameters, "at": work.at})


def note(work: Work, parameters: Params) -> None:
    """Add the keys of new agreements to their customers' rows."""
    work.run(NOTE, parameters)


def of_customer(work: Work, *, shard: int, customer_no: int) -> list[Row]:
    """Return what a customer agreed to, latest first."""
    return work.rows(OF_CUSTOMER, {"shard": shard, "customer_no": customer_no})
