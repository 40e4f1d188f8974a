"""Closed days are sealed when somebody asks, in order, and every saver has a proof."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from huoqi.close.book import BookDamaged
from huoqi.close.operations.sealing import proof_of, seal_until
from huoqi.close.rules.proofs import SIGNERS, Proof, proof_bytes, verify
from huoqi.close.seal.port import SealDesk, SignerRefuses
from huoqi.close.seal.refusals import NotInBook, NotSealed
from huoqi.close.seal.simulated import simulated_desk
from huoqi.fund.orders import Speed
from huoqi.fund.queries import holding_of
from huoqi.kit.dates import shanghai_at
from huoqi.sandbox.time_machine import TimeMachine
from tests.close.world import FUND, SHARDS, Company, company_on, day

SAVERS = range(100, 112)
SECRET = bytes(range(32))


@pytest.fixture
def company(dsn: str) -> Iterator[Company]:
    """Yield a company with three signers, a week after its savers bought."""
    with company_on(dsn, savers=SAVERS) as opened:
        desk = simulated_desk(SECRET, managers=opened.platform.managers, now=opened.now)
        opened.platform = replace(opened.platform, seal=desk)
        opened.buy({no: 100_000 + 37 * no for no in SAVERS})
        TimeMachine(opened.platform).advance_to(shanghai_at(day(4), hour=9))
        opened.sell(103, 5_000, speed=Speed.FAST)
        opened.sell(104, None, speed=Speed.FAST)
        TimeMachine(opened.platform).advance_to(shanghai_at(day(8), hour=9))
        yield opened


def desk_of(company: Company) -> SealDesk:
    desk = company.platform.seal
    assert desk is not None
    return desk


def proof(company: Company, account: int, *, number: int) -> Proof:
    desk, on = desk_of(company), day(number)
    with company.database.work(while_advancing=True) as work:
        return proof_of(work, desk=desk, fund=FUND, on=on, account=account)


def units_now(company: Company, account: int) -> int:
    with company.database.work(while_advancing=True) as work:
        shard = account % SHARDS
        return holding_of(work, fund=FUND, shard=shard, customer_no=account).units_e2


def test_all_closed_days_are_sealed_in_order_and_once(company: Company) -> None:
    assert seal_until(company.platform, fund=FUND, on=day(5)) == 6
    assert seal_until(company.platform, fund=FUND, on=day(9)) == 2
    assert seal_until(company.platform, fund=FUND, on=day(9)) == 0


def test_every_saver_has_a_proof_of_the_balance_that_the_app_shows(company: Company) -> None:
    seal_until(company.platform, fund=FUND, on=day(7))
    keys = {signer.signer: signer.public_key for signer in desk_of(company).signers}
    for number in (2, 4, 7):
        for account in SAVERS:
            if account == 104 and number >= 4:
                continue
            held = proof(company, account, number=number)
            assert verify(proof_bytes(held), trusted=keys) == held
            if number == 7:
                assert held.leaf.units_e2 == units_now(company, account)
    closed = company.days()[7].sealed
    statement = proof(company, 100, number=7).statement
    assert statement.total_units_e2 == closed.total_units_e2
    assert statement.total_income_fen == closed.total_income_fen


def test_who_sold_everything_has_a_last_proof_and_then_none(company: Company) -> None:
    seal_until(company.platform, fund=FUND, on=day(7))

    assert proof(company, 104, number=3).leaf.units_e2 > 0
    with pytest.raises(NotInBook):
        proof(company, 104, number=7)


def test_a_day_that_nobody_asked_for_is_not_sealed(company: Company) -> None:
    with pytest.raises(NotSealed):
        proof(company, 100, number=3)


def test_nobody_signs_what_the_register_does_not_bear_out(company: Company) -> None:
    with company.database.work(while_advancing=True) as work:
        work.run("UPDATE close_book SET units = accounts WHERE close_on = %s", (day(5),))
        work.run("UPDATE close_book SET sha256 = sha256 WHERE close_on = %s", (day(5),))

    with pytest.raises((SignerRefuses, BookDamaged)):
        seal_until(company.platform, fund=FUND, on=day(5))


def test_a_company_without_signers_seals_nothing(company: Company) -> None:
    platform = replace(company.platform, seal=None)

    assert seal_until(platform, fund=FUND, on=day(7)) == 0
    assert len(desk_of(company).signers) == len(SIGNERS)
