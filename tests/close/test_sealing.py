"""Closed days are sealed in their order, who is missing is named, and every saver has a proof."""

import hashlib
import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import partial

import pytest

from huoqi.approvals.operations import Decision, decide
from huoqi.approvals.queries import Approval
from huoqi.close.book import BookDamaged
from huoqi.close.cockpit import cockpit_of, live_steps
from huoqi.close.operations import Rounds
from huoqi.close.operations.approving import let_seal, propose_seal
from huoqi.close.operations.sealing import Sealing, proof_of, seal_closed, seal_until
from huoqi.close.queries import seals_before, status_of
from huoqi.close.rules.proofs import Proof, proof_bytes, verify
from huoqi.close.rules.seal_tree import NOTHING, statement_bytes
from huoqi.close.seal.port import SealDesk
from huoqi.close.seal.refusals import NotClosed, NotInBook, NotSealed
from huoqi.close.seal.simulated import simulated_desk
from huoqi.fund.managers.simulated_custody import SimulatedSigners
from huoqi.fund.orders import Speed
from huoqi.fund.queries import holding_of
from huoqi.kit.dates import shanghai_at
from huoqi.policy.book import PolicyRow
from huoqi.policy.operations import add_rules
from huoqi.sandbox.time_machine import TimeMachine
from tests.close.world import FUND, SHARDS, Company, company_on, day

SAVERS = range(100, 112)
SECRET = bytes(range(32))


@pytest.fixture
def opened_today(dsn: str) -> Iterator[Company]:
    """Yield a company with three signers and nobody's money."""
    with company_on(dsn, savers=SAVERS) as opened:
        desk = simulated_desk(
            SECRET,
            managers=opened.platform.managers,
            now=opened.now,
            register=SimulatedSigners(opened.database).in_register,
            custody=SimulatedSigners(opened.database).in_custody,
        )
        opened.platform = replace(opened.platform, seal=desk)
        yield opened


@pytest.fixture
def company(opened_today: Company) -> Company:
    """Return a company with three signers, a week after its savers bought."""
    opened = opened_today
    opened.buy({no: 100_000 + 37 * no for no in SAVERS})
    TimeMachine(opened.platform).advance_to(shanghai_at(day(4), hour=9))
    opened.sell(103, 5_000, speed=Speed.FAST)
    opened.sell(104, None, speed=Speed.FAST)
    TimeMachine(opened.platform).advance_to(shanghai_at(day(8), hour=9))
    return opened


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


def waits(company: Company, *, number: int) -> tuple[str, str | None]:
    """Return where the fourteenth step of a day stands, and whom it waits for."""
    with company.database.work(while_advancing=True) as work:
        status = status_of(work, fund=FUND, on=day(number))
        row = cockpit_of(status, live_steps(work, status))[-1]
    return row.state.value, row.waits_for.value if row.waits_for else None


def sealed_on(company: Company) -> dict[date, bytes]:
    with company.database.work(while_advancing=True) as work:
        kept = seals_before(work, fund=FUND, before=date.max, limit=1_000)
    return {each.statement.on: each.statement.root for each in kept}


def go_to(company: Company, number: int, *, hour: int = 9) -> None:
    TimeMachine(company.platform).advance_to(shanghai_at(day(number), hour=hour))


def rule(company: Company, name: str) -> None:
    row = PolicyRow(name, day(0), {"needed": 1}, "house rule", fund=FUND)
    company.database.run(lambda work: add_rules(work, [row]))


def test_a_journey_leaves_every_closed_day_sealed_and_chained(company: Company) -> None:
    with company.database.work(while_advancing=True) as work:
        kept = seals_before(work, fund=FUND, before=date.max, limit=100)[::-1]

    assert [each.statement.on for each in kept] == [day(number) for number in range(8)]
    assert kept[0].statement.previous_sha256 == NOTHING
    for before, after in itertools.pairwise(kept):
        digest = hashlib.sha256(statement_bytes(before.statement)).digest()
        assert after.statement.previous_sha256 == digest
    assert waits(company, number=7) == ("done", None)
    assert seal_until(company.platform, fund=FUND) == Sealing(0)


def test_days_before_the_first_order_are_sealed_as_empty(opened_today: Company) -> None:
    go_to(opened_today, 3)
    empty = sealed_on(opened_today)
    opened_today.buy({100: 100_000})
    go_to(opened_today, 8)

    assert list(empty) == [day(2), day(1), day(0)]
    assert len(sealed_on(opened_today)) == 8
    assert proof(opened_today, 100, number=7).leaf.units_e2 > 100_000


def test_many_days_at_once_have_the_roots_of_days_one_by_one(company: Company) -> None:
    by_day: dict[date, bytes] = {}
    for number in range(9, 26):
        go_to(company, number)
        by_day |= sealed_on(company)
    company.database.run(lambda work: work.run("DELETE FROM close_seal"))

    assert seal_until(company.platform, fund=FUND).count == len(by_day)
    assert sealed_on(company) == by_day


