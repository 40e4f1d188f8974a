"""Taking in what the agent hands over: each file whole or not at all, and written down."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import ClassVar

from huoqi.fund.managers.drop import file_store as store
from huoqi.fund.managers.drop.agreement import Agreement
from huoqi.fund.managers.drop.answers import Told
from huoqi.fund.managers.drop.contents import Contents
from huoqi.fund.managers.drop.file_store import ManagerFileRow
from huoqi.fund.managers.drop.folder import Folder, IndexFile, keep, parse_index_name
from huoqi.fund.managers.drop.strays import (
    NotNamed,
    batch_of,
    data_name,
    is_file,
    require_file,
    require_own_names,
)
from huoqi.fund.managers.drop.table import tell
from huoqi.fund.managers.drop.waiting import INCOMING, awaited, expected_at
from huoqi.fund.managers.files.intake import Accepted, examine
from huoqi.fund.managers.files.quarantine import report_aside, set_aside
from huoqi.fund.managers.files.rules.parties import Parties
from huoqi.fund.ofd.reading import read_index
from huoqi.fund.ofd.rules.control import (
    Expected,
    FileMissing,
    ForeignCreator,
    ForeignReceiver,
    WrongDate,
    WrongType,
    require_expected,
)
from huoqi.fund.ofd.rules.headers import Index, digits_of_date
from huoqi.fund.ofd.rules.names import DataName, NameMalformed, parse_name
from huoqi.fund.ofd.rules.places import OfdRefused
from huoqi.fund.ofd.sources import digest_of, opened
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work

INDEX = "index"
#: So often a refused file is asked for again by itself; then a person has to.
PULLS_BY_ITSELF = 2
_AWAITED = frozenset({"expected", "late"})


class SequenceWrong(OfdRefused):
    """The file's summary number is not that of the batch it came with, or was used before."""

    code: ClassVar[str] = "manager_file.sequence"


