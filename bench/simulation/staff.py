"""What people at the company do each morning, so that what waits for them does not wait long."""

from datetime import date

from bench.simulation.company import FUND, Company
from huoqi.approvals.operations import Decision
from huoqi.approvals.queries import Approval
from huoqi.close.breaks import breaks_of_day
from huoqi.close.operations import ResolutionWish, decide_resolution, propose_resolution
from huoqi.close.rules.resolutions import Action
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


def take_the_registers_figures(company: Company, *, on: date) -> None:
    """Let two people decide that a day's incomes are as the register has them."""
    company.insist(
        lambda platform: platform.database.run(lambda work: _take(work, on), while_advancing=True)
    )


def _take(work: Work, on: date) -> None:
    found = [each for each in breaks_of_day(work, fund=FUND, on=on) if each.is_open]
    keys = [each.key for each in found if each.row.kind == "register"]
    if not keys:
        return  # the life before has done it
    wish = ResolutionWish(keys, Action.REPLACE_LINE, "seen in the register", "mail 17", "staff:an")
    approval = propose_resolution(work, wish)
    assert isinstance(approval, Approval), approval
    word = Decision(approval.approval_id, "staff:bo", "approve", "", "looked at it")
    decided = decide_resolution(work, word)
    assert isinstance(decided, Approval), decided
