"""``huoqi close run|status``: close days by hand, see where each step stands and what differs."""

import json
import sys
from contextlib import closing
from datetime import date, datetime

import click

from huoqi.cli.exits import Exit, refuse
from huoqi.cli.journeys import resumable
from huoqi.close.operations import CloseResult, run_close, run_due, seal_closed, seal_until
from huoqi.close.platform import Platform
from huoqi.close.queries import (
    DayStatus,
    blocked_days,
    closed_days,
    last_closed,
    next_due,
    require_begun,
    rhythm,
    status_of,
)
from huoqi.close.rules.steps import State
from huoqi.fund.products import FundUnknown
from huoqi.fund.shelf import products_of
from huoqi.kit.dates import SHANGHAI
from huoqi.kit.db import Work
from huoqi.kit.desk import Desk
from huoqi.kit.errors import DomainError
from huoqi.kit.money import format_scaled
from huoqi.kit.progress import Progress
from huoqi.sandbox.branches import Branches
from huoqi.sandbox.time_machine import TimeMachine

_DATE = click.DateTime(["%Y-%m-%d"])
Document = dict[str, object]


@click.group("close")
def close_group() -> None:
    """Close days and see what does not tie."""


@close_group.command("run")
@click.option("--fund", help="With --on: one fund's code; without it every fund.")
@click.option("--on", "on", type=_DATE, metavar="YYYY-MM-DD", help="The day to close.")
@click.option("--days", type=click.IntRange(1, 3_660), help="Sandbox: move on by so many closes.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def run_command(
    ctx: click.Context,
    fund: str | None,
    on: datetime | None,
    days: int | None,
    as_json: bool,  # noqa: FBT001 - click's flag
) -> None:
    """Close what is due now, one day, or in a sandbox the next N days.

    A closed day answers its root again. Exits with 3 when a day is blocked. With --days it may be
    interrupted: `huoqi sandbox advance --resume` goes on.

    \b
    huoqi close run
    huoqi close run --on 2015-05-11 --fund 990001
    huoqi close run --days 30
    """
    platform: Platform = ctx.obj.platform
    if on is not None and days is not None:
        raise click.UsageError("--on names one day, --days counts from now; give one of them")
    if fund is not None and on is None:
        raise click.UsageError("--fund says whose day of --on; without --on all funds go together")
    try:
        if days is not None:
            _show_days(platform, count=days, as_json=as_json)
        elif on is not None:
            _show_results(_close_day(platform, fund=fund, on=on.date()), as_json=as_json)
        else:
            with closing(Desk(platform.database.dsn)) as desk, desk.held():
                done = run_due(platform)
            _print({"done": done}, as_json=as_json)
    except DomainError as refusal:
        refuse(refusal, as_json=as_json)
    with platform.database.work(while_advancing=True) as work:
        if blocked_days(work):
            sys.exit(Exit.NEGATIVE)


