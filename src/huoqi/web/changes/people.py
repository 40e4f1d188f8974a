"""Changes to one person by two people: the end of a review, and the register's income figure."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from huoqi.approvals.operations import Proposal, propose
from huoqi.approvals.queries import Approval, Value
from huoqi.customers.authorities.port import Answer
from huoqi.customers.operations import Desk, Registration, resolve_review
from huoqi.customers.people import Customer
from huoqi.customers.queries import application_of_id, require_customer
from huoqi.fund.days import Override
from huoqi.fund.explaining import HoldingUnknown, IncomeOfDay
from huoqi.fund.operations import accept_override
from huoqi.fund.queries import income_of
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError

APPLICATION, OVERRIDE = "customer.application", "fund.income_override"


class NotUnderReview(DomainError):
    """The application does not wait for people; ``state`` says where it stands."""

    code: ClassVar[str] = "identity.not_under_review"


class ApplicationUnknown(DomainError):
    """There is no application with that id."""

    code: ClassVar[str] = "identity.application_unknown"


@dataclass(frozen=True, slots=True)
class ReviewWish:
    """What a first person thinks of an application, and by which reference."""

    application_id: UUID
    verdict: Literal["accept", "refuse"]
    proof: str
    maker: str


@dataclass(frozen=True, slots=True)
class OverrideWish:
    """The register's figure for one holder and day, and where it stands."""

    customer_id: UUID
    fund: str
    on: date
    income_fen: int
    source: str
    record_no: int
    maker: str

    @property
    def object_id(self) -> str:
        """Return the name of what is changed."""
        return f"{self.customer_id}:{self.fund}:{self.on.isoformat()}"


def propose_review(work: Work, wish: ReviewWish, *, desk: Desk) -> Approval | DomainError:
    """Put the end of a review before a second person.

    Raises ApplicationUnknown, NotUnderReview.
    """
    application = application_of_id(work, wish.application_id, shards=desk.shards)
    if application is None:
        raise ApplicationUnknown
    if application.state != "manual_review":
        raise NotUnderReview(state=application.state)
    proposal = Proposal(
        kind=APPLICATION,
        object_id=str(wish.application_id),
        object_version=application_version(work, str(wish.application_id), desk=desk),
        maker=wish.maker,
        before={"state": application.state},
        after={"state": "accepted" if wish.verdict == "accept" else "refused"},
        customer_count=1,
        evidence=wish.proof,
    )
    return propose(work, [proposal])[0]


def application_version(work: Work, application_id: str, *, desk: Desk) -> str:
    """Return a text that changes whenever an application moves on."""
    found = application_of_id(work, UUID(application_id), shards=desk.shards)
    return f"{found.state}@{found.submitted_at}" if found else "gone"


def end_review(work: Work, approval: Approval, *, desk: Desk) -> DomainError | None:
    """Accept or refuse the applicant, as approved; what the check of uniqueness refuses stays."""
    application = application_of_id(work, UUID(approval.object_id), shards=desk.shards)
    assert application is not None, "its version was read before"
    accepted = approval.after["state"] == "accepted"
    verdict = Answer.MATCH if accepted else Answer.NO_MATCH
    result = resolve_review(work, desk, application, verdict=verdict)
    return None if isinstance(result, Registration) else result


def propose_override(work: Work, wish: OverrideWish) -> Approval | DomainError:
    """Put the register's figure before a second person.

    Raises CustomerUnknown, HoldingUnknown, DayNotPublished.
    """
    present = _income(work, wish.object_id)
    after: dict[str, Value] = {
        "income_fen": wish.income_fen,
        "source": wish.source,
        "record_no": wish.record_no,
    }
    proposal = Proposal(
        kind=OVERRIDE,
        object_id=wish.object_id,
        object_version=income_version(work, wish.object_id),
        maker=wish.maker,
        before={"income_fen": present.income_fen},
        after=after,
        amount_fen=wish.income_fen - present.income_fen,
        customer_count=1,
        evidence=f"{wish.source} {wish.record_no}",
    )
    return propose(work, [proposal])[0]


def income_version(work: Work, object_id: str) -> str:
    """Return a text that changes when the holder's figure of the day does."""
    present = _income(work, object_id)
    status = "overridden" if present.status == "overridden" else "ours"
    return f"{status} {present.income_fen}"


def override_income(work: Work, approval: Approval) -> None:
    """Put the register's figure in the place of ours, as approved.

    Raises OverrideExists, OverrideExceedsUnits, DayNotPublished.
    """
    customer, fund, on = _place(work, approval.object_id)
    after = approval.after
    override = Override(
        shard=customer.shard,
        fund=fund,
        customer_no=customer.customer_no,
        income_on=on,
        income_fen=int(after["income_fen"] or 0),
        source=str(after["source"]),
        record_no=int(after["record_no"] or 0),
        approval_id=approval.approval_id,
    )
    accept_override(work, override)


def _place(work: Work, object_id: str) -> tuple[Customer, str, date]:
    customer_id, fund, on = object_id.split(":")
    return require_customer(work, UUID(customer_id)), fund, date.fromisoformat(on)


def _income(work: Work, object_id: str) -> IncomeOfDay:
    customer, fund, on = _place(work, object_id)
    income = income_of(work, (customer.shard, fund, customer.customer_no), on=on)
    if income is None:
        raise HoldingUnknown(on=on.isoformat())
    return income
