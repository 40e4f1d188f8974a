"""Units kept where they are for reasons from outside: frozen, but earning as before."""

from datetime import date

from huoqi.fund._store import holdings as store
from huoqi.fund.shelf import terms_of_fund
from huoqi.kit.db import Work


def freeze_units(
    work: Work, *, shard: int, fund: str, customer_no: int, by_e2: int, on: date
) -> None:
    """Keep so many units more of a holding, also of what is bought later; less if negative.

    What is frozen cannot be redeemed; it may be more than there is. Errors: FundUnknown.
    """
    terms_of_fund(work, fund=fund)
    key = (shard, fund, customer_no)
    store.open_holdings(work, [key], on=on)
    store.move_frozen(work, key, by_e2=by_e2)
