"""One close of a kept book, in a process of its own so that its memory is its own; prints JSON.

Use: python -m bench.close_day FOLDER FUND DAY, with the journal and ``manager.json`` in place.
"""

import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from huoqi.close.book.days import close_day
from huoqi.close.book.files import mapped
from huoqi.close.book.founding import found_book
from huoqi.close.book.generations import (
    INCOME,
    UNITS,
    Generation,
    column_path,
    generation_on,
    in_force,
)
from huoqi.close.book.journals import Changes, Figures, Journal, keep_journal, kept_journal
from huoqi.close.rules.proofs import SIGNERS, proof_bytes, verify
from huoqi.close.seal.sealing import keep_seal, prove, statement_of
from huoqi.close.seal.signers import KeySigner, day_key_of, seed_of
from huoqi.close.seal.trees import tree_of
from huoqi.fund.rules.allocation_columns import exact_sum

SECRET = bytes(range(32))
_DAY = timedelta(days=1)


class Watch:
    """The seconds of each step in their order, by the clock and of the processor."""

    def __init__(self) -> None:
        self.steps: dict[str, float] = {}
        self.cpu: dict[str, float] = {}
        self._begun = self._last = time.perf_counter()
        self._last_cpu = time.process_time()

    def __call__(self, step: str) -> None:
        """Take the time of a step that is done."""
        now, cpu = time.perf_counter(), time.process_time()
        self.steps[step] = round(now - self._last, 3)
        self.cpu[step] = round(cpu - self._last_cpu, 3)
        self._last, self._last_cpu = now, cpu

    @property
    def seconds(self) -> float:
        """Return the time since the first step began."""
        return round(self._last - self._begun, 2)


def closed_and_sealed(folder: Path, *, on: date, told: Callable[[str], None]) -> dict[str, object]:
    """Close and seal a day; return what shows that it is right, and the root."""
    manager = json.loads((folder / "manager.json").read_text())
    before = in_force(folder)
    generation = close_day(folder, on=on, told=told)
    income_fen, units_e2 = _read_back(folder, generation)
    told("read back")
    journal = kept_journal(folder, on=on)
    control_e2 = before.totals.units_e2 + exact_sum(journal.changes.deltas_e2) + income_fen
    assert units_e2 == control_e2 == manager["units_e2"], "book = control account = manager"
    residual_fen = manager["income_fen"] - income_fen
    told("compare totals")
    closed = time.perf_counter()
    day_key = day_key_of(SECRET, fund=generation.fund, on=on)
    tree = tree_of(folder, generation, day_key=day_key)
    told("seal: leaves and tree")
    figures = (manager["units_e2"], manager["income_fen"])
    signers = [
        KeySigner(s, seed_of(SECRET, signer=s), lambda days: [figures] * len(days)) for s in SIGNERS
    ]
    statement = statement_of(generation, root=tree.root, previous=None)
    keep_seal(folder, statement, levels=tree.kept, signers=signers)
    told("seal: sign and keep")
    return {
        "residual_fen": residual_fen,
        "holders": generation.totals.holders,
        "closed_at": closed,
        "book_sha256": generation.sha256.hex(),
        "root": tree.root.hex(),
    }


def _read_back(folder: Path, generation: Generation) -> tuple[int, int]:
    """Return the sums of the columns as they stand in the files."""
    sums = []
    for column in (INCOME, UNITS):
        total = 0
        for part in generation.parts:
            path = column_path(folder, part=part.name, on=generation.on, column=column)
            total += exact_sum(mapped(path, rows=part.rows))
        sums.append(total)
    return sums[0], sums[1]


def proof_figures(folder: Path, *, on: date, fund: str, account: int) -> dict[str, object]:
    """Return what one holder's proof weighs and costs."""
    day_key = day_key_of(SECRET, fund=fund, on=on)
    begun = time.perf_counter()
    content = proof_bytes(prove(folder, on=on, account=account, day_key=day_key))
    made = time.perf_counter()
    verify(content)
    return {
        "proof_bytes": len(content),
        "proof_made_ms": round((made - begun) * 1000, 2),
        "proof_verified_ms": round((time.perf_counter() - made) * 1000, 3),
    }


def warm(fund: str) -> float:
    """Close a tiny book first, so that compiling is not measured; return what that took."""
    begun, on = time.perf_counter(), date(2015, 5, 11)
    with tempfile.TemporaryDirectory(prefix="huoqi-bench-") as name:
        folder = Path(name)
        accounts = np.arange(1, 100, dtype=np.int64)
        found_book(folder, [(accounts, accounts * 1_000)], fund=fund, on=on)
        some = Changes(accounts[:5], accounts[:5])
        keep_journal(folder, Journal(some, Figures(136_920, 0)), on=on + _DAY)
        totals = {"units_e2": 4_950_015, "income_fen": 0}
        (folder / "manager.json").write_text(json.dumps(totals))
        closed_and_sealed(folder, on=on + _DAY, told=lambda _: None)
    return round(time.perf_counter() - begun, 2)


def main(folder: Path, fund: str, on: date) -> None:
    """Measure one close with its seal and print the figures."""
    compile_s = warm(fund)
    cpu_s, begun, watch = time.process_time(), time.perf_counter(), Watch()
    figures = closed_and_sealed(folder, on=on, told=watch)
    closed_at = figures.pop("closed_at")
    assert isinstance(closed_at, float)
    document = {
        "seconds": round(closed_at - begun, 2),
        "seconds_with_seal": watch.seconds,
        "cpu_s": round(time.process_time() - cpu_s, 2),
        "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000),
        **figures,
        "steps": watch.steps,
        "steps_cpu": watch.cpu,
        "compile_s": compile_s,
    }
    generation = generation_on(folder, on)
    account = 1 + generation.totals.holders // 2
    document |= proof_figures(folder, on=on, fund=fund, account=account)
    print(json.dumps(document))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], date.fromisoformat(sys.argv[3]))
