"""SQL for what a manager was told in files: orders by their numbers, accounts asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from huoqi.kit.db import Work

_KNOWN = """
    SELECT o.order_id, o.told_on, o.file_id FROM manager_file_order AS o
    JOIN unnest(%s::smallint[], %s::uuid[], %s::date[]) AS k (shard, order_id, told_on)
        ON o.shard = k.shard AND o.order_id = k.order_id AND o.told_on = k.told_on
"""
_ADD = """
    INSERT INTO manager_file_order (shard, order_id, told_on, serial, file_id, fund, side,
        customer_no, counter_no, amount_fen, units_e2, t_day)
    SELECT * FROM unnest(%s::smallint[], %s::uuid[], %s::date[], %s::text[], %s::uuid[],
        %s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::date[])
    ON CONFLICT DO NOTHING
"""
_OF_SERIALS = """
    -- Uses manager_file_order_serial_idx; what waited of a redemption was told on several days.
    SELECT DISTINCT ON (o.shard, o.serial) o.shard, o.order_id, o.told_on, o.serial, o.file_id,
        o.fund, o.side, o.customer_no, o.counter_no, o.amount_fen, o.units_e2, o.t_day
    FROM manager_file_order AS o
    JOIN unnest(%s::smallint[], %s::text[]) AS k (shard, serial)
        ON o.shard = k.shard AND o.serial = k.serial
    WHERE o.fund = %s ORDER BY o.shard, o.serial, o.told_on DESC
"""
_OF_FILES = """
    -- Uses manager_file_order_file_idx; fast transfers are not answered.
    SELECT order_id FROM manager_file_order
    WHERE shard = ANY(%s) AND file_id = ANY(%s) AND side IN ('purchase', 'redeem')
"""
_ACCOUNTS = """
    SELECT a.shard, a.customer_no, a.agent, a.request_id, a.file_id, a.state, a.ta_account,
        a.return_code, a.asked_at, a.answered_at
    FROM manager_account AS a
    JOIN unnest(%s::smallint[], %s::bigint[]) AS k (shard, customer_no)
        ON a.shard = k.shard AND a.customer_no = k.customer_no
    WHERE a.agent = %s ORDER BY a.customer_no
"""
_ACCOUNTS_OF_FILE = """
    -- Uses manager_account_file_idx on each shard.
    SELECT shard, customer_no, agent, request_id, file_id, state, ta_account, return_code,
        asked_at, answered_at
    FROM manager_account WHERE shard = ANY(%s) AND file_id = %s ORDER BY customer_no
"""
_SAVE_ACCOUNT = """
    INSERT INTO manager_account (shard, customer_no, agent, request_id, file_id, state, ta_account,
        return_code, asked_at, answered_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (shard, customer_no, agent) DO UPDATE SET state = excluded.state,
        ta_account = excluded.ta_account, return_code = excluded.return_code,
        answered_at = excluded.answered_at
"""


@dataclass(frozen=True, slots=True)
class ToldOrder:
    """An order as it stood in a file; ``told_on`` is its date there."""

    shard: int
    order_id: UUID
    told_on: date
    serial: str
    file_id: UUID
    fund: str
    side: str
    customer_no: int
    counter_no: int | None
    amount_fen: int
    units_e2: int
    t_day: date


@dataclass(frozen=True, slots=True)
class AskedAccount:
    """A customer's account with a transfer agent: asked for, opened or refused."""

    shard: int
    customer_no: int
    agent: str
    request_id: UUID
    file_id: UUID
    state: str
    ta_account: str
    return_code: str
    asked_at: datetime
    answered_at: datetime | None


def files_of_orders(
    work: Work, keys: Sequence[tuple[int, UUID, date]]
) -> dict[tuple[UUID, date], UUID]:
    """Return by order and date the file in which it was told before."""
    columns = [[key[at] for key in keys] for at in range(3)]
    return {(row[0], row[1]): row[2] for row in work.rows(_KNOWN, columns)}


def add_orders(work: Work, orders: Sequence[ToldOrder]) -> None:
    """Write down orders that stand in a file."""
    names = ToldOrder.__dataclass_fields__
    work.run(_ADD, [[getattr(order, name) for order in orders] for name in names])


def orders_of_serials(work: Work, keys: Sequence[tuple[int, str]], *, fund: str) -> list[ToldOrder]:
    """Return the orders of some numbers, each as it was told last."""
    columns = ([key[0] for key in keys], [key[1] for key in keys])
    return [ToldOrder(*row) for row in work.rows(_OF_SERIALS, (*columns, fund))]


def orders_of_files(work: Work, file_ids: Sequence[UUID], *, shards: Sequence[int]) -> set[UUID]:
    """Return the orders that files told and that are to be answered."""
    return {row[0] for row in work.rows(_OF_FILES, (list(shards), list(file_ids)))}


def accounts(work: Work, keys: Sequence[tuple[int, int]], *, agent: str) -> dict[int, AskedAccount]:
    """Return by customer the accounts that were asked for."""
    columns = ([key[0] for key in keys], [key[1] for key in keys])
    found = [AskedAccount(*row) for row in work.rows(_ACCOUNTS, (*columns, agent))]
    return {account.customer_no: account for account in found}


def accounts_of_file(work: Work, file_id: UUID, *, shards: Sequence[int]) -> list[AskedAccount]:
    """Return the accounts that a file asked for, in the order of the customers' numbers."""
    return [AskedAccount(*row) for row in work.rows(_ACCOUNTS_OF_FILE, (list(shards), file_id))]


def save_accounts(work: Work, asked: Sequence[AskedAccount]) -> None:
    """Write accounts as they stand now."""
    names = AskedAccount.__dataclass_fields__
    work.run_many(_SAVE_ACCOUNT, [[getattr(each, name) for name in names] for each in asked])
