"""``huoqi up``: everything from an empty machine to an address that answers."""

import contextlib
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import click

from huoqi.bootstrap.app_build import AppBuild
from huoqi.bootstrap.server import running_platform, say, serve
from huoqi.bootstrap.settings import BanksKind, ManagerKind, Settings, require_https
from huoqi.bootstrap.wiring import require_parties
from huoqi.cli.exits import stopped
from huoqi.close.platform import Platform
from huoqi.customers.operations import make_first_operator
from huoqi.kit.dates import SHANGHAI
from huoqi.kit.postgres import single_instance
from huoqi.sandbox.opening import go_on, open_sandbox
from huoqi.sandbox.time_machine import Leave
from huoqi.web.screens import Screens

_NICE = 10
_FIRST_ANSWER_S = 0.3  # The server answers by then, and the screens are looked at.
_LOOK_S = 0.5
_FIRST_STEPS_S = 10.0  # The machine is left to whoever tries the first steps, then seeding begins.

WELCOME = """
Huoqi is up ({mode}; business time {business_time}).

  customer app   {address}              console  {address}/console/
  developer      {address}/dev/
  API reference  {address}/docs
  health         {address}/readyz      metrics {address}/metrics
{operator}
Try, in another terminal:
  ./huoqi tour                          a customer's first purchase, call by call
  ./huoqi sandbox advance --days 1      go to tomorrow
  ./huoqi sandbox personas              who lives here already
  ./huoqi close status                  did the day close?
  ./huoqi --help                        everything else

Data in {data}. Stop with Ctrl-C or ./huoqi down; nothing is lost.
"""


@click.command("up")
@click.option("--seed/--no-seed", default=True, help="Build the small world in the background.")
@click.option(
    "--manager",
    type=click.Choice(["simulated", "files"]),
    help="How the fund manager is spoken to: in the database, or in files over a folder with a "
    "transfer agent beside; a company stays with what it began with.",
)
@click.option(
    "--banks",
    type=click.Choice(["database", "http", "files"]),
    help="How banks are spoken to: in the database, over HTTP with signed calls, or in files over"
    " a folder, with their process beside; a company stays with what it began with.",
)
@click.pass_context
def up_command(
    ctx: click.Context,
    seed: bool,  # noqa: FBT001 - click's flag
    manager: ManagerKind | None,
    banks: BanksKind | None,
) -> None:
    """Start everything: database, sandbox, background jobs and HTTP on loopback.

    \b
    HUOQI_DATA   the data folder                     HUOQI_PORT  the first port to try
    HUOQI_DSN    a PostgreSQL 15 or newer to use instead of the embedded one
    HUOQI_MODE   sandbox (default) or live           HUOQI_APP   a folder of built screens
    HUOQI_MANAGER         simulated (default) or files, as --manager
    HUOQI_MANAGER_FOLDER  where its files pass instead of manager/ in the data folder
    HUOQI_BANKS           database (default), http or files, as --banks
    """
    settings: Settings = ctx.meta["huoqi.settings"]
    settings = settings if manager is None else replace(settings, manager=manager)
    settings = settings if banks is None else replace(settings, banks=banks)
    began = time.monotonic()
    require_parties(settings)
    require_https(settings)
    try:
        _serve(settings, wants_seeding=seed, began=began)
    except KeyboardInterrupt:
        raise stopped("all is kept. Go on with: huoqi up") from None
    finally:
        say("stopped.")


def _serve(settings: Settings, *, wants_seeding: bool, began: float) -> None:
    with single_instance(settings.data), running_platform(settings) as platform:
        operator_key, is_under_way = _opened(settings, platform)

        def ready(address: str) -> None:
            _welcome(settings, platform, address, operator_key, began)
            threading.Timer(_FIRST_ANSWER_S, build.start).start()

        with (
            _screens_built(settings) as build,
            _background_seeding(settings, build, wanted=wants_seeding),
            _background_journey(platform, wanted=is_under_way),
        ):
            serve(
                settings,
                platform,
                screens=Screens(settings.app_dist, state=lambda: build.state),
                ready=ready,
            )


def _opened(settings: Settings, platform: Platform) -> tuple[str | None, bool]:
    """Make the first operator and the sandbox's first residents.

    Return the operator's new key, and whether the clock has a journey to go on with.
    """
    made = platform.database.run(
        lambda work: make_first_operator(work, installation=settings.mode), while_advancing=True
    )
    is_under_way = settings.mode == "sandbox" and open_sandbox(platform, say=say)
    return (made.text if made else None), is_under_way


def _welcome(
    settings: Settings, platform: Platform, address: str, operator_key: str | None, began: float
) -> None:
    with platform.database.work(while_advancing=True) as work:
        business_time = work.at
    operator = ""
    if operator_key is not None:
        operator = (
            f"\n  operator key   {operator_key}   (shown once; `huoqi key new` makes others)\n"
        )
    text = WELCOME.format(
        mode=settings.mode,
        business_time=business_time.astimezone(SHANGHAI).isoformat(),
        address=address,
        operator=operator,
        data=settings.data,
    )
    say(f"ready after {time.monotonic() - began:.1f} s")
    print(text, flush=True)


@contextlib.contextmanager
def _background_journey(platform: Platform, *, wanted: bool) -> Iterator[None]:
    """Go on with the clock's journey while the server serves; it stays resumable at the end."""
    if not wanted:
        yield
        return
    ending = threading.Event()

    def watch(done: int, total: int, note: str) -> None:  # noqa: ARG001 - a Reporter
        if ending.is_set():
            raise Leave

    mover = threading.Thread(
        target=lambda: go_on(platform, say=say, report=watch), name="journey", daemon=True
    )
    mover.start()
    try:
        yield
    finally:
        ending.set()
        mover.join(timeout=30)


@contextlib.contextmanager
def _screens_built(settings: Settings) -> Iterator[AppBuild]:
    """Yield the build of the screens; whoever starts it need not end it."""
    build = AppBuild(settings, say=say, in_background=True)
    try:
        yield build
    finally:
        build.end()


@contextlib.contextmanager
def _background_seeding(settings: Settings, build: AppBuild, *, wanted: bool) -> Iterator[None]:
    """Build the branch named ``small`` in a process of its own while the server serves.

    It begins when the screens are built. Where the manager or the banks have books beside the
    database there is none: a branch is a copy of the database alone.
    """
    is_whole = settings.manager == "simulated" and settings.banks == "database"
    if not wanted or settings.mode != "sandbox" or not is_whole:
        yield
        return
    command = [sys.executable, "-P", "-m", "huoqi.bootstrap", "sandbox", "seed", "--background"]
    if shutil.which("nice"):
        command = ["nice", "-n", str(_NICE), *command]
    started: list[subprocess.Popen[bytes]] = []
    ending = threading.Event()

    def begin() -> None:
        ending.wait(_FIRST_STEPS_S)
        while not ending.is_set() and not build.wait(_LOOK_S):
            pass
        if not ending.is_set():
            started.append(subprocess.Popen(command, stdin=subprocess.DEVNULL))

    beginner = threading.Thread(target=begin, name="seeding", daemon=True)
    beginner.start()
    try:
        yield
    finally:
        ending.set()
        beginner.join()
        for process in started:
            process.terminate()
            process.wait(timeout=30)
