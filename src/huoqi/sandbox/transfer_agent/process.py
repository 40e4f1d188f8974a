"""The agent as a process: one on a folder, until it is told to end or its parent is gone."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import huoqi
from huoqi.kit.postgres import AlreadyRunning, single_instance
from huoqi.sandbox.transfer_agent.agent import Agent
from huoqi.sandbox.transfer_agent.folder import Folder
from huoqi.sandbox.transfer_agent.terms import AgentTerms

LOCK_NAME = "transfer-agent"
_EAGER_S, _IDLE_S, _WAIT_S = 0.002, 0.02, 0.2
_EAGER_LOOKS = 500
_PATIENCE_S = 10
_LONG_LIFE = 50  # looks of 0.2 s
_LONGEST_PAUSE_S = 30.0


def serve_folder(
    root: Path, *, terms: AgentTerms, ending: threading.Event, say: Callable[[str], None]
) -> None:
    """Serve a folder until the event is set.

    Errors: AlreadyRunning where another agent serves the folder.
    """
    with opened_agent(root, terms=terms, say=say) as agent:
        say(f"serving {root} as {terms.agent} for {terms.distributor}: {' '.join(terms.codes)}")
        quiet = 0
        while not ending.wait(_EAGER_S if quiet < _EAGER_LOOKS else _IDLE_S):
            quiet = 0 if agent.look() else quiet + 1
        say("ended; the books are kept")


def serve_beside(
    root: Path, *, terms: AgentTerms, ending: threading.Event, say: Callable[[str], None]
) -> None:
    """Serve a folder as a child; where another agent serves it, wait until that one has ended."""
    while not ending.is_set():
        try:
            serve_folder(root, terms=terms, ending=ending, say=say)
        except AlreadyRunning:
            ending.wait(_WAIT_S)


class ParentGone(threading.Event):
    """An end that has also come when another process than our parent is it."""

    def __init__(self, parent: int) -> None:
        super().__init__()
        self._parent = parent

    def wait(self, timeout: float | None = None) -> bool:
        """Return whether the end has come within some seconds."""
        return os.getppid() != self._parent or super().wait(timeout)

    def is_set(self) -> bool:
        """Return whether the end has come."""
        return os.getppid() != self._parent or super().is_set()


@contextmanager
def opened_agent(
    root: Path, *, terms: AgentTerms, say: Callable[[str], None] = lambda _line: None
) -> Iterator[Agent]:
    """Return the only agent on a folder, its books closed at the end.

    Errors: AlreadyRunning.
    """
    folder = Folder(root)
    folder.make()
    with single_instance(folder.own, name=LOCK_NAME):
        agent = Agent(folder, terms=terms, say=say)
        try:
            yield agent
        finally:
            agent.close()


class Child:
    """An agent that is kept running: where its process ends without our word, another begins."""

    def __init__(self, command: Sequence[str], *, log: Path) -> None:
        source = str(Path(huoqi.__file__).parents[1])
        paths = [source, *filter(None, [os.environ.get("PYTHONPATH")])]
        self._environ = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
        self._command = command
        self._log = log
        self._ending = threading.Event()
        self._process = self._started()
        self._keeper = threading.Thread(target=self._keep, name="transfer agent", daemon=True)
        self._keeper.start()

    @property
    def pid(self) -> int:
        """Return the number of the process that is running, or ran last."""
        return self._process.pid

    def end(self) -> None:
        """End the process, and wait until it has ended."""
        self._ending.set()
        self._keeper.join()
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _keep(self) -> None:
        """Start another process where one has ended, less and less often if it never lives long."""
        lived, pause_s = 0, _WAIT_S
        while not self._ending.wait(_WAIT_S):
            lived += 1
            if self._process.poll() is None:
                continue
            pause_s = _WAIT_S if lived > _LONG_LIFE else min(2 * pause_s, _LONGEST_PAUSE_S)
            if self._ending.wait(pause_s):
                return
            self._process, lived = self._started(), 0

    def _started(self) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            return subprocess.Popen(
                self._command,
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )


@contextmanager
def start_agent(
    root: Path, *, distributor: str, agent: str, funds: Sequence[str]
) -> Iterator[Child]:
    """Run an agent as a child that ends with the block, and with us however we end.

    What it says goes to ``agent/log.txt`` in its folder.
    """
    folder = Folder(root)
    folder.make()
    command = [
        *(sys.executable, "-m", "huoqi.bootstrap", "transfer-agent", "--folder", str(root)),
        *("--distributor", distributor, "--agent", agent, "--parent", str(os.getpid())),
        *(word for fund in funds for word in ("--fund", fund)),
    ]
    child = Child(command, log=folder.own / "log.txt")
    try:
        yield child
    finally:
        child.end()
