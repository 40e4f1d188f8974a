"""Batches that are due leave: files from the books, then their index, each whole or not there."""

import os
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from huoqi.fund.ofd.dictionaries import shipped
from huoqi.fund.ofd.rules.headers import Index, render_index
from huoqi.fund.ofd.rules.names import DataName
from huoqi.sandbox.transfer_agent.batch_store import Batch, BatchFile, us_of
from huoqi.sandbox.transfer_agent.books_store import Books
from huoqi.sandbox.transfer_agent.folder import Folder, index_name, sync_folder
from huoqi.sandbox.transfer_agent.rendering import VERSION, Renderer, Sheet
from huoqi.sandbox.transfer_agent.spoiling import FEN_OFF, TRUNCATED, WRONG_DATE
from huoqi.sandbox.transfer_agent.terms import AgentTerms

_KEPT_PARTS = (3, 5)  # Of a truncated file three fifths stay: a record is cut in its middle.


class Publisher:
    """Puts batches into the outbox."""

    def __init__(
        self, books: Books, *, renderer: Renderer, terms: AgentTerms, folder: Folder
    ) -> None:
        self._books = books
        self._renderer = renderer
        self._terms = terms
        self._folder = folder

    def put_due(self, until: datetime) -> Iterator[str]:
        """Put what is due and for whose names there is room; yield a line about each batch."""
        for batch in self._books.batches.due(us_of(until)):
            files = self._books.batches.files_of(batch.batch_no)
            if batch.number is None and self._has_namesakes(files):
                continue  # It goes when we are told the time after those are taken away.
            yield self._put(batch, files)

    def _has_namesakes(self, files: list[BatchFile]) -> bool:
        return any((self._folder.outbox / self._name(file)).exists() for file in files)

    def _put(self, batch: Batch, files: list[BatchFile]) -> str:
        with self._books.promise():
            number = self._books.batches.give_number(batch)
        on = date.fromordinal(batch.day_on)
        work = self._folder.own / "work"
        for file in files:
            self._render(file, number=number, to=work / self._name(file))
        for file in files:
            (work / self._name(file)).replace(self._folder.outbox / self._name(file))
        sync_folder(self._folder.outbox)
        agent, distributor = self._terms.agent, self._terms.distributor
        names = tuple(self._name(file) for file in files)
        name = index_name(agent, distributor, on=on, number=number)
        index = Index(VERSION, agent, distributor, on, names)
        self._folder.hand_over(name, render_index(index, dictionaries=shipped(), file=name))
        with self._books.transaction():
            self._books.batches.mark_out(batch)
        return f"{name}: {' '.join(file.file_type for file in files)} ({batch.reason})"

    def _name(self, file: BatchFile) -> str:
        on = date.fromordinal(file.day_on)
        return DataName(self._terms.agent, self._terms.distributor, on, file.file_type).render()

    def _render(self, file: BatchFile, *, number: int, to: Path) -> None:
        if file.as_batch is not None:
            number = self._books.batches.number_of(file.as_batch)
        sheet = Sheet(
            file.file_type,
            on=file.day_on,
            said_on=file.day_on - (file.spoil == WRONG_DATE),
            number=number,
            fen_off=int(file.spoil.removeprefix(FEN_OFF)) if file.spoil.startswith(FEN_OFF) else 0,
        )
        self._renderer.write(sheet, to=to)
        if file.spoil == TRUNCATED:
            size = to.stat().st_size
            os.truncate(to, size * _KEPT_PARTS[0] // _KEPT_PARTS[1])
