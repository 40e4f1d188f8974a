"""Keys of programs and staff: their form, their roles, and where test and live part."""

import re
from typing import ClassVar, Literal

from huoqi.kit.errors import DomainError

Mode = Literal["test", "live"]
Installation = Literal["sandbox", "live"]
Role = Literal["operator", "approver", "finance", "compliance", "support", "developer", "viewer"]
ROLES: tuple[Role, ...] = (
    "operator",
    "approver",
    "finance",
    "compliance",
    "support",
    "developer",
    "viewer",
)
SECRET_CHARACTERS = 32

_KEY = re.compile(rf"hq_(test|live)_[A-Za-z0-9]{{{SECRET_CHARACTERS}}}")
_LABEL = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
_MODE_OF: dict[Installation, Mode] = {"sandbox": "test", "live": "live"}


class KeyInvalid(DomainError):
    """The key is unknown, malformed or revoked."""

    code: ClassVar[str] = "auth.key_invalid"


class LiveKey(DomainError):
    """A live key does not work in a sandbox: use a test key."""

    code: ClassVar[str] = "auth.live_key"


class TestKey(DomainError):
    """A test key does not work in a live installation: use a live key."""

    # Keeps pytest from taking the name for a test.
    __test__ = False
    code: ClassVar[str] = "auth.test_key"


class SandboxOnly(DomainError):
    """The route exists in the sandbox only, and for test keys only."""

    code: ClassVar[str] = "sandbox.only"


class RoleMissing(DomainError):
    """The key does not have the role that this needs; ``role`` names it."""

    code: ClassVar[str] = "auth.role_missing"


class LabelMalformed(DomainError):
    """A label is 1 to 40 of a-z, 0-9, dot, dash, underscore; an alias, not a person's name."""

    code: ClassVar[str] = "api_key.label_malformed"


class RoleUnknown(DomainError):
    """A key needs one role at least, each of the known ones."""

    code: ClassVar[str] = "api_key.role_unknown"


def mode_of_key(text: str) -> Mode | None:
    """Return which kind of key a text is, None if it is none.

    >>> mode_of_key("hq_test_" + "a" * 32)
    'test'
    """
    match = _KEY.fullmatch(text)
    if match is None:
        return None
    return "test" if match[1] == "test" else "live"


def mode_of_installation(installation: Installation) -> Mode:
    """Return which keys an installation makes and takes."""
    return _MODE_OF[installation]


def require_mode(mode: Mode, *, installation: Installation) -> None:
    """Return nothing for a key of the right kind; raise LiveKey or TestKey otherwise."""
    if mode == _MODE_OF[installation]:
        return
    raise LiveKey if mode == "live" else TestKey


def require_sandbox(mode: Mode, *, installation: Installation) -> None:
    """Return nothing for a test key in a sandbox; raise SandboxOnly otherwise."""
    if mode != "test" or installation != "sandbox":
        raise SandboxOnly


def require_role(roles: frozenset[str], *, role: Role) -> None:
    """Return nothing if the role is among them; raise RoleMissing otherwise."""
    if role not in roles:
        raise RoleMissing(role=role)


def check_key_request(label: str, roles: frozenset[str]) -> None:
    """Return nothing for a fit label and known roles; raise LabelMalformed or RoleUnknown."""
    if not _LABEL.fullmatch(label):
        raise LabelMalformed
    if not roles or not roles <= set(ROLES):
        raise RoleUnknown
