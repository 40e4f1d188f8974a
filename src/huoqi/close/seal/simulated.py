"""The signers of a sandbox: each looks at figures of its own before it signs.

The platform signs what its close tied out; the manager looks into its register; the custodian adds
the cash and the income of the day to what it kept the evening before.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from huoqi.close.rules.proofs import Signer
from huoqi.close.rules.seal_tree import Statement
from huoqi.close.seal.port import SealDesk
from huoqi.close.seal.signers import KeySigner, OwnFigures, Totals, seed_of
from huoqi.fund.managers.port import FundDayReport, FundManager, Register

#: Units and income at the end of a fund's days as somebody has them; None when nobody answers.
DayTotals = Callable[[str, Sequence[date], datetime], Sequence[Totals | None]]


def simulated_desk(
    secret: bytes,
    *,
    managers: Mapping[str, FundManager],
    now: Callable[[], datetime],
    register: DayTotals | None = None,
    custody: DayTotals | None = None,
) -> SealDesk:
    """Return a desk whose three signers keep their keys on this machine, as a sandbox may.

    Without ``register`` the manager is asked day by day as for a close; without ``custody`` the
    custodian looks where the manager does.
    """

    def asked(fund: str, days: Sequence[date], at: datetime) -> Sequence[Totals | None]:
        return [_asked(managers[fund], fund=fund, on=on, at=at) for on in days]

    def looking(at: DayTotals) -> OwnFigures:
        def look(statements: Sequence[Statement]) -> Sequence[Totals | None]:
            days = [statement.on for statement in statements]
            return at(statements[0].fund, days, now()) if days else []

        return look

    of_manager = looking(register or asked)
    looks: Mapping[Signer, OwnFigures] = {
        Signer.PLATFORM: _as_closed,
        Signer.MANAGER: of_manager,
        Signer.CUSTODIAN: looking(custody) if custody else of_manager,
    }
    signers = [KeySigner(each, seed_of(secret, signer=each), look) for each, look in looks.items()]
    return SealDesk(secret, tuple(signers))


def _asked(manager: FundManager, *, fund: str, on: date, at: datetime) -> Totals | None:
    """Return what a manager's register and its figures of a day say."""
    register = manager.register(fund=fund, on=on, at=at)
    report = manager.income(fund=fund, on=on, at=at)
    if not isinstance(register, Register) or not isinstance(report, FundDayReport):
        return None
    income_fen = report.total_income_fen
    # A manager may print the rate alone; the close has held it to the holders' incomes.
    return None if income_fen is None else (register.total_units_e2, income_fen)


def _as_closed(statements: Sequence[Statement]) -> Sequence[Totals]:
    """Return the statements' own totals: sealing held them to those of the close before."""
    return [(each.total_units_e2, each.total_income_fen) for each in statements]
