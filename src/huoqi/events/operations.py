"""What can be done with the event log: add to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import msgspec

from huoqi.events import _store
from huoqi.events.columns import Circumstances, EventColumns, rows_of
from huoqi.events.rules.contents import Value, is_event_type, unfit_fields
from huoqi.kit.db import Stage, Work
from huoqi.kit.id_columns import new_ids
from huoqi.kit.personal_data import redacted

API_VERSION = "2026-11-01"
_BUFFER = "events"
_ENTRIES = "events.entries"
_COLUMNS = "events.columns"
#: Whoever acts for the company with a key of its own; their events always say who they were.
STAFF = ("staff:", "program:")


@dataclass(frozen=True, slots=True)
class EventDraft:
    """What a domain tells: the log adds id, number and times.

    ``data`` is flat: integers, codes, ids and dates as text; amounts as integers. ``request_id``
    is the work's unless given, since one batch carries many requests.
    """

    type: str
    object_id: UUID | str | int
    customer_no: int | None = None
    data: Mapping[str, Value] = field(default_factory=dict)
    transfer_ids: Sequence[UUID] = ()
    request_id: str = ""
    idempotency_key: str = ""


def emit(work: Work, draft: EventDraft) -> None:
    """Add an event to the log when this unit of work commits."""
    emit_all(work, (draft,))


def emit_all(work: Work, drafts: Sequence[EventDraft]) -> None:
    """Add events to the log, in order, when this unit of work commits."""
    for draft in drafts:
        assert is_event_type(draft.type), draft.type
        unfit = unfit_fields(draft.data)
        assert not unfit, f"{draft.type} may not carry {unfit}"
    work.before_commit(_BUFFER, _enter).extend(drafts)


def emit_columns(work: Work, events: EventColumns) -> None:
    """Add events to the log, in order, when this unit of work commits.

    Only what the platform does by itself comes by the thousand: no request, no member of staff.
    """
    assert is_event_type(events.type), events.type
    assert not work.actor.startswith(STAFF)
    for place in {0, len(events.data) - 1}:
        unfit = unfit_fields(msgspec.json.decode(events.data[place].tobytes()))
        assert not unfit, f"{events.type} may not carry {unfit}"
    work.before_commit(_COLUMNS, _append_columns, stage=Stage.TELL).append(events)


def _append_columns(work: Work) -> None:
    buffer = work.buffer(_COLUMNS)
    waiting = [events for events in buffer if isinstance(events, EventColumns)]
    buffer.clear()
    for events in waiting:
        count = len(events.data)
        ids = new_ids(work.ids, at=work.at, count=count)
        base, created_us = _store.take_numbers(work, count=count)
        told = Circumstances(API_VERSION, created_us, work.at, work.request_id)
        _store.copy_rows(work, rows_of(events, told, ids=ids, base=base))


def _enter(work: Work) -> None:
    """Make the entries while nobody waits for the log's head; they are added as the last thing."""
    waiting = work.buffer(_BUFFER)
    drafts = [draft for draft in waiting if isinstance(draft, EventDraft)]
    waiting.clear()
    entries = [_entry(work, draft) for draft in drafts]
    work.before_commit(_ENTRIES, _append, stage=Stage.TELL).extend(entries)


def _append(work: Work) -> None:
    entries = work.buffer(_ENTRIES)
    if entries:
        _store.append(
            work,
            {
                "count": len(entries),
                "api_version": API_VERSION,
                "at": work.at,
                "events": msgspec.json.encode(entries).decode(),
            },
        )
        entries.clear()


def _entry(work: Work, draft: EventDraft) -> dict[str, object]:
    object_id = str(draft.object_id)
    request_id, key = work.origins.get(object_id, (work.request_id, ""))
    return {
        "event_id": work.new_id(),
        "type": draft.type,
        "request_id": draft.request_id or request_id,
        # A caller may have put anything into its key.
        "idempotency_key": redacted(draft.idempotency_key or key),
        "object_id": object_id,
        "customer_no": draft.customer_no,
        "transfer_ids": draft.transfer_ids,
        "data": _with_actor(draft.data, actor=work.actor),
    }


def _with_actor(data: Mapping[str, Value], *, actor: str) -> Mapping[str, Value]:
    """Return an event's data with the member of staff, or their program, that caused it."""
    return {"actor": actor, **data} if actor.startswith(STAFF) else data
