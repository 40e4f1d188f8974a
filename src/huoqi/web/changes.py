"""Changes that need a second person: how each kind is proposed, and carried out when approved.

Only dispatch: what a change does is an operation of its domain, in the decision's transaction.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from huoqi.approvals.operations import (
    ApprovalNotFound,
    Decision,
    Proposal,
    decide,
    propose,
)
from huoqi.approvals.queries import Approval, Value, approval_of
from huoqi.fund.operations import settle_payments
from huoqi.fund.products import ProductState
from huoqi.fund.shelf import StateChange, change_state, terms_of_fund
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.payments.operations import decide_resolutions
from huoqi.payments.operations.resolving import ResolutionWord
from huoqi.policy.book import PolicyRow
from huoqi.policy.operations import add_rules
from huoqi.policy.queries import rows_of

POLICY, FUND_STATE, PAYMENT = "policy.rule", "fund.state", "payment.resolution"
Verdict = Literal["approve", "refuse"]


class ChangeUnknown(DomainError):
    """The proposal is of a kind that is not decided here."""

    code: ClassVar[str] = "approval.kind_unknown"


def propose_policy(
    work: Work, row: PolicyRow, *, maker: str, evidence: str
) -> Approval | DomainError:
    """Put a dated rule before a second person."""
    before = {
        each.effective_from.isoformat(): _text(each.value)
        for each in rows_of(work, rule=row.rule)
        if each.fund == row.fund and each.effective_to is None
    }
    after: dict[str, Value] = {
        "rule": row.rule,
        "fund": row.fund,
        "effective_from": row.effective_from.isoformat(),
        "effective_to": row.effective_to.isoformat() if row.effective_to else None,
        "value": _text(row.value),
        "source": row.source,
    }
    proposal = Proposal(
        kind=POLICY,
        object_id=row.rule,
        object_version=_policy_version(work, row.rule),
        maker=maker,
        before=before,
        after=after,
        evidence=evidence,
    )
    return propose(work, [proposal])[0]


def propose_fund_state(work: Work, change: StateChange, *, maker: str) -> Approval | DomainError:
    """Put a change of what may be done with a fund before a second person."""
    product = terms_of_fund(work, fund=change.fund).product
    proposal = Proposal(
        kind=FUND_STATE,
        object_id=change.fund,
        object_version=_fund_version(work, change.fund),
        maker=maker,
        before={"state": product.state.value},
        after={"state": change.state.value, "reason": change.reason, "source": change.source},
        evidence=change.source,
    )
    return propose(work, [proposal])[0]


def decide_change(
    work: Work, approval: Approval, *, checker: str, verdict: Verdict, reason: str
) -> Approval | DomainError:
    """Decide on a proposal and carry out what was approved, in the same work."""
    if approval.kind == PAYMENT:
        return _resolve(work, ResolutionWord(approval.approval_id, checker, verdict, reason))
    version = _version(work, approval)
    word = Decision(approval.approval_id, checker, verdict, version, reason)
    decided = decide(work, [word])[0]
    if isinstance(decided, Approval) and decided.state == "approved":
        return _carry_out(work, decided) or decided
    return decided


def known_approval(work: Work, approval_id: UUID) -> Approval:
    """Return a proposal; raise ApprovalNotFound."""
    approval = approval_of(work, approval_id)
    if approval is None:
        raise ApprovalNotFound(approval_id=str(approval_id))
    return approval


def _resolve(work: Work, word: ResolutionWord) -> Approval | DomainError:
    resolved = decide_resolutions(work, [word])[0]
    if isinstance(resolved, DomainError):
        return resolved
    settle_payments(work, resolved.news)
    return resolved.approval


def _version(work: Work, approval: Approval) -> str:
    if approval.kind == POLICY:
        return _policy_version(work, approval.object_id)
    if approval.kind == FUND_STATE:
        return _fund_version(work, approval.object_id)
    raise ChangeUnknown(kind=approval.kind)


def _carry_out(work: Work, approval: Approval) -> DomainError | None:
    after = {name: str(value) for name, value in approval.after.items() if value is not None}
    if approval.kind == FUND_STATE:
        state = ProductState(after["state"])
        change_state(work, StateChange(approval.object_id, state, after["reason"], after["source"]))
        return None
    until = after.get("effective_to")
    row = PolicyRow(
        rule=after["rule"],
        effective_from=date.fromisoformat(after["effective_from"]),
        value=json.loads(after["value"]),
        source=after["source"],
        effective_to=date.fromisoformat(until) if until else None,
        fund=after["fund"],
    )
    result = add_rules(work, [row])[0]
    if isinstance(result, DomainError):
        raise result  # nothing of the decision may stand when it cannot be carried out
    return None


def _policy_version(work: Work, rule: str) -> str:
    rows = [
        (row.fund, row.effective_from.isoformat(), str(row.effective_to), _text(row.value))
        for row in rows_of(work, rule=rule)
    ]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:16]


def _fund_version(work: Work, fund: str) -> str:
    product = terms_of_fund(work, fund=fund).product
    return f"{product.state.value}@{product.state_from or product.on_sale_from}"


def _text(value: Mapping[str, object]) -> str:
    return json.dumps(dict(value), sort_keys=True, separators=(",", ":"))
