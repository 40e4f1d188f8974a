"""The evidence pack of a day, as a file that proves itself."""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from typing import IO, Annotated

from fastapi import APIRouter, Path
from fastapi.responses import StreamingResponse

from huoqi.close.evidence import facts_of, require_over
from huoqi.close.rules.evidence import lines_of
from huoqi.close.rules.evidence_check import check
from huoqi.events.operations import EventDraft, emit
from huoqi.kit.db import Work
from huoqi.web.doors import Auditor
from huoqi.web.framework import StrictRoute
from huoqi.web.wire import Day

router = APIRouter(prefix="/v1", tags=["Close"], route_class=StrictRoute)

_CHUNK = 64 * 1024
_IN_MEMORY = 8 * 1024 * 1024
_TOLD = {
    200: {
        "content": {"text/plain": {"schema": {"type": "string"}}},
        "description": "The file; headers Huoqi-File-Sha256 (its hash), Huoqi-Evidence-Faults.",
    }
}


@router.get(
    "/closes/{on}/evidence",
    operation_id="closes_evidence",
    response_class=StreamingResponse,
    responses=_TOLD,  # type: ignore[arg-type] # the framework's own dicts
)
def closes_evidence(door: Auditor, on: Annotated[Day, Path()]) -> StreamingResponse:
    """Download all that proves a day: closes, figures, ledger, decisions, acts of staff.

    `huoqi audit verify FILE` checks it without a database and names any altered line; the same
    check was run before it is sent, and Huoqi-Evidence-Faults tells how many it found. That it was
    taken, and its hash, are written into the event log.
    """
    with ExitStack() as opened:
        file = opened.enter_context(tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY))
        sha256 = door.note(lambda work, _: _written(work, file, on=on))
        size = file.tell()
        file.seek(0)
        headers = {
            "huoqi-evidence-faults": str(len(check(file).faults)),
            "content-disposition": f'attachment; filename="huoqi-evidence-{on}.txt"',
            "content-length": str(size),
            "huoqi-file-sha256": sha256,
        }
        opened.pop_all()  # what sends the file closes it
    return StreamingResponse(
        _chunks(file), media_type="text/plain; charset=us-ascii", headers=headers
    )


def _written(work: Work, file: IO[bytes], *, on: date) -> str:
    """Write the pack into a file, tell the log that it was taken, and return its hash."""
    require_over(work, on=on)
    digest = hashlib.sha256()
    for line in lines_of(facts_of(work, on=on)):
        digest.update(line)
        file.write(line)
    facts = {"close_on": on.isoformat(), "file_sha256": digest.hexdigest()}
    emit(work, EventDraft("staff.evidence.taken", on.isoformat(), data=facts))
    return digest.hexdigest()


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while chunk := file.read(_CHUNK):
            yield chunk
