"""How the simulated manager answers a trading day's orders: magic amounts, registers, gates."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from huoqi.fund.managers.simulated_register import accepted_pro_rata, is_large
from huoqi.fund.managers.simulated_store import Answer, OpenOrder

REJECTED, PARTLY = 13, 17
LEAST_SHARE_PCT = 10


def answers_to(
    orders: Sequence[OpenOrder],
    *,
    held_e2: Mapping[int, int],
    accept_pct: int | None,
    defers: bool,
) -> list[Answer]:
    """Return an answer an order; purchases first, so that a large day is measured net of them.

    ``accept_pct`` is what the manager lets through on a large-redemption day, of the previous
    day's units; None accepts all, whatever the size.
    """
    bought = [_purchase(order) for order in orders if order.side == "purchase"]
    wanted = _wanted([order for order in orders if order.side == "redeem"], held_e2=held_e2)
    asked = [units for _, units in wanted]
    accepted = list(asked)
    if accept_pct is not None and is_large_day(orders, held_e2=held_e2):
        share = max(accept_pct, LEAST_SHARE_PCT)
        accepted = accepted_pro_rata(asked, limit_e2=sum(held_e2.values()) * share // 100)
    redeemed = [
        Answer(
            order,
            ok=want > 0 and (units > 0 or defers),
            units_e2=units,
            fen=units,
            code="0000" if want else "2001",
            deferred_e2=want - units if defers else 0,
        )
        for (order, want), units in zip(wanted, accepted, strict=True)
    ]
    return bought + redeemed


def is_large_day(orders: Sequence[OpenOrder], *, held_e2: Mapping[int, int]) -> bool:
    """Tell whether a trading day's net redemptions are more than a tenth of what is held."""
    wanted = _wanted([order for order in orders if order.side == "redeem"], held_e2=held_e2)
    return is_large(
        redeemed_e2=sum(units for _, units in wanted),
        bought_e2=sum(_purchase(o).units_e2 for o in orders if o.side == "purchase"),
        previous_units_e2=sum(held_e2.values()),
    )


def with_accrued(
    answers: Sequence[Answer], *, held_e2: Mapping[int, int], accrued_fen: Mapping[int, int]
) -> list[Answer]:
    """Return the answers, those that take an account's last units with its accrued income.

    An order that does not ask for the income leaves it until the carry day. A loss always goes
    with the last units: nothing would be left to take it from.
    """
    left = dict(held_e2)
    for answer in answers:
        sign = 1 if answer.order.side == "purchase" else -1
        number = answer.order.customer_no
        left[number] = left.get(number, 0) + sign * answer.units_e2
    owed = dict(accrued_fen)
    paid = []
    for answer in reversed(answers):
        order, income = answer.order, 0
        gives = order.side == "redeem" and answer.units_e2 and not left[order.customer_no]
        if gives and (order.takes_income or owed.get(order.customer_no, 0) < 0):
            income = max(owed.pop(order.customer_no, 0), -answer.units_e2)
        paid.append(replace(answer, income_fen=income))
    return paid[::-1]


def _purchase(order: OpenOrder) -> Answer:
    ending = order.amount_fen % 100
    if ending == REJECTED:
        return Answer(order, ok=False, units_e2=0, fen=0, code="1013")
    fen = order.amount_fen // 2 if ending == PARTLY else order.amount_fen
    return Answer(order, ok=True, units_e2=fen, fen=fen)


def _wanted(
    orders: Sequence[OpenOrder], *, held_e2: Mapping[int, int]
) -> list[tuple[OpenOrder, int]]:
    """Return how much of each redemption the register can give at most, first come first served."""
    left = dict(held_e2)
    wanted = []
    for order in orders:
        units = min(order.units_e2, left.get(order.customer_no, 0))
        left[order.customer_no] = left.get(order.customer_no, 0) - units
        wanted.append((order, units))
    return wanted
