"""A cluster's end: whoever started it, its server is stopped, and nothing of it stays."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from huoqi.kit.postgres import (
    EmbeddedPostgres,
    Profile,
    StillInUse,
    clusters_in,
    halt_cluster,
    holder_of,
    left_behind,
    remove_cluster,
    single_instance,
)

ROOT = Path(__file__).resolve().parents[3]
START_AND_DIE = """
import os, signal, sys
from pathlib import Path
from huoqi.kit.postgres import EmbeddedPostgres, Profile
EmbeddedPostgres(Path(sys.argv[1]), profile=Profile.DISPOSABLE).start()
os.kill(os.getpid(), signal.SIGKILL)
"""

pytestmark = pytest.mark.database


@pytest.fixture
def folder() -> Iterator[Path]:
    """Return a folder that the server's user can enter, removed with the clusters in it."""
    made = Path(tempfile.mkdtemp(prefix="huoqi-test-"))
    made.chmod(0o711)
    yield made
    for cluster in (found for inner in made.iterdir() for found in clusters_in(inner)):
        remove_cluster(cluster)
    shutil.rmtree(made)


def disposable(data_dir: Path) -> EmbeddedPostgres:
    """Return a server of this test's own."""
    return EmbeddedPostgres(data_dir, profile=Profile.DISPOSABLE)


def test_a_server_that_outlived_its_program_is_stopped(folder: Path) -> None:
    data_dir = folder / "data"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-c", START_AND_DIE, str(data_dir)]
    died = subprocess.run(command, check=False, env=environment)
    assert died.returncode == -signal.SIGKILL
    left = disposable(data_dir).cluster_status().pid
    assert left is not None

    assert halt_cluster(data_dir) == left

    assert disposable(data_dir).cluster_status().pid is None
    assert halt_cluster(data_dir) is None


def test_a_server_that_another_uses_is_left_alone(folder: Path) -> None:
    with disposable(folder / "data") as server:
        with pytest.raises(StillInUse):
            halt_cluster(folder / "data")
        assert server.cluster_status().ready


def test_a_removed_cluster_leaves_nothing_and_its_data_folder_begins_anew(folder: Path) -> None:
    data_dir = folder / "data"
    with disposable(data_dir) as server:
        socket_dir = server.cluster_status().dsn.split("host=")[1].split()[0].strip("'")
    (data_dir / "master.key").write_text("kept")

    assert remove_cluster(data_dir)

    assert [path.name for path in data_dir.iterdir()] == ["master.key"]
    assert not Path(socket_dir).exists()
    assert not remove_cluster(data_dir)
    with disposable(data_dir) as again:
        assert again.cluster_status().ready


def test_a_cluster_in_a_closed_folder_is_removed_too(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    with disposable(closed / "data") as server:
        home = server.cluster_status().data.parent

    assert remove_cluster(closed / "data")

    assert not home.exists()


if os.geteuid() == 0:  # Only root's clusters stand outside their folders.

    def test_a_cluster_whose_data_folder_was_deleted_by_hand_is_told(folder: Path) -> None:
        closed = folder / "closed"
        closed.mkdir(mode=0o700)
        with disposable(closed / "data") as server:
            home = server.cluster_status().data.parent
        assert home not in left_behind()

        (closed / "data").rename(closed / "moved")
        assert home in left_behind()
        with disposable(closed / "moved"):
            assert home not in left_behind()

        shutil.rmtree(closed / "moved")
        assert home in left_behind()
        shutil.rmtree(home)


def test_what_was_never_made_is_neither_stopped_nor_made(folder: Path) -> None:
    assert halt_cluster(folder / "none") is None
    assert clusters_in(folder / "none") == []
    assert not (folder / "none").exists()


def test_clusters_are_found_in_the_folder_and_right_in_it(folder: Path) -> None:
    for place in (folder / "data", folder / "data" / "test"):
        place.mkdir()
        (place / "postgres.json").write_text('{"home": "postgres"}')

    assert clusters_in(folder / "data") == [folder / "data", folder / "data" / "test"]


def test_the_holder_of_a_folder_is_told_while_it_lives(folder: Path) -> None:
    assert holder_of(folder) is None
    with single_instance(folder):
        assert holder_of(folder) == os.getpid()
    assert holder_of(folder) is None
