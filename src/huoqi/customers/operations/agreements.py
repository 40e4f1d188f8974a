"""Agreeing: a customer accepts agreements in the version in force; told once, kept for ever."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from huoqi.customers._store import agreements as store
from huoqi.customers.agreement_book import agreements_on
from huoqi.customers.people import Caller, NewCustomer
from huoqi.customers.rules.agreements import EVERY_FUND, Agreement
from huoqi.events.operations import EventDraft, emit_all
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError

Way = Literal["customer", "simulated"]


class AgreementNotInForce(DomainError):
    """No such agreement is in force in this version; ``agreement`` and ``version`` as named."""

    code: ClassVar[str] = "agreement.not_in_force"


@dataclass(frozen=True, slots=True)
class Named:
    """An agreement as a customer names it: what was on the screen."""

    code: str
    version: str


@dataclass(frozen=True, slots=True)
class _Accepted:
    """One customer's yes to one agreement about a fund."""

    shard: int
    customer_no: int
    agreement: Agreement
    fund: str

    @property
    def row(self) -> tuple[int, int, str, str, str]:
        return (
            self.shard,
            self.customer_no,
            self.agreement.code,
            self.agreement.version,
            self.agreement.fund_of(self.fund),
        )


def agree(
    work: Work, *, caller: Caller, fund: str, named: Sequence[Named]
) -> AgreementNotInForce | None:
    """Write that a customer agrees, for a fund; what was agreed to before stays as it was.

    All of it or nothing. The fund is known: whoever calls has looked.
    """
    known = {(each.code, each.version): each for each in agreements_on(shanghai_date(work.at))}
    for each in named:
        if (each.code, each.version) not in known:
            return AgreementNotInForce(agreement=each.code, version=each.version, fund=fund)
    wanted = [
        _Accepted(caller.shard, caller.customer_no, known[each.code, each.version], fund)
        for each in dict.fromkeys(named)
    ]
    _write(work, wanted, way="customer")
    return None


def agree_for_simulated(
    work: Work, customers: Sequence[NewCustomer], *, funds: Sequence[str]
) -> None:
    """Write that invented people agree to all that is in force; for seeded worlds only."""
    on = shanghai_date(work.at)
    wanted = [
        _Accepted(each.shard, each.customer_no, agreement, fund)
        for each in customers
        for agreement in agreements_on(on)
        for fund in (funds if agreement.is_of_fund else (EVERY_FUND,))
    ]
    _write(work, wanted, way="simulated")


def _write(work: Work, wanted: Sequence[_Accepted], *, way: Way) -> None:
    if not wanted:
        return
    rows = {each.row: each for each in wanted}
    added = [
        rows[row[0], row[1], row[2], row[3], row[4]]
        for row in store.add(
            work,
            {
                "way": way,
                "shards": [row[0] for row in rows],
                "customers": [row[1] for row in rows],
                "codes": [row[2] for row in rows],
                "versions": [row[3] for row in rows],
                "funds": [row[4] for row in rows],
                "texts": [each.agreement.text_sha256 for each in rows.values()],
            },
        )
    ]
    if not added:
        return
    store.note(
        work,
        {
            "shards": [each.shard for each in added],
            "customers": [each.customer_no for each in added],
            "keys": [each.agreement.key(each.fund) for each in added],
        },
    )
    if way == "customer":
        emit_all(work, [_told(each) for each in added])


def _told(accepted: _Accepted) -> EventDraft:
    return EventDraft(
        "customer.agreement.accepted",
        accepted.agreement.key(accepted.fund),
        accepted.customer_no,
        {
            "agreement": accepted.agreement.code,
            "version": accepted.agreement.version,
            "fund": accepted.agreement.fund_of(accepted.fund),
            "text_sha256": accepted.agreement.text_sha256,
        },
    )
