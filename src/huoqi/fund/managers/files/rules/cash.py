"""The cash between manager and distributor, from records of type 25."""

from collections.abc import Iterable
from datetime import date

from huoqi.fund.managers.files.rules.parties import wrong
from huoqi.fund.managers.port import Settlement
from huoqi.fund.ofd.rules.headers import digits_of_date
from huoqi.fund.ofd.rules.records import Record

FILE_TYPE = "25"
#: The business says the direction: what ReceOrPayFlag means differs between agents (unverified).
_IN, _OUT = frozenset({"122", "139"}), frozenset({"124", "142"})


#: Without these a file of type 25 says nothing to us.
NEEDED = ("FundCode", "TransactionCfmDate", "CurrencyType", "ConfirmedAmount", "BusinessCode")


def settlement_of(records: Iterable[Record], *, fund: str, on: date, file: str) -> Settlement:
    """Return the cash of a confirmation day: purchases to the manager, redemptions back.

    Errors: ManagerFileWrong for another fund, day or currency, or a business that moves no cash.
    """
    sums = {True: 0, False: 0}
    expected = {
        "FundCode": fund,
        "TransactionCfmDate": digits_of_date(on),
        "CurrencyType": "156",
    }
    for row, record in enumerate(records):
        for field, text in expected.items():
            if record[field] != text:
                raise wrong(file, field=field, row=row, reason="other")
        amount_fen = record["ConfirmedAmount"]
        if record["BusinessCode"] not in _IN | _OUT:
            raise wrong(file, field="BusinessCode", row=row, reason="other")
        if not isinstance(amount_fen, int):
            raise wrong(file, field="ConfirmedAmount", row=row, reason="not told")
        sums[record["BusinessCode"] in _IN] += amount_fen
    return Settlement(fund, on, sums[True], sums[False])
