"""``huoqi statements``: what the banks say of our accounts, day by day, and asking once more."""

from datetime import date, datetime
from typing import get_args

import click

from huoqi.cli.documents import refusals, show
from huoqi.cli.exits import refuse
from huoqi.cli.session import Session
from huoqi.kit.dates import SHANGHAI
from huoqi.kit.money import format_scaled
from huoqi.payments.operations.pulling import StatementUnknown, pull_statement
from huoqi.payments.statement_queries import (
    DayFilter,
    DayState,
    EntryLine,
    StatementDay,
    statement_day,
    statement_days,
    statement_entries,
    statement_pages,
)
from huoqi.payments.statements import StatementPage

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
DAY = click.DateTime(["%Y-%m-%d"])
_MOST = 500


@click.group("statements")
def statements_group() -> None:
    """See the banks' statements of our accounts, why one was refused, and ask for it again.

    A file that was not taken in yet is looked into by huoqi statement check and show.
    """


@statements_group.command("list")
@click.option("--bank", help="Only those of a bank, by its code.")
@click.option("--day", type=DAY, help="Only those of a day.")
@click.option("--state", type=click.Choice(get_args(DayState)), help="Only those in a state.")
@click.option("--limit", type=click.IntRange(1, _MOST), default=24, show_default=True)
@AS_JSON
@click.pass_obj
def list_command(
    session: Session,
    bank: str | None,
    day: datetime | None,
    state: DayState | None,
    limit: int,
    as_json: bool,  # noqa: FBT001 - click's flag
) -> None:
    """List banks' days, the newest first.

    \b
    huoqi statements list --day 2015-05-11 --state refused
    """
    wanted = DayFilter(bank, day.date() if day else None, state)
    with session.database.work(while_advancing=True) as work:
        rows = statement_days(work, wanted, limit=limit)
    if as_json:
        show({"statements": [_document(row) for row in rows]}, as_json=True)
        return
    for row in rows:
        closing = (
            ""
            if row.closing_fen is None
            else f"  closing {format_scaled(row.closing_fen, decimals=2):>16}"
        )
        lines = "" if row.entry_count is None else f"  {row.entry_count:>6} lines"
        why = f"  {row.reason}" if row.reason else ""
        click.echo(f"{row.on}  {row.bank:<6} {row.state:<10}{lines}{closing}{why}")
    if not rows:
        click.echo("no statements; the banks give the first one out at eight tomorrow morning")


@statements_group.command("show")
@click.argument("bank")
@click.argument("day", type=DAY)
@click.option("--lines", type=click.IntRange(0, _MOST), default=20, show_default=True)
@AS_JSON
@click.pass_obj
def show_command(
    session: Session,
    bank: str,
    day: datetime,
    lines: int,
    as_json: bool,  # noqa: FBT001 - click's flag
) -> None:
    """Show a bank's day: what came, both totals, and its first lines with what they proved.

    \b
    huoqi statements show ICBC 2015-05-11
    """
    on = day.date()
    with session.database.work(while_advancing=True) as work:
        row = statement_day(work, bank=bank, on=on)
        pages = statement_pages(work, bank=bank, on=on)
        entries = [
            line
            for page in pages
            for line in statement_entries(work, page.page_id, limit=max(lines, 1))
        ]
    document = _document(_known(row, bank=bank, on=on, as_json=as_json))
    document["pages"] = [_page(page) for page in pages]
    document["lines"] = [_line(entry) for entry in entries[:lines]]
    show(document, as_json=as_json)


@statements_group.command("repull")
@click.argument("bank")
@click.argument("day", type=DAY)
@AS_JSON
@click.pass_obj
def repull_command(
    session: Session,
    bank: str,
    day: datetime,
    as_json: bool,  # noqa: FBT001 - click's flag
) -> None:
    """Ask a bank for a late, incomplete or refused statement again.

    \b
    huoqi statements repull ICBC 2015-05-11
    """
    on = day.date()
    with refusals(as_json=as_json):
        row = session.database.run(lambda work: pull_statement(work, bank=bank, on=on))
    show(_document(row), as_json=as_json)


def _known(row: StatementDay | None, *, bank: str, on: date, as_json: bool) -> StatementDay:
    if row is None:
        unknown = StatementUnknown(bank=bank, on=on.isoformat())
        refuse(unknown, as_json=as_json, next_step="huoqi statements list")
    return row


def _document(row: StatementDay) -> dict[str, object]:
    return {
        "bank": row.bank,
        "day": row.on.isoformat(),
        "state": row.state,
        "reason": row.reason,
        "expected_at": _instant(row.expected_at),
        "arrived_at": _instant(row.arrived_at) if row.arrived_at else "",
        "statement_id": row.statement_id,
        "sequence_no": row.sequence_no,
        "opening_fen": row.opening_fen,
        "closing_fen": row.closing_fen,
        "stated_count": row.stated_count,
        "stated_credit_fen": row.stated_credit_fen,
        "stated_debit_fen": row.stated_debit_fen,
        "counted_count": row.entry_count,
        "counted_credit_fen": row.credit_fen,
        "counted_debit_fen": row.debit_fen,
        "sha256": row.sha256.hex() if row.sha256 else "",
        "pull_wanted": row.pull_wanted,
    }


def _page(page: StatementPage) -> dict[str, object]:
    return {
        "page": page.head.page_no,
        "state": page.state.value,
        "reason": page.reason.value,
        "lines": page.counted.count,
        "sha256": page.head.sha256.hex(),
    }


def _line(entry: EntryLine) -> dict[str, object]:
    return {
        "entry_id": entry.entry_id,
        "reference": entry.bank_ref,
        "amount_fen": entry.amount_fen,
        "side": "credit" if entry.is_credit else "debit",
        "reversal": entry.is_reversal,
        "proved": entry.event,
    }


def _instant(at: datetime) -> str:
    return at.astimezone(SHANGHAI).isoformat()
