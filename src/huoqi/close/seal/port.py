"""Those who sign a day: each looks at its own figures first, and refuses what it does not find."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from huoqi.close.rules.proofs import Signature, Signer
from huoqi.close.rules.seal_tree import Statement
from huoqi.kit.errors import DomainError


class SignerRefuses(DomainError):
    """A signer's own figures of the day are not those of the statement."""

    code: ClassVar[str] = "close.signer_refuses"


class SignerAway(DomainError):
    """A signer does not answer now, or cannot look at its own figures yet."""

    code: ClassVar[str] = "close.signer_away"


class SealSigner(Protocol):
    """One of the three signers of a day."""

    @property
    def signer(self) -> Signer:
        """Return which of the three this is."""
        ...

    @property
    def public_key(self) -> bytes:
        """Return the key that everybody may know."""
        ...

    def sign(self, statement: Statement) -> Signature:
        """Return the signature of a statement that one's own books bear out.

        Errors: SignerRefuses, SignerAway.
        """
        ...

    def sign_all(
        self, statements: Sequence[Statement]
    ) -> list[Signature | SignerAway | SignerRefuses]:
        """Return of each statement, of one fund and in order, the signature or why not."""
        ...


@dataclass(frozen=True, slots=True)
class SealDesk:
    """The secret from which days' keys come, and the three signers in their order."""

    secret: bytes
    signers: tuple[SealSigner, ...]
