"""A fund's published day, status and limits, from a record of type 07."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from huoqi.fund.managers.files.rules.parties import day_of, wrong
from huoqi.fund.managers.port import FundDayReport
from huoqi.fund.ofd.rules.records import Record
from huoqi.fund.ofd.rules.values import Value

FILE_TYPE = "07"
NAV_ONE_E4 = 10_000
#: Decimals of the field FundIncome: what was published has no more of them.
INCOME_DECIMALS = 5
#: Unverified: codes as front ends show them. Any other needs a person.
STATES = {
    "0": "open",
    "4": "gated",
    "5": "purchases_suspended",
    "6": "redemptions_suspended",
    "a": "liquidating",
}
_LIMITS = {
    "purchase_order_fen": "IndiMaxPurchase",
    "purchase_day_fen": "IndiDayMaxSumBuy",
    "redemption_day_e2": "IndiDayMaxSumRedeem",
    "redemption_order_e2": "MaxRedemptionVol",
    "least_holding_e2": "MinAccountBalance",
}


#: Without these a file of type 07 says nothing to us; limits may be left out.
NEEDED = (
    "FundCode",
    "UpdateDate",
    "NAV",
    "FundStatus",
    "FundIncome",
    "Yield",
    "TotalFundVol",
    "FundDayIncome",
    "NextTradeDate",
)


@dataclass(frozen=True, slots=True)
class FundDay:
    """What the manager publishes of a day, and the limits it sets; a limit of nought is none."""

    report: FundDayReport
    limits: Mapping[str, int]


def fund_day_of(record: Record, *, fund: str, on: date, file: str, row: int = 0) -> FundDay:
    """Return a fund's day.

    The yield has five decimals of a percent in the file and three with us: half-up, ties away from
    nought, as it is published.

    Errors: ManagerFileWrong for another fund or day, a NAV that is not 1.0000, an unknown status,
    or an income that was not told.
    """
    _require(record["FundCode"] == fund, file=file, row=row, field="FundCode", reason="other")
    told_on = day_of(_text(record["UpdateDate"]).encode(), file=file, row=row, field="UpdateDate")
    _require(told_on == on, file=file, row=row, field="UpdateDate", reason="other")
    _require(record["NAV"] == NAV_ONE_E4, file=file, row=row, field="NAV", reason="not 1.0000")
    status = STATES.get(_text(record["FundStatus"]))
    income = record["FundIncome"]
    if status is None:
        raise wrong(file, field="FundStatus", row=row, reason="unknown")
    if not isinstance(income, int):
        raise wrong(file, field="FundIncome", row=row, reason="not told")
    report = FundDayReport(
        fund=fund,
        on=on,
        income_per_10k_e5=income,
        decimals=INCOME_DECIMALS,
        yield_7d_e3=_yield_e3_half_up(record["Yield"]),
        total_units_e2=_number(record["TotalFundVol"]) or 0,
        total_income_fen=_number(record["FundDayIncome"]),
        next_trading_day=_day_or_none(record["NextTradeDate"], file=file, row=row),
        status=status,
        source=file,
    )
    limits = {name: _number(record.get(field)) or 0 for name, field in _LIMITS.items()}
    return FundDay(report, {name: most for name, most in limits.items() if most})


def _require(said: bool, *, file: str, row: int, field: str, reason: str) -> None:  # noqa: FBT001
    if not said:
        raise wrong(file, field=field, row=row, reason=reason)


def _text(value: Value) -> str:
    assert isinstance(value, str)
    return value


def _number(value: Value) -> int | None:
    assert value is None or isinstance(value, int)
    return value


def _yield_e3_half_up(value: Value) -> int | None:
    number = _number(value)
    if number is None:
        return None
    magnitude = (abs(number) + 50) // 100
    return -magnitude if number < 0 else magnitude


def _day_or_none(value: Value, *, file: str, row: int) -> date | None:
    digits = _text(value).encode()
    return day_of(digits, file=file, row=row, field="NextTradeDate") if digits else None
