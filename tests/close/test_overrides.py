"""A holder's income that the register has otherwise: blocked, accepted by two people, rolled on."""

from collections.abc import Iterator

import pytest

from huoqi.approvals.queries import Approval
from huoqi.close.breaks import (
    BreakFilter,
    acts_of,
    breaks_queued,
    register_row,
    register_used,
)
from huoqi.close.evidence import facts_of
from huoqi.close.operations import (
    BreakNotDecided,
    ResolutionWish,
    propose_resolution,
    reopen_break,
)
from huoqi.close.rules.evidence import lines_of
from huoqi.close.rules.evidence_check import check
from huoqi.close.rules.resolutions import Action
from huoqi.close.rules.steps import State, Step
from huoqi.fund.days import Override
from huoqi.fund.operations import accept_override
from huoqi.fund.overrides import OverrideExists
from huoqi.fund.queries import days_ahead, explain_day, holding_of, incomes_between
from tests.close.differing import arm, blocked, bought, breaks, decide, move, proposed
from tests.close.world import FUND, Company, day


@pytest.fixture
def company(dsn: str) -> Iterator[Company]:
    """Yield a company whose savers bought on the first Monday."""
    with bought(dsn) as opened:
        yield opened


def test_exactly_the_holders_that_differ_block_the_day_with_both_sides_evidence(
    company: Company,
) -> None:
    more, less = blocked(company, customer_no=104, fen=3)

    (step,) = [row for row in company.status(day(2)).steps if row.step is Step.TIE_OUT]
    assert (step.state, step.note) == (State.BLOCKED, "register")
    assert [(e.row.account_no, e.row.difference) for e in (more, less)] == [(104, -3), (105, 3)]
    for row in (more.row, less.row):
        assert row.income_theirs == (row.income_ours or 0) - (row.difference or 0)
        assert row.record_no == (row.account_no or 0) - 99
        assert row.source == f"simulated:{FUND}:{day(2).isoformat()}:register"
        assert row.source_sha256 is not None


def test_until_the_day_closes_its_income_is_a_prediction(company: Company) -> None:
    more, _ = blocked(company, customer_no=104, fen=3)
    key = (0, FUND, 104)

    with company.database.work() as work:
        (ahead, expected) = days_ahead(work, key, until=day(3))
        told = explain_day(work, key, on=day(2))
    assert (ahead.on, ahead.status, ahead.income_fen) == (day(2), "predicted", more.row.income_ours)
    assert (expected.on, expected.status, expected.income_fen) == (day(3), "expected", None)
    assert (told.status, told.rule.income_fen) == ("predicted", more.row.income_ours)

    decide(company, proposed(company, breaks(company, 2)))
    with company.database.work() as work:
        (ahead, _) = days_ahead(work, key, until=day(3))
    assert (ahead.status, ahead.income_fen) == ("overridden", more.row.income_theirs)


def test_two_people_accept_the_registers_figures_and_the_day_closes_by_itself(
    company: Company,
) -> None:
    found = blocked(company, customer_no=104, fen=3)
    approval = proposed(company, found)
    assert [each.state for each in breaks(company, 2)] == ["resolving", "resolving"]
    move(company, to=3, hour=5)
    assert len(company.days()) == 2
    decided = decide(company, approval)
    assert isinstance(decided, Approval)
    assert decided.state == "approved"

    assert move(company, to=9) == "ready"

    assert len(company.days()) == 9
    assert {each.state for each in breaks(company, 2)} == {"resolved"}
    key = (0, FUND, 104)
    with company.database.work() as work:
        held = holding_of(work, shard=0, customer_no=104, fund=FUND)
        incomes = incomes_between(work, key, first_on=day(0), last_on=day(8))
        acts = acts_of(work, found[0].key)
    assert incomes[day(2)] == found[0].row.income_theirs
    assert held.units_e2 == 1_000_000 + 37 * 104 + sum(incomes.values())
    assert [(act.verb, act.reason) for act in acts] == [
        ("proposed", "seen in the file"),
        ("approved", "looked at it"),
    ]


def test_the_explanation_shows_the_rule_the_accepted_figure_and_the_registers_row(
    company: Company,
) -> None:
    (more, less) = blocked(company, customer_no=104, fen=3)
    approval = proposed(company, [more, less])
    decide(company, approval)
    move(company, to=4)

    with company.database.work() as work:
        told = explain_day(work, (0, FUND, 104), on=day(2))
        used = register_used(work, fund=FUND, on=day(2))
        rows = [
            register_row(work, fund=FUND, on=day(2), customer_no=no)
            for no in (99, 100, 104, 105, 106)
        ]
    assert told.status == "overridden"
    assert told.day.income_fen == told.rule.income_fen + 3 == more.row.income_theirs
    assert told.override is not None
    assert told.override.approval_id == approval.approval_id
    assert (told.override.record_no, told.override.source_sha256) == (5, more.row.source_sha256)
    assert used is not None
    assert (used.holder_count, used.source_sha256) == (6, more.row.source_sha256)
    assert [row.record_no if row else 0 for row in rows] == [None, 1, 5, 6, None]


