"""Sending money to persons from a fund or cash; what cannot arrive is the giver's again."""

from collections.abc import Sequence

from huoqi.fund.person_transfers import TransferRequest, TransferToOneself, send_to_persons
from huoqi.fund.rules.spending_limits import SpendingLimit
from huoqi.kit.errors import DomainError
from huoqi.payments.handovers import Handover, HandoverState
from huoqi.payments.queries import handovers_of_keys
from tests.fund.test_spending import OTHER, PAYER, check_money, know
from tests.fund.test_spending import saver as saver
from tests.fund.world import FUND, SHARDS, Shelf


def to_person(shelf: Shelf, amount_fen: int, *, fund: str | None = FUND) -> TransferRequest:
    ids = (PAYER % SHARDS, shelf.new_id(), PAYER, OTHER % SHARDS, OTHER)
    return TransferRequest(*ids, amount_fen, fund)


def send(shelf: Shelf, *requests: TransferRequest) -> Sequence[Handover | DomainError]:
    return shelf.database.run(lambda work: send_to_persons(work, requests))


def test_units_become_another_persons_cash(saver: Shelf) -> None:
    know(saver, PAYER, OTHER)
    before_e2 = saver.holding(PAYER).units_e2
    asked = to_person(saver, 30_000)
    send(saver, asked)

    assert saver.holding(PAYER).units_e2 == before_e2 - 30_000
    saver.pay()
    assert saver.cash_fen(PAYER) == 0
    found = saver.database.run(lambda work: handovers_of_keys(work, [asked.key]))[asked.key]
    assert found.state is HandoverState.ARRIVED
    assert saver.cash_fen(OTHER) == 30_000
    assert send(saver, asked) == [found]
    check_money(saver)


def test_what_cannot_arrive_is_the_givers_cash_and_buys_again(saver: Shelf) -> None:
    know(saver, PAYER)
    asked = to_person(saver, 30_000)
    send(saver, asked)
    saver.pay()

    assert saver.cash_fen(PAYER) == 30_000
    (again,) = send(saver, to_person(saver, 30_000, fund=None))
    assert isinstance(again, Handover)


def test_nobody_sends_to_herself_and_limits_have_a_date(saver: Shelf) -> None:
    know(saver, PAYER, OTHER)
    ids = (PAYER % SHARDS, saver.new_id(), PAYER, PAYER % SHARDS, PAYER)

    assert send(saver, TransferRequest(*ids, 100, FUND)) == [TransferToOneself()]
    (refused,) = send(saver, to_person(saver, 500_001))
    assert isinstance(refused, SpendingLimit)
    assert refused.params["since"] == "2015-05-11"


def test_of_two_transfers_that_together_exceed_the_holding_exactly_one_goes(
    saver: Shelf,
) -> None:
    know(saver, PAYER, OTHER)
    answers = send(saver, to_person(saver, 60_000), to_person(saver, 60_000))
    saver.pay()

    assert [type(each).__name__ for each in answers] == ["Handover", "InsufficientUnits"]
    assert saver.cash_fen(OTHER) == 60_000
