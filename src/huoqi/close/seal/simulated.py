"""The signers of a sandbox: each compares with the manager's register before it signs."""

from collections.abc import Callable, Mapping
from datetime import datetime

from huoqi.close.rules.proofs import SIGNERS
from huoqi.close.rules.seal_tree import Statement
from huoqi.close.seal.port import SealDesk
from huoqi.close.seal.signers import KeySigner, Totals, seed_of
from huoqi.fund.managers.port import FundManager, Register

_NOTHING_KNOWN = (-1, 0)


def simulated_desk(
    secret: bytes, *, managers: Mapping[str, FundManager], now: Callable[[], datetime]
) -> SealDesk:
    """Return a desk whose three signers keep their keys on this machine, as a sandbox may."""

    def own_figures(statement: Statement) -> Totals:
        manager = managers[statement.fund]
        register = manager.register(fund=statement.fund, on=statement.on, at=now())
        if not isinstance(register, Register):
            return _NOTHING_KNOWN
        return register.total_units_e2, statement.total_income_fen

    signers = [KeySigner(each, seed_of(secret, signer=each), own_figures) for each in SIGNERS]
    return SealDesk(secret, tuple(signers))
