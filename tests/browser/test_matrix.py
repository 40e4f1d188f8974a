"""Every screen can be read by everybody: a part of the matrix in which every pair of values meets.

The whole matrix is ``./huoqi app --matrix``; its result stands in docs/accessibility.md.
"""

from collections.abc import Iterator
from itertools import combinations, product

import pytest
from playwright.sync_api import Browser

from tests.browser.covering import pairs_of, pairwise
from tests.browser.crawl import crawl
from tests.browser.screens import Screen, screens
from tests.browser.site import Site
from tests.browser.walk import Guide, few_shapes, look
from tests.browser.world import furnish

THERE = screens()
FEW = few_shapes(THERE)


@pytest.fixture(scope="module")
def guide(browser: Browser, site: Site) -> Iterator[Guide]:
    """Return a guide through a furnished company."""
    guide = Guide(browser, site, furnish(site))
    yield guide
    guide.close()


@pytest.mark.parametrize("screen", THERE, ids=lambda screen: screen.name)
def test_a_screen_can_be_read_by_everybody(guide: Guide, screen: Screen) -> None:
    found = look(guide, screen, FEW[screen])

    assert {str(shape): lines for shape, lines in found.items() if lines} == {}


def test_every_amount_opens_an_explanation_that_agrees(guide: Guide) -> None:
    found = crawl(guide, THERE, most_of_a_kind=2)

    assert found.faults == []
    assert found.counts["worked out again, agrees"] > 50


@pytest.mark.parametrize("sizes", [(2, 2, 2), (7, 2, 2, 3, 2), (41, 2, 2, 3, 2), (3, 1)])
def test_every_pair_of_values_meets_in_few_rows(sizes: tuple[int, ...]) -> None:
    rows = pairwise(sizes)

    met = {pair for row in rows for pair in pairs_of(row)}
    for (i, one), (j, other) in combinations(enumerate(sizes), 2):
        assert {((i, a), (j, b)) for a, b in product(range(one), range(other))} <= met
    largest, second = sorted(sizes)[-1], sorted(sizes)[-2]
    assert len(rows) <= largest * second + 2
