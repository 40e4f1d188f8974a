"""Server and database are killed under load, again and again, and nothing acknowledged is lost.

A real server with a data folder of its own, customers who buy, redeem and repeat themselves, a
bookkeeper who posts to the ledger. Deaths come at random and at chosen moments: between the commits
of the pump, in a close, in a checkpoint. After each the server is started the way anyone starts
it, and clients repeat what they do not know until they know. Every so many deaths all the books are
held against the diary of the clients and against the plain model of the ledger.
"""

import json
import logging
import os
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from bench.crashing.books import Findings
from bench.crashing.trial import Trial
from bench.machine import facts
from huoqi.kit.postgres import remove_cluster
from huoqi.kit.progress import Progress

#: Deaths of one company; then its books are examined and another one is founded.
KILLS_A_ROUND = 50
_RESULT = "HUOQI_CRASH_RESULT"


@dataclass
class Tally:
    """What all rounds came to."""

    found: Findings = field(default_factory=Findings)
    deaths: Counter[str] = field(default_factory=Counter)
    moments: Counter[str] = field(default_factory=Counter)
    thrown_away: Counter[str] = field(default_factory=Counter)
    recoveries_ms: dict[str, list[int]] = field(default_factory=dict)
    rounds: int = 0
    faults: int = 0
    unsure: int = 0

    def figures(self, *, seed: int, what: str, unsynced: bool) -> dict[str, object]:
        """Return the document of a run."""
        counts = self.found.counts
        times_ms = [each for some in self.recoveries_ms.values() for each in some]
        acked = sum(n for name, n in counts.items() if name.endswith(" acknowledged"))
        return {
            "bench": "crash",
            "kills": self.deaths.total(),
            "seed": seed,
            "what": what,
            "unsynced": unsynced,
            "acked": acked - counts["ledger batches acknowledged"],
            "lost": len(self.found.lost),
            "duplicated": len(self.found.duplicated),
            "torn": len(self.found.torn),
            "disordered": len(self.found.disordered),
            "unlike_model": len(self.found.unlike_model),
            "unsound": len(self.found.unsound),
            "recovery_seconds_p50": _seconds(times_ms, percent=50),
            "recovery_seconds_p99": _seconds(times_ms, percent=99),
            "recovery_seconds_max": _seconds(times_ms, percent=100),
            "recovery_of": {
                whom: {f"p{p}": _seconds(some, percent=p) for p in (50, 99)}
                for whom, some in sorted(self.recoveries_ms.items())
            },
            "repeated_until_answered": self.unsure,
            "answers_500": self.faults,
            "deaths": dict(self.deaths.most_common()),
            "moments": dict(self.moments.most_common()),
            "thrown_away": dict(self.thrown_away),
            "counts": dict(sorted(counts.items())),
            "rounds": self.rounds,
            "found": self.found.shown(),
            "machine": facts(),
        }


def run(
    *, kills: int = 100, seed: int = 20150511, what: str = "both", unsynced: bool = False
) -> dict[str, object]:
    """Return the figures of so many deaths; a company that went wrong ends the run."""
    logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)  # connections break all the time
    tally = Tally()
    with Progress("kills", total=kills) as progress:
        while tally.deaths.total() < kills and tally.found.is_sound:
            left = min(KILLS_A_ROUND, kills - tally.deaths.total())
            _round(tally, left, seed=seed, what=what, unsynced=unsynced, progress=progress)
            _keep(tally.figures(seed=seed, what=what, unsynced=unsynced))
    return tally.figures(seed=seed, what=what, unsynced=unsynced)


def _round(
    tally: Tally, kills: int, *, seed: int, what: str, unsynced: bool, progress: Progress
) -> None:
    """Let one company live and die."""
    folder = Path(tempfile.mkdtemp(prefix="huoqi-crash-", dir=os.environ.get("HUOQI_BENCH_DIR")))
    folder.chmod(0o711)  # the database's own user passes through
    data = folder / "data"
    keeps = False
    try:
        trial = Trial(folder, seed=f"{seed} {tally.rounds}", what=what, unsynced=unsynced)
        with trial.running():
            before = tally.deaths.total()
            for number in range(kills):
                trial.kill_once()
                progress(before + number + 1, 0, "")
            found = trial.examined()
        tally.found.add(found)
        tally.deaths += trial.deaths
        tally.moments += trial.moments
        tally.thrown_away += trial.thrown_away
        for whom, times_ms in trial.recoveries_ms.items():
            tally.recoveries_ms.setdefault(whom, []).extend(times_ms)
        tally.rounds += 1
        tally.faults += trial.faults
        tally.unsure += found.counts["repeated until answered"]
        keeps = not found.is_sound and _RESULT in os.environ
    finally:
        if not keeps:
            remove_cluster(data)  # As root it stands outside the folder.
            shutil.rmtree(folder, ignore_errors=True)


def _keep(figures: dict[str, object]) -> None:
    """Write what was found so far where HUOQI_CRASH_RESULT says, for runs of hours."""
    place = os.environ.get(_RESULT)
    if place:
        Path(place).write_text(json.dumps(figures, ensure_ascii=False) + "\n", encoding="utf-8")


def _seconds(times_ms: list[int], *, percent: int) -> float:
    if not times_ms:
        return 0.0
    ordered = sorted(times_ms)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] / 1_000
