"""The public list of roots: each statement names the one before, so a list can be checked alone."""

import hashlib
import itertools
from collections.abc import Sequence
from typing import ClassVar

from huoqi.close.rules.seal_tree import NOTHING, Statement, statement_bytes
from huoqi.kit.errors import DomainError


class RootsBroken(DomainError):
    """The list does not bear the proof out: another root, a day that is missing, a broken chain."""

    code: ClassVar[str] = "close.roots_broken"


def require_chained(statements: Sequence[Statement]) -> list[Statement]:
    """Return the statements of one fund in order of their days; raise RootsBroken.

    The first may have any day before it, since a list may be a part of the whole one; only the
    first of all has none.
    """
    ordered = sorted(statements, key=lambda each: each.on)
    for before, after in itertools.pairwise(ordered):
        if before.on == after.on:
            if before != after:
                raise RootsBroken(on=after.on.isoformat(), reason="two roots")
            continue
        if after.previous_sha256 != hashlib.sha256(statement_bytes(before)).digest():
            reason = "chain" if after.previous_sha256 != NOTHING else "begins again"
            raise RootsBroken(on=after.on.isoformat(), reason=reason)
    return ordered


def require_listed(statement: Statement, listed: Sequence[Statement]) -> None:
    """Let a statement pass that is in a list, whose days of its fund are chained.

    Raises RootsBroken with the reason: "missing", "another root", or one of the chain's.
    """
    ordered = require_chained([each for each in listed if each.fund == statement.fund])
    same_day = [each for each in ordered if each.on == statement.on]
    if not same_day:
        raise RootsBroken(on=statement.on.isoformat(), reason="missing")
    if same_day[0] != statement:
        raise RootsBroken(on=statement.on.isoformat(), reason="another root")
