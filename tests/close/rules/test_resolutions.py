"""Which of the seven actions can be taken on a break, and why not."""

from dataclasses import replace

import pytest

from huoqi.close.rules.resolutions import (
    INCOME_LEAST_FEN,
    Action,
    BreakFacts,
    NotOffered,
    first_of_bank,
    is_income_sized,
    offers,
    refusal_of,
)

HOLDER = BreakFacts("register", True, True, difference=-3, earning_e2=1_000_000, income_theirs=139)
CASH = BreakFacts("cash_in", True, True, difference=-3)
ANSWERS = BreakFacts("missing_confirmation", True, False)


def offered(facts: BreakFacts) -> set[Action]:
    """Return the actions that can be taken."""
    return {offer.action for offer in offers(facts) if offer.refusal is None}


def test_all_seven_are_always_named() -> None:
    assert [offer.action for offer in offers(HOLDER)] == list(Action)


@pytest.mark.parametrize("action", [Action.VOID_LINE, Action.CREATE_ENTRY, Action.LINK_TO_ORDER])
def test_those_of_a_bank_s_line_are_not_for_holders(action: Action) -> None:
    assert refusal_of(action, facts=HOLDER) is NotOffered.OTHER_KIND


def test_a_holders_figure_is_replaced_before_the_day_closes_and_corrected_after() -> None:
    assert offered(HOLDER) == {Action.REPLACE_LINE}
    assert refusal_of(Action.EDIT_BY_REVERSAL, facts=HOLDER) is NotOffered.DAY_OPEN
    after = replace(HOLDER, is_day_open=False)
    assert offered(after) == {Action.EDIT_BY_REVERSAL, Action.FORCE_MATCH}
    assert refusal_of(Action.REPLACE_LINE, facts=after) is NotOffered.DAY_CLOSED


def test_no_action_on_what_is_not_open() -> None:
    assert offered(replace(HOLDER, is_open=False)) == set()
    refusal = refusal_of(Action.REPLACE_LINE, facts=replace(HOLDER, is_open=False))
    assert refusal is NotOffered.NOT_OPEN


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        (replace(HOLDER, kind="holdings"), NotOffered.OTHER_KIND),
        (replace(HOLDER, income_theirs=None), NotOffered.NO_INCOME),
        (replace(HOLDER, earning_e2=None), NotOffered.NO_INCOME),
        (replace(HOLDER, difference=20_000), NotOffered.MORE_THAN_INCOME),
        (replace(HOLDER, difference=None), None),
    ],
)
def test_only_a_difference_of_income_is_put_right_by_an_income(
    facts: BreakFacts, refusal: NotOffered | None
) -> None:
    assert refusal_of(Action.REPLACE_LINE, facts=facts) is refusal


def test_a_small_holding_may_differ_by_more_than_its_income() -> None:
    assert is_income_sized(INCOME_LEAST_FEN, earning_e2=1)
    assert not is_income_sized(INCOME_LEAST_FEN + 1, earning_e2=1)
    assert is_income_sized(-20_000, earning_e2=2_000_000)


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        (CASH, NotOffered.BEYOND_TOLERANCE),
        (replace(CASH, tolerance_fen=3), None),
        (replace(CASH, tolerance_fen=3, is_day_open=False), NotOffered.DAY_CLOSED),
        (replace(CASH, difference=None), None),
        (replace(HOLDER, tolerance_fen=3), NotOffered.OTHER_KIND),
    ],
)
def test_cash_within_the_tolerance_may_stand_and_units_never(
    facts: BreakFacts, refusal: NotOffered | None
) -> None:
    assert refusal_of(Action.FORCE_MATCH, facts=facts) is refusal


def test_answers_are_marked_received_once_they_all_are() -> None:
    assert offered(ANSWERS) == {Action.MARK_RECEIVED}
    waiting = replace(ANSWERS, unanswered_count=2)
    assert refusal_of(Action.MARK_RECEIVED, facts=waiting) is NotOffered.UNANSWERED
    assert refusal_of(Action.MARK_RECEIVED, facts=HOLDER) is NotOffered.OTHER_KIND


LINE = BreakFacts("bank_not_in_ledger", True, True, difference=-500, has_line=True)


@pytest.mark.parametrize(
    ("facts", "actions"),
    [
        (LINE, {Action.CREATE_ENTRY, Action.VOID_LINE}),
        (
            replace(LINE, orders_like_it=1),
            {Action.LINK_TO_ORDER, Action.CREATE_ENTRY, Action.VOID_LINE},
        ),
        (replace(LINE, kind="bank_missing", has_line=False), {Action.MARK_RECEIVED}),
        (replace(LINE, kind="bank_duplicate"), {Action.CREATE_ENTRY, Action.VOID_LINE}),
        (replace(LINE, kind="bank_duplicate", has_line=False), {Action.CREATE_ENTRY}),
        (replace(LINE, kind="bank_amount"), {Action.REPLACE_LINE, Action.EDIT_BY_REVERSAL}),
        (replace(LINE, kind="bank_returned"), {Action.EDIT_BY_REVERSAL}),
        (replace(LINE, kind="statement_late"), set()),
        (replace(LINE, is_open=False), set()),
    ],
)
def test_a_bank_s_break_has_the_actions_of_its_kind(
    facts: BreakFacts, actions: set[Action]
) -> None:
    assert offered(facts) == actions


def test_a_bank_s_difference_stands_within_the_tolerance_only() -> None:
    off = replace(LINE, kind="bank_amount", difference=-2, tolerance_fen=1)

    assert refusal_of(Action.FORCE_MATCH, facts=off) is NotOffered.BEYOND_TOLERANCE
    assert refusal_of(Action.FORCE_MATCH, facts=replace(off, tolerance_fen=2)) is None


def test_a_line_that_is_no_order_s_cannot_be_linked_to_one() -> None:
    assert refusal_of(Action.LINK_TO_ORDER, facts=LINE) is NotOffered.NO_ORDER
    assert refusal_of(Action.VOID_LINE, facts=replace(LINE, has_line=False)) is NotOffered.NO_LINE


@pytest.mark.parametrize(
    ("facts", "first"),
    [
        (LINE, Action.CREATE_ENTRY),
        (replace(LINE, orders_like_it=2), Action.LINK_TO_ORDER),
        (replace(LINE, kind="bank_duplicate"), Action.CREATE_ENTRY),
        (replace(LINE, kind="bank_duplicate", is_copy=True), Action.VOID_LINE),
        (replace(LINE, kind="bank_missing", is_copy=True), Action.MARK_RECEIVED),
        (replace(LINE, kind="bank_amount"), Action.REPLACE_LINE),
        (replace(LINE, kind="statement_refused"), None),
    ],
)
def test_what_to_try_first_with_a_bank_s_break(facts: BreakFacts, first: Action | None) -> None:
    assert first_of_bank(facts) is first
