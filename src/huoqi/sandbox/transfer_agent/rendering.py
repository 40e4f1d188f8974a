"""The agent's files from its books: the same books give the same bytes, at any time."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np

from huoqi.fund.ofd.dictionaries import shipped
from huoqi.fund.ofd.rules.blocks import Bytes
from huoqi.fund.ofd.rules.columns import Columns, NumberColumn, TextColumn
from huoqi.fund.ofd.rules.headers import Header, digits_of_date
from huoqi.fund.ofd.rules.records import Record
from huoqi.fund.ofd.rules.values import cut_text
from huoqi.fund.ofd.writing import DataFileWriter, render_file
from huoqi.sandbox.transfer_agent.answering import OK, PURCHASE
from huoqi.sandbox.transfer_agent.books_store import Books, Day, Int64
from huoqi.sandbox.transfer_agent.folder import write_unnamed
from huoqi.sandbox.transfer_agent.terms import AgentTerms

VERSION = "21"
_NAV_ONE_E4 = 10_000
_ROWS_AT_ONCE = 1 << 16
_CNY, _REINVEST, _INDIVIDUAL, _BY_DISTRIBUTOR = "156", "0", "1", "0"
_REASONS = {
    "1013": "申请被拒绝",
    "2001": "份额不足",
    "2002": "巨额赎回，未确认",
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file to be written: its type, the day it is about, the day it says, its batch's number."""

    file_type: str
    on: int
    said_on: int
    number: int
    fen_off: int = 0

    @property
    def digits(self) -> str:
        """Return the day that the file says, in eight digits."""
        return digits_of_date(date.fromordinal(self.said_on))


