"""A customer's proof: that one balance is in the statement which three parties signed.

A proof is a file of bytes, at most 2 KB for any fund there has been. It is checked with nothing but
itself and, where they are known, the signers' published keys.

    head 15 · statement 113 · three times public key 32 and signature 64 · leaf 41 · position 8 ·
    siblings 96 for each level
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from huoqi.close.rules.seal_tree import (
    ARITY,
    BLIND_BYTES,
    HASH_BYTES,
    STATEMENT_BYTES,
    Leaf,
    Statement,
    Status,
    climbed,
    leaf_bytes,
    leaf_hash,
    level_count,
    read_statement,
    statement_bytes,
)
from huoqi.kit.errors import DomainError

HEAD = b"huoqi-proof-v1\n"
KEY_BYTES, SIGNATURE_BYTES, LEAF_BYTES, POSITION_BYTES = 32, 64, 41, 8
_SIGNED_BYTES = KEY_BYTES + SIGNATURE_BYTES


class ProofInvalid(DomainError):
    """The file is no proof, or what it claims is not so."""

    code: ClassVar[str] = "close.proof_invalid"


class Signer(StrEnum):
    """Who signs a day, in the order in which their signatures stand."""

    PLATFORM = "platform"
    MANAGER = "fund_manager"
    CUSTODIAN = "custodian"


SIGNERS = tuple(Signer)


@dataclass(frozen=True, slots=True)
class Signature:
    """One signer's public key and its signature of the statement."""

    public_key: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Proof:
    """All that a customer needs: the signed statement, the own leaf, and the way to the root."""

    statement: Statement
    signatures: tuple[Signature, ...]
    leaf: Leaf
    position: int
    siblings: tuple[bytes, ...]


def proof_bytes(proof: Proof) -> bytes:
    """Return the file of a proof."""
    return b"".join((
        HEAD,
        statement_bytes(proof.statement),
        *(signed.public_key + signed.signature for signed in proof.signatures),
        leaf_bytes(proof.leaf),
        proof.position.to_bytes(POSITION_BYTES, "big"),
        *proof.siblings,
    ))


def read_proof(content: bytes) -> Proof:
    """Return what a file claims; raise ProofInvalid when it is not of the format."""
    if not content.startswith(HEAD):
        raise ProofInvalid(reason="format")
    fields = _Fields(content, len(HEAD))
    try:
        statement = read_statement(fields.next(STATEMENT_BYTES))
        signatures = tuple(
            Signature(fields.next(KEY_BYTES), fields.next(SIGNATURE_BYTES)) for _ in SIGNERS
        )
        leaf = _read_leaf(fields.next(LEAF_BYTES))
    except ValueError as error:
        raise ProofInvalid(reason="format") from error
    position = int.from_bytes(fields.next(POSITION_BYTES), "big")
    count = level_count(statement.count) * (ARITY - 1)
    siblings = tuple(fields.next(HASH_BYTES) for _ in range(count))
    if fields.at != len(content):
        raise ProofInvalid(reason="length")
    return Proof(statement, signatures, leaf, position, siblings)


@dataclass(slots=True)
class _Fields:
    """The fields of a file, one after the other."""

    content: bytes
    at: int

    def next(self, count: int) -> bytes:
        found = self.content[self.at : self.at + count]
        self.at += count
        if len(found) != count:
            raise ProofInvalid(reason="length")
        return found


def _read_leaf(content: bytes) -> Leaf:
    return Leaf(
        account=int.from_bytes(content[:8], "big"),
        units_e2=int.from_bytes(content[8:16], "big", signed=True),
        income_fen=int.from_bytes(content[16:24], "big", signed=True),
        status=Status(content[24]),
        blind=content[25 : 25 + BLIND_BYTES],
    )


def verify(content: bytes, *, trusted: Mapping[Signer, bytes] | None = None) -> Proof:
    """Return a proof that holds; raise ProofInvalid with the reason when it does not.

    Without ``trusted`` keys it shows that the keys in the file signed, not whose keys they are.
    """
    proof = read_proof(content)
    signed = statement_bytes(proof.statement)
    for signer, each in zip(SIGNERS, proof.signatures, strict=True):
        if trusted is not None and trusted.get(signer) != each.public_key:
            raise ProofInvalid(reason="key", signer=signer.value)
        if not is_signed(each, content=signed):
            raise ProofInvalid(reason="signature", signer=signer.value)
    if not is_inside(proof):
        raise ProofInvalid(reason="root")
    return proof


def is_signed(signature: Signature, *, content: bytes) -> bool:
    """Tell whether a signature is that of its key over these bytes."""
    try:
        Ed25519PublicKey.from_public_bytes(signature.public_key).verify(
            signature.signature, content
        )
    except InvalidSignature:
        return False
    return True


def is_inside(proof: Proof) -> bool:
    """Tell whether the leaf, at its position, leads to the statement's root."""
    statement, leaf = proof.statement, proof.leaf
    if leaf.units_e2 < 0 or proof.position >= statement.count:
        return False
    hashed = leaf_hash(leaf, on=statement.on, fund=statement.fund)
    return climbed(hashed, position=proof.position, siblings=proof.siblings) == statement.root
