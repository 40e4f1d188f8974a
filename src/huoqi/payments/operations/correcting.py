"""Entries that two people decided on about a bank's line; each has one id for ever.

Every entry stays on one shard: the order's, or the first where there is none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.kit.ids import derived_id
from huoqi.ledger.operations import NewAccount, open_accounts, post_for_codes
from huoqi.ledger.queries import shards
from huoqi.ledger.rules.chart import (
    CNY,
    AccountKind,
    customer_account,
    flags_of,
    system_account,
)
from huoqi.ledger.rules.transfers import ResultCode, Transfer, post, reverse
from huoqi.payments._store import banks
from huoqi.payments.operations.orders import create_orders
from huoqi.payments.orders import MoneyOrder, OrderRequest
from huoqi.payments.rules.bank_profiles import Direction
from huoqi.payments.rules.reducer import Action

CORRECTION = 250
REFUND = "bank_refund"
_OF_CUSTOMERS = frozenset({AccountKind.CUSTOMER_CASH, AccountKind.RECEIVABLE})


class CorrectionRefused(DomainError):
    """The ledger refused an entry; ``result`` names why (a frozen account, too little cash)."""

    code: ClassVar[str] = "payment.correction_refused"


@dataclass(frozen=True, slots=True)
class Correction:
    """What is booked about a bank's line, all or nothing: kinds of accounts and amounts in order.

    ``parent_id`` and ``name`` make the entries' ids; of entries that reverse, the order's own
    posting is taken back.
    """

    parent_id: UUID
    name: str
    bank: str
    entries: Sequence[tuple[AccountKind, AccountKind, int, bool]]
    order: MoneyOrder | None = None


def book_correction(work: Work, correction: Correction) -> list[UUID]:
    """Book what was decided and return the transfers' ids; booked twice it is booked once.

    Raises CorrectionRefused, so that nothing of the decision stands.
    """
    order = correction.order
    shard = order.shard if order else shards(work)[0]
    number = banks.offices_on(work, on=shanghai_date(work.at)).numbers[correction.bank]
    kinds = {kind for entry in correction.entries for kind in entry[:2]}
    open_accounts(
        work,
        [
            NewAccount(_account(kind, shard, number, order), kind, CNY, flags_of(kind))
            for kind in sorted(kinds)
        ],
    )
    transfers = [
        _transfer(work, correction, entry, n, _Place(shard, number))
        for n, entry in enumerate(correction.entries)
    ]
    codes = post_for_codes(work, transfers)
    bad = [code for code in codes if code is not ResultCode.OK]
    if bad:
        raise CorrectionRefused(result=bad[0].name.lower())
    return [transfer.id for transfer in transfers]


@dataclass(frozen=True, slots=True)
class _Place:
    shard: int
    number: int


def _transfer(
    work: Work,
    correction: Correction,
    entry: tuple[AccountKind, AccountKind, int, bool],
    n: int,
    place: _Place,
) -> Transfer:
    debit, credit, amount_fen, reverses = entry
    id_ = derived_id(correction.parent_id, action=f"{correction.name} {n}")
    group = derived_id(correction.parent_id, action=f"{correction.name} group")
    grouped = group if len(correction.entries) > 1 else None
    on = shanghai_date(work.at)
    if reverses:
        assert correction.order is not None
        target = derived_id(correction.order.order_id, action=Action.POST)
        return reverse(
            id_,
            target_id=target,
            shard=place.shard,
            code=CORRECTION,
            effective_on=on,
            group=grouped,
        )
    return post(
        id_,
        debit=_account(debit, place.shard, place.number, correction.order),
        credit=_account(credit, place.shard, place.number, correction.order),
        amount=amount_fen,
        code=CORRECTION,
        effective_on=on,
        group=grouped,
    )


def _account(kind: AccountKind, shard: int, number: int, order: MoneyOrder | None) -> int:
    if kind not in _OF_CUSTOMERS:
        return system_account(shard=shard, kind=kind, instance=number)
    assert order is not None
    return customer_account(shard=shard, customer_no=order.customer_no, kind=kind)


def refund_of(work: Work, order: MoneyOrder, *, amount_fen: int) -> MoneyOrder | DomainError:
    """Pay back to its card what a bank took without an order; asked twice it is one payout."""
    refund_id = derived_id(order.order_id, action=REFUND)
    request = OrderRequest(
        order.shard,
        refund_id,
        order.customer_no,
        refund_id,
        Direction.PAYOUT,
        REFUND,
        amount_fen,
        order.card_id,
    )
    (result,) = create_orders(work, [request])
    return result
