"""Keys by two people: a key is worked out by the first and in force once the second approves."""

from uuid import UUID

from huoqi.approvals.operations import Proposal, propose
from huoqi.approvals.queries import Approval
from huoqi.customers.operations.api_keys import (
    KeyDraft,
    KeyRequest,
    KeyUnknown,
    add_key,
    revoke_key,
)
from huoqi.customers.queries import api_key_of
from huoqi.customers.rules.api_keys import ROLES
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError

NEW_KEY, REVOCATION = "api_key.new", "api_key.revocation"
_SEPARATOR = " "


def propose_key(
    work: Work, request: KeyRequest, *, draft: KeyDraft, maker: str
) -> Approval | DomainError:
    """Put a key before a second person; its text stays with the first, only its digest is kept."""
    proposal = Proposal(
        kind=NEW_KEY,
        object_id=request.label,
        object_version=new_key_version(work, request.label),
        maker=maker,
        before={},
        after={
            "label": request.label,
            "holder": request.holder,
            "roles": _SEPARATOR.join(sorted(request.roles)),
            "mode": draft.mode,
            "hint": draft.hint,
            "key_id": str(draft.key_id),
            "key_sha256": draft.digest.hex(),
        },
    )
    return propose(work, [proposal])[0]


def new_key_version(work: Work, label: str) -> str:  # noqa: ARG001 - as every kind of change
    """Return a text that never changes: a new key replaces nothing."""
    return "new"


def add_approved_key(work: Work, approval: Approval) -> None:
    """Put an approved key in force, in the hand of who proposed it."""
    after = {name: str(value) for name, value in approval.after.items()}
    roles = frozenset(role for role in ROLES if role in after["roles"].split(_SEPARATOR))
    holder = "program" if after["holder"] == "program" else "staff"
    draft = KeyDraft(
        "",
        UUID(after["key_id"]),
        bytes.fromhex(after["key_sha256"]),
        "live" if after["mode"] == "live" else "test",
        after["hint"],
    )
    request = KeyRequest(after["label"], roles, holder)  # type: ignore[arg-type] # one of two words
    add_key(work, request, draft=draft, made_by=approval.maker)


def propose_revocation(work: Work, key_id: UUID, *, maker: str) -> Approval | DomainError:
    """Put the end of a key before a second person. Errors: KeyUnknown."""
    key = api_key_of(work, key_id)
    if key is None or key.revoked_at is not None:
        return KeyUnknown()
    proposal = Proposal(
        kind=REVOCATION,
        object_id=str(key_id),
        object_version=key_version(work, str(key_id)),
        maker=maker,
        before={"label": key.label, "roles": _SEPARATOR.join(sorted(key.roles)), "works": True},
        after={"works": False},
    )
    return propose(work, [proposal])[0]


def key_version(work: Work, key_id: str) -> str:
    """Return a text that changes when a key ends."""
    key = api_key_of(work, UUID(key_id))
    return "in force" if key is not None and key.revoked_at is None else "ended"


def revoke_approved_key(work: Work, approval: Approval) -> DomainError | None:
    """End a key, as approved."""
    return revoke_key(work, key_id=UUID(approval.object_id))
