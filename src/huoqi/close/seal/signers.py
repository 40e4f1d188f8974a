"""A signer with its Ed25519 key at hand, and what may be signed with it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from hmac import digest

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from huoqi.close.rules.proofs import Signature, Signer
from huoqi.close.rules.seal_tree import Statement, day_number, statement_bytes
from huoqi.close.seal.port import SignerAway, SignerRefuses

Totals = tuple[int, int]  # units and income of a day, as the signer's own books have them
OwnFigures = Callable[[Statement], Totals | None]  # None: nobody can tell now


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
        own = self.own_figures(statement)
        if own is None:
            raise SignerAway(signer=self.signer.value, on=statement.on.isoformat())
        if own != (statement.total_units_e2, statement.total_income_fen):
            raise SignerRefuses(signer=self.signer.value, on=statement.on.isoformat())
        return Signature(self.public_key, self._key.sign(statement_bytes(statement)))


def day_key_of(secret: bytes, *, fund: str, on: date) -> bytes:
    """Return the key of a fund's day; a day done again has the same one.

    Whoever has it, an auditor, learns nothing of the secret or of another day's key.
    """
    day = fund.encode("ascii") + day_number(on).to_bytes(4, "big")
    return digest(secret, b"huoqi-seal-day-v1\n" + day, "sha256")


def seed_of(secret: bytes, *, signer: Signer) -> bytes:
    """Return the seed of a signer's key, for those whose secret stands on this machine."""
    return digest(secret, b"huoqi-seal-signer-v1\n" + signer.encode("ascii"), "sha256")
