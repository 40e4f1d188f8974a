"""The operator's console in a real browser: sign-in, cockpit, breaks, approvals, books, search."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser import console
from tests.browser.conftest import Visit
from tests.browser.console import FUND, OWN_DONE, Colleague, buy, heading, redeem_fast, staffed
from tests.browser.site import Json, Site, Visitor

SAVED_FEN = 200_000
Desk = Callable[..., tuple[Page, Colleague]]


@pytest.fixture(scope="module")
def company(site: Site) -> Json:
    """Return what the company has behind it: some days, a purchase, a fast redemption."""
    return {}


@pytest.fixture
def desk(visit: Visit, company: Json) -> Desk:
    """Return a maker of an operator's page: role, address, size, language."""
    if not company:
        customer = visit()
        company["purchase"] = buy(customer, "saver", fen=SAVED_FEN)
        customer.site.advance(days=4)
        company["redemption"] = redeem_fast(customer, "saver", units=10_000)

    def made(role: str, path: str, *, width: int = 1280, **how: str) -> tuple[Page, Colleague]:
        clerk: Visitor = visit(width=width, **how)
        caller = staffed(clerk, role)
        return clerk.open(path), caller

    return made


def test_nobody_sees_anything_before_signing_in(visit: Visit) -> None:
    page = visit(width=1280).open("/console/breaks")

    heading(page, "登录运营台")
    assert page.get_by_role("navigation").count() == 0


def test_a_wrong_key_is_said_beside_its_field(visit: Visit) -> None:
    page = visit(width=1280).open("/console/")
    field = page.get_by_label("密钥", exact=True)
    field.fill("hqk_wrong")

    page.get_by_role("button", name="登录", exact=True).click()

    expect(page.get_by_text("这个密钥无效或已被收回")).to_be_visible()
    expect(field).to_be_focused()
    assert field.input_value() == "hqk_wrong"


def test_in_the_sandbox_one_tap_signs_in_and_one_signs_out(visit: Visit) -> None:
    page = visit(width=1280).open("/console/")

    page.get_by_role("button", name="运营 运行日终").click()
    heading(page, "日终驾驶舱")
    expect(page.get_by_text("sandbox-operator")).to_be_visible()
    page.get_by_role("button", name="退出").click()

    heading(page, "登录运营台")


def test_roles_decide_what_is_shown(desk: Desk) -> None:
    page, _ = desk("support", "/console/")

    heading(page, "日终驾驶舱")
    navigation = page.get_by_role("navigation")
    expect(navigation.get_by_role("link", name="查订单")).to_be_visible()
    assert navigation.get_by_role("link", name="审计").count() == 0
    assert page.get_by_role("button", name="执行到期工作").count() == 0


def test_an_operator_proposes_and_another_person_decides(desk: Desk) -> None:
    page, maker = desk("operator", "/console/propose/state")
    approver_page, _ = desk("approver", "/console/")
    heading(approver_page, "日终驾驶舱")
    count = approver_page.get_by_test_id("pending")
    expect(count).to_have_count(0)

    page.get_by_label("变为").select_option("purchases_suspended")
    page.get_by_role("button", name="提交复核").click()
    expect(page.get_by_text("请填写")).to_be_visible()
    expect(page.get_by_label("理由")).to_be_focused()
    page.get_by_label("理由").fill("large inflow")
    page.get_by_label("出处").fill("notice 12")
    page.get_by_role("button", name="提交复核").click()

    heading(page, "复核：基金状态")
    expect(page.get_by_text("须由另一个人决定")).to_be_visible()
    assert page.get_by_role("button", name="批准").count() == 0
    expect(count).to_contain_text("1", timeout=5_000)
    approval = page.url.rsplit("/", 1)[1]
    own = maker.ask("POST", f"/v1/approvals/{approval}/decision", {"verdict": "approve"})
    assert (own.status, own.json()["code"]) == (403, "approval.maker_is_checker")
    again = {"state": "purchases_suspended", "reason": "large inflow", "source": "notice 12"}
    twice = maker.ask("POST", f"/v1/funds/{FUND}/state", again)
    assert (twice.status, twice.json()["code"]) == (409, "approval.duplicate")

    approver_page.get_by_role("navigation").get_by_role("link", name="复核").click()
    approver_page.get_by_role("link", name="基金状态").click()
    heading(approver_page, "复核：基金状态")
    row = approver_page.get_by_role("row", name="状态")
    expect(row).to_contain_text("开放")
    expect(row).to_contain_text("暂停买入")
    approver_page.get_by_role("button", name="拒绝").click()
    expect(approver_page.get_by_text("拒绝时请写明理由")).to_be_visible()
    approver_page.get_by_label("理由").fill("not now")
    approver_page.get_by_role("button", name="拒绝").click()

    expect(approver_page.get_by_text("not now")).to_be_visible()
    expect(page.get_by_text("在您打开之后已被处理")).to_be_visible(timeout=5_000)
    expect(count).to_have_count(0)


