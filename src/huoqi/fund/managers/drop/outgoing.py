"""What we tell the agent: a batch is fixed once, and told in the same bytes until acknowledged."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import ClassVar

from huoqi.fund.managers.drop import file_store as store
from huoqi.fund.managers.drop import told_store as told
from huoqi.fund.managers.drop.file_store import ManagerFileRow
from huoqi.fund.managers.drop.folder import Folder, index_name, write_whole
from huoqi.fund.managers.drop.table import tell
from huoqi.fund.managers.drop.told_store import AskedAccount, ToldOrder
from huoqi.fund.managers.drop.waiting import ANSWERS, expect
from huoqi.fund.managers.files.rules.accounts import (
    APPLICATION_TYPE,
    AccountApplication,
    application_records,
)
from huoqi.fund.managers.files.rules.orders import FILE_TYPE as ORDERS_TYPE
from huoqi.fund.managers.files.rules.orders import order_records
from huoqi.fund.managers.files.rules.parties import Parties, serial_of
from huoqi.fund.managers.port import ManagerOrder
from huoqi.fund.ofd.dictionaries import shipped
from huoqi.fund.ofd.rules.headers import Header, Index, digits_of_date, render_index
from huoqi.fund.ofd.rules.layouts import all_fields
from huoqi.fund.ofd.rules.names import DataName
from huoqi.fund.ofd.rules.places import OfdRefused
from huoqi.fund.ofd.rules.records import Record
from huoqi.fund.ofd.writing import render_file
from huoqi.kit.db import Work
from huoqi.kit.shards import shard_of

VERSION = "21"


class AckDiffers(OfdRefused):
    """The agent acknowledged other bytes than those that were handed over under this name."""

    code: ClassVar[str] = "manager_file.ack_differs"


class RefusedByAgent(OfdRefused):
    """The agent refused the batch; its own code for it is told."""

    code: ClassVar[str] = "manager_file.refused_by_agent"


#: Below this number are accounts of our own, which are opened by hand.
_FIRST_CUSTOMER_NO = 100


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks for an account with the transfer agent."""

    name: str
    national_id: str
    phone: str

    def __repr__(self) -> str:
        return "Person()"  # A person's data goes into no log.