@dataclass(slots=True)
class Intake:
    """One look at what has arrived; ``taken`` are the files to be removed once it is committed."""

    folder: Folder
    parties: Parties
    contents: Contents
    told: Told
    carries_monthly: Callable[[str], bool]
    taken: list[Path] = field(default_factory=list)

    @property
    def agent(self) -> str:
        """Return the agent's code."""
        return self.parties.transfer_agent

    def take_in(self, work: Work) -> None:
        """Take in each batch whose index is there, the earliest first, and mark what is late."""
        arrived = self.folder.arrived()
        indices = [(name, path) for path in arrived if (name := parse_index_name(path.name))]
        known = {path for _, path in indices}
        for path in arrived:
            if path not in known and data_name(path) is None:
                self._refuse(work, path, NameMalformed(file=path.name), batch_no=0)
        days: set[date] = set()
        for name, path in sorted(indices, key=lambda pair: (pair[0].on, pair[0].batch_no)):
            days |= self._batch(work, name, path)
        for on in sorted(days):
            self._compare(work, on=on)
        self._mark_late(work)

    def _batch(self, work: Work, name: IndexFile, path: Path) -> set[date]:
        """Take in the files that an index names; return the days that they are of."""
        try:
            index = self._index(work, name, path)
        except OfdRefused as refusal:
            for data in self._of_batch(name):
                self._refuse(work, data, refusal, batch_no=name.batch_no)
            self._refuse(work, path, refusal, batch_no=name.batch_no)
            return set()
        here = {each.name.lower(): each for each in self.folder.arrived()}
        for named in (text.rstrip(" ") for text in index.files):
            found = here.get(named.lower())
            if found is None or found in self.taken:
                self._missing(work, named, name)
            else:
                self._file(work, found, name)
        keep(path, self._kept(path, name))
        self.taken.append(path)
        self._refuse_unnamed(work, name)
        return {name.on}

    def _refuse_unnamed(self, work: Work, name: IndexFile) -> None:
        """Refuse what came with a batch and is not named: it would lie in a better one's way."""
        for path in self._of_batch(name):
            if batch_of(path) <= name.batch_no:
                refusal = NotNamed(file=path.name, index=name.name)
                self._refuse(work, path, refusal, batch_no=name.batch_no)

    def _index(self, work: Work, name: IndexFile, path: Path) -> Index:
        """Return what an index says, if it is the agent's, for us, and of a day that has come."""
        today = shanghai_date(work.at)
        require_file(path)
        with opened(path) as source:
            index = read_index(source)
        expected = Expected(self.agent, self.parties.distributor, name.on)
        require_expected(index, expected=expected, file=path.name)
        require_own_names(index, file=path.name)
        if name.creator.upper() != index.creator.upper():
            raise ForeignCreator(file=path.name, expected=index.creator, found=name.creator)
        if name.receiver.upper() != index.receiver.upper():
            raise ForeignReceiver(file=path.name, expected=index.receiver, found=name.receiver)
        if name.on > today:
            raise WrongDate(file=path.name, expected=today.isoformat(), found=name.on.isoformat())
        return index

    def _of_batch(self, name: IndexFile) -> list[Path]:
        """Return the data files that an index which cannot be read would have named."""
        day = f"OFD_{name.creator}_{name.receiver}_{digits_of_date(name.on)}_".upper()
        return [
            path
            for path in self.folder.arrived()
            if path.name.upper().startswith(day) and path not in self.taken
        ]

    def _file(self, work: Work, path: Path, index: IndexFile) -> None:
        """Accept, absorb or refuse one file."""
        try:
            require_file(path)
            with opened(path) as source:
                digest, size = digest_of(source), source.size
        except OfdRefused as refusal:
            self._refuse(work, path, refusal, batch_no=index.batch_no)
            return
        before = store.accepted_of_digest(work, agent=self.agent, sha256=digest)
        if before is not None:
            self._absorb(work, path, before, index=index)
            return
        try:
            accepted = self._examined(work, path, index)
        except OfdRefused as refusal:
            self._refuse(work, path, refusal, batch_no=index.batch_no, digest=digest)
            return
        kept = self._kept(path, index)
        keep(path, kept)
        self.taken.append(path)
        row = replace(
            self._row(work, path, index=index, file_type=accepted.header.file_type),
            state="accepted",
            arrived_at=work.at,
            ended_at=work.at,
            sha256=digest,
            size_bytes=size,
            record_count=accepted.header.record_count,
            code="",
            facts={},
            place=self.folder.place_of(kept),
        )
        store.save(work, [row])
        self.told.note(work, row, path=kept)
        tell(work, row)

    def _examined(self, work: Work, path: Path, index: IndexFile) -> Accepted:
        """Return a file once every byte of it was read and all that it says can be."""
        expected = Expected(self.agent, self.parties.distributor, index.on)
        accepted = examine(path, expected=expected, seen={})
        header, file_type = accepted.header, accepted.header.file_type
        if file_type not in INCOMING:
            raise WrongType(file=path.name, expected=" ".join(sorted(INCOMING)), found=file_type)
        if header.summary_no != f"{index.batch_no:03}":
            found = header.summary_no
            raise SequenceWrong(file=path.name, expected=f"{index.batch_no:03}", found=found)
        rows = self._rows_of(work, on=index.on, file_type=file_type)
        last_on = store.last_accepted_on(work, agent=self.agent, file_type=file_type)
        is_awaited = any(row.state in _AWAITED for row in rows)
        if last_on is not None and index.on < last_on and not is_awaited:
            found = index.on.isoformat()
            raise WrongDate(file=path.name, expected=last_on.isoformat(), found=found)
        same = [row for row in rows if row.name.upper() == path.name.upper()]
        if any(row.state == "accepted" and row.batch_no >= index.batch_no for row in same):
            raise SequenceWrong(file=path.name, found=header.summary_no)
        self.contents.check(path, file_type=file_type, on=index.on)
        self.told.check(work, path, file_type=file_type)
        return accepted

    def _absorb(self, work: Work, path: Path, before: ManagerFileRow, *, index: IndexFile) -> None:
        """Write down that bytes came that were taken in before; they are not applied again."""
        row = replace(
            awaited(work, parties=self.parties, on=index.on, file_type=before.file_type),
            name=path.name,
            batch_no=index.batch_no,
            state="absorbed",
            expected_at=None,
            arrived_at=work.at,
            ended_at=work.at,
            sha256=before.sha256,
            size_bytes=before.size_bytes,
            record_count=before.record_count,
            code="ofd.replayed",
            facts={"file": path.name, "first_file": before.name, "first_on": str(before.day_on)},
            place=before.place,
        )
        store.save(work, [row])
        self.taken.append(path)
        tell(work, row)

    def _refuse(
        self, work: Work, path: Path, refusal: OfdRefused, *, batch_no: int, digest: str = ""
    ) -> None:
        """Set a file aside whole, with a report, and wait for a better one."""
        size = path.lstat().st_size
        if is_file(path):
            found = report_aside(path, refusal, folder=self.folder.quarantine, at=work.at)
            keep(path, found.path)
        else:
            found = set_aside(path, refusal, folder=self.folder.quarantine, at=work.at)
        self.taken.append(path)
        name = data_name(path)
        index = parse_index_name(path.name)
        on = name.on if name else index.on if index else shanghai_date(work.at)
        file_type = name.file_type if name else INDEX
        is_ours = name is not None and self._is_ours(name)
        row = replace(
            self._row_for(work, path.name, on=on, file_type=file_type if is_ours else INDEX),
            file_type=file_type,
            batch_no=batch_no,
            state="refused",
            arrived_at=work.at,
            ended_at=work.at,
            sha256=digest or found.sha256,
            size_bytes=size,
            code=refusal.code,
            facts=dict(refusal.params),
            place=self.folder.place_of(found.path),
        )
        if is_ours and file_type in INCOMING:
            self._after_refusal(work, row)
        else:
            store.save(work, [row])
            tell(work, row)

    def _is_ours(self, name: DataName) -> bool:
        """Tell whether a file's name says that it is the agent's and for us."""
        said = (name.creator.upper(), name.receiver.upper())
        return said == (self.agent.upper(), self.parties.distributor.upper())

    def _after_refusal(self, work: Work, row: ManagerFileRow) -> None:
        """Save a refused row; what it should have been is awaited still, and asked for again."""
        rows = self._rows_of(work, on=row.day_on, file_type=row.file_type)
        others = [each for each in rows if each.file_id != row.file_id and each.name == row.name]
        is_there = any(each.state == "accepted" for each in others)
        pulls = sum(len(each.pulled_at) for each in [*others, row])
        wants = not is_there and pulls < PULLS_BY_ITSELF
        store.save(work, [replace(row, pull_wanted=wants)])
        waits = any(each.state in _AWAITED for each in others)
        if not is_there and not waits:
            again = awaited(work, parties=self.parties, on=row.day_on, file_type=row.file_type)
            store.save(work, [replace(again, name=row.name, state="late")])
        tell(work, row)

    def _missing(self, work: Work, name: str, index: IndexFile) -> None:
        """Write down that an index names a file that is not there, and ask for it."""
        try:
            parsed = parse_name(name)
        except NameMalformed:
            return
        if not isinstance(parsed, DataName) or parsed.file_type not in INCOMING:
            return
        row = replace(
            self._row_for(work, name, on=index.on, file_type=parsed.file_type),
            state="late",
            code=FileMissing.code,
            facts={"file": name, "index": index.name},
            pull_wanted=True,
        )
        store.save(work, [row])
        tell(work, row)

    def _compare(self, work: Work, *, on: date) -> None:
        """Refuse what was accepted of a day and contradicts its other files."""
        files = {
            file_type: [
                (row, self.folder.root / row.place)
                for row in self.current(work, on=on, file_type=file_type)
            ]
            for file_type in sorted(INCOMING)
        }
        agreement = Agreement(self.contents, files, on, self.carries_monthly)
        for row, refusal in {row.file_id: (row, why) for row, why in agreement.refused()}.values():
            path = self.folder.root / row.place
            aside = report_aside(path, refusal, folder=self.folder.quarantine, at=work.at)
            keep(path, aside.path)
            self.taken.append(path)
            refused = replace(
                row,
                state="refused",
                ended_at=work.at,
                code=refusal.code,
                facts=dict(refusal.params),
                place=self.folder.place_of(aside.path),
            )
            self._after_refusal(work, refused)

    def _mark_late(self, work: Work) -> None:
        """Tell, once, of what should have come by now."""
        for row in store.waiting(work, agent=self.agent, direction="in"):
            if row.state == "expected" and row.expected_at and row.expected_at <= work.at:
                late = replace(row, state="late")
                store.save(work, [late])
                tell(work, late)

    def current(self, work: Work, *, on: date, file_type: str) -> list[ManagerFileRow]:
        """Return the files of a day that count: of each name the one of the last batch."""
        by_name: dict[str, ManagerFileRow] = {}
        for row in self._rows_of(work, on=on, file_type=file_type):
            if row.state == "accepted":
                by_name[row.name.upper()] = row
        return [by_name[name] for name in sorted(by_name)]

    def is_complete(self, work: Work, *, on: date, types: Sequence[str]) -> bool:
        """Tell whether all of a day's files of some types were taken in."""
        states: defaultdict[str, set[str]] = defaultdict(set)
        for file_type in types:
            for row in self._rows_of(work, on=on, file_type=file_type):
                states[file_type].add(row.state)
        return all(
            "accepted" in states[file_type] and not states[file_type] & _AWAITED
            for file_type in types
        )

    def _row(self, work: Work, path: Path, *, index: IndexFile, file_type: str) -> ManagerFileRow:
        row = self._row_for(work, path.name, on=index.on, file_type=file_type)
        return replace(row, batch_no=index.batch_no)

    def _row_for(self, work: Work, name: str, *, on: date, file_type: str) -> ManagerFileRow:
        """Return the row that waits for a file, or a new one."""
        waiting = [
            row for row in self._rows_of(work, on=on, file_type=file_type) if row.state in _AWAITED
        ]
        same = [row for row in waiting if row.name.upper() == name.upper()]
        if file_type not in INCOMING:
            made = awaited(work, parties=self.parties, on=on, file_type="07")
            return replace(made, file_type=file_type, name=name, expected_at=None)
        if same or waiting:
            return replace((same or waiting)[0], name=name, pull_wanted=False)
        made = awaited(work, parties=self.parties, on=on, file_type=file_type)
        return replace(made, name=name, expected_at=expected_at(file_type, on=on))

    def _rows_of(self, work: Work, *, on: date, file_type: str) -> list[ManagerFileRow]:
        return store.of_day(work, agent=self.agent, direction="in", on=on, file_type=file_type)

    def _kept(self, path: Path, index: IndexFile) -> Path:
        day = self.folder.archive / "from_manager" / digits_of_date(index.on)
        return day / f"{index.batch_no:03}" / path.name
