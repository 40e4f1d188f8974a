"""The front in files: takes what lies in the folder when it is told the time, and answers there.

What is agreed stands in ``payments/banks/drop/README.md``. A file of orders is moved into a room
of its own before anything of it is done; what a killed house left there is asked about first.
"""

import contextlib
import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import msgspec

from huoqi.kit.dates import SHANGHAI
from huoqi.kit.errors import DomainError
from huoqi.payments.banks.drop.drop_folder import HouseWords, Standing
from huoqi.payments.banks.drop.folder import (
    CLOCK,
    HOUSE,
    STANDING,
    FileName,
    Folder,
    names_in,
    parse_name,
    say,
    small_text,
    sync_folder,
    write_whole,
)
from huoqi.payments.banks.drop.words import CardFile, CardWord, parse_questions, status_of
from huoqi.payments.banks.port import CardCheck, CodeAttempt, Instruction
from huoqi.payments.formats.camt import Notice
from huoqi.payments.formats.orders import OrderFile, StatusFile, read_orders
from huoqi.payments.formats.rules.values import compact_day_of
from huoqi.payments.formats.sources import BytesSource
from huoqi.payments.formats.writing import (
    render_delimited,
    render_notice,
    render_statuses,
    statement_pieces,
)
from huoqi.payments.rules.bank_profiles import Direction
from huoqi.payments.rules.replies import Reply, ReplyKind
from huoqi.payments.rules.statements import StatementEntry
from huoqi.sandbox.bank_house.house import House
from huoqi.sandbox.bank_house.telling import Told, ToldDesk, parse_told

_LOG = logging.getLogger("huoqi.bank_house")
_EAGER_S, _IDLE_S = 0.002, 0.02
_EAGER_LOOKS = 500
_AT_ONCE = 500
_SUCCESS = "00"
_NOBODY = UUID(int=0)
#: Banks whose statements are delimited, so that both forms are in use.
DELIMITED = frozenset({"CEB", "CMBC"})