def test_a_change_whose_object_has_moved_on_is_stale(desk: Desk) -> None:
    _, maker = desk("operator", "/console/")
    page, decider = desk("approver", "/console/")
    ids = []
    for reason in ("first", "second"):
        body = {"state": "redemptions_suspended", "reason": reason, "source": "notice"}
        told = maker.get("POST", f"/v1/funds/{FUND}/state", body)
        ids.append(told["approval"]["id"])
    page.goto(page.url.split("/console")[0] + f"/console/approvals/{ids[1]}")
    heading(page, "复核：基金状态")
    decider.get("POST", f"/v1/approvals/{ids[0]}/decision", {"verdict": "approve"})

    page.get_by_role("button", name="批准").click()

    expect(page.get_by_text("不能再批准")).to_be_visible()
    back = {"state": "open", "reason": "over", "source": "notice"}
    opened = maker.get("POST", f"/v1/funds/{FUND}/state", back)["approval"]["id"]
    decider.get("POST", f"/v1/approvals/{opened}/decision", {"verdict": "approve"})


def test_a_policy_row_is_proposed_field_by_field(desk: Desk, site: Site) -> None:
    page, _ = desk("operator", f"/console/propose/policy?rule=fund.fast_redemption&fund={FUND}")
    page.get_by_label("金额上限").fill("50,000")
    page.get_by_label("生效日").fill("2015-06-01")
    page.get_by_label("出处").fill("decision 7")

    page.get_by_role("button", name="提交复核").click()

    heading(page, "复核：规则")
    row = page.get_by_role("row", name="金额上限")
    expect(row).to_contain_text("¥60,000.00")
    expect(row).to_contain_text("¥50,000.00")
    page.get_by_role("button", name="撤回").click()
    expect(page.get_by_text("已撤回").first).to_be_visible()


SCREENS = (
    "/console/",
    f"/console/close/{FUND}/2015-05-12",
    "/console/breaks?state=any",
    "/console/approvals?state=refused",
    "/console/propose/policy",
    "/console/propose/calendar",
    f"/console/liquidity/{FUND}",
    "/console/payouts",
    "/console/debts",
    "/console/connections",
    "/console/orders",
    "/console/orders/{order}",
    "/console/ledger",
    "/console/ledger/accounts",
    "/console/policies?rule=fund.fast_redemption",
    "/console/calendar",
    "/console/audit",
)
LOOKS = (
    {"locale": "zh-CN", "scheme": "light", "width": 1280},
    {"locale": "en-GB", "scheme": "dark", "width": 360},
    {"locale": "en-GB", "scheme": "light", "width": 768},
    {"locale": "zh-CN", "scheme": "dark", "width": 360},
)


@pytest.mark.parametrize("look", range(len(LOOKS)))
def test_everybody_can_read_every_screen(
    visit: Visit, desk: Desk, company: Json, look: int
) -> None:
    first, _ = desk("operator", "/console/")
    first.close()
    clerk = visit(**LOOKS[look])
    clerk.work_as("operator")
    found = {}
    # Each look takes every other screen; together the looks meet each screen in both halves.
    for path in SCREENS[look % 2 :: 2] if look > 1 else SCREENS:
        page = clerk.open(path.format(order=company["purchase"]))
        page.get_by_role("heading", level=1).first.wait_for()
        page.locator("[aria-busy=true]").first.wait_for(state="detached")
        if look > 1:
            page.evaluate("document.documentElement.style.fontSize = '200%'")
        faults = clerk.violations()
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults.append("scrolls sideways")
        if faults:
            found[path] = faults
    assert found == {}


