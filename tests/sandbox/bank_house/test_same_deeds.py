"""The same deeds inside and outside: every story ends alike in the database and over the lines."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest
from msgspec import structs

from huoqi.payments.banks.http.wire import CAMT_053, DELIMITED
from huoqi.payments.banks.simulated import truth
from huoqi.payments.banks.simulated.deeds import FaultMix
from huoqi.payments.banks.simulated.statement_making import LATE, SPOILS
from huoqi.payments.cards import CardState, CodeEntry
from huoqi.payments.orders import MoneyOrder
from huoqi.payments.queries import evidence_of
from huoqi.payments.rules.bank_profiles import Direction
from huoqi.payments.rules.statements import Statement
from tests.databases import Cluster
from tests.payments.banks.test_simulated import arm
from tests.payments.world import MONDAY_NINE, World, build_world
from tests.sandbox.bank_house.lines import Opened, Terms, lines_beside_house

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
FAULTS = (
    *((fault, "", 1) for fault in ("reply_lost", "executed_late", "callback_duplicated")),
    *((fault, "BOC", 1) for fault in ("reply_lost", "callback_reordered", "callback_duplicated")),
    ("bank_down", "ICBC", None),
    ("bank_down", "", 2),
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


CARDS = ("0000", "0002", "0005", "0009", "0012", "0016", "0024")
STEPS_S = (5, 10, 30, 60, 90, 300, 1_800, 7_200, 25_200)


def every_card(world: World) -> list[object]:
    """Let a collection and a payout be made with each magic card."""
    placed: list[MoneyOrder] = []
    for n, last_four in enumerate(CARDS):
        world.open_customer(20 + n, cash_fen=50_000)
        card = world.bind(20 + n, last_four)
        if last_four == "0005":
            assert card.state is CardState.REJECTED
            continue
        placed.append(world.place_one(card, 10_000))
        placed.append(world.place_one(card, 7_000, direction=Direction.PAYOUT))
    world.run_at(MONDAY_NINE)
    for seconds in STEPS_S:
        world.run_at(MONDAY_NINE + timedelta(seconds=seconds))
    return ends(world, placed)


def every_fault(world: World) -> list[object]:
    """Let three payouts to two banks meet each fault, aimed at one bank and at any."""
    cards = []
    for n, (prefix, _) in enumerate(list(PREFIXES.values())[:2]):
        world.open_customer(20 + n, cash_fen=300_000)
        cards.append(world.bind(20 + n, prefix=prefix))
    placed: list[MoneyOrder] = []
    for hour, (fault, target, remaining) in enumerate(FAULTS):
        begins = MONDAY_NINE + timedelta(days=hour)
        world.run_at(begins)
        until = None if remaining else begins + timedelta(minutes=4)
        arm(world, fault, target=target, until=until, remaining=remaining)
        for card in (*cards, cards[0]):
            placed.append(world.place_one(card, 5_000, direction=Direction.PAYOUT))
        for seconds in (0, *STEPS_S):
            world.run_at(begins + timedelta(seconds=seconds))
    return ends(world, placed)


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
    for n in range(30):
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
        self,
        story: Callable[[World], list[object]],
        *,
        mix: FaultMix | None = None,
        form: str = CAMT_053,
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
        with lines_beside_house(
            self.folder, self.outside, terms=Terms(mix, self.seed, form)
        ) as opened:
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


def test_each_card_ends_alike(twins: Twins) -> None:
    inside, outside = twins.play(every_card)
    assert outside == inside


def test_a_card_with_codes_ends_alike(twins: Twins) -> None:
    inside, outside = twins.play(codes)
    assert outside == inside


def test_each_fault_strikes_alike(twins: Twins) -> None:
    inside, outside = twins.play(every_fault)
    assert outside == inside


def test_a_bad_day_ends_alike(twins: Twins) -> None:
    inside, outside = twins.play(a_bad_day, mix=BAD_MIX)
    assert outside == inside


def days_of_statements(world: World, *, form: str) -> list[object]:
    """Live through a bad day and spoiled mornings; take every statement, some of them twice."""
    found: list[object] = list(a_bad_day(world))
    for day in range(1, 6):
        world.clock.at = MONDAY_NINE + timedelta(days=day, hours=-1, seconds=-1)
        if day == 2:
            spoil_all(world)
        early = world.pump.bank.statements(limit=100)
        world.clock.at += timedelta(seconds=1)
        pages = world.pump.bank.statements(limit=100)
        again = world.pump.bank.statements(limit=7)
        assert again == pages[:7]
        found += [day, *(seen(page, form=form) for page in (*early, *pages))]
        world.pump.bank.acknowledge_statements([page.head for page in (early or pages)[:11]])
        asked = world.pump.bank.ask_for_statement(bank="BOC", on=MONDAY_NINE.date())
        found.append((asked, world.pump.bank.ask_for_statement(bank="BOC", on=date(2014, 1, 1))))
    return found


def spoil_all(world: World) -> None:
    """Arm every fault of statements, once each."""
    faults = [*SPOILS, LATE]
    world.database.run(
        lambda work: work.run(
            "INSERT INTO simulated.fault"
            " (fault_id, fault, target, active_from, remaining)"
            " SELECT f.id, f.name, '', %s, 1"
            " FROM unnest(%s::uuid[], %s::text[]) AS f (id, name)",
            (work.at, [world.new_id() for _ in faults], faults),
        )
    )


def seen(page: Statement, *, form: str) -> tuple[object, ...]:
    """Return what a statement says; the delimited form tells no reasons of returns."""
    has_reasons = form == CAMT_053
    entries = (each if has_reasons else structs.replace(each, reason="") for each in page.entries)
    return replace(page.head, sha256=b""), *entries


@pytest.mark.parametrize("form", [CAMT_053, DELIMITED])
def test_each_statement_says_the_same_in_either_form(twins: Twins, form: str) -> None:
    inside, outside = twins.play(partial(days_of_statements, form=form), mix=BAD_MIX, form=form)
    assert outside == inside
    assert sum(isinstance(each, tuple) and len(each) > 2 for each in inside) > 40