class FilesFront:
    """Serves the house in a folder between start and end."""

    def __init__(
        self, house: House, folder: Folder, *, delimited: frozenset[str] = DELIMITED
    ) -> None:
        self._house = house
        self._folder = folder
        self._delimited = delimited
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="bank files", daemon=True)
        self._own = folder.root / "house"
        self._desks: Sequence[ToldDesk] = ()

    def start(self) -> None:
        """Begin."""
        self._folder.make()
        (self._own / "taken").mkdir(parents=True, exist_ok=True)
        self._thread.start()

    def end(self) -> None:
        """End after the look at hand."""
        self._ending.set()
        self._thread.join()

    def look(self) -> bool:
        """Do what there is to do if the time was told, and return whether it was."""
        said = small_text(self._folder.to_bank / CLOCK)
        if not said.strip():
            return False
        try:
            at = datetime.fromisoformat(said.strip())
            if at.tzinfo is None:
                return False
        except ValueError:
            return False
        self._live_until(at)
        (self._folder.to_bank / CLOCK).unlink(missing_ok=True)
        say(self._folder.from_bank / CLOCK, said.encode("ascii"))
        return True

    def _run(self) -> None:
        quiet = 0
        while not self._ending.wait(_EAGER_S if quiet < _EAGER_LOOKS else _IDLE_S):
            quiet = 0 if self.look() else quiet + 1

    def _live_until(self, at: datetime) -> None:
        """Take what lies there, do all that is due by an instant, and tell how far we are."""
        told = self._told(at)
        self._house.tell(told)
        self._desks = told.desks
        for path in names_in(self._own / "taken"):
            self._orders(path, at=at, is_left=True)
        for path in names_in(self._folder.to_bank):
            name = parse_name(path.name)
            if name is not None and path.is_file():
                self._take(path, name, at=at)
        self._call(at)
        for desk in told.desks:
            self._give_statements(desk.bank, at=at)
        standing = self._house.standing(at)
        words = Standing(standing.next_call_at, standing.spent)
        say(self._folder.from_bank / STANDING, msgspec.json.encode(words))

    def _told(self, at: datetime) -> Told:
        """Return what we are told beside the time."""
        words = HouseWords()
        with contextlib.suppress(FileNotFoundError, msgspec.DecodeError):
            data = (self._folder.to_bank / HOUSE).read_bytes()
            words = msgspec.json.decode(data, type=HouseWords)
        told = {
            "at": at,
            "faults": words.faults,
            "twice": words.twice,
            "desks": words.desks,
        }
        return parse_told(msgspec.json.encode(told))

    def _take(self, path: Path, name: FileName, *, at: datetime) -> None:
        if name.kind in ("PAIN001", "PAIN008"):
            taken = self._own / "taken" / path.name
            path.replace(taken)
            sync_folder(taken.parent)
            self._orders(taken, at=at, is_left=False)
            return
        verbs: dict[str, Callable[[Path, FileName, datetime], None]] = {
            "ASK": self._answer,
            "CHECK": self._card,
            "STATE": self._card,
            "CODE": self._card,
            "PULL": self._pull,
        }
        if name.kind in verbs:
            verbs[name.kind](path, name, at)
        path.unlink(missing_ok=True)

    # Money.

    def _orders(self, path: Path, *, at: datetime, is_left: bool) -> None:
        """Do what a file of orders says, and answer; what was left by a killed house is asked."""
        data = path.read_bytes()
        try:
            file = read_orders(BytesSource(data, path.name))
        except DomainError as refusal:
            self._say(f"NAK_{path.stem}.TXT", f"{path.name} {refusal.code} {refusal}\n")
            path.unlink()
            return
        replies: list[tuple[str, Reply]] = []
        for order in file.orders:
            item = _instruction(
                file, order.bank_ref, order.amount_fen, order.agreement, order.channel
            )
            said = self._house.query(item, at=at) if is_left else Reply(ReplyKind.NOT_FOUND)
            if said.kind is ReplyKind.NOT_FOUND:
                said = self._house.send(item, at=at)
            replies.append((order.bank_ref, said))
        self._tell(file.bank, file.message_id, replies, at=at)
        digest = sha256(data).hexdigest()
        self._say(f"ACK_{path.stem}.TXT", f"{path.name} {digest} {len(file.orders)}\n")
        path.unlink()

    def _answer(self, path: Path, name: FileName, at: datetime) -> None:
        """Answer questions about references."""
        try:
            asked = parse_questions(path.read_bytes())
        except ValueError as error:
            self._say(f"NAK_{path.stem}.TXT", f"{path.name} bank.questions {error}\n")
            return
        replies = [
            (
                each.bank_ref,
                self._house.query(
                    _question(name.bank, each.bank_ref, each.channel, each.queries), at=at
                ),
            )
            for each in asked
        ]
        self._tell(name.bank, name.word, replies, at=at)

    def _tell(
        self, bank: str, word: str, replies: Sequence[tuple[str, Reply]], *, at: datetime
    ) -> None:
        """Write a pain.002 of what is said; what is not said is left out, and the file too."""
        found = [status_of(reply, bank_ref=ref) for ref, reply in replies]
        statuses = [status for status in found if status is not None]
        if statuses:
            file = StatusFile(word[:35], at, word[:35], statuses)
            self._put(f"{bank}_PAIN002_{word}.XML", render_statuses(file))

    def _call(self, at: datetime) -> None:
        """Tell by ourselves what we owe word of: success as a notice, anything else as a status."""
        for call in self._house.calls_due(limit=_AT_ONCE):
            word = f"{_digits(at)}-{sha256(call.call_id.encode()).hexdigest()[:24].upper()}"
            desk = next((d for d in self._desks if d.bank == call.bank), None)
            if call.code == _SUCCESS and desk is not None:
                on = at.astimezone(SHANGHAI).date()
                entry = StatementEntry(
                    entry_id=word[-24:],
                    bank_ref=call.bank_ref,
                    amount_fen=call.amount_fen,
                    is_credit=True,
                    is_reversal=False,
                    booked_on=on,
                    value_on=on,
                )
                notice = Notice(word[:35], word[:35], desk.account, entry)
                self._put(f"{call.bank}_CAMT054_{word}.XML", render_notice(notice, at=at))
            else:
                reply = Reply(ReplyKind.CODE, call.code, call.amount_fen)
                self._tell(call.bank, word, [(call.bank_ref, reply)], at=at)
            self._house.was_heard(call)

    # Statements.

    def _give_statements(self, bank: str, *, at: datetime) -> None:
        for page in self._house.statements(bank, at=at, limit=_AT_ONCE):
            head = page.head
            day = head.last_on.strftime("%Y%m%d")
            if bank in self._delimited:
                name = f"{bank}_STMT_{head.account}_{day}.CSV"
                data = render_delimited(head, page.entries)
            else:
                name = f"{bank}_CAMT053_{day}-{head.sequence_no}-{head.page_no}.XML"
                data = b"".join(statement_pieces(head, page.entries, at=at))
            self._put(name, data)
            self._house.were_heard(bank, [head.sequence_no])

    def _pull(self, path: Path, name: FileName, at: datetime) -> None:
        try:
            comes = self._house.give_again(name.bank, on=compact_day_of(name.word), at=at)
        except DomainError:
            comes = False
        if not comes:
            self._say(f"NAK_{path.stem}.TXT", f"{path.name} statement.unknown none of that day\n")

    # Cards.

    def _card(self, path: Path, name: FileName, at: datetime) -> None:
        try:
            asked = msgspec.json.decode(path.read_bytes(), type=CardFile)
            request_id = UUID(hex=name.word)
        except ValueError:
            return
        finally:
            path.unlink(missing_ok=True)
        if name.kind == "CODE":
            attempt = CodeAttempt(request_id, name.bank, asked.code)
            word = CardWord(str(self._house.confirm_code(attempt, at=at)))
        else:
            if name.kind == "CHECK":
                check = CardCheck(
                    request_id, name.bank, asked.number, asked.name, asked.national_id, asked.mobile
                )
                said = self._house.check_card(check, at=at)
            else:
                said = self._house.query_check(request_id, bank=name.bank, at=at)
            word = CardWord(str(said.answer), said.code)
        if word.answer != "no_reply":
            data = msgspec.json.encode(word)
            write_whole(self._folder.from_bank / path.name, data, mode=0o600)

    def _put(self, name: str, data: bytes) -> None:
        write_whole(self._folder.from_bank / name, data)

    def _say(self, name: str, text: str) -> None:
        self._put(name, text.encode("ascii", errors="replace"))


def _instruction(
    file: OrderFile, bank_ref: str, amount_fen: int, agreement: str, channel: str
) -> Instruction:
    return Instruction(
        shard=0,
        order_id=_NOBODY,
        bank_ref=bank_ref,
        bank=file.bank,
        channel=channel,
        direction=file.direction,
        amount_fen=amount_fen,
        card_id=_uuid(agreement),
        queries=0,
    )


def _question(bank: str, bank_ref: str, channel: str, queries: int) -> Instruction:
    return Instruction(0, _NOBODY, bank_ref, bank, channel, Direction.COLLECT, 0, _NOBODY, queries)


def _uuid(text: str) -> UUID:
    """Return an agreement's id; a text that is none names no card."""
    try:
        return UUID(hex=text)
    except ValueError:
        return _NOBODY


def _digits(at: datetime) -> str:
    return at.astimezone(SHANGHAI).strftime("%Y%m%d%H%M%S")
