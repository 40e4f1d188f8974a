"""The auditor finds what one proof cannot show: left-out holders, false totals, changed files."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from huoqi.close.book import column
from huoqi.close.book.days import close_day
from huoqi.close.book.generations import UNITS, column_path, in_force
from huoqi.close.book.journals import Figures
from huoqi.close.rules.proofs import Signer
from huoqi.close.rules.seal_tree import statement_bytes
from huoqi.close.rules.tie_out_columns import Side
from huoqi.close.seal.auditing import Doubt, Evidence, audit
from huoqi.close.seal.sealing import kept_seal, seal_path
from tests.close.kept_books import (
    NEXT,
    Holders,
    day_key,
    founded,
    public_keys,
    random_holders,
    rows_of,
    sealed,
    told,
)


def sealed_day(folder: Path, holders: Holders) -> None:
    founded(folder, holders, parts=3)
    told(folder, [], Figures(136_920))
    close_day(folder, on=NEXT)
    sealed(folder)


@pytest.fixture
def holders() -> Holders:
    return random_holders(np.random.default_rng(5), 300, most_e2=10**8)


def doubts(folder: Path, **more: object) -> list[Doubt]:
    evidence = replace(Evidence(day_key(NEXT), public_keys()), **more)  # type: ignore[arg-type]
    return sorted({finding.doubt for finding in audit(folder, on=NEXT, evidence=evidence)})


def register_of(folder: Path) -> Side:
    rows = sorted(rows_of(folder, in_force(folder)).items())
    return Side(column([a for a, _ in rows]), column([units for _, (units, _) in rows]))


def test_a_sound_day_raises_no_doubt(tmp_path: Path, holders: Holders) -> None:
    sealed_day(tmp_path, holders)

    assert doubts(tmp_path, register=register_of(tmp_path)) == []


def test_a_holder_who_was_left_out_is_found_by_the_register(
    tmp_path: Path, holders: Holders
) -> None:
    sealed_day(tmp_path / "honest", holders)
    sealed_day(tmp_path / "sealed", [*holders[:100], *holders[101:]])
    register = register_of(tmp_path / "honest")

    evidence = Evidence(day_key(NEXT), public_keys(), register)
    found = audit(tmp_path / "sealed", on=NEXT, evidence=evidence)

    assert [(each.doubt, each.account) for each in found] == [(Doubt.REGISTER, holders[100][0])]


def test_a_leaf_removed_after_the_seal_is_found(tmp_path: Path, holders: Holders) -> None:
    sealed_day(tmp_path / "whole", holders)
    sealed_day(tmp_path / "less", [*holders[:100], *holders[101:]])
    for name in ("seal.json", "nodes"):
        kept = seal_path(tmp_path / "whole", NEXT) / name
        (seal_path(tmp_path / "less", NEXT) / name).write_bytes(kept.read_bytes())

    assert doubts(tmp_path / "less") == sorted([Doubt.COUNT, Doubt.UNITS, Doubt.INCOME])


def test_units_moved_between_holders_are_found(tmp_path: Path, holders: Holders) -> None:
    sealed_day(tmp_path, holders)
    path = column_path(tmp_path, part="001", on=NEXT, column=UNITS)
    units_e2 = np.fromfile(path, dtype="<i8")
    units_e2[3] += 500
    units_e2[4] -= 500
    units_e2.tofile(path)

    assert doubts(tmp_path) == sorted([Doubt.COLUMN, Doubt.ROOT])


def test_a_negative_holder_who_hides_others_is_found(tmp_path: Path, holders: Holders) -> None:
    sealed_day(tmp_path, holders)
    path = column_path(tmp_path, part="001", on=NEXT, column=UNITS)
    units_e2 = np.fromfile(path, dtype="<i8")
    units_e2[3] = -1
    units_e2.tofile(path)

    assert Doubt.NEGATIVE in doubts(tmp_path)


def test_an_account_that_stands_twice_is_found(tmp_path: Path, holders: Holders) -> None:
    sealed_day(tmp_path, holders)
    path = tmp_path / "parts" / "002" / "accounts.i64"
    accounts = np.fromfile(path, dtype="<i8")
    accounts[1] = accounts[0]
    accounts.tofile(path)

    assert Doubt.TWICE in doubts(tmp_path)


def test_a_column_cut_short_is_found(tmp_path: Path, holders: Holders) -> None:
    sealed_day(tmp_path, holders)
    path = column_path(tmp_path, part="001", on=NEXT, column=UNITS)
    path.write_bytes(path.read_bytes()[:-1])

    assert doubts(tmp_path) == [Doubt.COLUMN]


def test_keys_of_strangers_and_forged_statements_are_found(
    tmp_path: Path, holders: Holders
) -> None:
    sealed_day(tmp_path, holders)
    strangers = public_keys() | {Signer.MANAGER: bytes(32)}
    assert doubts(tmp_path, trusted=strangers) == [Doubt.SIGNATURE]

    path = seal_path(tmp_path, NEXT) / "seal.json"
    document = json.loads(path.read_bytes())
    statement = kept_seal(tmp_path, NEXT).statement
    more = replace(statement, total_units_e2=statement.total_units_e2 + 1)
    path.write_text(json.dumps(document | {"statement": statement_bytes(more).hex()}))

    assert doubts(tmp_path) == sorted([Doubt.SIGNATURE, Doubt.UNITS])


def test_a_day_that_does_not_follow_the_day_before_is_found(
    tmp_path: Path, holders: Holders
) -> None:
    sealed_day(tmp_path, holders)
    statement = kept_seal(tmp_path, NEXT).statement

    assert doubts(tmp_path, previous=statement) == [Doubt.CHAIN]
