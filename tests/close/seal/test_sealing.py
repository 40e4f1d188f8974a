"""Each holder of a sealed day has a small proof that anybody can check in no time."""

import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from huoqi.close.book.generations import in_force
from huoqi.close.book.journals import Figures
from huoqi.close.rules.proofs import Proof, ProofInvalid, proof_bytes, verify
from huoqi.close.seal.port import SignerRefuses
from huoqi.close.seal.refusals import NotInBook, NotSealed
from huoqi.close.seal.sealing import (
    keep_seal,
    kept_seal,
    prove,
    statement_of,
)
from huoqi.close.seal.trees import tree_of
from tests.close.kept_books import (
    NEXT,
    OPENED,
    Holders,
    closed,
    day_key,
    founded,
    public_keys,
    random_holders,
    rows_of,
    sealed,
    signers,
    told,
)

PROOF_BYTES_MAX, VERIFIED_MS_MAX = 2_048, 50


def sealed_day(folder: Path, count: int, *, parts: int) -> Holders:
    holders = random_holders(np.random.default_rng(count), count)
    founded(folder, holders, parts=parts)
    told(folder, [(1_000_000, 12_345)], Figures(136_920))
    closed(folder)
    sealed(folder)
    return [*holders, (1_000_000, 12_345)]


def proof_of(folder: Path, account: int) -> Proof:
    return prove(folder, on=NEXT, account=account, day_key=day_key(NEXT))


@pytest.mark.parametrize(("count", "parts"), [(1, 1), (3, 2), (40, 3), (64, 2), (130, 3)])
def test_every_holder_has_a_proof_of_exactly_their_balance(
    tmp_path: Path, count: int, parts: int
) -> None:
    holders = sealed_day(tmp_path, count, parts=parts)
    rows = rows_of(tmp_path, in_force(tmp_path))
    positions = set()
    for account, _ in holders:
        proof = verify(proof_bytes(proof_of(tmp_path, account)), trusted=public_keys())
        assert (proof.leaf.units_e2, proof.leaf.income_fen) == rows[account]
        assert proof.leaf.account == account
        positions.add(proof.position)
    assert positions == set(range(len(holders)))


def test_a_proof_is_small_and_checked_quickly(tmp_path: Path) -> None:
    holders = sealed_day(tmp_path, 5_000, parts=3)
    content = proof_bytes(proof_of(tmp_path, holders[17][0]))

    begun = time.process_time()
    verify(content)

    assert (time.process_time() - begun) * 1_000 <= VERIFIED_MS_MAX
    assert len(content) <= PROOF_BYTES_MAX


def test_a_proof_tells_nothing_of_others(tmp_path: Path) -> None:
    holders = sealed_day(tmp_path, 40, parts=1)
    rows = rows_of(tmp_path, in_force(tmp_path))
    account = next(account for account, _ in holders if rows[account][0] > 2**20)
    content = proof_bytes(proof_of(tmp_path, account))
    beyond_chance = [units_e2 for units_e2, _ in rows.values() if units_e2 > 2**20]
    assert sum(units_e2.to_bytes(8, "big") in content for units_e2 in beyond_chance) == 1


def test_any_altered_byte_fails(tmp_path: Path) -> None:
    holders = sealed_day(tmp_path, 200, parts=2)
    content = proof_bytes(proof_of(tmp_path, holders[5][0]))
    for at in range(len(content)):
        changed = bytearray(content)
        changed[at] ^= 0x10
        with pytest.raises(ProofInvalid):
            verify(bytes(changed))


def test_who_holds_nothing_has_no_proof(tmp_path: Path) -> None:
    sealed_day(tmp_path, 10, parts=2)

    with pytest.raises(NotInBook):
        proof_of(tmp_path, 999_999)


def test_a_day_that_is_not_sealed_has_no_proofs(tmp_path: Path) -> None:
    founded(tmp_path, [(1, 100)])

    with pytest.raises(NotSealed):
        prove(tmp_path, on=OPENED, account=1, day_key=day_key(OPENED))


def test_a_signer_with_other_figures_refuses_and_nothing_is_sealed(tmp_path: Path) -> None:
    founded(tmp_path, [(1, 100)])
    generation = in_force(tmp_path)
    tree = tree_of(tmp_path, generation, day_key=day_key(OPENED))
    statement = statement_of(generation, root=tree.root, previous=None)
    more = replace(statement, total_units_e2=statement.total_units_e2 + 1)

    with pytest.raises(SignerRefuses):
        keep_seal(tmp_path, more, levels=tree.kept, signers=signers(generation))
    with pytest.raises(NotSealed):
        kept_seal(tmp_path, OPENED)


def test_days_are_chained(tmp_path: Path) -> None:
    sealed_day(tmp_path, 20, parts=1)
    first = kept_seal(tmp_path, NEXT).statement
    on = NEXT + timedelta(days=1)
    told(tmp_path, [], Figures(136_920), on=on)
    generation = closed(tmp_path, on=on)

    later = statement_of(generation, root=first.root, previous=first)

    assert later.previous_sha256 != first.previous_sha256
    assert later.previous_sha256 != bytes(32)
