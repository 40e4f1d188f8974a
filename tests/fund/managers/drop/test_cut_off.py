"""Cut off anywhere in a meeting and begun again, the days end as if nothing had been."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

from huoqi.fund.managers.drop.folder import Folder
from huoqi.fund.orders import Speed
from tests.close.world import day
from tests.databases import Cluster
from tests.fund.managers.drop.meeting import Meeting, agent_at, meeting_on

SAVERS = range(100, 103)


class PowerCut(Exception):
    """The process is gone."""


@dataclass(frozen=True, slots=True)
class Fuse(Folder):
    """A folder that is cut off at its n-th use, if that is told."""

    left: Counter[str] = field(default_factory=Counter)

    def _burn(self) -> None:
        self.left["seen"] += 1
        if self.left["cut"] and self.left["seen"] == self.left["cut"]:
            raise PowerCut

    # Explicit, since a dataclass with slots is made anew and super() is not it.
    def tell_time(self, at: datetime) -> bool:
        """Be cut off before the agent is told the time, or after it answered."""
        self._burn()
        is_there = Folder.tell_time(self, at)
        self._burn()
        return is_there

    def arrived(self) -> list[Path]:
        """Be cut off between two looks at what has arrived."""
        self._burn()
        return Folder.arrived(self)

    def place_of(self, path: Path) -> str:
        """Be cut off between a file's second name and its row."""
        self._burn()
        return Folder.place_of(self, path)


def lived(meeting: Meeting, *, fuse: Fuse, cuts: int) -> list[str]:
    """Go through six days with so many cuts; return the roots of the days."""
    meeting.meet_in(fuse)
    meeting.company.buy({no: 100_000 + 37 * no for no in SAVERS})
    for number in range(cuts):
        fuse.left["seen"], fuse.left["cut"] = 0, 3 + 4 * number
        with pytest.raises(PowerCut):
            meeting.move(to=4, hour=10)
        meeting.meet_in(fuse)
    fuse.left["cut"] = 0
    assert meeting.move(to=4, hour=11) == "ready"
    meeting.company.sell(101, 50_000, speed=Speed.FAST)
    meeting.company.sell(102, None, speed=Speed.NORMAL)
    assert meeting.move(to=6) == "ready"
    return meeting.company.roots()


def test_days_with_power_cuts_end_with_the_same_roots(
    postgres_cluster: Cluster, tmp_path: Path
) -> None:
    roots = []
    for cuts in (0, 5):
        root = tmp_path / f"{cuts}"
        with (
            postgres_cluster.database() as dsn,
            meeting_on(dsn, root, savers=SAVERS) as meeting,
            agent_at(root),
        ):
            fuse = Fuse(root, patience_ms=120_000)
            roots.append(lived(meeting, fuse=fuse, cuts=cuts))
            assert not meeting.company.status(day(5)).breaks
            assert {row.state for row in meeting.files()} <= {
                "accepted",
                "acknowledged",
                "absorbed",
                "expected",
            }
    assert roots[0] == roots[1]
    assert len(roots[0]) == 6
