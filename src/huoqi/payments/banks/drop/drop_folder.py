"""Banks over a folder: the port, answered from the files that were taken in."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Protocol
from uuid import UUID

import msgspec

from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Database, Work
from huoqi.payments.banks.drop.folder import (
    CLOCK,
    HOUSE,
    STANDING,
    Folder,
    move,
    names_in,
    parse_name,
    say,
    small_text,
    write_whole,
)
from huoqi.payments.banks.drop.inbox import Inbox
from huoqi.payments.banks.drop.words import (
    Asked,
    CardFile,
    card_answer_in,
    code_answer_in,
    render_questions,
)
from huoqi.payments.banks.http.house_line import ArmedFault, StatementDesk
from huoqi.payments.banks.port import (
    Callback,
    CardAnswer,
    CardCheck,
    CheckAnswer,
    CodeAnswer,
    CodeAttempt,
    Instruction,
)
from huoqi.payments.formats.orders import OrderFile, PaymentOrder
from huoqi.payments.formats.rules.forms import Form
from huoqi.payments.formats.rules.refusals import MessageUnknown
from huoqi.payments.formats.writing import render_orders
from huoqi.payments.rules.bank_profiles import Direction
from huoqi.payments.rules.replies import Reply, ReplyKind
from huoqi.payments.rules.statements import Statement, StatementHead

_ACTOR = "bank-folder"
_KINDS = {Direction.PAYOUT: "PAIN001", Direction.COLLECT: "PAIN008"}
_NO_REPLY = Reply(ReplyKind.NO_REPLY)
#: It lies on the disk where the bank takes it from; no bank has said a word yet.
_HANDED_OVER = Reply(ReplyKind.CODE, code="09")
_PRIVATE = 0o600
_OURS = ("ACK_", "NAK_")


class FolderBooks(Protocol):
    """Our own side: that a folder is used, and the numbers of our accounts."""

    def note_line(self, work: Work) -> None:
        """Write down that banks are being told something."""
        ...

    def accounts(self, work: Work) -> Mapping[str, str]:
        """Return the number of our account at each bank."""
        ...


@dataclass(frozen=True)
class Playing:
    """What the banks of a sandbox are told beside the time, read where it stands with us."""

    faults: Callable[[Work], Sequence[ArmedFault]]
    spend: Callable[[Work, Sequence[UUID]], None]
    twice: Callable[[Work], Sequence[str]]
    desks: Callable[[Work], Sequence[StatementDesk]]


@dataclass(frozen=True)
class Wiring:
    """What banks over a folder need; ``playing`` is for a sandbox, whose clock they cannot see."""

    folder: Folder
    books: FolderBooks
    playing: Playing | None = None
    forms: Mapping[str, Form] = field(default_factory=dict)


class HouseWords(msgspec.Struct, frozen=True):
    """What shall go wrong, and where statements of ours are written, as the folder tells it."""

    faults: Sequence[ArmedFault] = ()
    twice: Sequence[str] = ()
    desks: Sequence[StatementDesk] = ()


class Standing(msgspec.Struct, frozen=True):
    """How far the banks of a sandbox have come."""

    next_call_at: datetime | None = None
    spent: Sequence[UUID] = ()


class DropFolderBanks:
    """A Bank whose banks meet us in a folder. An order is told once, in one file."""

    def __init__(self, database: Database, wiring: Wiring) -> None:
        self._database = database
        self._wiring = wiring
        self._folder = wiring.folder
        self._inbox = Inbox(wiring.folder, dict(wiring.forms))
        self._accounts: dict[str, str] = {}
        self._met_at: datetime | None = None
        self._words = b""
        self._standing: Standing | None = None

    def begin(self) -> None:
        """Make the folder, and write down that this company's banks meet us there."""
        self._folder.make()
        with self._database.note(actor=_ACTOR) as work:
            self._wiring.books.note_line(work)

    def close(self) -> None:
        """Do nothing: a folder is not kept open."""

    # Cards.

    def check_cards(self, checks: Sequence[CardCheck]) -> list[CardAnswer]:
        """Return what the issuers say; a question is removed as soon as it was waited for."""
        files = [
            (
                f"{check.bank}_CHECK_{check.request_id.hex.upper()}.JSON",
                CardFile(check.number, check.name, check.national_id, check.mobile),
            )
            for check in checks
        ]
        return [_card(data) for data in self._asked_of_cards(files)]

    def query_checks(self, checks: Sequence[tuple[UUID, str]]) -> list[CardAnswer]:
        """Return what became of checks."""
        files = [
            (f"{bank}_STATE_{request_id.hex.upper()}.JSON", CardFile())
            for request_id, bank in checks
        ]
        return [_card(data) for data in self._asked_of_cards(files)]

    def confirm_codes(self, attempts: Sequence[CodeAttempt]) -> list[CodeAnswer]:
        """Return whether each code is the one that was sent."""
        files = [
            (f"{each.bank}_CODE_{each.request_id.hex.upper()}.JSON", CardFile(code=each.code))
            for each in attempts
        ]
        found = self._asked_of_cards(files)
        return [CodeAnswer.NO_REPLY if data is None else code_answer_in(data) for data in found]

    def _asked_of_cards(self, files: Sequence[tuple[str, CardFile]]) -> list[bytes | None]:
        if not files:
            return []
        folder = self._folder
        with self._at_the_folder() as at:
            for name, asked in files:
                (folder.from_bank / name).unlink(missing_ok=True)
                write_whole(folder.to_bank / name, msgspec.json.encode(asked), mode=_PRIVATE)
            self._meet(at, is_needed=True)
            answers: list[bytes | None] = []
            for name, _ in files:
                (folder.to_bank / name).unlink(missing_ok=True)
                answers.append(_taken(folder.from_bank / name))
            return answers

    # Money.

    def send(self, batch: Sequence[Instruction]) -> list[Reply]:
        """Hand orders over, a file a bank and direction, and return what is answered at once."""
        if not batch:
            return []
        if self._database.is_flushing_late:
            # The references are committed, but not on the disk yet. They have to be, now.
            with self._database.note(actor=_ACTOR) as work:
                self._wiring.books.note_line(work)
        with self._at_the_folder() as at:
            files = [self._hand_over(list(orders), at=at) for orders in _by_file(batch)]
            is_there = self._meet(at, is_needed=True)
            replies: dict[str, Reply] = {}
            for bank, message_id in files:
                replies |= self._inbox.replies(f"{bank}_PAIN002_{message_id}.XML", at=at)
                self._hear_acks(at)
        is_played = self._wiring.playing is not None
        absent = _HANDED_OVER if not is_played else _NO_REPLY
        assert is_there or is_played, "nobody is waited for where banks have clocks"
        return [replies.get(item.bank_ref, absent) for item in batch]

    def _hand_over(self, orders: Sequence[Instruction], *, at: datetime) -> tuple[str, str]:
        """Write the file of some orders, keep a copy, and return its bank and its message's id."""
        first = orders[0]
        refs = "\n".join(order.bank_ref for order in orders)
        message_id = sha256(f"{first.direction}\n{refs}".encode()).hexdigest()[:32].upper()
        on = shanghai_date(at)
        data = render_orders(
            OrderFile(
                message_id=message_id,
                created_at=at,
                direction=first.direction,
                bank=first.bank,
                account=self._accounts[first.bank],
                execute_on=on,
                orders=[
                    PaymentOrder(each.bank_ref, each.amount_fen, each.card_id.hex, each.channel)
                    for each in orders
                ],
            )
        )
        name = f"{first.bank}_{_KINDS[first.direction]}_{message_id}.XML"
        kept = self._folder.archive / "to_bank" / on.strftime("%Y%m%d") / name
        kept.parent.mkdir(parents=True, exist_ok=True)
        if not kept.exists():
            # The copy comes first: what has one is never told again, whatever became of it.
            write_whole(kept, data)
            write_whole(self._folder.to_bank / name, data)
        return first.bank, message_id

    def query(self, batch: Sequence[Instruction]) -> list[Reply]:
        """Ask what the banks know of each reference; no answer is none."""
        if not batch:
            return []
        with self._at_the_folder() as at:
            asked: list[Path] = []
            for bank, items in groupby(sorted(batch, key=_bank), key=_bank):
                questions = [Asked(item.bank_ref, item.queries, item.channel) for item in items]
                data = render_questions(questions)
                word = sha256(data + at.isoformat().encode()).hexdigest()[:32].upper()
                asked.append(self._folder.to_bank / f"{bank}_ASK_{word}.CSV")
                write_whole(asked[-1], data)
            self._meet(at, is_needed=True)
            replies: dict[str, Reply] = {}
            for path in asked:
                replies |= self._inbox.replies(_answer_to(path), at=at)
                if self._wiring.playing is not None:
                    path.unlink(missing_ok=True)
        return [replies.get(item.bank_ref, _NO_REPLY) for item in batch]

    # What banks say by themselves.

    def callbacks(self, *, limit: int) -> list[Callback]:
        """Return words that came and are not acknowledged yet."""
        with self._at_the_folder() as at:
            self._meet(at)
            self._hear_acks(at)
            return self._inbox.callbacks(self._accounts, at=at, limit=limit)

    def acknowledge(self, callback_ids: Sequence[str]) -> None:
        """Put files away whose every word is stored."""
        with self._at_the_folder() as at:
            self._inbox.are_stored(callback_ids, self._accounts, at=at)

    def statements(self, *, limit: int) -> list[Statement]:
        """Return pages of statements that came, oldest first."""
        with self._at_the_folder() as at:
            self._meet(at)
            return self._inbox.statements(self._accounts, at=at)[:limit]

    def acknowledge_statements(self, pages: Sequence[StatementHead]) -> None:
        """Put statements away whose every page is stored."""
        with self._at_the_folder() as at:
            self._inbox.pages_are_stored(pages, at=at)

    def ask_for_statement(self, *, bank: str, on: date) -> bool:
        """Ask for the statement of a day again; tell whether nobody has said no."""
        word = f"{bank}_PULL_{on.strftime('%Y%m%d')}"
        refusal = self._folder.from_bank / f"NAK_{word}.TXT"
        with self._at_the_folder() as at:
            refusal.unlink(missing_ok=True)
            write_whole(self._folder.to_bank / f"{word}.TXT", b"")
            is_there = self._meet(at, is_needed=True)
            says_no = refusal.exists()
            refusal.unlink(missing_ok=True)
        return is_there and not says_no

    def next_callback_at(self) -> datetime | None:
        """Return when a sandbox's banks say something next, for the time machine."""
        if self._wiring.playing is None:
            return None
        with self._at_the_folder() as at:
            self._meet(at, is_needed=self._standing is None)
            standing = self._standing
        if standing is None or standing.next_call_at is None or standing.next_call_at <= at:
            return None
        return standing.next_call_at.astimezone(UTC)

    # Meeting.

    @contextmanager
    def _at_the_folder(self) -> Iterator[datetime]:
        """Yield the business time, alone in the folder."""
        with self._folder.held():
            with self._database.work(actor=_ACTOR, while_advancing=True) as work:
                at = work.at
                if not self._accounts:
                    self._accounts = dict(self._wiring.books.accounts(work))
            yield at

    def _meet(self, at: datetime, *, is_needed: bool = False) -> bool:
        """Tell the banks of a sandbox the time where it is new, or something waits for them."""
        playing = self._wiring.playing
        if playing is None:
            return True
        with self._database.work(actor=_ACTOR, while_advancing=True) as work:
            words = HouseWords(playing.faults(work), playing.twice(work), playing.desks(work))
        data = msgspec.json.encode(words)
        if data == self._words and self._met_at == at and not is_needed:
            return True
        say(self._folder.to_bank / HOUSE, data)
        is_there = self._folder.tell_time(at)
        self._met_at, self._words = (at, data) if is_there else (None, b"")
        if is_there:
            self._hear_standing(playing)
        return is_there

    def _hear_standing(self, playing: Playing) -> None:
        try:
            text = small_text(self._folder.from_bank / STANDING)
            self._standing = msgspec.json.decode(text, type=Standing)
        except msgspec.DecodeError:
            self._standing = None
            return
        if self._standing.spent:
            with self._database.note(actor=_ACTOR) as work:
                playing.spend(work, self._standing.spent)

    def _hear_acks(self, at: datetime) -> None:
        """Put acknowledgements away, and set aside what has no agreed name."""
        day = shanghai_date(at).strftime("%Y%m%d")
        for path in names_in(self._folder.from_bank):
            if path.name.startswith(_OURS) and path.is_file():
                move(path, self._folder.archive / "from_bank" / day / path.name)
            elif parse_name(path.name) is None and path.name not in (CLOCK, STANDING):
                self._inbox.set_aside(path, MessageUnknown(detail="no agreed name"), at=at)


def _by_file(batch: Sequence[Instruction]) -> Iterator[Iterator[Instruction]]:
    """Yield the orders of each bank and direction."""

    def key(item: Instruction) -> tuple[str, str]:
        return item.bank, item.direction.value

    for _, items in groupby(sorted(batch, key=key), key=key):
        yield items


def _bank(item: Instruction) -> str:
    return item.bank


def _answer_to(asked: Path) -> str:
    bank, _, word = asked.stem.split("_", 2)
    return f"{bank}_PAIN002_{word}.XML"


def _card(data: bytes | None) -> CardAnswer:
    return CardAnswer(CheckAnswer.NO_REPLY) if data is None else card_answer_in(data)


def _taken(path: Path) -> bytes | None:
    """Return what a small file holds, and remove it."""
    try:
        with path.open("rb") as file:
            data = file.read(1 << 16)
    except OSError:
        return None
    path.unlink(missing_ok=True)
    return data
