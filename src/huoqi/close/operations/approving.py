"""What two people decide about a close: a negative day, and the platform's signature of a day."""

from datetime import date

from huoqi.approvals.operations import Decision, Proposal, decide, propose
from huoqi.approvals.queries import Approval, Value
from huoqi.close import _store
from huoqi.close._store import seals
from huoqi.close.queries import closed_days
from huoqi.close.rules.due import Kind
from huoqi.close.rules.sealing import APPROVAL, seal_object
from huoqi.close.rules.steps import Step
from huoqi.close.seal.refusals import NotClosed
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


def propose_seal(work: Work, *, fund: str, on: date, maker: str) -> Approval | DomainError:
    """Put a closed day before a second person, to let the platform sign it.

    Errors: NotClosed, ApprovalDuplicate.
    """
    days = closed_days(work, fund=fund, first_on=on, last_on=on, limit=1)
    if not days:
        raise NotClosed(fund=fund, on=on.isoformat())
    sealed = days[0].sealed
    after: dict[str, Value] = {
        "state": "signed",
        "holder_count": sealed.holder_count,
        "total_units_e2": sealed.total_units_e2,
        "total_income_fen": sealed.total_income_fen,
    }
    proposal = Proposal(
        kind=APPROVAL,
        object_id=seal_object(fund=fund, on=on),
        object_version=days[0].root.hex(),
        maker=maker,
        before={"state": "closed"},
        after=after,
        customer_count=sealed.holder_count,
    )
    (answer,) = propose(work, [proposal])
    return answer


def seal_version(work: Work, object_id: str) -> str:
    """Return what a proposal to sign a day was about: the root of its close."""
    fund, on = _seal_of(object_id)
    days = closed_days(work, fund=fund, first_on=on, last_on=on, limit=1)
    return days[0].root.hex() if days else ""


def let_seal(work: Work, approval: Approval) -> None:
    """Let a day be sealed at the next turn, now that two people want it to be."""
    fund, _ = _seal_of(approval.object_id)
    seals.wake(work, fund=fund)


def _seal_of(object_id: str) -> tuple[str, date]:
    fund, _, on = object_id.partition(":")
    return fund, date.fromisoformat(on)


def _version(work: Work, *, fund: str, on: date) -> str:
    report = day_facts.latest_report(work, fund=fund, on=on)
    if report is None:
        return "none"
    return f"{report.source} {report.income_per_10k_e5} {report.total_income_fen}"
