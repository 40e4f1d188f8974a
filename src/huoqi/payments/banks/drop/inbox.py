"""What banks hand over: read whole or set aside whole, kept until stored, absorbed if known."""

import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

from huoqi.kit.dates import shanghai_date
from huoqi.payments.banks.drop.folder import (
    FileName,
    Folder,
    free_name,
    is_file,
    move,
    names_in,
    parse_name,
    write_whole,
)
from huoqi.payments.banks.drop.words import NO_WORD, reply_of
from huoqi.payments.banks.port import Callback
from huoqi.payments.formats.camt import Expected, read_camt054
from huoqi.payments.formats.delimited import Known, default_form
from huoqi.payments.formats.orders import read_statuses
from huoqi.payments.formats.rules.forms import Form
from huoqi.payments.formats.rules.refusals import (
    FormatError,
    NotAFile,
    WrongAccount,
)
from huoqi.payments.formats.rules.values import compact_day_of
from huoqi.payments.formats.sources import FileSource, digest_of
from huoqi.payments.formats.statements import read_statements
from huoqi.payments.rules.replies import Reply, ReplyKind
from huoqi.payments.rules.statements import Statement, StatementHead

_LOG = logging.getLogger("huoqi.bank_folder")
#: A statement is of tens of megabytes, an answer of few.
_MOST_WORD_BYTES, _MOST_STATEMENT_BYTES = 256 << 20, 4 << 30
_WORDS, _STATEMENTS = ("PAIN002", "CAMT054"), ("CAMT053", "STMT")
_BOOKED = "00"
_ID_DIGITS = 32
PageKey = tuple[str, str, int, bytes]


