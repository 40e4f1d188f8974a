"""The published vector of a sealed day is reproduced byte for byte."""

import json
import os
from datetime import date
from pathlib import Path

import pytest

from huoqi.close.rules.proofs import (
    Proof,
    ProofInvalid,
    Signature,
    proof_bytes,
    verify,
)
from huoqi.close.rules.seal_tree import (
    Leaf,
    Statement,
    Status,
    blind_of,
    leaf_hash,
    levels_of,
    siblings_of,
    statement_bytes,
)

SHARED = Path(os.environ.get("HUOQI_SHARED", Path(__file__).parents[2].parent / "shared"))
FILE = SHARED / "domain" / "product-proof.json"

pytestmark = pytest.mark.skipif(not FILE.exists(), reason=f"reserved data is absent: {FILE.name}")


def test_leaves_tree_statement_and_proofs_are_the_published_ones() -> None:
    vector = json.loads(FILE.read_text(encoding="utf-8"))
    on, fund, day_key = date(2015, 5, 12), vector["fund"], bytes.fromhex(vector["test_day_key"])
    leaves = [
        Leaf(
            each["account"],
            each["units_e2"],
            each["income_fen"],
            Status(each["status"]),
            blind_of(each["account"], day_key=day_key),
        )
        for each in vector["leaves"]
    ]
    hashes = [leaf_hash(leaf, on=on, fund=fund) for leaf in leaves]
    levels = levels_of(hashes)
    totals = (vector["count"], vector["total_units_e2"], vector["total_income_fen"])
    statement = Statement(on, fund, levels[-1][0], *totals, bytes(32))

    assert [leaf.blind.hex() for leaf in leaves] == [each["blind"] for each in vector["leaves"]]
    assert [each.hex() for each in hashes] == [each["hash"] for each in vector["leaves"]]
    assert levels[-1][0].hex() == vector["root"]
    assert statement_bytes(statement).hex() == vector["statement_hex"]

    published = [bytes.fromhex(each) for level in vector["proof"]["siblings"] for each in level]
    assert siblings_of(levels, position=2) == published
    signatures = tuple(
        Signature(bytes.fromhex(each["public_key"]), bytes.fromhex(each["signature"]))
        for each in vector["signatures"]
    )
    verify(proof_bytes(Proof(statement, signatures, leaves[2], 2, tuple(published))))
    tampered = tuple(bytes.fromhex(e) for level in vector["tampered"]["siblings"] for e in level)
    with pytest.raises(ProofInvalid):
        verify(proof_bytes(Proof(statement, signatures, leaves[2], 2, tampered)))
