"""The payments pump over a platform: what a bank says reaches the fund order in one transaction."""

from huoqi.close.platform import Platform
from huoqi.fund.operations import settle_payments
from huoqi.kit.db import Work
from huoqi.payments.pump import Pump
from huoqi.payments.queries import next_due_at


def pump_payments(platform: Platform) -> int:
    """Do what is due with the banks now and return how many items were taken up."""
    pump = Pump(platform.database, platform.banks, settle_payments, while_advancing=True)
    done = pump.take_callbacks()
    # Most turns find nothing due; one short read then spares the claims.
    if platform.database.run(_is_due, while_advancing=True):
        done += pump.send_due() + pump.query_due() + pump.ask_about_cards()
    return done


def _is_due(work: Work) -> bool:
    next_at = next_due_at(work)
    return next_at is not None and next_at <= work.at
