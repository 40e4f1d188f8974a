"""The build of the screens: only when their sources changed, beside a server or by hand."""

import fcntl
import hashlib
import json
import os
import shutil
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from huoqi.bootstrap.node import Node, ensure_node
from huoqi.bootstrap.settings import Settings
from huoqi.kit.errors import DomainError
from huoqi.web.screens import STAMP, BuildState

Say = Callable[[str], None]

_MADE = frozenset({"node_modules", "dist", "dist.new", "dist.old"})
_GENERATED = "src/api/schema.d.ts"
_LINES_KEPT = 30
_NICE = ("nice", "-n", "10")


class AppBuildFailed(DomainError):
    """The screens could not be built; the lines above say why."""

    code: ClassVar[str] = "app.build_failed"


class BuildEnded(DomainError):
    """The build was ended before it was done."""

    code: ClassVar[str] = "app.build_ended"


def stamp_of(settings: Settings) -> str:
    """Return what the sources, their lock and the API's description amount to."""
    digest = hashlib.sha256()
    sources = settings.app_sources
    for place in _files(sources):
        digest.update(place.relative_to(sources).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(place.read_bytes()).digest())
    contract = settings.root / "docs" / "reference" / "openapi.json"
    if contract.is_file():
        digest.update(contract.read_bytes())
    return digest.hexdigest()


def is_built(settings: Settings) -> bool:
    """Return whether the built screens are those of the sources."""
    try:
        return (settings.app_dist / STAMP).read_text(encoding="ascii") == stamp_of(settings)
    except OSError:
        return False


class AppBuild:
    """One build, which can be ended from another thread; ``state`` tells how far it is."""

    def __init__(self, settings: Settings, *, say: Say, in_background: bool = False) -> None:
        self._settings = settings
        self._say = say
        self._prefix = _NICE if in_background and shutil.which("nice") else ()
        self._ending = threading.Event()
        self._over = threading.Event()
        self._running: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self.attempt, name="screens", daemon=True)
        self.state: BuildState = "building"

    def run(self, *, force: bool = False) -> None:
        """Build unless it is built. Errors: NodeMissing, AppBuildFailed, BuildEnded."""
        settings = self._settings
        if settings.app is not None or not (settings.app_sources / "package.json").is_file():
            self.state = "ready" if (settings.app_dist / STAMP).is_file() else "absent"
            return
        with _one_at_a_time(settings):
            if not force and is_built(settings):
                self.state = "ready"
                return
            stamp = stamp_of(settings)
            node = ensure_node(settings, say=self._say)
            place = work_folder(settings)
            self.install(node, place=place)
            self._say("building the screens")
            target = str(settings.app_dist)
            self._command(node, "run", "--silent", "build", "--", target, place=place)
            (settings.app_dist / STAMP).write_text(stamp, encoding="ascii")
        self.state = "ready"

    def script(self, name: str, *, show: Say = print) -> None:
        """Run a script of the screens' own, ``check`` or ``test``, and show what it says.

        Errors: NodeMissing, AppBuildFailed.
        """
        node, place = self.install_for_checks()
        self._command(node, "run", "--silent", name, place=place, show=show)

    def install_for_checks(self) -> tuple[Node, Path]:
        """Install all that building and checking take; return Node and where it works."""
        with _one_at_a_time(self._settings):
            node = ensure_node(self._settings, say=self._say)
            place = work_folder(self._settings)
            self.install(node, place=place, with_checks=True)
        return node, place

    def install(self, node: Node, *, place: Path, with_checks: bool = False) -> None:
        """Install what the lock names, with the tools of checks if asked, unless it is there."""
        if _is_installed(place, with_checks=with_checks):
            return
        self._say("installing the packages of the screens")
        without = () if with_checks else ("--omit=dev",)
        self._command(node, "ci", "--ignore-scripts", "--no-progress", *without, place=place)

    def attempt(self) -> None:
        """Build, and tell how it ended instead of raising."""
        try:
            self.run()
        except BuildEnded:
            pass
        except (DomainError, OSError) as error:
            self.state = "failed"
            self._say(f"the screens could not be built: {error}. See why with: ./huoqi app")
        else:
            if self.state == "ready":
                self._say("the screens are ready")
        finally:
            self._over.set()

    def start(self) -> None:
        """Begin to build in a thread."""
        self._thread.start()

    def end(self) -> None:
        """End the build where it stands; the next one begins anew."""
        self._ending.set()
        with self._lock:
            if self._running is not None:
                _end_group(self._running)
        if self._thread.is_alive():
            self._thread.join(timeout=30)

    def wait(self, timeout_s: float) -> bool:
        """Wait until it is over and return whether it is."""
        return self._over.wait(timeout_s)

    def _command(self, node: Node, *words: str, place: Path, show: Say | None = None) -> None:
        last: deque[str] = deque(maxlen=_LINES_KEPT)
        with self._started([*self._prefix, *node.npm, *words], node, place=place) as process:
            assert process.stdout is not None
            for line in process.stdout:
                last.append(line.rstrip())
                if show is not None:
                    show(line.rstrip())
            code = process.wait()
        if self._ending.is_set():
            raise BuildEnded
        if code != 0:
            for line in last if show is None else ():
                self._say(f"  {line}")
            raise AppBuildFailed(step=words[0] if words[0] != "run" else "build", exit_code=code)

    @contextmanager
    def _started(
        self, command: Sequence[str], node: Node, *, place: Path
    ) -> Iterator["subprocess.Popen[str]"]:
        """Yield a process in a group of its own, which ends with the block."""
        with self._lock:
            if self._ending.is_set():
                raise BuildEnded
            process = subprocess.Popen(
                command,
                cwd=place,
                env=node.environment(self._settings),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                start_new_session=True,
            )
            self._running = process
        try:
            yield process
        finally:
            with self._lock:
                self._running = None
            _end_group(process)
            process.wait()
            if process.stdout is not None:
                process.stdout.close()


def work_folder(settings: Settings) -> Path:
    """Return where npm works: the sources, or a copy of them where they cannot be written."""
    sources, place = settings.app_sources, settings.data / "app"
    if os.access(sources, os.W_OK):
        return sources
    for stale in _files(place) if place.is_dir() else ():
        stale.unlink()
    for file in _files(sources):
        copy = place / file.relative_to(sources)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
    return place


@contextmanager
def _one_at_a_time(settings: Settings) -> Iterator[None]:
    """Let one process build in a folder at a time; the others wait, and find it built."""
    handle = os.open(settings.app_sources, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _is_installed(place: Path, *, with_checks: bool) -> bool:
    """Return whether npm has put there what the lock names; npm notes it when it is done."""
    try:
        wanted = json.loads((place / "package-lock.json").read_bytes())["packages"]
        there = json.loads((place / "node_modules" / ".package-lock.json").read_bytes())["packages"]
    except (OSError, ValueError, KeyError):
        return False
    return all(
        there.get(name, {}).get("version") == each.get("version") and (place / name).is_dir()
        for name, each in wanted.items()
        if name and not each.get("optional") and (with_checks or not each.get("dev"))
    )


def _files(sources: Path) -> list[Path]:
    found = []
    for top in sorted(sources.iterdir()):
        if top.name in _MADE:
            continue
        inside = sorted(top.rglob("*")) if top.is_dir() else [top]
        found += [each for each in inside if each.is_file()]
    return [each for each in found if each.relative_to(sources).as_posix() != _GENERATED]


def _end_group(process: "subprocess.Popen[str]") -> None:
    if process.poll() is None:
        try:
            os.killpg(process.pid, signal.SIGTERM)
        except ProcessLookupError:
            return
