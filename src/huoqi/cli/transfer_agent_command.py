"""``huoqi transfer-agent``: the other side of a fund manager's folder, as a process of its own."""

import signal
import sys
import threading
from pathlib import Path

import click

from huoqi.cli.documents import refusals
from huoqi.sandbox.transfer_agent.process import (
    ParentGone,
    opened_agent,
    serve_beside,
    serve_folder,
)
from huoqi.sandbox.transfer_agent.terms import DEFAULT_FUND, AgentTerms, fund_terms_of


@click.command("transfer-agent")
@click.option(
    "--folder",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder with to_manager/ and from_manager/; made if it is not there.",
)
@click.option(
    "--fund",
    "funds",
    multiple=True,
    default=(DEFAULT_FUND,),
    show_default=True,
    help="A fund it keeps; may be given several times. CODE,monthly,seed=7,gate=10,cancels",
)
@click.option("--distributor", default="H0", show_default=True, help="Whose orders it takes.")
@click.option("--agent", "code", default="99", show_default=True, help="Its own code.")
@click.option("--once", is_flag=True, help="Do what there is to do, and end.")
@click.option("--parent", type=int, hidden=True, help="End when this process is gone.")
def transfer_agent_command(
    folder: Path,
    funds: tuple[str, ...],
    distributor: str,
    code: str,
    once: bool,  # noqa: FBT001 - click's flag
    parent: int | None,
) -> None:
    """Serve a folder as a simulated transfer agent: take order files, write real answers.

    It has books of its own (agent/books.sqlite in the folder) and knows nothing of our database.
    The business time is told to it in to_manager/CLOCK.TXT, faults in to_manager/FAULTS.TXT.
    Stop it with Ctrl-C or SIGTERM; kill it at any point, and it goes on where it was.

    \b
    huoqi transfer-agent --folder ta
    huoqi transfer-agent --folder ta --fund 990001 --fund 990002,monthly --once
    """
    with refusals(as_json=False):
        terms = AgentTerms(code, distributor, tuple(fund_terms_of(fund) for fund in funds))
        if once:
            with opened_agent(folder, terms=terms, say=_say) as agent:
                agent.look()
            return
        ending = threading.Event() if parent is None else ParentGone(parent)
        signal.signal(signal.SIGTERM, lambda _number, _frame: ending.set())
        # A child is ended by its parent, which may need it until then.
        stops = signal.SIG_IGN if parent else lambda _number, _frame: ending.set()
        signal.signal(signal.SIGINT, stops)
        serve = serve_folder if parent is None else serve_beside
        serve(folder, terms=terms, ending=ending, say=_say)


def _say(line: str) -> None:
    print(f"transfer agent: {line}", file=sys.stdout, flush=True)
