"""The server dies in the middle of a close: the cockpit says so, comes back, and resumes it.

A step is held in the middle of its writing, the server is killed as ``kill -9`` does, and the day
has to end with the root that it has when nobody dies.
"""

from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.console import FUND, OWN_DONE, Colleague, broken_income, staffed
from tests.browser.obstacles import await_waiting, waiting
from tests.browser.site import Site
from tests.browser.world import person, staff

#: The tables that a close writes, in its order, with the steps that write them.
WRITTEN = {
    "close_step": "gathers",
    "fund_day": "rolls income",
    "close_book": "keeps the book",
    "close_day": "seals",
    "close_cursor": "is done",
}
BLOCKED = "blocked"


@pytest.fixture(scope="module")
def blocked_on(site: Site) -> date:
    """Return a day that is blocked at the manager's figures; the company is kept as it stands."""
    saver = person(site, "saver")
    saver.buy(1_000_000)
    saver.http.close()
    site.advance(days=3)
    # The figures come at 01:30, the close is blocked at 02:00, they are put right at 02:30, and
    # the close would try again by itself at 03:00.
    broken_income(site, hours=1)
    today = site.advance(days=1)[:10]
    site.advance(to=f"{today}T02:45:00+08:00")
    site.develop("POST", "/v1/sandbox/branches", {"name": BLOCKED})
    return date.fromisoformat(today) - timedelta(days=1)


@pytest.fixture(scope="module")
def root(site: Site, blocked_on: date) -> str:
    """Return the root of the day when nobody dies."""
    rewound(site)
    with staff(site, "operator") as operator:
        day = operator.post(f"/v1/close/{FUND}/{blocked_on}").raise_for_status().json()
    assert day["state"] == "done"
    sealed: str = day["root"]
    return sealed


def rewound(site: Site) -> None:
    """Bring the company back to where the day is blocked, and could be closed."""
    site.develop("POST", "/v1/sandbox/rewind", {"to": BLOCKED})


def cockpit(visit: Visit, on: date) -> tuple[Page, Colleague]:
    """Return an operator before the cockpit of a day."""
    clerk = visit(width=1280)
    caller = staffed(clerk, "operator")
    page = clerk.open(f"/console/close/{FUND}/{on}")
    expect(page.get_by_text("实时更新")).to_be_visible()
    # While the server is away the browser notes each connection that it could not make.
    clerk.bears("net::ERR_")
    return page, caller


@pytest.mark.parametrize("table", WRITTEN, ids=WRITTEN.get)
def test_a_close_that_died_is_resumed_to_the_same_root(
    visit: Visit, site: Site, blocked_on: date, root: str, table: str
) -> None:
    rewound(site)
    page, caller = cockpit(visit, blocked_on)
    resume = page.get_by_role("button", name="继续运行")
    with waiting(site, table):
        resume.click()
        await_waiting(site)
        site.server.kill()

    expect(page.get_by_text("正在重连")).to_be_visible()
    site.server.start()

    expect(page.get_by_text("实时更新")).to_be_visible(timeout=20_000)
    expect(page.locator("li[aria-current=step]")).to_contain_text("校验")
    resume.click()
    expect(page.locator(OWN_DONE)).to_have_count(12)
    day = caller.get("GET", f"/v1/close/{FUND}/{blocked_on}")
    assert (day["state"], day["root"]) == ("done", root)


def test_a_day_that_the_clock_was_closing_goes_on_by_itself(
    visit: Visit, site: Site, blocked_on: date
) -> None:
    rewound(site)
    site.advance(days=1)
    with staff(site, "viewer") as viewer:
        alive = viewer.get(f"/v1/close/{FUND}/{blocked_on}").json()
    rewound(site)
    page, caller = cockpit(visit, blocked_on)
    with waiting(site, "close_day"):
        page.get_by_role("button", name="到明天").click()
        await_waiting(site)
        site.server.kill()
    site.server.start()

    expect(page.locator(OWN_DONE)).to_have_count(12, timeout=20_000)
    day = caller.get("GET", f"/v1/close/{FUND}/{blocked_on}")
    assert (day["state"], day["root"]) == ("done", alive["root"])
