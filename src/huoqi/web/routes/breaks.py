"""Breaks: what does not tie over all funds and days, its evidence, and what people do about it."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import Field, StringConstraints

from huoqi.approvals.queries import Approval
from huoqi.close.breaks import (
    MOST_AT_ONCE,
    BreakFilter,
    BreakKey,
    break_counts,
    break_key,
    break_of_id,
    breaks_queued,
    open_for,
    owners_of_breaks,
)
from huoqi.close.operations import (
    BreakUnknown,
    ResolutionWish,
    assign_break,
    propose_resolution,
    reopen_break,
)
from huoqi.close.rules.breaks import AgeBand, BreakClass, age_days, band_of, class_of, days_in_band
from huoqi.close.rules.resolutions import Action
from huoqi.customers.operations import KeyHolder
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.kit.money import INT64_MAX
from huoqi.web.break_views import (
    BreakAnswer,
    BreakCountView,
    BreakSummaryAnswer,
    OwnerCountView,
    QueuedBreakView,
    break_answer,
    break_view,
)
from huoqi.web.doors import AnyRole, Reconciler
from huoqi.web.errors import CursorRefused, ObjectNotFound
from huoqi.web.framework import StrictRoute
from huoqi.web.routes.approvals import ApprovalAnswer, approval_answer
from huoqi.web.wire import (
    CursorText,
    Day,
    Masked,
    Money,
    Page,
    PageLimit,
    Shape,
    cursor_beyond,
    minor,
    name_of_cursor,
    page,
    shown_at,
)

router = APIRouter(prefix="/v1", tags=["Close"], route_class=StrictRoute)

#: A fund's code, or a bank's for breaks of its days.
FundText = Annotated[str, Field(pattern="^[0-9A-Z]{2,8}$")]
BreakId = Annotated[str, Path(max_length=120)]
BreakIdText = Annotated[str, StringConstraints(max_length=120)]
Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=3, max_length=500), Masked
]
Owner = Annotated[str, StringConstraints(pattern=r"^[a-z]+:[a-z0-9._-]{1,60}$"), Masked]


class BreakQuery(Shape):
    """Which breaks are wanted."""

    state: Literal["open", "resolving", "resolved", "waived", "cleared", "noted"] | None = None
    class_: Annotated[BreakClass | None, Field(alias="class")] = None
    age: AgeBand | None = None
    fund: FundText | None = None
    owner: Annotated[str | None, Field(max_length=80, description="Empty: nobody's.")] = None
    limit: PageLimit = 50
    cursor: CursorText = None


class BreakResolutionBody(Shape):
    """What shall be done about a break, why, and by which proof; a second person decides."""

    action: Action
    reason: Words
    evidence: Words = Field(description="A file, a letter, a call: by its reference.")
    income: Money | None = Field(
        default=None,
        description="With edit_by_reversal: the register's corrected income of the holder.",
    )
    order_id: UUID | None = Field(
        default=None,
        description="With link_to_order: the payment that the bank's line means; the only one like"
        " it without.",
    )


class AllOfClass(Shape):
    """Every open break of a class on a day of a fund on which the action can be taken."""

    fund: FundText
    on: Day
    break_class: BreakClass


class BulkBody(Shape):
    """One action on many breaks of one class: those named, or all of a day."""

    ids: list[BreakIdText] = Field(default_factory=list, max_length=MOST_AT_ONCE)
    all_of: AllOfClass | None = None
    action: Action
    reason: Words
    evidence: Words


class AssignBody(Shape):
    """Who looks after a break: oneself without a name, nobody with null."""

    owner: Owner | None = Field(
        default="staff:me", description="staff:me is whoever asks.", examples=["staff:ann"]
    )


class ReopenBody(Shape):
    """Why a break is opened again, and by which proof."""

    reason: Words
    evidence: Words


@router.get("/staff/breaks", operation_id="staff_breaks_list")
@router.get("/breaks", operation_id="breaks_list")
def breaks_list(door: AnyRole, asked: Annotated[BreakQuery, Query()]) -> Page[QueuedBreakView]:
    """List what does not tie over all funds and days, oldest day first."""
    after = _key_of(name_of_cursor(asked.cursor))

    def found(work: Work, _: KeyHolder) -> Page[QueuedBreakView]:
        today = shanghai_date(work.at)
        first, last = days_in_band(asked.age, today=today) if asked.age else (date.min, date.max)
        wanted = BreakFilter(asked.state, asked.class_, asked.fund, first, last, owner=asked.owner)
        rows = breaks_queued(work, wanted, after=after, limit=asked.limit + 1)
        shown, more = rows[: asked.limit], len(rows) > asked.limit
        return page(
            [break_view(work, row) for row in shown],
            next_cursor=cursor_beyond(shown[-1].key.break_id) if more else None,
            at=work.at,
        )

    return door.ask(found)


@router.get("/staff/breaks/summary", operation_id="staff_breaks_summary")
@router.get("/breaks/summary", operation_id="breaks_summary")
def breaks_summary(door: AnyRole) -> BreakSummaryAnswer:
    """Count what does not tie by class, age and state, and by who has it in hand."""

    def found(work: Work, _: KeyHolder) -> BreakSummaryAnswer:
        today = shanghai_date(work.at)
        counts: dict[tuple[str, str, str], int] = {}
        for row in break_counts(work):
            band = band_of(age_days(row.on, today=today))
            place = (class_of(row.kind).value, band.value, row.state)
            counts[place] = counts.get(place, 0) + row.rows_count
        by_state: dict[str, int] = {}
        for (_class, _age, state), count in counts.items():
            by_state[state] = by_state.get(state, 0) + count
        return BreakSummaryAnswer(
            open_count=by_state.get("open", 0) + by_state.get("resolving", 0),
            resolving_count=by_state.get("resolving", 0),
            data=[
                BreakCountView(break_class=name, age=age, state=state, rows_count=count)
                for (name, age, state), count in sorted(counts.items())
            ],
            owners=[
                OwnerCountView(owner=name, rows_count=count)
                for name, count in owners_of_breaks(work).items()
            ],
            business_time=shown_at(work.at),
        )

    return door.ask(found)


@router.get("/staff/breaks/{break_id}", operation_id="staff_breaks_get")
@router.get("/breaks/{break_id}", operation_id="breaks_get")
def breaks_get(door: AnyRole, break_id: BreakId) -> BreakAnswer:
    """Show a break with both sides' evidence, what was done about it, and what can be done."""
    shards = door.machine.desk.shards

    def found(work: Work, _: KeyHolder) -> BreakAnswer:
        row = break_of_id(work, break_id)
        if row is None:
            raise ObjectNotFound
        return break_answer(work, row, shards=shards)

    return door.ask(found)


