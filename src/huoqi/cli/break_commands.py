"""``huoqi break``: what does not tie, its evidence, and what two people do about it."""

import json
import sys
from collections.abc import Callable
from datetime import date, datetime
from typing import NoReturn, TypeVar
from uuid import UUID

import click

from huoqi.approvals.operations import ApprovalNotFound, Decision, MakerIsChecker
from huoqi.approvals.queries import Approval, approval_of
from huoqi.cli.exits import Exit, refuse
from huoqi.cli.session import Session
from huoqi.cli.staff_keys import holder_of_key
from huoqi.close.breaks import (
    BreakFilter,
    BreakKey,
    QueuedBreak,
    ShownState,
    acts_of,
    bank_subject,
    break_key,
    break_of_id,
    breaks_queued,
    offers_of,
    open_for,
    suggested,
    suggested_first,
)
from huoqi.close.operations import (
    BreakUnknown,
    ResolutionWish,
    decide_resolution,
    propose_resolution,
    reopen_break,
)
from huoqi.close.rules.alerts import RUNBOOK
from huoqi.close.rules.breaks import AgeBand, BreakClass, age_days, band_of, class_of, days_in_band
from huoqi.close.rules.resolutions import BANK_ACTIONS, Action
from huoqi.customers.operations import is_one_hand
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
STATES = ("open", "resolving", "resolved", "waived", "cleared", "noted")
SHOWN = 500
Document = dict[str, object]
Result = TypeVar("Result")


@click.group("break")
def break_group() -> None:
    """See what does not tie, and settle it by two people.

    One proposes, another decides. Each sets their own key in the environment variable HUOQI_KEY, so
    that it stands in no command line.
    """


@break_group.command("list")
@click.option("--state", type=click.Choice(STATES), help="Without it what is not through.")
@click.option("--class", "of_class", type=click.Choice([c.value for c in BreakClass]))
@click.option("--age", type=click.Choice([band.value for band in AgeBand]))
@click.option("--fund", help="One fund's code, or a bank's.")
@click.option("--owner", help="Who has them in hand.")
@AS_JSON
@click.pass_obj
def list_command(  # noqa: PLR0913 - one argument an option
    session: Session,
    *,
    state: ShownState | None,
    of_class: str | None,
    age: str | None,
    fund: str | None,
    owner: str | None,
    as_json: bool,
) -> None:
    """List breaks, the oldest day first; ends with 3 if any is open, 4 if they wait for a person.

    \b
    huoqi break list
    huoqi break list --class amount_mismatch --age over_7 --json
    """
    with session.database.work(while_advancing=True) as work:
        first, last = date.min, date.max
        if age is not None:
            first, last = days_in_band(AgeBand(age), today=shanghai_date(work.at))
        named = BreakClass(of_class) if of_class else None
        states: list[ShownState] = [state] if state else ["open", "resolving"]
        found = [
            _document(work, row)
            for each in states
            for row in breaks_queued(
                work, BreakFilter(each, named, fund, first, last, owner), limit=SHOWN
            )
        ]
    if as_json:
        click.echo(json.dumps({"breaks": found}))
    for row in [] if as_json else found:
        click.echo(
            f"{row['id']}  {row['state']}  {row['class']}  age {row['age']}"
            f"  ours {row['ours']}  theirs {row['theirs']}  {row['owner'] or '-'}"
        )
    if not found and not as_json:
        click.echo("0 breaks")
    kinds = {row["state"] for row in found}
    sys.exit(Exit.NEGATIVE if "open" in kinds else Exit.WAITS if "resolving" in kinds else 0)


