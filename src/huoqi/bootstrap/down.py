"""``huoqi down``: the server and the database of a data folder stopped, and all of it removed."""

import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import ClassVar

import click

from huoqi.bootstrap.server import say
from huoqi.bootstrap.settings import Settings
from huoqi.cli.documents import refusals, show
from huoqi.kit.errors import DomainError
from huoqi.kit.postgres import (
    StillInUse,
    clusters_in,
    halt_cluster,
    holder_of,
    left_behind,
    remove_cluster,
    single_instance,
)

_PAUSE_S = 0.1
_TOLD_EVERY_S = 5.0
_OURS = ("postgres.json", "master.key", "server.lock")  # What a data folder has at the least.


class ServerStays(DomainError):
    """The server was asked to stop and is still there; look at what it says, or kill it."""

    code: ClassVar[str] = "down.server_stays"


class DatabaseInUse(DomainError):
    """Another command still works on the database; wait for its end, or end it."""

    code: ClassVar[str] = "down.database_in_use"


class NotConfirmed(DomainError):
    """Nothing was stopped or removed: nobody said that this is meant."""

    code: ClassVar[str] = "down.not_confirmed"


class NotADataFolder(DomainError):
    """The folder is not one that huoqi made, or holds more than that; it is not removed."""

    code: ClassVar[str] = "down.not_a_data_folder"


class OutsideDatabase(DomainError):
    """The database of HUOQI_DSN is not ours to remove, and this folder has the key to it."""

    code: ClassVar[str] = "down.outside_database"


@click.command("down")
@click.option("--remove", is_flag=True, help="Delete the data folder and its database as well.")
@click.option("--yes", is_flag=True, help="Do not ask before deleting.")
@click.option(
    "--patience",
    "patience_s",
    type=click.IntRange(1, 3_600),
    default=60,
    show_default=True,
    help="Seconds to wait for the server, and for commands at work.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def down_command(
    ctx: click.Context,
    remove: bool,  # noqa: FBT001 - click's flag
    yes: bool,  # noqa: FBT001 - click's flag
    patience_s: int,
    as_json: bool,  # noqa: FBT001 - click's flag
) -> None:
    """Stop what `huoqi up` started on this data folder: the server, then its database.

    A database that outlived a killed server is stopped too. Nothing is lost, and where nothing
    runs nothing is done. A server stops after the requests at hand; a journey of the clock goes
    on at the next start. A database of HUOQI_DSN is left running.

    With --remove the data folder (HUOQI_DATA, default .huoqi) and its database are deleted,
    wherever they stand, after a question. That cannot be undone: customers' keys go with it.
    Databases of data folders that were deleted by hand are listed, and left.

    \b
    huoqi down
    huoqi down --json
    huoqi down --remove                              asks first
    HUOQI_DATA=/tmp/try huoqi down --remove --yes    for scripts

    Exits with 0 also when nothing ran, 1 when something does not stop, 4 when nobody confirmed.
    """
    settings: Settings = ctx.meta["huoqi.settings"]
    with refusals(as_json=as_json):
        if remove:
            _require_removable(settings)
            _require_confirmed(settings, is_confirmed=yes)
        document: dict[str, object] = {"data": str(settings.data)}
        document["server_stopped"] = _stop_server(settings.data, patience_s=patience_s)
        document["database_stopped"] = None
        if settings.dsn is None:
            document["database_stopped"] = _stop_database(settings.data, patience_s=patience_s)
        document["removed"] = remove and _remove(settings, patience_s=patience_s)
    document["left_behind"] = [str(home) for home in left_behind()]
    show(document, as_json=as_json)
    if document["left_behind"]:
        say("the data folders of the databases listed last are gone; if so, delete them: rm -r")


def _require_removable(settings: Settings) -> None:
    data = settings.data.resolve()
    if settings.dsn is not None:
        raise OutsideDatabase(folder=str(data))
    if not data.exists():
        return
    kept = (settings.root.resolve(), Path.home().resolve(), Path.cwd().resolve())
    holds_more = any(folder.is_relative_to(data) for folder in kept)
    is_ours = clusters_in(data) or any((data / name).exists() for name in _OURS)
    if holds_more or not is_ours:
        raise NotADataFolder(folder=str(data))


def _require_confirmed(settings: Settings, *, is_confirmed: bool) -> None:
    if is_confirmed or not settings.data.exists():
        return
    question = f"Delete {settings.data} with all money, customers and keys in it?"
    if not sys.stdin.isatty() or not click.confirm(question, err=True):
        raise NotConfirmed(folder=str(settings.data))


def _stop_server(data: Path, *, patience_s: int) -> int | None:
    """Return the number of the server's process that was ended, or None where there was none."""
    pid = holder_of(data)
    if pid is None:
        return None
    os.kill(pid, signal.SIGTERM)
    waited = _wait(
        lambda: holder_of(data) != pid, patience_s=patience_s, what=f"the server (process {pid})"
    )
    if not waited:
        raise ServerStays(process=pid, waited_s=patience_s)
    return pid


def _stop_database(data: Path, *, patience_s: int) -> int | None:
    """Return the number of the database's process that was ended, or None."""
    ended: list[int | None] = []

    def is_stopped() -> bool:
        try:
            ended.append(halt_cluster(data))
        except StillInUse:
            return False
        return True

    if not _wait(is_stopped, patience_s=patience_s, what="a command that uses the database"):
        raise DatabaseInUse(folder=str(data), waited_s=patience_s)
    return ended[-1]


def _remove(settings: Settings, *, patience_s: int) -> bool:
    """Delete the data folder with the clusters in it; return whether there was one."""
    data = settings.data
    if not data.exists():
        return False
    with ExitStack() as stack:
        stack.enter_context(single_instance(data))  # Nobody starts one meanwhile.
        for cluster in clusters_in(data):
            _stop_database(cluster, patience_s=patience_s)
            remove_cluster(cluster)
        for entry in data.iterdir():
            if Path(sys.prefix).is_relative_to(entry):
                continue  # The Python environment that runs this.
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()
    if not any(data.iterdir()):
        data.rmdir()
    return True


def _wait(is_there: Callable[[], bool], *, patience_s: int, what: str) -> bool:
    """Return whether something came to pass in time; tell now and then what is waited for."""
    began = told = time.monotonic()
    pause = threading.Event()
    while not is_there():
        now = time.monotonic()
        if now - began > patience_s:
            return False
        if now - told > _TOLD_EVERY_S:
            told = now
            say(f"waiting for {what} to end, {now - began:.0f} of {patience_s} s …")
        pause.wait(_PAUSE_S)
    return True
