"""The explanation of one day's income of one holding: every figure of the rule, exact."""

from dataclasses import dataclass

from huoqi.fund.rules.allocation import FundDayRow, Mode, gets_odd_fen


@dataclass(frozen=True, slots=True)
class IncomeExplained:
    """How a day's income came about, in magnitudes with one sign, so that anyone can recompute it.

    ``product = units_e2 × numerator``; ``floor_fen`` and ``remainder`` are its quotient and
    remainder by ``denominator``; one fen more if the remainder beats ``theta``, or equals it and
    the account number is at most ``tie_account``.
    """

    account_no: int
    units_e2: int
    mode: Mode
    sign: int
    numerator: int
    denominator: int
    product: int
    floor_fen: int
    remainder: int
    theta: int
    tie_account: int
    plus_one_fen: bool
    income_fen: int

    @property
    def income_per_10k_e5(self) -> int | None:
        """Return the signed published rate; None in ratio mode, where the total was shared."""
        return self.sign * self.numerator if self.mode is Mode.RATE else None

    @property
    def product_e9_fen(self) -> int | None:
        """Return the income before cutting in 10**-9 fen; None in ratio mode."""
        return self.product if self.mode is Mode.RATE else None


def explain_income(units_e2: int, *, account_no: int, row: FundDayRow) -> IncomeExplained:
    """Return the explanation of one holder's income of a day, from the published row alone.

    >>> row = FundDayRow(Mode.RATE, 1, 136_920, 10**9, theta=399_954_360, tie_account=3)
    >>> told = explain_income(1_000_000, account_no=2, row=row)
    >>> told.floor_fen, told.remainder, told.plus_one_fen, told.income_fen
    (136, 920000000, True, 137)
    """
    product = units_e2 * row.numerator
    floor_fen, remainder = divmod(product, row.denominator)
    plus_one_fen = gets_odd_fen(remainder, account_no=account_no, row=row)
    return IncomeExplained(
        account_no=account_no,
        units_e2=units_e2,
        mode=row.mode,
        sign=row.sign,
        numerator=row.numerator,
        denominator=row.denominator,
        product=product,
        floor_fen=floor_fen,
        remainder=remainder,
        theta=row.theta,
        tie_account=row.tie_account,
        plus_one_fen=plus_one_fen,
        income_fen=row.sign * (floor_fen + plus_one_fen),
    )
