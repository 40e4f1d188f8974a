"""Closing accounts: begun when nothing is in flight, ended when nothing is left."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from huoqi.customers._store import people
from huoqi.customers.desk import Desk
from huoqi.customers.operations.device_accounts import unlink_all_accounts
from huoqi.customers.operations.freezing import CustomerUnknown
from huoqi.customers.operations.opening import directory_keys
from huoqi.customers.operations.passkeys import remove_all_passkeys
from huoqi.customers.operations.sessions import end_all_sessions
from huoqi.customers.people import Customer
from huoqi.customers.rules.access import CustomerClosed
from huoqi.customers.rules.leaving import Leftover, refusal_to_begin, state_after
from huoqi.events.operations import EventDraft, emit_all
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.kit.shards import shard_of
from huoqi.ledger.operations import Account, close_accounts
from huoqi.ledger.rules.chart import customer_cash_account


class NotClosing(DomainError):
    """The account is not being closed."""

    code: ClassVar[str] = "customer.not_closing"


@dataclass(frozen=True, slots=True)
class ClosingRequest:
    """Who leaves, and what is left here as the layer above knows it."""

    customer_no: int
    left: Leftover


def begin_closing(
    work: Work, desk: Desk, requests: Sequence[ClosingRequest]
) -> list[Customer | DomainError]:
    """Begin to close accounts; one with nothing left is closed at once.

    One result a request, in order. Errors: CustomerUnknown, CustomerClosed, OrdersOpen. The caller
    redeems what is left, pays out what comes later, and calls ``finish_closing`` each time.
    """
    return _moved(work, desk, requests, expected="active")


def finish_closing(
    work: Work, desk: Desk, requests: Sequence[ClosingRequest]
) -> list[Customer | DomainError]:
    """Close those accounts with nothing left; the others stay as they are.

    One result a request, in order. Errors: CustomerUnknown, CustomerClosed, NotClosing.
    """
    return _moved(work, desk, requests, expected="closing")


def stop_closing(work: Work, desk: Desk, *, customer_no: int) -> DomainError | None:
    """Keep an account that was being closed; return the refusal, None when it is kept.

    Errors: CustomerUnknown, CustomerClosed, NotClosing.
    """
    customer = _locked(work, desk, [customer_no]).get(customer_no)
    if customer is None:
        return CustomerUnknown()
    if customer.state != "closing":
        return CustomerClosed() if customer.state == "closed" else NotClosing()
    _set_state(work, [customer], "active")
    _tell(work, "kept", [customer])
    return None


def _moved(
    work: Work, desk: Desk, requests: Sequence[ClosingRequest], *, expected: str
) -> list[Customer | DomainError]:
    found = _locked(work, desk, [request.customer_no for request in requests])
    decided = [_decided(request, found.get(request.customer_no), expected) for request in requests]
    for state in ("closing", "closed"):
        moving = [
            found[request.customer_no]
            for request, outcome in zip(requests, decided, strict=True)
            if outcome == state and found[request.customer_no].state != state
        ]
        _set_state(work, moving, state)
        _tell(work, state, moving)
        if state == "closed":
            _leave(work, desk, moving)
    after = _read(work, desk, [request.customer_no for request in requests])
    return [
        outcome if isinstance(outcome, DomainError) else after[request.customer_no]
        for request, outcome in zip(requests, decided, strict=True)
    ]


def _decided(
    request: ClosingRequest, customer: Customer | None, expected: str
) -> str | DomainError:
    if customer is None:
        return CustomerUnknown()
    if customer.state == "closed":
        return CustomerClosed()
    if expected == "closing" and customer.state != "closing":
        return NotClosing()
    if expected == "active":
        refusal = refusal_to_begin(request.left)
        if refusal is not None:
            return refusal
    return state_after(request.left)


def _leave(work: Work, desk: Desk, leavers: Sequence[Customer]) -> None:
    """End sessions, free ID and phone for a new account, close the cash accounts."""
    if not leavers:
        return
    shards = sorted({leaver.shard for leaver in leavers})
    numbers = [leaver.customer_no for leaver in leavers]
    end_all_sessions(work, shards=shards, customers=numbers)
    remove_all_passkeys(work, shards=shards, customers=numbers)
    unlink_all_accounts(work, desk, shards=shards, customers=numbers)
    rows = people.private(work, shards=shards, customers=numbers)
    keys = [(people.ID_KIND, bytes(row[4]), row[0]) for row in rows]
    keys += [(people.PHONE_KIND, bytes(row[5]), row[0]) for row in rows]
    people.release(work, directory_keys(desk, keys))
    accounts = [
        customer_cash_account(shard=leaver.shard, customer_no=leaver.customer_no)
        for leaver in leavers
    ]
    closed = close_accounts(work, accounts)
    assert all(isinstance(account, Account) for account in closed), "the ledger still holds cash"


def _locked(work: Work, desk: Desk, customer_nos: Sequence[int]) -> dict[int, Customer]:
    shards = [shard_of(number, shards=desk.shards) for number in customer_nos]
    rows = people.locked(work, shards=shards, customers=customer_nos)
    return {row[1]: Customer(*row) for row in rows}


def _read(work: Work, desk: Desk, customer_nos: Sequence[int]) -> dict[int, Customer]:
    shards = [shard_of(number, shards=desk.shards) for number in customer_nos]
    rows = people.some(work, shards=shards, customers=customer_nos)
    return {row[1]: Customer(*row) for row in rows}


def _set_state(work: Work, customers: Sequence[Customer], state: str) -> None:
    if customers:
        people.set_state(
            work,
            {
                "shards": sorted({customer.shard for customer in customers}),
                "customers": [customer.customer_no for customer in customers],
                "state": state,
            },
        )


def _tell(work: Work, verb: str, customers: Sequence[Customer]) -> None:
    kind = f"customer.account.{verb}"
    emit_all(work, [EventDraft(kind, each.customer_id, each.customer_no) for each in customers])
