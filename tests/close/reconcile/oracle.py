"""Three-way matching as one would write it down: dictionaries, one reference after the other."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from huoqi.close.reconcile import kernels
from huoqi.close.reconcile.columns import Side, halves, meta_of, side
from huoqi.close.reconcile.rules.classes import (
    BankSide,
    Finding,
    FundSide,
    OrderSide,
    classify,
)


@dataclass(frozen=True)
class Order:
    ref: str
    side: OrderSide
    is_payout: bool = False


@dataclass(frozen=True)
class Entry:
    ref: str
    amount_fen: int
    on: date
    is_payout: bool = False
    is_reversal: bool = False


@dataclass(frozen=True)
class Answer:
    ref: str
    amount_fen: int
    on: date
    is_confirmed: bool = True


def findings(
    orders: Sequence[Order], entries: Sequence[Entry], answers: Sequence[Answer]
) -> dict[str, Finding]:
    """Return what is to be told, by reference."""
    booked: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        booked[entry.ref].append(entry)
    answered: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        answered[answer.ref].append(answer)
    known = {order.ref: order for order in orders}
    told = {}
    for ref in dict.fromkeys([*known, *booked, *answered]):
        order = known.get(ref)
        found = classify(
            order.side if order else None,
            bank=_bank(booked[ref], is_payout=order.is_payout if order else False),
            fund=_fund(answered[ref]),
        )
        if found is not None:
            told[ref] = found
    return told


def _bank(entries: list[Entry], *, is_payout: bool) -> BankSide | None:
    if not entries:
        return None
    moved = [e.amount_fen * (1 if e.is_payout == is_payout else -1) for e in entries]
    pairs = list(zip(entries, moved, strict=True))
    return BankSide(
        sum(not e.is_reversal for e in entries),
        sum(fen for e, fen in pairs if not e.is_reversal),
        sum(e.is_reversal for e in entries),
        sum(fen for e, fen in pairs if e.is_reversal),
        max(e.on for e in entries),
    )


def _fund(answers: list[Answer]) -> FundSide | None:
    if not answers:
        return None
    return FundSide(sum(a.amount_fen for a in answers), all(a.is_confirmed for a in answers))


def sides(
    orders: Sequence[Order], entries: Sequence[Entry], answers: Sequence[Answer]
) -> tuple[Side, Side, Side]:
    """Return the same three sides in columns."""
    return (
        side([(halves(o.ref), o.side.amount_fen, _order_meta(o)) for o in orders]),
        side([(halves(e.ref), e.amount_fen, _entry_meta(e)) for e in entries]),
        side([
            (halves(a.ref), a.amount_fen, meta_of(a.on, flags=kernels.CONFIRMED * a.is_confirmed))
            for a in answers
        ]),
    )


def _order_meta(order: Order) -> int:
    flags = (
        kernels.PAYOUT * order.is_payout
        + kernels.DEAD * order.side.is_dead
        + kernels.DUE * order.side.is_due
        + kernels.WANTS_FUND * order.side.wants_fund
        + kernels.MAY_SPLIT * order.side.may_split
    )
    return meta_of(order.side.value_on, flags=flags)


def _entry_meta(entry: Entry) -> int:
    flags = kernels.PAYOUT * entry.is_payout + kernels.REVERSAL * entry.is_reversal
    return meta_of(entry.on, flags=flags)
