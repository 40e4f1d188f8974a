"""``huoqi sandbox personas|magic|faults|replay``: who lives there, and what can go wrong."""

import json
from datetime import datetime
from pathlib import Path
from uuid import UUID

import click

from huoqi.cli.documents import Document, refusals, show
from huoqi.cli.exits import Exit, refuse
from huoqi.cli.fund_rules import FileNotText
from huoqi.cli.session import Session
from huoqi.kit.dates import SHANGHAI
from huoqi.kit.errors import DomainError
from huoqi.kit.progress import Progress, monotonic_ms
from huoqi.sandbox.faults import KINDS, Fault, FaultRequest, arm_faults, cancel_faults, faults_of
from huoqi.sandbox.magic_values import magic_values
from huoqi.sandbox.personas import PAYMENT_PASSWORD, Member, members_of, personas_here
from huoqi.sandbox.replay import replay, replay_database
from huoqi.sandbox.replay_input import ReplayInput, read_input
from huoqi.sandbox.replay_report import report_of

_AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("personas")
@_AS_JSON
@click.pass_obj
def personas_command(session: Session, as_json: bool) -> None:  # noqa: FBT001 - click's flag
    """List the ten personas with their made-up documents; all share one payment password.

    \b
    huoqi sandbox personas --json
    """
    with refusals(as_json=as_json):
        members = members_of(personas_here(session.platform))
    document: dict[str, object] = {
        "payment_password": PAYMENT_PASSWORD,
        "personas": [_member(member) for member in members],
    }
    show(document, as_json=as_json)


def _member(member: Member) -> Document:
    here, person, persona = member.resident, member.person, member.persona
    return {
        "persona": persona.name if persona.members == 1 else f"{persona.name}-{member.member}",
        "customer_id": str(here.customer_id) if here else None,
        "customer_no": here.customer_no if here else None,
        "name": person.name,
        "phone": person.phone,
        "national_id": person.national_id,
        "card": person.card,
        "bank": person.bank,
        "about": persona.about,
        "later": persona.later,
    }


@click.command("magic")
@_AS_JSON
def magic_command(as_json: bool) -> None:  # noqa: FBT001 - click's flag
    """List the cards, identity numbers and amounts that make something happen.

    Where several apply, an armed fault wins, then the identity number, the card, the amount.

    \b
    huoqi sandbox magic
    """
    found = [
        {
            "where": value.where,
            "ending": value.ending,
            "sample": value.sample,
            "code": value.code,
            "does": value.does,
            "name": value.name,
        }
        for value in magic_values()
    ]
    show({"magic_values": found}, as_json=as_json)


@click.group("faults")
def faults_group() -> None:
    """Let the simulated banks and the fund manager misbehave.

    \b
    huoqi sandbox faults kinds
    huoqi sandbox faults arm nav_late --param hours=6
    huoqi sandbox faults list
    """


@faults_group.command("kinds")
@_AS_JSON
def kinds_command(as_json: bool) -> None:  # noqa: FBT001 - click's flag
    """List the faults that can be armed, with their parameters."""
    found = [
        {
            "fault": kind.name,
            "party": kind.party,
            "does": kind.does,
            "params": {name: list(limits) for name, limits in kind.params.items()},
            "needs_files": kind.needs_files,
        }
        for kind in KINDS.values()
    ]
    show({"kinds": found}, as_json=as_json)


@faults_group.command("list")
@_AS_JSON
@click.pass_obj
def list_command(session: Session, as_json: bool) -> None:  # noqa: FBT001 - click's flag
    """List every fault that was armed, the first to strike first."""
    with refusals(as_json=as_json), session.database.work(while_advancing=True) as work:
        found = [_fault(fault) for fault in faults_of(work)]
    if not found and not as_json:
        click.echo("no fault is armed")
        return
    show({"faults": found}, as_json=as_json)


