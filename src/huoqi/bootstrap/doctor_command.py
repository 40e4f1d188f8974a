"""``huoqi doctor``: how the company is, and what somebody should look at."""

import sys

import click

from huoqi.bootstrap.settings import Settings
from huoqi.bootstrap.watching import Watch
from huoqi.cli.documents import show
from huoqi.cli.exits import Exit
from huoqi.close.rules.alerts import RUNBOOK, Alert, Sample, ringing, rules_file


@click.command("doctor")
@click.option("--rules", is_flag=True, help="Print the alerts as a rules file of Prometheus.")
@click.option("--all", "wants_all", is_flag=True, help="Show every figure, not only odd ones.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def doctor_command(
    ctx: click.Context,
    rules: bool,  # noqa: FBT001 - click's flag
    wants_all: bool,  # noqa: FBT001 - click's flag
    as_json: bool,  # noqa: FBT001 - click's flag
) -> None:
    """Look at what the alerts look at, and say what to do; exit with 3 if anything is odd.

    Payments that are unknown, the advance line, the calendar, the last check of the chains, late
    statements, breaks, seals, backups, webhooks, disks. The same figures are on /metrics.

    \b
    huoqi doctor
    huoqi doctor --all --json
    huoqi doctor --rules > alerts.yml
    """
    if rules:
        click.echo(rules_file(address=ctx.obj.address), nl=False)
        return
    settings: Settings = ctx.meta["huoqi.settings"]
    samples = Watch(settings, ctx.obj.platform).samples()
    odd = [_odd_row(each, sample) for each, sample in ringing(samples)]
    document: dict[str, object] = {"well": not odd, "looked_at": len(samples), "odd": odd}
    document["never"] = _never(samples)
    if wants_all:
        document["figures"] = [_row(sample) for sample in samples]
    show(document, as_json=as_json)
    if odd:
        sys.exit(Exit.NEGATIVE)


def _row(sample: Sample) -> dict[str, object]:
    return {"gauge": sample.gauge, **sample.labels, "value": sample.value}


def _odd_row(each: Alert, sample: Sample) -> dict[str, object]:
    return {
        "alert": each.name,
        "severity": each.severity.value,
        **sample.labels,
        "value": sample.value,
        "what": each.text,
        "runbook": f"{RUNBOOK}{each.page}",
    }


def _never(samples: list[Sample]) -> list[str]:
    """Return what was never done here, as the command that does it."""
    seen = {sample.gauge for sample in samples}
    steps = {
        "huoqi_chain_sound": "huoqi ledger verify",
        "huoqi_backup_failing": "huoqi backup --to DIR",
        "huoqi_drill_doubts": "huoqi backup drill",
    }
    return [step for gauge, step in steps.items() if gauge not in seen]
