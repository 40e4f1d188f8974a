"""``huoqi holding explain``: one day's income of one customer, with every figure of the rule."""

import json
from datetime import date, datetime
from uuid import UUID

import click

from huoqi.approvals.queries import approval_of
from huoqi.cli.exits import refuse
from huoqi.close.breaks import register_row
from huoqi.customers.operations import CustomerUnknown
from huoqi.customers.queries import customer_of_id
from huoqi.fund.explaining import DayExplained
from huoqi.fund.products import HUOQIBAO
from huoqi.fund.queries import explain_day
from huoqi.fund.rules.explain import IncomeExplained
from huoqi.kit.db import Database, Work
from huoqi.kit.errors import DomainError
from huoqi.kit.money import format_scaled
from huoqi.kit.shards import shard_of
from huoqi.ledger.queries import shards as shards_of_ledger

Document = dict[str, object]
NUMBER_DIGITS_MAX = 18


def explain_holding(database: Database, *, customer: str, on: date, fund: str) -> Document:
    """Return the explanation of a day's income as a document that anyone can recompute.

    ``customer`` is a number or an outside id. Errors: CustomerUnknown, HoldingUnknown,
    DayNotPublished.
    """
    with database.work(while_advancing=True) as work:
        shard, customer_no = _place_of(work, customer)
        told = explain_day(work, (shard, fund, customer_no), on=on)
        day = told.fund_day
        document: Document = {
            "fund": fund,
            "on": on.isoformat(),
            "customer_no": customer_no,
            "status": told.status,
            "units_before": _units(told.opening_units_e2),
            "unit_events": [
                {"kind": e.kind, "units": _units(e.delta_e2), "order_id": str(e.order_id)}
                for e in told.events
            ],
            **_rule(told.rule),
            "income": format_scaled(told.day.income_fen, decimals=2),
            "income_fen": str(told.day.income_fen),
            "units_after": _units(told.day.end_units_e2),
            "fund_units": _units(day.total_units_e2),
            "fund_income": format_scaled(day.total_income_fen, decimals=2),
            "odd_fen_shared": str(day.residual_fen),
            "ledger_transfer_id": str(told.transfer_id) if told.transfer_id else None,
            "source": told.report.report.source if told.report else day.source,
        }
        document["override"] = _override(work, told)
        document["register_row"] = _register_row(work, told, fund=fund)
        return document


def _override(work: Work, told: DayExplained) -> Document | None:
    """Return where an accepted figure stands, and which two people decided."""
    origin = told.override
    if origin is None:
        return None
    approval = approval_of(work, origin.approval_id)
    return {
        "income_fen": str(told.day.income_fen),
        "source": origin.source,
        "record_no": origin.record_no,
        "sha256": origin.source_sha256.hex() if origin.source_sha256 else None,
        "approval_id": str(origin.approval_id),
        "proposed_by": approval.maker if approval else None,
        "approved_by": approval.checker if approval else None,
        "accepted_at": origin.accepted_at.isoformat(),
    }


def _register_row(work: Work, told: DayExplained, *, fund: str) -> Document | None:
    """Return where the register of the closed day has the holder."""
    account_no = told.rule.account_no
    row = register_row(work, fund=fund, on=told.day.on, customer_no=account_no)
    if row is None:
        return None
    return {
        "source": row.source,
        "sha256": row.source_sha256.hex() if row.source_sha256 else None,
        "record_no": row.record_no,
        "units": _units(told.day.end_units_e2),
    }


def _place_of(work: Work, customer: str) -> tuple[int, int]:
    if customer.isascii() and customer.isdigit() and len(customer) <= NUMBER_DIGITS_MAX:
        number = int(customer)
        if number > 0:
            return shard_of(number, shards=len(shards_of_ledger(work))), number
    try:
        found = customer_of_id(work, UUID(customer))
    except ValueError:
        found = None
    if found is None:
        raise CustomerUnknown
    return found.shard, found.customer_no


def _units(units_e2: int) -> str:
    return format_scaled(units_e2, decimals=2)


def _rule(rule: IncomeExplained) -> Document:
    rate = rule.income_per_10k_e5
    return {
        "units": _units(rule.units_e2),
        "mode": rule.mode.value,
        "income_per_10k": None if rate is None else format_scaled(rate, decimals=5),
        "numerator": str(rule.numerator),
        "denominator": str(rule.denominator),
        "product": str(rule.product),
        "floor_fen": str(rule.floor_fen),
        "remainder": str(rule.remainder),
        "theta": str(rule.theta),
        "tie_account": str(rule.tie_account),
        "plus_one_fen": rule.plus_one_fen,
    }


def _lines(told: Document) -> list[str]:
    """Return the document in words."""
    odd = "yes" if told["plus_one_fen"] else "no"
    lines = [
        f"{told['fund']} on {told['on']}, customer {told['customer_no']} ({told['status']})",
        f"  units that earned   {told['units']}",
        f"  income per 10,000   {told['income_per_10k'] or 'by share of the total'}",
        f"  product             {told['product']} = units x numerator ({told['numerator']})",
        f"  whole fen           {told['floor_fen']}, remainder {told['remainder']}",
        f"  odd fen             {odd}: threshold {told['theta']}, tie up to {told['tie_account']}",
        f"  income              {told['income']} yuan",
        f"  fund                {told['fund_units']} units earned {told['fund_income']} yuan",
        f"  ledger transfer     {told['ledger_transfer_id'] or '-'}",
        f"  source              {told['source']}",
    ]
    accepted, row = told["override"], told["register_row"]
    if isinstance(accepted, dict):
        lines += [
            f"  accepted figure     {accepted['income_fen']} fen",
            f"  where it stands     {accepted['source']} record {accepted['record_no']}",
            f"  accepted by         {accepted['proposed_by']} and {accepted['approved_by']}",
        ]
    if isinstance(row, dict):
        record = "-" if row["record_no"] is None else row["record_no"]
        lines.append(f"  register row        {row['source']} record {record}: {row['units']} units")
    return lines


@click.group("holding")
def holding_group() -> None:
    """Look into holdings."""


@holding_group.command("explain")
@click.argument("customer")
@click.argument("day", metavar="DATE", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--fund", default=HUOQIBAO.fund, show_default=True, help="The fund's code.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def explain_command(
    ctx: click.Context,
    customer: str,
    day: datetime,
    fund: str,
    as_json: bool,  # noqa: FBT001 - click's flag
) -> None:
    """Explain what CUSTOMER (number or id) earned on DATE, to the fen.

    \b
    huoqi holding explain 101 2015-05-12
    huoqi holding explain 101 2015-05-12 --json
    """
    try:
        told = explain_holding(ctx.obj.database, customer=customer, on=day.date(), fund=fund)
    except DomainError as refusal:
        unknown = isinstance(refusal, CustomerUnknown)
        step = "huoqi sandbox personas" if unknown else "huoqi close status"
        refuse(refusal, as_json=as_json, next_step=step)
    click.echo(json.dumps(told) if as_json else "\n".join(_lines(told)))
