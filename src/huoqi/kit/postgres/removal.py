"""The end of a cluster: stopped whoever started it, and removed with all that it left."""

import shutil
from pathlib import Path

from huoqi.kit.postgres import process
from huoqi.kit.postgres.account import Places, recorded_home, recorded_places
from huoqi.kit.postgres.binaries import PostgresUnavailable
from huoqi.kit.postgres.locks import FileLock, owned

LOCK_TIMEOUT_S = 60.0


class StillInUse(PostgresUnavailable):
    """A live process uses the cluster and would start its server again."""


def halt_cluster(data_dir: Path) -> int | None:
    """Return the number of the server that was stopped, or None where none ran.

    A server that outlived a killed program is stopped too. StillInUse while a live process has
    it in use; nothing is made where nothing stands.
    """
    places = recorded_places(data_dir)
    if places is None or not places.data.exists():
        return None
    users = FileLock(places.home / "users.lock")
    try:
        if not users.try_own():
            raise StillInUse(f"The database of {data_dir} is in use by another command.")
        with owned(places.home / "start.lock", timeout_s=LOCK_TIMEOUT_S):
            return _halted(places)
    finally:
        users.close()


def remove_cluster(data_dir: Path) -> bool:
    """Stop a data folder's server and remove its files; return whether there was a cluster.

    The data folder itself stays, with all that is not PostgreSQL's. Errors: StillInUse.
    """
    home = recorded_home(data_dir)
    if home is None:
        return False
    halt_cluster(data_dir)
    places = recorded_places(data_dir)
    if places is not None:
        shutil.rmtree(places.socket_dir, ignore_errors=True)
        shutil.rmtree(home)
    (data_dir / "postgres.json").unlink()
    return True


def clusters_in(data_dir: Path) -> list[Path]:
    """Return the data folders with a cluster of their own: the folder, and those right in it."""
    if not data_dir.is_dir():
        return []
    inner = sorted(path for path in data_dir.iterdir() if path.is_dir())
    return [path for path in (data_dir, *inner) if (path / "postgres.json").exists()]


def _halted(places: Places) -> int | None:
    pid = process.running_pid(places)
    process.halt(places)
    process.reap()
    return pid
