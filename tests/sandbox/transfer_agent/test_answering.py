from dataclasses import replace

from huoqi.sandbox.transfer_agent.answering import (
    PURCHASE,
    REDEMPTION,
    Gate,
    Trade,
    answers_to,
    is_large_day,
    pro_rata,
    with_accrued,
)

ALL = Gate()


def trade(number: int, business: str, size: int, *, of: int | None = None) -> Trade:
    """Return an order of account 100 + its number."""
    return Trade(
        serial=f"{number:024}",
        order_on=1,
        fund="990001",
        business=business,
        account_no=100 + number if of is None else of,
        amount_fen=size,
        units_e2=size,
        defers=True,
        takes_income=False,
    )


def test_amounts_ending_in_13_are_rejected_and_in_17_halved() -> None:
    orders = [trade(n, PURCHASE, size) for n, size in enumerate([10_001, 10_013, 10_017])]

    answers = answers_to(orders, held_e2={}, total_e2=0, gate=ALL)
    assert [(a.code, a.units_e2) for a in answers] == [
        ("0000", 10_001),
        ("1013", 0),
        ("0000", 5_008),
    ]


def test_nobody_redeems_more_than_is_held_and_the_first_order_comes_first() -> None:
    orders = [trade(1, REDEMPTION, 70), trade(2, REDEMPTION, 70, of=101), trade(3, REDEMPTION, 5)]

    answers = answers_to(orders, held_e2={101: 100}, total_e2=10_000, gate=ALL)
    assert [(a.code, a.units_e2) for a in answers] == [("0000", 70), ("0000", 30), ("2001", 0)]


def test_a_large_day_lets_its_share_through_and_defers_the_rest_where_that_is_asked() -> None:
    asks = trade(1, REDEMPTION, 3_000)
    held = {101: 3_000, 102: 1_000}
    orders = [asks, replace(trade(2, REDEMPTION, 1_000), defers=False)]

    answers = answers_to(orders, held_e2=held, total_e2=10_000, gate=Gate(10))
    assert [(a.units_e2, a.deferred_e2) for a in answers] == [(750, 2_250), (250, 0)]
    cancelled = answers_to(orders, held_e2=held, total_e2=10_000, gate=Gate(5, defers=False))
    assert [(a.units_e2, a.deferred_e2) for a in cancelled] == [(750, 0), (250, 0)]


def test_an_order_cut_to_nothing_waits_or_is_refused() -> None:
    orders = [trade(1, REDEMPTION, 10_000), trade(2, REDEMPTION, 1)]
    held = {101: 10_000, 102: 1}

    kept = answers_to(orders, held_e2=held, total_e2=10_001, gate=Gate(10))
    assert [(a.code, a.units_e2, a.deferred_e2) for a in kept][1] == ("0000", 0, 1)
    gone = answers_to(orders, held_e2=held, total_e2=10_001, gate=Gate(10, defers=False))
    assert [(a.code, a.units_e2, a.deferred_e2) for a in gone][1] == ("2002", 0, 0)


def test_exactly_a_tenth_is_not_a_large_day() -> None:
    orders = [trade(1, REDEMPTION, 1_100), trade(2, PURCHASE, 100)]

    assert not is_large_day(orders, held_e2={101: 5_000}, total_e2=10_000)
    assert is_large_day(orders, held_e2={101: 5_000}, total_e2=9_999)


def test_what_is_let_through_adds_up() -> None:
    assert pro_rata([5, 5], limit_e2=20) == [5, 5]
    assert pro_rata([1, 1, 1], limit_e2=2) == [1, 1, 0]


def test_accrued_income_leaves_with_the_last_units_if_it_is_asked_for() -> None:
    asks = replace(trade(1, REDEMPTION, 100), takes_income=True)
    orders = [asks, trade(2, REDEMPTION, 100), trade(3, REDEMPTION, 50), trade(4, REDEMPTION, 100)]
    held = {101: 100, 102: 100, 103: 100, 104: 100}
    answers = answers_to(orders, held_e2=held, total_e2=10_000, gate=ALL)

    paid = with_accrued(answers, held_e2=held, accrued_fen={101: 7, 102: 7, 103: -7, 104: -700})
    assert [answer.income_fen for answer in paid] == [7, 0, 0, -100]


def test_units_bought_the_same_day_keep_the_accrued_income() -> None:
    orders = [replace(trade(1, REDEMPTION, 100), takes_income=True), trade(2, PURCHASE, 1, of=101)]
    answers = answers_to(orders, held_e2={101: 100}, total_e2=10_000, gate=ALL)

    paid = with_accrued(answers, held_e2={101: 100}, accrued_fen={101: 7})
    assert [answer.income_fen for answer in paid] == [0, 0]
