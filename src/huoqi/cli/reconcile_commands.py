"""``huoqi reconcile``: banks' days, what matched, and whether customers' money is at the banks."""

import json
import sys
from datetime import datetime, timedelta

import click

from huoqi.cli.exits import Exit
from huoqi.cli.session import Session
from huoqi.close.bank_status import BankDayStatus, Reconciliation, reconciliation_on
from huoqi.kit.dates import SHANGHAI, shanghai_date

Document = dict[str, object]


@click.group("reconcile")
def reconcile_group() -> None:
    """See how each bank's day was matched with our books; breaks stand in `huoqi break`."""


@reconcile_group.command("show")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def show_command(session: Session, on: datetime | None, as_json: bool) -> None:  # noqa: FBT001
    """Show the banks' days of a date, yesterday's without one; ends with 3 if one is open.

    \b
    huoqi reconcile show --on 2015-05-12
    """
    with session.database.work(while_advancing=True) as work:
        day = on.date() if on else shanghai_date(work.at) - timedelta(days=1)
        found = reconciliation_on(work, on=day)
    document = _document(found)
    if as_json:
        click.echo(json.dumps(document))
    else:
        _print(found)
    sys.exit(Exit.DONE if found.is_closed and found.stop is None else Exit.NEGATIVE)


def _print(found: Reconciliation) -> None:
    click.echo("bank    statement   orders  lines  matched  waiting  breaks  closed")
    for bank in found.banks:
        day = bank.matched
        counts = (
            (day.order_count, day.entry_count, day.matched_count, day.waiting_count,
             day.break_count) if day else ("-",) * 5
        )  # fmt: skip
        orders, lines, matched, waiting, breaks = counts
        closed = "yes" if bank.is_closed else "no"
        click.echo(
            f"{bank.bank:<8}{bank.statement or 'expected':<12}{orders:>6}{lines:>7}{matched:>9}"
            f"{waiting:>9}{breaks:>8}  {closed}{f'  {bank.reason}' if bank.reason else ''}"
        )
    check = found.check
    if check is not None:
        click.echo(
            f"customers' money on {check.on}: banks {check.held_fen}, books {check.booked_fen},"
            f" on its way {check.in_transit_fen}, breaks {check.breaks_fen},"
            f" unexplained {check.unexplained_fen} fen"
        )
    if found.stop is not None:
        click.echo(f"payouts are stopped: {found.stop.unexplained_fen} fen unexplained")


def _document(found: Reconciliation) -> Document:
    check, stop = found.check, found.stop
    return {
        "on": found.on.isoformat(),
        "is_closed": found.is_closed,
        "banks": [_bank(bank) for bank in found.banks],
        "safeguarding": None
        if check is None
        else {
            "on": check.on.isoformat(),
            "held_fen": str(check.held_fen),
            "booked_fen": str(check.booked_fen),
            "owed_fen": str(check.owed_fen),
            "own_fen": str(check.own_fen),
            "in_transit_fen": str(check.in_transit_fen),
            "breaks_fen": str(check.breaks_fen),
            "unexplained_fen": str(check.unexplained_fen),
            "is_breach": check.is_breach,
        },
        "payout_stop": None
        if stop is None
        else {"reason": stop.reason, "unexplained_fen": str(stop.unexplained_fen)},
    }


def _bank(bank: BankDayStatus) -> Document:
    day = bank.matched
    arrived = bank.arrived_at
    document: Document = {
        "bank": bank.bank,
        "statement": bank.statement,
        "reason": bank.reason,
        "arrived_at": arrived.astimezone(SHANGHAI).isoformat() if arrived else None,
        "is_closed": bank.is_closed,
    }
    if day is not None:
        document |= {
            "orders": day.order_count,
            "lines": day.entry_count,
            "matched": day.matched_count,
            "tails": day.tail_count,
            "groups": day.group_count,
            "waiting": day.waiting_count,
            "breaks": day.break_count,
        }
    return document
