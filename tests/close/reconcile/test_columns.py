"""The compiled join says of every reference what the plain one says."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huoqi.close.reconcile import columns, kernels
from huoqi.close.reconcile.columns import halves, reconcile, side
from huoqi.close.reconcile.rules.classes import QUIET, Finding, Match, OrderSide
from huoqi.kit.compiled import plain
from tests.close.reconcile.oracle import Answer, Entry, Order, findings, sides

ON = date(2015, 5, 12)
REFS = st.sampled_from([f"HQ{n:032x}" for n in (1, 2, 2**32, 2**63, 2**64, 2**127)] + ["", "x"])
AMOUNTS = st.integers(1, 3)
DAYS = st.sampled_from([ON, ON + timedelta(days=1)])
ENTRIES = st.builds(Entry, REFS, AMOUNTS, DAYS, st.booleans(), st.booleans())
ANSWERS = st.builds(Answer, REFS, AMOUNTS, DAYS, st.booleans())
ORDER_SIDES = st.builds(
    OrderSide, DAYS, AMOUNTS, st.booleans(), st.booleans(), st.booleans(), st.booleans()
)
ORDERS = st.builds(Order, REFS, ORDER_SIDES, st.booleans())


def compiled(
    orders: Sequence[Order], entries: Sequence[Entry], answers: Sequence[Answer]
) -> tuple[dict[str, Finding], Counter[Match]]:
    ours, theirs, funds = sides(orders, entries, answers)
    done = reconcile(ours, entries=theirs, answers=funds)
    told = {}
    for each in done.found():
        if each.order is not None:
            ref = orders[each.order].ref
        elif each.entry is not None:
            ref = entries[each.entry].ref
        else:
            assert each.answer is not None
            ref = answers[each.answer].ref
        assert ref not in told
        told[ref] = each.finding
    return told, Counter({match: n for match, n in done.counts.items() if n})


@given(
    st.lists(ORDERS, max_size=8, unique_by=lambda order: order.ref),
    st.lists(ENTRIES, max_size=10),
    st.lists(ANSWERS, max_size=8),
)
@settings(max_examples=300, deadline=None)
def test_columns_and_dictionaries_find_the_same(
    orders: list[Order], entries: list[Entry], answers: list[Answer]
) -> None:
    expected = findings(orders, entries, answers)

    told, counts = compiled(orders, entries, answers)

    assert told == {
        ref: found for ref, found in expected.items() if found.match is not Match.MATCHED
    }
    assert counts == Counter(found.match for found in expected.values())


def test_many_references_in_many_parts_are_each_found_once() -> None:
    size = 30_000
    chance = np.random.default_rng(1)
    numbers = chance.permutation(size)
    orders = [Order(f"HQ{n:032x}", OrderSide(ON, 100, wants_fund=False)) for n in range(size)]
    entries = [Entry(f"HQ{n:032x}", 100, ON) for n in numbers.tolist() if n % 1_000]

    told, counts = compiled(orders, entries, [])

    assert counts == {Match.MATCHED: size - size // 1_000, Match.MISSING_IN_BANK: size // 1_000}
    assert set(told) == {f"HQ{n:032x}" for n in range(0, size, 1_000)}


def test_three_empty_sides_have_nothing_to_tell() -> None:
    done = reconcile(side([]), entries=side([]), answers=side([]))

    assert (done.found(), sum(done.counts.values())) == ([], 0)


def test_the_plain_loops_find_what_the_compiled_ones_find(monkeypatch: pytest.MonkeyPatch) -> None:
    orders = [Order(f"HQ{n:032x}", OrderSide(ON, n)) for n in range(1, 8)]
    entries = [Entry(f"HQ{n:032x}", 3, ON, is_reversal=n > 7) for n in (2, 3, 3, 4, 8, 9)]
    answers = [Answer(f"HQ{n:032x}", 3, ON) for n in (1, 3, 10)]
    expected = compiled(orders, entries, answers)
    loops = vars(kernels) | {
        name: plain(getattr(kernels, name)) for name in ("count_parts", "spread", "gather", "judge")
    }

    monkeypatch.setattr(columns, "kernels", SimpleNamespace(**loops))

    assert compiled(orders, entries, answers) == expected


def test_a_reference_that_is_not_ours_has_a_place_of_its_own() -> None:
    odd = ["", "HQ", "HQ" + "g" * 32, "HQ" + "A" * 32, "HQ" + "\uff11" * 32, "X" * 34]

    assert len({halves(ref) for ref in odd} | {halves("HQ" + "a" * 32)}) == len(odd) + 1


def test_what_is_quiet_needs_nobody() -> None:
    assert {Match.MATCHED, Match.CUT_OFF_TAIL} == QUIET
