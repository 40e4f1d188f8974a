"""``huoqi files``: what passes between us and a manager, and asking for it again."""

from datetime import datetime
from typing import get_args
from uuid import UUID

import click

from huoqi.cli.documents import refusals, show
from huoqi.cli.exits import refuse
from huoqi.cli.session import Session
from huoqi.close.operations.asking import ask_managers_now
from huoqi.fund.managers.drop.table import (
    FileFilter,
    FileState,
    FileUnknown,
    ManagerFileRow,
    list_files,
    one_file,
    pull_again,
)
from huoqi.kit.dates import SHANGHAI
from huoqi.kit.db import Work

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
_MOST = 500


@click.group("files")
def files_group() -> None:
    """See the files between us and a manager, why one was refused, and ask for it again."""


@files_group.command("list")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="Only those of a day.")
@click.option("--state", type=click.Choice(get_args(FileState)), help="Only those in a state.")
@click.option("--type", "file_type", help="Only those of a type: 01 to 07, 25, index.")
@click.option("--limit", type=click.IntRange(1, _MOST), default=50, show_default=True)
@AS_JSON
@click.pass_obj
def list_command(
    session: Session,
    day: datetime | None,
    state: FileState | None,
    file_type: str | None,
    limit: int,
    as_json: bool,  # noqa: FBT001 - click's flag
) -> None:
    """List files, those of the newest day first.

    \b
    huoqi files list --day 2015-05-11 --state refused
    """
    wanted = FileFilter(day.date() if day else None, state, file_type)
    with session.database.work(while_advancing=True) as work:
        rows = list_files(work, wanted, limit=limit)
    if as_json:
        show({"files": [_document(row) for row in rows]}, as_json=True)
        return
    for row in rows:
        why = f"  {row.code}" if row.code else ""
        click.echo(f"{row.file_id}  {row.day_on}  {row.file_type}  {row.state:<12} {row.name}{why}")
    if not rows:
        click.echo("no files; the manager of this sandbox answers without them (see --manager)")


@files_group.command("show")
@click.argument("file_id", type=click.UUID)
@AS_JSON
@click.pass_obj
def show_command(session: Session, file_id: UUID, as_json: bool) -> None:  # noqa: FBT001
    """Show a file: when it came, its digest, and where in it a refusal stands.

    \b
    huoqi files show 01890a5d-ac96-774b-bcce-b302099a8057
    """
    with session.database.work(while_advancing=True) as work:
        row = one_file(work, file_id)
    show(_document(_known(row, file_id=file_id, as_json=as_json)), as_json=as_json)


@files_group.command("repull")
@click.argument("file_id", type=click.UUID)
@AS_JSON
@click.pass_obj
def repull_command(session: Session, file_id: UUID, as_json: bool) -> None:  # noqa: FBT001
    """Ask the manager for a file again; it is asked when the platform speaks to it next.

    \b
    huoqi files repull 01890a5d-ac96-774b-bcce-b302099a8057
    """

    def asked(work: Work) -> ManagerFileRow | None:
        row = pull_again(work, file_id)
        ask_managers_now(work)
        return row

    with refusals(as_json=as_json):
        row = session.database.run(asked)
    show(_document(_known(row, file_id=file_id, as_json=as_json)), as_json=as_json)


def _known(row: ManagerFileRow | None, *, file_id: UUID, as_json: bool) -> ManagerFileRow:
    if row is None:
        unknown = FileUnknown(file_id=str(file_id))
        refuse(unknown, as_json=as_json, next_step="huoqi files list")
    return row


def _document(row: ManagerFileRow) -> dict[str, object]:
    instants = {
        name: at.astimezone(SHANGHAI).isoformat()
        for name in ("expected_at", "arrived_at", "sent_at", "ended_at")
        if (at := getattr(row, name)) is not None
    }
    return {
        "id": str(row.file_id),
        "agent": row.agent,
        "direction": row.direction,
        "day": row.day_on.isoformat(),
        "type": row.file_type,
        "name": row.name,
        "batch": row.batch_no,
        "state": row.state,
        **instants,
        "sha256": row.sha256,
        "size_bytes": row.size_bytes,
        "record_count": row.record_count,
        "code": row.code,
        **{f"refusal_{name}": value for name, value in row.facts.items()},
        "place": row.place,
        "pulled_at": [{"at": at.astimezone(SHANGHAI).isoformat()} for at in row.pulled_at],
        "pull_wanted": row.pull_wanted,
    }
