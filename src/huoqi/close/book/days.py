"""A day of a kept book, over all its partitions: earn, allocate exactly, write, switch.

The partitions are asked for sums and counts and told the day's terms; nothing else passes between
them and here, so they may as well stand on other machines.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import ClassVar, TypeVar

import numpy as np

from huoqi.close.book.files import Int64, held
from huoqi.close.book.generations import (
    Generation,
    Totals,
    in_force,
    switch_to,
)
from huoqi.close.book.journals import Changes, Figures, Journal, kept_journal
from huoqi.close.book.parts import PartDay
from huoqi.close.rules.selection import (
    Question,
    closer,
    digit_bits,
    first_question,
    last_in_line,
    narrowed,
)
from huoqi.fund.rules.allocation import (
    FundDayRow,
    Terms,
    candidate_terms,
    is_feasible,
    row_of,
)
from huoqi.kit.errors import DomainError

_DAY = timedelta(days=1)
T = TypeVar("T")
Told = Callable[[str], None]


class DayOutOfOrder(DomainError):
    """The book closes one day after the other; this one does not follow the day in force."""

    code: ClassVar[str] = "close.day_out_of_order"


class IncomeExceedsUnits(DomainError):
    """The income of the day is larger than everything that the holders have."""

    code: ClassVar[str] = "close.income_exceeds_units"


@dataclass(frozen=True, slots=True)
class Crew:
    """The partitions of a day, and the threads that they share.

    One thread more than cores, since one of them mostly waits for the disk.
    """

    parts: tuple[PartDay, ...]
    threads: int

    def each(self, ask: Callable[[PartDay], T]) -> list[T]:
        """Return the answers of all partitions, in their order."""
        with ThreadPoolExecutor(self.threads) as pool:
            return list(pool.map(ask, self.parts))


@dataclass(frozen=True, slots=True)
class Allocation:
    """The day's row and what the cutting left over; nothing is written yet."""

    row: FundDayRow
    terms: Terms
    residual_fen: int

    @property
    def total_fen(self) -> int:
        """Return the fund's income with its sign."""
        return self.terms.sign * self.terms.income_fen


def part_of(accounts: Int64, *, parts: int) -> Int64:
    """Return the partition of each account, which it never leaves."""
    return accounts % parts


def close_day(
    folder: Path, *, on: date, threads: int | None = None, told: Told = lambda _step: None
) -> Generation:
    """Close a day from the book in force and the day's journal; return what is in force then.

    A day that is in force already is returned as it is. Killed anywhere, it leaves the day before
    in force, and may be called again; one that runs at the same time waits. ``told`` hears of each
    step that is done.
    """
    with held(folder):
        before = in_force(folder)
        if before.on == on:
            return before
        if before.on + _DAY != on:
            raise DayOutOfOrder(in_force=before.on.isoformat(), on=on.isoformat())
        journal = kept_journal(folder, on=on)
        generation = computed(folder, before, journal=journal, on=on, threads=threads, told=told)
        switch_to(folder, generation)
    told("switch")
    return generation


def computed(
    folder: Path,
    before: Generation,
    *,
    journal: Journal,
    on: date,
    threads: int | None = None,
    told: Told = lambda _step: None,
) -> Generation:
    """Return the generation of a day; its columns are durable, and not in force."""
    parts = tuple(PartDay(folder, part, base=before.on, on=on) for part in before.parts)
    crew = Crew(parts, threads or (os.cpu_count() or 1) + 1)
    shares = dict(zip(parts, _shared_out(journal.changes, len(parts)), strict=True))
    crew.each(lambda part: part.place(shares[part]))
    told("place changes")
    earning = crew.each(PartDay.earning)
    units_e2 = sum(each.units_e2 for each in earning)
    told("earning units")
    allocated = allocation(crew, figures=journal.figures, units_e2=units_e2)
    told("allocate")
    terms = _as_column(allocated.terms, row=allocated.row)
    given = _given(journal.figures)
    shares = dict(zip(parts, _shared_out(given, len(parts)), strict=True))
    paid = crew.each(lambda part: part.pay(terms=terms, overrides=shares[part]))
    told("write columns")
    income_fen = sum(each.income_fen for each in paid)
    corrected_fen = sum(each.corrected_fen for each in paid)
    assert income_fen - corrected_fen == allocated.total_fen, "an allocation has nothing left"
    totals = Totals(
        positions=sum(each.state.rows for each in paid),
        holders=sum(each.holders for each in paid),
        earning_units_e2=units_e2,
        income_fen=income_fen,
        units_e2=sum(each.units_e2 for each in paid),
        residual_fen=allocated.residual_fen,
    )
    assert totals.units_e2 == units_e2 + income_fen
    return Generation(
        fund=before.fund,
        on=on,
        row=allocated.row,
        totals=totals,
        parts=tuple(each.state for each in paid),
        journal_sha256=journal.sha256,
        previous_sha256=before.sha256,
    )


