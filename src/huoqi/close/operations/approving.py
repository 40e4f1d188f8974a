"""Letting a negative day pass where the policy asks two people to look at it first."""

from datetime import date

from huoqi.approvals.operations import Decision, Proposal, decide, propose
from huoqi.approvals.queries import Approval
from huoqi.close import _store
from huoqi.close.rules.due import Kind
from huoqi.close.rules.steps import Step
from huoqi.fund import day_facts
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError

KIND = "close.negative_income"


def propose_negative_day(work: Work, *, fund: str, on: date, maker: str) -> Approval | DomainError:
    """Put a day's negative figures before a second person. Errors: ApprovalDuplicate."""
    report = day_facts.latest_report(work, fund=fund, on=on)
    after = {
        "income_per_10k_e5": report.income_per_10k_e5 if report else 0,
        "total_income_fen": report.total_income_fen if report else None,
    }
    proposal = Proposal(
        kind=KIND,
        object_id=f"{fund}:{on.isoformat()}",
        object_version=_version(work, fund=fund, on=on),
        maker=maker,
        before={"state": "blocked"},
        after={"state": "waived", **after},
        amount_fen=report.total_income_fen if report else None,
    )
    (answer,) = propose(work, [proposal])
    return answer


def decide_negative_day(
    work: Work, decision: Decision, *, fund: str, on: date
) -> Approval | DomainError:
    """Decide on a negative day; an approved one closes at the next turn.

    The version is read here, so that figures which changed meanwhile make the proposal stale.
    Errors: ApprovalNotFound, ApprovalDecided, MakerIsChecker, ApprovalStale.
    """
    present = Decision(
        decision.approval_id,
        decision.checker,
        decision.verdict,
        _version(work, fund=fund, on=on),
        decision.reason,
    )
    (answer,) = decide(work, [present])
    if isinstance(answer, Approval) and answer.state == "approved":
        note = f"approved:{answer.approval_id}"
        _store.waive(work, fund=fund, on=on, step=Step.VALIDATE, note=note)
        for kind in (Kind.INCOME, Kind.CLOSE):
            _store.ask_again(work, fund=fund, kind=kind, at=work.at, note=note)
    return answer


def _version(work: Work, *, fund: str, on: date) -> str:
    report = day_facts.latest_report(work, fund=fund, on=on)
    if report is None:
        return "none"
    return f"{report.source} {report.income_per_10k_e5} {report.total_income_fen}"
