"""Keys of programs and staff: made once and shown once, looked up by digest, revoked."""

import dataclasses
import secrets
import string
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal
from uuid import UUID

from huoqi.customers._store import api_keys as store
from huoqi.customers.rules.api_keys import (
    SECRET_CHARACTERS,
    Installation,
    KeyInvalid,
    Mode,
    Role,
    check_key_request,
    mode_of_installation,
    mode_of_key,
)
from huoqi.customers.rules.tokens import token_digest
from huoqi.events.operations import EventDraft, emit
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.kit.ids import derived_id

_ALPHABET = string.ascii_letters + string.digits
_HINT_CHARACTERS = 4
_NOWHERE = b""
FIRST_OPERATOR = "first-operator"
_FOUNDER = f"staff:{FIRST_OPERATOR}"
_HOLDERS = ("staff:", "program:")
_DECIDERS_NEEDED = 2


class KeyUnknown(DomainError):
    """There is no such key, or it was revoked before."""

    code: ClassVar[str] = "api_key.unknown"


@dataclass(frozen=True, slots=True)
class KeyRequest:
    """A key to make; ``label`` is an alias of the program or the member of staff."""

    label: str
    roles: frozenset[Role]
    holder: Literal["staff", "program"] = "staff"


@dataclass(frozen=True, slots=True)
class MadeKey:
    """A fresh key; its text is told once and stored as a digest only."""

    text: str = dataclasses.field(repr=False)
    key_id: UUID
    label: str
    roles: frozenset[Role]
    mode: Mode


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """Who shows a key."""

    key_id: UUID
    label: str
    holder: Literal["staff", "program"]
    roles: frozenset[Role]
    mode: Mode

    @property
    def actor(self) -> str:
        """Return who that is in events and approvals."""
        return f"{self.holder}:{self.label}"


@dataclass(frozen=True, slots=True)
class KeyDraft:
    """A key that is worked out and not in force yet; all but its text may be kept."""

    text: str = dataclasses.field(repr=False)
    key_id: UUID
    digest: bytes
    mode: Mode
    hint: str


def make_key(work: Work, request: KeyRequest, *, installation: Installation) -> MadeKey:
    """Make a key for a sandbox or a live installation. Errors: LabelMalformed, RoleUnknown.

    For whoever sets the installation up; members of staff need a second person (``draft_key``).
    """
    draft = draft_key(work, request, installation=installation)
    add_key(work, request, draft=draft, made_by=work.actor)
    return MadeKey(draft.text, draft.key_id, request.label, request.roles, draft.mode)


def draft_key(work: Work, request: KeyRequest, *, installation: Installation) -> KeyDraft:
    """Return a key that lets nobody in before it is added. Errors: LabelMalformed, RoleUnknown."""
    check_key_request(request.label, frozenset(request.roles))
    mode = mode_of_installation(installation)
    secret = "".join(secrets.choice(_ALPHABET) for _ in range(SECRET_CHARACTERS))
    text = f"hq_{mode}_{secret}"
    digest = token_digest(text)
    # In a sandbox that was rewound the seed gives an id again; the key made before holds on.
    key_id = derived_id(work.new_id(), action=digest.hex())
    return KeyDraft(text, key_id, digest, mode, secret[-_HINT_CHARACTERS:])


def add_key(work: Work, request: KeyRequest, *, draft: KeyDraft, made_by: str) -> None:
    """Put a key in force; ``made_by`` is who has it in hand."""
    store.add(
        work,
        {
            "key_id": draft.key_id,
            "digest": draft.digest,
            "mode": draft.mode,
            "holder": request.holder,
            "label": request.label,
            "roles": sorted(request.roles),
            "hint": draft.hint,
            "made_by": made_by,
        },
    )
    _tell(work, draft.key_id, "made", label=request.label)


def acts_alone(work: Work, *, actor: str) -> bool:
    """Return whether a member of staff makes and revokes keys without a second person.

    Only the first operator does, until two others hold keys that propose and approve: somebody has
    to make those.
    """
    return actor == _FOUNDER and store.deciders(work, beside=FIRST_OPERATOR) < _DECIDERS_NEEDED


def make_first_operator(work: Work, *, installation: Installation) -> MadeKey | None:
    """Make the operator's key of a fresh installation, None if any key was ever made.

    It may make all other keys; print it once.
    """
    store.lock(work)
    if not store.is_empty(work):
        return None
    roles: frozenset[Role] = frozenset({"operator"})
    return make_key(work, KeyRequest(FIRST_OPERATOR, roles), installation=installation)


def authorise_keys(work: Work, texts: Sequence[str]) -> list[KeyHolder | DomainError]:
    """Return who shows each key, one result a text, in order. Errors: KeyInvalid.

    Whether its mode and roles fit the route is for ``require_mode`` and its like to say.
    """
    rows = store.find(
        work, digests=[token_digest(text) if mode_of_key(text) else _NOWHERE for text in texts]
    )
    results: list[KeyHolder | DomainError] = []
    for text, (key_id, mode, holder, label, roles, is_revoked) in zip(texts, rows, strict=True):
        if key_id is None or is_revoked or mode_of_key(text) != mode:
            results.append(KeyInvalid())
        else:
            results.append(KeyHolder(key_id, label, holder, frozenset(roles), mode))
    return results


def is_one_hand(work: Work, one: str, other: str) -> bool:
    """Return whether two holders may be one person: the same, or keys of one's own making.

    Whoever makes a key has it in hand. Two holders whose keys the installation's first operator
    made are two people, unless one of them is that operator.
    """
    if one == other:
        return True
    lines = [store.hands(work, actor=each) for each in (one, other)]
    shared = {each for each in lines[0] & lines[1] if each.startswith(_HOLDERS)}
    return bool(shared - ({_FOUNDER} - {one, other}))


def revoke_key(work: Work, *, key_id: UUID) -> DomainError | None:
    """Revoke a key at once; return KeyUnknown if there is none to revoke."""
    row = store.revoke(work, key_id=key_id)
    if row is None:
        return KeyUnknown()
    _tell(work, key_id, "revoked", label=row[0])
    return None


def _tell(work: Work, key_id: UUID, verb: str, *, label: str) -> None:
    data = {"label": label, "actor": work.actor}
    emit(work, EventDraft(f"customer.api_key.{verb}", key_id, data=data))
