"""``huoqi fund``: rules computed without a database, and other funds' quoted yields."""

import click

from huoqi.cli.fund_rules import allocate_command, when_command, yields_command
from huoqi.cli.rival_commands import rivals_group


@click.group("fund")
def fund_group() -> None:
    """Compute yields, a day's allocation and the dates of an order; keep rivals' yields."""


for _command in (yields_command, allocate_command, when_command, rivals_group):
    fund_group.add_command(_command)
