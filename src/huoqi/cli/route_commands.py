"""``huoqi route``: over which channel payments went and why, and how the channels do."""

import json
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

import click

from huoqi.cli.exits import Exit, refuse
from huoqi.cli.session import Session
from huoqi.kit.dates import SHANGHAI, shanghai_date
from huoqi.kit.db import Work
from huoqi.kit.money import format_scaled
from huoqi.ledger.queries import shards
from huoqi.payments.operations.orders import OrderNotFound
from huoqi.payments.queries import (
    OrderRoute,
    channels_of,
    orders_of_ids,
    reserve,
    route_of,
    tries_of_intent,
)
from huoqi.payments.rules.channel_health import success_ppm

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


@click.group("route")
def route_group() -> None:
    """See over which channels payments go, and why."""


@route_group.command("explain")
@click.argument("order_id", type=click.UUID)
@AS_JSON
@click.pass_obj
def explain_command(session: Session, order_id: UUID, as_json: bool) -> None:  # noqa: FBT001
    """Tell why each try of a payment took its channel, by the payment's id or the order's.

    \b
    huoqi route explain 01890a5d-ac96-774b-bcce-b302099a8057
    """
    with session.database.work(while_advancing=True) as work:
        routes = _routes(work, order_id)
    if not routes:
        refuse(
            OrderNotFound(order_id=str(order_id)), as_json=as_json, next_step="huoqi route channels"
        )
    documents = [_document(route) for route in routes]
    if as_json:
        click.echo(json.dumps({"payments": documents}))
        return
    for route in routes:
        _print(route)


@route_group.command("channels")
@AS_JSON
@click.pass_obj
def channels_command(session: Session, as_json: bool) -> None:  # noqa: FBT001
    """List the channels in force today with cost, limit and how they answer of late.

    \b
    huoqi route channels --json
    """
    with session.database.work(while_advancing=True) as work:
        found = channels_of(work, on=shanghai_date(work.at))
    documents = [
        {
            "bank": profile.bank,
            "direction": profile.direction.value.lower(),
            "channel": profile.channel,
            "fee_fen": str(profile.fee_fen),
            "single_limit_fen": str(profile.single_limit_fen),
            "success_ppm": success_ppm(health),
            "sick_since": health.sick_since.isoformat() if health.sick_since else None,
            "probe_at": health.probe_at.isoformat() if health.probe_at else None,
        }
        for profile, health in found
    ]
    if as_json:
        click.echo(json.dumps({"channels": documents}))
        return
    for each in documents:
        fee = format_scaled(int(str(each["fee_fen"])), decimals=2)
        state = f"stopped since {each['sick_since']}" if each["sick_since"] else "open"
        click.echo(
            f"{each['bank']:6}{each['direction']:9}{each['channel']:12}fee {fee}  "
            f"{each['success_ppm']} of a million answered  {state}"
        )


@route_group.command("reserve")
@AS_JSON
@click.pass_obj
def reserve_command(session: Session, as_json: bool) -> None:  # noqa: FBT001
    """Check that what lies at banks is what is owed to customers; exit 3 if something is missing.

    \b
    huoqi route reserve --json
    """
    with session.database.work(while_advancing=True) as work:
        found = reserve(work)
    document = {name: str(value) for name, value in asdict(found).items()}
    document["difference_fen"] = str(found.difference_fen)
    if as_json:
        click.echo(json.dumps(document | {"is_kept": found.is_kept}))
    else:
        for name, value in document.items():
            click.echo(f"{name.removesuffix('_fen').replace('_', ' '):20}{_yuan(int(value)):>24}")
    if not found.is_kept:
        raise SystemExit(Exit.NEGATIVE)


def _yuan(fen: int) -> str:
    return format_scaled(fen, decimals=2)


def _routes(work: Work, order_id: UUID) -> list[OrderRoute]:
    """Return the routes of a payment, or of every try for an order."""
    on_shards = shards(work)
    own = list(orders_of_ids(work, [order_id], shards=on_shards).values())
    return [route_of(work, o) for o in own or tries_of_intent(work, order_id, shards=on_shards)]


def _document(route: OrderRoute) -> dict[str, object]:
    order = route.order
    return {
        "payment_id": str(order.order_id),
        "attempt": order.attempt,
        "bank": order.bank,
        "direction": order.direction.value.lower(),
        "channel": order.channel,
        "state": order.state.value.lower(),
        "was_choice": route.note is not None,
        "decision": route.note,
    }


def _print(route: OrderRoute) -> None:
    order = route.order
    click.echo(
        f"try {order.attempt}: {order.bank} {order.direction.value.lower()} "
        f"{_yuan(order.amount_fen)} yuan over {order.channel}, {order.state.value.lower()}"
    )
    if route.note is None:
        click.echo("  a single channel was in force")
        return
    at = datetime.fromisoformat(route.note["at"]).astimezone(SHANGHAI)
    click.echo(f"  decided {at:%Y-%m-%d %H:%M:%S}: shut ones last, then cost, then success")
    for each in route.note["channels"]:
        mark = "*" if each["channel"] == route.note["chosen"] else " "
        why = each["shut"].replace("_", " ") or "open"
        click.echo(
            f"  {mark} {each['channel']:12}fee {_yuan(each['fee_fen'])}  "
            f"{each['success_ppm']} of a million  {why}"
        )
