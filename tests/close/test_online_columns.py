"""Rolling all holdings at once equals rolling each one alone from its own anchor."""

import random
from datetime import date, timedelta

import pytest

from huoqi.close.book import column
from huoqi.close.online_columns import Online, first_anchor, on_its_turn, rolled
from huoqi.close.rules import rotation
from huoqi.close.rules.tie_out_columns import Side
from huoqi.fund.rules.allocation import FundDayRow, Mode
from huoqi.fund.rules.rollforward import Anchor, DayFacts, UnitEvent, roll_forward

FIRST = date(2015, 5, 11)


def day(number: int) -> date:
    """Return a day of the test's month."""
    return FIRST + timedelta(days=number)


def test_each_holding_rolls_from_its_own_anchor() -> None:
    chance = random.Random(8)
    rows = {
        day(n): FundDayRow(Mode.RATE, chance.choice([1, 1, -1]), 130_000 + n, 10**9, 10**8 * n, 50)
        for n in range(20)
    }
    accounts = sorted(chance.sample(range(100, 999), 60))
    anchors = [(a, day(chance.randrange(0, 21)), chance.randrange(0, 10**9)) for a in accounts]
    events, overrides = [], []
    for account, since, _ in anchors:
        for _ in range(chance.randrange(3)):
            on = day(chance.randrange(20))
            if on >= since:
                events.append((account, on, chance.randrange(1, 10**6)))
        if since <= day(5) and chance.random() < 0.2:
            overrides.append((account, day(7), 5))

    side = rolled(Online(anchors, events, overrides), until=day(20), rows=rows)

    for account, units_e2, (_, since, anchored_e2) in zip(
        side.accounts.tolist(), side.units_e2.tolist(), anchors, strict=True
    ):
        alone = roll_forward(
            Anchor(account, since, anchored_e2),
            until=day(20),
            events=[UnitEvent(on, delta) for a, on, delta in events if a == account],
            facts=DayFacts(rows, {on: fen for a, on, fen in overrides if a == account}),
        )
        assert units_e2 == alone.units_e2, account


def test_without_holdings_there_is_nothing_to_roll() -> None:
    nobody = Online([], [], [])

    assert rolled(nobody, until=day(3), rows={}).accounts.size == 0
    assert first_anchor(nobody, until=day(3)) == day(3)
    assert first_anchor(Online([(1, day(1), 5), (2, day(0), 5)], [], []), until=day(3)) == day(0)


def everybody() -> tuple[Online, Side]:
    """Return both sides of a hundred holders, of whom one bought on the fourth day."""
    anchors = [(account, day(0), 1_000) for account in range(1, 101)]
    events = [(50, day(3), 7), (51, day(2), 7)]
    accounts = column([account for account, _, _ in anchors])
    return Online(anchors, events, []), Side(accounts, accounts * 0 + 1_000)


def test_of_a_small_fund_all_are_compared_every_day() -> None:
    online, ours = everybody()

    assert on_its_turn(online, ours=ours, on=day(3)) == (online, ours)


def test_of_a_large_fund_each_has_a_turn_and_whoever_was_touched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rotation, "ALL_UNTIL", 99)
    online, ours = everybody()
    seen: set[int] = set()
    for number in range(28):
        theirs, mine = on_its_turn(online, ours=ours, on=day(number))
        compared = mine.accounts.tolist()
        assert [anchor[0] for anchor in theirs.anchors] == compared
        assert {event[0] for event in theirs.events} <= set(compared)
        assert (50 in compared) or number != 3
        seen |= set(compared)
    assert seen == set(range(1, 101))
