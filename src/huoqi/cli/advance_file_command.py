"""``huoqi fund advances``: what stands in a fund company's file of advances, checked whole."""

from pathlib import Path

import click

from huoqi.cli.documents import refusals, show
from huoqi.fund.managers.files.rules.advances import AdvanceKind, parse_advances
from huoqi.kit.money import format_scaled


@click.command("advances")
@click.argument(
    "path", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def advances_command(path: Path, as_json: bool) -> None:  # noqa: FBT001 - click's flag
    """Check a file of advances and show its sums; accounts are not shown.

    \b
    huoqi fund advances thfund_loaning_20150511_000.txt
    """
    with refusals(as_json=as_json):
        file = parse_advances(path.read_bytes(), file=path.name)
        kinds = {
            kind.name.lower(): [row.amount_fen for row in file.rows if row.kind is kind]
            for kind in AdvanceKind
        }
        document = {
            "on": file.on.isoformat(),
            "number": file.number,
            "advances": len(file.rows),
            "total_yuan": format_scaled(file.total_fen, decimals=2),
            "funds": sorted({row.fund for row in file.rows}),
            **{name: len(amounts) for name, amounts in kinds.items()},
            **{
                f"{name}_yuan": format_scaled(sum(amounts), decimals=2)
                for name, amounts in kinds.items()
            },
        }
        show(document, as_json=as_json)
