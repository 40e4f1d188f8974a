"""The cheapest open channel takes an order; what is shut, tried, small or full says so."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from huoqi.kit.dates import shanghai_at
from huoqi.payments.rules.bank_profiles import BankProfile, Direction, Offices, Window
from huoqi.payments.rules.channel_health import ChannelHealth
from huoqi.payments.rules.routing import (
    CHANNEL_DAY,
    DOWN,
    MAINTENANCE,
    SICK,
    SINGLE_LIMIT,
    TRIED,
    Route,
    choose,
    looked_at,
)

TUESDAY = date(2016, 3, 1)
NOON = shanghai_at(TUESDAY, hour=12)
DIRECT = BankProfile(
    bank="ICBC",
    direction=Direction.PAYOUT,
    channel="direct",
    effective_from=date(2015, 5, 11),
    effective_until=date.max,
    single_limit_fen=5_000_000,
    card_day_limit_fen=5_000_000,
    card_day_count=20,
    channel_day_limit_fen=100_000_000_000,
    maintenance=Window(opens=time(23, 45), closes=time(0, 10)),
    cut_off=time(23, 30),
    reply_deadline_s=30,
    query_schedule_s=(30,),
    dedupes_by_reference=True,
    not_found_is_final=False,
    late_execution_days=2,
    fee_fen=50,
    status="illustrative",
)
AGGREGATOR = replace(
    DIRECT,
    channel="aggregator",
    single_limit_fen=500_000,
    fee_fen=120,
    maintenance=Window(opens=time(3, 0), closes=time(3, 10)),
)
TWIN = replace(DIRECT, channel="aardvark")
KEY = (DIRECT.bank, DIRECT.direction)


def offices(
    *profiles: BankProfile,
    down_until: datetime | None = None,
    health: dict[tuple[str, Direction, str], ChannelHealth] | None = None,
) -> Offices:
    down = {} if down_until is None else {"ICBC": down_until}
    return Offices(channels={KEY: profiles}, numbers={"ICBC": 1}, down=down, health=health or {})


def routed(
    found: Offices,
    *,
    amount_fen: int = 100,
    at: datetime = NOON,
    tried: tuple[str, ...] = (),
    full: dict[str, str] | None = None,
) -> Route:
    seen = looked_at(found.channels[KEY], offices=found, at=at, tried=tried)
    return choose(seen, amount_fen=amount_fen, full=full)


def chosen(route: Route) -> str | None:
    return route.chosen.profile.channel if route.chosen else None


def shut(route: Route) -> dict[str, str]:
    return {each.profile.channel: each.shut for each in route.candidates}


def test_the_cheaper_channel_is_taken_and_a_single_one_is_no_choice() -> None:
    route = routed(offices(DIRECT, AGGREGATOR))

    assert chosen(route) == "direct"
    assert shut(route) == {"direct": "", "aggregator": ""}
    assert route.is_choice
    assert not routed(offices(DIRECT)).is_choice


def test_a_dearer_direct_line_loses() -> None:
    assert chosen(routed(offices(replace(DIRECT, fee_fen=121), AGGREGATOR))) == "aggregator"


def test_at_one_cost_the_better_success_wins_and_then_the_banks_own_line() -> None:
    poor = {DIRECT.key: ChannelHealth(answered=97, unanswered=3)}

    assert chosen(routed(offices(TWIN, DIRECT))) == "direct"
    assert chosen(routed(offices(TWIN, DIRECT, health=poor))) == "aardvark"


def test_a_bank_that_is_down_is_reached_by_another_channel() -> None:
    route = routed(offices(DIRECT, AGGREGATOR, down_until=NOON + timedelta(minutes=5)))

    assert chosen(route) == "aggregator"
    assert shut(route)["direct"] == DOWN


def test_a_sick_channel_is_passed_by_until_its_probe() -> None:
    probe_at = NOON + timedelta(minutes=5)
    sick = {DIRECT.key: ChannelHealth(0, 10, NOON, probe_at)}

    route = routed(offices(DIRECT, AGGREGATOR, health=sick))
    assert (chosen(route), shut(route)["direct"]) == ("aggregator", SICK)
    again = routed(offices(DIRECT, AGGREGATOR, health=sick), at=probe_at)
    assert chosen(again) == "direct"


def test_in_maintenance_the_other_goes_and_of_shut_ones_the_first_to_open_is_waited_for() -> None:
    midnight = shanghai_at(date(2016, 3, 2), hour=0)
    both_shut = replace(AGGREGATOR, maintenance=Window(opens=time(23, 0), closes=time(0, 5)))

    assert chosen(routed(offices(DIRECT, AGGREGATOR), at=midnight)) == "aggregator"
    route = routed(offices(DIRECT, both_shut), at=midnight)
    assert chosen(route) == "aggregator"
    assert shut(route) == {"direct": MAINTENANCE, "aggregator": MAINTENANCE}
    assert route.chosen is not None
    assert route.chosen.opens_at == midnight + timedelta(minutes=5)


def test_an_amount_too_large_for_one_channel_goes_over_the_other() -> None:
    found = offices(replace(DIRECT, fee_fen=500), AGGREGATOR)

    assert chosen(routed(found, amount_fen=500_000)) == "aggregator"
    assert chosen(routed(found, amount_fen=500_001)) == "direct"
    too_large = routed(found, amount_fen=5_000_001)
    assert chosen(too_large) is None
    assert set(shut(too_large).values()) == {SINGLE_LIMIT}


def test_a_full_channel_and_a_tried_one_are_not_taken_again() -> None:
    found = offices(DIRECT, AGGREGATOR)

    full = routed(found, full={"direct": CHANNEL_DAY})
    assert (chosen(full), shut(full)["direct"]) == ("aggregator", CHANNEL_DAY)
    tried = routed(found, tried=("direct",), full={"direct": CHANNEL_DAY})
    assert (chosen(tried), shut(tried)["direct"]) == ("aggregator", TRIED)
    assert chosen(routed(found, tried=("direct", "aggregator"))) is None


channels = st.builds(
    lambda name, fee, limit: replace(DIRECT, channel=name, fee_fen=fee, single_limit_fen=limit),
    st.sampled_from(["direct", "a", "b", "c"]),
    st.integers(0, 3),
    st.sampled_from([100, 200]),
)


@given(
    st.lists(channels, min_size=1, max_size=4, unique_by=lambda each: each.channel),
    st.dictionaries(st.sampled_from(["direct", "a", "b"]), st.integers(0, 20)),
    st.integers(1, 300),
)
def test_the_answer_does_not_depend_on_the_order_of_the_rows(
    profiles: list[BankProfile], unanswered: dict[str, int], amount_fen: int
) -> None:
    health = {("ICBC", Direction.PAYOUT, c): ChannelHealth(10, n) for c, n in unanswered.items()}
    routes = {
        routed(offices(*rows, health=health), amount_fen=amount_fen)
        for rows in permutations(profiles)
    }

    (route,) = routes
    usable = [each for each in profiles if amount_fen <= each.single_limit_fen]
    if not usable:
        assert route.chosen is None
    else:
        assert route.chosen is not None
        assert route.chosen.profile.fee_fen == min(each.fee_fen for each in usable)
