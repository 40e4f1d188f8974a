"""Settling the debt of a collection that the bank took back, by two people: propose, decide."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from huoqi.approvals.operations import ApprovalNotFound, Decision, Proposal, decide, propose
from huoqi.approvals.queries import Approval, Value, approval_of
from huoqi.fund._store import debts as store
from huoqi.fund.debt_nouns import Debt, SettlementRequest, Way
from huoqi.fund.debts import DebtExceeded, DebtUnknown, settle_debt
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError

DEBT = "fund.debt_settlement"
Verdict = Literal["approve", "refuse"]


@dataclass(frozen=True, slots=True)
class DebtWish:
    """How a first person would settle a debt; without an amount all that is left."""

    order_id: UUID
    way: Way
    amount_fen: int | None
    card_id: UUID | None
    proof: str
    maker: str


def propose_debt_settlement(work: Work, wish: DebtWish) -> Approval | DomainError:
    """Put the settlement of a debt before a second person.

    Raises DebtUnknown, DebtExceeded.
    """
    debt = _debt(work, wish.order_id)
    amount_fen = wish.amount_fen or debt.left_fen
    if not 0 < amount_fen <= debt.left_fen:
        raise DebtExceeded(left_fen=debt.left_fen)
    after: dict[str, Value] = {"way": wish.way.value, "amount_fen": wish.amount_fen}
    if wish.card_id is not None:
        after["card_id"] = str(wish.card_id)
    proposal = Proposal(
        kind=DEBT,
        object_id=str(wish.order_id),
        object_version=debt_version(work, str(wish.order_id)),
        maker=wish.maker,
        before={"left_fen": debt.left_fen, "frozen_e2": debt.frozen_e2},
        after=after,
        amount_fen=amount_fen,
        customer_count=1,
        evidence=wish.proof,
    )
    return propose(work, [proposal])[0]


def debt_version(work: Work, order_id: str) -> str:
    """Return a text that changes whenever a debt does."""
    debt = _debt(work, UUID(order_id))
    return f"{debt.settled_fen} {debt.pending_fen} {debt.frozen_e2}"


def settle_as_approved(work: Work, approval: Approval) -> None:
    """Settle a debt as approved; raises what ``settle_debt`` does."""
    debt = _debt(work, UUID(approval.object_id))
    after = approval.after
    amount, card = after["amount_fen"], after.get("card_id")
    settle_debt(
        work,
        SettlementRequest(
            approval.approval_id,
            debt.shard,
            debt.order_id,
            Way(str(after["way"])),
            amount_fen=None if amount is None else int(amount),
            card_id=None if card is None else UUID(str(card)),
        ),
    )


def decide_debt_settlement(
    work: Work, approval_id: UUID, *, verdict: Verdict, checker: str
) -> Approval | DomainError:
    """Decide on a settlement as the second person, and do it if it is approved.

    Raises ApprovalNotFound, and what ``settle_debt`` does: nothing is decided then.
    """
    approval = approval_of(work, approval_id)
    if approval is None or approval.kind != DEBT:
        raise ApprovalNotFound(approval_id=str(approval_id))
    version = debt_version(work, approval.object_id)
    (decided,) = decide(work, [Decision(approval_id, checker, verdict, version)])
    if isinstance(decided, Approval) and decided.state == "approved":
        settle_as_approved(work, decided)
    return decided


def _debt(work: Work, order_id: UUID) -> Debt:
    debt = store.debt_of_order(work, order_id)
    if debt is None:
        raise DebtUnknown(order_id=str(order_id))
    return debt
