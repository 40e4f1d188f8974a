"""A server that stands still at a chosen point, so that it can be killed there and nowhere else.

Use: python -m bench.crashing.points. It is ``huoqi up --no-seed`` with observers around some calls.
A line on its standard input, such as ``the bank has it and nothing is recorded|3``, arms a point;
the third call that comes there stops the whole process (SIGSTOP) until somebody outside kills it
or, by SIGCONT, lets it go on.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from huoqi.bootstrap.__main__ import run
from huoqi.close.operations import closing, computing, daily
from huoqi.kit.db import Work
from huoqi.payments import pump
from huoqi.payments.banks.simulated import SimulatedBanks
from huoqi.web.money_posts import MoneyPost


@dataclass(frozen=True, slots=True)
class Point:
    """A call at which a process stands still, before it or after it."""

    owner: object
    name: str
    is_after: bool


#: Where requests are carried out and banks are spoken to; the load comes there all the time.
IN_TRAFFIC: Mapping[str, Point] = {
    "orders are placed and not committed": Point(MoneyPost, "_batch", is_after=True),
    "orders are committed and not answered": Point(MoneyPost, "_committed", is_after=True),
    "ledger and events are written and not committed": Point(Work, "flush", is_after=True),
    "references are committed and not sent": Point(SimulatedBanks, "send", is_after=False),
    "the bank has it and nothing is recorded": Point(SimulatedBanks, "send", is_after=True),
    "answers are recorded and not settled": Point(pump, "record_replies", is_after=True),
    "answers are recorded and committed": Point(pump.Pump, "_record", is_after=True),
}
#: Where a day is closed; the clock has to be moved to come there.
IN_A_CLOSE: Mapping[str, Point] = {
    "orders are with the manager and not marked": Point(daily, "mark_sent", is_after=False),
    "orders are marked and not committed": Point(daily, "mark_sent", is_after=True),
    "confirmations are here and not recorded": Point(daily, "record_confirmations", is_after=False),
    "confirmations are recorded and not committed": Point(
        daily, "record_confirmations", is_after=True
    ),
    "figures are recorded and not committed": Point(daily, "record_report", is_after=True),
    "our side of the day is gathered": Point(closing, "_opened", is_after=True),
    "the day is computed": Point(computing, "compute", is_after=True),
    "income is published and no book is there": Point(computing, "publish_day", is_after=True),
    "the day is written and the cursor stands": Point(computing, "write", is_after=True),
    "the day is done and not committed": Point(closing, "_finished", is_after=True),
    "the day is committed and nothing is tidied": Point(daily, "run_close", is_after=True),
    "hot accounts are folded and not committed": Point(daily, "fold_hot_deltas", is_after=True),
}
POINTS = {**IN_TRAFFIC, **IN_A_CLOSE}


class Watch:
    """Counts the calls that come to the armed point, and stands still at the last one."""

    def __init__(self, *, stand_still: Callable[[], None]) -> None:
        self._lock = threading.Lock()
        self._armed = ""
        self._left = 0
        self._stand_still = stand_still

    def arm(self, line: str) -> None:
        """Arm what a line says, instead of what was armed before."""
        name, _, count = line.strip().partition("|")
        with self._lock:
            self._armed, self._left = name, int(count or 1)

    def came(self, name: str) -> None:
        """Note that a call came to a point."""
        with self._lock:
            self._left -= name == self._armed
            if name != self._armed or self._left:
                return
            self._armed = ""
        self._stand_still()

    def observe(self, name: str, point: Point) -> None:
        """Put the watch around the call of a point."""
        call = getattr(point.owner, point.name)

        def watched(*arguments: object, **named: object) -> object:
            if not point.is_after:
                self.came(name)
            answer = call(*arguments, **named)
            if point.is_after:
                self.came(name)
            return answer

        setattr(point.owner, point.name, watched)


def observed() -> Watch:
    """Return the watch around all points of this process."""
    watch = Watch(stand_still=lambda: os.kill(os.getpid(), signal.SIGSTOP))
    for name, point in POINTS.items():
        watch.observe(name, point)
    return watch


def _listen(watch: Watch) -> None:
    for line in sys.stdin:
        watch.arm(line)


if __name__ == "__main__":
    threading.Thread(target=_listen, args=(observed(),), daemon=True).start()
    sys.argv[1:] = ["up", "--no-seed"]
    run()
