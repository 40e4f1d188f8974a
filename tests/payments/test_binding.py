"""Cards from the four elements to bound, and back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from huoqi.kit.errors import DomainError
from huoqi.payments.cards import Card, CardKey, CardState, CodeEntry
from huoqi.payments.operations import bind_cards, set_default_cards, unbind_cards
from huoqi.payments.operations.binding import (
    CardAlreadyBound,
    CardInUse,
    CardNotFound,
    CheckStarted,
    TooManyAttempts,
)
from huoqi.payments.queries import cards_of_customer, limit_left
from huoqi.payments.rules.bank_profiles import Direction
from huoqi.payments.rules.cards import CardChecksum, CardNotDebit, luhn_digit
from tests.payments.world import MONDAY_NINE, World, card_number


def enter_code(world: World, card: Card, code: str) -> Card | DomainError:
    entry = CodeEntry(
        shard=card.shard, card_id=card.card_id, customer_no=card.customer_no, code=code
    )
    return world.pump.enter_codes([entry])[0]


def unbind(world: World, key: CardKey, customer_no: int) -> Card | DomainError:
    return world.database.run(lambda work: unbind_cards(work, [(key, customer_no)]))[0]


def card_now(world: World, card: Card) -> Card:
    found = world.database.run(
        lambda work: cards_of_customer(work, shard=card.shard, customer_no=card.customer_no)
    )
    return next(item for item in found if item.card_id == card.card_id)


def arm(world: World, fault: str, *, remaining: int | None = 1) -> None:
    world.database.run(
        lambda work: work.run(
            "INSERT INTO simulated.fault (fault_id, fault, active_from, remaining)"
            " VALUES (%s, %s, %s, %s)",
            (world.new_id(), fault, work.at, remaining),
        )
    )


def test_a_matching_card_is_bound_and_is_the_default(world: World) -> None:
    card = world.saver()

    assert (card.state, card.bank, card.last_four) == (CardState.BOUND, "ICBC", "0000")
    assert card.is_default


@pytest.mark.parametrize(
    ("last_four", "reason"), [("0004", "card.name_mismatch"), ("0005", "card.lost")]
)
def test_a_definite_mismatch_names_what_the_bank_names(
    world: World, last_four: str, reason: str
) -> None:
    world.open_customer(7)
    card = world.bind(7, last_four)

    assert (card.state, card.reason) == (CardState.REJECTED, reason)


def test_a_card_that_asks_for_a_code_is_bound_by_the_right_one(world: World) -> None:
    world.open_customer(7)
    card = world.bind(7, "0036")

    assert card.state is CardState.SMS_SENT
    wrong = enter_code(world, card, "000000")
    assert isinstance(wrong, Card)
    assert (wrong.state, wrong.wrong_codes) == (CardState.SMS_SENT, 1)
    right = enter_code(world, card, "123456")
    assert isinstance(right, Card)
    assert right.state is CardState.BOUND


def test_three_wrong_codes_lock_the_card_at_its_bank_for_ten_minutes(world: World) -> None:
    world.open_customer(7)
    card = world.bind(7, "0036")
    for _ in range(3):
        enter_code(world, card, "000000")
    locked = enter_code(world, card, "123456")

    assert isinstance(locked, Card)
    assert locked.state is CardState.SMS_SENT
    world.run_after(minutes=10)
    assert card_now(world, card).reason == "card.code_expired"


def test_the_first_debit_of_such_a_card_asks_for_a_code_once_more(world: World) -> None:
    world.open_customer(7)
    card = world.bind(7, "0036")
    enter_code(world, card, "123456")
    first = world.place_one(card, 10_000)
    world.run_at(MONDAY_NINE)
    enter_code(world, card, "123456")
    second = world.place_one(card, 10_000)
    world.run_at(MONDAY_NINE)

    assert world.now(first).reason == "card.sms_required"
    assert world.now(second).state == "SUCCEEDED"


def test_a_lost_answer_is_unknown_and_asked_about_by_the_same_request(world: World) -> None:
    world.open_customer(7)
    arm(world, "reply_lost")
    card = world.bind(7)

    assert card.state is CardState.UNKNOWN
    world.run_after(seconds=30)
    assert card_now(world, card).state is CardState.BOUND


def test_a_request_that_never_arrived_ends_and_may_be_made_again(world: World) -> None:
    world.open_customer(7)
    arm(world, "bank_down")
    card = world.bind(7)
    world.run_after(seconds=30)

    assert card_now(world, card).reason == "card.check_not_received"
    assert world.bind(7).state is CardState.BOUND


def test_a_worker_killed_before_the_check_leaves_a_card_that_is_asked_about(world: World) -> None:
    world.open_customer(7)
    request = world.bind_request(7)
    world.database.run(lambda work: bind_cards(work, [request], vault=world.vault))
    world.run_after(seconds=30)
    (card,) = world.database.run(
        lambda work: cards_of_customer(work, shard=request.shard, customer_no=7)
    )

    assert card.reason == "card.check_not_received"


def test_a_slip_and_a_credit_card_are_refused_before_any_bank_is_asked(world: World) -> None:
    world.open_customer(7)
    slip = replace(world.bind_request(7), number="6222021234567890127")
    credit = replace(
        world.bind_request(7), number="622230" + "0" * 9 + str(luhn_digit("622230" + "0" * 9))
    )

    assert world.pump.bind([slip, credit], vault=world.vault) == [CardChecksum(), CardNotDebit()]


def test_a_card_cannot_be_bound_twice_and_a_repeated_request_answers_itself(world: World) -> None:
    world.open_customer(7)
    request = world.bind_request(7)
    first = world.pump.bind([request], vault=world.vault)
    again = world.pump.bind([request, replace(request, card_id=world.new_id())], vault=world.vault)

    assert again == [first[0], CardAlreadyBound()]


def test_the_sixth_attempt_of_a_day_is_refused_and_the_next_day_is_new(world: World) -> None:
    world.open_customer(7)
    for _ in range(5):
        world.bind(7, "0004")
    sixth = world.bind_request(7)

    assert world.pump.bind([sixth], vault=world.vault) == [TooManyAttempts(limit_count=5)]
    world.clock.at = MONDAY_NINE + timedelta(hours=15)
    assert world.bind(7).state is CardState.BOUND


def test_unbinding_waits_for_the_orders_of_the_card_and_names_one(world: World) -> None:
    card = world.saver()
    order = world.place_one(card, 10_000)

    assert unbind(world, card.key, 7) == CardInUse(order_id=str(order.order_id))
    world.run_at(MONDAY_NINE)
    unbound = unbind(world, card.key, 7)
    assert isinstance(unbound, Card)
    assert unbound.state is CardState.UNBOUND
    assert unbind(world, card.key, 7) == unbound
    assert unbind(world, card.key, 9) == CardNotFound()


def test_the_default_moves_on_wish_and_when_its_card_goes(world: World) -> None:
    first = world.saver()
    second = world.bind(7)
    (chosen,) = world.database.run(lambda work: set_default_cards(work, [(second.key, 7)]))

    assert isinstance(chosen, Card)
    assert (card_now(world, first).is_default, chosen.is_default) == (False, True)
    unbind(world, second.key, 7)
    assert card_now(world, first).is_default


def test_a_card_reported_lost_is_blocked(world: World) -> None:
    card = world.saver()
    world.database.run(lambda work: work.run("UPDATE simulated.bank_card SET last_four = '0005'"))
    order = world.place_one(card, 10_000)
    world.run_at(MONDAY_NINE)

    assert world.now(order).reason == "card.lost"
    assert card_now(world, card).blocked
    assert not isinstance(world.place(world.request(card, 1))[0], type(order))


def test_the_number_is_nowhere_in_clear(world: World) -> None:
    world.open_customer(7)
    request = world.bind_request(7)
    (started,) = world.database.run(lambda work: bind_cards(work, [request], vault=world.vault))

    assert isinstance(started, CheckStarted)
    assert request.number not in repr(request) + repr(started)
    rows = world.database.run(lambda work: work.rows("SELECT card::text FROM card"))
    assert request.number[4:15] not in rows[0][0]
    assert request.number.encode().hex() not in rows[0][0]


def test_what_a_card_may_still_move_today_is_told(world: World) -> None:
    card = world.saver()
    world.place_one(card, 4_000_000)
    left = world.database.run(lambda work: limit_left(work, card, direction=Direction.COLLECT))

    assert left is not None
    assert (left.day_used_fen, left.left_fen, left.status) == (4_000_000, 1_000_000, "illustrative")


@pytest.mark.parametrize(
    ("bank", "prefix", "digits"),
    [("BOC", "620061", 19), ("CMB", "621286", 16), ("CIB", "622908", 18), ("SPDB", "620530", 19)],
)
def test_each_banks_sample_card_is_told_by_its_digits(
    world: World, bank: str, prefix: str, digits: int
) -> None:
    world.open_customer(7)
    number = card_number("0000", prefix=prefix, serial_digits=digits - 11)
    request = replace(world.bind_request(7), number=number)
    (card,) = world.pump.bind([request], vault=world.vault)

    assert isinstance(card, Card)
    assert (card.bank, card.state) == (bank, CardState.BOUND)
