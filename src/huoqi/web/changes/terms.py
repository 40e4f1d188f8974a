"""Changes of terms by two people: a dated rule, and what may be done with a fund."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date

from huoqi.approvals.operations import Proposal, propose
from huoqi.approvals.queries import Approval, Value
from huoqi.fund.products import ProductState
from huoqi.fund.shelf import StateChange, change_state, terms_of_fund
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.policy.book import PolicyRow
from huoqi.policy.operations import add_rules
from huoqi.policy.queries import rows_of

POLICY, FUND_STATE = "policy.rule", "fund.state"


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
        object_version=policy_version(work, row.rule),
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
        object_version=fund_version(work, change.fund),
        maker=maker,
        before={"state": product.state.value},
        after={"state": change.state.value, "reason": change.reason, "source": change.source},
        evidence=change.source,
    )
    return propose(work, [proposal])[0]


def policy_version(work: Work, rule: str) -> str:
    """Return a text that changes with every change of a rule."""
    rows = [
        (row.fund, row.effective_from.isoformat(), str(row.effective_to), _text(row.value))
        for row in rows_of(work, rule=rule)
    ]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:16]


def fund_version(work: Work, fund: str) -> str:
    """Return a text that changes with every change of a fund's state."""
    product = terms_of_fund(work, fund=fund).product
    return f"{product.state.value}@{product.state_from or product.on_sale_from}"


def add_policy(work: Work, approval: Approval) -> DomainError | None:
    """Add the approved rule."""
    after = _texts(approval)
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


def move_fund(work: Work, approval: Approval) -> None:
    """Change what may be done with the fund, as approved."""
    after = _texts(approval)
    state = ProductState(after["state"])
    change_state(work, StateChange(approval.object_id, state, after["reason"], after["source"]))


def _texts(approval: Approval) -> dict[str, str]:
    return {name: str(value) for name, value in approval.after.items() if value is not None}


def _text(value: Mapping[str, object]) -> str:
    return json.dumps(dict(value), sort_keys=True, separators=(",", ":"))
