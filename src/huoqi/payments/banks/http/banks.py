"""The bank port over HTTP: an order is told once, and what is unclear stays so until it is asked.

Orders of one bank go over its own line one after the other, those of several banks beside each
other. In a sandbox the other side is told the business time and what shall go wrong there.
"""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol, TypeVar
from uuid import UUID

import msgspec

from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Database, Work
from huoqi.payments.banks.http.keys import LineKeys, Request
from huoqi.payments.banks.http.lines import Heard, Limits, Lines, Outcome
from huoqi.payments.banks.http.wire import (
    CAMT_053,
    UNREADABLE,
    StatementAgain,
    StatementsHeard,
    StatementsUnreadable,
    StatementsWanted,
    again_in,
    asked_body,
    card_answer_in,
    check_body,
    code_answer_in,
    code_body,
    payment_body,
    reply_in,
    statements_in,
)
from huoqi.payments.banks.port import (
    Callback,
    CardAnswer,
    CardCheck,
    CheckAnswer,
    CodeAnswer,
    CodeAttempt,
    Instruction,
)
from huoqi.payments.rules.bank_profiles import BankProfile, Direction
from huoqi.payments.rules.replies import Reply, ReplyKind
from huoqi.payments.rules.statements import Statement, StatementHead

Item = TypeVar("Item")
Answer = TypeVar("Answer")

_ACTOR = "bank-lines"
_LINES_AT_ONCE = 12
_DEADLINE_S = 30
_SMALL = Limits(_DEADLINE_S)
_LARGE = Limits(10 * _DEADLINE_S, most_bytes=1 << 28)
_NO_REPLY = Reply(ReplyKind.NO_REPLY)
_UNREACHABLE = Reply(ReplyKind.UNREACHABLE)
_OK, _NOT_TAKEN, _UNKNOWN = 200, 503, 404


class Teller(Protocol):
    """Tells a sandbox's banks the time, and knows when they call next."""

    def tell(self, at: datetime, *, lines: Lines, waits: bool) -> None:
        """Tell the time and what shall go wrong, if either is new; wait until all have called."""
        ...

    def next_call_at(self, at: datetime, *, lines: Lines) -> datetime | None:
        """Return when a bank calls next, after an instant."""
        ...

    def forget(self) -> None:
        """Ask anew when banks call next."""
        ...

    @property
    def in_order(self) -> bool:
        """Tell whether what goes wrong depends on which bank is told first."""
        ...


class LineBooks(Protocol):
    """Our own side of the lines: what was heard, what was told, how long each bank may take."""

    def note_line(self, work: Work) -> None:
        """Write down that banks are being told something."""
        ...

    def stored_callbacks(self, work: Work, *, limit: int) -> list[Callback]:
        """Return calls that are stored and not taken yet, oldest first."""
        ...

    def profiles_on(self, work: Work, *, on: date) -> Sequence[BankProfile]:
        """Return what each bank allows on a date."""
        ...


@dataclass(frozen=True)
class Wiring:
    """What the lines need: where the banks are, the keys, and in a sandbox who tells the time."""

    place: Callable[[], tuple[str, int] | None]
    keys: Callable[[], LineKeys]
    books: LineBooks
    teller: Teller | None = None
    most_deadline_s: float = _LARGE.deadline_s
    form: str = CAMT_053
    lines: Lines = field(init=False)

    def __post_init__(self) -> None:
        """Make the connections' pool."""
        object.__setattr__(self, "lines", Lines(self.place, keys=self.keys))


