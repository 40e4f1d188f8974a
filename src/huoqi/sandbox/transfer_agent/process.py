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


@contextmanager
def start_agent(
    root: Path, *, distributor: str, agent: str, funds: Sequence[str]
) -> Iterator[subprocess.Popen[bytes]]:
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
    source = str(Path(huoqi.__file__).parents[1])
    paths = [source, *filter(None, [os.environ.get("PYTHONPATH")])]
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    with (folder.own / "log.txt").open("ab") as log:
        child = subprocess.Popen(
            command, env=environ, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    try:
        yield child
    finally:
        _end(child)


def _end(child: subprocess.Popen[bytes]) -> None:
    child.send_signal(signal.SIGTERM)
    try:
        child.wait(_PATIENCE_S)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
