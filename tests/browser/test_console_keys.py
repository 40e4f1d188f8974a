"""The keyboard alone through an operator's night: see the day, run its close, find an order."""

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.console import FUND, OWN_DONE, broken_income
from tests.browser.keys import Keys
from tests.browser.world import person


def test_a_blocked_day_is_closed(visit: Visit) -> None:
    clerk = visit(width=1280)
    site = clerk.site
    saver = person(site, "saver")
    saver.buy(1_000_000)
    saver.http.close()
    site.advance(days=3)
    broken_income(site, hours=1)  # wrong at 01:30, found at 02:00, put right at 02:30
    today = site.advance(days=1)[:10]
    site.advance(to=f"{today}T02:45:00+08:00")
    clerk.work_as("operator")
    page = clerk.open("/console/")
    keys = Keys(page)
    keys.at("日终驾驶舱")
    page.locator("a.open-day").wait_for()

    keys.press(f"{FUND} · ")
    keys.at(f"{FUND} · ")
    expect(page.locator("li[aria-current=step]")).to_contain_text("校验")
    keys.press("查看证据")
    keys.at("差异：")
    keys.press("返回")
    keys.press("继续运行")

    expect(page.locator(OWN_DONE)).to_have_count(12)
    expect(page.locator(".toast").last).to_contain_text("完成")


def test_an_order_is_found_and_read(visit: Visit) -> None:
    clerk = visit(width=1280)
    saver = person(clerk.site, "saver")
    order = saver.buy(20_000)
    saver.http.close()
    clerk.work_as("support")
    page = clerk.open("/console/")
    keys = Keys(page)
    keys.at("日终驾驶舱")

    keys.press("查订单")
    keys.at("查订单")
    page.keyboard.press("/")
    expect(page.get_by_label("任意编号")).to_be_focused()
    page.keyboard.type(order)
    page.keyboard.press("Enter")
    expect(page.get_by_role("gridcell", name="¥200.00")).to_be_visible()
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('.vtable') !== null"):
            break
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    keys.at("买入订单")
    expect(page.get_by_role("button", name=order)).to_be_visible()