@faults_group.command("arm")
@click.argument("fault")
@click.option("--target", default="", help="A bank's or a fund's code; all of them without it.")
@click.option("--at", "at", metavar="INSTANT", help="From this business time on, else from now.")
@click.option("--next", "next_n", type=int, help="Strike so many times.")
@click.option("--param", "params", multiple=True, metavar="NAME=NUMBER", help="May be repeated.")
@_AS_JSON
@click.pass_obj
def arm_command(  # noqa: PLR0913 - one argument an option
    session: Session,
    fault: str,
    target: str,
    at: str | None,
    next_n: int | None,
    params: tuple[str, ...],
    as_json: bool,  # noqa: FBT001 - click's flag
) -> None:
    """Arm a FAULT; without --next it strikes once, or for the fault's usual time.

    \b
    huoqi sandbox faults arm bank_down --target ICBC --param hours=2
    huoqi sandbox faults arm reply_lost --next 3
    """
    wanted = (fault, target, _instant(at), None, next_n, _figures(params))
    with refusals(as_json=as_json), session.database.work() as work:
        (armed,) = arm_faults(work, [FaultRequest(work.new_id(), *wanted)])
    if isinstance(armed, DomainError):
        refuse(armed, as_json=as_json)
    show(_fault(armed), as_json=as_json)


@faults_group.command("cancel")
@click.argument("fault_id", type=click.UUID)
@_AS_JSON
@click.pass_obj
def cancel_command(session: Session, fault_id: UUID, as_json: bool) -> None:  # noqa: FBT001
    """Let a fault strike no more; what it has done stays done."""
    with refusals(as_json=as_json), session.database.work() as work:
        (cancelled,) = cancel_faults(work, [fault_id])
    if isinstance(cancelled, DomainError):
        refuse(cancelled, as_json=as_json)
    show(_fault(cancelled), as_json=as_json)


def _fault(fault: Fault) -> Document:
    until = fault.active_until
    return {
        "id": str(fault.fault_id),
        "fault": fault.fault,
        "target": fault.target or "all",
        "state": fault.state,
        "from": fault.active_from.astimezone(SHANGHAI).isoformat(),
        "until": until.astimezone(SHANGHAI).isoformat() if until else None,
        "remaining": fault.remaining,
        "params": dict(fault.params),
    }


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter("give an ISO instant", param_hint="--at") from error
    return at if at.tzinfo else at.replace(tzinfo=SHANGHAI)


def _figures(params: tuple[str, ...]) -> dict[str, int]:
    found = {}
    for text in params:
        name, _, figure = text.partition("=")
        try:
            found[name] = int(figure)
        except ValueError as error:
            raise click.BadParameter("give NAME=NUMBER", param_hint="--param") from error
    return found


@click.command("replay")
@click.option("--income", type=_FILE, required=True, help="CSV: date, income_per_10k.")
@click.option("--flows", type=_FILE, help="CSV of daily flows in fen; made up without it.")
@click.option("--customers", type=click.IntRange(1, 20_000), default=1_000, show_default=True)
@click.option("--keep", is_flag=True, help="Keep the replay's database to look at.")
@_AS_JSON
@click.pass_obj
def replay_command(
    session: Session,
    income: Path,
    flows: Path | None,
    customers: int,
    keep: bool,  # noqa: FBT001 - click's flag
    as_json: bool,  # noqa: FBT001 - click's flag
) -> None:
    """Replay a real fund day by day through real orders, ledger, allocation and close.

    INCOME may have a column seven_day_yield_pct, which is compared with the yields recomputed.
    FLOWS has the columns of a daily flow file; it is checked as well. The replay has a database
    of its own and touches nothing else. Exits with 3 when a day does not close or tie.

    \b
    huoqi sandbox replay --income yields.csv --flows flows.csv --json > replay.json
    """
    with refusals(as_json=as_json):
        texts = _text(income), _text(flows) if flows else None
        given = read_input(*texts, customers=customers)
        document = _replayed(session, given, customers=customers, keep=keep)
    if as_json:
        click.echo(json.dumps(document, ensure_ascii=False))
    else:
        per_row = {"per_day", "conventions"}
        show({name: v for name, v in document.items() if name not in per_row}, as_json=False)
    if not document["ties"]:
        raise SystemExit(Exit.NEGATIVE)


def _replayed(
    session: Session, given: ReplayInput, *, customers: int, keep: bool
) -> dict[str, object]:
    began_ms = monotonic_ms()
    with (
        replay_database(session.platform, session.open_at, keep=keep) as own,
        Progress("replaying", total=len(given.incomes)) as progress,
    ):
        run = replay(own, given, customers=customers, report=progress)
        with own.database.work(while_advancing=True) as work:
            document = dict(report_of(work, run))
        document["database"] = own.database.dsn if keep else None
    document["took_ms"] = monotonic_ms() - began_ms
    return document


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise FileNotText from error
