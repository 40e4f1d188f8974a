"""What the magic cards and amounts do to a purchase, until its end state."""

import pytest

from huoqi.close.operations import pump_payments
from huoqi.close.operations.pump import pump_of
from huoqi.customers.operations import SimulatedPerson, register_simulated
from huoqi.customers.people import NewCustomer
from huoqi.payments.cards import BindRequest, Card, CodeEntry
from huoqi.sandbox.people import card_number, person
from huoqi.sandbox.residents import Resident, desk_of
from tests.journeys.traveller import (
    MONDAY,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    Traveller,
)
from tests.simulation.live import ISSUERS


def test_a_sound_card_pays_at_once_and_the_units_earn(company: Traveller) -> None:
    saver = company.saver("0000")

    bought = company.buy(saver, 100_000)

    assert company.state(saver, bought) == "paid"
    company.to(WEDNESDAY, 9)
    assert company.state(saver, bought) == "earning"
    assert company.holding(saver).last_income_on == TUESDAY
    company.prove(TUESDAY)


@pytest.mark.parametrize(
    ("last_four", "reason"), [("0002", "card.insufficient_funds"), ("0024", "card.daily_limit")]
)
def test_a_refused_debit_leaves_nothing_behind(
    company: Traveller, last_four: str, reason: str
) -> None:
    saver = company.saver(last_four)

    bought = company.buy(saver, 5_000_000)

    order = company.order(saver, bought)
    assert (order.state.value, order.reason) == ("failed", reason)
    assert company.cash(saver) == (0, 0, 0, 0)
    # The limits of the day are as they were: the whole of it can be tried again.
    assert company.state(saver, company.buy(saver, 5_000_000)) == "failed"
    company.to(WEDNESDAY, 9)
    company.prove(TUESDAY)


def test_a_card_without_a_reply_pays_by_callback(company: Traveller) -> None:
    saver = company.saver("0009")
    bought = company.buy(saver, 100_000)

    company.wait(89)
    assert company.state(saver, bought) == "placed"
    company.wait(1)
    assert company.state(saver, bought) == "paid"

    company.to(WEDNESDAY, 9)
    company.prove(TUESDAY)


def test_a_card_that_asks_for_codes_is_bound_and_debited_with_them(company: Traveller) -> None:
    platform = company.live.platform
    someone = person(7)
    with platform.database.work() as work:
        people = [SimulatedPerson(someone.name, someone.national_id, someone.phone)]
        (customer,) = register_simulated(work, desk_of(platform), people)
        assert isinstance(customer, NewCustomer)
    request = BindRequest(
        shard=customer.shard,
        card_id=company.new_id(),
        customer_no=customer.customer_no,
        number=card_number(ISSUERS["ICBC"], serial=7, last_four="0036"),
        name=someone.name,
        national_id=someone.national_id,
        mobile=someone.phone,
    )
    pump = pump_of(platform)
    (asked,) = pump.bind([request], vault=platform.vault)
    assert isinstance(asked, Card)
    entry = CodeEntry(customer.shard, asked.card_id, customer.customer_no, "123456")
    (bound,) = pump.enter_codes([entry])
    assert isinstance(bound, Card)
    assert bound.state.value == "BOUND"
    saver = Resident(
        customer.customer_no, customer.customer_id, customer.shard, bound.card_id, "ICBC"
    )
    company.live.residents[saver.customer_no] = saver

    refused = company.order(saver, company.buy(saver, 100_000))
    assert (refused.state.value, refused.reason) == ("failed", "card.sms_required")
    assert isinstance(pump.enter_codes([entry])[0], Card)
    assert company.state(saver, company.buy(saver, 100_000)) == "paid"
    company.to(WEDNESDAY, 9)
    company.prove(TUESDAY)


def test_an_amount_ending_in_13_is_refused_by_the_manager_and_given_back(
    company: Traveller,
) -> None:
    saver = company.saver()
    bought = company.buy(saver, 100_013)

    company.to(TUESDAY, 9)
    pump_payments(company.live.platform)

    order = company.order(saver, bought)
    assert (order.state.value, order.reason) == ("refunded", "fund.rejected")
    assert order.refunded_fen == 100_013
    assert company.cash(saver).credit_balance == 0
    assert company.holding(saver).units_e2 == 0
    company.to(WEDNESDAY, 9)
    company.prove(TUESDAY)


def test_of_an_amount_ending_in_17_half_earns_and_half_is_given_back(company: Traveller) -> None:
    saver = company.saver()
    bought = company.buy(saver, 100_017)

    company.to(TUESDAY, 10)

    order = company.order(saver, bought)
    assert (order.state.value, order.done_fen, order.refunded_fen) == (
        "partly_confirmed",
        50_008,
        50_009,
    )
    assert company.holding(saver).units_e2 == 50_008
    assert company.cash(saver).credit_balance == 0
    company.to(WEDNESDAY, 9)
    assert company.state(saver, bought) == "earning"
    company.prove(TUESDAY)


def test_an_amount_ending_in_19_is_confirmed_a_day_later(company: Traveller) -> None:
    saver = company.saver()
    bought = company.buy(saver, 100_019)

    company.to(TUESDAY, 10)
    assert company.state(saver, bought) == "sent"
    company.to(WEDNESDAY, 10)

    order = company.order(saver, bought)
    assert (order.state.value, order.confirm_on, order.earns_on) == (
        "confirmed",
        WEDNESDAY,
        WEDNESDAY,
    )
    company.to(THURSDAY, 9)
    assert company.holding(saver).last_income_on == WEDNESDAY
    company.prove(WEDNESDAY)
    assert company.rows(MONDAY) == []
