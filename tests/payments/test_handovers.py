"""Cash from one customer to another: on two shards or on one, once, or back where it was."""

from collections.abc import Sequence
from itertools import count
from threading import Barrier, Thread

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.kit.shards import shard_of
from huoqi.ledger.queries import balances, check_invariants
from huoqi.ledger.rules.chart import AccountKind, customer_cash_account, system_account
from huoqi.payments.handovers import Handover, HandoverState
from huoqi.payments.operations.handovers import arrive, begin_handovers, due_handovers, finish
from huoqi.payments.operations.orders import BalanceTooLow
from huoqi.payments.queries import given_by, handovers_of_keys, next_due_at, received_by, reserve
from tests.payments.world import SHARDS, World, build_world

GIVER, NEAR, FAR, NOBODY = 107, 109, 108, 110
RECEIVERS = (NEAR, FAR)

ADD = """
    INSERT INTO customer (shard, customer_no, customer_id, state, simulated, registered_at,
        id_pseudonym, phone_pseudonym, sealed_name, sealed_national_id, sealed_phone)
    VALUES (%(shard)s, %(no)s, gen_random_uuid(), 'active', true, %(at)s, %(mark)s, %(mark)s, '',
        '', '')
    ON CONFLICT (shard, customer_no) DO UPDATE SET state = 'active', closed_at = NULL,
        staff_frozen_at = NULL, staff_freeze_reason = NULL
"""
FREEZE = """
    UPDATE customer SET staff_frozen_at = %(at)s, staff_freeze_reason = 'court_order'
    WHERE customer_no = %(no)s
"""
CLOSE = "UPDATE customer SET state = 'closed', closed_at = %(at)s WHERE customer_no = %(no)s"


def place_of(number: int) -> int:
    return shard_of(number, shards=SHARDS)


def set_customer(world: World, statement: str, number: int) -> None:
    def body(work: Work) -> None:
        mark = number.to_bytes(16, "big")
        given = {"shard": place_of(number), "no": number, "at": work.at, "mark": mark}
        work.run(statement, given)

    world.database.run(body)


def people(world: World, *, cash_fen: int = 10_000) -> None:
    """Let a giver with cash and two receivers exist, one on the giver's shard."""
    world.database.run(lambda work: work.run("TRUNCATE cash_handover, cash_arrival"))
    for number in (GIVER, *RECEIVERS):
        world.open_customer(number, cash_fen=cash_fen if number == GIVER else 0)
        set_customer(world, ADD, number)


def wish(world: World, amount_fen: int, *, to: int = FAR) -> Handover:
    ids = (place_of(GIVER), world.new_id(), GIVER, place_of(to), to)
    return Handover(*ids, amount_fen, HandoverState.HELD, world.clock.at)


def begin(world: World, *wishes: Handover) -> list[Handover | DomainError]:
    return world.database.run(lambda work: begin_handovers(work, wishes))


def cash_fen(world: World, number: int) -> int:
    account = customer_cash_account(shard=place_of(number), customer_no=number)
    found: int = world.database.run(lambda work: balances(work, [account]))[account].available
    return found


def now(world: World, handover: Handover) -> Handover:
    return world.database.run(lambda work: handovers_of_keys(work, [handover.key]))[handover.key]


def held(work: Work) -> Sequence[Handover]:
    return due_handovers(work, limit=500)


@pytest.mark.parametrize("receiver", RECEIVERS)
def test_cash_is_set_aside_then_with_the_receiver(world: World, receiver: int) -> None:
    people(world)
    handover = wish(world, 4_000, to=receiver)
    begin(world, handover)

    assert (cash_fen(world, GIVER), cash_fen(world, receiver)) == (6_000, 0)
    assert world.database.run(next_due_at) == world.clock.at
    world.run_at(world.clock.at)
    assert (cash_fen(world, GIVER), cash_fen(world, receiver)) == (6_000, 4_000)
    assert now(world, handover).state is HandoverState.ARRIVED
    transit = system_account(shard=place_of(GIVER), kind=AccountKind.IN_TRANSIT)
    found = world.database.run(lambda work: balances(work, [transit]))
    assert found[transit].credits_posted == 4_000


def test_both_sides_have_it_on_record(world: World) -> None:
    people(world)
    handover = wish(world, 4_000)
    begin(world, handover)
    world.run_at(world.clock.at)

    (given,) = world.database.run(
        lambda work: given_by(work, shard=place_of(GIVER), customer_no=GIVER)
    )
    (received,) = world.database.run(
        lambda work: received_by(work, shard=place_of(FAR), customer_no=FAR)
    )
    assert (given.handover_id, given.amount_fen) == (handover.handover_id, 4_000)
    assert (received.handover_id, received.amount_fen) == (handover.handover_id, 4_000)


