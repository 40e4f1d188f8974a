"""Handing cash from one customer to another: set aside, given over, then ended, on two shards.

Each step is a transaction on one shard. The giver's cash is held for the account in transit; at
the receiver one row decides for ever whether it arrives; then the hold is posted or freed. Whoever
dies in between leaves a handover that the next round takes up where it stands: money is with the
giver, in transit or with the receiver, and never in two places.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from huoqi.customers.queries import customers_of
from huoqi.events.operations import EventDraft, emit_all
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.ledger.operations import NewAccount, open_accounts, post_for_codes
from huoqi.ledger.queries import shards
from huoqi.ledger.rules.chart import (
    CNY,
    AccountKind,
    customer_cash_account,
    flags_of,
    system_account,
)
from huoqi.ledger.rules.transfers import ResultCode, Transfer, hold, post, post_pending, void
from huoqi.payments._store import handovers as store
from huoqi.payments.handovers import Handover, HandoverKey, HandoverState
from huoqi.payments.operations.orders import BalanceTooLow, HoldRefused

CODE = 250
NO_RECEIVER = "receiver_unknown"
_STEP_OF = {"held": 0, "arrived": 2, "returned": 3}


class ReceiverNotReached(DomainError):
    """Nobody with this number and name can receive money; nothing more is told, on purpose."""

    code: ClassVar[str] = "transfer.receiver_not_reached"


def begin_handovers(work: Work, wanted: Sequence[Handover]) -> list[Handover | DomainError]:
    """Set cash of givers aside, so that the pump hands it on. One result a wish.

    Errors: BalanceTooLow, HoldRefused. The ids are the caller's own and new.
    """
    if not wanted:
        return []
    _open_transit(work, sorted({h.shard for h in wanted}))
    on = shanghai_date(work.at)
    codes = post_for_codes(
        work,
        [
            hold(
                h.hold_id,
                debit=customer_cash_account(shard=h.shard, customer_no=h.giver_no),
                credit=system_account(shard=h.shard, kind=AccountKind.IN_TRANSIT),
                amount=h.amount_fen,
                code=CODE,
                effective_on=on,
            )
            for h in wanted
        ],
    )
    placed = [h for h, code in zip(wanted, codes, strict=True) if code == ResultCode.OK]
    if placed:
        store.add(work, placed)
        _tell(work, placed, "held")
    return [_answer(h, code) for h, code in zip(wanted, codes, strict=True)]


def _answer(handover: Handover, code: ResultCode) -> Handover | DomainError:
    if code == ResultCode.OK:
        return handover
    if code == ResultCode.INSUFFICIENT_FUNDS:
        return BalanceTooLow()
    return HoldRefused(result=code.name)


def due_handovers(work: Work, *, limit: int) -> list[Handover]:
    """Return handovers whose cash waits to be handed on."""
    return store.due(work, limit=limit)


def arrive(work: Work, held: Sequence[Handover]) -> None:
    """Give the cash to receivers who can take it, and decide for ever who cannot.

    One that was decided before stays as it is, so that a second worker changes nothing.
    """
    _open_transit(work, sorted({h.receiver_shard for h in held}))
    count = len(shards(work))
    known = customers_of(work, sorted({h.receiver_no for h in held}), shards=count)
    decided = []
    for each in sorted(held, key=lambda h: (h.receiver_shard, h.handover_id)):
        receiver = known.get(each.receiver_no)
        if receiver is None:
            refusal = NO_RECEIVER
        elif receiver.state == "closed":
            refusal = "receiver_closed"
        else:
            is_frozen = receiver.own_frozen_at or receiver.staff_frozen_at
            refusal = "receiver_frozen" if is_frozen else ""
        decided.append((each, refusal))
    fresh = store.arrive(work, decided)
    given = [h for h, refusal in decided if not refusal and _at_receiver(h) in fresh]
    codes = post_for_codes(work, [_arrival(work, h) for h in given])
    refused = [
        (_at_receiver(h), code.name.lower())
        for h, code in zip(given, codes, strict=True)
        if code != ResultCode.OK
    ]
    if refused:
        store.refuse(work, refused)


def _at_receiver(handover: Handover) -> HandoverKey:
    return handover.receiver_shard, handover.handover_id


def _arrival(work: Work, handover: Handover) -> Transfer:
    shard = handover.receiver_shard
    return post(
        handover.transfer_ids[1],
        debit=system_account(shard=shard, kind=AccountKind.IN_TRANSIT),
        credit=customer_cash_account(shard=shard, customer_no=handover.receiver_no),
        amount=handover.amount_fen,
        code=CODE,
        effective_on=shanghai_date(work.at),
    )


def finish(work: Work, held: Sequence[Handover]) -> list[Handover]:
    """End handovers as their receivers' shards decided and return those that ended now."""
    locked = store.lock_held(work, [h.key for h in held])
    decided = store.arrivals(work, [_at_receiver(h) for h in locked])
    on = shanghai_date(work.at)
    ended, transfers = [], []
    for each in locked:
        arrival = decided.get(each.handover_id)
        if arrival is None:
            continue  # nobody has asked the receiver's shard yet
        came = not arrival.refusal
        state = HandoverState.ARRIVED if came else HandoverState.RETURNED
        ended.append(replace(each, state=state, reason=arrival.refusal, ended_at=work.at))
        make, own_id = (post_pending, 2) if came else (void, 3)
        transfers.append(
            make(
                each.transfer_ids[own_id],
                hold_id=each.hold_id,
                shard=each.shard,
                code=CODE,
                effective_on=on,
            )
        )
    if not ended:
        return []
    for transfer, code in zip(transfers, post_for_codes(work, transfers), strict=True):
        assert code == ResultCode.OK, f"handover {transfer.id}: {code.name}"
    store.end(work, ended)
    for state in (HandoverState.ARRIVED, HandoverState.RETURNED):
        _tell(work, [h for h in ended if h.state is state], state.value)
    return ended


def _tell(work: Work, handovers: Sequence[Handover], verb: str) -> None:
    """Tell the giver, and the receiver what arrived; neither learns the other's number."""
    told = []
    for each in handovers:
        data = {"amount_fen": each.amount_fen, "fund": each.fund, "reason": each.reason}
        ids = [each.transfer_ids[_STEP_OF[verb]]]
        told.append(
            EventDraft(
                f"payment.handover.{verb}", each.handover_id, each.giver_no, data, transfer_ids=ids
            )
        )
        if verb == "arrived":
            told.append(
                EventDraft(
                    "payment.handover.received",
                    each.handover_id,
                    each.receiver_no,
                    {"amount_fen": each.amount_fen},
                    transfer_ids=each.transfer_ids[1:2],
                )
            )
    emit_all(work, told)


def _open_transit(work: Work, on_shards: Sequence[int]) -> None:
    kind = AccountKind.IN_TRANSIT
    open_accounts(
        work,
        [
            NewAccount(system_account(shard=shard, kind=kind), kind, CNY, flags_of(kind))
            for shard in on_shards
        ],
    )