@close_group.command("seal")
@click.option("--fund", help="One fund's code; without it every fund.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def seal_command(ctx: click.Context, fund: str | None, as_json: bool) -> None:  # noqa: FBT001
    """Ask the three signers now for every closed day without a seal, in order.

    It happens by itself after a close; this is for a signer who was away. Exits with 3 when one
    is still missing, and names who and why: away, refuses, or approval.

    \b
    huoqi close seal
    """
    platform: Platform = ctx.obj.platform
    try:
        with platform.database.work(while_advancing=True) as work:
            funds = _funds(work, fund)
    except DomainError as refusal:
        refuse(refusal, as_json=as_json)
    with closing(Desk(platform.database.dsn)) as desk, desk.held():
        found = {code: seal_until(platform, fund=code) for code in funds}
    rows = [
        {"fund": code, "sealed": each.count, "missing": each.missing or None}
        for code, each in found.items()
    ]
    _print({"funds": rows}, as_json=as_json)
    if any(each.missing for each in found.values()):
        sys.exit(Exit.NEGATIVE)


@close_group.command("status")
@click.option("--fund", help="One fund's code; without it every fund.")
@click.option("--on", "on", type=_DATE, metavar="YYYY-MM-DD", help="The day; else the last one.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def status_command(
    ctx: click.Context,
    fund: str | None,
    on: datetime | None,
    as_json: bool,  # noqa: FBT001 - click's flag
) -> None:
    """Show each step of a day, the rows that do not tie, the root, and what is due next.

    Without --on it is the day that is open or blocked, else the last closed one. A day before
    the company's first one is refused.

    \b
    huoqi close status
    huoqi close status --on 2015-05-11 --json
    """
    platform: Platform = ctx.obj.platform
    with platform.database.work(while_advancing=True) as work:
        try:
            funds = _funds(work, fund)
            if on is not None:
                funds = require_begun(work, funds=funds, on=on.date())
        except DomainError as refusal:
            refuse(refusal, as_json=as_json)
        begun = {row[0]: row[1] for row in (line.split()[:2] for line in blocked_days(work))}
        days: list[DayStatus] = []
        for code in funds:
            day = on.date() if on else _day_of(begun.get(code)) or last_closed(work, fund=code)
            if day is not None:
                days.append(status_of(work, fund=code, on=day))
        document: Document = {
            "business_time": work.at.astimezone(SHANGHAI).isoformat(),
            "days": [_day_document(day) for day in days],
            "closed_count": len(closed_days(work, fund=fund, limit=100_000)),
            "next": [
                {
                    "at": due.at.astimezone(SHANGHAI).isoformat(),
                    "kind": due.kind.value,
                    "detail": due.detail,
                }
                for due in next_due(work)
            ],
            "waits": [
                {"fund": row.fund, "kind": row.kind.value, "tries": row.tries, "why": row.note}
                for row in rhythm(work)
                if row.again_at is not None
            ],
        }
    blocked = [day for day in days if day.state is State.BLOCKED]
    if blocked:
        document["next_step"] = "; ".join(map(_next_step, blocked))
    _print(document, as_json=as_json)
    if blocked:
        sys.exit(Exit.NEGATIVE)


def _next_step(day: DayStatus) -> str:
    command = f"huoqi close run --on {day.on.isoformat()} --fund {day.fund}"
    return f"find out why the rows differ and put them right; then close the day: {command}"


def _day_of(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _funds(work: Work, fund: str | None) -> list[str]:
    """Return the fund that was named, or every one; raise FundUnknown."""
    known = [product.fund for product in products_of(work)]
    if fund is None:
        return known
    if fund not in known:
        raise FundUnknown(fund=fund)
    return [fund]


def _close_day(platform: Platform, *, fund: str | None, on: date) -> list[CloseResult]:
    with platform.database.work(while_advancing=True) as work:
        funds = _funds(work, fund)
    with closing(Desk(platform.database.dsn)) as desk, desk.held():
        results = [run_close(platform, fund=code, on=on) for code in funds]
        seal_closed(platform)
        return results


def _show_results(results: list[CloseResult], *, as_json: bool) -> None:
    documents = [
        {
            "fund": result.fund,
            "on": result.on.isoformat(),
            "state": result.state.value,
            "root": result.root.hex() if result.root else None,
            "blocked_at": result.blocked_at.value if result.blocked_at else None,
            "note": result.note,
            "breaks": result.breaks_count,
        }
        for result in results
    ]
    _print({"closes": documents}, as_json=as_json)


def _show_days(platform: Platform, *, count: int, as_json: bool) -> None:
    branches = Branches(platform.database)
    branches.set_up()
    machine = TimeMachine(platform, branches=branches)
    with resumable(machine), Progress("closing", total=count) as progress:
        journey = machine.run_closes(count, report=progress)
    _print(
        {
            "business_time": journey.at.astimezone(SHANGHAI).isoformat(),
            "events": journey.events,
            "state": journey.state,
            "stopped_by": journey.stopped_by,
        },
        as_json=as_json,
    )


def _day_document(day: DayStatus) -> Document:
    closed = day.closed
    return {
        "fund": day.fund,
        "on": day.on.isoformat(),
        "state": day.state.value,
        "root": closed.root.hex() if closed else None,
        "holders": closed.sealed.holder_count if closed else None,
        "units": _scaled(closed.sealed.total_units_e2 if closed else None),
        "income": _scaled(closed.sealed.total_income_fen if closed else None),
        "flags": list(closed.flags) if closed else [],
        "seal": f"{day.seal.state.value} {day.seal.note}".rstrip(),
        "seal_root": day.seal.kept.statement.root.hex() if day.seal.kept else None,
        "steps": [
            {
                "step": row.step.value,
                "state": row.state.value,
                "done": row.done_count,
                "total": row.total_count,
                "took_ms": row.took_ms,
                "left_ms": row.left_ms,
                "actor": row.actor,
                "artefact": row.artefact.hex() if row.artefact else None,
                "note": row.note,
            }
            for row in day.steps
        ],
        "breaks": [
            {
                "kind": row.kind,
                "of": row.rows_count,
                "account_no": row.account_no,
                "ours": row.ours,
                "theirs": row.theirs,
                "difference": row.difference,
                "detail": row.detail,
            }
            for row in day.breaks
        ],
    }


def _scaled(value: int | None) -> str | None:
    return None if value is None else format_scaled(value, decimals=2)


def _print(document: Document, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(document, ensure_ascii=False))
        return
    for name, value in document.items():
        if isinstance(value, list):
            for item in value:
                _print_item(name, item)
        else:
            click.echo(f"{name.replace('_', ' '):<14}{value}")


def _print_item(name: str, item: object) -> None:
    assert isinstance(item, dict)
    plain = [f"{k} {v}" for k, v in item.items() if v not in (None, "", []) and _is_plain(v)]
    click.echo(f"{name.replace('_', ' '):<14}{'  '.join(plain)}")
    for inner, rows in item.items():
        if isinstance(rows, list) and rows and isinstance(rows[0], dict):
            for row in rows:
                shown = [str(v) for v in row.values() if v not in (None, "", 0)]
                click.echo(f"  {inner:<12}{'  '.join(shown)}")


def _is_plain(value: object) -> bool:
    return not isinstance(value, list)
