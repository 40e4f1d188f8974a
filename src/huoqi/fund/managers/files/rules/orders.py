"""A trading day's orders and fast transfers as records of type 03."""

from collections.abc import Sequence

from huoqi.fund.managers.files.rules.parties import (
    CNY,
    ManagerFileWrong,
    Parties,
    serial_of,
    transaction_account_of,
)
from huoqi.fund.managers.port import ManagerOrder, ManagerSide
from huoqi.fund.ofd.rules.headers import digits_of_date
from huoqi.fund.ofd.rules.records import Record
from huoqi.kit.dates import SHANGHAI

FILE_TYPE = "03"
BUSINESS = {
    ManagerSide.PURCHASE: "022",
    ManagerSide.REDEEM: "024",
    ManagerSide.FAST_REDEEM: "098",
    ManagerSide.FAST_RETURN: "098",
}
#: Of a redemption that is cut on a large day, what is left waits for the next one.
_DEFER, _CANCEL = "1", "0"
_INDIVIDUAL = "1"
_WITH_INCOME = "1"


def order_records(orders: Sequence[ManagerOrder], *, parties: Parties) -> list[Record]:
    """Return a record an order, in their order.

    A fast transfer goes from the customer to the advance provider, or back; its date is that from
    which the units are the other's.

    Errors: ManagerFileWrong where two orders get one number.
    """
    records = [_record(order, parties=parties) for order in orders]
    seen: dict[object, int] = {}
    for row, record in enumerate(records):
        first = seen.setdefault(record["AppSheetSerialNo"], row)
        if first != row and orders[first].order_id != orders[row].order_id:
            raise ManagerFileWrong(record=row + 1, field="AppSheetSerialNo", reason="taken")
    return [records[row] for row in sorted(seen.values())]


def _record(order: ManagerOrder, *, parties: Parties) -> Record:
    giver, taker = _accounts(order)
    day = order.effective_on or order.t_day
    record: Record = {
        "AppSheetSerialNo": serial_of(order.order_id),
        "FundCode": order.fund,
        "LargeRedemptionFlag": _DEFER if order.side is ManagerSide.REDEEM else _CANCEL,
        "TransactionDate": digits_of_date(day),
        "TransactionTime": f"{order.submitted_at.astimezone(SHANGHAI):%H%M%S}",
        "TransactionAccountID": transaction_account_of(giver),
        "DistributorCode": parties.distributor,
        "BranchCode": parties.distributor,
        "BusinessCode": BUSINESS[order.side],
        "CurrencyType": CNY.decode("ascii"),
        "IndividualOrInstitution": _INDIVIDUAL,
        "ApplicationVol": order.units_e2,
        "ApplicationAmount": order.amount_fen,
    }
    if taker is not None:
        record["TargetTransactionAccountID"] = transaction_account_of(taker)
        record["TargetDistributorCode"] = parties.distributor
    if order.takes_income:
        record["TakeIncomeFlag"] = _WITH_INCOME
    return record


def _accounts(order: ManagerOrder) -> tuple[int, int | None]:
    """Return whose account the order speaks of, and to whom a fast transfer goes."""
    if order.side not in {ManagerSide.FAST_REDEEM, ManagerSide.FAST_RETURN}:
        return order.customer_no, None
    assert order.counter_no is not None
    if order.side is ManagerSide.FAST_REDEEM:
        return order.customer_no, order.counter_no
    return order.counter_no, order.customer_no
