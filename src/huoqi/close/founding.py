"""Founding a company in an empty database: shards, accounts, calendar, the first fund."""

from collections.abc import Sequence

from huoqi.fund.calendars.xshg import xshg
from huoqi.fund.horizon import keep_longer_calendar
from huoqi.fund.products import HUOQIBAO, NewProduct
from huoqi.fund.shelf import open_fund
from huoqi.kit.db import Work
from huoqi.ledger.operations import set_up_shards
from huoqi.ledger.queries import shards as shards_of_ledger
from huoqi.payments.operations import open_clearing_accounts

#: What the provider of the sandbox advances a day; our choice, large enough for the small world.
SANDBOX_ADVANCE_FEN = 5_000_000_00


def found_company(
    work: Work,
    *,
    shards: int,
    funds: Sequence[NewProduct] = (HUOQIBAO,),
    advance_limit_fen: int | None = SANDBOX_ADVANCE_FEN,
) -> int:
    """Open what a company needs before its first customer, and return its number of shards.

    ``shards`` counts in an empty database only; the number is fixed from then on. Repeating
    changes nothing.
    """
    open_shards = shards_of_ledger(work) or set_up_shards(work, count=shards)
    open_clearing_accounts(work, shards=open_shards)
    keep_longer_calendar(work, xshg())
    for fund in funds:
        open_fund(work, fund, shards=len(open_shards), advance_limit_fen=advance_limit_fen)
    return len(open_shards)
