"""Whether a statement may be believed, and whether it may prove that something is absent."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from huoqi.payments.rules.completeness import Chain, Page, Totals, judge, totals_of
from huoqi.payments.rules.statements import StatementEntry, StatementHead

MONDAY, TUESDAY, WEDNESDAY = (date(2015, 5, day) for day in (11, 12, 13))
HEAD = StatementHead("ICBC", "6222", "6222-7", 7, TUESDAY, TUESDAY, 100, 150, 3, 70, 20)
WHOLE = Totals(3, 70, 20)
SOUND = Page(HEAD, WHOLE)
AFTER_SIX = Chain(MONDAY, sequence_no=6, closing_fen=100)


def worth(*pages: Page, chain: Chain = AFTER_SIX, today: date = WEDNESDAY) -> tuple[str, str]:
    """Return state and reason of a statement with these pages."""
    verdict = judge(pages, chain=chain, today=today)
    return verdict.state.value, verdict.reason.value


def test_lines_add_up_on_their_sides() -> None:
    lines = [
        StatementEntry(str(fen), "", fen, fen > 0, False, TUESDAY, TUESDAY) for fen in (30, 40)
    ]
    lines.append(StatementEntry("3", "", 20, False, False, TUESDAY, TUESDAY))
    assert totals_of(lines) == WHOLE


def test_a_sound_statement_is_complete_and_the_chain_goes_on_from_it() -> None:
    assert worth(SOUND) == ("complete", "")
    assert judge([SOUND], chain=AFTER_SIX, today=WEDNESDAY).is_complete
    assert AFTER_SIX.after([SOUND]) == Chain(TUESDAY, sequence_no=7, closing_fen=150)


def test_a_form_without_totals_is_judged_by_its_balances() -> None:
    bare = replace(HEAD, entry_count=None, credit_fen=None, debit_fen=None)
    assert worth(Page(bare, WHOLE)) == ("complete", "")
    assert worth(Page(replace(bare, closing_fen=151), WHOLE))[1] == "statement.balance_off"


@pytest.mark.parametrize(
    ("changed", "state", "reason"),
    [
        ({"entry_count": 4}, "refused", "totals_off"),
        ({"credit_fen": 71}, "refused", "totals_off"),
        ({"debit_fen": 21}, "refused", "totals_off"),
        ({"closing_fen": 151}, "refused", "balance_off"),
        ({"opening_fen": 90, "closing_fen": 140}, "refused", "opening_off"),
        ({"sequence_no": 8}, "incomplete", "sequence_gap"),
        ({"sequence_no": 6}, "refused", "sequence_old"),
        ({"is_last_page": False}, "incomplete", "page_missing"),
        ({"page_no": 2}, "incomplete", "page_missing"),
        ({"first_on": WEDNESDAY}, "refused", "days_off"),
        ({"first_on": MONDAY}, "refused", "days_off"),
        ({"first_on": WEDNESDAY, "last_on": WEDNESDAY}, "refused", "days_off"),
    ],
)
def test_whatever_does_not_fit_is_named(
    changed: dict[str, int | date | bool], state: str, reason: str
) -> None:
    page = Page(replace(HEAD, **changed), WHOLE)  # type: ignore[arg-type]
    assert worth(page) == (state, f"statement.{reason}")


def test_the_first_statement_of_all_follows_by_its_day_alone() -> None:
    new = Chain(MONDAY)
    assert worth(SOUND, chain=new) == ("complete", "")
    assert worth(SOUND, chain=Chain(MONDAY - timedelta(days=1)))[1] == "statement.sequence_gap"
    assert worth(SOUND, chain=Chain(TUESDAY))[1] == "statement.days_off"


FIRST = Page(
    replace(HEAD, is_last_page=False, entry_count=2, credit_fen=70, debit_fen=0), Totals(2, 70, 0)
)
LAST = Page(replace(HEAD, page_no=2, entry_count=1, credit_fen=0, debit_fen=20), Totals(1, 0, 20))


def test_pages_state_their_own_totals_or_those_of_the_whole() -> None:
    assert worth(LAST, FIRST) == ("complete", "")
    whole = [
        Page(replace(HEAD, page_no=p.head.page_no, is_last_page=p is LAST), p.counted)
        for p in (FIRST, LAST)
    ]
    assert worth(*whole) == ("complete", "")


def test_balances_of_pages_lead_from_the_first_opening_to_the_last_closing() -> None:
    first = Page(replace(FIRST.head, closing_fen=170), FIRST.counted)
    last = Page(replace(LAST.head, opening_fen=170), LAST.counted)
    assert worth(first, last) == ("complete", "")
    off = Page(replace(last.head, closing_fen=149), last.counted)
    assert worth(first, off) == ("refused", "statement.balance_off")


def test_a_page_too_few_waits_and_one_too_many_is_refused() -> None:
    assert worth(LAST) == ("incomplete", "statement.page_missing")
    beyond = Page(replace(LAST.head, page_no=3, is_last_page=False), Totals())
    assert worth(FIRST, LAST, beyond) == ("refused", "statement.pages_disagree")


def test_pages_of_other_days_do_not_belong_together() -> None:
    other = Page(replace(LAST.head, last_on=WEDNESDAY), LAST.counted)
    assert worth(FIRST, other) == ("refused", "statement.pages_disagree")
