"""``huoqi key``: make, list and revoke the keys of staff and programs."""

import json
from typing import cast
from uuid import UUID

import click

from huoqi.cli.exits import refuse
from huoqi.cli.master_key_commands import check_command, combine_command, split_command
from huoqi.close.platform import Platform
from huoqi.customers.operations import KeyRequest, Role, make_key, revoke_key
from huoqi.customers.queries import api_keys_made
from huoqi.kit.errors import DomainError

ROLES = ("operator", "approver", "finance", "compliance", "support", "developer", "viewer")


@click.group("key")
def key_group() -> None:
    """Keys of staff and programs; and the master key, split and brought back."""


key_group.add_command(split_command)
key_group.add_command(combine_command)
key_group.add_command(check_command)


@key_group.command("new")
@click.argument("label")
@click.option("--role", "roles", type=click.Choice(ROLES), multiple=True, required=True)
@click.option("--program", is_flag=True, help="For a program instead of a member of staff.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def new_command(
    ctx: click.Context,
    label: str,
    roles: tuple[str, ...],
    program: bool,  # noqa: FBT001 - click's flag
    as_json: bool,  # noqa: FBT001 - click's flag
) -> None:
    """Make a key and show it once; only a digest of it is kept.

    LABEL is an alias of who will hold it, not a name.

    \b
    huoqi key new night-desk --role operator
    huoqi key new checkout --role developer --program --json
    """
    platform: Platform = ctx.obj.platform
    request = KeyRequest(
        label,
        cast("frozenset[Role]", frozenset(roles)),
        holder="program" if program else "staff",
    )
    try:
        made = platform.database.run(
            lambda work: make_key(work, request, installation=platform.mode),
            while_advancing=True,
        )
    except DomainError as refusal:
        refuse(refusal, as_json=as_json, next_step="huoqi key new --help")
    shown = {"key": made.text, "key_id": str(made.key_id), "label": made.label}
    click.echo(json.dumps(shown) if as_json else made.text)


@key_group.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def list_command(ctx: click.Context, as_json: bool) -> None:  # noqa: FBT001 - click's flag
    """List every key that was made, by its label and last characters."""
    platform: Platform = ctx.obj.platform
    with platform.database.work(while_advancing=True) as work:
        keys = api_keys_made(work)
    rows = [
        {
            "key_id": str(key.key_id),
            "label": key.label,
            "holder": key.holder,
            "roles": sorted(key.roles),
            "ends_in": key.hint,
            "revoked": key.revoked_at is not None,
        }
        for key in keys
    ]
    if as_json:
        click.echo(json.dumps({"keys": rows}))
        return
    for key in keys:
        cells = [str(key.key_id), key.label, key.holder, ",".join(sorted(key.roles)), key.hint]
        click.echo("  ".join([*cells, f"revoked {'yes' if key.revoked_at else 'no'}"]))


@key_group.command("revoke")
@click.argument("key_id", type=click.UUID)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def revoke_command(ctx: click.Context, key_id: UUID, as_json: bool) -> None:  # noqa: FBT001
    """Revoke a key at once, by the id that `huoqi key list` shows.

    \b
    huoqi key revoke 01890a5d-ac96-774b-bcce-b302099a8057
    """
    platform: Platform = ctx.obj.platform
    refusal = platform.database.run(
        lambda work: revoke_key(work, key_id=key_id), while_advancing=True
    )
    if refusal is not None:
        refuse(refusal, as_json=as_json)
    click.echo(json.dumps({"key_id": str(key_id), "revoked": True}) if as_json else "revoked")
