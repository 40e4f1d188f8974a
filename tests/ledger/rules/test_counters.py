"""Counters after each item, worked back from the end of the batch."""

from huoqi.ledger.rules.counters import Counters, Movement, running_counters


def test_balances_are_derived_from_counters() -> None:
    counters = Counters(debits_pending=30, debits_posted=10, credits_pending=5, credits_posted=100)

    assert counters.credit_balance == 90
    assert counters.debit_balance == -90
    assert counters.available == 60  # the incoming hold of 5 does not count


def test_each_item_shows_both_accounts_as_they_were_after_it() -> None:
    payer, payee = 1, 2
    movements = [
        Movement(payer, payee, 0, 80),  # hold
        Movement(payer, payee, 0, 0),  # refused
        Movement(payer, payee, 50, -80),  # part of it posted, the rest released
    ]

    pairs = running_counters(
        movements, at_end={payer: Counters(0, 50, 0, 100), payee: Counters(0, 0, 0, 50)}
    )

    assert pairs[0] == (Counters(80, 0, 0, 100), Counters(0, 0, 80, 0))
    assert pairs[1] == pairs[0]
    assert pairs[2] == (Counters(0, 50, 0, 100), Counters(0, 0, 0, 50))


def test_hot_and_unknown_accounts_show_nothing() -> None:
    assert running_counters([Movement(1, 2, 5, 0)], at_end={}) == [(None, None)]
