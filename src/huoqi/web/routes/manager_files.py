"""The monitor of a manager's files: expected, arrived, refused with the place, and once more."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import Field

from huoqi.close.operations.asking import ask_managers_now
from huoqi.customers.operations import KeyHolder
from huoqi.fund.managers.drop.table import (
    FileFilter,
    FileUnknown,
    ManagerFileRow,
    list_files,
    one_file,
    pull_again,
)
from huoqi.kit.db import Work
from huoqi.web.doors import AnyRole, Operator
from huoqi.web.errors import CursorRefused
from huoqi.web.framework import StrictRoute, visit_of
from huoqi.web.problems import wordings
from huoqi.web.wire import (
    Answer,
    CursorText,
    Day,
    Page,
    PageLimit,
    Shape,
    cursor_beyond,
    name_of_cursor,
    page,
    shown_at,
)

router = APIRouter(prefix="/v1", tags=["Back office"], route_class=StrictRoute)

StateText = Literal[
    "expected", "late", "arrived", "accepted", "refused", "absorbed", "sent", "acknowledged"
]
#: What of a refusal's facts has a field of its own.
_PLACES = ("file", "record", "offset", "field")


class FileRefusal(Shape):
    """Why a file was refused, or what else there is to say of it, and where in it that stands."""

    code: str = Field(examples=["ofd.truncated"])
    title: str = Field(description="What the code means, in the language of the request.")
    next_step: str
    record: str | None = Field(description="From 1.")
    offset: str | None = Field(description="The byte, from 0.")
    field: str | None
    facts: dict[str, str] = Field(examples=[{"expected": "2015-05-11", "found": "2015-05-10"}])


class ManagerFileView(Shape):
    """A file that a manager's transfer agent sends us, or that we send it."""

    id: UUID
    agent: str = Field(description="The code of the transfer agent.")
    direction: Literal["in", "out"]
    day: date = Field(description="The day that the file is of.")
    type: str = Field(description="The type of the protocol: 01 to 07, 25; index for an index.")
    name: str
    batch: int = Field(description="Which batch of its day it came with.")
    state: StateText
    expected_at: str | None
    arrived_at: str | None
    sent_at: str | None
    ended_at: str | None = Field(description="When it was accepted, refused or acknowledged.")
    sha256: str | None
    size_bytes: str | None
    record_count: str | None
    refusal: FileRefusal | None
    place: str | None = Field(description="Where it lies, from the root of the folder.")
    pulled_at: list[str] = Field(description="When it was asked for again.")
    pull_wanted: bool = Field(description="It is asked for again at the next opportunity.")
    can_pull: bool


class ManagerFileAnswer(Answer):
    """One file."""

    data: ManagerFileView


class ManagerFileQuery(Shape):
    """Which files are wanted."""

    day: Annotated[Day | None, Field(description="The day that they are of.")] = None
    state: StateText | None = None
    type: Annotated[str | None, Field(pattern="^([0-9A-Z]{2}|index)$")] = None
    limit: PageLimit = 50
    cursor: CursorText = None


@router.get("/staff/manager-files", operation_id="staff_manager_files_list")
def staff_manager_files_list(
    door: AnyRole, request: Request, asked: Annotated[ManagerFileQuery, Query()]
) -> Page[ManagerFileView]:
    """List the files between us and the managers, those of the newest day first."""
    before = _place_of(name_of_cursor(asked.cursor))
    language = visit_of(request).language

    def found(work: Work, _: KeyHolder) -> Page[ManagerFileView]:
        wanted = FileFilter(asked.day, asked.state, asked.type)
        rows = list_files(work, wanted, before=before, limit=asked.limit + 1)
        shown, more = rows[: asked.limit], len(rows) > asked.limit
        last = f"{shown[-1].day_on.isoformat()}.{shown[-1].file_id}" if shown else ""
        return page(
            [_view(row, language=language) for row in shown],
            next_cursor=cursor_beyond(last) if more else None,
            at=work.at,
        )

    return door.ask(found)


@router.get("/staff/manager-files/{file_id}", operation_id="staff_manager_files_get")
def staff_manager_files_get(door: AnyRole, request: Request, file_id: UUID) -> ManagerFileAnswer:
    """Show a file: when it came, its digest, and where in it a refusal stands."""
    language = visit_of(request).language

    def found(work: Work, _: KeyHolder) -> ManagerFileAnswer:
        return _answer(work, one_file(work, file_id), language=language)

    return door.ask(found)


@router.post(
    "/staff/manager-files/{file_id}/repull",
    operation_id="staff_manager_files_repull",
    status_code=202,
)
def staff_manager_files_repull(
    door: Operator, request: Request, file_id: UUID
) -> ManagerFileAnswer:
    """Ask the manager for a file again; asking twice before it is asked is asking once."""
    language = visit_of(request).language

    def asked(work: Work, _: KeyHolder) -> ManagerFileAnswer:
        answer = _answer(work, pull_again(work, file_id), language=language)
        ask_managers_now(work)
        return answer

    answer = door.act(asked)
    door.machine.wake_jobs()
    return answer


def _place_of(name: str | None) -> tuple[date, UUID] | None:
    if name is None:
        return None
    day, _, file_id = name.partition(".")
    try:
        return date.fromisoformat(day), UUID(file_id)
    except ValueError as error:
        raise CursorRefused from error


def _answer(work: Work, row: ManagerFileRow | None, *, language: str) -> ManagerFileAnswer:
    if row is None:
        raise FileUnknown
    return ManagerFileAnswer(data=_view(row, language=language), business_time=shown_at(work.at))


def _view(row: ManagerFileRow, *, language: str) -> ManagerFileView:
    return ManagerFileView(
        id=row.file_id,
        agent=row.agent,
        direction=row.direction,
        day=row.day_on,
        type=row.file_type,
        name=row.name,
        batch=row.batch_no,
        state=row.state,
        expected_at=_instant(row.expected_at),
        arrived_at=_instant(row.arrived_at),
        sent_at=_instant(row.sent_at),
        ended_at=_instant(row.ended_at),
        sha256=row.sha256 or None,
        size_bytes=_number(row.size_bytes),
        record_count=_number(row.record_count),
        refusal=_refusal(row, language=language) if row.code else None,
        place=row.place or None,
        pulled_at=[shown_at(at) for at in row.pulled_at],
        pull_wanted=row.pull_wanted,
        can_pull=row.can_be_pulled,
    )


def _refusal(row: ManagerFileRow, *, language: str) -> FileRefusal:
    wording = wordings().get(row.code)
    title, _, step = wording.texts(language) if wording else (row.code, "", "")
    said = {name: str(value) for name, value in row.facts.items() if value is not None}
    return FileRefusal(
        code=row.code,
        title=title,
        next_step=step,
        record=said.get("record"),
        offset=said.get("offset"),
        field=said.get("field"),
        facts={name: value for name, value in said.items() if name not in _PLACES},
    )


def _instant(at: datetime | None) -> str | None:
    return shown_at(at) if at else None


def _number(value: int | None) -> str | None:
    return None if value is None else str(value)
