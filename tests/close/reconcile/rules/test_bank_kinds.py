"""Every class that is told has a kind, and every kind a class of its own on the wire."""

from huoqi.close.reconcile.rules.bank_kinds import KINDS, STATEMENT_KINDS, UNKNOWN, kind_of
from huoqi.close.reconcile.rules.classes import QUIET, Match
from huoqi.close.rules.breaks import BreakClass, class_of
from huoqi.close.rules.resolutions import BANK_ACTIONS


def test_all_that_is_not_quiet_has_a_kind() -> None:
    assert KINDS.keys() == set(Match) - QUIET
    assert kind_of(Match.BANK_RETURNED) == "bank_returned"


def test_no_kind_of_a_bank_is_taken_for_a_fault_of_our_own_books() -> None:
    kinds = {*KINDS.values(), *STATEMENT_KINDS.values(), UNKNOWN}

    assert all(
        class_of(kind) is not BreakClass.BOOKS_DIFFER for kind in kinds & BANK_ACTIONS.keys()
    )