#: Finds the people behind customers' numbers; those without an identity are left out.
People = Callable[[Work, Sequence[int]], dict[int, Person]]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Our side of the folder: who we are, where, and who our customers are."""

    folder: Folder
    parties: Parties
    shards: int
    people: People

    def fix(
        self, work: Work, orders: Sequence[ManagerOrder], *, t_day: date, next_on: date | None
    ) -> list[ManagerFileRow]:
        """Return the files of all batches that the orders stand in; new ones make a new batch."""
        store.lock(work, agent=self.parties.transfer_agent)
        keys = [(self._shard(order), order.order_id, _told_on(order)) for order in orders]
        known = told.files_of_orders(work, keys)
        fresh = [order for order in orders if (order.order_id, _told_on(order)) not in known]
        if fresh:
            self._new_batch(work, fresh, t_day=t_day)
            if next_on is not None:
                expect(work, ANSWERS, parties=self.parties, on=next_on)
            known = told.files_of_orders(work, keys)
        found = [store.of_id(work, file_id) for file_id in sorted(set(known.values()))]
        return [row for row in found if row is not None]

    def _new_batch(self, work: Work, orders: Sequence[ManagerOrder], *, t_day: date) -> None:
        agent = self.parties.transfer_agent
        batch_no = store.last_batch(work, agent=agent, direction="out", on=t_day) + 1
        row = self._row(work, ORDERS_TYPE, on=t_day, batch_no=batch_no)
        records = order_records(orders, parties=self.parties)
        data = self._rendered(row, records)
        kept = self._kept(row)
        kept.parent.mkdir(parents=True, exist_ok=True)
        write_whole(kept, data)
        place = self.folder.place_of(kept)
        store.save(work, [_of_bytes(row, data, count=len(records), place=place)])
        told.add_orders(work, [self._told(order, row) for order in orders])
        self._ask_for_accounts(work, orders, row=row)

    def _ask_for_accounts(
        self, work: Work, orders: Sequence[ManagerOrder], *, row: ManagerFileRow
    ) -> None:
        """Ask for the accounts that customers of a batch have not got with the agent."""
        numbers = sorted({
            order.customer_no for order in orders if order.customer_no >= _FIRST_CUSTOMER_NO
        })
        keys = [(shard_of(number, shards=self.shards), number) for number in numbers]
        known = told.accounts(work, keys, agent=self.parties.transfer_agent)
        new = [key for key in keys if key[1] not in known]
        people = self.people(work, [number for _, number in new]) if new else {}
        if not people:
            return
        asking = self._row(work, APPLICATION_TYPE, on=row.day_on, batch_no=row.batch_no)
        asked = [
            AskedAccount(
                shard, number, row.agent, work.new_id(), asking.file_id, "asked", "", "",
                work.at, None,
            )
            for shard, number in new
            if number in people
        ]  # fmt: skip
        told.save_accounts(work, asked)
        data = self._applications(asking, asked, people)
        store.save(work, [_of_bytes(asking, data, count=len(asked), place="")])

    def deliver(self, work: Work) -> None:
        """Put every batch that nobody has acknowledged into the outbox, the earliest first."""
        batches: defaultdict[tuple[date, int], list[ManagerFileRow]] = defaultdict(list)
        for row in store.waiting(work, agent=self.parties.transfer_agent, direction="out"):
            batches[row.day_on, row.batch_no].append(row)
        for (on, batch_no), rows in sorted(batches.items()):
            if any((self.folder.outbox / row.name).exists() for row in rows):
                # A file of that name waits to be taken; a later batch never replaces it.
                if (self.folder.outbox / self._index_name(on, batch_no)).exists():
                    continue
                if not self._is_own(work, rows):
                    return
            self._put(work, rows, index=self._index_name(on, batch_no))

    def _is_own(self, work: Work, rows: Sequence[ManagerFileRow]) -> bool:
        """Tell whether what lies in the outbox is this batch's, left there by a broken try."""
        paths = [self.folder.outbox / row.name for row in rows]
        return all(
            not path.exists() or path.read_bytes() == self._bytes_of(work, row)
            for path, row in zip(paths, rows, strict=True)
        )

    def _put(self, work: Work, rows: Sequence[ManagerFileRow], *, index: str) -> None:
        """Hand a batch over: its files, then the index; what is there already is left alone."""
        if (self.folder.outbox / index).exists():
            return
        for row in rows:
            target = self.folder.outbox / row.name
            if not target.exists():
                write_whole(target, self._bytes_of(work, row))
        said = Index(
            VERSION,
            self.parties.distributor,
            self.parties.transfer_agent,
            rows[0].day_on,
            tuple(row.name for row in rows),
        )
        write_whole(self.folder.outbox / index, render_index(said, dictionaries=shipped()))
        sent = [replace(row, sent_at=row.sent_at or work.at) for row in rows]
        store.save(work, sent)
        for row in rows:
            if row.sent_at is None:
                tell(work, row)

    def _bytes_of(self, work: Work, row: ManagerFileRow) -> bytes:
        """Return a file's bytes: those that were kept, or for accounts, made anew."""
        if row.file_type == ORDERS_TYPE:
            return (self.folder.root / row.place).read_bytes()
        asked = told.accounts_of_file(work, row.file_id, shards=range(self.shards))
        return self._applications(
            row, asked, self.people(work, [each.customer_no for each in asked])
        )

    def has_answer(self, row: ManagerFileRow) -> bool:
        """Tell whether the agent has said something to a batch."""
        stem = self._index_name(row.day_on, row.batch_no).removesuffix(".TXT")
        return any((self.folder.inbox / f"{m}_{stem}.TXT").exists() for m in ("ACK", "NAK"))

    def hear(self, work: Work) -> list[ManagerFileRow]:
        """Read what the agent acknowledged or refused of our batches, and return what waited."""
        waiting = store.waiting(work, agent=self.parties.transfer_agent, direction="out")
        for row in waiting:
            stem = self._index_name(row.day_on, row.batch_no).removesuffix(".TXT")
            if (lines := _lines(self.folder.inbox / f"ACK_{stem}.TXT")) is not None:
                self._acknowledged(work, row, lines)
            elif (lines := _lines(self.folder.inbox / f"NAK_{stem}.TXT")) is not None:
                self._refused(work, row, lines)
        return waiting

    def forget_answers(self, rows: Sequence[ManagerFileRow]) -> None:
        """Take answers away that have been written down."""
        for row in rows:
            stem = self._index_name(row.day_on, row.batch_no).removesuffix(".TXT")
            for mark in ("ACK", "NAK"):
                (self.folder.inbox / f"{mark}_{stem}.TXT").unlink(missing_ok=True)

    def _acknowledged(
        self, work: Work, row: ManagerFileRow, lines: Sequence[Sequence[str]]
    ) -> None:
        digests = {line[0].upper(): line[1].lower() for line in lines if len(line) > 1}
        if digests.get(row.name.upper()) == row.sha256:
            done = replace(row, state="acknowledged", ended_at=work.at, code="", facts={})
        else:
            # Somebody else's bytes were acknowledged under our name: ours are told again.
            done = replace(row, code=AckDiffers.code, facts={"file": row.name})
        store.save(work, [done])
        if done.state != row.state or done.code != row.code:
            tell(work, done)

    def _refused(self, work: Work, row: ManagerFileRow, lines: Sequence[Sequence[str]]) -> None:
        said = next((line for line in lines if line and line[0].upper() == row.name.upper()), [])
        code = said[1] if len(said) > 1 else ""
        facts = {"file": row.name, "agent_code": _code(code)}
        refused = replace(row, code=RefusedByAgent.code, facts=facts)
        store.save(work, [refused])
        if row.code != refused.code:
            tell(work, refused, what="refused_by_agent")

    def _applications(
        self, row: ManagerFileRow, asked: Sequence[AskedAccount], people: dict[int, Person]
    ) -> bytes:
        applications = [
            AccountApplication(
                each.request_id, each.customer_no, who.name, who.national_id, who.phone,
                each.asked_at,
            )
            for each in asked
            if (who := people.get(each.customer_no)) is not None
        ]  # fmt: skip
        return self._rendered(row, application_records(applications, parties=self.parties))

    def _rendered(self, row: ManagerFileRow, records: Sequence[Record]) -> bytes:
        us, them = self.parties.distributor, self.parties.transfer_agent
        fields = all_fields(row.file_type, version=VERSION, dictionaries=shipped())
        return render_file(
            Header(
                version=VERSION,
                creator=us,
                receiver=them,
                on=row.day_on,
                file_type=row.file_type,
                fields=tuple(fields),
                summary_no=f"{row.batch_no:03}",
                sender=us,
                recipient=them,
            ),
            records,
        )

    def _row(self, work: Work, file_type: str, *, on: date, batch_no: int) -> ManagerFileRow:
        us, them = self.parties.distributor, self.parties.transfer_agent
        name = DataName(us, them, on, file_type).render()
        return ManagerFileRow(work.new_id(), them, "out", on, file_type, name, batch_no, "sent")

    def _kept(self, row: ManagerFileRow) -> Path:
        day = self.folder.archive / "to_manager" / digits_of_date(row.day_on)
        return day / f"{row.batch_no:03}" / row.name

    def _index_name(self, on: date, batch_no: int) -> str:
        us, them = self.parties.distributor, self.parties.transfer_agent
        return index_name(us, them, on=on, batch_no=batch_no)

    def _shard(self, order: ManagerOrder) -> int:
        return shard_of(order.customer_no, shards=self.shards)

    def _told(self, order: ManagerOrder, row: ManagerFileRow) -> ToldOrder:
        return ToldOrder(
            shard=self._shard(order),
            order_id=order.order_id,
            told_on=_told_on(order),
            serial=serial_of(order.order_id),
            file_id=row.file_id,
            fund=order.fund,
            side=order.side.value,
            customer_no=order.customer_no,
            counter_no=order.counter_no,
            amount_fen=order.amount_fen,
            units_e2=order.units_e2,
            t_day=order.t_day,
        )


def _told_on(order: ManagerOrder) -> date:
    return order.effective_on or order.t_day


def _of_bytes(row: ManagerFileRow, data: bytes, *, count: int, place: str) -> ManagerFileRow:
    digest = sha256(data).hexdigest()
    return replace(row, sha256=digest, size_bytes=len(data), record_count=count, place=place)


def _lines(path: Path) -> list[list[str]] | None:
    """Return the words of an answer's lines, None where there is no answer."""
    try:
        text = path.read_bytes().decode("ascii", errors="replace")
    except FileNotFoundError:
        return None
    return [line.split() for line in text.splitlines()]


def _code(text: str) -> str:
    """Return a code that an agent gave, of which only plain letters are believed."""
    return "".join(c for c in text[:60] if c.isascii() and (c.isalnum() or c in "._-"))