def test_who_is_away_holds_up_the_seals_and_nothing_else(company: Company) -> None:
    until = shanghai_at(day(11), hour=12)
    company.fault("custodian_away", at=company.now(), until=until)
    go_to(company, 11)

    assert [closed.sealed.on for closed in company.days()][-1] == day(10)
    assert max(sealed_on(company)) == day(7)
    assert waits(company, number=8) == ("blocked", "custodian")
    assert waits(company, number=9) == ("waiting", "us")

    go_to(company, 11, hour=14)
    assert max(sealed_on(company)) == day(10)
    assert waits(company, number=8) == ("done", None)


def test_a_manager_who_does_not_answer_is_named(company: Company) -> None:
    go_to(company, 9)
    company.database.run(lambda work: work.run("DELETE FROM close_seal"))
    company.fault("manager_down", at=company.now(), until=shanghai_at(day(10), hour=9))

    assert seal_until(company.platform, fund=FUND) == Sealing(0, "fund_manager:away")
    assert waits(company, number=0) == ("blocked", "fund_manager")


def test_what_is_to_be_sealed_is_kept_however_short_books_are(company: Company) -> None:
    row = PolicyRow("close.book_days", day(0), {"days": 2}, "house rule", fund=FUND)
    company.database.run(lambda work: add_rules(work, [row]))
    company.fault("custodian_away", at=company.now(), until=shanghai_at(day(30), hour=12))
    go_to(company, 30)
    assert max(sealed_on(company)) == day(7)

    go_to(company, 31)
    assert sorted(sealed_on(company)) == [day(number) for number in range(31)]


def test_policy_may_let_a_day_wait_for_the_seal_of_the_day_before(company: Company) -> None:
    rule(company, "close.next_day_waits_for_seal")
    company.fault("custodian_away", at=company.now(), until=shanghai_at(day(11), hour=12))
    go_to(company, 11)
    assert [closed.sealed.on for closed in company.days()][-1] == day(8)
    assert waits(company, number=8) == ("blocked", "custodian")
    assert company.status(day(9)).steps[0].note == "day_before_unsealed"

    go_to(company, 11, hour=14)
    assert [closed.sealed.on for closed in company.days()][-1] == day(10)
    assert max(sealed_on(company)) == day(10)


def test_policy_may_ask_two_people_before_the_platform_signs(company: Company) -> None:
    rule(company, "close.seal_approval")
    go_to(company, 10)
    assert max(sealed_on(company)) == day(7)
    assert waits(company, number=8) == ("blocked", "approver")

    for number in (8, 9):
        proposed = company.database.run(
            partial(propose_seal, fund=FUND, on=day(number), maker="staff:maker")
        )
        assert isinstance(proposed, Approval)
        decision = Decision(
            proposed.approval_id, "staff:checker", "approve", proposed.object_version
        )
        company.database.run(partial(decide, decisions=[decision]))
        company.database.run(partial(let_seal, approval=proposed))
        go_to(company, 10, hour=10 + number)
        assert max(sealed_on(company)) == day(number)
    with pytest.raises(NotClosed), company.database.work(while_advancing=True) as work:
        propose_seal(work, fund=FUND, on=day(10), maker="staff:maker")


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


def test_a_day_that_is_not_closed_has_no_proof(company: Company) -> None:
    with pytest.raises(NotSealed):
        proof(company, 100, number=8)


def test_nobody_signs_what_was_not_closed_so(company: Company) -> None:
    company.database.run(lambda work: work.run("DELETE FROM close_seal"))
    with company.database.work(while_advancing=True) as work:
        work.run(
            "UPDATE close_day SET total_units_e2 = 1 + total_units_e2 WHERE close_on = %s",
            (day(5),),
        )

    assert seal_until(company.platform, fund=FUND) == Sealing(5, "platform:refuses")
    assert waits(company, number=5) == ("blocked", "us")


def test_a_custodian_refuses_what_its_cash_does_not_bear_out(company: Company) -> None:
    go_to(company, 9)
    company.database.run(lambda work: work.run("DELETE FROM close_seal"))
    with company.database.work(while_advancing=True) as work:
        work.run("UPDATE simulated.manager_settlement SET in_fen = in_fen + 1")

    assert seal_until(company.platform, fund=FUND).missing == "custodian:refuses"


def test_a_book_that_was_changed_seals_nothing(company: Company) -> None:
    company.database.run(lambda work: work.run("DELETE FROM close_seal"))
    with company.database.work(while_advancing=True) as work:
        work.run("UPDATE close_book SET units = accounts WHERE close_on = %s", (day(5),))

    with pytest.raises(BookDamaged):
        seal_until(company.platform, fund=FUND)


def test_a_company_without_signers_seals_nothing(company: Company) -> None:
    platform = replace(company.platform, seal=None)
    company.database.run(lambda work: work.run("DELETE FROM close_seal"))

    assert seal_until(platform, fund=FUND) == Sealing(0)
    assert seal_closed(platform) == 0


def test_what_a_stop_left_unsealed_is_sealed_in_the_first_round(company: Company) -> None:
    company.database.run(lambda work: work.run("DELETE FROM close_seal"))
    rounds = Rounds()

    rounds(company.platform)

    assert max(sealed_on(company)) == day(7)
    company.database.run(lambda work: work.run("DELETE FROM close_seal"))
    rounds(company.platform)
    assert sealed_on(company) == {}
