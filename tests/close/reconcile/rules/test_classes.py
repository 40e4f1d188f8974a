"""The first class that fits wins, and a difference is the other side minus ours."""

from dataclasses import replace
from datetime import date, timedelta

from huoqi.close.reconcile.rules.classes import (
    BankSide,
    Finding,
    FundSide,
    Match,
    OrderSide,
    classify,
)

ON = date(2015, 5, 12)
ORDER = OrderSide(ON, 10_000)
BOOKED = BankSide(1, 10_000, 0, 0, ON)
ANSWER = FundSide(10_000, is_confirmed=True)


def test_an_entry_without_an_order_is_not_in_the_ledger() -> None:
    assert classify(None, bank=BOOKED, fund=None) == Finding(Match.NOT_IN_LEDGER, 10_000)


def test_money_that_left_without_an_order_counts_as_a_positive_amount() -> None:
    paid_out = replace(BOOKED, booked_fen=-700)

    assert classify(None, bank=paid_out, fund=None) == Finding(Match.NOT_IN_LEDGER, 700)


def test_an_answer_without_an_order_is_not_in_the_ledger_either() -> None:
    assert classify(None, bank=None, fund=ANSWER) == Finding(Match.NOT_IN_LEDGER, 10_000)


def test_what_nobody_has_differs_by_nothing() -> None:
    assert classify(None, bank=None, fund=None) == Finding(Match.NOT_IN_LEDGER, 0)


def test_a_dead_order_that_the_bank_booked_is_told() -> None:
    dead = replace(ORDER, is_dead=True)

    found = classify(dead, bank=BOOKED, fund=None)

    assert found == Finding(Match.BANK_ONLY_AFTER_REJECT, 10_000)


def test_a_dead_order_without_an_entry_is_not_told() -> None:
    assert classify(replace(ORDER, is_dead=True), bank=None, fund=ANSWER) is None


def test_an_order_without_an_entry_is_missing_once_all_statements_are_in() -> None:
    assert classify(ORDER, bank=None, fund=ANSWER) == Finding(Match.MISSING_IN_BANK, -10_000)


def test_an_order_whose_statements_are_not_in_waits() -> None:
    assert classify(replace(ORDER, is_due=False), bank=None, fund=ANSWER) is None


def test_a_second_entry_is_a_duplicate_by_what_it_is_too_much() -> None:
    twice = replace(BOOKED, booked_count=2, booked_fen=20_000)

    found = classify(ORDER, bank=twice, fund=ANSWER)

    assert found == Finding(Match.BANK_DUPLICATE, 10_000)


def test_two_entries_that_add_up_match_where_a_rule_lets_them() -> None:
    parts = replace(BOOKED, booked_count=2)

    assert classify(ORDER, bank=parts, fund=ANSWER) == Finding(Match.BANK_DUPLICATE, 0)
    may_split = replace(ORDER, may_split=True)
    assert classify(may_split, bank=parts, fund=ANSWER) == Finding(Match.MATCHED, None)


def test_parts_that_do_not_add_up_are_a_duplicate_whatever_the_rule() -> None:
    parts = replace(BOOKED, booked_count=2, booked_fen=9_999)

    found = classify(replace(ORDER, may_split=True), bank=parts, fund=ANSWER)

    assert found == Finding(Match.BANK_DUPLICATE, -1)


def test_another_amount_is_a_mismatch() -> None:
    found = classify(ORDER, bank=replace(BOOKED, booked_fen=10_001), fund=ANSWER)

    assert found == Finding(Match.BANK_AMOUNT_MISMATCH, 1)


def test_money_that_went_the_other_way_is_a_mismatch_of_twice_the_amount() -> None:
    found = classify(ORDER, bank=replace(BOOKED, booked_fen=-10_000), fund=ANSWER)

    assert found == Finding(Match.BANK_AMOUNT_MISMATCH, -20_000)


def test_an_entry_and_its_reversal_are_a_return() -> None:
    back = replace(BOOKED, reversed_count=1, reversed_fen=10_000)

    assert classify(ORDER, bank=back, fund=ANSWER) == Finding(Match.BANK_RETURNED, 0)


def test_a_reversal_alone_is_a_return_of_what_an_earlier_statement_booked() -> None:
    back = BankSide(0, 0, 1, 10_000, ON)

    assert classify(ORDER, bank=back, fund=ANSWER) == Finding(Match.BANK_RETURNED, 0)


def test_an_order_that_no_manager_answered_is_missing_in_the_fund() -> None:
    assert classify(ORDER, bank=BOOKED, fund=None) == Finding(Match.MISSING_IN_FUND, -10_000)


def test_an_order_that_the_manager_refused_is_to_be_refunded() -> None:
    refused = FundSide(10_000, is_confirmed=False)

    found = classify(ORDER, bank=BOOKED, fund=refused)

    assert found == Finding(Match.FUND_REJECTED, -10_000)


def test_another_amount_of_the_manager_is_a_mismatch() -> None:
    found = classify(ORDER, bank=BOOKED, fund=replace(ANSWER, amount_fen=1_000))

    assert found == Finding(Match.FUND_AMOUNT_MISMATCH, -9_000)


def test_an_order_that_is_no_manager_s_business_matches_without_an_answer() -> None:
    found = classify(replace(ORDER, wants_fund=False), bank=BOOKED, fund=None)

    assert found == Finding(Match.MATCHED, None)


def test_all_equal_matches() -> None:
    assert classify(ORDER, bank=BOOKED, fund=ANSWER) == Finding(Match.MATCHED, None)


def test_all_equal_on_the_next_bank_day_is_the_tail_of_a_cut_off() -> None:
    later = replace(BOOKED, booked_on=ON + timedelta(days=1))

    assert classify(ORDER, bank=later, fund=ANSWER) == Finding(Match.CUT_OFF_TAIL, None)
