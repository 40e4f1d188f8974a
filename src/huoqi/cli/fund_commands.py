"""``huoqi fund``: yields, allocation and order dates, computed without a database."""

import click

from huoqi.cli.fund_rules import allocate_command, when_command, yields_command


@click.group("fund")
def fund_group() -> None:
    """Compute yields, a day's allocation and the dates of an order."""


for _command in (yields_command, allocate_command, when_command):
    fund_group.add_command(_command)
