"""Ending what evidence cannot end: two people with the bank's proof, on an order as both saw it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal
from uuid import UUID

from huoqi.approvals.operations import ApprovalNotFound, Decision, Proposal, decide, propose
from huoqi.approvals.queries import Approval, approval_of
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.payments._store import orders
from huoqi.payments.operations.evidence import record_evidence
from huoqi.payments.operations.orders import OrderNotFound
from huoqi.payments.orders import Evidence, MoneyOrder, OrderKey, OrderOutcome
from huoqi.payments.rules.reducer import Action, Event, reduce

Verdict = Literal["success", "reject", "close_cases"]

_KIND = "payment.resolution"
_EVENTS: dict[str, Event] = {
    "success": Event.H_RESOLVE_SUCCESS,
    "reject": Event.H_RESOLVE_REJECT,
    "close_cases": Event.H_CLOSE_CASES,
}


class NotResolvable(DomainError):
    """People may not do this to an order in its state; evidence still decides."""

    code: ClassVar[str] = "payment.not_resolvable"


class ProofMissing(DomainError):
    """A resolution must name the bank's proof."""

    code: ClassVar[str] = "payment.proof_missing"


@dataclass(frozen=True, slots=True)
class ResolutionWish:
    """What a first person wants to be done with an order, and the proof for it."""

    shard: int
    order_id: UUID
    verdict: Verdict
    proof: str
    maker: str

    @property
    def key(self) -> OrderKey:
        """Return what finds the order."""
        return self.shard, self.order_id


@dataclass(frozen=True, slots=True)
class ResolutionWord:
    """What a second person says to a wish."""

    approval_id: UUID
    checker: str
    verdict: Literal["approve", "refuse"]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A decided wish, and the news that came of it for the domain that asked for the order."""

    approval: Approval
    news: tuple[OrderOutcome, ...]


def propose_resolutions(
    work: Work, wishes: Sequence[ResolutionWish]
) -> list[Approval | DomainError]:
    """Put resolutions before a second person. One result a wish.

    Errors: OrderNotFound, NotResolvable, ProofMissing, and the approvals' ApprovalDuplicate.
    """
    found = orders.lock(work, sorted({wish.key for wish in wishes}))
    return [_proposed(work, found.get(wish.key), wish) for wish in wishes]


def decide_resolutions(work: Work, words: Sequence[ResolutionWord]) -> list[Resolved | DomainError]:
    """Decide on resolutions and carry out what was approved. One result a word, in order.

    Errors: the approvals' ApprovalNotFound, ApprovalDecided, MakerIsChecker, ApprovalStale (the
    order has moved since: let the work commit, so that the proposal ends).
    """
    return [_decided(work, word) for word in words]


def _proposed(work: Work, order: MoneyOrder | None, wish: ResolutionWish) -> Approval | DomainError:
    if order is None:
        return OrderNotFound()
    if not wish.proof.strip():
        return ProofMissing()
    outcome = reduce(order.state, _EVENTS[wish.verdict])
    if Action.REFUSE in outcome.actions:
        return NotResolvable(order_id=str(order.order_id), state=str(order.state))
    after = order.standing.after(outcome)
    proposal = Proposal(
        kind=_KIND,
        object_id=f"{order.shard}/{order.order_id}",
        object_version=_version(order),
        maker=wish.maker,
        before={"state": str(order.state), "cases": ",".join(sorted(order.cases))},
        after={
            "state": str(after.state),
            "cases": ",".join(sorted(after.cases)),
            "verdict": wish.verdict,
        },
        amount_fen=order.amount_fen,
        customer_count=1,
        evidence=wish.proof,
    )
    return propose(work, [proposal])[0]


def _decided(work: Work, word: ResolutionWord) -> Resolved | DomainError:
    wish = approval_of(work, word.approval_id)
    if wish is None or wish.kind != _KIND:
        return ApprovalNotFound(approval_id=str(word.approval_id))
    shard, order_id = wish.object_id.split("/")
    key = (int(shard), UUID(order_id))
    order = orders.lock(work, [key])[key]
    decision = Decision(
        approval_id=word.approval_id,
        checker=word.checker,
        verdict=word.verdict,
        object_version=_version(order),
        reason=word.reason,
    )
    (approval,) = decide(work, [decision])
    if isinstance(approval, DomainError):
        return approval
    if approval.state != "approved":
        return Resolved(approval=approval, news=())
    proof = Evidence(
        *key,
        evidence_id=f"people-{approval.approval_id}",
        source="people",
        event=_EVENTS[str(approval.after["verdict"])],
        reason="payment.resolved_by_people",
    )
    return Resolved(approval=approval, news=tuple(record_evidence(work, [proof])))


def _version(order: MoneyOrder) -> str:
    return f"{order.state}/{','.join(sorted(order.cases))}/{int(order.returned)}"
