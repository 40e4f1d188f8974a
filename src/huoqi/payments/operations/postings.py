"""What money orders mean in the ledger: holds, postings, releases and returns.

A collection holds and posts bank clearing -> customer cash, a payout customer cash -> bank
clearing. The id of each transfer is derived from the order and the action, so that an action
which is repeated is a replay and not a second movement.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import IntEnum

from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.kit.ids import derived_id
from huoqi.ledger.operations import NewAccount, open_accounts, post_for_codes, post_later
from huoqi.ledger.rules.chart import (
    CNY,
    AccountKind,
    customer_account,
    customer_cash_account,
    flags_of,
    system_account,
)
from huoqi.ledger.rules.transfers import (
    ResultCode,
    Transfer,
    hold,
    post,
    post_pending,
    void,
)
from huoqi.payments._store import banks
from huoqi.payments.orders import MoneyOrder
from huoqi.payments.rules.bank_profiles import Direction, Offices
from huoqi.payments.rules.reducer import Action


class PaymentCode(IntEnum):
    """Business codes of the transfers that payments makes."""

    COLLECTION = 210
    PAYOUT = 220
    RETURN = 230
    PAYOUT_FEE = 240


_MOVES = frozenset({Action.POST, Action.RELEASE, Action.POST_RETURN})
_CODES = {Direction.COLLECT: PaymentCode.COLLECTION, Direction.PAYOUT: PaymentCode.PAYOUT}


def hold_orders(
    work: Work, reserved: Sequence[MoneyOrder], *, offices: Offices
) -> list[ResultCode]:
    """Set the amounts of new orders aside and return the ledger's answer to each."""
    if not reserved:
        return []
    on = shanghai_date(work.at)
    transfers = []
    for order in reserved:
        debit, credit = _accounts(order, offices.numbers)
        transfers.append(
            hold(
                derived_id(order.order_id, action=Action.HOLD),
                debit=debit,
                credit=credit,
                amount=order.amount_fen,
                code=_CODES[order.direction],
                effective_on=on,
            )
        )
    return post_for_codes(work, transfers)


def perform(work: Work, due: Sequence[tuple[MoneyOrder, Action]], *, offices: Offices) -> None:
    """Post, release and return what the reducer ordered; the order is as it stood before.

    It is posted with the end of the unit of work: until then it locks no shard's book.
    """
    returned = [
        order for order, action in due if action is Action.POST_RETURN and not order.returned
    ]
    _open_receivables(work, returned)
    on = shanghai_date(work.at)
    transfers = [
        transfer
        for order, action in due
        if action in _MOVES
        for transfer in _transfers(order, action=action, numbers=offices.numbers, on=on)
    ]
    post_later(work, [*transfers, *_fees(work, due, offices=offices, on=on)])


def _fees(
    work: Work, due: Sequence[tuple[MoneyOrder, Action]], *, offices: Offices, on: date
) -> list[Transfer]:
    """Return what the banks charge for payouts: our own cost, from our own cash.

    Money of customers pays no fees, so no account of theirs or of their bank is touched.
    """
    charged = []
    for order, action in due:
        if action is Action.POST and order.direction is Direction.PAYOUT:
            profile = offices.profile(order.bank, order.direction, order.channel)
            if profile is not None and profile.fee_fen:
                charged.append((order, profile.fee_fen))
    if not charged:
        return []
    open_own_accounts(work, shards=sorted({order.shard for order, _ in charged}))
    return [
        post(
            derived_id(order.order_id, action="fee"),
            debit=system_account(shard=order.shard, kind=AccountKind.EXPENSE),
            credit=system_account(shard=order.shard, kind=AccountKind.PLATFORM_CASH),
            amount=fee_fen,
            code=PaymentCode.PAYOUT_FEE,
            effective_on=on,
        )
        for order, fee_fen in charged
    ]


def open_own_accounts(work: Work, *, shards: Sequence[int]) -> None:
    """Open our own cash and our expenses on shards; accounts that exist stay."""
    open_accounts(
        work,
        [
            _new_account(system_account(shard=shard, kind=kind), kind=kind)
            for shard in shards
            for kind in (AccountKind.PLATFORM_CASH, AccountKind.EXPENSE)
        ],
    )


def open_clearing_accounts(work: Work, *, shards: Sequence[int]) -> None:
    """Open the clearing account of every bank on every shard; those that exist stay."""
    numbers = sorted(row[1] for row in banks.banks(work))
    open_accounts(
        work,
        [
            _new_account(_clearing(shard, number), kind=AccountKind.BANK_CLEARING)
            for shard in shards
            for number in numbers
        ],
    )


def _transfers(
    order: MoneyOrder, *, action: Action, numbers: Mapping[str, int], on: date
) -> list[Transfer]:
    code = _CODES[order.direction]
    own_id = derived_id(order.order_id, action=action)
    if action is Action.POST_RETURN:
        if order.returned:
            return []
        debit, credit = _return_accounts(order, numbers)
        amount_fen = order.amount_fen
        return [
            post(
                own_id,
                debit=debit,
                credit=credit,
                amount=amount_fen,
                code=PaymentCode.RETURN,
                effective_on=on,
            )
        ]
    hold_id = derived_id(order.order_id, action=Action.HOLD)
    end = post_pending if action is Action.POST else void
    return [end(own_id, hold_id=hold_id, shard=order.shard, code=code, effective_on=on)]


def _accounts(order: MoneyOrder, numbers: Mapping[str, int]) -> tuple[int, int]:
    clearing = _clearing(order.shard, numbers[order.bank])
    cash = customer_cash_account(shard=order.shard, customer_no=order.customer_no)
    return (clearing, cash) if order.direction is Direction.COLLECT else (cash, clearing)


def _return_accounts(order: MoneyOrder, numbers: Mapping[str, int]) -> tuple[int, int]:
    """Return debit and credit of a return: a payout refills the cash, a collection is owed."""
    clearing = _clearing(order.shard, numbers[order.bank])
    if order.direction is Direction.PAYOUT:
        cash = customer_cash_account(shard=order.shard, customer_no=order.customer_no)
        return clearing, cash
    return _receivable(order), clearing


def _receivable(order: MoneyOrder) -> int:
    return customer_account(
        shard=order.shard, customer_no=order.customer_no, kind=AccountKind.RECEIVABLE
    )


def _clearing(shard: int, number: int) -> int:
    return system_account(shard=shard, kind=AccountKind.BANK_CLEARING, instance=number)


def _open_receivables(work: Work, returned: Sequence[MoneyOrder]) -> None:
    owed = [order for order in returned if order.direction is Direction.COLLECT]
    if owed:
        open_accounts(
            work, [_new_account(_receivable(o), kind=AccountKind.RECEIVABLE) for o in owed]
        )


def _new_account(number: int, *, kind: AccountKind) -> NewAccount:
    return NewAccount(number, kind, CNY, flags_of(kind))
