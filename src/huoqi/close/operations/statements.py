"""The banks' statements: taken in at eight each morning, and looked through as soon as they are."""

from collections.abc import Sequence

from huoqi.close.operations.bank_matching import reconcile_banks
from huoqi.close.operations.pump import pump_of
from huoqi.close.platform import Platform
from huoqi.kit.db import Work
from huoqi.payments.statements import StatementTaken


def take_bank_statements(platform: Platform) -> int:
    """Take in every statement that the banks have for us and return how many pages came."""
    return pump_of(platform).take_statements(then=_look_through)


def _look_through(work: Work, _pages: Sequence[StatementTaken]) -> None:
    """Match each bank's days as far as its statements are complete."""
    reconcile_banks(work)