@pytest.mark.parametrize("by", ["order", "payment", "bank_ref", "request", "event", "tail"])
def test_an_order_is_found_by_whatever_somebody_holds(desk: Desk, company: Json, by: str) -> None:
    page, caller = desk("support", "/console/orders")
    trace = caller.get("GET", f"/v1/staff/orders/{company['purchase']}")
    tail = "0001"
    held = {
        "order": company["purchase"],
        "payment": trace["payments"][0]["payment"]["id"],
        "bank_ref": trace["payments"][0]["payment"]["bank_ref"],
        "request": trace["requests"][0]["request_id"],
        "event": trace["events"][0]["id"],
        "tail": tail,
    }
    heading(page, "查订单")
    page.get_by_label("任意编号").wait_for()
    page.keyboard.press("/")
    expect(page.get_by_label("任意编号")).to_be_focused()
    page.keyboard.type(held[by])
    if by == "tail":
        page.keyboard.press("Enter")
        expect(page.get_by_text("请先选择用途")).to_be_visible()
        page.get_by_label("用途").select_option("support_call")

    page.get_by_role("button", name="查找").click()

    expect(page.get_by_text("找到")).to_be_visible()
    expect(page.get_by_role("gridcell", name="¥2,000.00")).to_be_visible()
    assert tail not in page.url.split("?")[-1] or by != "tail"


def test_a_search_without_a_find_tells_what_was_tried(desk: Desk) -> None:
    page, _ = desk("support", "/console/orders")
    page.get_by_label("任意编号").fill("nothing-like-this")

    page.get_by_role("button", name="查找").click()

    expect(page.get_by_text("试过：幂等键")).to_be_visible()


def test_the_books_lead_from_account_to_order_and_back(desk: Desk, company: Json) -> None:
    page, _ = desk("finance", "/console/ledger")
    expect(page.get_by_text("借贷相等，账本平衡")).to_be_visible()
    page.get_by_role("link", name="银行存管清算").click()
    heading(page, "账户")
    page.get_by_role("row", name="¥").filter(has_not_text="¥0.00 ¥0.00").first.wait_for()
    page.get_by_role("gridcell", name="¥2,000.00").first.get_by_role("link").click()
    page.get_by_role("heading", level=1, name="账户").wait_for()
    page.locator(".vtable .cell-link").last.wait_for()
    page.get_by_role("gridcell", name="¥2,000.00").first.get_by_role("link").click()

    heading(page, "分录")
    page.get_by_role("link", name=company["purchase"]).click()
    heading(page, "买入订单")
    page.get_by_role("link", name="预留转入账").first.click()

    heading(page, "分录")
    expect(page.get_by_role("link", name=company["purchase"])).to_be_visible()


def test_at_every_close_debits_equal_credits(desk: Desk) -> None:
    page, caller = desk("viewer", "/console/ledger")
    days = caller.get("GET", "/v1/close")["days"]

    for day in days[:3]:
        page.get_by_label("截至哪一天结束").fill(day["on"])
        page.wait_for_url(f"**as_of={day['on']}")
        expect(page.get_by_text("借贷相等，账本平衡")).to_be_visible()


def test_the_page_turns_red_when_the_books_do_not_balance(desk: Desk) -> None:
    page, caller = desk("finance", "/console/")
    told = caller.get("GET", "/v1/ledger/trial-balance")
    told["balanced"] = told["data"][0]["balanced"] = False
    told["data"][0]["totals"]["debits_posted"] = "1"
    page.route("**/v1/ledger/trial-balance*", lambda route: route.fulfill(json=told))

    page.get_by_role("link", name="账本").click()

    expect(page.get_by_role("alert")).to_contain_text("账本不平")
    expect(page.locator("main.unbalanced")).to_be_visible()


def test_the_chain_is_verified_and_a_break_names_its_place(desk: Desk) -> None:
    page, _ = desk("operator", "/console/ledger")
    page.get_by_role("button", name="校验散列链").click()
    expect(page.get_by_text("散列链完好")).to_be_visible()
    broken = {"shard": 0, "batches": 9, "transfers": 9, "head": "00", "fault": "hash"}

    def altered(route: Route) -> None:
        shard = {**broken, "first_broken": "7"}
        route.fulfill(json={"business_time": "", "sound": False, "shards": [shard]})

    page.route("**/v1/ledger/verify", altered)
    page.get_by_role("button", name="校验散列链").click()

    expect(page.get_by_role("status").get_by_text("链在第 7 批断裂")).to_be_visible()


