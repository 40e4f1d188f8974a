"""The supervised server: shared, killed, started again, moved, stopped."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from huoqi.kit.postgres import (
    AlreadyRunning,
    EmbeddedPostgres,
    PostgresUnavailable,
    Profile,
    find_binaries,
    single_instance,
)

ROOT = Path(__file__).resolve().parents[3]

START = """
import sys
from pathlib import Path
from huoqi.kit.postgres import EmbeddedPostgres, Profile
with EmbeddedPostgres(Path(sys.argv[1]), profile=Profile.DISPOSABLE):
    print("runs")
"""

pytestmark = pytest.mark.database


@pytest.fixture
def server(data_dir: Path) -> Iterator[EmbeddedPostgres]:
    embedded = EmbeddedPostgres(data_dir, profile=Profile.DISPOSABLE)
    embedded.start()
    yield embedded
    embedded.stop()


@pytest.fixture
def folder() -> Iterator[Path]:
    """Return a folder that the server's user can enter; pytest's own is closed to it."""
    made = Path(tempfile.mkdtemp(prefix="huoqi-test-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def data_dir(folder: Path) -> Path:
    return folder / "data"


def pid_of(server: EmbeddedPostgres) -> int:
    pid = server.cluster_status().pid
    assert pid is not None
    return pid


def one_of(dsn: str, statement: str) -> object:
    with psycopg.connect(dsn) as link:
        row = link.execute(statement).fetchone()
    assert row is not None
    return row[0]


def connect_patiently(dsn: str) -> psycopg.Connection:
    deadline = time.monotonic() + 60
    while True:
        try:
            return psycopg.connect(dsn)
        except psycopg.OperationalError:
            assert time.monotonic() < deadline


def test_a_durable_server_syncs_checks_its_pages_and_has_no_network_address(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir) as server:
        dsn = server.cluster_status().dsn
        names = ("fsync", "full_page_writes", "synchronous_commit", "data_checksums")
        values = {name: one_of(dsn, f"SHOW {name}") for name in names}
        addresses = one_of(dsn, "SHOW listen_addresses")

    assert values == dict.fromkeys(names, "on")
    assert addresses == ""


def test_the_socket_folder_is_closed_to_others(server: EmbeddedPostgres) -> None:
    host = psycopg.conninfo.conninfo_to_dict(server.cluster_status().dsn)["host"]

    assert stat.S_IMODE(Path(str(host)).stat().st_mode) == 0o700


def test_the_server_never_runs_as_root(server: EmbeddedPostgres) -> None:
    assert Path(f"/proc/{pid_of(server)}").stat().st_uid != 0


def test_a_stopped_server_is_gone_and_keeps_its_rows(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir) as first, psycopg.connect(first.start()) as link:
        link.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    assert first.cluster_status().pid is None

    with EmbeddedPostgres(data_dir) as second:
        assert one_of(second.start(), "SELECT answer FROM kept") == 42


def test_a_killed_server_comes_back_with_what_was_committed(server: EmbeddedPostgres) -> None:
    dsn = server.start()
    with psycopg.connect(dsn) as link:
        link.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    os.kill(pid_of(server), signal.SIGKILL)

    with connect_patiently(dsn) as link:
        assert link.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_a_server_killed_this_moment_is_not_joined(
    server: EmbeddedPostgres, data_dir: Path
) -> None:
    os.kill(pid_of(server), signal.SIGKILL)

    with EmbeddedPostgres(data_dir, profile=Profile.DISPOSABLE) as guest:
        assert one_of(guest.start(), "SELECT 1") == 1


def test_a_server_that_nobody_can_reach_is_replaced(
    server: EmbeddedPostgres, data_dir: Path
) -> None:
    host = psycopg.conninfo.conninfo_to_dict(server.start())["host"]
    lost = pid_of(server)
    (Path(str(host)) / ".s.PGSQL.5432").unlink()

    with EmbeddedPostgres(data_dir, profile=Profile.DISPOSABLE) as guest:
        assert one_of(guest.start(), "SELECT 1") == 1
        assert pid_of(guest) != lost


def test_users_share_one_server_and_the_last_one_stops_it(
    server: EmbeddedPostgres, data_dir: Path
) -> None:
    guest = EmbeddedPostgres(data_dir, profile=Profile.DISPOSABLE)
    guest.start()
    assert pid_of(guest) == pid_of(server)

    guest.stop()
    assert server.cluster_status().ready

    server.stop()
    assert server.cluster_status().pid is None


def test_a_server_whose_user_was_killed_is_joined_again(data_dir: Path) -> None:
    script = (
        "import os, signal, sys; from pathlib import Path\n"
        "from huoqi.kit.postgres import EmbeddedPostgres, Profile\n"
        "EmbeddedPostgres(Path(sys.argv[1]), profile=Profile.DISPOSABLE).start()\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    killed = subprocess.run(
        [sys.executable, "-c", script, str(data_dir)], check=False, env=environment
    )
    assert killed.returncode == -signal.SIGKILL
    server = EmbeddedPostgres(data_dir, profile=Profile.DISPOSABLE)
    orphan = pid_of(server)

    server.start()
    assert pid_of(server) == orphan

    server.stop()
    assert server.cluster_status().pid is None


def test_a_lock_file_of_a_process_that_is_another_now_does_not_block(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir, profile=Profile.DISPOSABLE) as server:
        data = server.cluster_status().data
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n")

    with EmbeddedPostgres(data_dir, profile=Profile.DISPOSABLE) as again:
        assert again.cluster_status().ready


def test_a_half_made_cluster_is_made_anew(data_dir: Path) -> None:
    home = data_dir / "postgres"
    (home / "data.new").mkdir(parents=True)
    (home / "data.new" / "PG_VERSION").write_text("18\n")

    with EmbeddedPostgres(data_dir, profile=Profile.DISPOSABLE) as server:
        assert server.cluster_status().ready


def test_a_data_folder_may_be_moved(data_dir: Path, folder: Path) -> None:
    with EmbeddedPostgres(data_dir, profile=Profile.DISPOSABLE) as server:
        made = one_of(server.start(), "SELECT system_identifier FROM pg_control_system()")
    data_dir.rename(folder / "moved")

    with EmbeddedPostgres(folder / "moved", profile=Profile.DISPOSABLE) as moved:
        found = one_of(moved.start(), "SELECT system_identifier FROM pg_control_system()")

    assert found == made


def test_a_data_folder_may_be_moved_under_a_running_server(
    server: EmbeddedPostgres, data_dir: Path, folder: Path
) -> None:
    pid = pid_of(server)
    data_dir.rename(folder / "moved")

    with EmbeddedPostgres(folder / "moved", profile=Profile.DISPOSABLE) as moved:
        assert pid_of(moved) == pid
        assert one_of(moved.start(), "SELECT 1") == 1
    (folder / "moved").rename(data_dir)


@pytest.mark.parametrize("name", ["deep" * 20, "with, comma", "with space", "钱包"])
def test_an_unusual_data_folder_gets_a_usable_socket_path(folder: Path, name: str) -> None:
    deep = folder / name / "data"
    with EmbeddedPostgres(deep, profile=Profile.DISPOSABLE) as server:
        host = psycopg.conninfo.conninfo_to_dict(server.cluster_status().dsn)["host"]
        assert len(f"{host}/.s.PGSQL.5432") < 108
        assert one_of(server.start(), "SELECT 1") == 1
    shutil.rmtree(str(host))


def test_a_lost_home_is_told_and_not_replaced(data_dir: Path) -> None:
    data_dir.mkdir()
    (data_dir / "postgres.json").write_text('{"home": "elsewhere"}')

    with pytest.raises(PostgresUnavailable, match="which is gone"):
        EmbeddedPostgres(data_dir).start()


def test_only_one_server_may_serve_a_data_folder(data_dir: Path) -> None:
    with single_instance(data_dir), pytest.raises(AlreadyRunning, match="HUOQI_DATA"):
        single_instance(data_dir).__enter__()


if os.geteuid() == 0:  # A plain user cannot close a folder to himself.

    def test_root_serves_a_folder_that_the_servers_user_cannot_enter(folder: Path) -> None:
        closed = folder / "closed"
        closed.mkdir(mode=0o700)
        with EmbeddedPostgres(closed / "data", profile=Profile.DISPOSABLE) as server:
            assert one_of(server.start(), "SELECT 1") == 1
            home = server.cluster_status().data.parent

        assert not home.is_relative_to(folder)
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
        subprocess.run(["/bin/rm", "-r", str(home)], check=True)

    def test_the_database_of_a_removed_data_folder_is_not_taken_over(folder: Path) -> None:
        closed = folder / "closed"
        closed.mkdir(mode=0o700)
        homes = []
        for answer in (1, 2):
            with EmbeddedPostgres(closed / "data", profile=Profile.DISPOSABLE) as server:
                with psycopg.connect(server.start()) as link:
                    link.execute("CREATE TABLE kept (answer int)")
                homes.append(server.cluster_status().data.parent)
            assert len(set(homes)) == answer
            shutil.rmtree(closed / "data")

        for home in homes:
            shutil.rmtree(home)

    def test_a_closed_installation_is_run_by_the_servers_user(folder: Path) -> None:
        script = "umask 077 && mkdir closed && cp -r {package} {package}.libs closed"
        package = find_binaries(os.environ).tree.parent
        subprocess.run(["sh", "-c", script.format(package=package)], cwd=folder, check=True)
        closed = folder / "closed" / package.name / "pginstall" / "bin"
        command = [sys.executable, "-c", START, str(folder / "data")]
        environment = {"PYTHONPATH": str(ROOT / "src"), "HUOQI_PG_BIN": str(closed)}

        said = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

        assert (said.stdout, said.stderr) == ("runs\n", "")
