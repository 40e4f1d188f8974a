"""How long it takes to match very many references on three sides, and what is missed.

Orders, statement entries and answers are made by a seed, each reference a version 7 identifier,
entries and answers in another order than ours; then faults of every class are put in, each on
references of its own. What is found is compared with what was put in, class by class. The columns
are in memory, as they are after a statement was read; reading files is `bench statements`.

Beside it what one would write without any of this, on the same columns: sums by reference and a
full outer join of pandas where it is installed.
"""

import importlib
import importlib.util
import os
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np

from bench import machine
from huoqi.close.reconcile import kernels
from huoqi.close.reconcile.columns import Reconciled, Side, reconcile
from huoqi.close.reconcile.kernels import Int64
from huoqi.close.reconcile.rules.classes import Match
from huoqi.kit.compiled import IS_COMPILED

_ON = date(2015, 5, 12).toordinal()
_ONE_IN = 1_000  # of each class so many references go wrong
_RIVAL_REFS = 1_000_000
_CLASSES = [match for match in Match if match is not Match.MATCHED]
_WARM_UP = 5_000


@dataclass(frozen=True)
class World:
    """Three sides, and the class of each reference that is not matched, by its halves."""

    orders: Side
    entries: Side
    answers: Side
    injected: dict[Match, Int64]


def run(refs: int, seed: int = 1) -> dict[str, object]:
    """Return the figures for so many references on each of three sides."""
    _matched(made(_WARM_UP, seed=seed))  # compiled before the clock runs
    world = made(refs, seed=seed)
    wall, cpu = time.perf_counter(), time.process_time()
    done = _matched(world)
    seconds, cpu_s = time.perf_counter() - wall, time.process_time() - cpu
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    figures = _compared(world, done) | {
        "bench": "reconcile",
        "refs": refs,
        "rows": world.orders.size + world.entries.size + world.answers.size,
        "seconds": round(seconds, 3),
        "cpu_s": round(cpu_s, 3),
        "refs_per_s": round(refs / seconds),
        "peak_mb": peak_mb,
        "seed": seed,
        "compiled": IS_COMPILED,
        "threads": _threads(),
    }
    return figures | {"beside": _beside(min(refs, _RIVAL_REFS), seed), "machine": machine.facts()}


