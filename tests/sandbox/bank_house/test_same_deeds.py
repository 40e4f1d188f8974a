"""The same deeds inside and outside: every story ends alike in the database and over the lines."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest

from huoqi.payments.banks.simulated import truth
from huoqi.payments.banks.simulated.deeds import FaultMix
from huoqi.payments.cards import CardState, CodeEntry
from huoqi.payments.orders import MoneyOrder
from huoqi.payments.queries import evidence_of
from huoqi.payments.rules.bank_profiles import Direction
from tests.databases import Cluster
from tests.payments.world import MONDAY_NINE, World, build_world
from tests.sandbox.bank_house.lines import Opened, lines_beside_house

BAD_MIX = FaultMix(
    rejected=80_000,
    request_lost=80_000,
    reply_lost=120_000,
    executed_late=80_000,
    query_timeout=100_000,
    double_execution=60_000,
    returned_next_day=60_000,
    callback=600_000,
    callback_duplicate=150_000,
    callback_reordered=150_000,
    callback_contradictory=100_000,
    callback_wrong_amount=100_000,
)
PREFIXES = {"ICBC": ("622202", 8), "BOC": ("620061", 8), "CCB": ("436742", 8)}


def ends(world: World, placed: Sequence[MoneyOrder]) -> list[object]:
    """Return how orders ended, and every word of evidence about them."""
    found: list[object] = []
    for order in placed:
        now = world.now(order)
        evidence = world.database.run(partial(evidence_of, key=now.key))
        words = Counter((each.source, str(each.event), each.amount_fen) for each in evidence)
        found.append((now.bank_ref, now.state, sorted(now.cases), now.returned, now.reason, words))
    return found


def one_card(last_four: str) -> Callable[[World], list[object]]:
    """Return the story of a purchase, and a payout to who has money, with one card."""

    def story(world: World) -> list[object]:
        card = world.saver(last_four=last_four, cash_fen=50_000)
        placed: list[MoneyOrder] = [world.place_one(card, 10_000)]
        placed.append(world.place_one(card, 7_000, direction=Direction.PAYOUT))
        world.run_at(MONDAY_NINE)
        for seconds in (5, 30, 60, 90, 300, 1_800, 7_200, 25_200):
            world.run_at(MONDAY_NINE + timedelta(seconds=seconds))
        return ends(world, placed)

    return story


def with_fault(
    fault: str, *, target: str = "", remaining: int | None = 1
) -> Callable[[World], list[object]]:
    """Return the story of three purchases at two banks while a fault strikes."""

    def story(world: World) -> list[object]:
        placed: list[MoneyOrder] = []
        cards = []
        for n, (prefix, _) in enumerate(list(PREFIXES.values())[:2]):
            world.open_customer(20 + n, cash_fen=30_000)
            cards.append(world.bind(20 + n, prefix=prefix))
        until = None if remaining else MONDAY_NINE + timedelta(minutes=4)
        world.database.run(
            lambda work: work.run(
                "INSERT INTO simulated.fault"
                " (fault_id, fault, target, active_from, active_until, remaining)"
                " VALUES (%s, %s, %s, %s, %s, %s)",
                (world.new_id(), fault, target, work.at, until, remaining),
            )
        )
        for card in (*cards, cards[0]):
            placed.append(world.place_one(card, 5_000, direction=Direction.PAYOUT))
        world.run_at(MONDAY_NINE)
        for seconds in (5, 10, 30, 60, 300, 1_800, 7_200, 25_200):
            world.run_at(MONDAY_NINE + timedelta(seconds=seconds))
        return ends(world, placed)

    return story


def codes(world: World) -> list[object]:
    """Bind a card that needs a code, wrongly first; it cannot be debited before another one."""
    world.open_customer(7)
    card = world.bind(7, "0036")
    said: list[object] = [card.state]
    for code in ("000000", "123456"):
        (after,) = world.pump.enter_codes([CodeEntry(card.shard, card.card_id, 7, code)])
        said.append(getattr(after, "state", after))
    assert said[-1] is CardState.BOUND
    placed: list[MoneyOrder] = [world.place_one(card, 10_000)]
    world.run_at(MONDAY_NINE)
    return said + ends(world, placed)


def a_bad_day(world: World) -> list[object]:
    """Let forty orders at three banks meet everything that goes wrong by itself."""
    placed: list[MoneyOrder] = []
    for n in range(40):
        prefix, _ = PREFIXES[("ICBC", "BOC", "CCB")[n % 3]]
        world.open_customer(100 + n, cash_fen=100_000)
        card = world.bind(100 + n, prefix=prefix)
        way = Direction.PAYOUT if n % 2 else Direction.COLLECT
        placed.append(world.place_one(card, 10_000 + n, direction=way))
    world.run_at(MONDAY_NINE)
    for seconds in (5, 10, 30, 60, 120, 300, 1_800, 7_200, 21_600, 25_200, 25_210, 26_000):
        world.run_at(MONDAY_NINE + timedelta(seconds=seconds))
    return ends(world, placed)


@dataclass(frozen=True)
class Twins:
    """Two databases with the same ids in them: one has its banks inside, the other outside."""

    inside: str
    outside: str
    folder: Path
    seed: str

    def play(
        self, story: Callable[[World], list[object]], *, mix: FaultMix | None = None
    ) -> tuple[list[object], list[object]]:
        """Return how a story ended inside, and outside, with all money that moved."""
        until = MONDAY_NINE + timedelta(days=3)
        inside = build_world(self.inside, mix=mix, seed=self.seed)
        first = story(inside)
        inside.clock.at = until
        first += sorted(
            (m.bank_ref, m.bank, m.direction, m.amount_fen, _ordinal(m.returns_on))
            for m in inside.database.run(truth.movements)
            for _ in range(m.times)
        )
        inside.database.close()
        with lines_beside_house(self.folder, self.outside, mix=mix, ids=self.seed) as opened:
            second = story(opened.world)
            second += sorted(
                (e.bank_ref, e.bank, e.direction, e.amount_fen, e.returns_on or 0)
                for e in opened.house.executions(until=until)
            )
            assert heard(opened) == 0
        return first, second


@pytest.fixture(scope="module")
def second_dsn(postgres_cluster: Cluster) -> Iterator[str]:
    """Return a second database for the tests of this module."""
    with postgres_cluster.database() as fresh:
        yield fresh


@pytest.fixture
def twins(
    database_dsn: str, second_dsn: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Twins:
    """Return two databases, with ids that belong to this test."""
    return Twins(database_dsn, second_dsn, tmp_path, request.node.name)


def _ordinal(on: date | None) -> int:
    return on.toordinal() if on else 0


def heard(opened: Opened) -> int:
    """Return how many due calls were not heard."""
    return opened.house.standing(opened.world.clock.at).unheard


@pytest.mark.parametrize("last_four", ["0000", "0002", "0005", "0009", "0012", "0016", "0024"])
def test_each_magic_card_ends_alike(last_four: str, twins: Twins) -> None:
    story = codes if last_four == "0005" else one_card(last_four)
    inside, outside = twins.play(story)
    assert outside == inside


@pytest.mark.parametrize(
    "fault", ["reply_lost", "executed_late", "callback_duplicated", "callback_reordered"]
)
@pytest.mark.parametrize("target", ["", "BOC"])
def test_each_fault_strikes_alike(fault: str, target: str, twins: Twins) -> None:
    inside, outside = twins.play(with_fault(fault, target=target))
    assert outside == inside


def test_a_bank_that_is_down_is_down_alike(twins: Twins) -> None:
    story = with_fault("bank_down", target="ICBC", remaining=None)
    inside, outside = twins.play(story)
    assert outside == inside


def test_a_bad_day_ends_alike(twins: Twins) -> None:
    inside, outside = twins.play(a_bad_day, mix=BAD_MIX)
    assert outside == inside
