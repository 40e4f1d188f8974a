"""``huoqi down`` on servers that run, were killed, or never were; Ctrl-C on the way."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from huoqi.kit.postgres import EmbeddedPostgres, Profile, clusters_in, remove_cluster

ROOT = Path(__file__).resolve().parents[2]
RUNS_OUT_S = 120
Document = dict[str, Any]  # free JSON, read by the test that knows its keys

pytestmark = pytest.mark.database


def _hears_ctrl_c() -> None:
    """Undo what a shell does to whatever it starts in the background: there Ctrl-C is ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@dataclass
class Place:
    """A data folder, and the program run on it."""

    data: Path
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start a command."""
        environment = {
            **{name: value for name, value in os.environ.items() if name != "HUOQI_DSN"},
            "HUOQI_DATA": str(self.data),
            "HUOQI_PORT": "18110",
            "PYTHONPATH": str(ROOT / "src"),
        }
        begun = subprocess.Popen(
            [sys.executable, "-m", "huoqi.bootstrap", *words],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=_hears_ctrl_c,
        )
        self.started.append(begun)
        return begun

    def run(self, *words: str, code: int = 0) -> Document:
        """Return the document of a command that ends with a code."""
        started = self.start(*words, "--json")
        out, err = started.communicate(timeout=RUNS_OUT_S)
        assert started.returncode == code, err
        document: Document = json.loads(out)
        return document

    def up(self) -> subprocess.Popen[str]:
        """Return a server that serves."""
        server = self.start("up", "--no-seed")
        assert server.stdout is not None
        said = []
        for line in server.stdout:
            said.append(line)
            if "API reference" in line:
                return server
        raise AssertionError("".join(said) + server.communicate()[1])

    def database_pid(self) -> int | None:
        """Return the number of the database's process."""
        return EmbeddedPostgres(self.data).cluster_status().pid


@pytest.fixture
def place() -> Iterator[Place]:
    """Return a data folder of this test's own, of which nothing stays."""
    folder = Path(tempfile.mkdtemp(prefix="huoqi-test-"))
    folder.chmod(0o711)
    made = Place(folder / "data")
    yield made
    for process in made.started:
        process.kill()
        process.communicate(timeout=RUNS_OUT_S)
    for cluster in clusters_in(folder / "data"):
        remove_cluster(cluster)
    shutil.rmtree(folder)


def test_a_server_is_stopped_with_its_database_and_twice_does_no_harm(place: Place) -> None:
    server = place.up()

    told = place.run("down")
    server.communicate(timeout=RUNS_OUT_S)

    assert told["server_stopped"] == server.pid
    assert place.database_pid() is None
    assert {**place.run("down"), "left_behind": []} == {
        "data": str(place.data),
        "server_stopped": None,
        "database_stopped": None,
        "removed": False,
        "left_behind": [],
    }


def test_after_kill_9_the_database_is_stopped_and_all_of_it_removed(place: Place) -> None:
    server = place.up()
    server.kill()
    server.communicate(timeout=RUNS_OUT_S)
    left = place.database_pid()
    home = EmbeddedPostgres(place.data).cluster_status().data.parent
    assert left is not None

    refused = place.run("down", "--remove", code=4)
    assert refused["code"] == "down.not_confirmed"
    assert place.database_pid() == left

    assert place.run("down")["database_stopped"] == left
    assert place.database_pid() is None

    assert place.run("down", "--remove", "--yes")["removed"] is True
    assert not home.exists()
    assert not place.data.exists()


def test_ctrl_c_on_a_journey_and_on_the_server_ends_with_130_and_the_way_on(place: Place) -> None:
    server = place.up()
    journey = place.start("close", "run", "--days", "300")
    assert journey.stderr is not None
    assert "closing" in journey.stderr.readline()  # It is on its way.
    journey.send_signal(signal.SIGINT)
    _, said = journey.communicate(timeout=RUNS_OUT_S)
    assert journey.returncode == 130
    last = said.strip().splitlines()[-1]
    assert last.startswith("huoqi: interrupted; ")
    assert last.endswith("huoqi sandbox advance --resume")

    server.send_signal(signal.SIGINT)
    _, said = server.communicate(timeout=RUNS_OUT_S)
    assert server.returncode == 130
    assert said.strip().splitlines()[-1].endswith("Go on with: huoqi up")
    assert place.database_pid() is None


def test_a_command_at_work_is_waited_for_and_then_told(place: Place) -> None:
    with EmbeddedPostgres(place.data, profile=Profile.DISPOSABLE) as server:
        refused = place.run("down", "--patience", "1", code=1)
        assert refused["code"] == "down.database_in_use"
        assert server.cluster_status().ready


@pytest.mark.parametrize("made", ["nothing", "a stranger's folder"])
def test_what_huoqi_did_not_make_is_never_removed(place: Place, made: str) -> None:
    if made == "nothing":
        assert place.run("down", "--remove", "--yes")["removed"] is False
        return
    place.data.mkdir()
    (place.data / "letter.txt").write_text("dear")

    refused = place.run("down", "--remove", "--yes", code=1)

    assert refused["code"] == "down.not_a_data_folder"
    assert (place.data / "letter.txt").exists()
