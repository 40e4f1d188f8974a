"""Changes that need a second person: how each kind is proposed, and carried out when approved.

Only dispatch: what a change does is an operation of its domain, in the decision's transaction.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import ClassVar, Literal
from uuid import UUID

from huoqi.approvals.operations import (
    ApprovalNotFound,
    Decision,
    MakerIsChecker,
    decide,
    withdraw,
)
from huoqi.approvals.queries import Approval, approval_of
from huoqi.close.operations import approving, resolving
from huoqi.close.rules.sealing import APPROVAL
from huoqi.compliance import operations as compliance
from huoqi.customers.desk import Desk
from huoqi.customers.operations import is_one_hand
from huoqi.fund import debt_decisions, merchant_desk
from huoqi.fund.operations import settle_payments
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.payments.operations import decide_resolutions
from huoqi.payments.operations.resolving import ResolutionWord
from huoqi.web.changes import figures, keys, people, terms

PAYMENT = "payment.resolution"
Verdict = Literal["approve", "refuse"]


class ChangeUnknown(DomainError):
    """The proposal is of a kind that is not decided here."""

    code: ClassVar[str] = "approval.kind_unknown"


@dataclass(frozen=True, slots=True)
class Word:
    """The second person's word."""

    checker: str
    verdict: Verdict
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A kind of change: the present version of its object, and what an approval does.

    A refusal that ``carry_out`` returns is committed with what it did; one that it raises leaves
    the proposal undecided, since nothing of a decision may stand when it cannot be carried out.
    """

    version: Callable[[Work, str], str]
    carry_out: Callable[[Work, Approval], DomainError | None]


def changes_at(desk: Desk) -> Mapping[str, Change]:
    """Return the kinds of changes that a decision here may carry out."""
    return {
        terms.POLICY: Change(terms.policy_version, terms.add_policy),
        terms.FUND_STATE: Change(terms.fund_version, terms.move_fund),
        figures.ADVANCE_LINE: Change(figures.line_version, figures.move_line),
        figures.CALENDAR: Change(figures.calendar_version_of, figures.lengthen_calendar),
        debt_decisions.DEBT: Change(debt_decisions.debt_version, debt_decisions.settle_as_approved),
        merchant_desk.MERCHANT: Change(
            merchant_desk.merchant_version, merchant_desk.open_as_approved
        ),
        figures.CLOSURE: Change(figures.calendar_version_of, figures.call_days_off),
        people.OVERRIDE: Change(people.income_version, people.override_income),
        APPROVAL: Change(approving.seal_version, approving.let_seal),
        keys.NEW_KEY: Change(keys.new_key_version, keys.add_approved_key),
        compliance.ESTATE: Change(compliance.estate_version, compliance.settle_as_approved),
        compliance.LIFTING: Change(compliance.order_version, compliance.lift_as_approved),
        compliance.CASE: Change(compliance.case_version, compliance.close_as_approved),
        keys.REVOCATION: Change(keys.key_version, keys.revoke_approved_key),
        people.APPLICATION: Change(
            partial(people.application_version, desk=desk),
            partial(people.end_review, desk=desk),
        ),
    }


def decide_change(
    work: Work, approval: Approval, *, word: Word, desk: Desk
) -> Approval | DomainError:
    """Decide on a proposal and carry out what was approved, in the same work.

    A second key that the maker made is no second person.
    """
    if is_one_hand(work, approval.maker, word.checker):
        return MakerIsChecker()
    if approval.kind == PAYMENT:
        return _resolve(work, approval, word=word)
    if approval.kind == approving.KIND:
        return _pass_day(work, approval, word=word)
    if approval.kind == resolving.KIND:
        # The operation reads the versions itself.
        return resolving.decide_resolution(work, _decision(approval, word=word, version=""))
    change = changes_at(desk).get(approval.kind)
    if change is None:
        raise ChangeUnknown(kind=approval.kind)
    version = change.version(work, approval.object_id)
    (decided,) = decide(work, [_decision(approval, word=word, version=version)])
    if isinstance(decided, Approval) and decided.state == "approved":
        return change.carry_out(work, decided) or decided
    return decided


def take_back(work: Work, approval_id: UUID, *, maker: str) -> None:
    """Take back one's own proposal. Errors: ApprovalNotFound, ApprovalDecided, NotTheMaker."""
    approval = withdraw(work, approval_id=approval_id, maker=maker)
    if approval.kind == resolving.KIND:
        resolving.release_breaks(work, approval)


def known_approval(work: Work, approval_id: UUID) -> Approval:
    """Return a proposal; raise ApprovalNotFound."""
    approval = approval_of(work, approval_id)
    if approval is None:
        raise ApprovalNotFound(approval_id=str(approval_id))
    return approval


def _decision(approval: Approval, *, word: Word, version: str) -> Decision:
    return Decision(approval.approval_id, word.checker, word.verdict, version, word.reason)


def _resolve(work: Work, approval: Approval, *, word: Word) -> Approval | DomainError:
    resolution = ResolutionWord(approval.approval_id, word.checker, word.verdict, word.reason)
    (resolved,) = decide_resolutions(work, [resolution])
    if isinstance(resolved, DomainError):
        return resolved
    settle_payments(work, resolved.news)
    return resolved.approval


def _pass_day(work: Work, approval: Approval, *, word: Word) -> Approval | DomainError:
    fund, _, on = approval.object_id.partition(":")
    decision = _decision(approval, word=word, version="")  # the operation reads it itself
    return approving.decide_negative_day(work, decision, fund=fund, on=date.fromisoformat(on))
