"""Answers to our orders, from the columns of type 04."""

from collections.abc import Sequence
from dataclasses import dataclass

from huoqi.fund.managers.files.rules.orders import BUSINESS
from huoqi.fund.managers.files.rules.parties import (
    SUCCESS,
    cells,
    day_of,
    numbers,
    require_all,
    serial_of,
    texts,
    transaction_account_of,
    wrong,
)
from huoqi.fund.managers.port import Confirmation, ManagerOrder
from huoqi.fund.ofd.rules.columns import Columns

FILE_TYPE = "04"
NEEDED = (
    "AppSheetSerialNo", "TransactionCfmDate", "ConfirmedVol", "ConfirmedAmount", "FundCode",
    "ReturnCode", "TransactionAccountID", "BusinessCode", "BusinessFinishFlag", "ApplicationVol",
    "UndistributeMonetaryIncome", "UndistributeMonetaryIncomeFlag", "FromTAFlag",
)  # fmt: skip
#: The order is not done yet: what is left of it waits for the next open day.
_UNFINISHED = b"0"
_FROM_REGISTER = b"1"


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers to our orders; rows of the file that answer none of them, and why not.

    ``from_register`` are changes that the transfer agent made by itself (codes 142 to 145);
    ``unknown`` name an order that we did not send. Both need a person.
    """

    confirmations: list[Confirmation]
    from_register: list[int]
    unknown: list[int]


def answers_of(
    columns: Columns, *, orders: Sequence[ManagerOrder], fund: str, file: str
) -> Answers:
    """Return what a confirmation file answers to the orders that we sent.

    Errors: ManagerFileWrong for another fund, an order answered twice, by another business or for
    another account, or a date that is none. The file is then to be refused whole.
    """
    require_all(columns, "FundCode", text=fund, file=file)
    sent = {serial_of(order.order_id): order for order in orders}
    rows = _Rows(columns, file=file)
    answers = Answers([], [], [])
    seen: set[str] = set()
    for row, serial in enumerate(rows.serials):
        order = sent.get(serial)
        if order is None:
            listed = answers.from_register if rows.is_from_register[row] else answers.unknown
            listed.append(row)
            continue
        if serial in seen:
            raise wrong(file, field="AppSheetSerialNo", row=row, reason="answered twice")
        seen.add(serial)
        answers.confirmations.append(rows.confirmation(row, order))
    return answers


class _Rows:
    """The columns as lists, as one by one they are read quicker so."""

    def __init__(self, columns: Columns, *, file: str) -> None:
        self.file = file
        self.serials = [cell.decode("ascii") for cell in cells(columns, "AppSheetSerialNo")]
        self.is_from_register = texts(columns, "FromTAFlag") == _FROM_REGISTER
        self._business = cells(columns, "BusinessCode")
        self._accounts = cells(columns, "TransactionAccountID")
        self._dates = cells(columns, "TransactionCfmDate")
        self._codes = cells(columns, "ReturnCode")
        self._is_unfinished = (texts(columns, "BusinessFinishFlag") == _UNFINISHED).tolist()
        self._asked = numbers(columns, "ApplicationVol").tolist()
        self._units = numbers(columns, "ConfirmedVol").tolist()
        self._amounts = numbers(columns, "ConfirmedAmount").tolist()
        self._income = numbers(columns, "UndistributeMonetaryIncome").tolist()

    def confirmation(self, row: int, order: ManagerOrder) -> Confirmation:
        """Return the answer in a row to an order."""
        if self._business[row] != b"1" + BUSINESS[order.side][1:].encode("ascii"):
            raise wrong(self.file, field="BusinessCode", row=row, reason="other")
        if self._accounts[row] not in _accounts_of(order):
            raise wrong(self.file, field="TransactionAccountID", row=row, reason="other")
        left = self._asked[row] - self._units[row]
        is_deferred = self._is_unfinished[row] and left > 0
        return Confirmation(
            order_id=order.order_id,
            customer_no=order.customer_no,
            ok=self._codes[row] == SUCCESS,
            confirmed_units_e2=self._units[row],
            confirmed_amount_fen=self._amounts[row],
            confirmed_on=day_of(
                self._dates[row], file=self.file, row=row, field="TransactionCfmDate"
            ),
            return_code=self._codes[row].decode("ascii"),
            deferred_units_e2=left if is_deferred else 0,
            income_fen=self._income[row],
        )


def _accounts_of(order: ManagerOrder) -> set[bytes]:
    """Return the accounts that an answer to an order may speak of, both sides of a transfer."""
    sides = (order.customer_no, order.counter_no)
    return {transaction_account_of(side).encode("ascii") for side in sides if side is not None}
