"""Opening accounts with the transfer agent: applications of type 01, answers of type 02."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from huoqi.fund.managers.files.rules.parties import (
    SUCCESS,
    Parties,
    serial_of,
    transaction_account_of,
    wrong,
)
from huoqi.fund.ofd.rules.headers import digits_of_date
from huoqi.fund.ofd.rules.records import Record
from huoqi.fund.ofd.rules.values import cut_text
from huoqi.kit.dates import SHANGHAI

APPLICATION_TYPE, ANSWER_TYPE = "01", "02"
_OPEN, _OPENED = "001", "101"
_INDIVIDUAL = "1"
_NATIONAL_ID = "0"
_NAME_WIDTH, _SHORT_NAME_WIDTH = 120, 12


@dataclass(frozen=True, slots=True)
class AccountApplication:
    """A customer who asks for an account with a transfer agent: written once, then forgotten."""

    request_id: UUID
    customer_no: int
    name: str
    national_id: str
    phone: str
    at: datetime

    def __repr__(self) -> str:
        return f"AccountApplication({self.request_id})"  # A person's data goes into no log.


@dataclass(frozen=True, slots=True)
class AccountAnswer:
    """What a transfer agent answered: the account's number with it, if there is one."""

    request_id: UUID
    customer_no: int
    ok: bool
    ta_account: str
    return_code: str


def application_records(
    applications: Sequence[AccountApplication], *, parties: Parties
) -> list[Record]:
    """Return a record of type 01 an application."""
    return [
        {
            "AppSheetSerialNo": serial_of(application.request_id),
            "CertificateType": _NATIONAL_ID,
            "CertificateNo": application.national_id,
            "InvestorName": cut_text(application.name, width=_NAME_WIDTH),
            "AccountAbbr": cut_text(application.name, width=_SHORT_NAME_WIDTH),
            "TransactionDate": digits_of_date(application.at.astimezone(SHANGHAI).date()),
            "TransactionTime": f"{application.at.astimezone(SHANGHAI):%H%M%S}",
            "IndividualOrInstitution": _INDIVIDUAL,
            "TransactionAccountID": transaction_account_of(application.customer_no),
            "DistributorCode": parties.distributor,
            "BranchCode": parties.distributor,
            "BusinessCode": _OPEN,
            "MobileTelNo": application.phone,
        }
        for application in applications
    ]


#: Without these a file of type 02 says nothing to us.
NEEDED = (
    "AppSheetSerialNo",
    "TransactionAccountID",
    "BusinessCode",
    "ReturnCode",
    "TAAccountID",
)


def account_answers(
    records: Iterable[Record], *, applications: Sequence[AccountApplication], file: str
) -> list[AccountAnswer]:
    """Return the answers to applications that we sent, in the order of the file.

    Errors: ManagerFileWrong for an answer to nothing that we sent, to another account, of another
    business, twice, or a success without an account.
    """
    waiting = {serial_of(application.request_id): application for application in applications}
    answers = []
    for row, record in enumerate(records):
        application = waiting.pop(str(record["AppSheetSerialNo"]), None)
        if application is None:
            raise wrong(file, field="AppSheetSerialNo", row=row, reason="not waiting")
        own = transaction_account_of(application.customer_no)
        if record["TransactionAccountID"] != own:
            raise wrong(file, field="TransactionAccountID", row=row, reason="other")
        if record["BusinessCode"] != _OPENED:
            raise wrong(file, field="BusinessCode", row=row, reason="other")
        code, account = str(record["ReturnCode"]), str(record["TAAccountID"])
        ok = code.encode("ascii") == SUCCESS
        if ok and not account:
            raise wrong(file, field="TAAccountID", row=row, reason="not told")
        answers.append(
            AccountAnswer(application.request_id, application.customer_no, ok, account, code)
        )
    return answers
