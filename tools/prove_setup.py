"""Prove the set-up in fresh clones: from nothing to a first confirmed purchase, and after a kill.

Use: python -m tools.prove_setup [--users root,65534] [--folder /tmp] [--test]; prints JSON.
Each user gets a closed home (0700) and in it a clone with a cold package cache, then a second one
with the cache of the first. In each one `./huoqi up` runs and `./huoqi tour` buys over HTTP; then
server and database are killed with signal 9, and both run again. ``--test`` adds `./huoqi test`.
"""

import argparse
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.folders import ROOT, shared_folder

COLD_S, WARM_S = 120.0, 15.0
PATIENCE_S = 900.0
CONFIRMED = "On the next trading day the order is confirmed"
PASSED_ON = ("PATH", "PIP_CERT", "PIP_INDEX_URL", "PIP_FIND_LINKS", "SSL_CERT_FILE", "LANG")


class NotProved(Exception):
    """A step did not do what it should; the text holds what it said."""


@dataclass(frozen=True)
class Clone:
    """A fresh clone, and who works in it; ``uid`` is None for ourselves."""

    root: Path
    home: Path
    uid: int | None

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start a command of the program in a process group of its own."""
        environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        environment |= {"HOME": str(self.home), "HUOQI_PORT": "8890"}
        if (shared := shared_folder()) is not None:
            environment["HUOQI_SHARED"] = str(shared.resolve())
        return subprocess.Popen(
            ["./huoqi", *words],
            cwd=self.root,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            user=self.uid,
            group=self.uid,
            extra_groups=() if self.uid is not None else None,
        )


def seconds_until(process: subprocess.Popen[str], sign: str, *, begun: float) -> float:
    """Return when a program said something, or NotProved with all it said instead."""
    said = []
    assert process.stdout is not None
    for line in process.stdout:
        said.append(line)
        if sign in line:
            return round(time.monotonic() - begun, 1)
        if time.monotonic() > begun + PATIENCE_S:
            break
    raise NotProved(f"{sign!r} was not said, but:\n{''.join(said[-40:])}")


def first_purchase(clone: Clone, *, begun: float) -> dict[str, float]:
    """Return the seconds to the served address and to the confirmed purchase; leave both done."""
    with contextlib.ExitStack() as undo:
        undo.callback(kill, clone)
        up = clone.start("up")
        served_s = seconds_until(up, "http://", begun=begun)
        tour = clone.start("tour", "--json")
        confirmed_s = seconds_until(tour, CONFIRMED, begun=begun)
        _end_well(tour)
        undo.pop_all()
    return {"served_s": served_s, "confirmed_s": confirmed_s}


def _end_well(process: subprocess.Popen[str]) -> None:
    rest = process.communicate(timeout=PATIENCE_S)[0]
    if process.returncode != 0:
        raise NotProved(f"{process.args!r} did not end well:\n{rest[-8000:]}")


def kill(clone: Clone) -> None:
    """Kill -9 whatever runs in the clone or on its data."""
    for pid in processes_of(clone):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def database_homes(clone: Clone) -> list[Path]:
    """Return where the clone's databases stand: the platform's, and that of its tests."""
    records = (clone.root / ".huoqi").glob("**/postgres.json")
    return [
        (record.parent / json.loads(record.read_text())["home"]).resolve() for record in records
    ]


def processes_of(clone: Clone) -> list[int]:
    """Return the processes that work in the clone's folders."""
    homes = [clone.root.resolve(), *database_homes(clone)]
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and int(entry.name) != os.getpid():
                works_in = (entry / "cwd").readlink()
                if any(works_in.is_relative_to(home) for home in homes):
                    found.append(int(entry.name))
    return found


def stopped_s(clone: Clone) -> float:
    """Ask the server to leave as Ctrl-C does; return how long all its processes took."""
    begun = time.monotonic()
    for pid in processes_of(clone):
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        if b"up" in command:
            os.kill(pid, signal.SIGTERM)
    while processes_of(clone):
        if time.monotonic() > begun + PATIENCE_S:
            raise NotProved(f"still running: {processes_of(clone)}")
        time.sleep(0.1)
    return round(time.monotonic() - begun, 1)


@contextlib.contextmanager
def fresh_clone(home: Path, name: str, *, uid: int | None) -> Iterator[Clone]:
    """Yield a clone in a home; kill what runs in it and remove it with its database afterwards."""
    root = home / name / "huoqi"
    subprocess.run(["git", "clone", "-q", "--no-hardlinks", str(ROOT), str(root)], check=True)
    if uid is not None:
        subprocess.run(["chown", "-R", f"{uid}:{uid}", str(home)], check=True)
    clone = Clone(root, home, uid)
    try:
        yield clone
    finally:
        kill(clone)
        for folder in database_homes(clone):
            shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(root.parent)


def prove(clone: Clone, *, with_tests: bool) -> dict[str, object]:
    """Return the seconds of every step in one clone."""
    figures: dict[str, object] = {}
    figures |= first_purchase(clone, begun=time.monotonic())
    kill(clone)
    again = first_purchase(clone, begun=time.monotonic())
    figures["again_after_kill_s"] = again["confirmed_s"]
    figures["stopped_s"] = stopped_s(clone)
    if with_tests:
        begun = time.monotonic()
        _end_well(clone.start("test"))
        figures["test_s"] = round(time.monotonic() - begun)
    return figures


def main(arguments: list[str]) -> int:
    """Prove every user, cold and warm; return 1 when a figure is too large."""
    parser = argparse.ArgumentParser(description=__doc__)
    both = "root,65534" if os.geteuid() == 0 else "root"
    parser.add_argument("--users", default=both, help="uids; root stands for ourselves")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    parser.add_argument("--test", action="store_true", help="run ./huoqi test in the warm clones")
    chosen = parser.parse_args(arguments)
    results = []
    for name in chosen.users.split(","):
        uid = None if name == "root" else int(name)
        with tempfile.TemporaryDirectory(dir=chosen.folder, prefix="huoqi-proof-") as base:
            Path(base).chmod(0o711)
            home = Path(base) / "home"
            home.mkdir(mode=0o700)
            for cache in ("cold", "warm"):
                print(f"user {name}, {cache} package cache …", file=sys.stderr, flush=True)
                with fresh_clone(home, cache, uid=uid) as clone:
                    figures = prove(clone, with_tests=chosen.test and cache == "warm")
                results.append({"user": name, "cache": cache, **figures})
                print(json.dumps(results[-1]), file=sys.stderr, flush=True)
    passed = all(
        float(str(result["confirmed_s"])) <= (COLD_S if result["cache"] == "cold" else WARM_S)
        for result in results
    )
    print(json.dumps({"passed": passed, "results": results}))
    return int(not passed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
