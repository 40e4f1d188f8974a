"""What people at the company do each morning, so that what waits for them does not wait long."""

from datetime import date

from bench.simulation.company import Company
from huoqi.kit.db import Work
from huoqi.payments.operations.pulling import pull_statement
from huoqi.payments.statement_queries import DayFilter, statement_day, statement_days


def ask_for_statements(company: Company) -> int:
    """Ask banks again for statements that were refused or are not whole; return how many."""
    with company.database.work() as work:
        found = statement_days(work, DayFilter(), limit=60)
    wanted = [(day.bank, day.on) for day in found if day.state in {"refused", "incomplete"}]
    for bank, on in wanted:
        company.insist(
            lambda platform: platform.database.run(
                lambda work: _ask(work, bank=bank, on=on),  # noqa: B023 - at once
                actor="staff:an",
            )
        )
    return len(wanted)


def _ask(work: Work, *, bank: str, on: date) -> None:
    """Ask once, however often the company dies over it."""
    day = statement_day(work, bank=bank, on=on)
    if day is not None and day.can_pull and not day.pull_wanted:
        pull_statement(work, bank=bank, on=on)
