"""``huoqi debt``: debts of collections that banks took back, settled by two people."""

import json
from collections.abc import Callable
from uuid import UUID

import click

from huoqi.approvals.queries import Approval
from huoqi.cli.exits import refuse
from huoqi.cli.session import Session
from huoqi.cli.staff_keys import holder_of_key
from huoqi.fund.debt_decisions import (
    DebtWish,
    Verdict,
    decide_debt_settlement,
    propose_debt_settlement,
)
from huoqi.fund.debt_nouns import Debt, Way
from huoqi.fund.debts import DebtUnknown
from huoqi.fund.queries import debt_of, open_debts, settled_debts, settlements_of
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.kit.money import format_scaled

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
SHOWN = 500


@click.group("debt")
def debt_group() -> None:
    """See and settle debts of collections that banks took back.

    A settlement is proposed by one person and approved by another. Each sets their own key in the
    environment variable HUOQI_KEY, so that it stands in no command line.
    """


@debt_group.command("list")
@click.option("--settled", is_flag=True, help="Those that are settled instead of the open ones.")
@AS_JSON
@click.pass_obj
def list_command(session: Session, settled: bool, as_json: bool) -> None:  # noqa: FBT001
    """List debts, those of the newest orders first.

    \b
    huoqi debt list --json
    """
    listed = settled_debts if settled else open_debts
    with session.database.work(while_advancing=True) as work:
        debts = listed(work, limit=SHOWN)
    if as_json:
        click.echo(json.dumps({"debts": [_document(debt) for debt in debts]}))
        return
    for debt in debts:
        left = format_scaled(debt.left_fen, decimals=2)
        owed = format_scaled(debt.amount_fen, decimals=2)
        click.echo(f"{debt.order_id}  {owed} yuan  left {left}  since {debt.opened_at:%Y-%m-%d}")
    if not debts:
        click.echo("no debts")


@debt_group.command("show")
@click.argument("order_id", type=click.UUID)
@AS_JSON
@click.pass_obj
def show_command(session: Session, order_id: UUID, as_json: bool) -> None:  # noqa: FBT001
    """Show the debt of a purchase and what was done about it.

    \b
    huoqi debt show 01890a5d-ac96-774b-bcce-b302099a8057
    """
    with session.database.work(while_advancing=True) as work:
        debt = debt_of(work, order_id)
        settlements = settlements_of(work, debt) if debt else []
    if debt is None:
        refuse(DebtUnknown(order_id=str(order_id)), as_json=as_json, next_step="huoqi debt list")
    document = _document(debt) | {
        "settlements": [
            {
                "id": str(each.settlement_id),
                "way": each.way.value,
                "amount_fen": str(each.amount_fen),
                "settled_fen": str(each.settled_fen),
                "state": each.state.value,
            }
            for each in settlements
        ]
    }
    if as_json:
        click.echo(json.dumps(document))
        return
    for name in ("order_id", "amount_fen", "settled_fen", "pending_fen", "frozen_e2"):
        click.echo(f"{name:14}{document[name]}")
    for each in settlements:
        click.echo(f"{each.way.value:14}{each.state.value} {each.settled_fen} of {each.amount_fen}")


@debt_group.command("settle")
@click.argument("order_id", type=click.UUID)
@click.option("--way", type=click.Choice([way.value for way in Way]), required=True)
@click.option("--fen", type=click.IntRange(min=1), help="How much; without it all that is left.")
@click.option("--proof", required=True, help="What was agreed, by its reference.")
@AS_JSON
@click.pass_obj
def settle_command(
    session: Session,
    order_id: UUID,
    way: str,
    fen: int | None,
    proof: str,
    as_json: bool,  # noqa: FBT001 - click's flag
) -> None:
    """Propose how a debt is settled; needs the operator's role.

    \b
    HUOQI_KEY=... huoqi debt settle ORDER_ID --way units --proof case-2015-21
    """

    def proposed(work: Work) -> Approval | DomainError:
        maker = holder_of_key(work, role="operator").actor
        wish = DebtWish(order_id, Way(way), fen, None, proof, maker)
        return propose_debt_settlement(work, wish)

    approval = _done(session, proposed, as_json=as_json)
    _tell(approval, as_json=as_json)


@debt_group.command("decide")
@click.argument("approval_id", type=click.UUID)
@click.option("--refuse", "refuses", is_flag=True, help="Refuse it; without this it is approved.")
@AS_JSON
@click.pass_obj
def decide_command(
    session: Session,
    approval_id: UUID,
    refuses: bool,  # noqa: FBT001 - click's flag
    as_json: bool,  # noqa: FBT001 - click's flag
) -> None:
    """Decide as the second person; needs the approver's role, and another person's key.

    \b
    HUOQI_KEY=... huoqi debt decide APPROVAL_ID
    """

    def decided(work: Work) -> Approval | DomainError:
        checker = holder_of_key(work, role="approver").actor
        verdict: Verdict = "refuse" if refuses else "approve"
        return decide_debt_settlement(work, approval_id, verdict=verdict, checker=checker)

    approval = _done(session, decided, as_json=as_json)
    _tell(approval, as_json=as_json)


def _done(
    session: Session, body: Callable[[Work], Approval | DomainError], *, as_json: bool
) -> Approval:
    try:
        result = session.database.run(body, while_advancing=True)
    except DomainError as refusal:
        refuse(refusal, as_json=as_json, next_step="huoqi debt --help")
    if isinstance(result, DomainError):
        refuse(result, as_json=as_json, next_step="huoqi debt --help")
    return result


def _tell(approval: Approval, *, as_json: bool) -> None:
    if as_json:
        document = {"approval_id": str(approval.approval_id), "state": approval.state}
        click.echo(json.dumps(document))
        return
    click.echo(f"{approval.approval_id}  {approval.state}")


def _document(debt: Debt) -> dict[str, object]:
    return {
        "order_id": str(debt.order_id),
        "fund": debt.fund,
        "amount_fen": str(debt.amount_fen),
        "settled_fen": str(debt.settled_fen),
        "pending_fen": str(debt.pending_fen),
        "left_fen": str(debt.left_fen),
        "frozen_e2": str(debt.frozen_e2),
        "opened_at": debt.opened_at.isoformat(),
        "ended_at": debt.ended_at.isoformat() if debt.ended_at else None,
    }
