"""Customers' money at the banks: equal to what our books have there, or by how much and why not.

Looked at each time that statements were matched. A difference that in-transit payments and breaks
do not explain stops payouts until it is explained; collections are not touched.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from huoqi.close._store import bank_days as store
from huoqi.close._store.bank_days import SafeguardingCheck
from huoqi.close.reconcile.rules.safeguards import BankMoney, breach_fen
from huoqi.events.operations import EventDraft, emit
from huoqi.kit.dates import shanghai_midnight
from huoqi.kit.db import Work
from huoqi.ledger.queries import balances, shards
from huoqi.ledger.rules.chart import AccountKind, system_account
from huoqi.payments.operations.matching import (
    bank_cursors,
    bank_numbers,
    days_waiting,
    lift_payout_stop,
    orders_unnamed,
    payout_stop,
    stop_payouts,
    value_days,
)
from huoqi.payments.queries import reserve
from huoqi.payments.rules.bank_profiles import Direction
from huoqi.payments.rules.reducer import State

REASON = "safeguarding"


def check_safeguards(work: Work) -> SafeguardingCheck | None:
    """Compare the banks' balances with our books, keep the outcome, and stop or free payouts.

    Nothing before the first statement of a bank is matched.
    """
    cursors = store.cursors(work)
    if not cursors:
        return None
    banks = _money(work, {bank: cursor.matched_on for bank, cursor in cursors.items()})
    book = reserve(work)
    total = BankMoney.sum(banks.values())
    check = SafeguardingCheck(
        on=min(cursor.matched_on for cursor in cursors.values()),
        held_fen=total.held_fen,
        booked_fen=total.booked_fen,
        owed_fen=book.at_banks_fen + book.difference_fen,
        own_fen=book.own_fen,
        in_transit_fen=total.in_transit_fen,
        breaks_fen=total.breaks_fen,
        unexplained_fen=total.unexplained_fen,
        banks={bank: money.figures() for bank, money in banks.items()},
        checked_at=work.at,
    )
    store.save_check(work, check)
    _gate(work, breach_fen(banks.values()))
    return check


def _money(work: Work, matched_on: Mapping[str, date]) -> dict[str, BankMoney]:
    told, booked = bank_cursors(work), _booked(work, matched_on)
    transit, breaks = _in_transit(work, matched_on), store.explained(work)
    waits = {day[0] for day in days_waiting(work)}
    return {
        bank: BankMoney(
            held_fen=told[bank].closing_fen or 0,
            booked_fen=booked[bank],
            in_transit_fen=transit.get(bank, 0),
            breaks_fen=breaks.get(bank, 0),
            is_waiting=bank in waits,
        )
        for bank in matched_on
        if bank in told
    }


def _booked(work: Work, matched_on: Mapping[str, date]) -> dict[str, int]:
    """Return what our books have at each bank, over all shards."""
    numbers, stripes = bank_numbers(work), shards(work)
    accounts = {
        system_account(shard=shard, kind=AccountKind.BANK_CLEARING, instance=numbers[bank]): bank
        for bank in matched_on
        for shard in stripes
    }
    found = dict.fromkeys(matched_on, 0)
    for account, counters in balances(work, sorted(accounts)).items():
        found[accounts[account]] += counters.debits_posted - counters.credits_posted
    return found


def _in_transit(work: Work, matched_on: Mapping[str, date]) -> dict[str, int]:
    """Return by bank what succeeded and stands in no statement that is matched."""
    until = work.at + timedelta(days=1)  # what was sent at this very instant too
    periods = [(bank, shanghai_midnight(on), until) for bank, on in matched_on.items()]
    sent = [order for order in orders_unnamed(work, periods) if order.state is State.SUCCEEDED]
    days = value_days(work, sent)
    found = store.waiting(work)
    for order in sent:
        if days[order.order_id][0] <= matched_on[order.bank] or order.returned:
            continue
        fen = order.amount_fen if order.direction is Direction.COLLECT else -order.amount_fen
        found[order.bank] = found.get(order.bank, 0) + fen
    return found


def _gate(work: Work, unexplained_fen: int) -> None:
    """Stop payouts by a breach, and free them once it is explained; tell both."""
    stopped = payout_stop(work)
    if unexplained_fen:
        stop_payouts(work, reason=REASON, unexplained_fen=unexplained_fen)
    elif stopped is not None:
        lift_payout_stop(work)
    if bool(unexplained_fen) is (stopped is None):
        verb = "stopped" if unexplained_fen else "freed"
        data = {"reason": REASON, "unexplained_fen": str(unexplained_fen)}
        emit(work, EventDraft(f"close.payouts.{verb}", REASON, data=data))
