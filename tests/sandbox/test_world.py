"""A seeded world lives through its months on the real platform, and the same way each time."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg

from huoqi.close.platform import Platform
from huoqi.close.queries import blocked_days, closed_days
from huoqi.customers.queries import customers_of
from huoqi.fund.products import HUOQIBAO
from huoqi.fund.queries import orders_of
from huoqi.fund.rules.order_states import RedemptionState
from huoqi.ledger.queries import asset_totals, chain_heads
from huoqi.sandbox.branches import Branches
from huoqi.sandbox.opening import build_branch, first_morning
from huoqi.sandbox.orders import ACCEPTED
from huoqi.sandbox.personas import personas_here
from huoqi.sandbox.time_machine import TimeMachine
from huoqi.sandbox.world import World, WorldPlan, build_world
from tests.sandbox.books import digests

SEED = 20150511
DAYS = 33
PLAN = WorldPlan(seed=SEED, customers=60, days=DAYS)
OpenAt = Callable[[str], Platform]


def lived(platform: Platform, plan: WorldPlan = PLAN) -> World:
    first_morning(platform, seed=plan.seed)
    return build_world(platform, plan)


def test_every_day_of_a_history_closes_and_nothing_is_blocked(platform: Platform) -> None:
    world = lived(platform)

    with platform.database.work() as work:
        assert len(closed_days(work, fund=HUOQIBAO.fund)) == DAYS
        assert blocked_days(work) == set()
        totals = asset_totals(work)
    assert all(each.debits_posted == each.credits_posted for each in totals.values())
    assert set(world.answers) == {ACCEPTED}


def test_the_personas_stand_where_their_stories_end(platform: Platform) -> None:
    lived(platform)

    here = personas_here(platform)
    (pensioner,), (estate,) = here["pensioner"], here["estate"]
    with platform.database.work() as work:
        orders = orders_of(work, shard=pensioner.shard, customer_no=pensioner.customer_no)
        dead = customers_of(work, [estate.customer_no], shards=platform.vault.shards)
    assert orders[0].state in {RedemptionState.SENT, RedemptionState.ACCEPTED}
    assert dead[estate.customer_no].staff_freeze_reason == "holder_deceased"


def test_one_seed_gives_byte_identical_books(
    platform: Platform, open_at: OpenAt, twin_dsn: str
) -> None:
    twin = open_at(twin_dsn)
    lived(platform)
    lived(twin)

    with platform.database.work() as ours, twin.database.work() as theirs:
        assert closed_days(ours) == closed_days(theirs)
        assert chain_heads(ours) == chain_heads(theirs)
    ours_now, theirs_now = digests(platform.database.dsn), digests(twin_dsn)
    twin.database.close()
    assert {t for t in ours_now if ours_now[t] != theirs_now[t]} == set()


@contextmanager
def vacuumed(dsn: str) -> Iterator[None]:
    """Give the room of dead rows back all the while, so that new rows come to lie elsewhere."""
    over = threading.Event()

    def vacuum() -> None:
        with psycopg.connect(dsn, autocommit=True) as link:
            while not over.wait(0.05):
                link.execute("VACUUM")

    thread = threading.Thread(target=vacuum)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def test_the_books_do_not_depend_on_where_rows_lie(
    platform: Platform, open_at: OpenAt, twin_dsn: str
) -> None:
    twin = open_at(twin_dsn)
    lived(platform)
    with vacuumed(twin_dsn):
        lived(twin)

    ours_now, theirs_now = digests(platform.database.dsn), digests(twin_dsn)
    twin.database.close()
    assert {t for t in ours_now if ours_now[t] != theirs_now[t]} == set()


def test_another_seed_gives_other_books(platform: Platform, open_at: OpenAt, twin_dsn: str) -> None:
    twin = open_at(twin_dsn)
    first_morning(platform, seed=1)
    first_morning(twin, seed=2)

    assert personas_here(platform) != personas_here(twin)
    twin.database.close()


def test_going_back_and_on_again_gives_the_same_roots(platform: Platform) -> None:
    branches = Branches(platform.database)
    branches.set_up()
    lived(platform, WorldPlan(seed=SEED, customers=20, days=4))
    branches.branch("fourth-day")
    TimeMachine(platform).advance_days(3)
    with platform.database.work() as work:
        first = [(day.sealed.on, day.root) for day in closed_days(work)]

    branches.rewind("fourth-day")
    TimeMachine(platform).advance_days(3)

    with platform.database.work() as work:
        assert [(day.sealed.on, day.root) for day in closed_days(work)] == first


def test_a_world_is_built_beside_the_present_branch(platform: Platform, open_at: OpenAt) -> None:
    first_morning(platform, seed=SEED)
    plan = WorldPlan(seed=SEED, customers=10, days=3)

    built = build_branch(platform, open_at, name="spring", plan=plan)

    assert built is not None
    assert TimeMachine(platform).state().at.isoformat() == "2015-05-11T01:00:00+00:00"
    branches = Branches(platform.database)
    assert [each.name for each in branches.listed()] == ["main", "spring"]
    assert build_branch(platform, open_at, name="spring", plan=plan) is None
    assert branches.switch("spring").closed_on is not None
