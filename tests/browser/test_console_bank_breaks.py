"""Breaks of a bank's day: order and lines beside each other, entries before they are posted."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.console import FUND, Colleague, Json, buy, heading, staffed
from tests.browser.site import Site

REASON, PROOF = "银行来函说明", "来函 12 号"


@pytest.fixture(scope="module")
def lines() -> dict[str, Json]:
    """Return the breaks of the first day at ICBC, by kind."""
    return {}


@pytest.fixture
def queue(visit: Visit, site: Site, lines: dict[str, Json]) -> Colleague:
    """Return an operator beside a line that is nobody's and one that lacks."""
    clerk = visit(width=1280)
    if not lines:
        for persona in ("saver", "commuter"):
            buy(visit(), persona, fen=2_000_000)
        for fault in ("statement_unknown_line", "statement_missing_line"):
            site.develop("POST", "/v1/sandbox/banks/ICBC/faults", {"fault": fault})
        site.advance(days=1)
        found = staffed(clerk, "operator").get("GET", "/v1/breaks?state=open&fund=ICBC")["data"]
        lines.update({row["kind"]: row for row in found})
    assert {"bank_not_in_ledger", "bank_missing"} <= lines.keys()
    day = staffed(clerk, "operator").get("GET", f"/v1/reconciliation/{found_on(lines)}")
    assert day["payout_stop"] is None, "what breaks explain stops no payout"
    return staffed(clerk, "operator")


def found_on(lines: dict[str, Json]) -> str:
    """Return the day of the breaks."""
    return str(lines["bank_missing"]["on"])


def test_a_line_of_nobody_s_is_entered_by_two_people(
    visit: Visit, queue: Colleague, lines: dict[str, Json]
) -> None:
    clerk = visit(width=1280)
    staffed(clerk, "operator")
    found = lines["bank_not_in_ledger"]
    page = clerk.open(f"/console/breaks/{found['id']}")
    heading(page, "差异：银行有、我方没有")
    expect(page.get_by_role("region", name="银行流水")).to_contain_text("¥5.00")
    expect(page.get_by_text("我方没有这一笔订单")).to_be_visible()

    page.get_by_role("button", name="用这个办法").click()
    page.get_by_label("理由").fill(REASON)
    page.get_by_label("依据").fill(PROOF)
    page.get_by_role("button", name="看要记的账").click()
    entry = page.get_by_role("region", name="将记的分录")
    expect(entry).to_contain_text("银行存管清算")
    expect(entry).to_contain_text("挂账")
    expect(entry).to_contain_text("¥5.00")
    assert clerk.violations() == []
    page.get_by_role("button", name="提交复核").click()
    expect(page.get_by_text("这是您提交的，须由另一个人决定")).to_be_visible()

    other = visit(width=1280)
    staffed(other, "approver")
    (approval,) = queue.get("GET", "/v1/approvals")["data"]
    page = other.open(f"/console/approvals/{approval['id']}")
    page.get_by_role("button", name="批准").click()
    expect(page.get_by_role("button", name="批准")).to_have_count(0)
    page = other.open(f"/console/breaks/{found['id']}")
    expect(page.get_by_text("两人已决定")).to_be_visible()


def test_the_cockpit_leads_from_its_steps_to_the_banks(
    visit: Visit, queue: Colleague, lines: dict[str, Json]
) -> None:
    clerk = visit(width=1280, locale="en-GB", scheme="dark")
    staffed(clerk, "operator")
    found = lines["bank_missing"]
    page = clerk.open(f"/console/close/{FUND}/{found['on']}")
    step = page.locator(".cockpit > li").nth(11)
    expect(step).to_contain_text("Blocked")
    expect(page.locator(".cockpit > li").nth(9)).to_contain_text("12 / 12 rows")
    step.get_by_role("link", name="A bank’s statement lacks a payment").click()
    heading(page, "Break: Missing in the statement")

    ours = page.get_by_role("region", name="Ours", exact=True)
    expect(ours).to_contain_text("Collection (card to us)")
    expect(ours).to_contain_text("+¥20,000.00")
    expect(page.get_by_text("The statement has no such line.")).to_be_visible()
    expect(page.get_by_role("radio", name="Mark as received (suggested)")).to_be_checked()
    assert clerk.violations() == []


def test_a_phone_shows_it_whole(visit: Visit, queue: Colleague, lines: dict[str, Json]) -> None:
    clerk = visit(width=360)
    staffed(clerk, "operator")
    page = clerk.open(f"/console/breaks/{lines['bank_missing']['id']}")
    heading(page, "差异：对账单缺少一笔")
    assert clerk.violations() == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
