"""The files between us and a manager: what came, what waits, why one was refused, and once more."""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar
from uuid import UUID

from huoqi.events.operations import EventDraft, emit
from huoqi.fund.managers.drop import file_store as store
from huoqi.fund.managers.drop.file_store import FileFilter, FileState, ManagerFileRow
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError

__all__ = [
    "FileFilter",
    "FileNotPulled",
    "FileState",
    "FileUnknown",
    "ManagerFileRow",
    "is_in_files",
    "list_files",
    "one_file",
    "pull_again",
]


class FileUnknown(DomainError):
    """There is no file of this id."""

    code: ClassVar[str] = "manager_file.unknown"


class FileNotPulled(DomainError):
    """Only a file of the manager's can be asked for again, and not one that was merely repeated."""

    code: ClassVar[str] = "manager_file.not_pulled"


def is_in_files(work: Work) -> bool:
    """Tell whether this company speaks with its managers in files, and not in the database."""
    return store.are_any(work)


def list_files(
    work: Work, wanted: FileFilter, *, before: tuple[date, UUID] | None = None, limit: int
) -> Sequence[ManagerFileRow]:
    """Return files, those of the newest day first."""
    return store.listed(work, wanted, before=before, limit=limit)


def one_file(work: Work, file_id: UUID) -> ManagerFileRow | None:
    """Return a file by its id, None where there is none."""
    return store.of_id(work, file_id)


def pull_again(work: Work, file_id: UUID) -> ManagerFileRow | None:
    """Return a file that is asked for again at the next opportunity, None where there is none.

    Asking twice before that is asking once.

    Errors: FileNotPulled.
    """
    row = store.of_id(work, file_id)
    if row is None:
        return None
    if not row.can_be_pulled:
        raise FileNotPulled(state=row.state)
    if not row.pull_wanted:
        store.want_pull(work, file_id)
        tell(work, row, what="pull_wanted")
    return store.of_id(work, file_id)


def tell(work: Work, row: ManagerFileRow, *, what: str = "") -> None:
    """Tell in the log what became of a file: its state, or what else there is to say of it."""
    data = {
        "agent": row.agent,
        "direction": row.direction,
        "day_on": row.day_on.isoformat(),
        "file_type": row.file_type,
        "file": row.name,
        "state": row.state,
        "reason": row.code,
    }
    draft = EventDraft(f"fund.manager_file.{what or row.state}", row.file_id, data=data)
    emit(work, draft)
