"""Sending money to a person: units redeemed or cash, set aside here and handed on by the pump."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from huoqi.fund._store import spending as store
from huoqi.fund.merchants import SpendIdReused
from huoqi.fund.rules.spending_limits import DaySpent
from huoqi.fund.spending import Kind, spend
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.kit.ids import derived_id
from huoqi.payments.handovers import Handover, HandoverState
from huoqi.payments.operations.handovers import begin_handovers
from huoqi.payments.queries import handovers_of_keys
from huoqi.policy.queries import rule_on

RULE = "spending.person"
LOOKUPS = 10


class TransferToOneself(DomainError):
    """Money that one sends to oneself stays where it is."""

    code: ClassVar[str] = "transfer.to_oneself"


class LookupsUsedUp(DomainError):
    """Too many people were looked for in vain today; tomorrow one may look again."""

    code: ClassVar[str] = "transfer.lookups_used_up"


@dataclass(frozen=True, slots=True)
class TransferRequest:
    """A wish to send money to a customer who was found; ``fund`` None sends cash."""

    shard: int
    transfer_id: UUID
    customer_no: int
    receiver_shard: int
    receiver_no: int
    amount_fen: int
    fund: str | None

    @property
    def key(self) -> tuple[int, UUID]:
        """Return what finds the transfer."""
        return self.shard, self.transfer_id

    @property
    def order_id(self) -> UUID | None:
        """Return the id of the redemption that brings the cash."""
        return derived_id(self.transfer_id, action="transfer.redeem") if self.fund else None

    def handover(self, work: Work) -> Handover:
        """Return the handover of the cash."""
        return Handover(
            self.shard,
            self.transfer_id,
            self.customer_no,
            self.receiver_shard,
            self.receiver_no,
            self.amount_fen,
            HandoverState.HELD,
            work.at,
            self.order_id,
            self.fund,
        )


def send_to_persons(
    work: Work, requests: Sequence[TransferRequest]
) -> list[Handover | DomainError]:
    """Send money to persons; a repeated request returns its transfer as it stands.

    One result a request, in order; a refused one leaves nothing behind. Errors: TransferToOneself,
    SpendIdReused, SpendingAmount, SpendingLimit, BalanceTooLow, those of a fast redemption.
    """
    known = handovers_of_keys(work, [request.key for request in requests])
    fresh = {r.key: r for r in requests if r.key not in known and r.customer_no != r.receiver_no}
    answers = dict(zip(fresh, spend(work, list(fresh.values()), kind=_PERSON), strict=True))
    found = handovers_of_keys(work, [key for key, answer in answers.items() if answer is None])
    known |= found
    results: list[Handover | DomainError] = []
    for request in requests:
        if request.customer_no == request.receiver_no:
            results.append(TransferToOneself())
        else:
            refused = answers.get(request.key)
            results.append(refused or _answer(known[request.key], request))
    return results


def _answer(handover: Handover, request: TransferRequest) -> Handover | DomainError:
    wanted = (request.customer_no, request.receiver_no, request.amount_fen, request.fund)
    same = wanted == (
        handover.giver_no,
        handover.receiver_no,
        handover.amount_fen,
        handover.fund,
    )
    return handover if same else SpendIdReused(id=str(handover.handover_id))


def _go_on(work: Work, wishes: Sequence[TransferRequest]) -> list[DomainError | None]:
    placed = begin_handovers(work, [wish.handover(work) for wish in wishes])
    return [each if isinstance(each, DomainError) else None for each in placed]


_PERSON: Kind[TransferRequest] = Kind("person", RULE, _go_on)


def lookups_left(work: Work, *, shard: int, customer_no: int) -> int:
    """Return how often a customer may still look for somebody in vain today."""
    on = shanghai_date(work.at)
    key = (shard, customer_no)
    used = store.take_use(work, {key: DaySpent()}, on=on, kind="lookup")[key]
    rule = rule_on(work, rule=RULE, on=on)
    most = rule.value.get("lookups") if rule else None
    return max(0, (most if isinstance(most, int) else LOOKUPS) - used.count)


def count_lookup(work: Work, *, shard: int, customer_no: int) -> None:
    """Count somebody who was looked for and not found."""
    key = (shard, customer_no)
    once = DaySpent(count=1)
    store.take_use(work, {key: once}, on=shanghai_date(work.at), kind="lookup")
