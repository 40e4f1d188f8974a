"""What webhooks need from outside: a line to a receiver, and a box that keeps secrets."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of one message: the status, or why there is none; ``said`` is not kept."""

    status: int | None
    duration_ms: int
    problem: str = ""
    said: str = ""


class Line(Protocol):
    """Carries a message to a receiver."""

    def post(self, url: str, *, headers: Mapping[str, str], body: bytes) -> Reply:
        """Return what came of it, within seconds; never raises for what a receiver does.

        Problems: ``timeout``, ``connection``, ``tls``, ``redirect``, or a TargetRefused's reason.
        """
        ...

    def require(self, url: str) -> None:
        """Return quietly for an address that may be called; raise TargetRefused."""
        ...


class Box(Protocol):
    """Seals under a key that lies wrapped beside what it seals; the vault does."""

    def new_key(self, owner: str) -> bytes:
        """Return a fresh key, wrapped for its owner."""
        ...

    def seal_under(self, wrapped: bytes, *, owner: str, field: str, plaintext: str) -> bytes:
        """Return a text sealed for its place."""
        ...

    def reveal_under(self, wrapped: bytes, *, owner: str, field: str, sealed: bytes) -> str:
        """Return a text that was sealed for this place."""
        ...