@break_group.command("show")
@click.argument("break_id")
@AS_JSON
@click.pass_obj
def show_command(session: Session, break_id: str, as_json: bool) -> None:  # noqa: FBT001
    """Show a break: both sides, what can be done, what was done.

    \b
    huoqi break show 990001.2015-05-13.register.0
    """
    with session.database.work(while_advancing=True) as work:
        found = break_of_id(work, break_id)
        document = _whole(work, found) if found else {}
    if found is None:
        refuse(BreakUnknown(id=break_id[:40]), as_json=as_json, next_step="huoqi break list")
    if as_json:
        click.echo(json.dumps(document))
        return
    for name, value in document.items():
        for line in value if isinstance(value, list) else [value]:
            text = " ".join(map(str, line.values())) if isinstance(line, dict) else line
            click.echo(f"{name:14}{text}")


@break_group.command("resolve")
@click.argument("break_ids", nargs=-1)
@click.option("--class", "of_class", type=click.Choice([c.value for c in BreakClass]))
@click.option("--fund", help="With --class and --on: all open breaks of a fund's day.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD")
@click.option("--action", type=click.Choice([a.value for a in Action]), required=True)
@click.option("--income-fen", type=int, help="With edit_by_reversal: the register's new figure.")
@click.option("--order", "order_id", type=click.UUID, help="With link_to_order: the payment meant.")
@click.option("--reason", required=True, help="Why, in words.")
@click.option("--evidence", required=True, help="The proof, by its reference.")
@AS_JSON
@click.pass_obj
def resolve_command(  # noqa: PLR0913 - one argument an option
    session: Session,
    *,
    break_ids: tuple[str, ...],
    of_class: str | None,
    fund: str | None,
    on: datetime | None,
    action: str,
    income_fen: int | None,
    order_id: UUID | None,
    reason: str,
    evidence: str,
    as_json: bool,
) -> None:
    """Propose what is done about breaks of one class; ends with 4, for a second person decides.

    \b
    HUOQI_KEY=... huoqi break resolve ID --action replace_line --reason WHY --evidence FILE
    HUOQI_KEY=... huoqi break resolve --class amount_mismatch --fund 990001 --on 2015-05-13 \\
        --action replace_line --reason WHY --evidence FILE
    """
    whole_day = of_class is not None and fund is not None and on is not None
    if bool(break_ids) == whole_day:
        raise click.UsageError("name breaks, or all of a day by --class, --fund and --on")

    def proposed(work: Work) -> Approval | DomainError:
        maker = holder_of_key(work, role="finance").actor
        work.actor = maker
        keys = _keys(break_ids)
        if of_class is not None and fund is not None and on is not None:
            named = BreakClass(of_class)
            keys = open_for(work, Action(action), of_class=named, fund=fund, on=on.date())
        wish = ResolutionWish(
            keys, Action(action), reason, evidence, maker, income_fen, order_id=order_id
        )
        return propose_resolution(work, wish)

    _end(_done(session, proposed, as_json=as_json), as_json=as_json)


@break_group.command("decide")
@click.argument("approval_id", type=click.UUID)
@click.option("--refuse", "refuses", is_flag=True, help="Refuse it; without this it is approved.")
@click.option("--reason", default="", help="Why, in words.")
@AS_JSON
@click.pass_obj
def decide_command(
    session: Session,
    *,
    approval_id: UUID,
    refuses: bool,
    reason: str,
    as_json: bool,
) -> None:
    """Decide as the second person; needs the approver's role, and another person's key.

    \b
    HUOQI_KEY=... huoqi break decide APPROVAL_ID --reason "looked at the file"
    """

    def decided(work: Work) -> Approval | DomainError:
        checker = holder_of_key(work, role="approver").actor
        work.actor = checker
        waiting = approval_of(work, approval_id)
        if waiting is None:
            raise ApprovalNotFound(approval_id=str(approval_id))
        if is_one_hand(work, waiting.maker, checker):
            raise MakerIsChecker
        verdict = Decision(approval_id, checker, "refuse" if refuses else "approve", "", reason)
        return decide_resolution(work, verdict)

    _end(_done(session, decided, as_json=as_json), as_json=as_json)


