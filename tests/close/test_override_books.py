"""Whatever the register says of holders: online, both books and the ledger follow to the fen."""

import random
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huoqi.close.book import Book, column
from huoqi.close.book.journals import Figures
from huoqi.close.breaks import breaks_of_day
from huoqi.close.day_columns import AtAccounts, Day, Published, compute_day
from huoqi.close.online_columns import Online, rolled
from huoqi.fund.day_facts import control_balances
from huoqi.fund.managers.simulated_register import close_day, holders_off
from huoqi.fund.queries import holdings_at
from huoqi.fund.rules.allocation import FundDayRow
from huoqi.fund.rules.rollforward import Anchor, DayFacts, roll_forward
from huoqi.fund.shelf import products_of
from huoqi.kit.dates import shanghai_at
from huoqi.sandbox.faults import FaultRequest, arm_faults
from tests.close.differing import bought, decide, move, proposed
from tests.close.kept_books import OPENED, closed, founded, rows_of, told
from tests.close.world import FUND, Company
from tests.close.world import day as world_day

SHARDS = 3
DAYS = 4

Holdings = st.dictionaries(
    st.integers(100, 999), st.integers(50_000, 10**10), min_size=3, max_size=12
)
Day_ = st.tuples(st.integers(-200_000, 300_000), st.integers(-40, 40), st.integers(0, 6))


def day(number: int) -> date:
    """Return a day counted from the first one after the book was founded."""
    return OPENED + timedelta(days=number + 1)


def register_after(
    units_e2: Mapping[int, int], *, rate_e5: int, fen: int, holders: int
) -> tuple[dict[int, int], int]:
    """Return the register a day on, some of its holders otherwise, and the fund's income."""
    honest = close_day(units_e2, changes_e2=[], income_per_10k_e5=rate_e5)
    off = holders_off(honest, params={"fen": fen, "holders": holders})
    return off.units_e2, off.income_fen


def ours_with(
    units_e2: Mapping[int, int], *, published: Published, register: Mapping[int, int]
) -> tuple[Day, list[tuple[int, int]]]:
    """Return our day and the figures of the register that had to be accepted for it."""
    accounts, held = column(list(units_e2)), column(list(units_e2.values()))
    book = Book(accounts, held, column([0] * len(units_e2)))
    alone = compute_day(book, published=published, overrides=AtAccounts(column([]), column([])))
    accepted = [
        (account, register[account] - units)
        for (account, units), income in zip(
            units_e2.items(), alone.incomes_fen.tolist(), strict=True
        )
        if register[account] - units != income
    ]
    overrides = AtAccounts(column([a for a, _ in accepted]), column([f for _, f in accepted]))
    return compute_day(book, published=published, overrides=overrides), accepted


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(holdings=Holdings, days=st.lists(Day_, min_size=1, max_size=DAYS))
def test_accepted_figures_keep_online_and_both_books_on_the_register(
    holdings: dict[int, int],
    days: list[tuple[int, int, int]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    start = dict(sorted(holdings.items()))
    folder: Path = tmp_path_factory.mktemp("book")
    founded(folder, list(start.items()), parts=2)
    register, rows, overrides = start, dict[date, FundDayRow](), list[tuple[int, date, int]]()
    for number, (rate_e5, fen, holders) in enumerate(days):
        before, on = register, day(number)
        register, fund_fen = register_after(before, rate_e5=rate_e5, fen=fen, holders=holders)
        published = Published(rate_e5, fund_fen)
        ours, accepted = ours_with(before, published=published, register=register)
        rows[on] = ours.row
        overrides += [(account, on, income) for account, income in accepted]

        assert dict(zip(ours.book.accounts.tolist(), ours.book.units_e2.tolist(), strict=True)) == (
            register
        )
        totals = ours.by_shard(shards=SHARDS)
        assert sum(total.income_fen for total in totals) == ours.income_fen == fund_fen
        for total in totals:
            held = [u for a, u in register.items() if a % SHARDS == total.shard]
            assert total.units_e2 + total.income_fen == sum(held)
        told(folder, [], Figures(rate_e5, fund_fen, tuple(accepted)), on=on)
        kept = rows_of(folder, closed(folder, on=on))
        assert {account: units for account, (units, _) in kept.items()} == register

    until = day(len(days))
    anchors = [(account, day(0), units) for account, units in start.items()]
    side = rolled(Online(anchors, [], overrides), until=until, rows=rows)
    assert dict(zip(side.accounts.tolist(), side.units_e2.tolist(), strict=True)) == register
    for account, since, units in anchors:
        facts = DayFacts(rows, {on: fen for a, on, fen in overrides if a == account})
        alone = roll_forward(Anchor(account, since, units), until=until, events=[], facts=facts)
        assert alone.units_e2 == register[account]


@pytest.mark.parametrize("seed", [1, 2])
def test_a_company_follows_its_register_day_after_day(dsn: str, seed: int) -> None:
    chance = random.Random(seed)
    with bought(dsn) as company:
        for number in range(1, 6):
            _arm_at_random(company, number, chance=chance)
            move(company, to=number + 1, hour=3)
            with company.database.work() as work:
                found = breaks_of_day(work, fund=FUND, on=world_day(number))
            if found:
                decide(company, proposed(company, found))
        assert move(company, to=8) == "ready"

        assert len(company.days()) == 8
        with company.database.work() as work:
            held = holdings_at(work, fund=FUND, on=world_day(7))
            (product,) = products_of(work, funds=[FUND])
            ledger = control_balances(work, fund_no=product.fund_no)
            (accepted,) = work.row("SELECT count(*) FROM income_override") or (0,)
        assert accepted > 5
        assert sum(ledger.values()) == held.total_units_e2
        assert held.total_units_e2 == company.days()[-1].sealed.total_units_e2


def _arm_at_random(company: Company, number: int, *, chance: random.Random) -> None:
    params = {
        "fen": chance.choice([-3, -1, 1, 2, 9]),
        "holders": chance.randrange(1, 4),
        "total": chance.randrange(2),
        "customer_no": 100 + chance.randrange(3),
    }
    at = shanghai_at(world_day(number + 1), hour=1)
    fault = FaultRequest(company.new_id(), "holder_income_off", at=at, params=params)
    with company.database.work() as work:
        arm_faults(work, [fault])
