"""What the market tells: the exchange's calendar and its end, and other funds' yields."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field, StringConstraints

from huoqi.customers.operations import KeyHolder
from huoqi.fund.horizon import Horizon, horizon_of
from huoqi.fund.operations import import_rivals
from huoqi.fund.queries import trading_calendar
from huoqi.fund.rivals import COLUMNS, parse_rivals
from huoqi.fund.rules.trading_days import CalendarNotice, ClosureNotice, TradingCalendar
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.web.changes.figures import propose_calendar, propose_closures
from huoqi.web.doors import Operator, Public
from huoqi.web.framework import StrictRoute
from huoqi.web.routes.approvals import ApprovalAnswer, approval_answer
from huoqi.web.wire import Answer, Day, Masked, Shape, shown_at

router = APIRouter(prefix="/v1", tags=["Funds"], route_class=StrictRoute)

_SHOWN_AHEAD = timedelta(days=400)
_DAY = timedelta(days=1)


class CalendarAnswer(Answer):
    """How far the trading calendar reaches; nothing is promised beyond its last day."""

    exchange: str = Field(examples=["XSHG"])
    first_loaded_on: date
    last_loaded_on: date
    alarm_on: date = Field(description="From then on operators are asked to extend the calendar.")
    days_left: int
    needs_extension: bool = Field(description="True from the alarm's date on.")
    closed_on: list[date] = Field(description="Holidays on weekdays, for 400 days from today.")
    source: str
    version: str


class NoticeBody(Shape):
    """What the exchange announced; it adds days after the last loaded one and changes none."""

    last_loaded_on: Annotated[Day, Field(examples=["2027-12-31"])]
    closed_on: Annotated[
        list[Day],
        Field(
            max_length=300,
            description="Dates without a session; weekends are shut in any case.",
            examples=[["2027-01-01", "2027-10-01"]],
        ),
    ]
    source: Annotated[
        str,
        StringConstraints(min_length=1, max_length=200),
        Masked,
        Field(examples=["notice of SSE"]),
    ]
    version: Annotated[
        str, StringConstraints(min_length=1, max_length=40), Masked, Field(examples=["2027-1"])
    ]


class ClosuresBody(Shape):
    """Loaded trading days that the exchange called off: a storm, a day of mourning."""

    closed_on: Annotated[
        list[Day],
        Field(min_length=1, max_length=30, examples=[["2015-09-03"]]),
    ]
    source: Annotated[
        str,
        StringConstraints(min_length=1, max_length=200),
        Masked,
        Field(examples=["notice of SSE"]),
    ]
    version: Annotated[
        str, StringConstraints(min_length=1, max_length=40), Masked, Field(examples=["2015-2"])
    ]


class RivalsBody(Shape):
    """Other funds' yields as CSV text, each line with its date and source."""

    csv: Annotated[
        str,
        StringConstraints(min_length=1, max_length=60_000),
        Field(
            description=f"A heading with {', '.join(COLUMNS)}, then one quote a line.",
            examples=[
                ",".join(COLUMNS) + "\nAnother Fund,2015-05-11,4.260,1.1405,Gazette,2015-05-12\n"
            ],
        ),
    ]


class ImportAnswer(Answer):
    """How many quotes were taken in; one that was there already is corrected."""

    imported: int


@router.get("/calendar", operation_id="calendar_get")
def calendar_get(door: Public) -> CalendarAnswer:
    """Show how far the trading calendar reaches, when it has to be extended, and its holidays."""

    def found(work: Work) -> CalendarAnswer:
        holidays = _holidays(trading_calendar(work), since=shanghai_date(work.at))
        return _calendar(work, horizon_of(work), holidays=holidays)

    return door.ask(found)


@router.post("/calendar", operation_id="calendar_propose", status_code=202)
def calendar_propose(door: Operator, body: NoticeBody) -> ApprovalAnswer:
    """Propose the days of a later notice; once a second person approves, orders may use them."""
    notice = CalendarNotice(body.last_loaded_on, tuple(body.closed_on), body.source, body.version)

    def proposed(work: Work, holder: KeyHolder) -> ApprovalAnswer | DomainError:
        return approval_answer(work, propose_calendar(work, notice, maker=holder.actor))

    return door.act(proposed)


@router.post("/calendar/closures", operation_id="calendar_propose_closures", status_code=202)
def calendar_propose_closures(door: Operator, body: ClosuresBody) -> ApprovalAnswer:
    """Propose to call trading days off; an approval moves the dates of open orders."""
    notice = ClosureNotice(tuple(sorted(set(body.closed_on))), body.source, body.version)

    def proposed(work: Work, holder: KeyHolder) -> ApprovalAnswer | DomainError:
        return approval_answer(work, propose_closures(work, notice, maker=holder.actor))

    return door.act(proposed)


@router.post("/rival-yields", operation_id="rival_yields_import", status_code=201)
def rival_yields_import(door: Operator, body: RivalsBody) -> ImportAnswer:
    """Import other funds' published yields; a bad cell is named by row and column."""
    rivals = parse_rivals(body.csv)

    def imported(work: Work, _: KeyHolder) -> ImportAnswer:
        count = import_rivals(work, rivals)
        return ImportAnswer(imported=count, business_time=shown_at(work.at))

    return door.act(imported)


def _holidays(calendar: TradingCalendar, *, since: date) -> list[date]:
    until = min(since + _SHOWN_AHEAD, calendar.last_loaded_on + _DAY)
    return calendar.closed_weekdays(since=since, until=until) if since < until else []


def _calendar(work: Work, horizon: Horizon, *, holidays: list[date]) -> CalendarAnswer:
    return CalendarAnswer(
        exchange=horizon.exchange,
        first_loaded_on=horizon.first_loaded_on,
        last_loaded_on=horizon.last_loaded_on,
        alarm_on=horizon.alarm_on,
        days_left=horizon.days_left,
        needs_extension=horizon.is_near,
        closed_on=holidays,
        source=horizon.source,
        version=horizon.version,
        business_time=shown_at(work.at),
    )
