"""Changes of a fund's advance line and of the trading calendar by two people."""

from datetime import date
from typing import ClassVar

from huoqi.approvals.operations import Proposal, propose
from huoqi.approvals.queries import Approval, Value
from huoqi.fund.closures import checked_closures, orders_touched
from huoqi.fund.horizon import calendar_version, extend_calendar, horizon_of
from huoqi.fund.operations import close_market_days
from huoqi.fund.products import EXCHANGE
from huoqi.fund.queries import advance_line_of, trading_calendar
from huoqi.fund.rules.trading_days import CalendarNotice, ClosureNotice, extended
from huoqi.fund.shelf import set_advance_line
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError

ADVANCE_LINE, CALENDAR = "fund.advance_line", "calendar.extension"
CLOSURE = "calendar.closure"
_SEPARATOR = " "


class LineUnchanged(DomainError):
    """The line has this limit already: there is nothing for a second person to approve."""

    code: ClassVar[str] = "fund.advance_line_unchanged"


def propose_line(
    work: Work, *, fund: str, limit_fen: int | None, source: str, maker: str
) -> Approval | DomainError:
    """Put what the provider advances at most before a second person; None is any sum.

    Errors: LineUnchanged.
    """
    line = advance_line_of(work, fund=fund)
    if line.limit_fen == limit_fen:
        return LineUnchanged(fund=fund)
    proposal = Proposal(
        kind=ADVANCE_LINE,
        object_id=fund,
        object_version=line_version(work, fund),
        maker=maker,
        before={"limit_fen": line.limit_fen},
        after={"limit_fen": limit_fen},
        amount_fen=limit_fen,
        evidence=source,
    )
    return propose(work, [proposal])[0]


def line_version(work: Work, fund: str) -> str:
    """Return a text that changes with every change of the line's limit, not with its use."""
    return str(advance_line_of(work, fund=fund).limit_fen)


def move_line(work: Work, approval: Approval) -> None:
    """Set the line as approved; raise AdvanceLineInUse below what is lent at this moment."""
    limit = approval.after["limit_fen"]
    limit_fen = None if limit is None else int(limit)
    set_advance_line(work, fund=approval.object_id, limit_fen=limit_fen)


def propose_calendar(work: Work, notice: CalendarNotice, *, maker: str) -> Approval | DomainError:
    """Put the days of an exchange's notice before a second person; raise what refuses them."""
    extended(trading_calendar(work), notice=notice)
    known = horizon_of(work)
    after: dict[str, Value] = {
        "last_loaded_on": notice.last_on.isoformat(),
        "closed_on": _SEPARATOR.join(on.isoformat() for on in sorted(set(notice.closed_on))),
        "source": notice.source,
        "version": notice.version,
    }
    before: dict[str, Value] = {
        "last_loaded_on": known.last_loaded_on.isoformat(),
        "source": known.source,
        "version": known.version,
    }
    proposal = Proposal(
        kind=CALENDAR,
        object_id=EXCHANGE,
        object_version=calendar_version(work),
        maker=maker,
        before=before,
        after=after,
        evidence=notice.source,
    )
    return propose(work, [proposal])[0]


def propose_closures(work: Work, notice: ClosureNotice, *, maker: str) -> Approval | DomainError:
    """Put market days that were called off before a second person; raise what refuses them.

    The proposal tells how many open orders would get other dates.
    """
    checked_closures(work, notice)
    touched = orders_touched(work, notice)
    known = horizon_of(work)
    after: dict[str, Value] = {
        "closed_on": _SEPARATOR.join(on.isoformat() for on in sorted(set(notice.closed_on))),
        "orders_moved": len(touched),
        "source": notice.source,
        "version": notice.version,
    }
    proposal = Proposal(
        kind=CLOSURE,
        object_id=EXCHANGE,
        object_version=calendar_version(work),
        maker=maker,
        before={"source": known.source, "version": known.version},
        after=after,
        customer_count=len({order.customer_no for order in touched}),
        evidence=notice.source,
    )
    return propose(work, [proposal])[0]


def call_days_off(work: Work, approval: Approval) -> None:
    """Call the approved days off and move the dates of open orders."""
    after = {name: str(value) for name, value in approval.after.items()}
    closed_on = tuple(map(date.fromisoformat, after["closed_on"].split()))
    close_market_days(work, ClosureNotice(closed_on, after["source"], after["version"]))


def calendar_version_of(work: Work, _: str) -> str:
    """Return a text that changes with every change of the calendar."""
    return calendar_version(work)


def lengthen_calendar(work: Work, approval: Approval) -> None:
    """Add the approved days after the last loaded one."""
    after = {name: str(value) for name, value in approval.after.items()}
    closed_on = tuple(map(date.fromisoformat, after["closed_on"].split()))
    last_on = date.fromisoformat(after["last_loaded_on"])
    extend_calendar(work, CalendarNotice(last_on, closed_on, after["source"], after["version"]))
