"""A journey of the clock that stops or breaks: what the bar says, and how to go on from there."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.console import FUND, broken_income
from tests.browser.obstacles import await_waiting, failing, waiting
from tests.browser.site import Site, Visitor
from tests.browser.world import person, staff

START = "start"


@pytest.fixture(scope="module")
def company(site: Site) -> None:
    """Let somebody save, so that days have something to close."""
    saver = person(site, "saver")
    saver.buy(1_000_000)
    saver.http.close()
    site.advance(days=3)
    site.develop("POST", "/v1/sandbox/branches", {"name": START})


@pytest.fixture
def developer(visit: Visit, site: Site, company: None) -> Visitor:
    """Return a developer before the open bar, in the company as it was at the start."""
    site.develop("POST", "/v1/sandbox/rewind", {"to": START})
    visitor = visit(width=1280)
    visitor.develop()
    opened(visitor.open("/dev/"))
    return visitor


def opened(page: Page) -> Page:
    """Return a page whose bar is unfolded and has told what it knows."""
    page.locator(".bar-open").click()
    expect(page.locator(".bar-branch").first).to_be_visible()
    return page


def arrives(page: Page, *, on: date) -> None:
    """Wait until the clock stands at nine of a day, at rest."""
    nine = re.compile(rf"{on.month}月{on.day}日 .*09:00")
    expect(page.locator(".bar-at")).to_have_text(nine, timeout=30_000)
    expect(page.locator(".bar-open")).not_to_contain_text("推进", timeout=30_000)


def test_a_journey_that_broke_says_where_and_goes_on(developer: Visitor, site: Site) -> None:
    page = developer.page
    developer.bears("status of 500")
    before = site.develop("GET", "/v1/sandbox/clock")["business_time"]
    with failing(site, "close_day"):
        page.locator(".bar-next").click()
        broken = page.locator(".bar-panel [role=alert]").filter(has_text="推进中断")
        expect(broken).to_be_visible(timeout=30_000)
        told = site.develop("GET", "/v1/sandbox/clock")
        assert told["state"] == "failed"
        assert told["stopped_by"] in broken.inner_text()
        assert before < told["business_time"] < told["target"]
        assert developer.violations() == []
        opened(developer.open("/dev/"))
        expect(page.locator(".bar-open")).to_contain_text("推进失败")
        page.get_by_role("button", name="接着走").click()
        expect(broken).to_be_visible(timeout=30_000)

    page.get_by_role("button", name="接着走").click()

    arrives(page, on=date.fromisoformat(before[:10]) + timedelta(days=1))
    told = site.develop("GET", "/v1/sandbox/clock")
    assert (told["state"], told["target"]) == ("ready", None)
    with staff(site, "viewer") as viewer:
        days = viewer.get("/v1/close").json()["days"]
    assert days[0]["on"] == before[:10]


def test_a_journey_that_stopped_leads_to_what_stopped_it(developer: Visitor, site: Site) -> None:
    page = developer.page
    broken_income(site, hours=4)
    page.locator(".bar-next").click()

    stopped = page.locator(".bar-note")
    expect(stopped).to_contain_text("990001", timeout=30_000)
    expect(page.locator(".bar-open")).to_contain_text("停在事件上")
    stopped.get_by_role("link").click()
    page.wait_for_url(re.compile(rf"/console/close/{FUND}/2015-05-\d\d$"))


def test_a_server_that_died_on_the_way_goes_on_when_it_is_back(
    developer: Visitor, site: Site
) -> None:
    page = developer.page
    developer.bears("net::ERR_")
    today = site.develop("GET", "/v1/sandbox/clock")["business_time"][:10]
    with waiting(site, "close_day"):
        page.locator(".bar-next").click()
        await_waiting(site)
        site.server.kill()
        expect(page.locator(".bar-panel .refused")).to_contain_text("服务器回来后时钟会自己接着走")
    site.server.start()

    arrives(page, on=date.fromisoformat(today) + timedelta(days=1))
    assert site.develop("GET", "/v1/sandbox/clock")["state"] == "ready"
