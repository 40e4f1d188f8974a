"""Health for machines: alive, ready, metrics."""

from datetime import date

from fastapi import APIRouter, Request, Response

from huoqi.fund.horizon import horizon_of
from huoqi.web.doors import any_key
from huoqi.web.errors import NotReady
from huoqi.web.framework import StrictRoute
from huoqi.web.machine import is_local, machine_of
from huoqi.web.queries import migrations_applied
from huoqi.web.wire import Answer, Shape, shown_at

router = APIRouter(tags=["Health"], route_class=StrictRoute)


class Alive(Shape):
    """The process answers."""

    status: str


class CalendarHealth(Shape):
    """How far the trading calendar reaches; orders beyond it are refused."""

    last_loaded_on: date
    alarm_on: date
    days_left: int
    needs_extension: bool


class Ready(Answer):
    """The process can serve: its database answers."""

    status: str
    mode: str
    migrations: int
    calendar: CalendarHealth


@router.get("/healthz", operation_id="health_alive")
async def alive() -> Alive:
    """Tell that the process is alive."""
    return Alive(status="alive")


@router.get("/readyz", operation_id="health_ready")
def ready(request: Request) -> Ready:
    """Tell that the database answers and is migrated, 503 if not, and how far the calendar goes."""
    machine = machine_of(request)
    with machine.platform.database.work(while_advancing=True) as work:
        applied = migrations_applied(work)
        if applied == 0:
            raise NotReady
        horizon = horizon_of(work)
        at = shown_at(work.at)
    machine.metrics.saw_calendar(last_on=horizon.last_loaded_on, alarm_on=horizon.alarm_on)
    return Ready(
        status="ready",
        mode=machine.platform.mode,
        migrations=applied,
        calendar=CalendarHealth(
            last_loaded_on=horizon.last_loaded_on,
            alarm_on=horizon.alarm_on,
            days_left=horizon.days_left,
            needs_extension=horizon.is_near,
        ),
        business_time=at,
    )


@router.get("/metrics", operation_id="health_metrics", response_class=Response)
def metrics(request: Request) -> Response:
    """Return the numbers that Prometheus reads; nothing personal is among them.

    A live platform tells them to this machine, and to others with a key of any role.
    """
    machine = machine_of(request)
    if machine.platform.mode == "live" and not is_local(request):
        any_key(request).enter()
    page = machine.metrics.page()
    return Response(page, media_type="text/plain; version=0.0.4; charset=utf-8")
