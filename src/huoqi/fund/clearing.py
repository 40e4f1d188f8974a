"""A register's answers of a day, however many: in pieces, each a transaction of its own.

A piece is so many orders of one lane, which is part of a shard; lanes run side by side. An answer
that was taken in before changes nothing, hence work that was killed is simply done again: what is
committed stands, and the rest follows.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

import numpy as np

from huoqi.fund._store import clearing as store
from huoqi.fund._store.clearing import Int64, Staged
from huoqi.fund.answer_columns import AnswerColumns, Bool, SentColumns, halves, places_of
from huoqi.fund.confirmations import record_confirmations
from huoqi.fund.managers.port import Confirmation
from huoqi.fund.single_answers import answer_columns, confirmations_of
from huoqi.fund.whole_purchases import Piece, confirm_whole
from huoqi.kit.dates import date_of_days, days_since_2000
from huoqi.kit.db import Database, Work
from huoqi.kit.errors import DomainError
from huoqi.kit.stopwatch import Stopwatch

#: More than there are cores: while one waits for the disk, others have work.
THREADS = 4
#: So many parts of a shard's customers. Pieces of different lanes have no holding in common,
#: so that none waits for the other's commit.
LANES = 2
_LANE_BITS = 6
#: Answers that are not whole purchases cost more each, and hold the fund's line.
SINGLY = 1_000
_LAST_DAY = days_since_2000(date.max)


@dataclass(frozen=True, slots=True)
class Pace:
    """How answers are taken in: so many a transaction, side by side, and who takes the time."""

    piece: int = 8_000
    threads: int = 1
    watch: Stopwatch = field(default_factory=Stopwatch)


@dataclass(slots=True)
class Cleared:
    """What became of answers: how many in bulk, how many singly, and why some were refused.

    ``refused`` has the row of the answer beside the reason; it changed nothing.
    """

    in_bulk: int = 0
    singly: int = 0
    again: int = 0
    refused: list[tuple[int, DomainError]] = field(default_factory=list)


def clear_answers(
    database: Database,
    answers: AnswerColumns,
    *,
    fund: str,
    sent: SentColumns | None = None,
    pace: Pace | None = None,
) -> Cleared:
    """Take in answers, each once however often this is done; all are durable on return.

    ``sent`` are the orders that wait, if they were read already.
    """
    pace = pace or Pace()
    watch = pace.watch
    if sent is None:
        sent = sent_orders(database, fund=fund)
    with watch("pieces made"):
        pieces = list(pieces_of(answers, sent, fund=fund, size=pace.piece))
    cleared = Cleared()
    left = [np.setdiff1d(np.arange(len(answers)), _rows_of(pieces))]

    def run(lane: Sequence[Piece]) -> None:
        for piece in lane:
            taken = _clear_piece(database, piece, watch=watch)
            done.append(len(taken))
            left.append(np.delete(piece.rows, taken))

    done: list[int] = []
    lanes = [list(group) for _, group in groupby(pieces, key=lambda piece: piece.lane)]
    if pace.threads == 1:
        for lane in lanes:
            run(lane)
    else:
        with ThreadPoolExecutor(pace.threads, thread_name_prefix="clearing") as pool:
            list(pool.map(run, lanes))
    cleared.in_bulk = sum(done)
    with watch("singly"):
        _clear_singly(database, answers, np.sort(np.concatenate(left)), fund=fund, cleared=cleared)
    return cleared


def clear_confirmations(
    database: Database, confirmations: Sequence[Confirmation], *, fund: str
) -> list[DomainError]:
    """Take in answers in pieces as ``clear_answers`` does; return why some were refused."""
    pace = Pace(threads=1 if database.is_flushing_late else THREADS)
    columns = answer_columns(confirmations)
    return [
        refusal for _, refusal in clear_answers(database, columns, fund=fund, pace=pace).refused
    ]


def sent_orders(database: Database, *, fund: str) -> SentColumns:
    """Return a fund's orders that wait for the manager's answer."""
    return database.run(lambda work: store.sent(work, fund=fund), while_advancing=True)


def _rows_of(pieces: Sequence[Piece]) -> Int64:
    return np.concatenate([np.empty(0, dtype=np.int64), *(piece.rows for piece in pieces)])


def _clear_piece(database: Database, piece: Piece, *, watch: Stopwatch) -> Int64:
    """Return which answers of a piece were taken in, once that is durable."""

    def body(work: Work) -> Int64:
        taken = confirm_whole(work, piece, watch=watch)
        with watch("events"):
            work.flush()
        return taken

    with watch("pieces"):
        return database.run(body, while_advancing=True)


def _clear_singly(
    database: Database, answers: AnswerColumns, rows: Int64, *, fund: str, cleared: Cleared
) -> None:
    """Take in what is left one by one, but for what was answered before."""
    opens_on = _opens_on(answers)
    for start in range(0, max(1, len(rows)), SINGLY):
        part = rows[start : start + SINGLY]
        singles = confirmations_of(answers.chosen(part))

        def body(work: Work) -> tuple[set[int], list[object]]:
            keys = [(place, c.order_id, c.customer_no) for place, c in enumerate(singles)]  # noqa: B023
            before = store.answered_before(work, keys)
            new = [c for place, c in enumerate(singles) if place not in before]  # noqa: B023
            return before, list(
                record_confirmations(work, fund=fund, confirmations=new, opens_on=opens_on)
            )

        before, results = database.run(body, while_advancing=True)
        places = [place for place in range(len(singles)) if place not in before]
        cleared.again += len(before)
        cleared.singly += len(places)
        cleared.refused += [
            (int(part[place]), result)
            for place, result in zip(places, results, strict=True)
            if isinstance(result, DomainError)
        ]


def _opens_on(answers: AnswerColumns) -> date:
    """Return the first day of all answers, from which new holdings begin."""
    return date_of_days(int(answers.days.min(initial=_LAST_DAY)))


def pieces_of(
    answers: AnswerColumns, sent: SentColumns, *, fund: str, size: int
) -> Iterator[Piece]:
    """Yield what can be taken in by the thousand, by shard and day, in the order of the ids."""
    opens_on = _opens_on(answers)
    places = places_of(answers.order_ids, sent.order_ids)
    rows = np.flatnonzero(_whole(answers, sent, places=places))
    places = places[rows]
    shards, days = sent.shards[places], answers.days[rows]
    high, low = halves(answers.order_ids[rows])
    lanes = shards * LANES + (answers.customers[rows] >> _LANE_BITS) % LANES
    order = np.lexsort((low, high, days, lanes))
    rows, places, lanes, days = rows[order], places[order], lanes[order], days[order]
    changes = np.flatnonzero((np.diff(lanes) != 0) | (np.diff(days) != 0)) + 1
    for group in np.split(np.arange(len(rows)), changes):
        for start in range(0, len(group), size):
            part = group[start : start + size]
            staged = Staged(
                shard=int(lanes[part[0]]) // LANES,
                fund=fund,
                on=date_of_days(int(days[part[0]])),
                order_ids=answers.order_ids[rows[part]],
                customers=answers.customers[rows[part]],
                amounts_fen=sent.asked[places[part]],
                t_days=sent.t_days[places[part]],
            )
            lane = int(lanes[part[0]])
            yield Piece(staged, answers.units_e2[rows[part]], rows[part], opens_on, lane)


def _whole(answers: AnswerColumns, sent: SentColumns, *, places: Int64) -> Bool:
    """Tell which answers confirm a sent purchase whole, once, and nothing else."""
    if not len(sent):
        return np.zeros(len(answers), dtype=np.bool_)
    asked_fen, owners = sent.asked[places], sent.customers[places]
    is_whole = (places >= 0) & sent.is_plain[places] & answers.is_ok & (owners == answers.customers)
    is_whole &= (answers.amounts_fen == asked_fen) & (answers.units_e2 <= asked_fen)
    is_whole &= (answers.units_e2 > 0) & (answers.deferred_e2 == 0) & (answers.incomes_fen == 0)
    _, first, counts = np.unique(places, return_index=True, return_counts=True)
    is_single = np.zeros(len(places), dtype=np.bool_)
    is_single[first[counts == 1]] = True
    found: Bool = is_whole & is_single
    return found
