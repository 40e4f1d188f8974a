"""``huoqi fund``: rules computed without a database, and other funds' quoted yields."""

import click

from huoqi.cli.advance_file_command import advances_command
from huoqi.cli.fund_rules import allocate_command, when_command, yields_command
from huoqi.cli.rival_commands import rivals_group


@click.group("fund")
def fund_group() -> None:
    """Compute yields, a day's allocation, the dates of an order; check advances; keep rivals."""


for _command in (yields_command, allocate_command, when_command, advances_command, rivals_group):
    fund_group.add_command(_command)
