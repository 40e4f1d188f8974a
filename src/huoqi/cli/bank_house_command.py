"""``huoqi bank-house``: the banks on the other side of our lines, as a process of their own."""

import signal
import sys
import threading
from pathlib import Path

import click

from huoqi.cli.documents import refusals
from huoqi.payments.banks.http.keys import load_or_make, rotated, save
from huoqi.sandbox.bank_house.process import HouseTerms, serve_beside, serve_house
from huoqi.sandbox.transfer_agent.process import ParentGone


@click.command("bank-house")
@click.option(
    "--folder",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Where its books and keys are; made if it is not there.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=0,
    show_default=True,
    help="Where it listens on 127.0.0.1; 0 takes any free one, told in the folder's file address.",
)
@click.option("--seed", default="20150511", show_default=True, help="What chance is drawn from.")
@click.option("--rotate", is_flag=True, help="Make a new secret for its calls, and end.")
@click.option("--parent", type=int, hidden=True, help="End when this process is gone.")
def bank_house_command(
    folder: Path,
    port: int,
    seed: str,
    rotate: bool,  # noqa: FBT001 - click's flag
    parent: int | None,
) -> None:
    """Be the banks: check cards, move money or fail to, call back, over HTTP with signatures.

    It has books of its own (books.sqlite in the folder) and knows nothing of our database. The
    business time, and what shall go wrong, are told to it. `huoqi up --banks http` starts one
    beside the server. Stop it with Ctrl-C or SIGTERM; kill it at any point, and it goes on where
    it was.

    \b
    huoqi bank-house --folder banks --port 8400
    huoqi bank-house --folder banks --rotate      sign calls by a new secret; the old one holds too
    """
    with refusals(as_json=False):
        if rotate:
            save(rotated(load_or_make(folder)), folder)
            _say("calls are signed by a new secret; the one before is still believed")
            return
        ending = threading.Event() if parent is None else ParentGone(parent)
        signal.signal(signal.SIGTERM, lambda _number, _frame: ending.set())
        # A child is ended by its parent, which may need it until then.
        stops = signal.SIG_IGN if parent else lambda _number, _frame: ending.set()
        signal.signal(signal.SIGINT, stops)
        serve = serve_house if parent is None else serve_beside
        serve(folder, terms=HouseTerms(seed, port), ending=ending, say=_say)


def _say(line: str) -> None:
    print(f"bank house: {line}", file=sys.stdout, flush=True)
