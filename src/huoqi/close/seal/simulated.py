"""The signers of a sandbox: each looks at figures of its own before it signs.

The platform signs what its close tied out; the manager looks into its register; the custodian adds
the cash and the income of the day to what it kept the evening before.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from huoqi.close.rules.proofs import Signer
from huoqi.close.rules.seal_tree import Statement
from huoqi.close.seal.port import SealDesk
from huoqi.close.seal.signers import KeySigner, OwnFigures, Totals, seed_of
from huoqi.fund.managers.port import FundDayReport, FundManager, Register

#: Units and income at the end of a fund's day as a custodian has them; None when nobody answers.
Custody = Callable[[str, date, datetime], Totals | None]


def simulated_desk(
    secret: bytes,
    *,
    managers: Mapping[str, FundManager],
    now: Callable[[], datetime],
    custody: Custody | None = None,
) -> SealDesk:
    """Return a desk whose three signers keep their keys on this machine, as a sandbox may.

    Without ``custody`` the custodian looks into the manager's register as well.
    """

    def in_register(statement: Statement) -> Totals | None:
        manager, at = managers[statement.fund], now()
        register = manager.register(fund=statement.fund, on=statement.on, at=at)
        report = manager.income(fund=statement.fund, on=statement.on, at=at)
        if not isinstance(register, Register) or not isinstance(report, FundDayReport):
            return None
        income_fen = report.total_income_fen
        told = statement.total_income_fen if income_fen is None else income_fen
        return register.total_units_e2, told

    def in_custody(statement: Statement) -> Totals | None:
        assert custody is not None
        return custody(statement.fund, statement.on, now())

    looks: Mapping[Signer, OwnFigures] = {
        Signer.PLATFORM: _as_closed,
        Signer.MANAGER: in_register,
        Signer.CUSTODIAN: in_register if custody is None else in_custody,
    }
    signers = [KeySigner(each, seed_of(secret, signer=each), look) for each, look in looks.items()]
    return SealDesk(secret, tuple(signers))


def _as_closed(statement: Statement) -> Totals:
    """Return the statement's own totals: sealing held them to those of the close before."""
    return statement.total_units_e2, statement.total_income_fen
