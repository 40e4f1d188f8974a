"""What only a bank's statement tells: a collection that it took back, as evidence in the books.

Statements come with an issue of their own; until then tests hand their evidence in.
"""

from contextlib import closing
from uuid import UUID

from huoqi.fund.operations import settle_payments
from huoqi.kit.clock import TableClock
from huoqi.kit.db import Database
from huoqi.kit.ids import RandomIds
from huoqi.payments.operations import record_evidence
from huoqi.payments.orders import Evidence
from huoqi.payments.rules.reducer import Event
from tests.browser.site import Site


def take_back(site: Site, *, order_id: str, amount_fen: int) -> None:
    """Let the bank take the money of a purchase back: the customer owes it now."""
    query = "SELECT shard, order_id FROM money_order WHERE intent_id = %s"
    with (
        closing(Database(site.dsn, clock=TableClock(), ids=RandomIds())) as database,
        database.work() as work,
    ):
        row = work.row(query, (UUID(order_id),))
        assert row is not None
        back = Evidence(row[0], row[1], "stmt-1", "statement", Event.S_RETURNED, "", "", amount_fen)
        settle_payments(work, record_evidence(work, [back]))