class HttpBanks:
    """A Bank over HTTP. A send is written once; questions may be asked again."""

    def __init__(self, database: Database, wiring: Wiring) -> None:
        self._database = database
        self._wiring = wiring
        self._pool = ThreadPoolExecutor(_LINES_AT_ONCE, thread_name_prefix="bank-line")
        self._deadlines: tuple[date, dict[tuple[str, Direction], int]] | None = None
        self._lock = threading.Lock()

    def begin(self) -> None:
        """Write down that this company's banks are spoken to over HTTP."""
        with self._database.note(actor=_ACTOR) as work:
            self._wiring.books.note_line(work)

    def close(self) -> None:
        """Close what is open."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._wiring.lines.close()

    def check_cards(self, checks: Sequence[CardCheck]) -> list[CardAnswer]:
        """Return what the issuers say; a check is told once, and asked about after that."""
        at = self._meet()

        def one(check: CardCheck) -> CardAnswer:
            return _card_answer(self._ask(check.bank, "cards/check", check_body(check), at=at))

        return self._each(checks, one, bank=lambda check: check.bank)

    def query_checks(self, checks: Sequence[tuple[UUID, str]]) -> list[CardAnswer]:
        """Return what became of checks."""
        at = self._meet()

        def one(check: tuple[UUID, str]) -> CardAnswer:
            request_id, bank = check
            return _card_answer(
                self._ask(bank, "cards/query", asked_body(request_id), at=at, again=True)
            )

        return self._each(checks, one, bank=lambda check: check[1])

    def confirm_codes(self, attempts: Sequence[CodeAttempt]) -> list[CodeAnswer]:
        """Return whether each code is the one that was sent."""
        at = self._meet()

        def one(attempt: CodeAttempt) -> CodeAnswer:
            heard = self._ask(attempt.bank, "cards/code", code_body(attempt), at=at)
            is_answer = heard.outcome is Outcome.ANSWERED and heard.status == _OK
            return code_answer_in(heard.body) if is_answer else CodeAnswer.NO_REPLY

        return self._each(attempts, one, bank=lambda attempt: attempt.bank)

    def send(self, batch: Sequence[Instruction]) -> list[Reply]:
        """Tell banks to move money, each order once, and return their replies."""
        at = self._meet()
        if self._database.is_flushing_late:
            # The references are committed, but not on the disk yet. They have to be, now.
            with self._database.note(actor=_ACTOR) as work:
                self._wiring.books.note_line(work)
        deadlines = self._deadlines_at(at)
        if self._wiring.teller is not None:
            self._wiring.teller.forget()

        def one(item: Instruction) -> Reply:
            deadline_s = deadlines.get((item.bank, item.direction), _DEADLINE_S)
            body = payment_body(item)
            heard = self._ask(item.bank, "payments", body, at=at, limits=Limits(deadline_s))
            return _reply(heard, item, is_query=False)

        return self._each(batch, one, bank=lambda item: item.bank)

    def query(self, batch: Sequence[Instruction]) -> list[Reply]:
        """Return what the banks know of each reference."""
        at = self._meet()

        def one(item: Instruction) -> Reply:
            body = payment_body(item)
            heard = self._ask(item.bank, "payments/query", body, at=at, again=True)
            return _reply(heard, item, is_query=True)

        return self._each(batch, one, bank=lambda item: item.bank)

    def callbacks(self, *, limit: int) -> list[Callback]:
        """Return calls that are stored and not taken yet; a sandbox's banks make theirs first."""
        self._meet()
        books = self._wiring.books
        return self._read(lambda work: books.stored_callbacks(work, limit=limit))

    def acknowledge(self, callback_ids: Sequence[str]) -> None:
        """Do nothing: a stored call was acknowledged when it came, and is taken with its record."""

    def statements(self, *, limit: int) -> list[Statement]:
        """Return pages of statements that came, oldest first; who cannot be reached is left out."""
        at = self._meet()
        pages: list[Statement] = []
        for bank in self._banks_at(at):
            wanted = msgspec.json.encode(StatementsWanted(limit, self._wiring.form))
            heard = self._ask(bank, "statements", wanted, at=at, again=True, limits=_LARGE)
            if heard.outcome is Outcome.ANSWERED and heard.status == _OK:
                with suppress(StatementsUnreadable):
                    pages += statements_in(heard.body, bank=bank)
        pages.sort(key=lambda page: (page.head.last_on, page.head.bank, page.head.page_no))
        return pages[:limit]

    def acknowledge_statements(self, pages: Sequence[StatementHead]) -> None:
        """Tell the banks which pages are stored for good; one that is not told gives them again."""
        at = self._meet()
        by_bank: dict[str, list[int]] = {}
        for head in pages:
            by_bank.setdefault(head.bank, []).append(head.sequence_no)
        for bank, sequences in sorted(by_bank.items()):
            body = msgspec.json.encode(StatementsHeard(sequences))
            self._ask(bank, "statements/heard", body, at=at, again=True)

    def ask_for_statement(self, *, bank: str, on: date) -> bool:
        """Ask a bank for the statement of a day again; tell whether it will come."""
        body = msgspec.json.encode(StatementAgain(on))
        heard = self._ask(bank, "statements/again", body, at=self._meet(), again=True)
        return heard.outcome is Outcome.ANSWERED and heard.status == _OK and again_in(heard.body)

    def next_callback_at(self) -> datetime | None:
        """Return when a sandbox's banks call next, for the time machine."""
        teller = self._wiring.teller
        if teller is None:
            return None
        return teller.next_call_at(self._read(lambda work: work.at), lines=self._wiring.lines)

    def _meet(self) -> datetime:
        """Return the business time, which a sandbox's banks have been told."""
        at = self._read(lambda work: work.at)
        if self._wiring.teller is not None:
            waits = self._database.is_flushing_late
            self._wiring.teller.tell(at, lines=self._wiring.lines, waits=waits)
        return at

    def _read(self, body: Callable[[Work], Answer]) -> Answer:
        with self._database.work(actor=_ACTOR, while_advancing=True) as work:
            return body(work)

    def _deadlines_at(self, at: datetime) -> dict[tuple[str, Direction], int]:
        """Return how long each bank may take in each direction, read once a business day."""
        with self._lock:
            on = shanghai_date(at)
            if self._deadlines is None or self._deadlines[0] != on:
                found = self._read(lambda work: self._wiring.books.profiles_on(work, on=on))
                limits: dict[tuple[str, Direction], int] = {}
                for each in found:
                    key = each.bank, each.direction
                    limits[key] = max(limits.get(key, 0), each.reply_deadline_s)
                self._deadlines = on, limits
            return self._deadlines[1]

    def _banks_at(self, at: datetime) -> list[str]:
        """Return the banks that have terms in force, in the order of their names."""
        return sorted({bank for bank, _ in self._deadlines_at(at)})

    def _ask(
        self,
        bank: str,
        verb: str,
        body: bytes,
        *,
        at: datetime,
        again: bool = False,
        limits: Limits = _SMALL,
    ) -> Heard:
        request = Request(bank, f"/v1/{bank}/{verb}", at.isoformat(), body)
        deadline_s = min(limits.deadline_s, self._wiring.most_deadline_s)
        limits = Limits(deadline_s, limits.most_bytes)
        heard = self._wiring.lines.ask(request, limits=limits)
        if again and heard.outcome is Outcome.NO_REPLY:
            return self._wiring.lines.ask(request, limits=limits)
        return heard

    def _each(
        self,
        items: Sequence[Item],
        one: Callable[[Item], Answer],
        *,
        bank: Callable[[Item], str],
    ) -> list[Answer]:
        """Return the answers in the order of the items; each bank's are asked for in turn."""
        places: dict[str, list[int]] = {}
        for n, item in enumerate(items):
            places.setdefault(bank(item), []).append(n)
        teller = self._wiring.teller
        if len(places) <= 1 or (teller is not None and teller.in_order):
            return [one(item) for item in items]

        def lane(numbers: Sequence[int]) -> list[tuple[int, Answer]]:
            return [(n, one(items[n])) for n in numbers]

        found = dict(pair for pairs in self._pool.map(lane, places.values()) for pair in pairs)
        return [found[n] for n in range(len(items))]


def _reply(heard: Heard, item: Instruction, *, is_query: bool) -> Reply:
    if heard.outcome is Outcome.NO_REPLY:
        return _NO_REPLY
    if heard.outcome is Outcome.UNREACHABLE:
        return _UNREACHABLE
    if heard.outcome is Outcome.UNSIGNED:
        return UNREADABLE
    if heard.status == _NOT_TAKEN:
        # Signed: the bank's own door says that nothing was let in.
        return _UNREACHABLE
    if heard.status not in (_OK, _UNKNOWN):
        return UNREADABLE
    return reply_in(heard.body, ref=item.bank_ref, is_query=is_query)


def _card_answer(heard: Heard) -> CardAnswer:
    if heard.outcome is Outcome.ANSWERED and heard.status == _OK:
        return card_answer_in(heard.body)
    return CardAnswer(CheckAnswer.NO_REPLY)
