"""``huoqi migrate``: bring the database to this program's schema, or tell what that would do."""

import click

from huoqi.bootstrap.server import running_database
from huoqi.bootstrap.settings import Settings
from huoqi.cli.documents import refusals, show
from huoqi.kit.migrations import migrate, plan


@click.command("migrate")
@click.option("--plan", "only_plan", is_flag=True, help="Tell what would be done, and do nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def migrate_command(
    ctx: click.Context,
    only_plan: bool,  # noqa: FBT001 - click's flag
    as_json: bool,  # noqa: FBT001 - click's flag
) -> None:
    """Bring the database to the schema of this program, as `huoqi up` does at its start.

    Each migration is one transaction: one that fails leaves the database at the step before, and
    one that cannot have a lock within its limit gives up instead of making customers wait. Run it
    again then. Take a backup first.

    \b
    huoqi migrate --plan
    huoqi backup && huoqi migrate
    """
    settings: Settings = ctx.meta["huoqi.settings"]
    folder = settings.root / "migrations"
    with refusals(as_json=as_json), running_database(settings) as dsn:
        pending = plan(dsn, folder=folder)
        applied = [] if only_plan else migrate(dsn, folder=folder)
    rows = [{"name": each.name, "why": each.why} for each in pending]
    document: dict[str, object] = {"pending": rows} if only_plan else {"applied": applied}
    show({"count": len(pending) if only_plan else len(applied), **document}, as_json=as_json)
