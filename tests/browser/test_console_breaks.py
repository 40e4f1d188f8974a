"""Breaks of two holders: evidence beside each other, resolved by two people, opened again."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.console import FUND, OWN_DONE, Colleague, Json, buy, heading, staffed
from tests.browser.site import Site

REASON, PROOF = "登记文件与来函一致", "OFD_05 第 2 条"


@pytest.fixture(scope="module")
def breaks() -> dict[str, Json]:
    """Return the two breaks of the last day by customer: the register has 3 fen more, and less."""
    return {}


@pytest.fixture
def queue(visit: Visit, site: Site, breaks: dict[str, Json]) -> Colleague:
    """Return an operator beside the queue of two open breaks."""
    clerk = visit(width=1280)
    if not breaks:
        for persona in ("saver", "commuter"):
            buy(visit(), persona, fen=2_000_000)
        site.advance(days=4)
        told = {"fault": "holder_income_off", "params": {"holders": 1}}
        site.develop("POST", f"/v1/sandbox/fund-manager/{FUND}/faults", told)
        site.advance(days=1)
        found = staffed(clerk, "operator").get("GET", "/v1/breaks?state=open")["data"]
        breaks.update({row["customer_no"]: row for row in found})
    assert len(breaks) == 2
    return staffed(clerk, "operator")


def test_reason_and_evidence_are_asked_for_before_anything_is_sent(
    visit: Visit, queue: Colleague, breaks: dict[str, Json]
) -> None:
    clerk = visit(width=1280)
    staffed(clerk, "operator")
    page = clerk.open(f"/console/breaks/{_first(breaks)['id']}")
    heading(page, "差异：持有人份额")
    ours, theirs = (page.get_by_role("region", name=name, exact=True) for name in ("我方", "对方"))
    expect(ours).to_contain_text("按规则的收益")
    expect(theirs).to_contain_text("第几条记录")

    page.get_by_role("button", name="用这个办法").click()
    page.get_by_role("button", name="看要记的账").click()
    expect(page.get_by_label("理由")).to_be_focused()
    page.get_by_label("理由").fill(REASON)
    page.get_by_role("button", name="看要记的账").click()
    expect(page.get_by_label("依据")).to_be_focused()
    page.get_by_label("依据").fill(PROOF)
    page.get_by_role("button", name="看要记的账").click()

    entry = page.get_by_role("region", name="将记的分录")
    expect(entry).to_contain_text("¥0.03")
    expect(page.get_by_role("region", name="变化")).to_contain_text(re.compile("[+−]¥0.03"))
    assert clerk.violations() == []
    assert {row["state"] for row in queue.get("GET", "/v1/breaks")["data"]} == {"open"}


def test_two_people_resolve_breaks_the_day_closes_and_one_is_opened_again(
    visit: Visit, queue: Colleague, breaks: dict[str, Json]
) -> None:
    clerk = visit(width=1280)
    staffed(clerk, "operator")
    found = _first(breaks)
    page = clerk.open(f"/console/breaks/{found['id']}")
    page.get_by_role("button", name="由我处理").click()
    expect(page.get_by_role("button", name="交回")).to_be_visible()
    _propose(page)
    expect(page.get_by_text("这是您提交的，须由另一个人决定")).to_be_visible()
    page.get_by_role("link", name="查看提案").click()
    heading(page, "复核：处理差异")
    assert page.get_by_role("button", name="批准").count() == 0
    approval = page.url.rpartition("/")[2]
    told = {"verdict": "approve", "reason": ""}
    refused = queue.ask("POST", f"/v1/approvals/{approval}/decision", told)
    assert (refused.status, refused.json()["code"]) == (403, "approval.maker_is_checker")
    _choose_rest(clerk.open("/console/breaks"))

    other = visit(width=1280)
    staffed(other, "approver")
    for each in queue.get("GET", "/v1/approvals")["data"]:
        page = other.open(f"/console/approvals/{each['id']}")
        page.get_by_role("button", name="批准").click()
        expect(page.get_by_role("button", name="批准")).to_have_count(0)

    page = other.open(f"/console/breaks/{found['id']}")
    expect(page.get_by_text("两人已决定")).to_be_visible()
    page.get_by_role("button", name="查看经过").click()
    told_acts = page.get_by_role("dialog").locator("ol > li")
    expect(told_acts).to_contain_text(["复核通过", "提交处理", "指定负责人"])
    expect(told_acts.nth(1)).to_contain_text(REASON)
    assert other.violations() == []
    other.site.advance(days=1)
    page = other.open(f"/console/close/{FUND}/{found['on']}")
    expect(page.locator(OWN_DONE)).to_have_count(12)
    _explained(visit, found)
    _reopened(visit, found)


def _explained(visit: Visit, found: Json) -> None:
    """Let the customer see whose figure it is, where it stands, and that two people accepted it."""
    customer = visit()
    customer.sign_in_as("saver")
    page = customer.open(f"/explain/income/{FUND}/{found['on']}")
    note = page.locator(".notice", has_text="由两个人核对后接受")
    expect(note).to_contain_text(re.compile(r"第 \d+ 条"))
    expect(page.get_by_text("结果一致")).to_be_visible()
    assert customer.violations() == []


def _reopened(visit: Visit, found: Json) -> None:
    """Open a resolved break again, as a new version: its day is closed by now."""
    clerk = visit(width=360, locale="en-GB", scheme="dark")
    staffed(clerk, "operator")
    page = clerk.open(f"/console/breaks/{found['id']}")
    page.get_by_role("button", name="Reopen").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("Reason").fill("the manager sent another file")
    sheet.get_by_label("Evidence").fill("letter 7")

    sheet.get_by_role("button", name="Reopen").click()

    expect(page.get_by_text("version 2")).to_be_visible()
    expect(page.get_by_role("radio", name="Correct by reversal")).to_be_enabled()
    expect(page.get_by_role("radio", name="Accept the register’s figure")).to_be_disabled()
    assert clerk.violations() == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def _first(breaks: dict[str, Json]) -> Json:
    return breaks[min(breaks, key=int)]


def _propose(page: Page) -> None:
    page.get_by_role("button", name="用这个办法").click()
    page.get_by_label("理由").fill(REASON)
    page.get_by_label("依据").fill(PROOF)
    page.get_by_role("button", name="看要记的账").click()
    page.get_by_role("button", name="提交复核").click()


def _choose_rest(page: Page) -> None:
    """Propose the other one from the list, as many are."""
    page.get_by_role("grid").get_by_role("checkbox").check()
    page.get_by_role("button", name="一起处理", exact=True).click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("radio", name="以登记数为准").check()
    sheet.get_by_label("理由").fill(REASON)
    sheet.get_by_label("依据").fill(PROOF)
    sheet.get_by_role("button", name="提交 1 项复核").click()
    heading(page, "复核：处理差异")