def made(refs: int, *, seed: int) -> World:
    """Return a day of so many orders with faults of each class in it."""
    chance = np.random.default_rng(seed)
    bad = max(1, refs // _ONE_IN)
    high = (np.int64(1_431_388_800_000) << 16) | chance.integers(0, 2**16, refs)
    low = chance.integers(-(2**63), 2**63 - 1, refs)
    amount = chance.integers(100, 5_000_000, refs)
    payout = chance.integers(0, 2, refs)
    picked = chance.permutation(refs)[: bad * len(_CLASSES)].reshape(len(_CLASSES), bad)
    of = dict(zip(_CLASSES, picked, strict=True))
    odd = 1 + chance.integers(0, 1_000, refs)

    order_flags = payout | kernels.DUE | kernels.WANTS_FUND
    order_flags[of[Match.BANK_ONLY_AFTER_REJECT]] |= kernels.DEAD
    ours = np.ones(refs, dtype=bool)
    ours[of[Match.NOT_IN_LEDGER]] = False
    orders = _side((high, low, amount, _meta(order_flags)), np.flatnonzero(ours))

    booked = amount.copy()
    booked[of[Match.BANK_AMOUNT_MISMATCH]] += odd[of[Match.BANK_AMOUNT_MISMATCH]]
    entry_meta = _meta(payout)
    entry_meta[of[Match.CUT_OFF_TAIL]] += 1 << kernels.DAY_SHIFT
    theirs = np.ones(refs, dtype=bool)
    theirs[of[Match.MISSING_IN_BANK]] = False
    again = np.concatenate([of[Match.BANK_DUPLICATE], of[Match.BANK_RETURNED]])
    rows = np.concatenate([np.flatnonzero(theirs), again])
    metas = entry_meta[rows]
    metas[rows.size - bad :] |= kernels.REVERSAL
    entries = _shuffled(high[rows], low[rows], booked[rows], metas, chance)

    confirmed = amount.copy()
    confirmed[of[Match.FUND_AMOUNT_MISMATCH]] -= odd[of[Match.FUND_AMOUNT_MISMATCH]]
    answer_flags = np.full(refs, kernels.CONFIRMED)
    answer_flags[of[Match.FUND_REJECTED]] = 0
    answered = np.ones(refs, dtype=bool)
    for match in (Match.MISSING_IN_FUND, Match.NOT_IN_LEDGER, Match.BANK_ONLY_AFTER_REJECT):
        answered[of[match]] = False
    rows = np.flatnonzero(answered)
    metas = _meta(answer_flags)[rows]
    answers = _shuffled(high[rows], low[rows], confirmed[rows], metas, chance)
    halves: dict[Match, Int64] = {}
    for match, where in of.items():
        halves[match] = np.stack([high[where], low[where]], 1)
    return World(orders, entries, answers, halves)


def _meta(flags: Int64) -> Int64:
    return (np.int64(_ON) << kernels.DAY_SHIFT) | flags


def _side(columns: tuple[Int64, Int64, Int64, Int64], rows: Int64) -> Side:
    return Side(*(np.ascontiguousarray(column[rows]) for column in columns))


def _shuffled(
    high: Int64, low: Int64, amount: Int64, meta: Int64, chance: np.random.Generator
) -> Side:
    return _side((high, low, amount, meta), chance.permutation(high.size))


def _threads() -> int:
    return max(1, min(2, os.cpu_count() or 1))


def _matched(world: World) -> Reconciled:
    return reconcile(world.orders, entries=world.entries, answers=world.answers, threads=_threads())


def _compared(world: World, done: Reconciled) -> dict[str, object]:
    """Return how many were put in, how many of them were not found, and what else was."""
    missed, false = 0, 0
    for match, wanted in world.injected.items():
        found = done.rows[done.rows[:, kernels.CLASS] == match]
        both = np.concatenate([_unique(wanted), _unique(_halves(world, found))])
        common = both.shape[0] - _unique(both).shape[0]
        missed += wanted.shape[0] - common
        false += found.shape[0] - common
    injected = {match.name: int(each.shape[0]) for match, each in world.injected.items()}
    return {
        "injected": sum(injected.values()),
        "injected_by_class": injected,
        "missed": missed,
        "false": false,
        "matched": done.counts[Match.MATCHED],
    }


def _halves(world: World, found: Int64) -> Int64:
    """Return the references of findings, each from the first side that has it."""
    has_order = found[:, kernels.ORDER_ROW] >= 0
    orders, entries = found[:, kernels.ORDER_ROW], found[:, kernels.ENTRY_ROW]
    columns = []
    for ours, theirs in (
        (world.orders.high, world.entries.high),
        (world.orders.low, world.entries.low),
    ):
        columns.append(np.where(has_order, ours[orders], theirs[entries]))
    return np.stack(columns, 1)


def _unique(rows: Int64) -> Int64:
    return np.unique(rows, axis=0)


def _beside(refs: int, seed: int) -> dict[str, object]:
    """Return what the same day costs as joins of data frames, and whether it finds the same."""
    if importlib.util.find_spec("pandas") is None:
        return {"pandas": "not installed"}
    world = made(refs, seed=seed)
    ours = _timed(lambda: _matched(world))
    theirs = _timed(lambda: _in_frames(world))
    return {
        "refs": refs,
        "ours_seconds": ours[0],
        "ours_cpu_s": ours[1],
        "pandas_seconds": theirs[0],
        "pandas_cpu_s": theirs[1],
        "pandas_times_slower": round(theirs[0] / ours[0], 1),
        "pandas_finds_as_many": theirs[2] == _counts(ours[2]),
    }


def _timed(work: Callable[[], object]) -> tuple[float, float, object]:
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    return (
        round(time.perf_counter() - wall, 3),
        round(time.process_time() - cpu, 3),
        result,
    )


def _counts(done: object) -> dict[str, int]:
    assert isinstance(done, Reconciled)
    return {match.name: count for match, count in done.counts.items() if count}


def _in_frames(world: World) -> dict[str, int]:
    """Return how many references are of each class, by two full outer joins of sums."""
    pd = importlib.import_module("pandas")

    o, e, a = world.orders, world.entries, world.answers
    orders = pd.DataFrame({"h": o.high, "l": o.low, "fen": o.amount_fen})
    orders["sign"] = 1 - 2 * (o.meta & kernels.PAYOUT)
    orders["dead"] = (o.meta & kernels.DEAD) != 0
    orders["due_on"] = o.meta >> kernels.DAY_SHIFT
    back = (e.meta & kernels.REVERSAL) != 0
    signed = e.amount_fen * (1 - 2 * (e.meta & kernels.PAYOUT)) * ~back
    entries = pd.DataFrame({"h": e.high, "l": e.low, "booked": signed, "back": back, "n": ~back})
    entries["day"] = e.meta >> kernels.DAY_SHIFT
    bank = entries.groupby(["h", "l"], sort=False).agg(
        n=("n", "sum"), back=("back", "sum"), booked=("booked", "sum"), day=("day", "max")
    )
    answers = pd.DataFrame({"h": a.high, "l": a.low, "answered": a.amount_fen})
    answers["refused"] = (a.meta & kernels.CONFIRMED) == 0
    fund = answers.groupby(["h", "l"], sort=False).sum()
    both = orders.merge(bank, "outer", on=["h", "l"]).merge(fund, "outer", on=["h", "l"])
    conditions = {
        Match.NOT_IN_LEDGER: both.fen.isna(),
        Match.BANK_ONLY_AFTER_REJECT: (both.dead == True) & both.n.notna(),  # noqa: E712 - with gaps
        Match.MISSING_IN_BANK: both.n.isna(),
        Match.BANK_DUPLICATE: both.n > 1,
        Match.BANK_AMOUNT_MISMATCH: both.booked * both.sign != both.fen,
        Match.BANK_RETURNED: both.back > 0,
        Match.MISSING_IN_FUND: both.answered.isna(),
        Match.FUND_REJECTED: both.refused > 0,
        Match.FUND_AMOUNT_MISMATCH: both.answered != both.fen,
        Match.CUT_OFF_TAIL: both.day > both.due_on,
    }
    found = np.select(
        [condition.to_numpy() for condition in conditions.values()],
        [int(match) for match in conditions],
        default=int(Match.MATCHED),
    )
    values, counts = np.unique(found, return_counts=True)
    pairs = zip(values.tolist(), counts.tolist(), strict=True)
    return {Match(value).name: count for value, count in pairs}