class Renderer:
    """Writes files of the books' days."""

    def __init__(
        self,
        books: Books,
        *,
        terms: AgentTerms,
        next_trading_day: Callable[[date], date | None],
    ) -> None:
        self._books = books
        self._terms = terms
        self._next_trading_day = next_trading_day

    def write(self, sheet: Sheet, *, to: Path) -> None:
        """Write a file to where nobody looks yet, and bring it to the disk."""
        agent, distributor = self._terms.agent, self._terms.distributor
        header = Header(
            version=VERSION,
            creator=agent,
            receiver=distributor,
            on=date.fromordinal(sheet.said_on),
            file_type=sheet.file_type,
            fields=_fields(sheet.file_type),
            summary_no=f"{sheet.number:03}",
            sender=agent,
            recipient=distributor,
        )
        if sheet.file_type not in {"05", "06"}:
            write_unnamed(to, render_file(header, self._records(sheet)))
            return
        with DataFileWriter(to, header) as file:
            for columns in self._columns(sheet):
                file.write_columns(columns)

    def _records(self, sheet: Sheet) -> Iterator[Record]:
        makers: Mapping[str, Callable[[Sheet], Iterator[Record]]] = {
            "02": self._openings,
            "04": self._answers,
            "07": self._fund_days,
            "25": self._cash,
        }
        yield from makers[sheet.file_type](sheet)

    def _openings(self, sheet: Sheet) -> Iterator[Record]:
        for row, (serial, account) in enumerate(self._books.applications_told(sheet.on), start=1):
            yield {
                "AppSheetSerialNo": serial,
                "TransactionCfmDate": sheet.digits,
                "ReturnCode": OK,
                "TransactionAccountID": f"{account:017}",
                "DistributorCode": self._terms.distributor,
                "BusinessCode": "101",
                "TAAccountID": ta_account_of(account),
                "MultiAcctFlag": "0",
                "TASerialNO": f"{sheet.digits}02{row:010}",
                "BranchCode": self._terms.distributor,
                "FromTAFlag": _BY_DISTRIBUTOR,
                "IndividualOrInstitution": _INDIVIDUAL,
            }

    def _answers(self, sheet: Sheet) -> Iterator[Record]:
        for row, told in enumerate(self._books.answered(sheet.on), start=1):
            trade, code = told.trade, told.code
            waits = bool(told.deferred_e2)
            asked = told.units_e2 + told.deferred_e2 if waits else trade.units_e2
            yield {
                "AppSheetSerialNo": trade.serial,
                "TransactionCfmDate": sheet.digits,
                "CurrencyType": _CNY,
                "ConfirmedVol": told.units_e2,
                "ConfirmedAmount": told.amount_fen,
                "FundCode": trade.fund,
                "LargeRedemptionFlag": str(int(trade.defers)),
                "TransactionDate": digits_of_date(date.fromordinal(trade.order_on)),
                "ReturnCode": code,
                "TransactionAccountID": f"{trade.account_no:017}",
                "DistributorCode": self._terms.distributor,
                "ApplicationVol": asked,
                "ApplicationAmount": trade.amount_fen,
                "BusinessCode": "1" + trade.business[1:],
                "TAAccountID": ta_account_of(trade.account_no),
                "TASerialNO": f"{sheet.digits}04{row:010}",
                "BusinessFinishFlag": "0" if waits else "1",
                "NAV": _NAV_ONE_E4,
                "BranchCode": self._terms.distributor,
                "IndividualOrInstitution": _INDIVIDUAL,
                "FromTAFlag": _BY_DISTRIBUTOR,
                "TakeIncomeFlag": "1" if trade.takes_income else "",
                "UndistributeMonetaryIncome": told.income_fen,
                "ErrorDetail": _REASONS.get(code, ""),
            }

    def _cash(self, sheet: Sheet) -> Iterator[Record]:
        for row, (fund, business, fen) in enumerate(self._books.cash(sheet.on), start=1):
            yield {
                "SequenceNO": f"{sheet.digits}25{row:010}",
                "TransactionCfmDate": sheet.digits,
                "CurrencyType": _CNY,
                "FundCode": fund,
                "DistributorCode": self._terms.distributor,
                "BranchCode": self._terms.distributor,
                "BusinessCode": "1" + business[1:],
                "ConfirmedAmount": fen,
                "ReceOrPayFlag": "0" if business == PURCHASE else "1",
                "CalculateDate": sheet.digits,
                "PayDate": sheet.digits,
            }

    def _fund_days(self, sheet: Sheet) -> Iterator[Record]:
        following = self._next_trading_day(date.fromordinal(sheet.on))
        for terms in self._terms.funds:
            day = self._day(terms.fund, sheet.on)
            yield {
                "FundName": cut_text(f"模拟货币基金 {terms.fund}", width=40),
                "TotalFundVol": day.earning_e2,
                "FundCode": terms.fund,
                "FundStatus": day.status,
                "NAV": _NAV_ONE_E4,
                "UpdateDate": sheet.digits,
                "AccumulativeNAV": _NAV_ONE_E4,
                "FundSize": day.earning_e2,
                "CurrencyType": _CNY,
                "DefDividendMethod": _REINVEST,
                "TradingPrice": _NAV_ONE_E4,
                "FaceValue": _NAV_ONE_E4,
                "NextTradeDate": digits_of_date(following) if following else "",
                "FundIncome": day.rate_e5,
                "Yield": 100 * day.yield_e3,
                "FundDayIncome": day.income_fen + sheet.fen_off,
            }

    def _columns(self, sheet: Sheet) -> Iterator[Columns]:
        for terms in self._terms.funds:
            made = self._shares if sheet.file_type == "05" else self._incomes
            for part in _parts(self._day(terms.fund, sheet.on)):
                columns = made(part, fund=terms.fund, digits=sheet.digits)
                if columns is not None:
                    yield columns

    def _shares(self, day: Day, *, fund: str, digits: str) -> Columns | None:
        """Return what every account has at the day's end, income that is no units yet beside it."""
        accrued = day.accrued_fen if day.accrued_fen.size else np.zeros_like(day.units_e2)
        has = (day.units_e2 != 0) | (accrued != 0)
        if not has.any():
            return None
        accounts, units = day.accounts[has], day.units_e2[has]
        count = len(accounts)
        return {
            "AvailableVol": NumberColumn(units),
            "TotalVolOfDistributorInTA": NumberColumn(units),
            "TransactionCfmDate": _same(digits, count=count),
            "FundCode": _same(fund, count=count),
            "TransactionAccountID": TextColumn(_digits(accounts, width=17)),
            "DistributorCode": _same(self._terms.distributor, count=count),
            "TAAccountID": TextColumn(_ta_accounts(accounts)),
            "BranchCode": _same(self._terms.distributor, count=count),
            "DetailFlag": _same("0", count=count),
            "AccountStatus": _same("0", count=count),
            "ShareRegisterDate": _same(digits, count=count),
            "UndistributeMonetaryIncome": NumberColumn(accrued[has]),
            "DefDividendMethod": _same(_REINVEST, count=count),
        }

    def _incomes(self, day: Day, *, fund: str, digits: str) -> Columns | None:
        """Return what every account earned; the file has no sign, so it tells of no loss."""
        has = (day.basis_e2 > 0) & (day.incomes_fen >= 0)
        if not has.any() or day.income_fen < 0 or day.rate_e5 < 0:
            return None
        accounts, incomes = day.accounts[has], day.incomes_fen[has]
        count = len(accounts)
        return {
            "BasisforCalculatingDividend": NumberColumn(day.basis_e2[has]),
            "TransactionCfmDate": _same(digits, count=count),
            "CurrencyType": _same(_CNY, count=count),
            "VolOfDividendforReinvestment": NumberColumn(incomes),
            "DividentDate": _same(digits, count=count),
            "DividendAmount": NumberColumn(incomes),
            "XRDate": _same(digits, count=count),
            "FundCode": _same(fund, count=count),
            "RegistrationDate": _same(digits, count=count),
            "ReturnCode": _same(OK, count=count),
            "TransactionAccountID": TextColumn(_digits(accounts, width=17)),
            "DistributorCode": _same(self._terms.distributor, count=count),
            "BusinessCode": _same("143", count=count),
            "TAAccountID": TextColumn(_ta_accounts(accounts)),
            "DefDividendMethod": _same(_REINVEST, count=count),
            "BranchCode": _same(self._terms.distributor, count=count),
        }

    def _day(self, fund: str, on: int) -> Day:
        day = self._books.day(fund=fund, on=on)
        assert day is not None, "a batch of a day is kept with the day"
        return day


