"""The auditor's look at a sealed day: every leaf hashed and added up again, beside the register.

It takes the kept columns, the day's key and the seal, and neither a name nor a database. What one
proof cannot show, the totals and that nobody is left out, is shown here.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

import numpy as np

from huoqi.close.book.files import BLOCK_ROWS, ROW_BYTES, Int64, block_digest, column_digest, mapped
from huoqi.close.book.generations import (
    INCOME,
    UNITS,
    Generation,
    accounts_path,
    column_path,
    generation_on,
)
from huoqi.close.rules.proofs import SIGNERS, Signer, is_signed
from huoqi.close.rules.seal_tree import Statement, statement_bytes
from huoqi.close.rules.tie_out_columns import Side, compare
from huoqi.close.seal.sealing import Seal, kept_seal
from huoqi.close.seal.trees import tree_of
from huoqi.fund.rules.allocation_columns import exact_sum

NAMED = 20


class Doubt(StrEnum):
    """What an auditor can find."""

    SIGNATURE = "signature"
    COLUMN = "column"
    COUNT = "count"
    UNITS = "units"
    INCOME = "income"
    NEGATIVE = "negative_units"
    TWICE = "account_twice"
    ROOT = "root"
    CHAIN = "chain"
    REGISTER = "register"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was signed; an account is named where one is meant."""

    doubt: Doubt
    detail: str
    account: int | None = None
    signed: int | None = None
    found: int | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the auditor has beside the folder; whatever is None is not looked at."""

    day_key: bytes
    trusted: Mapping[Signer, bytes] | None = None
    register: Side | None = None
    previous: Statement | None = None


def audit(folder: Path, *, on: date, evidence: Evidence) -> list[Finding]:
    """Return what is wrong with a sealed day; nothing for a sound one."""
    seal, generation = kept_seal(folder, on), generation_on(folder, on)
    of_seal = [*_signatures(seal, evidence), *_chain(seal, evidence)]
    short = list(_short(folder, generation))
    if short:
        return of_seal + short
    return [
        *of_seal,
        *_columns(folder, generation),
        *_totals(folder, generation, seal.statement),
        *_tree(folder, generation, seal.statement, evidence),
        *_register(folder, generation, evidence),
    ]


def _signatures(seal: Seal, evidence: Evidence) -> Iterator[Finding]:
    content = statement_bytes(seal.statement)
    for signer, each in zip(SIGNERS, seal.signatures, strict=True):
        if not is_signed(each, content=content):
            yield Finding(Doubt.SIGNATURE, f"{signer.value} did not sign this statement")
        elif evidence.trusted is not None and evidence.trusted.get(signer) != each.public_key:
            yield Finding(Doubt.SIGNATURE, f"this key is not that of {signer.value}")


def _chain(seal: Seal, evidence: Evidence) -> Iterator[Finding]:
    if evidence.previous is None:
        return
    before = hashlib.sha256(statement_bytes(evidence.previous)).digest()
    if before != seal.statement.previous_sha256:
        yield Finding(Doubt.CHAIN, "the statement does not follow that of the day before")


def _paths(folder: Path, generation: Generation, name: str) -> tuple[Path, Path, Path]:
    return (
        accounts_path(folder, part=name),
        column_path(folder, part=name, on=generation.on, column=UNITS),
        column_path(folder, part=name, on=generation.on, column=INCOME),
    )


def _short(folder: Path, generation: Generation) -> Iterator[Finding]:
    """Yield the columns that have fewer rows than the manifest says."""
    for part in generation.parts:
        for path in _paths(folder, generation, part.name):
            if not path.exists() or path.stat().st_size < part.rows * ROW_BYTES:
                yield Finding(Doubt.COLUMN, f"{part.name}/{path.name} is not whole")


def _columns(folder: Path, generation: Generation) -> Iterator[Finding]:
    """Yield the columns whose bytes are not those of the manifest."""
    for part in generation.parts:
        made = (part.accounts_sha256, part.units_sha256, part.income_sha256)
        for path, digest in zip(_paths(folder, generation, part.name), made, strict=True):
            rows = mapped(path, rows=part.rows)
            blocks = [
                block_digest(rows[first : first + BLOCK_ROWS])
                for first in range(0, part.rows, BLOCK_ROWS)
            ]
            if column_digest(blocks, rows=part.rows) != digest:
                yield Finding(Doubt.COLUMN, f"{part.name}/{path.name} was changed")


def _totals(folder: Path, generation: Generation, statement: Statement) -> Iterator[Finding]:
    """Yield where count and sums of all leaves are not what was signed."""
    count = units_e2 = income_fen = 0
    for part in generation.parts:
        paths = _paths(folder, generation, part.name)
        accounts, units, incomes = (mapped(path, rows=part.rows) for path in paths)
        count += int(accounts.size)
        units_e2 += exact_sum(units)
        income_fen += exact_sum(incomes)
        yield from _impossible(accounts, units)
    sums = (
        (Doubt.COUNT, statement.count, count),
        (Doubt.UNITS, statement.total_units_e2, units_e2),
        (Doubt.INCOME, statement.total_income_fen, income_fen),
    )
    for doubt, signed, found in sums:
        if signed != found:
            yield Finding(doubt, "the leaves add up to something else", None, signed, found)


def _impossible(accounts: Int64, units_e2: Int64) -> Iterator[Finding]:
    """Yield holders below zero, by which others could be hidden, and accounts that stand twice."""
    for row in np.flatnonzero(units_e2 < 0)[:NAMED].tolist():
        units = int(units_e2[row])
        yield Finding(Doubt.NEGATIVE, "less than nothing", int(accounts[row]), None, units)
    if (np.diff(accounts) > 0).all():
        return
    numbers, counts = np.unique(accounts, return_counts=True)
    for number in numbers[counts > 1][:NAMED].tolist():
        yield Finding(Doubt.TWICE, "more than one leaf", number)


def _tree(
    folder: Path, generation: Generation, statement: Statement, evidence: Evidence
) -> Iterator[Finding]:
    if generation.totals.positions != statement.count:
        return  # It cannot have this root, and the count is told already.
    tree = tree_of(folder, generation, day_key=evidence.day_key)
    if tree.root != statement.root:
        yield Finding(Doubt.ROOT, "the leaves lead to another root than the one signed")


def _register(folder: Path, generation: Generation, evidence: Evidence) -> Iterator[Finding]:
    """Yield the holders of the register whom the leaves leave out or give other units."""
    if evidence.register is None:
        return
    theirs, parts = evidence.register, len(generation.parts)
    for number, part in enumerate(generation.parts):
        accounts_file, units_file, _ = _paths(folder, generation, part.name)
        ours = Side(mapped(accounts_file, rows=part.rows), mapped(units_file, rows=part.rows))
        here = theirs.accounts % parts == number
        own = Side(theirs.accounts[here], theirs.units_e2[here])
        for each in compare(ours, theirs=own, limit=NAMED).first:
            detail = "the register has other units"
            yield Finding(Doubt.REGISTER, detail, each.customer_no, each.ours_e2, each.theirs_e2)