def allocation(crew: Crew, *, figures: Figures, units_e2: int) -> Allocation:
    """Return the row of the day: by the rate, or by the exact share of a total that it misses."""
    for terms in candidate_terms(
        income_per_10k_e5=figures.income_per_10k_e5,
        fund_income_fen=figures.total_income_fen,
        total_units_e2=units_e2,
    ):
        if terms.numerator > terms.denominator:
            raise IncomeExceedsUnits(numerator=terms.numerator, denominator=terms.denominator)
        found = _attempt(crew, terms)
        if found is not None:
            return found
    raise AssertionError("a ratio is always feasible")


def _attempt(crew: Crew, terms: Terms) -> Allocation | None:
    """Return the allocation under these terms, or None if what is left over cannot be served."""
    question = first_question(denominator=terms.denominator)
    cut = _as_column(terms, row=row_of(terms, theta=terms.denominator, tie_account=0))
    answers = crew.each(lambda part: part.survey(question, terms=cut))
    residual_fen = terms.income_fen - sum(answer.floors_fen for answer in answers)
    with_remainder = sum(answer.with_remainder for answer in answers)
    if not is_feasible(residual_fen, remainder_count=with_remainder):
        return None
    theta, tie_account = terms.denominator, 0
    if residual_fen:
        counts = [answer.counts for answer in answers]
        theta, tie_account = _last_served(crew, question, cut, counts, wanted=residual_fen)
    return Allocation(row_of(terms, theta=theta, tie_account=tie_account), terms, residual_fen)


def _last_served(
    crew: Crew, question: Question, cut: Int64, counts: Sequence[Int64], *, wanted: int
) -> tuple[int, int]:
    """Return remainder and account of the last holder who gets an odd fen."""
    found = narrowed(question, counts=_added(counts), wanted=wanted)
    while not found.is_short:
        asked = closer(found)
        answers = crew.each(partial(PartDay.survey, question=asked, terms=cut))
        counts = [answer.counts for answer in answers]
        found = narrowed(asked, counts=_added(counts), wanted=found.wanted)
    bucket = found.question.prefix & 0xFFFF
    sizes = dict(zip(crew.parts, (int(each[bucket]) for each in counts), strict=True))
    listed = crew.each(lambda part: part.listed(found.question, terms=cut, count=sizes[part]))
    return last_in_line(np.concatenate(listed), wanted=found.wanted)


def _added(counts: Sequence[Int64]) -> Int64:
    total: Int64 = np.sum(counts, axis=0)
    return total


def _as_column(terms: Terms, *, row: FundDayRow) -> Int64:
    """Return the terms as the loops take them."""
    bits = digit_bits(numerator=terms.numerator, denominator=terms.denominator)
    figures = [terms.numerator, terms.denominator, bits, row.theta, row.tie_account, terms.sign]
    return np.array(figures, dtype=np.int64)


def _given(figures: Figures) -> Changes:
    pairs = np.array(figures.overrides, dtype=np.int64).reshape(-1, 2)
    return Changes(pairs[:, 0].copy(), pairs[:, 1].copy())


def _shared_out(changes: Changes, parts: int) -> Iterator[Changes]:
    """Yield each partition's own changes."""
    if parts == 1:
        yield changes
        return
    owner = part_of(changes.accounts, parts=parts)
    for number in range(parts):
        here = np.flatnonzero(owner == number)
        yield Changes(changes.accounts[here], changes.deltas_e2[here])
