"""Processes that a test forks from one that has loaded everything, and kills."""

import os
import select
import signal
import sys
import traceback
from collections.abc import Callable


class Died(Exception):
    """A child ended in another way than it should have."""


def fork(body: Callable[[], None]) -> int:
    """Return the number of a child that does this and no more."""
    sys.stderr.flush()
    child = os.fork()
    if child:
        return child
    failed = 1
    try:
        body()
        failed = 0
    finally:
        if failed:
            traceback.print_exc()
            sys.stderr.flush()
        os._exit(failed)


def outcome(child: int) -> int:
    """Return how a child ended: 0, or minus the signal; raise Died when it failed."""
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if ended not in (0, -signal.SIGKILL):
        raise Died(f"a child ended with {ended}")
    return ended


def end_within(child: int, *, seconds: float) -> None:
    """Kill a child unless it ends by itself before the time is up."""
    handle = os.pidfd_open(child)
    if not select.select([handle], [], [], seconds)[0]:
        signal.pidfd_send_signal(handle, signal.SIGKILL)
    os.close(handle)
