"""Proves books from what stands in them: chains, balances, roots, seals, and each holder's row.

For a company that came back from a backup, or before one is trusted. Nothing is written.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from huoqi.close import _store
from huoqi.close._store import ClosedDay, seals
from huoqi.close._store.seals import Kept
from huoqi.close.book import Book, BookDamaged
from huoqi.close.online_columns import Online, first_anchor, rolled
from huoqi.close.operations.sealing import statement_again
from huoqi.close.rules.proofs import SIGNERS, is_signed
from huoqi.close.rules.seal import NO_ROOT, root_of
from huoqi.close.rules.seal_tree import statement_bytes
from huoqi.close.rules.tie_out_columns import Side, compare
from huoqi.close.seal.port import SealDesk
from huoqi.fund import day_facts
from huoqi.kit.db import Work
from huoqi.ledger.queries import asset_totals, assets, check_invariants, verify_chain

_DAY = timedelta(days=1)
_ALL = 1_000_000
NAMED = 20


@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing that is not as it was sealed: what it is of, where, and both figures."""

    of: str
    where: str
    detail: str
    sealed: str = ""
    found: str = ""

    def document(self) -> dict[str, object]:
        """Return it as a row of an answer."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Proven:
    """What was looked at, and what of it is not so."""

    batches: int
    transfers: int
    days: int
    books: int
    seals: int
    rows: int
    doubts: tuple[Doubt, ...]


def prove_books(work: Work, *, desk: SealDesk | None) -> Proven:
    """Return what is not as it was sealed; nothing for books that are sound."""
    chains = verify_chain(work)
    doubts = [
        Doubt("chain", f"shard {chain.shard}", f"batch {chain.first_broken}: {chain.fault}")
        for chain in chains.shards
        if chain.first_broken is not None
    ]
    doubts += [Doubt("invariant", str(each.shard), str(each)) for each in check_invariants(work)]
    doubts += _trial(work)
    days = books = sealed = rows = 0
    for fund in seals.closed_funds(work):
        look = _Fund(work, fund, desk)
        doubts += look.doubts()
        days, books, sealed = days + look.days, books + look.books, sealed + look.seals
        rows += look.rows
    return Proven(
        sum(chain.batches for chain in chains.shards),
        sum(chain.transfers for chain in chains.shards),
        days,
        books,
        sealed,
        rows,
        tuple(doubts),
    )


def sealed_facts(work: Work) -> dict[tuple[str, date], tuple[str, str]]:
    """Return of each closed day its root, and the digest of what three signed of it."""
    found = {}
    for fund in seals.closed_funds(work):
        kept = {each.statement.on: each for each in _seals(work, fund)}
        for day in _days(work, fund):
            seal = kept.get(day.sealed.on)
            signed = hashlib.sha256(statement_bytes(seal.statement)).hexdigest() if seal else ""
            found[fund, day.sealed.on] = (day.root.hex(), signed)
    return found


def transaction_of_seal(work: Work, *, on: date) -> int | None:
    """Return the number of the transaction that brought the last seal of a day, None for none."""
    return seals.transaction_of(work, on=on)


def _trial(work: Work) -> Iterator[Doubt]:
    codes = assets(work)
    for asset, sums in asset_totals(work).items():
        for kind, debits, credits_ in (
            ("posted", sums.debits_posted, sums.credits_posted),
            ("pending", sums.debits_pending, sums.credits_pending),
        ):
            if debits != credits_:
                where = f"{kind}, {codes[asset][0]}"
                detail = "debits and credits differ"
                yield Doubt("trial_balance", where, detail, str(debits), str(credits_))


class _Fund:
    """One fund's closed days, looked at in their order."""

    def __init__(self, work: Work, fund: str, desk: SealDesk | None) -> None:
        self._work, self._fund, self._desk = work, fund, desk
        self.days = self.books = self.seals = self.rows = 0

    def doubts(self) -> list[Doubt]:
        """Return what is not so."""
        days = _days(self._work, self._fund)
        self.days = len(days)
        books = {day.sealed.on: self._book(day) for day in days}
        damaged = [found for found in books.values() if isinstance(found, Doubt)]
        doubts = [*self._roots(days), *damaged, *self._signed(days, books)]
        last = books[days[-1].sealed.on] if days else None
        if isinstance(last, Book):
            doubts += self._rows(last, on=days[-1].sealed.on)
        return doubts

    def _doubt(self, of: str, on: date, detail: str, *, sealed: str = "", found: str = "") -> Doubt:
        return Doubt(of, f"{self._fund} {on.isoformat()}", detail, sealed, found)

    def _roots(self, days: list[ClosedDay]) -> Iterator[Doubt]:
        before = NO_ROOT
        for day in days:
            again = root_of(day.sealed)
            if again != day.root:
                detail = "the day's figures lead to another root"
                yield self._doubt(
                    "root", day.sealed.on, detail, sealed=day.root.hex(), found=again.hex()
                )
            if day.sealed.previous_root != before:
                yield self._doubt("root", day.sealed.on, "does not follow the day before")
            before = day.root

    def _book(self, day: ClosedDay) -> Book | Doubt | None:
        """Return a day's book if it is kept, or what is wrong with it."""
        on = day.sealed.on
        try:
            book = _store.book(self._work, fund=self._fund, on=on)
        except BookDamaged:
            return self._doubt("book", on, "the columns are not those that were closed")
        if book is None:
            return None
        self.books += 1
        if book.total_units_e2 != day.sealed.total_units_e2:
            sealed, found = str(day.sealed.total_units_e2), str(book.total_units_e2)
            return self._doubt(
                "book", on, "units add up to something else", sealed=sealed, found=found
            )
        return book

    def _signed(
        self, days: list[ClosedDay], books: dict[date, Book | Doubt | None]
    ) -> Iterator[Doubt]:
        totals = {
            day.sealed.on: (day.sealed.total_units_e2, day.sealed.total_income_fen) for day in days
        }
        before: Kept | None = None
        for kept in _seals(self._work, self._fund):
            self.seals += 1
            said, on = kept.statement, kept.statement.on
            content = statement_bytes(said)
            for signer, each in zip(SIGNERS, kept.signatures, strict=True):
                if not is_signed(each, content=content):
                    yield self._doubt("seal", on, f"{signer.value} did not sign this")
            if (said.total_units_e2, said.total_income_fen) != totals.get(on):
                yield self._doubt("seal", on, "signed totals are not those of the closed day")
            if before is not None:
                chained = hashlib.sha256(statement_bytes(before.statement)).digest()
                if said.previous_sha256 != chained:
                    yield self._doubt("seal", on, "does not follow the seal before")
            yield from self._tree(kept, before, books)
            before = kept

    def _tree(
        self, kept: Kept, before: Kept | None, books: dict[date, Book | Doubt | None]
    ) -> Iterator[Doubt]:
        """Make a day's tree again, where both its books are kept."""
        on = kept.statement.on
        is_first = on - _DAY not in books
        neighbours = [books.get(on), None if is_first else books.get(on - _DAY)]
        kept_both = isinstance(neighbours[0], Book) and (
            is_first or isinstance(neighbours[1], Book)
        )
        if self._desk is None or not kept_both:
            return
        last = before.statement if before else None
        again = statement_again(self._work, desk=self._desk, fund=self._fund, on=on, last=last)
        if again.root != kept.statement.root:
            detail = "holders' rows lead to another root than the one that three signed"
            signed, found = kept.statement.root.hex(), again.root.hex()
            yield self._doubt("seal", on, detail, sealed=signed, found=found)

    def _rows(self, book: Book, *, on: date) -> Iterator[Doubt]:
        """Compare each holder's row of the last closed book with the holdings' own journal."""
        work, fund, until = self._work, self._fund, on + _DAY
        anchors = day_facts.anchors(work, fund=fund)
        here = {account for account, since, _ in anchors if since <= until}
        later = {account for account, since, _ in anchors if since > until}
        online = Online([each for each in anchors if each[0] in here], [], [])
        period = {"first_on": first_anchor(online, until=until), "last_on": on}
        online = Online(
            online.anchors,
            [e for e in day_facts.events_between(work, fund=fund, **period) if e[0] in here],
            [e for e in day_facts.overrides_between(work, fund=fund, **period) if e[0] in here],
        )
        rows = day_facts.published_rows(work, fund=fund, **period)
        journal = rolled(online, until=until, rows=rows)
        compared = [place for place, n in enumerate(book.accounts.tolist()) if n not in later]
        side = Side(book.accounts[compared], book.units_e2[compared])
        self.rows = int(side.accounts.size)
        for each in compare(side, theirs=journal, limit=NAMED).first:
            detail = f"customer {each.customer_no}: the journal has other units than the book"
            sealed, found = str(each.ours_e2), str(each.theirs_e2)
            yield self._doubt("row", on, detail, sealed=sealed, found=found)


def _days(work: Work, fund: str) -> list[ClosedDay]:
    """Return all closed days of a fund, the first one first."""
    found = _store.days(work, fund=fund, first_on=date.min, last_on=date.max, limit=_ALL)
    return found[::-1]


def _seals(work: Work, fund: str) -> list[Kept]:
    return seals.seals(work, fund=fund, before=date.max, limit=_ALL)[::-1]
