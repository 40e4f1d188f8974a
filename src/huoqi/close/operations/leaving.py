"""Customers who leave: each night what is left of theirs is redeemed, and who has nothing goes."""

from collections.abc import Sequence
from functools import partial

from huoqi.close.platform import Platform
from huoqi.customers.desk import Desk
from huoqi.customers.operations import ClosingRequest, finish_closing
from huoqi.customers.people import Customer
from huoqi.customers.queries import closing_customers
from huoqi.customers.rules.leaving import Leftover
from huoqi.fund.leaving import rest_of
from huoqi.fund.operations import redeem_rest
from huoqi.kit.db import Work
from huoqi.ledger.queries import balances
from huoqi.ledger.rules.chart import customer_cash_account

LEAVERS_AT_ONCE = 1_000
BEFORE_ALL = (-1, 0)  # shard and number that come before every customer's


def desk_of(platform: Platform) -> Desk:
    """Return what customers' operations need of a company."""
    return Desk(platform.vault, platform.authority, platform.messages)


def leftovers(work: Work, customers: Sequence[Customer]) -> dict[int, Leftover]:
    """Return what each customer still has here: orders, units, cash, income to come."""
    owners = [(customer.shard, customer.customer_no) for customer in customers]
    rests = rest_of(work, owners)
    accounts = {
        number: customer_cash_account(shard=shard, customer_no=number) for shard, number in owners
    }
    cash = balances(work, list(accounts.values()))
    found = {}
    for owner in owners:
        rest, counters = rests[owner], cash.get(accounts[owner[1]])
        found[owner[1]] = Leftover(
            open_orders=tuple(str(order_id) for order_id in rest.open_orders),
            units_e2=rest.units_e2,
            cash_fen=counters.credit_balance if counters else 0,
            income_is_due=rest.income_is_due,
        )
    return found


def has_leavers(work: Work) -> bool:
    """Tell whether any customer is leaving."""
    return bool(closing_customers(work, after=BEFORE_ALL, limit=1))


def let_leavers_go(platform: Platform, *, at_once: int = LEAVERS_AT_ONCE) -> int:
    """Redeem what leaving customers have left, close who has nothing; return how many leave.

    A page is a transaction of its own, and all pages have their turn: who cannot leave yet keeps
    nobody behind from leaving.
    """
    count = 0
    after = BEFORE_ALL
    while True:
        page = platform.database.run(
            partial(_let_page_go, platform=platform, after=after, limit=at_once),
            while_advancing=True,
        )
        count += len(page)
        if len(page) < at_once:
            return count
        after = (page[-1].shard, page[-1].customer_no)


def _let_page_go(
    work: Work, *, platform: Platform, after: tuple[int, int], limit: int
) -> list[Customer]:
    leaving = closing_customers(work, after=after, limit=limit)
    if leaving:
        redeem_rest(work, [(customer.shard, customer.customer_no) for customer in leaving])
        left = leftovers(work, leaving)
        requests = [ClosingRequest(c.customer_no, left[c.customer_no]) for c in leaving]
        finish_closing(work, desk_of(platform), requests)
    return leaving
