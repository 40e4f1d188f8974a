"""``huoqi ledger``: prove the book, and show its trial balance."""

import json
import sys
from datetime import date, datetime
from typing import Any

import click

from huoqi.cli.exits import Exit
from huoqi.kit.checks import Check, note_check
from huoqi.kit.clock import machine_now
from huoqi.kit.db import Database
from huoqi.kit.money import format_scaled
from huoqi.ledger.queries import (
    ChainReport,
    TrialBalanceLine,
    assets,
    check_invariants,
    trial_balance,
    verify_chain,
)
from huoqi.ledger.rules.counters import Counters

_DATE = click.DateTime(["%Y-%m-%d"])
Document = dict[str, Any]  # a JSON document
Row = dict[str, int | str]


@click.group("ledger")
def ledger_group() -> None:
    """Prove the book and read it."""


@ledger_group.command("verify")
@click.option("--shard", type=click.IntRange(0), help="One shard; without it all of them.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def verify_command(ctx: click.Context, shard: int | None, as_json: bool) -> None:  # noqa: FBT001
    """Recompute every hash and every balance from the journal; exit with 3 if one differs.

    Names the first batch that was altered, and each invariant that does not hold.

    \b
    huoqi ledger verify
    huoqi ledger verify --shard 0 --json
    """
    database: Database = ctx.obj.database
    with database.work(while_advancing=True) as work:
        report = verify_chain(work, shard=shard)
        findings = check_invariants(work)
    document = _verified(report)
    document["findings"] = [finding._asdict() for finding in findings]
    sound = report.sound and not findings
    if shard is None:
        note_check(ctx.obj.data, Check(machine_now().isoformat(), sound))
    document["sound"] = sound
    if as_json:
        click.echo(json.dumps(document))
    else:
        _show_chain(document)
    if not sound:
        sys.exit(Exit.NEGATIVE)


def _verified(report: ChainReport) -> Document:
    return {
        "shards": [
            {
                "shard": chain.shard,
                "batches": chain.batches,
                "transfers": chain.transfers,
                "head": chain.head,
                "broken_at_batch": chain.first_broken,
                "fault": chain.fault,
            }
            for chain in report.shards
        ]
    }


def _show_chain(document: Document) -> None:
    for chain in document["shards"]:
        state = f"BROKEN at batch {chain['broken_at_batch']}: {chain['fault']}"
        if chain["fault"] is None:
            state = "sound"
        click.echo(
            f"shard {chain['shard']}: {chain['batches']} batches, {chain['transfers']} transfers,"
            f" head {chain['head'][:16]}…  {state}"
        )
    for finding in document["findings"]:
        click.echo(f"DOES NOT HOLD: {finding}")
    click.echo("The book is sound." if document["sound"] else "The book is NOT sound.")


@ledger_group.command("trial-balance")
@click.option("--as-of", "as_of", type=_DATE, metavar="YYYY-MM-DD", help="End of that date.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def trial_balance_command(
    ctx: click.Context,
    as_of: datetime | None,
    as_json: bool,  # noqa: FBT001 - click's flag
) -> None:
    """Show debits and credits by asset and kind of account; exit with 3 if they differ.

    \b
    huoqi ledger trial-balance
    huoqi ledger trial-balance --as-of 2015-05-12 --json
    """
    database: Database = ctx.obj.database
    on: date | None = as_of.date() if as_of else None
    with database.work(while_advancing=True) as work:
        lines = trial_balance(work, as_of=on)
        known = assets(work)
    rows = [_row(line, code=known[line.asset][0]) for line in lines]
    scales = dict(known.values())
    totals = {code: _total(rows, asset=code) for code in scales}
    tied = all(total["debits_posted"] == total["credits_posted"] for total in totals.values())
    if as_json:
        figures = [{k: str(v) if isinstance(v, int) else v for k, v in row.items()} for row in rows]
        document = {"as_of": on.isoformat() if on else None, "tied": tied, "lines": figures}
        click.echo(json.dumps(document))
    else:
        _show(rows, totals=totals, scales=scales)
    if not tied:
        sys.exit(Exit.NEGATIVE)


def _row(line: TrialBalanceLine, *, code: str) -> Row:
    return {"asset": code, "kind": line.kind, **line.counters._asdict()}


def _total(rows: list[Row], *, asset: str) -> Row:
    mine = [row for row in rows if row["asset"] == asset]
    return {
        "asset": asset,
        "kind": "all",
        **{name: sum(int(row[name]) for row in mine) for name in Counters._fields},
    }


def _show(rows: list[Row], *, totals: dict[str, Row], scales: dict[str, int]) -> None:
    click.echo(f"{'asset':<14}{'kind':<20}" + "".join(f"{n:>20}" for n in Counters._fields))
    for row in [*rows, *totals.values()]:
        decimals = scales[str(row["asset"])]
        figures = [format_scaled(int(row[name]), decimals=decimals) for name in Counters._fields]
        click.echo(f"{row['asset']:<14}{row['kind']:<20}" + "".join(f"{f:>20}" for f in figures))
