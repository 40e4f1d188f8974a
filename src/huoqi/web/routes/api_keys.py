"""Keys of staff and programs: made and revoked by two people, listed without their text."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field, StringConstraints

from huoqi.customers.operations.api_keys import (
    KeyHolder,
    KeyRequest,
    acts_alone,
    add_key,
    draft_key,
    revoke_key,
)
from huoqi.customers.queries import ApiKey, api_keys_made
from huoqi.customers.rules.api_keys import Role
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.web.changes.keys import propose_key, propose_revocation
from huoqi.web.doors import Operator
from huoqi.web.framework import StrictRoute
from huoqi.web.routes.approvals import ApprovalView, approval_view
from huoqi.web.wire import Answer, Page, Shape, page, shown_at

router = APIRouter(prefix="/v1", tags=["Staff"], route_class=StrictRoute)


class KeyView(Shape):
    """An API key, without anything that would let one in."""

    key_id: UUID
    mode: str
    holder: str
    label: str
    roles: list[str]
    hint: str = Field(description="The key's last characters.")
    made_at: str
    made_by: str
    revoked_at: str | None


class KeyBody(Shape):
    """Whom a key is for: an alias, not a person's name."""

    label: Annotated[str, StringConstraints(max_length=40), Field(examples=["shop-backend"])]
    roles: Annotated[list[Role], Field(min_length=1, max_length=7)]
    holder: Literal["staff", "program"] = "staff"


class KeyAnswer(Answer):
    """A fresh key; its text is told once, and lets nobody in before a second person approved."""

    key_id: UUID
    key: str
    label: str
    roles: list[str]
    mode: str
    works: bool = Field(description="False while it waits for the second person.")
    approval: ApprovalView | None


class RevocationAnswer(Answer):
    """A key that was revoked, or the proposal to revoke it."""

    done: bool = Field(description="False while it waits for the second person.")
    approval: ApprovalView | None


@router.get("/api-keys", operation_id="api_keys_list")
def api_keys_list(door: Operator) -> Page[KeyView]:
    """List all keys that were ever made, oldest first."""
    return door.ask(
        lambda work, _: page(
            [_key(each) for each in api_keys_made(work)], next_cursor=None, at=work.at
        )
    )


@router.post(
    "/api-keys",
    operation_id="api_keys_make",
    status_code=202,
    responses={201: {"model": KeyAnswer, "description": "Made at once, by the first operator."}},
)
def api_keys_make(door: Operator, body: KeyBody, response: Response) -> KeyAnswer:
    """Propose a key: its text is told now and once, and works when a second person has approved.

    The first operator of an installation makes keys at once until two others can decide.
    """
    request = KeyRequest(body.label, frozenset(body.roles), body.holder)
    mode = door.machine.platform.mode

    def made(work: Work, holder: KeyHolder) -> KeyAnswer | DomainError:
        draft = draft_key(work, request, installation=mode)
        approval = None
        if acts_alone(work, actor=holder.actor):
            add_key(work, request, draft=draft, made_by=holder.actor)
            response.status_code = 201
        else:
            proposed = propose_key(work, request, draft=draft, maker=holder.actor)
            if isinstance(proposed, DomainError):
                return proposed
            approval = approval_view(proposed)
        return KeyAnswer(
            key_id=draft.key_id,
            key=draft.text,
            label=request.label,
            roles=sorted(request.roles),
            mode=draft.mode,
            works=approval is None,
            approval=approval,
            business_time=shown_at(work.at),
        )

    return door.act(made)


@router.delete(
    "/api-keys/{key_id}",
    operation_id="api_keys_revoke",
    status_code=202,
    responses={200: {"model": RevocationAnswer, "description": "Revoked at once."}},
)
def api_keys_revoke(door: Operator, key_id: UUID, response: Response) -> RevocationAnswer:
    """Propose to revoke a key; a second person approves. One's own key ends at once."""

    def revoked(work: Work, holder: KeyHolder) -> RevocationAnswer | DomainError:
        approval = None
        if key_id == holder.key_id or acts_alone(work, actor=holder.actor):
            refusal = revoke_key(work, key_id=key_id)
            response.status_code = 200
            if refusal is not None:
                return refusal
        else:
            proposed = propose_revocation(work, key_id, maker=holder.actor)
            if isinstance(proposed, DomainError):
                return proposed
            approval = approval_view(proposed)
        at = shown_at(work.at)
        return RevocationAnswer(done=approval is None, approval=approval, business_time=at)

    return door.act(revoked)


def _key(key: ApiKey) -> KeyView:
    return KeyView(
        key_id=key.key_id,
        mode=key.mode,
        holder=key.holder,
        label=key.label,
        roles=sorted(key.roles),
        hint=key.hint,
        made_at=shown_at(key.made_at),
        made_by=key.made_by,
        revoked_at=shown_at(key.revoked_at) if key.revoked_at else None,
    )
