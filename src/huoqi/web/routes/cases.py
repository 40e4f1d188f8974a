"""Cases of compliance: what was noticed about customers, and what people do about it."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, StringConstraints

from huoqi.compliance.cases import Case, CaseState, Verdict
from huoqi.compliance.operations import (
    CaseUnknown,
    VerdictWish,
    hand_back,
    note_case,
    propose_verdict,
    take_case,
)
from huoqi.compliance.queries import BEFORE_ALL, acts_of, case_counts, case_of, cases
from huoqi.customers.operations import KeyHolder
from huoqi.customers.queries import customers_of
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.ledger.queries import shards
from huoqi.web.doors import Investigator
from huoqi.web.framework import StrictRoute
from huoqi.web.routes.approvals import ApprovalAnswer, approval_answer
from huoqi.web.wire import (
    Answer,
    CursorText,
    Masked,
    Page,
    PageLimit,
    Shape,
    cursor_after,
    id_of_cursor,
    shown_at,
)

router = APIRouter(prefix="/v1", tags=["Compliance"], route_class=StrictRoute)

State = Literal["open", "in_hand", "proposed", "closed"]
Note = Annotated[str, StringConstraints(min_length=1, max_length=500), Masked]
Proof = Annotated[
    str,
    StringConstraints(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._:/#-]*$"),
    Masked,
]


class CaseView(Shape):
    """A case as the queue shows it; facts are whole figures, sums of money in fen."""

    id: UUID
    customer_id: UUID | None
    rule: str = Field(examples=["in_and_out"])
    found_on: date
    opened_at: str
    state: State
    owner: str | None
    verdict: Literal["cleared", "reported", "frozen"] | None
    facts: dict[str, int | str]
    closed_at: str | None


class CaseActView(Shape):
    """What somebody did about a case."""

    verb: str
    actor: str
    acted_at: str
    note: str
    verdict: str | None


class CaseAnswer(Answer):
    """A case with what was done about it, oldest first."""

    case: CaseView
    acts: list[CaseActView]


class CaseCountView(Shape):
    """How many cases of a rule wait in a state, and since when the oldest does."""

    state: State
    rule: str
    count: int
    oldest_at: str


class CasePage(Page[CaseView]):
    """Cases, oldest first, with how many wait in all."""

    counts: list[CaseCountView]


class NoteBody(Shape):
    """What was found out; IDs, phones and card numbers in it are masked."""

    note: Note


class VerdictBody(Shape):
    """How the case shall end, why, and by which proof."""

    verdict: Literal["cleared", "reported", "frozen"]
    note: Note
    proof: Proof = Field(description="What was looked at, by its reference.", examples=["str-17"])


@router.get("/staff/cases", operation_id="staff_cases_list")
def staff_cases_list(
    door: Investigator,
    state: Annotated[State | None, Query()] = None,
    rule: Annotated[str, Query(max_length=40, pattern=r"^[a-z_]*$")] = "",
    limit: Annotated[PageLimit, Query()] = 50,
    cursor: Annotated[CursorText, Query()] = None,
) -> CasePage:
    """List cases, oldest first; without a state those that are not closed."""
    after = id_of_cursor(cursor) or BEFORE_ALL

    def found(work: Work, _: KeyHolder) -> CasePage:
        rows = cases(work, state=state or "", rule=rule, after=after, limit=limit + 1)
        shown = rows[:limit]
        last = shown[-1] if len(rows) > limit else None
        return CasePage(
            data=_views(work, shown),
            next_cursor=cursor_after(last.case_id) if last else None,
            counts=[
                CaseCountView(
                    state=CaseState(each.state).value,
                    rule=each.rule,
                    count=each.count,
                    oldest_at=shown_at(each.oldest_at),
                )
                for each in case_counts(work)
            ],
            business_time=shown_at(work.at),
        )

    return door.ask(found)


@router.get("/staff/cases/{case_id}", operation_id="staff_cases_get")
def staff_cases_get(door: Investigator, case_id: UUID) -> CaseAnswer:
    """Show a case with everything that was done about it."""

    def found(work: Work, _: KeyHolder) -> CaseAnswer:
        case = case_of(work, case_id)
        if case is None:
            raise CaseUnknown
        return _answer(work, case)

    return door.ask(found)


@router.post("/staff/cases/{case_id}/take", operation_id="staff_cases_take")
def staff_cases_take(door: Investigator, case_id: UUID) -> CaseAnswer:
    """Take a case in hand, also from somebody else."""
    return door.act(lambda work, _: _told(work, take_case(work, case_id=case_id)))


@router.post("/staff/cases/{case_id}/hand-back", operation_id="staff_cases_hand_back")
def staff_cases_hand_back(door: Investigator, case_id: UUID) -> CaseAnswer:
    """Put a case that one has in hand back into the queue."""
    return door.act(lambda work, _: _told(work, hand_back(work, case_id=case_id)))


@router.post("/staff/cases/{case_id}/notes", operation_id="staff_cases_note")
def staff_cases_note(door: Investigator, case_id: UUID, body: NoteBody) -> CaseAnswer:
    """Write down what was found out about a case in hand."""
    return door.act(lambda work, _: _told(work, note_case(work, case_id=case_id, note=body.note)))


@router.post("/staff/cases/{case_id}/verdict", operation_id="staff_cases_verdict", status_code=202)
def staff_cases_verdict(door: Investigator, case_id: UUID, body: VerdictBody) -> ApprovalAnswer:
    """Propose how a case in hand ends; a second person decides. ``frozen`` freezes the account."""

    def proposed(work: Work, holder: KeyHolder) -> ApprovalAnswer | DomainError:
        wish = VerdictWish(case_id, Verdict(body.verdict), body.note, body.proof, holder.actor)
        return approval_answer(work, propose_verdict(work, wish))

    return door.act(proposed)


def _told(work: Work, result: Case | DomainError) -> CaseAnswer | DomainError:
    return result if isinstance(result, DomainError) else _answer(work, result)


def _answer(work: Work, case: Case) -> CaseAnswer:
    (view,) = _views(work, [case])
    acts = [
        CaseActView(
            verb=each.verb,
            actor=each.actor,
            acted_at=shown_at(each.acted_at),
            note=each.note,
            verdict=each.verdict,
        )
        for each in acts_of(work, case)
    ]
    return CaseAnswer(case=view, acts=acts, business_time=shown_at(work.at))


def _views(work: Work, found: list[Case]) -> list[CaseView]:
    numbers = sorted({each.customer_no for each in found})
    people = customers_of(work, numbers, shards=len(shards(work))) if numbers else {}
    return [
        CaseView(
            id=each.case_id,
            customer_id=people[each.customer_no].customer_id
            if each.customer_no in people
            else None,
            rule=each.rule,
            found_on=each.found_on,
            opened_at=shown_at(each.opened_at),
            state=each.state.value,
            owner=each.owner,
            verdict=each.verdict.value if each.verdict else None,
            facts=dict(each.facts),
            closed_at=shown_at(each.closed_at) if each.closed_at else None,
        )
        for each in found
    ]
