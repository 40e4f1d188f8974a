"""What can be done with policy: add dated rules, and end one that runs on."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import ClassVar

from psycopg.types.json import Jsonb

from huoqi.events.operations import EventDraft, emit_all
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.policy import _store
from huoqi.policy.book import PolicyRow, RowKey
from huoqi.policy.queries import forget
from huoqi.policy.rules.periods import overlap


class PolicyOverlap(DomainError):
    """Another row of the same rule, fund and place is in force in part of the period."""

    code: ClassVar[str] = "policy.overlap"


class PolicyPeriodEmpty(DomainError):
    """The row ends before its first day or on it."""

    code: ClassVar[str] = "policy.period_empty"


class PolicyNotFound(DomainError):
    """No row of that rule begins on that date."""

    code: ClassVar[str] = "policy.not_found"


def add_rules(work: Work, rows: Sequence[PolicyRow]) -> list[PolicyRow | DomainError]:
    """Add rows; one that is there already, equal in every field, is answered as it is.

    One result a row, in order. Errors: PolicyOverlap (with the other's dates),
    PolicyPeriodEmpty. To change a rule from a date on, end the one that runs first.
    """
    _store.lock(work)
    known = _by_key(work)
    results: list[PolicyRow | DomainError] = []
    added: list[PolicyRow] = []
    for row in rows:
        _assert_plain(row)
        refusal = _refusal(row, others=known.get(row.key, []))
        if refusal is not None:
            results.append(refusal)
            continue
        results.append(row)
        if row not in known.setdefault(row.key, []):
            known[row.key].append(row)
            added.append(row)
    if added:
        _store.add(work, [_parameters(work, row) for row in added])
        forget(work)
        emit_all(work, [_told("policy.rule.added", row) for row in added])
    return results


def end_rule(work: Work, row: PolicyRow, *, effective_to: date) -> PolicyRow:
    """Set the day from which a row is not in force any more, and return it so.

    Errors: PolicyNotFound, PolicyPeriodEmpty, PolicyOverlap.
    """
    _store.lock(work)
    rows = _by_key(work).get(row.key, [])
    found = next((each for each in rows if each.effective_from == row.effective_from), None)
    if found is None:
        raise PolicyNotFound(rule=row.rule, effective_from=row.effective_from.isoformat())
    ended = replace(found, effective_to=effective_to)
    refusal = _refusal(ended, others=[each for each in rows if each is not found])
    if refusal is not None:
        raise refusal
    _store.end(work, _parameters(work, ended))
    forget(work)
    emit_all(work, [_told("policy.rule.ended", ended)])
    return ended


def _by_key(work: Work) -> dict[RowKey, list[PolicyRow]]:
    known: dict[RowKey, list[PolicyRow]] = {}
    for fields in _store.all_rows(work):
        row = PolicyRow(*fields)
        known.setdefault(row.key, []).append(row)
    return known


def _refusal(row: PolicyRow, *, others: Sequence[PolicyRow]) -> DomainError | None:
    if row.effective_to is not None and row.effective_to <= row.effective_from:
        return PolicyPeriodEmpty(rule=row.rule, effective_from=row.effective_from.isoformat())
    for other in others:
        if other == row or other.status == "withdrawn":
            continue
        period = (row.effective_from, row.effective_to)
        if overlap(period, (other.effective_from, other.effective_to)):
            return PolicyOverlap(
                rule=row.rule,
                fund=row.fund,
                effective_from=other.effective_from.isoformat(),
                effective_to=other.effective_to.isoformat() if other.effective_to else None,
            )
    return None


def _assert_plain(row: PolicyRow) -> None:
    for value in row.value.values():
        for inner in value if isinstance(value, list) else [value]:
            assert inner is None or isinstance(inner, int | str), f"{row.rule}: {inner!r}"


def _parameters(work: Work, row: PolicyRow) -> dict[str, object]:
    return asdict(row) | {"value": Jsonb(dict(row.value)), "at": work.at}


def _told(kind: str, row: PolicyRow) -> EventDraft:
    ends = row.effective_to.isoformat() if row.effective_to else None
    begins = row.effective_from.isoformat()
    data = {"rule": row.rule, "fund": row.fund, "effective_from": begins, "effective_to": ends}
    return EventDraft(kind, row.rule, data=data)
