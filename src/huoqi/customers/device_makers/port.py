"""The line to a device maker's account provider, and the page of the simulated one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Protocol

from huoqi.kit.errors import DomainError


class MakerDown(DomainError):
    """The device maker's provider does not answer; sign in with the phone meanwhile."""

    code: ClassVar[str] = "device_account.maker_down"


class AccountUnknown(DomainError):
    """The simulated provider knows no such account or request."""

    code: ClassVar[str] = "device_account.request_malformed"


@dataclass(frozen=True, slots=True)
class Provider:
    """A maker's provider as it registered us."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SimulatedAccount:
    """An invented account of an invented maker; it opens nothing but a sandbox."""

    subject: str
    owner_zh: str
    owner_en: str


class Line(Protocol):
    """Asks a provider's own addresses, never inside a transaction; raises MakerDown."""

    def get(self, url: str) -> bytes:
        """Return what an address answers."""
        ...

    def post_form(self, url: str, fields: Mapping[str, str], *, provider: Provider) -> bytes:
        """Return the answer to a form, sent under our name and secret."""
        ...


class LoginPage(Protocol):
    """What stands behind the simulated provider's page in a sandbox."""

    def accounts(self) -> list[SimulatedAccount]:
        """Return who may be chosen."""
        ...

    def check(self, request: Mapping[str, str]) -> None:
        """Raise AccountUnknown for what is no authorization request of ours."""
        ...

    def approve(self, request: Mapping[str, str], *, subject: str) -> str:
        """Return the path to go back to, with a code for the account that was chosen."""
        ...

    def deny(self, request: Mapping[str, str]) -> str:
        """Return the path to go back to when the owner says no."""
        ...


@dataclass(frozen=True, slots=True)
class DeviceMaker:
    """A maker whose accounts may sign in; ``page`` stands in the sandbox only."""

    provider: Provider
    line: Line
    page: LoginPage | None = None