def test_a_decision_is_taken_back_before_the_day_closes_and_made_again(company: Company) -> None:
    more, less = blocked(company, customer_no=104)
    decide(company, proposed(company, [more, less]))
    with company.database.work() as work:
        again = reopen_break(work, more.key, reason="wrong file", evidence="call 3")
        assert (again.state, again.row.version) == ("open", 2)
        with pytest.raises(BreakNotDecided):
            reopen_break(work, more.key, reason="wrong file", evidence="call 3")

    move(company, to=3, hour=5)
    assert len(company.days()) == 2
    left = [each for each in breaks(company, 2) if each.state == "open"]
    assert {each.key.kind for each in left} == {"register", "fund_income"}
    decide(company, proposed(company, [each for each in left if each.key.kind == "register"]))
    assert move(company, to=5) == "ready"
    assert {each.key.kind for each in breaks(company, 2) if each.state == "resolved"} == {
        "register"
    }


def test_an_accepted_figure_of_a_closed_day_is_corrected_by_two_and_the_next_book_takes_it(
    company: Company,
) -> None:
    more, less = blocked(company, customer_no=104)
    decide(company, proposed(company, [more, less]))
    move(company, to=5)
    with company.database.work() as work:
        again = reopen_break(work, more.key, reason="a later file", evidence="file 9")
        assert again.state == "open"
        assert breaks_queued(work, BreakFilter("open")) == [again]
    wish = ResolutionWish(
        [more.key],
        Action.EDIT_BY_REVERSAL,
        "corrected by the register",
        "file 9",
        "staff:an",
        income_fen=(more.row.income_theirs or 0) + 7,
    )
    with company.database.work() as work:
        # The register corrects it on the first day that is not closed.
        work.run(
            "INSERT INTO simulated.unit_change VALUES (%s, %s, gen_random_uuid(), 104, 7)",
            (FUND, day(5)),
        )
        approval = propose_resolution(work, wish)
        assert isinstance(approval, Approval), approval
    decide(company, approval)

    assert move(company, to=9) == "ready"

    assert len(company.days()) == 9
    with company.database.work() as work:
        told = explain_day(work, (0, FUND, 104), on=day(2))
        held = holding_of(work, shard=0, customer_no=104, fund=FUND)
        incomes = incomes_between(work, (0, FUND, 104), first_on=day(0), last_on=day(8))
        packs = [list(lines_of(facts_of(work, on=day(number)))) for number in (2, 4, 5, 7)]
    assert [check(pack).faults for pack in packs] == [()] * 4
    assert told.day.income_fen == (more.row.income_theirs or 0) + 7
    assert held.units_e2 == 1_000_000 + 37 * 104 + sum(incomes.values())
    assert (breaks(company, 2)[0].state, breaks(company, 2)[0].row.version) == ("resolved", 2)


def test_a_figure_accepted_for_a_closed_day_is_in_the_next_book(company: Company) -> None:
    move(company, to=5)
    key = (1, FUND, 103)
    with company.database.work() as work:
        was_fen = incomes_between(work, key, first_on=day(2), last_on=day(2))[day(2)]
        override = Override(*key, day(2), was_fen - 5, "letter 4", 9, company.new_id())
        accept_override(work, override)
        work.run(
            "INSERT INTO simulated.unit_change VALUES (%s, %s, gen_random_uuid(), 103, -5)",
            (FUND, day(5)),
        )
        with pytest.raises(OverrideExists):
            accept_override(work, override)

    assert move(company, to=8) == "ready"

    assert len(company.days()) == 8
    with company.database.work() as work:
        told = explain_day(work, key, on=day(2))
    assert (told.status, told.day.income_fen) == ("overridden", was_fen - 5)


def test_a_days_total_that_follows_its_holders_closes_once_all_are_accepted(
    company: Company,
) -> None:
    arm(company, on=day(2), customer_no=104, fen=2, total=1)
    move(company, to=3, hour=3)
    found = breaks(company, 2)
    assert {each.key.kind for each in found} == {"register"}
    assert sum(each.row.difference or 0 for each in found) == 0

    decide(company, proposed(company, found[:1]))
    move(company, to=3, hour=5)

    left = {each.key.kind: each for each in breaks(company, 2) if each.state == "open"}
    assert set(left) == {"register", "fund_income"}
    assert left["fund_income"].row.difference == -(found[0].row.difference or 0)
    open_ones = [e for e in breaks(company, 2) if e.state == "open" and e.key.kind == "register"]
    decide(company, proposed(company, open_ones))
    assert move(company, to=5) == "ready"
    assert len(company.days()) == 5


def test_holders_against_the_funds_income_stay_blocked_whoever_accepts(company: Company) -> None:
    arm(company, on=day(2), customer_no=104, fen=2, total=2)
    move(company, to=3, hour=3)
    assert {each.key.kind for each in breaks(company, 2)} == {"register", "total_income"}

    of_register = [each for each in breaks(company, 2) if each.key.kind == "register"]
    decide(company, proposed(company, of_register))

    move(company, to=4)
    assert len(company.days()) == 2
    assert "total_income" in {e.key.kind for e in breaks(company, 2) if e.state == "open"}
