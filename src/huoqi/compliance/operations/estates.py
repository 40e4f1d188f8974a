"""Estates: reported by one person, settled by two, or taken back by two."""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar
from uuid import UUID

from huoqi.approvals.operations import Proposal, propose
from huoqi.approvals.queries import Approval, Value
from huoqi.compliance._store import estates as store
from huoqi.compliance.estates import DeathReport, Estate, EstateState, Heir, SettlementWish
from huoqi.compliance.operations.freezing import FREEZE_REASON as ORDER_REASON
from huoqi.compliance.operations.freezing import refusal_to_unfreeze
from huoqi.customers.operations import freeze_by_staff, unfreeze_by_staff
from huoqi.customers.queries import customers_of
from huoqi.events.operations import EventDraft, emit_all
from huoqi.fund.plans import end_plans
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.ledger.queries import shards

ESTATE = "compliance.estate"
FREEZE_REASON = "deceased"
HEIRS_MOST = 20
_WITHDRAW = "withdraw"


class EstateUnknown(DomainError):
    """There is no estate with that id."""

    code: ClassVar[str] = "estate.unknown"


class EstateExists(DomainError):
    """The customer's death was reported before; ``estate_id`` says where."""

    code: ClassVar[str] = "estate.exists"


class EstateDecided(DomainError):
    """The estate is being settled, or has ended; ``state`` says which."""

    code: ClassVar[str] = "estate.decided"


class DeathInFuture(DomainError):
    """Nobody has died later than today."""

    code: ClassVar[str] = "estate.death_in_future"


class HeirsMalformed(DomainError):
    """An estate has 1 to 20 heirs, each once, none of them the person who has died."""

    code: ClassVar[str] = "estate.heirs_malformed"


class HeirCannotReceive(DomainError):
    """An heir is a customer whose account is not frozen or closed; ``heir_no`` says who is not."""

    code: ClassVar[str] = "estate.heir_cannot_receive"


def report_death(work: Work, report: DeathReport) -> Estate | DomainError:
    """Keep the account of somebody who has died as it is, and end what it does by itself.

    One person may: nothing is given away by it. Errors: DeathInFuture, EstateExists.
    """
    if report.died_on > shanghai_date(work.at):
        return DeathInFuture()
    known = store.of_customer(work, shard=report.shard, customer_no=report.customer_no)
    if known is not None:
        return EstateExists(estate_id=str(known.estate_id))
    estate = Estate(
        report.shard,
        work.new_id(),
        report.customer_no,
        report.died_on,
        report.proof,
        EstateState.REPORTED,
        work.at,
        work.actor,
        None,
    )
    store.add(work, estate)
    count = len(shards(work))
    freeze_by_staff(work, [report.customer_no], shards=count, reason=FREEZE_REASON)
    end_plans(work, [estate.owner], reason=FREEZE_REASON)
    tell_estates(work, "reported", [estate])
    return estate


def propose_settlement(work: Work, wish: SettlementWish) -> Approval | DomainError:
    """Put before a second person to whom an estate goes.

    Errors: EstateUnknown, EstateDecided, HeirsMalformed, HeirCannotReceive, ApprovalDuplicate.
    """
    estate = _reported(work, wish.estate_id)
    if isinstance(estate, DomainError):
        return estate
    refusal = _refusal(work, estate, wish.heirs)
    if refusal is not None:
        return refusal
    after: dict[str, Value] = {f"heir_{each.heir_no}": each.parts for each in wish.heirs}
    return _proposed(work, estate, after=after, proof=wish.proof, maker=wish.maker)


def propose_withdrawal(
    work: Work, *, estate_id: UUID, proof: str, maker: str
) -> Approval | DomainError:
    """Put before a second person that a death was reported in error.

    Errors: EstateUnknown, EstateDecided, ApprovalDuplicate.
    """
    estate = _reported(work, estate_id)
    if isinstance(estate, DomainError):
        return estate
    return _proposed(work, estate, after={_WITHDRAW: True}, proof=proof, maker=maker)


def estate_version(work: Work, object_id: str) -> str:
    """Return a text that changes when an estate is decided on."""
    estate = store.one(work, UUID(object_id))
    return estate.state.value if estate else "gone"


def settle_as_approved(work: Work, approval: Approval) -> DomainError | None:
    """Begin to settle an estate as two people decided, or take the report back."""
    estate = store.lock(work, UUID(approval.object_id))
    assert estate is not None, "its version was read before"
    if approval.after.get(_WITHDRAW):
        withdrawn = replace(estate, state=EstateState.WITHDRAWN, ended_at=work.at)
        store.save(work, [withdrawn])
        _let_go(work, estate)
        tell_estates(work, "withdrawn", [withdrawn])
        return None
    heirs = [
        Heir(int(name.removeprefix("heir_")), int(str(parts)))
        for name, parts in approval.after.items()
    ]
    refusal = _refusal(work, estate, heirs)
    if refusal is not None:
        raise refusal  # nothing of the decision stands
    settling = replace(estate, state=EstateState.SETTLING)
    store.add_heirs(work, estate, heirs)
    store.save(work, [settling])
    tell_estates(work, "settling", [settling])
    return None


def tell_estates(work: Work, verb: str, estates: Sequence[Estate]) -> None:
    """Tell what became of estates; the customer's own log shows it to nobody."""
    emit_all(
        work,
        [
            EventDraft(f"compliance.estate.{verb}", each.estate_id, data={"actor": work.actor})
            for each in estates
        ],
    )


def _let_go(work: Work, estate: Estate) -> None:
    """Lift the freeze, unless an order of a court keeps the account."""
    refusal = refusal_to_unfreeze(work, shard=estate.shard, customer_no=estate.customer_no)
    count = len(shards(work))
    if refusal is None:
        unfreeze_by_staff(work, [estate.customer_no], shards=count)
    else:
        freeze_by_staff(work, [estate.customer_no], shards=count, reason=ORDER_REASON)


def _reported(work: Work, estate_id: UUID) -> Estate | DomainError:
    estate = store.lock(work, estate_id)
    if estate is None:
        return EstateUnknown()
    if estate.state is not EstateState.REPORTED:
        return EstateDecided(state=estate.state.value)
    return estate


def _refusal(work: Work, estate: Estate, heirs: Sequence[Heir]) -> DomainError | None:
    numbers = [each.heir_no for each in heirs]
    once = len(set(numbers)) == len(numbers)
    if not 1 <= len(heirs) <= HEIRS_MOST or not once or estate.customer_no in numbers:
        return HeirsMalformed()
    found = customers_of(work, numbers, shards=len(shards(work)))
    for number in numbers:
        heir = found.get(number)
        if heir is None or heir.state != "active" or heir.staff_frozen_at is not None:
            return HeirCannotReceive(heir_no=number)
    return None


def _proposed(
    work: Work, estate: Estate, *, after: dict[str, Value], proof: str, maker: str
) -> Approval | DomainError:
    proposal = Proposal(
        kind=ESTATE,
        object_id=str(estate.estate_id),
        object_version=estate.state.value,
        maker=maker,
        before={"state": estate.state.value},
        after=after,
        customer_count=1 + sum(name.startswith("heir_") for name in after),
        evidence=proof,
    )
    return propose(work, [proposal])[0]
