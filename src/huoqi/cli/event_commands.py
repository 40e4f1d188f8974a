"""``huoqi events``: read the log as it grows, send an event again, replay a webhook."""

import json
import threading
from uuid import UUID

import click

from huoqi.cli.documents import refusals, show
from huoqi.cli.session import Session
from huoqi.events.queries import Event, events_after, last_seq
from huoqi.events.webhooks.operations import replay_webhook, resend_event
from huoqi.events.webhooks.queries import endpoints_of
from huoqi.kit.clock import machine_now
from huoqi.kit.dates import SHANGHAI
from huoqi.kit.errors import DomainError

_LOOK_S = 0.5
_BACK = 20
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON, a line an event.")


@click.group("events")
def events_group() -> None:
    """Read the event log, send an event again, replay a webhook from a number.

    \b
    huoqi events tail --follow
    huoqi events resend 014d4ac9-0e80-703a-9e99-441af712824f
    huoqi events webhooks
    huoqi events replay WEBHOOK --from 120
    """


@events_group.command("tail")
@click.option("--from", "from_seq", type=click.IntRange(min=1), help="Begin with this number.")
@click.option("--type", "types", multiple=True, help="A type; may be given several times.")
@click.option("--follow", is_flag=True, help="Go on until Ctrl-C.")
@AS_JSON
@click.pass_obj
def tail_command(
    session: Session,
    from_seq: int | None,
    types: tuple[str, ...],
    follow: bool,  # noqa: FBT001 - click's flag
    as_json: bool,  # noqa: FBT001 - click's flag
) -> None:
    """Print events in order, from a number on or the last twenty.

    \b
    huoqi events tail --type fund.purchase.placed --follow
    """
    rest = threading.Event()
    with session.database.work(while_advancing=True) as work:
        seen = from_seq - 1 if from_seq else max(0, last_seq(work) - _BACK)
    while True:
        with session.database.work(while_advancing=True) as work:
            events = events_after(work, seq=seen, types=types)
        for event in events:
            click.echo(_line(event, as_json=as_json))
            seen = event.seq
        if not events:
            if not follow:
                return
            rest.wait(_LOOK_S)


@events_group.command("resend")
@click.argument("event_id", type=click.UUID)
@click.option("--to", type=click.UUID, help="One webhook; else all that take the type.")
@AS_JSON
@click.pass_obj
def resend_command(
    session: Session,
    event_id: UUID,
    to: UUID | None,
    as_json: bool,  # noqa: FBT001 - click's flag
) -> None:
    """Send an event again, with the same id; the running server sends it.

    \b
    huoqi events resend 014d4ac9-0e80-703a-9e99-441af712824f
    """
    with refusals(as_json=as_json), session.database.note(actor="system") as work:
        sent = _granted(resend_event(work, event_id, to=to, now=machine_now()))
    show({"event_id": str(event_id), "receivers": sent}, as_json=as_json)


@events_group.command("replay")
@click.argument("webhook_id", type=click.UUID)
@click.option("--from", "from_seq", type=click.IntRange(min=1), required=True)
@AS_JSON
@click.pass_obj
def replay_command(
    session: Session,
    webhook_id: UUID,
    from_seq: int,
    as_json: bool,  # noqa: FBT001 - click's flag
) -> None:
    """Go through the log again for a webhook: the same events with the same ids.

    \b
    huoqi events replay 014d4ac9-0e80-703a-9e99-441af712824f --from 120
    """
    with refusals(as_json=as_json), session.database.note(actor="system") as work:
        events = _granted(replay_webhook(work, webhook_id, from_seq=from_seq))
    show({"webhook_id": str(webhook_id), "events": events}, as_json=as_json)


@events_group.command("webhooks")
@AS_JSON
@click.pass_obj
def webhooks_command(session: Session, as_json: bool) -> None:  # noqa: FBT001 - click's flag
    """List the webhooks with what waits for each.

    \b
    huoqi events webhooks --json
    """
    with session.database.work(while_advancing=True) as work:
        found = endpoints_of(work)
    rows = [
        {"id": str(each.endpoint_id), "url": each.url, "waiting": each.waiting} for each in found
    ]
    show({"webhooks": rows}, as_json=as_json)


def _granted(result: int | DomainError) -> int:
    if isinstance(result, DomainError):
        raise result
    return result


def _line(event: Event, *, as_json: bool) -> str:
    at = event.business_time.astimezone(SHANGHAI).isoformat()
    if not as_json:
        return f"{event.seq:>8}  {at}  {event.type:<40} {event.object_id}"
    document = {
        "seq": str(event.seq),
        "id": str(event.id),
        "type": event.type,
        "business_time": at,
        "object_id": event.object_id,
        "data": dict(event.data),
    }
    return json.dumps(document, ensure_ascii=False)
