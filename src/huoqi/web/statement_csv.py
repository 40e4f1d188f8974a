"""A month's statement as CSV, for machines: the same bytes each time."""

import csv
import io
from collections.abc import Iterator, Mapping

from huoqi.fund.statements import FundStatement, MonthStatement, StatementLine
from huoqi.kit.money import format_scaled

COLUMNS = ("on", "kind", "fund", "units", "income_yuan", "units_after", "order_id", "seal_root")


def statement_csv(statement: MonthStatement, roots: Mapping[str, str]) -> bytes:
    """Return a statement as CSV with a header row, UTF-8, lines ended as RFC 4180 says.

    Each fund begins with ``opening`` and ends with ``closing``, which repeats the month's income
    and has the root that was signed for the month's last day; ``roots`` is by fund.
    """
    out = io.StringIO(newline="")
    write = csv.writer(out).writerow
    write(COLUMNS)
    for fund in statement.funds:
        opening = ("opening", fund.fund, "", "", _e2(fund.opening_units_e2), "", "")
        write((statement.first_on, *opening))
        for line, after_e2 in running(fund):
            figures = (_e2(line.units_e2), income_text(line), _e2(after_e2))
            write((line.on, line.kind, fund.fund, *figures, line.order_id or "", ""))
        sums = (_e2(fund.income_fen), _e2(fund.closing_units_e2))
        write((statement.last_on, "closing", fund.fund, "", *sums, "", roots.get(fund.fund, "")))
    return out.getvalue().encode()


def running(fund: FundStatement) -> Iterator[tuple[StatementLine, int]]:
    """Yield each change of a holding with the units after it."""
    after_e2 = fund.opening_units_e2
    for line in fund.lines:
        after_e2 += line.units_e2
        yield line, after_e2


def income_text(line: StatementLine) -> str:
    """Return a line's income in yuan, nothing for a line that is no income."""
    return _e2(line.income_fen) if line.kind == "income" else ""


def _e2(value_e2: int) -> str:
    return format_scaled(value_e2, decimals=2)
