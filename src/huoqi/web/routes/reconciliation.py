"""Banks' days: what matched, what is open, and whether customers' money is where it should be."""

from datetime import date

from fastapi import APIRouter
from pydantic import Field

from huoqi.close.bank_status import BankDayStatus, Reconciliation, reconciliation_on
from huoqi.kit.db import Work
from huoqi.web.doors import AnyRole
from huoqi.web.framework import StrictRoute
from huoqi.web.wire import Answer, Day, Money, Shape, money, shown_at

router = APIRouter(prefix="/v1", tags=["Close"], route_class=StrictRoute)


class BankDayView(Shape):
    """A bank's day: its statement, what matched of it, what waits or is open."""

    bank: str
    statement: str = Field(
        description="complete, late, incomplete or refused; empty while it is not due."
    )
    reason: str
    arrived_at: str | None
    order_count: int
    entry_count: int
    matched_count: int
    tail_count: int = Field(description="Equal, but booked by the bank on the next day.")
    group_count: int = Field(description="Lines that stand for many orders by a dated rule.")
    waiting_count: int = Field(description="Orders whose line may still come.")
    break_count: int
    is_closed: bool


class BankMoneyView(Shape):
    """A bank's balance beside our books; the figures of all banks have an empty name."""

    bank: str
    held: Money = Field(description="What the bank states.")
    booked: Money = Field(description="What our books have there.")
    in_transit: Money = Field(description="Paid, and in no statement that is matched yet.")
    explained_by_breaks: Money
    unexplained: Money
    waits: bool = Field(description="A statement is late or not whole, so it is not judged.")


class SafeguardingView(Shape):
    """The last look at customers' money up to the day."""

    on: date
    checked_at: str
    owed: Money = Field(description="What customers and the fund are owed by our books.")
    own: Money = Field(description="Money of our own, which must balance by itself.")
    banks: list[BankMoneyView]
    is_breach: bool


class PayoutStopView(Shape):
    """Why payouts do not leave."""

    reason: str
    unexplained: Money
    stopped_at: str


class ReconciliationAnswer(Answer):
    """All banks' days of a date, customers' money, and a stop of payouts if there is one."""

    on: date
    banks: list[BankDayView]
    is_closed: bool
    safeguarding: SafeguardingView | None
    payout_stop: PayoutStopView | None


@router.get("/reconciliation/{on}", operation_id="reconciliation_get")
def reconciliation_get(door: AnyRole, on: Day) -> ReconciliationAnswer:
    """Show how the banks' days of a date stand, and whether customers' money is at the banks."""
    return door.ask(lambda work, _: _answer(work, on=on))


def _answer(work: Work, *, on: date) -> ReconciliationAnswer:
    found = reconciliation_on(work, on=on)
    stop = found.stop
    return ReconciliationAnswer(
        on=found.on,
        banks=[_bank(bank) for bank in found.banks],
        is_closed=found.is_closed,
        safeguarding=_safeguarding(found),
        payout_stop=PayoutStopView(
            reason=stop.reason,
            unexplained=money(stop.unexplained_fen),
            stopped_at=shown_at(stop.stopped_at),
        )
        if stop
        else None,
        business_time=shown_at(work.at),
    )


def _bank(bank: BankDayStatus) -> BankDayView:
    day = bank.matched
    return BankDayView(
        bank=bank.bank,
        statement=bank.statement,
        reason=bank.reason,
        arrived_at=shown_at(bank.arrived_at) if bank.arrived_at else None,
        order_count=day.order_count if day else 0,
        entry_count=day.entry_count if day else 0,
        matched_count=day.matched_count if day else 0,
        tail_count=day.tail_count if day else 0,
        group_count=day.group_count if day else 0,
        waiting_count=day.waiting_count if day else 0,
        break_count=day.break_count if day else 0,
        is_closed=bank.is_closed,
    )


def _safeguarding(found: Reconciliation) -> SafeguardingView | None:
    check = found.check
    if check is None:
        return None
    total = {
        "held": check.held_fen,
        "booked": check.booked_fen,
        "in_transit": check.in_transit_fen,
        "breaks": check.breaks_fen,
        "unexplained": check.unexplained_fen,
    }
    return SafeguardingView(
        on=check.on,
        checked_at=shown_at(check.checked_at),
        owed=money(check.owed_fen),
        own=money(check.own_fen),
        banks=[
            BankMoneyView(
                bank=bank,
                held=money(figures["held"]),
                booked=money(figures["booked"]),
                in_transit=money(figures["in_transit"]),
                explained_by_breaks=money(figures["breaks"]),
                unexplained=money(figures["unexplained"]),
                waits=bool(figures.get("waits")),
            )
            for bank, figures in [("", total), *check.banks.items()]
        ],
        is_breach=check.is_breach,
    )
