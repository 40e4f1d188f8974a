"""One customer from the first code to the closed account, by the platform's own operations."""

from huoqi.close.operations.leaving import leftovers
from huoqi.close.operations.pump import pump_of
from huoqi.close.platform import Platform
from huoqi.customers.applications import OpenedApplication, Submission
from huoqi.customers.desk import Desk
from huoqi.customers.operations import (
    ClosingRequest,
    Credentials,
    authorise,
    authorise_money,
    begin_closing,
    identify,
    prove_phone,
    send_code,
    set_payment_password,
    step_up,
)
from huoqi.customers.people import Caller, Customer, Grant
from huoqi.customers.queries import customers_of
from huoqi.customers.rules.access import CustomerClosing
from huoqi.fund.operations import redeem_rest
from huoqi.kit.db import Row
from huoqi.payments.cards import BindRequest, Card
from huoqi.sandbox.people import Person, person
from huoqi.sandbox.residents import Resident, desk_of
from tests.journeys.traveller import FRIDAY, MONDAY, WEDNESDAY, Traveller
from tests.simulation.model_rules import DAY

PASSWORD = "280461"
NEXT_MONDAY = MONDAY + 7 * DAY


def test_a_customer_registers_buys_earns_redeems_and_leaves(company: Traveller) -> None:
    platform, someone = company.live.platform, person(7)
    caller, credentials = registered(platform, someone)
    saver = bound(company, caller, someone)

    first = company.buy(saver, 1_000_000)
    company.to(WEDNESDAY, 9)
    assert company.state(saver, first) == "earning"
    earned_fen = company.holding(saver).last_income_fen
    assert earned_fen is not None
    assert company.holding(saver).units_e2 == 1_000_000 + earned_fen

    fast = company.sell(saver, 300_000, "fast")
    assert company.state(saver, fast) == "paid_out"
    normal = company.sell(saver, 200_000, "normal")
    assert company.state(saver, normal) == "accepted"
    company.to(FRIDAY, 9)
    assert company.state(saver, normal) == "paid_out"

    leave(platform, caller)
    with platform.database.work() as work:
        assert authorise_money(work, [credentials]) == [CustomerClosing()]
    company.to(NEXT_MONDAY + 4 * DAY, 12)

    with platform.database.work() as work:
        customer = customers_of(work, [caller.customer_no], shards=2)[caller.customer_no]
        assert customer.state == "closed"
        assert not isinstance(authorise(work, [credentials])[0], Caller)
    assert company.holding(saver).units_e2 == 0
    assert company.cash(saver).credit_balance == 0
    assert paid_out_fen(company, saver) == 1_000_000 + income_fen(company, saver)
    company.prove(NEXT_MONDAY + 3 * DAY)


def registered(platform: Platform, someone: Person) -> tuple[Caller, Credentials]:
    """Return a customer who proved phone and identity, with a step-up grant for purchases."""
    desk: Desk = desk_of(platform)
    with platform.database.work() as work:
        sent = send_code(work, desk, phone=someone.phone, purpose="register")
        assert not isinstance(sent, Exception), sent
    with platform.database.work() as work:
        opened = prove_phone(work, desk, phone=someone.phone, code="123456")
        assert isinstance(opened, OpenedApplication), opened
    submission = Submission(opened.token, someone.name, someone.national_id)
    session = identify(platform.database, desk, submission).session
    assert session is not None
    with platform.database.work() as work:
        (caller,) = authorise(work, [Credentials(session.token)])
        assert isinstance(caller, Caller)
        assert set_payment_password(work, desk, caller=caller, digits=PASSWORD) is None
    with platform.database.work() as work:
        grant = step_up(work, desk, caller=caller, digits=PASSWORD)
        assert isinstance(grant, Grant)
    credentials = Credentials(session.token, grant.token, moves="in")
    with platform.database.work() as work:
        assert isinstance(authorise_money(work, [credentials])[0], Caller)
    return caller, credentials


def bound(company: Traveller, caller: Caller, someone: Person) -> Resident:
    """Bind the person's own card."""
    platform = company.live.platform
    request = BindRequest(
        shard=caller.shard,
        card_id=company.new_id(),
        customer_no=caller.customer_no,
        number=someone.card,
        name=someone.name,
        national_id=someone.national_id,
        mobile=someone.phone,
    )
    (card,) = pump_of(platform).bind([request], vault=platform.vault)
    assert isinstance(card, Card), card
    saver = Resident(
        caller.customer_no, caller.customer_id, caller.shard, card.card_id, someone.bank
    )
    company.live.residents[saver.customer_no] = saver
    return saver


def leave(platform: Platform, caller: Caller) -> None:
    """Begin to close the account and redeem what is left."""
    number = caller.customer_no
    with platform.database.work() as work:
        customer = customers_of(work, [number], shards=2)[number]
        left = leftovers(work, [customer])[number]
        (leaving,) = begin_closing(work, desk_of(platform), [ClosingRequest(number, left)])
        assert isinstance(leaving, Customer), leaving
        redeem_rest(work, [(caller.shard, number)])


def paid_out_fen(company: Traveller, saver: Resident) -> int:
    """Return all the cash that reached the card."""
    rows = _rows(company, "SELECT order_id FROM fund_order WHERE customer_no = %s", saver)
    payouts = [each for (order_id,) in rows for each in company.payouts(saver, order_id)]
    assert all(payout.state.value == "paid_out" for payout in payouts)
    return sum(payout.amount_fen for payout in payouts)


def income_fen(company: Traveller, saver: Resident) -> int:
    """Return all that the customer ever earned, as units that were neither bought nor redeemed."""
    statement = "SELECT coalesce(sum(delta_e2), 0)::bigint FROM unit_event WHERE customer_no = %s"
    ((left_e2,),) = _rows(company, statement, saver)
    assert isinstance(left_e2, int)
    return -left_e2


def _rows(company: Traveller, statement: str, saver: Resident) -> list[Row]:
    with company.live.database.work(while_advancing=True) as work:
        return work.rows(statement, (saver.customer_no,))
