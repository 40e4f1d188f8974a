"""Branches of the whole company: named snapshots, switching between them, and going back.

A snapshot is a copy of the database by the server itself. The platform's own database keeps its
name: switching renames, in one transaction, so that every process finds the present branch where
it always was. The catalogue is a small database of its own, which no rewind touches.
API keys and the sessions of staff come along: whoever moves the company stays signed in.
"""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Literal

from huoqi.fund.managers.drop.table import is_in_files
from huoqi.kit.clock import Connection
from huoqi.kit.db import Database
from huoqi.kit.desk import Desk, catalogue_name
from huoqi.kit.errors import DomainError
from huoqi.kit.ids import SeededIds
from huoqi.payments.operations.callbacks import line_kind
from huoqi.sandbox import snapshot_store as store
from huoqi.sandbox.key_store import take_along

CHECKPOINTS_KEPT = 10
_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")

Kind = Literal["branch", "checkpoint"]


class BranchNameMalformed(DomainError):
    """A branch is named with a to z, digits and hyphens, a letter first, at most 40."""

    code: ClassVar[str] = "branch.name_malformed"


class BranchExists(DomainError):
    """There is a branch or checkpoint of this name already."""

    code: ClassVar[str] = "branch.exists"


class BranchInUse(DomainError):
    """The branch is being worked on; switch to another one first."""

    code: ClassVar[str] = "branch.in_use"


class BranchNotFound(DomainError):
    """No branch, checkpoint or close of this name has been kept."""

    code: ClassVar[str] = "branch.not_found"