@pytest.mark.parametrize(
    ("statement", "reason"), [(FREEZE, "receiver_frozen"), (CLOSE, "receiver_closed")]
)
def test_what_cannot_arrive_comes_back_whole(world: World, statement: str, reason: str) -> None:
    people(world)
    handover = wish(world, 4_000)
    begin(world, handover)
    set_customer(world, statement, FAR)
    world.run_at(world.clock.at)

    assert (now(world, handover).state, now(world, handover).reason) == ("returned", reason)
    assert (cash_fen(world, GIVER), cash_fen(world, FAR)) == (10_000, 0)


def test_nobody_receives_nothing(world: World) -> None:
    people(world)
    handover = wish(world, 4_000, to=NOBODY)
    begin(world, handover)
    world.run_at(world.clock.at)

    assert now(world, handover).reason == "receiver_unknown"
    assert cash_fen(world, GIVER) == 10_000


def test_more_than_the_giver_has_leaves_nothing_behind(world: World) -> None:
    people(world)

    assert begin(world, wish(world, 10_001)) == [BalanceTooLow()]
    assert world.database.run(held) == []


def test_of_two_that_together_exceed_the_cash_exactly_one_goes(world: World) -> None:
    people(world)
    gate, answers = Barrier(2), list[Handover | DomainError]()

    def give() -> None:
        gate.wait()
        answers.extend(begin(world, wish(world, 6_000)))

    threads = [Thread(target=give) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    world.run_at(world.clock.at)

    assert sorted(type(answer).__name__ for answer in answers) == ["BalanceTooLow", "Handover"]
    assert (cash_fen(world, GIVER), cash_fen(world, FAR)) == (4_000, 6_000)


class HandedCash(RuleBasedStateMachine):
    """Gives, steps cut off anywhere, repeated and stale ones, and receivers who come and go."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        people(self.world, cash_fen=1_000)
        self._stale: Sequence[Handover] = ()
        self._begun: list[Handover] = []
        self._start_fen = self._everything()

    def _everything(self) -> int:
        found = self.world.database.run(reserve)
        return found.customers_fen + found.in_transit_fen

    @rule(amount_fen=st.integers(1, 600), to=st.sampled_from([*RECEIVERS, NOBODY]))
    def give(self, amount_fen: int, to: int) -> None:
        handover = wish(self.world, amount_fen, to=to)
        (answer,) = begin(self.world, handover)
        if isinstance(answer, Handover):
            self._begun.append(handover)

    @rule()
    def look(self) -> None:
        """A worker finds what is due, and is slow to go on."""
        self._stale = self.world.database.run(held)

    @rule()
    def step_at_the_receiver(self) -> None:
        if self._stale:
            self.world.database.run(lambda work: arrive(work, self._stale))

    @rule()
    def step_at_the_giver(self) -> None:
        if self._stale:
            self.world.database.run(lambda work: finish(work, self._stale))

    @rule()
    def another_worker_does_it_all(self) -> None:
        self.world.run_at(self.world.clock.at)

    @rule(number=st.sampled_from(RECEIVERS), statement=st.sampled_from([ADD, FREEZE, CLOSE]))
    def receiver_changes(self, number: int, statement: str) -> None:
        set_customer(self.world, ADD, number)
        set_customer(self.world, statement, number)

    @invariant()
    def no_fen_is_made_or_lost(self) -> None:
        assert self._everything() == self._start_fen

    @invariant()
    def nobody_receives_what_was_not_set_aside(self) -> None:
        got = sum(cash_fen(self.world, number) for number in RECEIVERS)
        assert cash_fen(self.world, GIVER) + got <= 1_000

    def teardown(self) -> None:
        self.world.run_at(self.world.clock.at)
        ends = [now(self.world, each) for each in self._begun]
        arrived_fen = sum(e.amount_fen for e in ends if e.state is HandoverState.ARRIVED)
        assert all(each.state is not HandoverState.HELD for each in ends)
        assert sum(cash_fen(self.world, number) for number in RECEIVERS) == arrived_fen
        assert cash_fen(self.world, GIVER) == 1_000 - arrived_fen
        assert self.world.database.run(check_invariants) == []
        self.world.database.close()


def test_any_steps_cut_off_anywhere_lose_and_make_nothing(database_dsn: str) -> None:
    examples = count()

    class OnThisDatabase(HandedCash):
        def __init__(self) -> None:
            self.world = build_world(database_dsn, seed=f"handed {next(examples)}")
            super().__init__()

    run_state_machine_as_test(
        OnThisDatabase,
        settings=settings(
            max_examples=15,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
