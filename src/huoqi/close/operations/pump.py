"""The payments pump over a platform: what a bank says reaches the fund order in one transaction."""

from huoqi.close.platform import Platform
from huoqi.fund.operations import settle_payments
from huoqi.payments.pump import Pump


def pump_of(platform: Platform) -> Pump:
    """Return the pump of a company, with what its outcomes mean to fund orders."""
    return Pump(platform.database, platform.banks, settle_payments, while_advancing=True)


def pump_payments(platform: Platform) -> int:
    """Do what is due with the banks now and return how many items were taken up."""
    return pump_of(platform).run_once()
