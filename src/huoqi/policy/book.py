"""A rule's row, and a book of rows that answers which one is in force on a date."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from huoqi.policy.rules.periods import covers

ANY = ""  # every fund, every distributor
JURISDICTION = "CN"

Scalar = int | str | bool | None
Value = Mapping[str, Scalar | list[Scalar]]
Status = Literal["verified", "unverified", "withdrawn"]
RowKey = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One rule from one date to another; ``value`` holds integers and text, never a float.

    ``fund`` and ``distributor`` are empty where the rule holds for all of them.
    """

    rule: str
    effective_from: date
    value: Value
    source: str
    effective_to: date | None = None
    fund: str = ANY
    distributor: str = ANY
    jurisdiction: str = JURISDICTION
    status: Status = "verified"

    @property
    def key(self) -> RowKey:
        """Return what no two rows in force on one day may share."""
        return (self.rule, self.fund, self.distributor, self.jurisdiction)


@dataclass(slots=True)
class Book:
    """All rows that are not withdrawn, by key."""

    rows: dict[RowKey, list[PolicyRow]] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[PolicyRow]) -> "Book":
        """Return the book of some rows."""
        book = cls()
        for row in rows:
            if row.status != "withdrawn":
                book.rows.setdefault(row.key, []).append(row)
        return book

    def rule_on(self, on: date, *, keys: Iterable[RowKey]) -> PolicyRow | None:
        """Return the row in force of the first key that has one."""
        for key in keys:
            for row in self.rows.get(key, ()):
                if covers(on, effective_from=row.effective_from, effective_to=row.effective_to):
                    return row
        return None

    def rules_on(self, on: date) -> list[PolicyRow]:
        """Return every row in force, ordered by key."""
        return [
            row
            for key in sorted(self.rows)
            for row in self.rows[key]
            if covers(on, effective_from=row.effective_from, effective_to=row.effective_to)
        ]

    def rows_of(self, rule: str) -> list[PolicyRow]:
        """Return all rows of a rule, ordered by key and date."""
        return [row for key in sorted(self.rows) if key[0] == rule for row in self.rows[key]]
