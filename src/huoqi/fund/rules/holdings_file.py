"""Holdings handed in as text, one a line: a million of them in seconds, refusals with their row."""

import re
from dataclasses import dataclass, field
from typing import ClassVar

from huoqi.fund.rules.csv_table import BYTE_ORDER_MARK, BadNumber
from huoqi.kit.errors import DomainError
from huoqi.kit.money import INT64_MAX

HEADING_WITH_ACCOUNTS = ["account", "units"]
HEADING_UNITS_ONLY = ["units"]
_UNITS = re.compile(r"([0-9]{1,15})(?:\.([0-9]{1,2}))?", re.ASCII)
_ACCOUNT = re.compile(r"[0-9]{1,19}", re.ASCII)


class DuplicateAccount(DomainError):
    """An account number stands in the file twice; the order among equals needs each once."""

    code: ClassVar[str] = "fund.duplicate_account"


class BlankLine(DomainError):
    """A line within the file is blank, so which account the next lines mean cannot be told."""

    code: ClassVar[str] = "fund.blank_line"


@dataclass(frozen=True, slots=True)
class HoldingsFile:
    """Account numbers and units in the order of the file."""

    accounts: list[int] = field(default_factory=list)
    units_e2: list[int] = field(default_factory=list)


def parse_holdings(text: str) -> HoldingsFile:
    """Return the holdings of a text: units a line, or account and units under such a heading.

    Without account numbers the accounts are 1, 2, 3 and so on, so a blank line among them is
    refused. Elsewhere blank lines are tolerated, and so are Windows line ends and a byte-order
    mark.

    >>> parse_holdings("account,units\\n17,100.00\\n9,0.01\\n")
    HoldingsFile(accounts=[17, 9], units_e2=[10000, 1])
    """
    found = HoldingsFile()
    numbered = enumerate(text.removeprefix(BYTE_ORDER_MARK).split("\n"), start=1)
    lines = ((row, line.strip()) for row, line in numbered)
    filled = [(row, line) for row, line in lines if line]
    heading = [name.strip().lower() for name in filled[0][1].split(",")] if filled else []
    if heading == HEADING_WITH_ACCOUNTS:
        _read_with_accounts(filled[1:], found=found)
        return found
    body = filled[1:] if heading == HEADING_UNITS_ONLY else filled
    _require_no_gap([row for row, _ in body])
    found.units_e2.extend(_units_e2(cell, row=row) for row, cell in body)
    found.accounts.extend(range(1, len(body) + 1))
    return found


def _require_no_gap(rows: list[int]) -> None:
    """Raise BlankLine where the accounts, which are counted from the lines, would shift."""
    if rows and rows[-1] - rows[0] != len(rows) - 1:
        raise BlankLine(row=next(row for row, at in enumerate(rows, rows[0]) if row != at))


def _read_with_accounts(lines: list[tuple[int, str]], *, found: HoldingsFile) -> None:
    """Add the lines of a file with account numbers; each may stand there once."""
    rows: dict[int, int] = {}
    for row, line in lines:
        account, _, units = line.partition(",")
        account_no = _account_no(account.strip(), row=row)
        first_row = rows.setdefault(account_no, row)
        if first_row != row:
            raise DuplicateAccount(row=row, column="account", first_row=first_row)
        found.accounts.append(account_no)
        found.units_e2.append(_units_e2(units.strip(), row=row))


def _account_no(cell: str, *, row: int) -> int:
    """Return an account number of 1 to 2**63 - 1."""
    if not _ACCOUNT.fullmatch(cell) or not 1 <= int(cell) <= INT64_MAX:
        raise BadNumber(row=row, column="account")
    return int(cell)


def _units_e2(cell: str, *, row: int) -> int:
    """Return units with at most two decimals in 0.01 units; a holding is never negative."""
    match = _UNITS.fullmatch(cell)
    if match is None:
        raise BadNumber(row=row, column="units")
    whole, cents = match.groups()
    return int(whole) * 100 + int((cents or "").ljust(2, "0"))
