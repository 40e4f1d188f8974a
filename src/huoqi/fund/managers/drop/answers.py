"""The agent's answers beside what we told it: orders by their numbers, accounts by owners."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import ClassVar
from uuid import UUID

from huoqi.fund.managers.drop import file_store as store
from huoqi.fund.managers.drop import told_store as told
from huoqi.fund.managers.drop.contents import Contents, records_of
from huoqi.fund.managers.drop.file_store import ManagerFileRow
from huoqi.fund.managers.drop.table import tell
from huoqi.fund.managers.drop.told_store import AskedAccount, ToldOrder
from huoqi.fund.managers.files.rules import accounts, confirmations
from huoqi.fund.managers.files.rules.accounts import AccountAnswer, AccountApplication
from huoqi.fund.managers.files.rules.confirmations import Answers, answers_of
from huoqi.fund.managers.files.rules.parties import Parties, cells, wrong
from huoqi.fund.managers.port import Confirmation, ManagerOrder, ManagerSide
from huoqi.fund.ofd.rules.columns import Columns
from huoqi.fund.ofd.rules.places import OfdRefused
from huoqi.kit.db import Work
from huoqi.kit.shards import shard_of


class RowsUnknown(OfdRefused):
    """An accepted file of answers has rows that name no order of ours; a person looks at them."""

    code: ClassVar[str] = "manager_file.rows_unknown"


class AnswersMissing(OfdRefused):
    """An accepted file of answers leaves out orders that were told; they are waited for."""

    code: ClassVar[str] = "manager_file.answers_missing"


_TRANSFERS = frozenset({ManagerSide.FAST_REDEEM, ManagerSide.FAST_RETURN})


@dataclass(frozen=True, slots=True)
class Told:
    """What we told the agent, and what its answers say of it."""

    parties: Parties
    shards: int
    contents: Contents

    def check(self, work: Work, path: Path, *, file_type: str) -> None:
        """Return nothing for a file whose answers fit what was told.

        Errors: ManagerFileWrong.
        """
        if file_type == confirmations.FILE_TYPE:
            for fund in self.contents.funds_in(path, confirmations.NEEDED):
                self._answers(work, path, fund=fund)
        elif file_type == accounts.ANSWER_TYPE:
            self._accounts(work, path)

    def note(self, work: Work, row: ManagerFileRow, *, path: Path) -> None:
        """Write down what an accepted file of answers brings beside the confirmations."""
        if row.file_type == accounts.ANSWER_TYPE:
            self._opened(work, path)
        if row.file_type != confirmations.FILE_TYPE:
            return
        unknown = own = 0
        answered: set[UUID] = set()
        for fund in self.contents.funds_in(path, confirmations.NEEDED):
            answers = self._answers(work, path, fund=fund)
            unknown += len(answers.unknown)
            own += len(answers.from_register)
            answered |= {each.order_id for each in answers.confirmations}
        missing = self._told_last(work, before=row.day_on) - answered
        facts = {"unknown_count": unknown, "register_count": own, "missing_count": len(missing)}
        if unknown or own or missing:
            code = RowsUnknown.code if unknown or own else AnswersMissing.code
            noted = replace(row, code=code, facts={k: v for k, v in facts.items() if v})
            store.save(work, [noted])
            tell(work, noted, what=code.partition(".")[2])

    def _told_last(self, work: Work, *, before: date) -> set[UUID]:
        """Return the orders that were told since the answers before those of a day."""
        files = store.last_told(work, agent=self.parties.transfer_agent, before=before)
        return told.orders_of_files(work, files, shards=range(self.shards))

    def confirmations(self, work: Work, paths: Sequence[Path], *, fund: str) -> list[Confirmation]:
        """Return the answers to a fund's orders; of an order answered twice the later file's.

        Fast transfers are acknowledged as they are told; an answer to one says nothing new.
        """
        by_order: dict[object, Confirmation] = {}
        for path in paths:
            columns = self.contents.answers(path, fund=fund)
            orders = self._orders(work, columns, fund=fund, file=path.name)
            transfers = {order.order_id for order in orders if order.side in _TRANSFERS}
            for each in answers_of(columns, orders=orders, fund=fund, file=path.name).confirmations:
                if each.order_id not in transfers:
                    by_order[each.order_id] = each
        return sorted(by_order.values(), key=lambda each: each.order_id)

    def _answers(self, work: Work, path: Path, *, fund: str) -> Answers:
        columns = self.contents.answers(path, fund=fund)
        orders = self._orders(work, columns, fund=fund, file=path.name)
        return answers_of(columns, orders=orders, fund=fund, file=path.name)

    def _orders(self, work: Work, columns: Columns, *, fund: str, file: str) -> list[ManagerOrder]:
        """Return the orders that a file's numbers name, wherever their customers live.

        The account beside a number says where to look; of a transfer it may be either side's.
        """
        serials = cells(columns, "AppSheetSerialNo")
        owners = cells(columns, "TransactionAccountID")
        keys = set()
        for row, (serial, owner) in enumerate(zip(serials, owners, strict=True)):
            if not owner.isdigit():
                raise wrong(file, field="TransactionAccountID", row=row, reason="digits")
            keys.add((int(owner) % self.shards, serial.decode("ascii")))
        found = told.orders_of_serials(work, sorted(keys), fund=fund)
        return [_order(each) for each in found]

    def _accounts(self, work: Work, path: Path) -> list[AccountAnswer]:
        """Return the answers of a file of type 02 to what was asked."""
        records = records_of(path, accounts.NEEDED)
        numbers = set()
        for row, record in enumerate(records):
            owner = str(record["TransactionAccountID"])
            if not (owner.isascii() and owner.isdigit() and int(owner)):
                raise wrong(path.name, field="TransactionAccountID", row=row, reason="digits")
            numbers.add(int(owner))
        asked = self._asked(work, sorted(numbers)).values()
        applications = [_application(each) for each in asked]
        return accounts.account_answers(records, applications=applications, file=path.name)

    def _opened(self, work: Work, path: Path) -> None:
        answers = {each.customer_no: each for each in self._accounts(work, path)}
        asked = self._asked(work, sorted(answers))
        told.save_accounts(
            work,
            [
                replace(
                    asked[number],
                    state="opened" if answer.ok else "refused",
                    ta_account=answer.ta_account,
                    return_code=answer.return_code,
                    answered_at=work.at,
                )
                for number, answer in answers.items()
            ],
        )

    def _asked(self, work: Work, numbers: Sequence[int]) -> dict[int, AskedAccount]:
        keys = [(shard_of(number, shards=self.shards), number) for number in numbers]
        return told.accounts(work, keys, agent=self.parties.transfer_agent)


def _order(each: ToldOrder) -> ManagerOrder:
    return ManagerOrder(
        order_id=each.order_id,
        fund=each.fund,
        side=ManagerSide(each.side),
        customer_no=each.customer_no,
        amount_fen=each.amount_fen,
        units_e2=each.units_e2,
        t_day=each.t_day,
        submitted_at=datetime.min.replace(tzinfo=UTC),
        effective_on=each.told_on,
        counter_no=each.counter_no,
    )


def _application(each: AskedAccount) -> AccountApplication:
    """Return an application as far as its answer has to fit it; the person is not kept."""
    return AccountApplication(each.request_id, each.customer_no, "", "", "", each.asked_at)
