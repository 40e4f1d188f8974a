"""A proof holds or it does not: any changed byte, key, sign or length is told with its reason."""

from dataclasses import replace
from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from huoqi.close.rules.proofs import (
    SIGNERS,
    Proof,
    ProofInvalid,
    Signature,
    Signer,
    is_signed,
    proof_bytes,
    read_proof,
    verify,
)
from huoqi.close.rules.seal_tree import (
    NOTHING,
    Leaf,
    Statement,
    Status,
    blind_of,
    leaf_hash,
    levels_of,
    siblings_of,
    statement_bytes,
)

ON, FUND, DAY_KEY = date(2015, 5, 12), "HQB001", bytes(range(32))
UNITS_E2 = [10_000, 1_000_000, 3_333_333, 1, 7_304, 7_305, 12_345_678]
KEYS = [Ed25519PrivateKey.from_private_bytes(bytes([n] * 32)) for n in (1, 2, 3)]
PUBLIC = {
    signer: key.public_key().public_bytes_raw() for signer, key in zip(SIGNERS, KEYS, strict=True)
}


def leaf_of(account: int, units_e2: int) -> Leaf:
    return Leaf(account, units_e2, 1, Status.CONFIRMED, blind_of(account, day_key=DAY_KEY))


def signed(statement: Statement) -> tuple[Signature, ...]:
    content = statement_bytes(statement)
    return tuple(Signature(key.public_key().public_bytes_raw(), key.sign(content)) for key in KEYS)


def proof_of(position: int, units_e2: list[int]) -> Proof:
    leaves = [leaf_of(n + 1, units) for n, units in enumerate(units_e2)]
    levels = levels_of([leaf_hash(leaf, on=ON, fund=FUND) for leaf in leaves])
    total_e2 = sum(units_e2)
    statement = Statement(ON, FUND, levels[-1][0], len(leaves), total_e2, len(leaves), NOTHING)
    siblings = tuple(siblings_of(levels, position=position))
    return Proof(statement, signed(statement), leaves[position], position, siblings)


PROOF = proof_of(2, UNITS_E2)


def reason(content: bytes, trusted: dict[Signer, bytes] | None = None) -> object:
    with pytest.raises(ProofInvalid) as refused:
        verify(content, trusted=trusted)
    return refused.value.params["reason"]


def test_every_holder_of_a_day_has_a_proof() -> None:
    for position in range(len(UNITS_E2)):
        proof = proof_of(position, UNITS_E2)
        assert verify(proof_bytes(proof), trusted=PUBLIC) == proof


def test_a_proof_reads_back() -> None:
    assert read_proof(proof_bytes(PROOF)) == PROOF


def test_any_changed_bit_fails() -> None:
    content = proof_bytes(PROOF)
    for at in range(len(content)):
        for bit in (1, 128):
            changed = bytearray(content)
            changed[at] ^= bit
            assert reason(bytes(changed))


def test_a_proof_cut_short_or_longer_fails() -> None:
    content = proof_bytes(PROOF)

    assert reason(content[:-1]) == "length"
    assert reason(content + b"\0") == "length"
    assert reason(b"") == "format"
    assert reason(b"x" * len(content)) == "format"


def test_a_leaf_of_no_known_status_is_no_leaf() -> None:
    content = bytearray(proof_bytes(PROOF))
    content[15 + 113 + 288 + 24] = 9

    assert reason(bytes(content)) == "format"


def test_a_position_beyond_the_holders_fails() -> None:
    assert reason(proof_bytes(replace(PROOF, position=7))) == "root"


def test_a_leaf_beyond_the_count_that_was_signed_fails_although_it_is_in_the_tree() -> None:
    eighth = proof_of(7, [*UNITS_E2, 1])
    seven = replace(eighth.statement, count=7)

    assert reason(proof_bytes(replace(eighth, statement=seven, signatures=signed(seven)))) == "root"


def test_another_position_fails() -> None:
    assert reason(proof_bytes(replace(PROOF, position=3))) == "root"


def test_a_negative_balance_fails_although_it_is_in_the_tree() -> None:
    assert reason(proof_bytes(proof_of(1, [5, -5]))) == "root"


def test_keys_of_somebody_else_are_not_trusted() -> None:
    strangers = PUBLIC | {Signer.CUSTODIAN: PUBLIC[Signer.PLATFORM]}

    assert reason(proof_bytes(PROOF), strangers) == "key"


def test_a_statement_that_one_did_not_sign_fails() -> None:
    other = replace(PROOF.statement, total_units_e2=0)
    forged = (*PROOF.signatures[:2], signed(other)[2])

    with pytest.raises(ProofInvalid) as refused:
        verify(proof_bytes(replace(PROOF, signatures=forged)))

    assert refused.value.params == {"reason": "signature", "signer": "custodian"}


def test_a_signature_is_that_of_its_bytes() -> None:
    content = statement_bytes(PROOF.statement)

    assert is_signed(PROOF.signatures[0], content=content)
    assert not is_signed(PROOF.signatures[0], content=content + b"!")


def test_the_proof_of_the_largest_fund_is_under_two_kilobytes() -> None:
    statement = replace(PROOF.statement, count=185_000_000)
    proof = replace(PROOF, statement=statement, siblings=(NOTHING,) * 3 * 14)

    assert len(proof_bytes(proof)) == 1_809