def ta_account_of(account_no: int) -> str:
    """Return the agent's own number of a holder.

    >>> ta_account_of(17)
    '980000000017'
    """
    return f"98{account_no % 10**10:010}"


def _parts(day: Day) -> Iterator[Day]:
    """Yield a day in parts of some of its holders, so that a million take no more room than few."""
    for start in range(0, len(day.accounts), _ROWS_AT_ONCE):
        rows = slice(start, start + _ROWS_AT_ONCE)
        yield replace(
            day,
            accounts=day.accounts[rows],
            basis_e2=day.basis_e2[rows],
            incomes_fen=day.incomes_fen[rows],
            units_e2=day.units_e2[rows],
            accrued_fen=day.accrued_fen[rows],
        )


def _fields(file_type: str) -> tuple[str, ...]:
    return tuple(field.name for field in shipped().of(VERSION).types[file_type].fields)


def _same(text: str, *, count: int) -> TextColumn:
    return TextColumn(np.full(count, text.encode("ascii")))


def _digits(numbers: Int64, *, width: int) -> Bytes:
    """Return numbers as digits behind zeros."""
    left = numbers.copy()
    places = np.empty((len(numbers), width), dtype=np.uint8)
    for place in range(width - 1, -1, -1):
        left, digit = np.divmod(left, 10)
        places[:, place] = digit + ord("0")
    raw: Bytes = places.view(f"S{width}").reshape(-1)
    return raw


def _ta_accounts(accounts: Int64) -> Bytes:
    return _digits(98 * 10**10 + accounts % 10**10, width=12)