def test_personal_data_takes_a_purpose_and_is_recorded(desk: Desk, company: Json) -> None:
    _, caller = desk("compliance", "/console/")
    order = caller.get("GET", f"/v1/staff/orders/{company['purchase']}")["order"]
    page, _ = desk("compliance", f"/console/customers/{order['customer_id']}")
    page.get_by_role("button", name="显示掩码资料").click()
    expect(page.get_by_text("请先选择用途")).to_be_visible()
    assert page.locator("[data-personal]").count() == 0

    page.get_by_label("用途").select_option("complaint")
    page.get_by_role("button", name="显示掩码资料").click()
    expect(page.locator("[data-personal=name]")).to_contain_text("*")
    page.get_by_role("button", name="显示完整资料").click()
    page.get_by_label("姓名").check()
    page.get_by_role("button", name="显示并记录").click()

    expect(page.locator("[data-personal=name]")).to_have_text("模拟·安储")
    expect(page.locator("[data-personal=phone]")).to_contain_text("*")
    page.get_by_role("navigation").get_by_role("link", name="审计").click()
    row = page.get_by_role("row").filter(has_text="customer.identity.read")
    expect(row.first).to_contain_text("投诉", timeout=5_000)


def test_the_line_behind_fast_redemptions_is_shown(desk: Desk) -> None:
    page, _ = desk("finance", f"/console/liquidity/{FUND}")

    expect(page.get_by_text("快速赎回正常放行")).to_be_visible()
    expect(page.get_by_role("link", name="¥100.00").first).to_be_visible()


def test_a_low_line_is_an_alarm(desk: Desk) -> None:
    page, caller = desk("finance", "/console/")
    told = caller.get("GET", f"/v1/staff/liquidity/{FUND}")
    told["throttle"] = "exhausted"
    page.route("**/v1/staff/liquidity/*", lambda route: route.fulfill(json=told))

    page.get_by_role("link", name="流动性").click()

    expect(page.get_by_role("alert")).to_contain_text("额度用尽")


def test_a_bank_that_is_down_is_seen(desk: Desk, site: Site) -> None:
    page, _ = desk("operator", "/console/connections")
    heading(page, "文件与连接")
    expect(page.get_by_text("实时更新")).to_be_visible()
    site.develop("POST", "/v1/sandbox/banks/ICBC/faults", {"fault": "bank_down"})

    row = page.get_by_role("row", name="工商银行")
    expect(row).to_contain_text("bank_down", timeout=5_000)
    expect(page.get_by_role("heading", name="银行对账单")).to_be_visible()


def test_what_is_in_force_on_a_day_and_what_comes(desk: Desk) -> None:
    page, _ = desk("viewer", "/console/policies?rule=fund.fast_redemption")

    expect(page.get_by_text("将生效")).to_be_visible()
    page.get_by_label("查看哪一天生效的规则").fill("2018-06-05")
    expect(page.get_by_role("row", name="fund.fast_redemption").first).to_contain_text("¥10,000.00")


def test_nothing_to_tie_is_said_calmly(desk: Desk) -> None:
    page, _ = desk("operator", "/console/breaks")

    expect(page.get_by_text("0 项差异，在容忍之内")).to_be_visible()


def test_a_blocked_day_names_whom_it_waits_for_and_closes_by_itself(desk: Desk, site: Site) -> None:
    page, caller = desk("operator", "/console/")
    console.broken_income(site, hours=4)
    done = caller.get("GET", "/v1/close")["days"][0]["on"]
    on = (date.fromisoformat(done) + timedelta(days=1)).isoformat()
    site.advance(days=1)
    card = page.locator("a.open-day")
    expect(card).to_contain_text("等待基金管理人", timeout=5_000)
    expect(card).to_contain_text("收益总额与我方不符")
    card.click()
    page.wait_for_url(f"**/console/close/{FUND}/{on}")
    step = page.locator("li[aria-current=step]")
    expect(step).to_contain_text("校验")
    expect(step.get_by_role("link", name="收益总额与我方不符")).to_be_visible()
    page.get_by_role("row", name="收益总额").get_by_role("link", name="查看证据").click()
    heading(page, "差异：收益总额")
    expect(page.get_by_text("请管理人更正当日文件")).to_be_visible()
    expect(page.get_by_text("强制匹配")).to_be_visible()
    page.go_back()

    page.get_by_role("button", name="继续运行").click()
    expect(page.locator("li[aria-current=step]")).to_contain_text("校验")
    site.advance(days=1)

    expect(page.get_by_text("完成", exact=True).first).to_be_visible(timeout=10_000)
    expect(page.locator(OWN_DONE)).to_have_count(12, timeout=10_000)
