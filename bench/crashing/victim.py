"""The server and its database, as whoever kills them sees them: started, stopped still, killed."""

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from huoqi.kit.postgres.account import Places, recorded_places
from huoqi.kit.postgres.process import running_pid

ROOT = Path(__file__).resolve().parents[2]
LOOK_S = 0.002
START_S = 180
DEAD_S = 30


class NotUp(Exception):
    """The server did not answer in time."""


@dataclass
class Victim:
    """One data folder with its server, which is started by ``huoqi up`` again and again."""

    data: Path
    port: int
    environ: dict[str, str] = field(default_factory=dict)
    server: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Start the server through the real way in and return at once."""
        environ = {
            **os.environ,
            **self.environ,
            "HUOQI_DATA": str(self.data),
            "HUOQI_PORT": str(self.port),
            "HUOQI_APP": str(self.data),  # no screens are built
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        }
        environ.pop("HUOQI_DSN", None)
        command = [sys.executable, "-P", "-m", "bench.crashing.points"]
        with (self.data / "server.log").open("ab") as log:
            self.server = subprocess.Popen(
                command, env=environ, cwd=ROOT, stdin=subprocess.PIPE, stdout=log, stderr=log
            )

    def wait_until_up(self) -> None:
        """Wait until the server says that it is ready. Raises NotUp."""
        deadline = time.monotonic() + START_S
        while not self.is_up():
            if time.monotonic() > deadline or self.has_ended():
                raise NotUp((self.data / "server.log").read_text(errors="replace")[-2_000:])
            time.sleep(0.05)

    def is_up(self) -> bool:
        """Return whether the server says that it is ready."""
        url = f"http://127.0.0.1:{self.port}/readyz"
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
        return False

    def has_ended(self) -> bool:
        """Return whether there is no server process any more."""
        return self.server is None or self.server.poll() is not None

    def arm(self, point: str, *, count: int) -> None:
        """Let the server stand still when it comes to a point for the so-many-th time."""
        assert self.server is not None
        assert self.server.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self.server.stdin.write(f"{point}|{count}\n".encode())
            self.server.stdin.flush()

    def stands_still(self) -> bool:
        """Return whether the server's process is stopped."""
        assert self.server is not None
        try:
            stat = Path(f"/proc/{self.server.pid}/stat").read_text(encoding="ascii")
        except OSError:
            return False
        return stat.rsplit(")", 1)[1].split()[0] == "T"

    def stop_still(self) -> None:
        """Stop the server's process as it is, so that it does not see what happens next."""
        assert self.server is not None
        self.server.send_signal(signal.SIGSTOP)
        while not self.stands_still() and not self.has_ended():
            time.sleep(LOOK_S)

    def go_on(self) -> None:
        """Let a server that stands still go on."""
        assert self.server is not None
        self.server.send_signal(signal.SIGCONT)

    def kill_server(self) -> None:
        """Kill the server process with signal 9."""
        assert self.server is not None
        self.server.kill()
        self.server.wait()
        self._hang_up()

    def kill_database(self) -> None:
        """Kill PostgreSQL and all its processes with signal 9, and wait until they are gone."""
        handles = []
        for pid in self.database_pids():
            with contextlib.suppress(ProcessLookupError):  # it ended while we looked
                handles.append(os.pidfd_open(pid))
        for handle in handles:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(handle, signal.SIGKILL)
        for handle in handles:
            select.select([handle], [], [], DEAD_S)
            os.close(handle)
        for pid in self.database_pids():  # one that was born meanwhile
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + DEAD_S
        while self.database_pids() and time.monotonic() < deadline:
            time.sleep(LOOK_S)

    def database_pids(self) -> list[int]:
        """Return the postmaster, if it lives, and every other process that works in its data."""
        places = self.places()
        head = running_pid(places)
        inside = [pid for pid in _processes() if pid != head and _works_in(pid, places.data)]
        return [head, *inside] if head else inside

    def places(self) -> Places:
        """Return the folders of the database."""
        places = recorded_places(self.data)
        assert places is not None, "the first start made it"
        return places

    def stop(self) -> None:
        """End the server as Ctrl-C does; its database goes with it."""
        if self.server is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self.server.send_signal(signal.SIGCONT)
            self.server.terminate()
        try:
            self.server.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.kill_server()
        self._hang_up()
        self.server = None

    def _hang_up(self) -> None:
        """Close our end of the line on which points are armed."""
        assert self.server is not None
        assert self.server.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self.server.stdin.close()


def _processes() -> Iterator[int]:
    yield from (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())


def _works_in(pid: int, data: Path) -> bool:
    try:
        if (
            Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0]
            in "ZX"
        ):
            return False
        return Path(f"/proc/{pid}/cwd").samefile(data)
    except OSError:
        return False