@router.post("/breaks/{break_id}/resolutions", operation_id="breaks_resolve", status_code=202)
def breaks_resolve(
    door: Reconciler, break_id: BreakId, body: BreakResolutionBody
) -> ApprovalAnswer:
    """Propose what shall be done about a break; a second person decides."""
    income_fen = None
    if body.income is not None:
        income_fen = minor(body.income.amount, pointer="/income/amount", least=-INT64_MAX)

    def proposed(work: Work, holder: KeyHolder) -> ApprovalAnswer | DomainError:
        key = _known_key(break_id)
        wish = ResolutionWish(
            [key],
            body.action,
            body.reason,
            body.evidence,
            holder.actor,
            income_fen=income_fen,
            order_id=body.order_id,
        )
        return approval_answer(work, propose_resolution(work, wish))

    return door.act(proposed)


@router.post("/breaks/resolutions", operation_id="breaks_resolve_many", status_code=202)
def breaks_resolve_many(door: Reconciler, body: BulkBody) -> ApprovalAnswer:
    """Propose one action on many breaks of one class; a second person decides on all at once."""

    def proposed(work: Work, holder: KeyHolder) -> ApprovalAnswer | DomainError:
        named = [_known_key(break_id) for break_id in body.ids]
        keys, day = named, body.all_of
        if day is not None:
            found = open_for(work, body.action, of_class=day.break_class, fund=day.fund, on=day.on)
            keys = list(dict.fromkeys([*named, *found]))
        wish = ResolutionWish(keys, body.action, body.reason, body.evidence, holder.actor)
        result: Approval | DomainError = propose_resolution(work, wish)
        return approval_answer(work, result)

    return door.act(proposed)


@router.post("/breaks/{break_id}/assign", operation_id="breaks_assign")
def breaks_assign(door: Reconciler, break_id: BreakId, body: AssignBody) -> BreakAnswer:
    """Say who looks after a break: oneself, somebody else, or nobody."""
    shards = door.machine.desk.shards

    def assigned(work: Work, holder: KeyHolder) -> BreakAnswer:
        key = _known_key(break_id)
        owner = holder.actor if body.owner == "staff:me" else body.owner or ""
        return break_answer(work, assign_break(work, key, owner=owner), shards=shards)

    return door.act(assigned)


@router.post("/breaks/{break_id}/reopen", operation_id="breaks_reopen")
def breaks_reopen(door: Reconciler, break_id: BreakId, body: ReopenBody) -> BreakAnswer:
    """Open a decided break again as a new version; a figure accepted for an open day goes back."""
    shards = door.machine.desk.shards

    def reopened(work: Work, _: KeyHolder) -> BreakAnswer:
        key = _known_key(break_id)
        found = reopen_break(work, key, reason=body.reason, evidence=body.evidence)
        return break_answer(work, found, shards=shards)

    return door.act(reopened)


def _known_key(break_id: str) -> BreakKey:
    key = break_key(break_id)
    if key is None:
        raise BreakUnknown(id=break_id[:40])
    return key


def _key_of(name: str | None) -> BreakKey | None:
    key = break_key(name) if name is not None else None
    if name is not None and key is None:
        raise CursorRefused
    return key