@dataclass
class Inbox:
    """The room in which banks hand over, and which of its words are stored already."""

    folder: Folder
    forms: dict[str, Form] = field(default_factory=dict)
    #: Words that are stored, of files whose other words are not yet.
    _stored: dict[str, set[str]] = field(default_factory=dict)
    #: Pages that were handed on and are not stored yet, and the files that they stand in.
    _pages: dict[PageKey, Path] = field(default_factory=dict)

    def callbacks(self, accounts: dict[str, str], *, at: datetime, limit: int) -> list[Callback]:
        """Return words about references that are not stored yet, by the names of their files."""
        found: list[Callback] = []
        for path, name in self._of(_WORDS, accounts, at=at):
            if len(found) >= limit:
                break
            calls = self._read(path, name, accounts[name.bank], at=at)
            if calls is None:
                continue
            stored = self._stored.setdefault(path.name, set())
            fresh = [call for call in calls if call.callback_id not in stored]
            if not fresh:
                self._keep(path, at=at)
            found += fresh
        return found[:limit]

    def are_stored(
        self, callback_ids: Sequence[str], accounts: dict[str, str], *, at: datetime
    ) -> None:
        """Put files away of which every word is stored."""
        ids = set(callback_ids)
        for path, name in self._of(_WORDS, accounts, at=at):
            calls = self._read(path, name, accounts[name.bank], at=at)
            if calls is None:
                continue
            stored = self._stored.setdefault(path.name, set())
            stored |= {call.callback_id for call in calls if call.callback_id in ids}
            if len(stored) == len(calls):
                self._keep(path, at=at)

    def replies(self, name: str, *, at: datetime) -> dict[str, Reply]:
        """Return what a file says of references, and put it away; nothing where there is none."""
        path = self.folder.from_bank / name
        if not is_file(path):
            return {}
        try:
            found = read_statuses(FileSource(path, _MOST_WORD_BYTES))
        except FormatError as refusal:
            self.set_aside(path, refusal, at=at)
            return {}
        self._keep(path, at=at)
        return {status.bank_ref: reply_of(status) for status in found.statuses}

    def statements(self, accounts: dict[str, str], *, at: datetime) -> list[Statement]:
        """Return the pages of statements that lie there."""
        pages: list[Statement] = []
        for path, name in self._of(_STATEMENTS, accounts, at=at):
            try:
                found = self._statements(path, name, account=accounts[name.bank])
            except FormatError as refusal:
                self.set_aside(path, refusal, at=at)
                continue
            self._pages |= {_page_key(page.head): path for page in found}
            pages += found
        return sorted(
            pages, key=lambda page: (page.head.last_on, page.head.bank, page.head.page_no)
        )

    def pages_are_stored(self, heads: Sequence[StatementHead], *, at: datetime) -> None:
        """Put statements away of which every page is stored."""
        for head in heads:
            path = self._pages.pop(_page_key(head), None)
            if path is not None and path not in self._pages.values() and is_file(path):
                self._keep(path, at=at)

    def set_aside(self, path: Path, refusal: FormatError, *, at: datetime) -> None:
        """Move what was refused into quarantine, whole, with a report of why."""
        target = free_name(self.folder.quarantine / path.name)
        report = {
            "file": path.name,
            "at": at.isoformat(),
            "code": refusal.code,
            **dict(refusal.params),
        }
        text = json.dumps(report, ensure_ascii=False, sort_keys=True) + "\n"
        write_whole(target.with_name(f"{target.name}.report.json"), text.encode())
        move(path, target)
        _LOG.warning("%s was refused: %s", path.name, refusal)

    def _of(
        self, kinds: Sequence[str], accounts: dict[str, str], *, at: datetime
    ) -> Iterator[tuple[Path, FileName]]:
        """Yield files of some kinds; what is none of ours is set aside, what is known absorbed."""
        for path in names_in(self.folder.from_bank):
            name = parse_name(path.name)
            if name is None or name.kind not in kinds:
                continue
            if not is_file(path):
                self.set_aside(path, NotAFile(), at=at)
            elif name.bank not in accounts:
                self.set_aside(path, WrongAccount(detail="a bank without our account"), at=at)
            elif not self._absorbed(path, at=at):
                yield path, name

    def _read(
        self, path: Path, name: FileName, account: str, *, at: datetime
    ) -> list[Callback] | None:
        """Return what a file says of references, None where it was set aside."""
        source = FileSource(path, _MOST_WORD_BYTES)
        try:
            digest = digest_of(source).hex()[:_ID_DIGITS]
            words: list[tuple[str, Reply]] = []
            if name.kind == "PAIN002":
                words = [(each.bank_ref, reply_of(each)) for each in read_statuses(source).statuses]
            else:
                for notice in read_camt054(source):
                    if notice.account != account:
                        raise WrongAccount(element="Ntfctn/Acct")
                    if notice.entry.bank_ref and not notice.entry.is_reversal:
                        fen = notice.entry.amount_fen
                        words.append((notice.entry.bank_ref, Reply(ReplyKind.CODE, _BOOKED, fen)))
        except FormatError as refusal:
            self.set_aside(path, refusal, at=at)
            return None
        return [
            Callback(f"{digest}-{number}", name.bank, bank_ref, reply)
            for number, (bank_ref, reply) in enumerate(words, start=1)
            if reply is not NO_WORD and reply.kind is ReplyKind.CODE
        ]

    def _statements(self, path: Path, name: FileName, *, account: str) -> list[Statement]:
        source, expected = FileSource(path, _MOST_STATEMENT_BYTES), Expected(name.bank, account)
        if name.kind == "CAMT053":
            return read_statements(source, expected=expected)
        known = Known(account, on=_day_in(name.word))
        form = self.forms.get(name.bank) or default_form()
        return read_statements(source, expected=expected, form=form, known=known)

    def _keep(self, path: Path, *, at: datetime) -> None:
        """Put a file away for good, and remember its bytes."""
        mark = self._mark_of(path)
        day = shanghai_date(at).strftime("%Y%m%d")
        move(path, free_name(self.folder.archive / "from_bank" / day / path.name))
        mark.parent.mkdir(parents=True, exist_ok=True)
        write_whole(mark, path.name.encode())
        self._stored.pop(path.name, None)

    def _mark_of(self, path: Path) -> Path:
        """Return where it is noted that these bytes were taken: a bank's, since others write alike.

        A delimited statement has some of its facts in its name.
        """
        name = parse_name(path.name)
        assert name is not None, "other names are set aside"
        told = name.word if name.kind == "STMT" else ""
        digest = digest_of(FileSource(path, _MOST_STATEMENT_BYTES))
        own = sha256(f"{name.bank} {name.kind} {told} ".encode() + digest).hexdigest()
        return self.folder.archive / "digests" / own

    def _absorbed(self, path: Path, *, at: datetime) -> bool:
        """Remove a file whose bytes were taken before, and tell whether they were."""
        try:
            mark = self._mark_of(path)
        except FormatError as refusal:
            self.set_aside(path, refusal, at=at)
            return True
        if not mark.exists():
            return False
        fact = {"file": path.name, "first_file": mark.read_text("utf-8"), "at": at.isoformat()}
        with (self.folder.archive / "absorbed.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(fact, sort_keys=True) + "\n")
        path.unlink()
        return True


def _page_key(head: StatementHead) -> PageKey:
    return head.bank, head.statement_id, head.page_no, head.sha256


def _day_in(word: str) -> date | None:
    """Return the day that the name of a delimited statement ends with."""
    try:
        return compact_day_of(word.rpartition("_")[2][:8])
    except FormatError:
        return None