@break_group.command("reopen")
@click.argument("break_id")
@click.option("--reason", required=True, help="Why, in words.")
@click.option("--evidence", required=True, help="The proof, by its reference.")
@AS_JSON
@click.pass_obj
def reopen_command(
    session: Session,
    *,
    break_id: str,
    reason: str,
    evidence: str,
    as_json: bool,
) -> None:
    """Open a decided break again, as a new version.

    \b
    HUOQI_KEY=... huoqi break reopen ID --reason WHY --evidence FILE
    """

    def reopened(work: Work) -> Document:
        work.actor = holder_of_key(work, role="finance").actor
        (key,) = _keys((break_id,))
        return _document(work, reopen_break(work, key, reason=reason, evidence=evidence))

    document = _done(session, reopened, as_json=as_json)
    click.echo(json.dumps(document) if as_json else f"{document['id']}  {document['state']}")


def _done(
    session: Session, body: Callable[[Work], Result | DomainError], *, as_json: bool
) -> Result:
    try:
        result = session.database.run(body)
    except DomainError as refusal:
        refuse(refusal, as_json=as_json, next_step="huoqi break list")
    if isinstance(result, DomainError):
        refuse(result, as_json=as_json, next_step="huoqi break list")
    return result


def _end(approval: Approval, *, as_json: bool) -> NoReturn:
    if as_json:
        told = {"approval_id": str(approval.approval_id), "state": approval.state}
        click.echo(json.dumps(told))
    else:
        click.echo(f"{approval.approval_id}  {approval.state}")
    sys.exit(Exit.WAITS if approval.state == "pending" else Exit.DONE)


def _keys(break_ids: tuple[str, ...]) -> list[BreakKey]:
    keys = []
    for break_id in break_ids:
        key = break_key(break_id)
        if key is None:
            raise BreakUnknown(id=break_id[:40])
        keys.append(key)
    return keys


def _document(work: Work, found: QueuedBreak) -> Document:
    key, row = found.key, found.row
    days = age_days(key.on, today=shanghai_date(work.at))
    return {
        "id": key.break_id,
        "state": found.state,
        "version": row.version,
        "class": class_of(key.kind).value,
        "age_days": days,
        "age": band_of(days).value,
        "owner": row.owner,
        "customer_no": row.account_no,
        "ours": _text(row.ours),
        "theirs": _text(row.theirs),
        "difference": _text(row.difference),
        "suggestion": suggested_first(work, found).value,
        "runbook": f"{RUNBOOK}{key.kind}",
        "approval_id": str(row.approval_id) if row.approval_id else None,
    }


def _whole(work: Work, found: QueuedBreak) -> Document:
    row = found.row
    return _document(work, found) | {
        "detail": row.detail,
        "income_ours": _text(row.income_ours),
        "income_theirs": _text(row.income_theirs),
        "source": row.source,
        "record_no": row.record_no,
        "sha256": row.source_sha256.hex() if row.source_sha256 else None,
        "suggested_action": _text(suggested(work, found)[1]),
        "entries": _entries(work, found),
        "offers": [
            {"action": offer.action.value, "refusal": offer.refusal.value if offer.refusal else ""}
            for offer in offers_of(work, found)
        ],
        "acts": [
            {
                "at": act.acted_at.isoformat(),
                "verb": act.verb,
                "actor": act.actor,
                "action": act.action,
                "reason": act.reason,
                "evidence": act.evidence,
            }
            for act in acts_of(work, found.key)
        ],
    }


def _entries(work: Work, found: QueuedBreak) -> list[Document]:
    """Return what each action would post about a bank's line, to the fen."""
    if not found.is_of_bank:
        return []
    subject = bank_subject(work, found)
    return [
        {
            "action": action.value,
            "debit": entry.debit.name.lower(),
            "credit": entry.credit.name.lower(),
            "amount_fen": str(entry.amount_fen),
            "reverses": entry.reverses,
        }
        for action in BANK_ACTIONS[found.key.kind]
        for entry in subject.entries(action)
    ]


def _text(value: object) -> str | None:
    return None if value is None else str(value)
