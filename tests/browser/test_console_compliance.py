"""Cases, orders of courts and estates on the console's screens, each ended by two people."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.console import Json, buy, heading, staffed
from tests.browser.site import Site, Visitor

RULE = {
    "rule": "monitoring.large_day",
    "effective_from": "2015-05-11",
    "value": {"amount_fen": 1_000_000},
    "source": "test",
}


@pytest.fixture(scope="module")
def personas() -> dict[str, Json]:
    """Return the personas by name, once the module's past is there."""
    return {}


@pytest.fixture
def people(visit: Visit, site: Site, personas: dict[str, Json]) -> dict[str, Json]:
    """Return the personas by name, one of whom bought a lot on a day that is closed."""
    if not personas:
        maker = staffed(visit(), "operator")
        proposed = maker.get("POST", "/v1/policies", RULE)["approval"]["id"]
        decision = f"/v1/approvals/{proposed}/decision"
        staffed(visit(), "approver").get("POST", decision, {"verdict": "approve"})
        buy(visit(), "commuter", fen=1_200_000)
        site.advance(days=3)
        listed = site.develop("GET", "/v1/sandbox/personas")["data"]
        personas.update({one["persona"]: one for one in listed})
    return personas


def _approve(visit: Visit, kind: str) -> None:
    """Approve the newest waiting change of a kind as a second person, on the screen."""
    clerk = visit(width=1280)
    told = staffed(clerk, "approver").get("GET", "/v1/approvals")["data"]
    found = next(each for each in told if each["kind"] == kind)
    page = clerk.open(f"/console/approvals/{found['id']}")
    page.get_by_role("button", name="批准").click()
    expect(page.get_by_text("已批准").first).to_be_visible()


def _checked(clerk: Visitor, page: Page) -> None:
    expect(page.locator(".skeleton")).to_have_count(0)
    assert clerk.violations() == []


def test_a_case_is_taken_noted_and_ended_by_two_people(
    visit: Visit, people: dict[str, Json]
) -> None:
    clerk = visit(width=1280)
    staffed(clerk, "compliance")
    page = clerk.open("/console/cases")
    heading(page, "合规案件")
    page.get_by_role("link", name="单日大额").first.click()
    heading(page, "案件：单日大额")
    expect(page.get_by_role("region", name="依据", exact=True)).to_contain_text("¥12,000.00")
    _checked(clerk, page)

    page.get_by_role("button", name="接手", exact=True).click()
    page.get_by_role("button", name="添加记录").click()
    expect(page.get_by_label("说明", exact=True).first).to_be_focused()
    page.get_by_label("说明", exact=True).first.fill("电话核实，电话 13800138000")
    page.get_by_role("button", name="添加记录").click()
    done = page.get_by_role("region", name="处理记录").first
    expect(done).to_contain_text("电话核实")
    expect(done).not_to_contain_text("13800138000")

    page.get_by_role("button", name="提议结论").click()
    expect(page.get_by_label("说明", exact=True).nth(1)).to_be_focused()
    page.get_by_label("说明", exact=True).nth(1).fill("工资到账")
    page.get_by_label("依据文件编号").fill("call-7")
    page.get_by_role("button", name="提议结论").click()
    expect(page.get_by_text("待复核").first).to_be_visible()
    _approve(visit, "compliance.case")
    expect(page.get_by_text("已结案").first).to_be_visible()
    expect(page.get_by_text("无异常").first).to_be_visible()
    assert page.get_by_role("button", name="接手").count() == 0


def test_an_order_of_a_court_freezes_and_is_lifted_by_two_people(
    visit: Visit, people: dict[str, Json]
) -> None:
    customer = people["gigworker"]["customer_id"]
    clerk = visit(width=1280)
    staff = staffed(clerk, "compliance")
    page = clerk.open(f"/console/customers/{customer}")
    page.get_by_role("link", name="登记司法冻结").click()
    heading(page, "司法冻结")
    page.get_by_role("button", name="登记指令").click()
    expect(page.get_by_text("请填写机关名称。")).to_be_visible()
    page.get_by_label("机关").fill("示例法院（模拟）")
    page.get_by_label("文号").fill("2015-1182")
    page.get_by_label("执行至（含当日）").fill("2016-05-11")
    _checked(clerk, page)
    page.get_by_role("button", name="登记指令").click()

    row = page.get_by_role("row").filter(has_text="2015-1182")
    expect(row).to_contain_text("执行中")
    seen = staff.get("GET", f"/v1/staff/customers/{customer}")["customer"]
    assert seen["freeze_reason"] == "court_order"

    row.get_by_role("button", name="提议解除").click()
    page.get_by_label("依据文件编号").fill("letter-9")
    page.get_by_role("dialog").get_by_role("button", name="提议解除").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    _approve(visit, "compliance.legal_order")
    page.get_by_role("button", name="已解除").click()
    expect(page.get_by_role("row").filter(has_text="2015-1182")).to_contain_text("已解除")
    assert staff.get("GET", f"/v1/staff/customers/{customer}")["customer"]["frozen_by"] is None


def test_an_estate_goes_to_the_heir_whom_two_people_name(
    visit: Visit, site: Site, people: dict[str, Json]
) -> None:
    dead, heir = people["pensioner"]["customer_id"], people["saver"]["customer_id"]
    clerk = visit(width=1280)
    staffed(clerk, "operator")
    page = clerk.open(f"/console/customers/{dead}")
    page.get_by_role("link", name="登记身故").click()
    heading(page, "遗产")
    page.get_by_label("身故日期").fill("2015-05-11")
    page.get_by_label("依据文件编号").fill("cert-88")
    _checked(clerk, page)
    page.get_by_role("button", name="登记身故").click()
    expect(page).to_have_url(re.compile("/console/estates/"))

    page.get_by_label("继承人（每行：客户编号 份数）").fill("某人 1")
    page.get_by_label("依据文件编号").fill("deed-5")
    page.get_by_role("button", name="提议分配").click()
    expect(page.get_by_text("每行应为客户编号和份数。")).to_be_visible()
    page.get_by_label("继承人（每行：客户编号 份数）").fill(f"{heir} 1")
    _checked(clerk, page)
    page.get_by_role("button", name="提议分配").click()
    expect(page.get_by_text("已保存。").first).to_be_visible()
    _approve(visit, "compliance.estate")
    expect(page.get_by_text("分配中").first).to_be_visible()

    site.advance(days=1)
    page.reload()
    expect(page.get_by_text("已分配").first).to_be_visible()
    expect(page.get_by_role("region", name="继承人").first).to_contain_text("查看客户")
    _checked(clerk, page)
