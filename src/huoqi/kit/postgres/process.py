"""One postmaster: is it there, does it answer, start it, stop it. No locks, no decisions."""

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

from huoqi.kit.postgres.account import Account, Places
from huoqi.kit.postgres.binaries import Binaries, PostgresUnavailable

PAUSE_S = 0.02
RETRY_PAUSE_S = 0.2
START_TIMEOUT_S = 600.0  # Redoing a long log after a crash takes minutes on a slow disk.
LINGER_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 120.0
LOG_BYTES_MAX = 16 << 20
PID_LINE, STATUS_LINE = 0, 7  # Lines of postmaster.pid, as PostgreSQL documents them.
LINGERING = ("is still in use", "lock file", "Is another")


def running_pid(places: Places) -> int | None:
    """Return the process number of the live postmaster of these files, or None."""
    lines = _pid_file_lines(places)
    if not lines or not lines[PID_LINE].strip().isdigit():
        return None
    pid = int(lines[PID_LINE])
    return pid if _works_in(pid, places.data) else None


def is_ready(places: Places) -> bool:
    """Return whether the live postmaster takes connections."""
    lines = _pid_file_lines(places)
    return len(lines) > STATUS_LINE and lines[STATUS_LINE].strip() == "ready"


def has_socket(places: Places) -> bool:
    """Return whether the file stands through which a server is reached.

    A postmaster whose folder was removed takes the file of its successor along when it ends.
    """
    return any(path.is_socket() for path in places.socket_dir.glob(".s.PGSQL.*"))


def is_lost(places: Places) -> bool:
    """Return whether there is no server, or one that nobody can reach any more."""
    return running_pid(places) is None or (is_ready(places) and not has_socket(places))


def clear_stale(places: Places) -> None:
    """Remove lock files whose process is gone or, after a restart of the machine, is another.

    PostgreSQL itself refuses to start when the old number belongs to any process of its user.
    """
    if running_pid(places) is None:
        stale = places.socket_dir.glob(".s.PGSQL.*.lock")
        for path in [places.data / "postmaster.pid", *stale]:
            with contextlib.suppress(FileNotFoundError):
                path.unlink()


def launch(
    places: Places,
    account: Account,
    binaries: Binaries,
    *,
    timeout_s: float = START_TIMEOUT_S,
) -> None:
    """Start a postmaster and return when it takes connections.

    A killed predecessor's children hold its memory for a moment; the start is repeated until
    they are gone.
    """
    deadline = time.monotonic() + LINGER_TIMEOUT_S
    while True:
        clear_stale(places)
        problem = _launch_once(places, account, binaries, timeout_s=timeout_s)
        if problem is None:
            return
        lingering = any(sign in problem for sign in LINGERING)
        if not lingering or time.monotonic() > deadline:
            raise PostgresUnavailable(
                f"PostgreSQL did not start: {problem}. The whole log is {places.log}."
            )
        time.sleep(RETRY_PAUSE_S)


def halt(places: Places) -> None:
    """Stop the postmaster: connections are cut, then everything is written and closed."""
    for sign, patience_s in ((signal.SIGINT, STOP_TIMEOUT_S), (signal.SIGQUIT, 20.0)):
        pid = running_pid(places)
        if pid is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, sign)
        deadline = time.monotonic() + patience_s
        while running_pid(places) == pid and time.monotonic() < deadline:
            time.sleep(PAUSE_S)
    if running_pid(places) is not None:
        raise PostgresUnavailable(f"PostgreSQL does not stop; see {places.log}.")


def _launch_once(
    places: Places, account: Account, binaries: Binaries, *, timeout_s: float
) -> str | None:
    """Return None once the server is ready, or the last lines that it logged."""
    if places.log.exists() and places.log.stat().st_size > LOG_BYTES_MAX:
        places.log.replace(places.log.with_suffix(".log.1"))
    log = os.open(places.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    logged = places.log.stat().st_size
    try:
        command = [binaries.program("postgres"), "-D", str(places.data)]
        command += ["-c", f"config_file={places.config}"]
        process = account.spawn(command, cwd=places.data, log=log)
    finally:
        os.close(log)
    deadline = time.monotonic() + timeout_s
    while process.poll() is None and time.monotonic() < deadline:
        if running_pid(places) == process.pid and is_ready(places):
            _children.append(process.pid)
            process.returncode = 0  # It outlives this handle; `reap` asks the system instead.
            return None
        time.sleep(PAUSE_S)
    process.terminate()
    process.wait()
    with places.log.open(errors="replace") as text:
        text.seek(logged)
        return " | ".join(line.strip() for line in text.readlines()[-8:]) or "it said nothing"


_children: list[int] = []


def reap() -> None:
    """Take the exit codes of servers started here that died, so that none stays a zombie."""
    _children[:] = [pid for pid in _children if _is_running_child(pid)]


def _is_running_child(pid: int) -> bool:
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == 0
    except ChildProcessError:
        return False


def _pid_file_lines(places: Places) -> list[str]:
    try:
        return (places.data / "postmaster.pid").read_text().splitlines()
    except (FileNotFoundError, PermissionError):
        return []


def _works_in(pid: int, data: Path) -> bool:
    """Return whether a live process works in a data folder, however its path is written.

    A postmaster does, from its start on; one that is dead but not yet reaped does not.
    """
    if not Path("/proc/self/cwd").exists():
        return str(data) in _command_line(pid)
    try:
        return Path(f"/proc/{pid}/cwd").samefile(data)
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return False


def _command_line(pid: int) -> str:
    command = ["/bin/ps", "-o", "command=", "-p", str(pid)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout
