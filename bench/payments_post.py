"""The statements of the benchmark's banks: made from what they did, and sent as badly as banks do.

Each bank writes a statement a calendar day, in pages, from the truth of the simulated banks. Some
lines are wrong by the mix, which the bank's own balance follows; some files come late, in part,
twice, with wrong sums, or out of turn. A share of statements may be made never to become whole.
"""

import dataclasses
import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from bench.payments_world import Plan
from huoqi.kit.dates import shanghai_midnight
from huoqi.kit.db import Database
from huoqi.payments.banks.simulated.deeds import chance
from huoqi.payments.banks.simulated.statement_making import Moved, Sheet, lines_of, made
from huoqi.payments.operations import take_statements
from huoqi.payments.rules.bank_profiles import Direction
from huoqi.payments.rules.statements import Statement, StatementEntry
from huoqi.payments.statements import StatementTaken

# Shares of the default mix (payments.md, section 9: an assumption), in millionths: of files, with
# the days after which the file is there as it should be; then of lines.
_FILES = (("late", 20_000, 1), ("page_missing", 10_000, 1), ("sent_twice", 20_000, 1))
_MORE = (("sequence_gap", 5_000, 2), ("wrong_sum", 5_000, 1))
_OF_FILES = (*_FILES, *_MORE)
WRONG_AMOUNT, LINE_TWICE = 200, 200
_PAGE = 10_000
_PPM = 1_000_000
_DAY = timedelta(days=1)
_ACCOUNTS = "SELECT bank, account FROM bank_account ORDER BY bank"
_EXECUTED = """
    SELECT bank, bank_ref, direction, amount_fen, times, returns_on
    FROM simulated.bank_instruction
    WHERE times > 0 AND executed_at >= %(since)s AND executed_at < %(until)s ORDER BY bank_ref
"""
_RETURNED = """
    SELECT bank, bank_ref, direction, amount_fen FROM simulated.bank_instruction
    WHERE returns_on = %(on)s ORDER BY bank_ref
"""
# What a bank's account shows otherwise than what was ordered, which only its statement tells.
_DEVIATIONS = "CREATE TABLE bench_deviation (bank_ref text PRIMARY KEY, fen bigint NOT NULL)"
_DEVIATE = "INSERT INTO bench_deviation SELECT * FROM unnest(%s::text[], %s::bigint[])"


@dataclass
class Post:
    """What the banks send us, day after day, and how much of it came."""

    database: Database
    plan: Plan
    accounts: dict[str, str] = field(default_factory=dict)
    closing_fen: Counter[str] = field(default_factory=Counter)
    sequence_no: int = 0
    later: dict[date, list[Statement]] = field(default_factory=dict)
    entries: int = 0
    faults: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        with self.database.work() as work:
            work.run(_DEVIATIONS)
            self.accounts = dict(work.rows(_ACCOUNTS))

    def read_day(self, on: date) -> Iterator[int]:
        """Write the statements of a day and let what comes in the morning after be taken in."""
        self.sequence_no += 1
        coming = self.later.pop(on, [])
        for bank, moved in self._moved(on).items():
            sheet = Sheet(bank, self.accounts[bank], on, self.sequence_no, self.closing_fen[bank])
            coming += self._sent(sheet, lines_of(moved, on=on))
        for page in coming:
            (taken,) = self.database.run(lambda work: take_statements(work, [page]))  # noqa: B023
            assert isinstance(taken, StatementTaken), taken
            self.entries += len(page.entries)
            yield len(page.entries)

    def _moved(self, on: date) -> dict[str, list[Moved]]:
        """Return what each bank says of a day; where that is not what it was told, it is noted."""
        moved: dict[str, list[Moved]] = {bank: [] for bank in self.accounts}
        wrong: dict[str, int] = {}
        span = {"since": shanghai_midnight(on), "until": shanghai_midnight(on + _DAY)}
        with self.database.work() as work:
            for bank, ref, way, fen, times, returns_on in work.rows(_EXECUTED, span):
                direction = Direction(way)
                own = Moved(ref, direction, fen, times)
                if times == 1 and returns_on is None:
                    own = self._deviating(own)
                off_fen = own.amount_fen * own.lines - fen * times
                if off_fen:
                    wrong[ref] = off_fen if direction is Direction.COLLECT else -off_fen
                moved[bank].append(own)
            for bank, ref, way, fen in work.rows(_RETURNED, {"on": on}):
                moved[bank].append(Moved(ref, Direction(way), fen, 1, is_return=True))
            work.run(_DEVIATE, (list(wrong), list(wrong.values())))
        return moved

    def _deviating(self, own: Moved) -> Moved:
        draw = chance(str(self.plan.seed), "line", own.bank_ref)
        if draw < WRONG_AMOUNT:
            return dataclasses.replace(own, amount_fen=own.amount_fen + 100)
        if draw < WRONG_AMOUNT + LINE_TWICE:
            return dataclasses.replace(own, lines=2)
        return own

    def _sent(self, sheet: Sheet, lines: list[StatementEntry]) -> list[Statement]:
        """Return what comes of a statement on its morning; what comes later is kept for then."""
        whole = made(sheet, lines, {})
        self.closing_fen[sheet.bank] = whole.head.closing_fen
        fault, passes = self._fault(sheet)
        self.faults[fault] += 1
        pages = _pages(whole, least=1 if fault == "as_it_should_be" else 2)
        if fault == "never_whole":
            return pages[:-1]
        if fault in {"late", "sequence_gap"}:
            now, later = [], pages
        elif fault == "page_missing":
            now, later = pages[1:], pages[:1]
        elif fault == "wrong_sum":
            now, later = _pages(made(sheet, lines, {"statement_wrong_total": 1})), pages
        else:
            now, later = pages, pages if fault == "sent_twice" else []
        self.later.setdefault(sheet.on + passes * _DAY, []).extend(later)
        return now

    def _fault(self, sheet: Sheet) -> tuple[str, int]:
        name, seed = f"{sheet.bank} {sheet.on}", str(self.plan.seed)
        if chance(seed, "never whole", name) < self.plan.incomplete_ppm:
            return "never_whole", 0
        draw = chance(seed, "file", name)
        for fault, share, passes in _OF_FILES:
            if draw < share:
                return fault, passes
            draw -= share
        return "as_it_should_be", 0


def _pages(whole: Statement, *, least: int = 1) -> list[Statement]:
    """Return a statement in pages, each with a digest of its own."""
    count = max(least, -(-len(whole.entries) // _PAGE))
    size = -(-len(whole.entries) // count)
    pages = []
    for number in range(1, count + 1):
        digest = hashlib.sha256(whole.head.sha256 + bytes([number % 256])).digest()
        head = dataclasses.replace(
            whole.head, page_no=number, is_last_page=number == count, sha256=digest
        )
        pages.append(Statement(head, whole.entries[(number - 1) * size : number * size]))
    return pages
