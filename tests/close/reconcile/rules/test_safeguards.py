"""A difference between a bank's balance and our books is explained to the fen, or a breach."""

from huoqi.close.reconcile.rules.safeguards import BankMoney, breach_fen

SOUND = BankMoney(900, 1_000, 70, 30)
SHORT = BankMoney(900, 1_000, 70, 25)


def test_what_is_on_its_way_and_what_breaks_explain_is_no_breach() -> None:
    assert (SOUND.unexplained_fen, breach_fen([SOUND, SOUND])) == (0, 0)


def test_the_rest_is_a_breach_and_no_other_bank_makes_up_for_it() -> None:
    over = BankMoney(1_005, 1_000, 0, 0)

    assert (SHORT.unexplained_fen, over.unexplained_fen) == (5, -5)
    assert breach_fen([SHORT, over]) == 10
    assert BankMoney.sum([SHORT, over]).unexplained_fen == 0


def test_a_bank_whose_statement_lacks_is_not_judged() -> None:
    waiting = BankMoney(900, 1_000, 0, 0, is_waiting=True)

    assert breach_fen([waiting, SOUND]) == 0
    assert BankMoney.sum([waiting, SOUND]).is_waiting


def test_the_figures_are_kept_by_name() -> None:
    assert SHORT.figures() == {
        "held": 900,
        "booked": 1_000,
        "in_transit": 70,
        "breaks": 25,
        "unexplained": 5,
        "waits": 0,
    }
