"""The cockpit's words at the hours between: what is next, what is noted, what was not due."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.console import FUND, OWN_DONE, heading, staffed
from tests.browser.site import Site
from tests.browser.world import await_paid, person

MANAGER = f"/v1/sandbox/fund-manager/{FUND}/faults"


@pytest.fixture(scope="module")
def noted_on(site: Site) -> date:
    """Return the last closed day, which closed although a confirmation was missing."""
    site.develop("POST", MANAGER, {"fault": "confirmation_partial"})
    buyer = person(site, "commuter")
    await_paid(buyer, buyer.buy(60_000))
    buyer.http.close()
    today = site.advance(days=2)[:10]
    return date.fromisoformat(today) - timedelta(days=1)


def test_a_day_that_closed_with_a_break_says_that_it_does_not_block(
    visit: Visit, noted_on: date
) -> None:
    clerk = visit(width=1280)
    caller = staffed(clerk, "operator")
    (found,) = caller.get("GET", "/v1/breaks?state=noted")["data"]
    page = clerk.open(f"/console/close/{FUND}/{found['on']}")

    noted = page.get_by_role("region", name="已注明的差异").first
    expect(noted).to_contain_text("不影响这一天结账")
    assert page.get_by_text("受阻于").count() == 0
    expect(page.locator(OWN_DONE)).to_have_count(12)
    noted.get_by_role("link", name="查看证据").click()
    heading(page, "差异：缺少确认")
    expect(page.get_by_text("不挡任何一天")).to_be_visible()


@pytest.mark.parametrize("ahead", [1, 2], ids=["today", "tomorrow"])
def test_a_day_that_is_not_over_says_when_it_begins_and_offers_nothing(
    visit: Visit, noted_on: date, ahead: int
) -> None:
    clerk = visit(width=1280)
    staffed(clerk, "operator")
    on = noted_on + timedelta(days=ahead)
    page = clerk.open(f"/console/close/{FUND}/{on}")

    expect(page.get_by_text("现在停在")).to_be_visible()
    expect(page.get_by_text("自动开始，还有").first).to_be_visible()
    assert page.get_by_role("button", name="立即运行").count() == 0
    assert page.get_by_text("受阻于").count() == 0


def test_a_closed_day_gives_its_root_whole(visit: Visit, noted_on: date) -> None:
    clerk = visit(width=1280)
    caller = staffed(clerk, "viewer")
    day = caller.get("GET", f"/v1/close/{FUND}/{noted_on}")
    clerk.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = clerk.open(f"/console/close/{FUND}/{noted_on}")

    page.get_by_title(day["root"]).first.click()

    expect(page.locator(".toast").last).to_contain_text("已复制")
    assert page.evaluate("navigator.clipboard.readText()") == day["root"]


def test_a_manager_without_files_says_how_to_have_them(visit: Visit) -> None:
    clerk = visit(width=1280)
    staffed(clerk, "operator")
    page = clerk.open("/console/connections")

    expect(page.get_by_title("./huoqi up --manager files")).to_be_visible()


def test_a_seal_says_who_signed_and_who_is_missing(visit: Visit, noted_on: date) -> None:
    clerk = visit(width=1280)
    caller = staffed(clerk, "operator")
    path = f"/v1/close/{FUND}/{noted_on}"
    told = caller.get("POST", f"{path}/seal")
    page = clerk.open(f"/console/close/{FUND}/{noted_on}")
    step = page.locator(".cockpit > li").last
    step.locator("summary").click()

    expect(step.get_by_text("已签署", exact=True)).to_have_count(3)
    expect(step.get_by_title(told["seal"]["root"])).to_be_visible()
    assert clerk.violations() == []

    told["seal"] = {**told["seal"], "state": "blocked", "missing": "custodian:away", "root": None}
    told["seal"] |= {"signers": [], "sealed_at": None, "again_at": told["business_time"]}
    page.route(f"**{path}", lambda route: route.fulfill(json=told))
    page.reload()
    step.locator("summary").click()
    expect(step.get_by_text("无应答")).to_be_visible()
    expect(step.get_by_role("button", name="现在请三方签署")).to_be_visible()
