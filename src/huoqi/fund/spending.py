"""Spending a fund or cash in one order: at a merchant at once, to a person through the transit.

From a fund, units leave as in a fast redemption, within its limits and its advance line, and the
cash goes on in the same transaction; if it cannot, nothing has happened.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from huoqi.fund._store import spending as store
from huoqi.fund.orders import FundOrder, RedemptionRequest, Speed
from huoqi.fund.redemptions import redeem
from huoqi.fund.rules.spending_limits import DaySpent, SpendingLimits, check_spending
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.ledger.queries import frozen_accounts
from huoqi.ledger.rules.chart import customer_cash_account
from huoqi.payments.operations.orders import HoldRefused
from huoqi.policy.queries import rule_on


class Wish(Protocol):
    """A wish to spend, whatever on."""

    @property
    def shard(self) -> int:
        """The spender's shard."""
        ...

    @property
    def customer_no(self) -> int:
        """The spender."""
        ...

    @property
    def amount_fen(self) -> int:
        """How much."""
        ...

    @property
    def fund(self) -> str | None:
        """The fund that it comes from; None is cash."""
        ...

    @property
    def order_id(self) -> UUID | None:
        """The redemption that brings the cash."""
        ...


Spend = TypeVar("Spend", bound=Wish)
#: Takes cash that is there on to where it goes; None where it has gone, else why not.
GoOn = Callable[[Work, Sequence[Spend]], Sequence[DomainError | None]]


@dataclass(frozen=True, slots=True)
class Kind(Generic[Spend]):
    """What is spent on: the rule with its limits, and how cash goes on."""

    name: str
    rule: str
    go_on: GoOn[Spend]


def spend(work: Work, wishes: Sequence[Spend], *, kind: Kind[Spend]) -> list[DomainError | None]:
    """Spend, one after the other; None for each wish that was carried out, else why not.

    Errors: SpendingAmount, SpendingLimit, those of a fast redemption, BalanceTooLow.
    """
    refusals = _within_limits(work, wishes, kind=kind)
    fresh = [wish for wish, refusal in zip(wishes, refusals, strict=True) if refusal is None]
    done = dict(zip(map(id, fresh), _carried_out(work, fresh, kind=kind), strict=True))
    answers = [refusal or done[id(wish)] for wish, refusal in zip(wishes, refusals, strict=True)]
    _count(work, [w for w, answer in zip(wishes, answers, strict=True) if answer is None], kind)
    return answers


def limits_of(work: Work, *, rule: str) -> SpendingLimits | None:
    """Return the limits in force today; None before there were any, so that nothing is spent."""
    row = rule_on(work, rule=rule, on=shanghai_date(work.at))
    if row is None:
        return None
    figures = [row.value.get(name) for name in ("single_max_fen", "day_max_fen", "day_count")]
    single, day, count = [each if isinstance(each, int) else None for each in figures]
    return SpendingLimits(row.rule, row.effective_from, single, day, count)


def _within_limits(
    work: Work, wishes: Sequence[Spend], *, kind: Kind[Spend]
) -> list[DomainError | None]:
    """Return why wishes are beyond the limits; the days of all spenders are held from here on."""
    limits = limits_of(work, rule=kind.rule)
    assert limits is not None, "a dated row for all time"
    nothing = {(wish.shard, wish.customer_no): DaySpent() for wish in wishes}
    on = shanghai_date(work.at)
    spent = store.take_use(work, nothing, on=on, kind=kind.name) if nothing else {}
    answers: list[DomainError | None] = []
    for wish in wishes:
        key = (wish.shard, wish.customer_no)
        try:
            check_spending(wish.amount_fen, spent=spent[key], limits=limits)
        except DomainError as refusal:
            answers.append(refusal)
        else:
            spent[key] = spent[key].plus(wish.amount_fen)
            answers.append(None)
    return answers


def _count(work: Work, done: Sequence[Spend], kind: Kind[Spend]) -> None:
    used: dict[tuple[int, int], DaySpent] = {}
    for wish in done:
        key = (wish.shard, wish.customer_no)
        used[key] = used.get(key, DaySpent()).plus(wish.amount_fen)
    if used:
        store.take_use(work, used, on=shanghai_date(work.at), kind=kind.name)


def _carried_out(
    work: Work, wishes: Sequence[Spend], *, kind: Kind[Spend]
) -> list[DomainError | None]:
    """Redeem what comes from funds and take it on; then what comes from cash."""
    from_funds = {wish.order_id: wish for wish in wishes if wish.order_id is not None}
    from_cash = [wish for wish in wishes if wish.order_id is None]

    def deliver(inner: Work, fast: Sequence[FundOrder]) -> list[UUID | DomainError | None]:
        return list(kind.go_on(inner, [from_funds[order.order_id] for order in fast]))

    frozen = _frozen(work, list(from_funds.values()))
    gone: dict[int, DomainError | None] = {
        id(wish): HoldRefused(result="ACCOUNT_FROZEN")
        for wish in from_funds.values()
        if _cash_account(wish) in frozen
    }
    free = [wish for wish in from_funds.values() if id(wish) not in gone]
    redeemed = redeem(work, [_redemption(w) for w in free], deliver=deliver) if free else []
    for wish, result in zip(free, redeemed, strict=True):
        gone[id(wish)] = result if isinstance(result, DomainError) else None
    if from_cash:
        gone.update(zip(map(id, from_cash), kind.go_on(work, from_cash), strict=True))
    return [gone[id(wish)] for wish in wishes]


def _frozen(work: Work, wishes: Sequence[Wish]) -> set[int]:
    """Return the cash accounts that nothing may leave: what was advanced could not go on."""
    numbers = sorted({_cash_account(wish) for wish in wishes})
    return frozen_accounts(work, numbers) if numbers else set()


def _cash_account(wish: Wish) -> int:
    return customer_cash_account(shard=wish.shard, customer_no=wish.customer_no)


def _redemption(wish: Wish) -> RedemptionRequest:
    assert wish.fund is not None
    assert wish.order_id is not None
    return RedemptionRequest(
        order_id=wish.order_id,
        customer_no=wish.customer_no,
        shard=wish.shard,
        fund=wish.fund,
        units_e2=wish.amount_fen,
        speed=Speed.FAST,
        to_cash=True,
    )
