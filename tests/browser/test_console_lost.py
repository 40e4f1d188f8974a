"""The console without a network: what it shows then, and that nothing is missed when it is back."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.console import FUND, Colleague, heading, staffed
from tests.browser.relay import Relay, relayed
from tests.browser.site import Site, Visitor

LIVE, LOST = "实时更新", "正在重连"


@pytest.fixture
def wire(site: Site) -> Iterator[Relay]:
    """Return the wire between the browser and the server."""
    with relayed(site.server.port) as relay:
        yield relay


def behind(wire: Relay, visit: Visit, role: str) -> tuple[Visitor, Colleague]:
    """Return somebody of the staff whose browser is at the end of the wire."""
    clerk = visit(width=1280)
    clerk.site = replace(clerk.site, address=wire.address)
    clerk.bears("net::ERR_")
    return clerk, staffed(clerk, role)


def proposed(colleague: Colleague, reason: str) -> str:
    """Return the id of a change that somebody proposed."""
    body = {"state": "purchases_suspended", "reason": reason, "source": "notice 9"}
    told = colleague.get("POST", f"/v1/funds/{FUND}/state", body)["approval"]["id"]
    assert isinstance(told, str)
    return told


def test_what_happened_without_a_network_is_there_when_it_is_back(
    visit: Visit, wire: Relay
) -> None:
    clerk, _ = behind(wire, visit, "approver")
    makes = staffed(visit(), "operator")
    page = clerk.open("/console/approvals")
    heading(page, "复核")
    expect(page.get_by_text(LIVE)).to_be_visible()
    expect(page.get_by_text("没有待复核的变更")).to_be_visible()

    wire.cut()
    expect(page.get_by_text(LOST)).to_be_visible()
    approval = proposed(makes, "inflow")
    wire.mend()

    expect(page.get_by_text(LIVE)).to_be_visible(timeout=20_000)
    expect(page.get_by_test_id("pending")).to_contain_text("1", timeout=5_000)
    expect(page.get_by_role("link", name="基金状态")).to_be_visible()
    makes.get("DELETE", f"/v1/approvals/{approval}")
    expect(page.get_by_test_id("pending")).to_have_count(0)


def test_a_decision_without_a_network_was_not_sent_and_keeps_its_words(
    visit: Visit, wire: Relay
) -> None:
    makes = staffed(visit(), "operator")
    approval = proposed(makes, "outflow")
    clerk, _ = behind(wire, visit, "approver")
    page = clerk.open(f"/console/approvals/{approval}")
    heading(page, "复核：基金状态")
    page.get_by_label("理由").fill("not today")

    wire.cut()
    page.get_by_role("button", name="拒绝").click()

    expect(page.locator(".refused")).to_contain_text("服务器没有回应")
    assert makes.get("GET", f"/v1/approvals/{approval}")["approval"]["state"] == "pending"
    wire.mend()
    expect(page.get_by_text(LIVE)).to_be_visible(timeout=20_000)
    expect(page.get_by_label("理由")).to_have_value("not today")
    page.get_by_role("button", name="拒绝").click()
    expect(page.get_by_text("not today")).to_be_visible()
    assert makes.get("GET", f"/v1/approvals/{approval}")["approval"]["state"] == "refused"


def test_screens_show_what_was_known_until_the_network_is_back(visit: Visit, wire: Relay) -> None:
    clerk, caller = behind(wire, visit, "operator")
    done = caller.get("GET", "/v1/close")["rhythm"][0]["done_on"]
    page = clerk.open("/console/")
    heading(page, "日终驾驶舱")
    expect(page.locator("a.open-day")).to_be_visible()
    expect(page.get_by_text(LIVE)).to_be_visible()

    wire.cut()
    page.get_by_role("button", name="执行到期工作").click()

    expect(page.locator(".refused")).to_contain_text("服务器没有回应")
    # The network is there, so nobody is told that it is not.
    expect(page.locator(".offline-line")).to_have_text("服务器没有回应，请重试")
    expect(page.locator("a.open-day")).to_be_visible()
    expect(page.locator(".as-of").first).to_contain_text("的数据")
    wire.mend()
    expect(page.get_by_text(LIVE)).to_be_visible(timeout=20_000)
    expect(page.locator(".as-of")).to_have_count(0)
    assert caller.get("GET", "/v1/close")["rhythm"][0]["done_on"] == done
