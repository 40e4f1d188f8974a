"""``huoqi bench``: measures, and prints one JSON document with the facts of the machine."""

import importlib
import json
import sys
from collections.abc import Callable
from pathlib import Path

import click

Figures = dict[str, object]
ROOT = Path(__file__).resolve().parents[3]


@click.group("bench")
def bench_group() -> None:
    """Measure on this machine; figures of a shared machine are for comparing within one run."""


def _run(module: str, **options: int | str) -> Figures:
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    run: Callable[..., Figures] = importlib.import_module(f"bench.{module}").run
    return run(**options)


def _show(document: Figures, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(document, ensure_ascii=False))
        return
    for name, value in document.items():
        click.echo(f"{name:<24}{value}")


@bench_group.command("ledger")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def ledger_command(as_json: bool) -> None:  # noqa: FBT001 - click's flag
    """Post transfers: in batches of 8,000, to hot accounts, and by 256 single callers.

    \b
    huoqi bench ledger --json
    """
    _show(_run("ledger"), as_json=as_json)


@bench_group.command("orders")
@click.option("--clients", type=click.IntRange(1, 2_000), default=256, show_default=True)
@click.option("--seconds", type=click.IntRange(1, 600), default=20, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def orders_command(clients: int, seconds: int, as_json: bool) -> None:  # noqa: FBT001
    """Place durable purchases over HTTP with one server process.

    \b
    huoqi bench orders --clients 256 --seconds 20 --json
    """
    _show(_run("orders", clients=clients, seconds=seconds), as_json=as_json)


@bench_group.command("time-machine")
@click.option("--days", type=click.IntRange(1, 3_650), default=365, show_default=True)
@click.option("--customers", type=click.IntRange(1, 100_000), default=1_000, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def time_machine_command(days: int, customers: int, as_json: bool) -> None:  # noqa: FBT001
    """Let a seeded company live through its days, every day closed and tied.

    \b
    huoqi bench time-machine --days 365 --customers 1000 --json
    """
    _show(_run("time_machine", days=days, customers=customers), as_json=as_json)


@bench_group.command("console")
@click.option(
    "--customers", type=click.IntRange(100, 1_000_000), default=100_000, show_default=True
)
@click.option("--orders", type=click.IntRange(5_000, 10_000_000), default=1_000_000)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def console_command(customers: int, orders: int, as_json: bool) -> None:  # noqa: FBT001
    """Ask everything that operators ask, over a year of orders.

    \b
    huoqi bench console --customers 100000 --orders 1000000 --json
    """
    _show(_run("console", customers=customers, orders=orders), as_json=as_json)


@bench_group.command("app")
@click.option("--runs", type=click.IntRange(1, 15), default=3, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def app_command(runs: int, as_json: bool) -> None:  # noqa: FBT001
    """Look at the customer app as a phone gets it: Lighthouse on four screens, sizes of scripts.

    \b
    huoqi bench app --json
    """
    _show(_run("screens", runs=runs), as_json=as_json)


@bench_group.command("pages")
@click.option(
    "--customers", type=click.IntRange(100, 1_000_000), default=100_000, show_default=True
)
@click.option("--browsers", type=click.IntRange(1, 64), default=4, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def pages_command(customers: int, browsers: int, as_json: bool) -> None:  # noqa: FBT001
    """Time what the customer app asks, and its orders, with many customers in the books.

    \b
    huoqi bench pages --json
    """
    _show(_run("pages", customers=customers, browsers=browsers), as_json=as_json)


@bench_group.command("close")
@click.option(
    "--holders", type=click.IntRange(1_000, 1_000_000_000), default=5_000_000, show_default=True
)
@click.option("--trades", type=click.IntRange(1, 100_000_000), default=250_000, show_default=True)
@click.option(
    "--register-holders",
    type=click.IntRange(0, 100_000_000),
    help="Holders of the book that is compared with register files; as many, 10 million at most.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def close_command(
    holders: int,
    trades: int,
    register_holders: int | None,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Close and seal a day of very many holders; 185 million take 8 GB of disk.

    \b
    huoqi bench close --holders 185000000 --trades 10000000 --json
    """
    compared = min(holders, 10_000_000) if register_holders is None else register_holders
    _show(
        _run("close", holders=holders, trades=trades, register_holders=compared),
        as_json=as_json,
    )


@bench_group.command("ofd")
@click.option(
    "--records", type=click.IntRange(1_000, 100_000_000), default=1_000_000, show_default=True
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def ofd_command(records: int, as_json: bool) -> None:  # noqa: FBT001
    """Read and write exchange files of confirmations, shares and income, by columns and rows.

    \b
    huoqi bench ofd --json
    """
    _show(_run("ofd", records=records), as_json=as_json)


@bench_group.command("statements")
@click.option(
    "--entries", type=click.IntRange(1_000, 100_000_000), default=1_000_000, show_default=True
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def statements_command(entries: int, as_json: bool) -> None:  # noqa: FBT001
    """Read a camt.053 of very many entries in constant memory, beside parsing it whole.

    \b
    huoqi bench statements --entries 1000000 --json
    """
    _show(_run("statements", entries=entries), as_json=as_json)


@bench_group.command("clear")
@click.option(
    "--trades", type=click.IntRange(1_000, 100_000_000), default=100_000, show_default=True
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def clear_command(trades: int, as_json: bool) -> None:  # noqa: FBT001
    """Clear a day's confirmation files: read, matched, posted, durable.

    \b
    huoqi bench clear --trades 1000000 --json
    """
    _show(_run("clear", trades=trades), as_json=as_json)


@bench_group.command("reconcile")
@click.option(
    "--refs", type=click.IntRange(1_000, 200_000_000), default=10_000_000, show_default=True
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def reconcile_command(refs: int, seed: int, as_json: bool) -> None:  # noqa: FBT001
    """Match orders, bank statements and managers' answers, with faults of every class in them.

    \b
    huoqi bench reconcile --refs 10000000 --json
    """
    _show(_run("reconcile", refs=refs, seed=seed), as_json=as_json)


@bench_group.command("payments")
@click.option("--orders", type=click.IntRange(100, 100_000_000), default=100_000, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
@click.option(
    "--policy",
    type=click.Choice(["ours", "retry", "mark-failed"]),
    default="ours",
    show_default=True,
    help="Who decides what an order without an answer means.",
)
@click.option("--compare", is_flag=True, help="Run the two other policies beside it.")
@click.option(
    "--incomplete-statements",
    type=click.IntRange(0, 1_000_000),
    default=0,
    metavar="PPM",
    help="So many of a million statements never become complete.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def payments_command(
    orders: int,
    seed: int,
    policy: str,
    compare: bool,  # noqa: FBT001
    incomplete_statements: int,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Pay at banks that go wrong by the default mix, to the last statement; compare book and banks.

    \b
    huoqi bench payments --orders 1000000 --seed 1 --compare --json
    """
    figures = _run(
        "payments",
        orders=orders,
        seed=seed,
        policy=policy,
        compare=compare,
        incomplete_ppm=incomplete_statements,
    )
    _show(figures, as_json=as_json)


@bench_group.command("simulate")
@click.option("--days", type=click.IntRange(1, 3_650), default=365, show_default=True)
@click.option("--customers", type=click.IntRange(10, 100_000), default=2_000, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
@click.option("--seeds", metavar="A..B", help="Several seeds, one after the other.")
@click.option("--until", type=click.IntRange(0), default=0, help="Stop after this step.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def simulate_command(
    days: int,
    customers: int,
    seed: int,
    seeds: str | None,
    until: int,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Let a company live among misbehaving parties and die often; check it after every step.

    A failure prints the command that repeats it, and the command ends with 3.

    \b
    huoqi bench simulate --days 365 --customers 2000 --seed 1 --json
    huoqi bench simulate --days 30 --customers 200 --seeds 1..10
    """
    first, last = _range_of(seeds) if seeds else (seed, seed)
    figures = _run(
        "simulate", days=days, customers=customers, seed=first, last_seed=last, until=until
    )
    _show(figures, as_json=as_json)
    if figures["failed"]:
        sys.exit(3)


def _range_of(text: str) -> tuple[int, int]:
    first, _, last = text.partition("..")
    if not (first.isdecimal() and last.isdecimal() and int(first) <= int(last)):
        raise click.BadParameter("such as 1..10", param_hint="--seeds")
    return int(first), int(last)


@bench_group.command("crash")
@click.option("--kills", type=click.IntRange(1, 100_000), default=50, show_default=True)
@click.option("--seed", type=int, default=20150511, show_default=True)
@click.option("--what", type=click.Choice(["server", "postgres", "both"]), default="both")
@click.option("--unsynced", is_flag=True, help="Throw away what PostgreSQL had not synced.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def crash_command(
    kills: int,
    seed: int,
    what: str,
    unsynced: bool,  # noqa: FBT001
    as_json: bool,  # noqa: FBT001
) -> None:
    """Kill server and database under load; what was acknowledged is there exactly once.

    \b
    huoqi bench crash --kills 2000 --json
    """
    document = _run("crash", kills=kills, seed=seed, what=what, unsynced=unsynced)
    _show(document, as_json=as_json)
    if document["found"]:
        sys.exit(3)


@bench_group.command("mutants")
@click.option("--workers", type=click.IntRange(1, 16), default=2, show_default=True)
@click.option("--only", default="", help="Only those whose name begins so.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def mutants_command(workers: int, only: str, as_json: bool) -> None:  # noqa: FBT001
    """Seed bugs by hand, one at a time, and see that the tests notice each.

    \b
    huoqi bench mutants --json
    """
    document = _run("mutants", workers=workers, only=only)
    _show(document, as_json=as_json)
    if document["survived"]:
        sys.exit(3)


@bench_group.command("load")
@click.option("--minutes", type=click.IntRange(1, 600), default=10, show_default=True)
@click.option("--clients", type=click.IntRange(1, 1_000), default=128, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def load_command(minutes: int, clients: int, as_json: bool) -> None:  # noqa: FBT001
    """Run at 80 % of the measured maximum with faulty banks; then every book has to tie.

    \b
    huoqi bench load --minutes 10 --json
    """
    document = _run("load", minutes=minutes, clients=clients)
    _show(document, as_json=as_json)
    if document["found"]:
        sys.exit(3)
