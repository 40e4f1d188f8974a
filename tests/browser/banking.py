"""What only a bank's statement tells: a collection taken back, in the played bank's books."""

from contextlib import closing
from uuid import UUID

from huoqi.kit.clock import TableClock
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Database
from huoqi.kit.ids import RandomIds
from tests.browser.site import Site

_TAKE_BACK = """
    UPDATE simulated.bank_instruction AS i SET returns_on = %s
    FROM money_order AS o WHERE o.intent_id = %s AND i.bank_ref = o.bank_ref
"""


def take_back(site: Site, *, order_id: str) -> None:
    """Let the bank take the money of a purchase back today, and go to tomorrow.

    Its statement tells so in the morning: the customer owes it then.
    """
    with (
        closing(Database(site.dsn, clock=TableClock(), ids=RandomIds())) as database,
        database.work() as work,
    ):
        assert work.run(_TAKE_BACK, (shanghai_date(work.at), UUID(order_id))) == 1
    site.advance(days=1)
