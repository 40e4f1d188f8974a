"""``huoqi audit``: prove an evidence pack without any database."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from huoqi.cli.exits import Exit
from huoqi.close.rules.evidence_check import Verdict, check

_SHOWN = 20


@click.group("audit")
def audit_group() -> None:
    """Look at what auditors are given."""


@audit_group.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def verify_command(file: Path, as_json: bool) -> None:  # noqa: FBT001 - click's flag
    """Check the evidence pack of a day, offline; exit with 3 if anything in it was altered.

    FILE comes from the console's audit page or GET /v1/closes/{date}/evidence. Every line, every
    hash of the ledger's chain, the seals, the trial balance and the sums are worked out again.

    \b
    huoqi audit verify huoqi-evidence-2015-05-11.txt
    """
    with file.open("rb") as lines:
        verdict = check(lines)
    if as_json:
        click.echo(json.dumps(asdict(verdict) | {"is_sound": verdict.is_sound}))
    else:
        _show(verdict)
    sys.exit(Exit.DONE if verdict.is_sound else Exit.NEGATIVE)


def _show(verdict: Verdict) -> None:
    counted = ", ".join(f"{count} {part}" for part, count in sorted(verdict.parts.items()))
    click.echo(f"Evidence of {verdict.on or 'an unknown day'}: {verdict.lines} lines ({counted}).")
    for fund, root in sorted(verdict.roots.items()):
        click.echo(f"fund {fund}: root {root}")
    for shard, head in verdict.chains.items():
        click.echo(f"ledger shard {shard}: chain up to {head}")
    for fault in verdict.faults[:_SHOWN]:
        place = f"line {fault.line}: " if fault.line else ""
        click.echo(f"WRONG  {place}{fault.where}: {fault.what}")
    if len(verdict.faults) > _SHOWN:
        click.echo(f"... and {len(verdict.faults) - _SHOWN} more")
    click.echo(
        "The pack is sound."
        if verdict.is_sound
        else "The pack is NOT sound: ask for it again, and compare it with the platform."
    )
