"""A signer with its Ed25519 key at hand, and what may be signed with it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from hmac import digest

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from huoqi.close.rules.proofs import Signature, Signer
from huoqi.close.rules.seal_tree import Statement, day_number, statement_bytes
from huoqi.close.seal.port import SignerAway, SignerRefuses

Totals = tuple[int, int]  # units and income of a day, as the signer's own books have them
OwnFigures = Callable[[Sequence[Statement]], Sequence[Totals | None]]  # None: nobody can tell


@dataclass(frozen=True, slots=True)
class KeySigner:
    """Signs with a key of its own what its own figures bear out."""

    signer: Signer
    seed: bytes
    own_figures: OwnFigures

    @property
    def public_key(self) -> bytes:
        """Return the key that everybody may know."""
        return self._key.public_key().public_bytes_raw()

    @property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    def sign(self, statement: Statement) -> Signature:
        """Return the signature.

        Errors: SignerAway, and SignerRefuses when the totals are not one's own.
        """
        (answer,) = self.sign_all([statement])
        if isinstance(answer, Signature):
            return answer
        raise answer

    def sign_all(
        self, statements: Sequence[Statement]
    ) -> list[Signature | SignerAway | SignerRefuses]:
        """Return of each statement the signature or why there is none."""
        key, public_key = self._key, self.public_key
        answers: list[Signature | SignerAway | SignerRefuses] = []
        for statement, own in zip(statements, self.own_figures(statements), strict=True):
            if own == (statement.total_units_e2, statement.total_income_fen):
                answers.append(Signature(public_key, key.sign(statement_bytes(statement))))
            else:
                why = SignerAway if own is None else SignerRefuses
                answers.append(why(signer=self.signer.value, on=statement.on.isoformat()))
        return answers


def day_key_of(secret: bytes, *, fund: str, on: date) -> bytes:
    """Return the key of a fund's day; a day done again has the same one.

    Whoever has it, an auditor, learns nothing of the secret or of another day's key.
    """
    day = fund.encode("ascii") + day_number(on).to_bytes(4, "big")
    return digest(secret, b"huoqi-seal-day-v1\n" + day, "sha256")


def seed_of(secret: bytes, *, signer: Signer) -> bytes:
    """Return the seed of a signer's key, for those whose secret stands on this machine."""
    return digest(secret, b"huoqi-seal-signer-v1\n" + signer.encode("ascii"), "sha256")
