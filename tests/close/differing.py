"""A company whose register has some holders' incomes otherwise, and what two people do about it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from huoqi.approvals.operations import Decision
from huoqi.approvals.queries import Approval
from huoqi.close.breaks import QueuedBreak, breaks_of_day
from huoqi.close.operations import ResolutionWish, decide_resolution, propose_resolution
from huoqi.close.rules.resolutions import Action
from huoqi.kit.dates import shanghai_at
from huoqi.kit.errors import DomainError
from huoqi.sandbox.faults import FaultRequest, arm_faults
from huoqi.sandbox.time_machine import TimeMachine
from tests.close.world import FUND, MONDAY, Company, company_on, day

SAVERS = range(100, 106)


@contextmanager
def bought(dsn: str) -> Iterator[Company]:
    """Yield a company whose savers bought on the first Monday."""
    with company_on(dsn, savers=SAVERS) as opened:
        opened.buy({no: 1_000_000 + 37 * no for no in SAVERS})
        yield opened


def move(company: Company, *, to: int, hour: int = 9) -> str:
    """Move the clock to an hour of a day and return the state of the clock."""
    return TimeMachine(company.platform).advance_to(shanghai_at(day(to), hour=hour)).state


def arm(company: Company, *, on: date, **params: int) -> None:
    """Let the register give some holders other incomes on a day."""
    at = shanghai_at(on + (MONDAY - date(2015, 5, 10)), hour=1)
    fault = FaultRequest(company.new_id(), "holder_income_off", at=at, params=params)
    with company.database.work() as work:
        (armed,) = arm_faults(work, [fault])
        assert not isinstance(armed, DomainError), armed


def breaks(company: Company, number: int) -> list[QueuedBreak]:
    """Return the breaks of a day."""
    with company.database.work(while_advancing=True) as work:
        return breaks_of_day(work, fund=FUND, on=day(number))


def propose(
    company: Company, found: list[QueuedBreak], *, action: Action = Action.REPLACE_LINE
) -> Approval | DomainError:
    """Propose an action on breaks as the first person."""
    keys = [each.key for each in found]
    wish = ResolutionWish(keys, action, "seen in the file", "mail 17", "staff:an")
    with company.database.work() as work:
        return propose_resolution(work, wish)


def proposed(company: Company, found: list[QueuedBreak]) -> Approval:
    """Propose to take the register's figures, which must be possible."""
    answer = propose(company, found)
    assert isinstance(answer, Approval), answer
    return answer


def decide(
    company: Company, approval: Approval, *, who: str = "staff:bo", approves: bool = True
) -> Approval | DomainError:
    """Decide on a proposal."""
    verdict = Decision(
        approval.approval_id, who, "approve" if approves else "refuse", "", "looked at it"
    )
    with company.database.work() as work:
        return decide_resolution(work, verdict)


def blocked(company: Company, **params: int) -> list[QueuedBreak]:
    """Let some holders' incomes be off on the third day and return the breaks that block it."""
    arm(company, on=day(2), **params)
    assert move(company, to=3, hour=3) == "stopped_at_event"
    return breaks(company, 2)