class BranchesUnavailable(DomainError):
    """The database role may not create databases, which snapshots need."""

    code: ClassVar[str] = "branch.unavailable"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A kept state: its name, where its branch stood, and the last day that was closed."""

    name: str
    kind: Kind
    of_branch: str
    business_at: datetime
    closed_on: date | None
    note: str = ""
    is_current: bool = False
    database: str = ""


class BranchNeedsManagerInside(DomainError):
    """The manager's books are in a folder beside the database, which no snapshot carries along.

    Begin another sandbox without --manager files to branch and to go back.
    """

    code: ClassVar[str] = "branch.manager_in_files"


class BranchNeedsBanksInside(DomainError):
    """The banks' books are beside the database, which no snapshot carries along.

    Begin another sandbox without --banks to branch and to go back.
    """

    code: ClassVar[str] = "branch.banks_outside"


class Branches:
    """Keeps, lists and restores snapshots of one platform's database.

    Whoever calls holds the desk, so that nothing is half sent to a bank meanwhile.
    """

    def __init__(self, database: Database, *, checkpoints_kept: int = CHECKPOINTS_KEPT) -> None:
        self._database = database
        self._kept = checkpoints_kept
        self._name = store.database_name(database.dsn)

    def set_up(self) -> None:
        """Make the catalogue if it is missing; raise BranchesUnavailable if the role may not."""
        with closing(Desk(self._database.dsn)) as desk, desk.held():
            if not store.ensure_catalogue(self._database.dsn):
                raise BranchesUnavailable

    def current(self) -> Snapshot:
        """Return the branch that is being worked on."""
        with store.opened(self._database.dsn, name=self._name) as conn:
            at, closed_on, branch = store.standing(conn)
        return Snapshot(branch, "branch", branch, at, closed_on, is_current=True)

    def listed(self) -> list[Snapshot]:
        """Return the present branch, then every snapshot, oldest first."""
        with self._catalogue() as conn:
            rows = store.snapshots(conn)
        kept = [Snapshot(r[0], r[1], r[3], r[4], r[5], note=r[6], database=r[2]) for r in rows]
        return [self.current(), *kept]

    def branch(self, name: str) -> Snapshot:
        """Keep the present state as a branch; the present branch goes on.

        Errors: BranchNameMalformed, BranchExists, BranchNeedsManagerInside, BranchNeedsBanksInside.
        """
        require_name(name)
        self._require_all_inside()
        if any(known.name == name for known in self.listed()):
            raise BranchExists(name=name)
        return self._keep(name, kind="branch", note="")

    def checkpoint(self, note: str) -> Snapshot:
        """Keep the present state by itself, and let the oldest of many checkpoints go.

        Nothing is kept where others' books are beside the database: it could not come back.
        """
        if self._is_in_files() or self._are_banks_outside():
            return self.current()
        with self._catalogue() as conn:
            name = f"checkpoint-{store.next_seq(conn)}"
        made = self._keep(name, kind="checkpoint", note=note)
        points = [known for known in self.listed() if known.kind == "checkpoint"]
        for old in points[: max(0, len(points) - self._kept)]:
            self.drop(old.name)
        return made

    def drop(self, name: str) -> None:
        """Forget a branch or checkpoint; raise BranchInUse for the one being worked on."""
        if name == self.current().name:
            raise BranchInUse(name=name)
        snapshot = self._find(name)
        with self._catalogue() as conn:
            store.forget_snapshot(conn, name)
            store.drop_database(conn, snapshot.database)

    def switch(self, name: str) -> Snapshot:
        """Go on with another branch; the present one stays as it is until it is switched to.

        Keys and staff sessions of the present one hold there too, and stay revoked if they were.
        """
        present = self.current()
        if name == present.name:
            return present
        wanted = self._find(name)
        if wanted.kind != "branch":
            raise BranchNotFound(name=name)
        self._require_all_inside()
        self.fresh_ids()  # so that coming back, or rewinding to here, repeats no id
        with self._database.disconnected(), self._catalogue() as conn:
            seq = store.next_seq(conn)
            parked = f"{self._name}_b{seq}"
            self._take_keys_to(wanted.database)

            def change_places() -> None:
                with conn.transaction():
                    store.rename_database(conn, source=self._name, target=parked)
                    store.rename_database(conn, source=wanted.database, target=self._name)
                    store.forget_snapshot(conn, wanted.name)
                    store.add_snapshot(conn, _row(present, database=parked, seq=seq))

            store.until_free(change_places)
        return self._settle(branch=name)

    def rewind(self, to: str) -> Snapshot:
        """Bring the present branch back to a branch, a checkpoint, or a close by its date.

        Keys and staff sessions are not brought back: they stay as they are at present.
        """
        self._require_all_inside()
        present = self.current()
        wanted = self._find(to)
        with self._database.disconnected(), self._catalogue() as conn:
            incoming, outgoing = f"{self._name}_incoming", f"{self._name}_outgoing"
            store.until_free(
                lambda: store.copy_database(conn, source=wanted.database, target=incoming)
            )
            store.drop_database(conn, outgoing)
            self._take_keys_to(incoming)

            def change_places() -> None:
                with conn.transaction():
                    store.rename_database(conn, source=self._name, target=outgoing)
                    store.rename_database(conn, source=incoming, target=self._name)

            store.until_free(change_places)
            store.drop_database(conn, outgoing)
        return self._settle(branch=present.name)

    def _is_in_files(self) -> bool:
        with self._database.work(while_advancing=True) as work:
            return is_in_files(work)

    def _are_banks_outside(self) -> bool:
        with self._database.work(while_advancing=True) as work:
            return line_kind(work) is not None

    def _require_all_inside(self) -> None:
        if self._is_in_files():
            raise BranchNeedsManagerInside
        if self._are_banks_outside():
            raise BranchNeedsBanksInside

    def fresh_ids(self) -> None:
        """Take the next generation of ids: at start, and wherever a snapshot is kept."""
        with self._database.work(while_advancing=True) as work:
            seed, generation = store.next_generation(work)
        self._database.ids = SeededIds(f"{seed}/{generation}")

    def _find(self, name: str) -> Snapshot:
        """Return a snapshot by its name, or the latest one that stood at a close's date."""
        kept = [known for known in self.listed() if not known.is_current]
        for known in kept:
            if known.name == name:
                return known
        for known in reversed(kept):
            if known.closed_on is not None and known.closed_on.isoformat() == name:
                return known
        raise BranchNotFound(name=name)

    def _keep(self, name: str, *, kind: Kind, note: str) -> Snapshot:
        """Copy the present state; both lines of time go on with the same ids from here."""
        self.fresh_ids()
        present = self.current()
        made = Snapshot(name, kind, present.name, present.business_at, present.closed_on, note)
        with self._database.disconnected(), self._catalogue() as conn:
            seq = store.next_seq(conn)
            target = f"{self._name}_b{seq}"
            store.until_free(lambda: store.copy_database(conn, source=self._name, target=target))
            with store.opened(self._database.dsn, name=target) as copy:
                store.adopt(copy, branch=name if kind == "branch" else present.name)
            store.add_snapshot(conn, _row(made, database=target, seq=seq))
        return made

    def _take_keys_to(self, database: str) -> None:
        """Make the present keys and staff sessions known in a database that comes in place."""
        with (
            store.opened(self._database.dsn, name=self._name) as source,
            store.opened(self._database.dsn, name=database) as target,
        ):
            take_along(source, target=target)

    def _settle(self, *, branch: str) -> Snapshot:
        """Go on with the database that came in place, under its name and with its ids."""
        with store.opened(self._database.dsn, name=self._name) as conn:
            store.adopt(conn, branch=branch)
        with self._database.work(while_advancing=True) as work:
            seed, generation = store.generation(work)
        self._database.ids = SeededIds(f"{seed}/{generation}")
        return self.current()

    @contextmanager
    def _catalogue(self) -> Iterator[Connection]:
        dsn = self._database.dsn
        with store.opened(dsn, name=catalogue_name(dsn)) as conn:
            yield conn


def require_name(name: str) -> None:
    """Return quietly for a name that a branch may have; raise BranchNameMalformed."""
    if not _NAME.fullmatch(name):
        raise BranchNameMalformed


def _row(snapshot: Snapshot, *, database: str, seq: int) -> tuple[object, ...]:
    return (
        snapshot.name,
        snapshot.kind,
        database,
        snapshot.of_branch,
        snapshot.business_at,
        snapshot.closed_on,
        snapshot.note,
        seq,
    )
