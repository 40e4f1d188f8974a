"""Orders of courts and authorities: placed at once, ended by their date or by two people."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar
from uuid import UUID

from huoqi.approvals.operations import Proposal, propose
from huoqi.approvals.queries import Approval
from huoqi.compliance._store import legal_orders as store
from huoqi.compliance.legal_orders import LegalOrder, LegalWish, OrderState, Scope
from huoqi.customers.operations import freeze_by_staff, unfreeze_by_staff
from huoqi.customers.queries import customers_of
from huoqi.events.operations import EventDraft, emit_all
from huoqi.fund.freezes import freeze_units
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.ledger.queries import shards

LIFTING = "compliance.legal_order"
FREEZE_REASON = "court_order"
ENDED_AT_ONCE = 500


class LegalOrderUnknown(DomainError):
    """There is no order with that id."""

    code: ClassVar[str] = "legal_order.unknown"


class LegalOrderEnded(DomainError):
    """The order is not in force any more; ``state`` says how it ended."""

    code: ClassVar[str] = "legal_order.ended"


class LegalOrderReused(DomainError):
    """The authority's reference is there for this customer, with another content."""

    code: ClassVar[str] = "legal_order.reused"


class LegalOrderPast(DomainError):
    """The last day of the order is past."""

    code: ClassVar[str] = "legal_order.past"


class LegalOrderInForce(DomainError):
    """An order keeps the account as it is: it has to be lifted by two people, or to end."""

    code: ClassVar[str] = "legal_order.in_force"


@dataclass(frozen=True, slots=True)
class LiftWish:
    """Why a first person would lift an order before its date."""

    order_id: UUID
    proof: str
    maker: str


def place_order(work: Work, wish: LegalWish) -> LegalOrder | DomainError:
    """Place an order and freeze at once what it names; the same again answers the first.

    An account is frozen with its sessions ended, an amount keeps units of a fund, which go on
    earning. Errors: LegalOrderPast, LegalOrderReused, FundUnknown (raised).
    """
    if wish.until_on < shanghai_date(work.at):
        return LegalOrderPast(until_on=wish.until_on.isoformat())
    order = LegalOrder(
        wish.shard,
        work.new_id(),
        wish.customer_no,
        wish.authority,
        wish.reference,
        wish.scope,
        wish.fund,
        wish.amount_fen,
        wish.until_on,
        OrderState.IN_FORCE,
        work.at,
        work.actor,
        None,
    )
    if not store.add(work, order):
        known = store.twin(work, order)
        same = _content(known) == _content(order)
        return known if same else LegalOrderReused(order_id=str(known.order_id))
    if order.scope is Scope.ACCOUNT:
        if _frozen_for(work, order) is None:
            count = len(shards(work))
            freeze_by_staff(work, [order.customer_no], shards=count, reason=FREEZE_REASON)
    else:
        _move_units(work, order, sign=1)
    _tell(work, "placed", [order])
    return order


def propose_lifting(work: Work, wish: LiftWish) -> Approval | DomainError:
    """Put the lifting of an order before a second person.

    Errors: LegalOrderUnknown, LegalOrderEnded, ApprovalDuplicate.
    """
    order = store.lock(work, wish.order_id)
    if order is None:
        return LegalOrderUnknown()
    if order.state is not OrderState.IN_FORCE:
        return LegalOrderEnded(state=order.state.value)
    proposal = Proposal(
        kind=LIFTING,
        object_id=str(order.order_id),
        object_version=order.state.value,
        maker=wish.maker,
        before={"state": order.state.value, "until_on": order.until_on.isoformat()},
        after={"state": OrderState.LIFTED.value},
        amount_fen=order.amount_fen,
        customer_count=1,
        evidence=wish.proof,
    )
    return propose(work, [proposal])[0]


def order_version(work: Work, object_id: str) -> str:
    """Return a text that changes when an order ends."""
    order = store.one(work, UUID(object_id))
    return order.state.value if order else "gone"


def lift_as_approved(work: Work, approval: Approval) -> DomainError | None:
    """Lift an order as two people decided, and let go of what nothing else keeps."""
    order = store.lock(work, UUID(approval.object_id))
    assert order is not None, "its version was read before"
    _end(work, [order], state=OrderState.LIFTED)
    return None


def expire_orders(work: Work) -> int:
    """End orders whose last day is past; return how many. Call again while it is the most."""
    over = store.over(work, on=shanghai_date(work.at), limit=ENDED_AT_ONCE)
    _end(work, over, state=OrderState.EXPIRED)
    return len(over)


def refusal_to_unfreeze(work: Work, *, shard: int, customer_no: int) -> DomainError | None:
    """Return why staff may not lift a freeze; None where no order keeps the account."""
    kept = store.in_force(work, shard=shard, customer_no=customer_no)
    first = next((each for each in kept if each.scope is Scope.ACCOUNT), None)
    return LegalOrderInForce(until_on=first.until_on.isoformat()) if first else None


def _end(work: Work, orders: Sequence[LegalOrder], *, state: OrderState) -> None:
    ended = [replace(each, state=state, ended_at=work.at) for each in orders]
    store.end(work, ended)
    for order in ended:
        if order.scope is Scope.AMOUNT:
            _move_units(work, order, sign=-1)
        elif _is_free(work, order):
            unfreeze_by_staff(work, [order.customer_no], shards=len(shards(work)))
    _tell(work, state.value, ended)


def _frozen_for(work: Work, order: LegalOrder) -> str | None:
    """Return why staff froze the account, None where they did not."""
    found = customers_of(work, [order.customer_no], shards=len(shards(work)))
    return found[order.customer_no].staff_freeze_reason


def _is_free(work: Work, order: LegalOrder) -> bool:
    """Tell whether nothing keeps the account any more: no other order, no other reason."""
    refusal = refusal_to_unfreeze(work, shard=order.shard, customer_no=order.customer_no)
    return refusal is None and _frozen_for(work, order) == FREEZE_REASON


def _move_units(work: Work, order: LegalOrder, *, sign: int) -> None:
    assert order.fund is not None
    assert order.amount_fen is not None
    freeze_units(
        work,
        shard=order.shard,
        fund=order.fund,
        customer_no=order.customer_no,
        by_e2=sign * order.amount_fen,
        on=shanghai_date(work.at),
    )


def _content(order: LegalOrder) -> tuple[object, ...]:
    return order.scope, order.fund, order.amount_fen, order.until_on


def _tell(work: Work, verb: str, orders: Sequence[LegalOrder]) -> None:
    emit_all(
        work,
        [
            EventDraft(
                f"compliance.legal_order.{verb}",
                each.order_id,
                data={
                    "scope": each.scope.value,
                    "amount_fen": each.amount_fen,
                    "until_on": each.until_on.isoformat(),
                    "actor": work.actor,
                },
            )
            for each in orders
        ],
    )
