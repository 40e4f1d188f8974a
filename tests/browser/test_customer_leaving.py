"""Closing the account: what is open is named, all units are sold, the account ends by itself."""

import re

from playwright.sync_api import expect

from tests.browser.customers import approve, at_home, bought, take_back
from tests.browser.site import Visitor
from tests.browser.world import person, staff

CLOSE = "注销账户"
DAYS_TO_THE_END = 12


def test_open_orders_are_named_before_anything_is_sold(visitor: Visitor) -> None:
    commuter, order_id = bought(visitor.site, "commuter", 70_000)
    page = at_home(visitor, "commuter")

    visitor.open("/close-account")

    expect(page.get_by_text("有 1 笔订单在途")).to_be_visible()
    named = page.get_by_role("list", name="在途订单").get_by_role("link")
    expect(named).to_have_attribute("href", f"/orders/{order_id}")
    close = page.get_by_role("button", name=CLOSE)
    expect(close).to_have_attribute("aria-disabled", "true")
    assert visitor.violations() == []
    # Taken back, nothing stands in the way any more; the page hears of it by itself.
    page.evaluate("window.stays = true")
    take_back(commuter, order_id)
    expect(close).not_to_have_attribute("aria-disabled", "true")
    assert page.evaluate("window.stays")
    commuter.http.close()


def test_who_changes_her_mind_stays_and_who_does_not_is_gone(visitor: Visitor) -> None:
    gigworker, _ = bought(visitor.site, "gigworker", 80_000)
    visitor.site.advance(days=4)
    page = at_home(visitor, "gigworker")
    visitor.open("/me")
    page.get_by_role("link", name=CLOSE).click()
    page.get_by_role("heading", name=CLOSE).first.wait_for()
    units = page.get_by_role("list", name="清零清单").get_by_role("link", name=re.compile("^份额"))
    expect(units).to_contain_text(re.compile(r"¥80\d\.\d\d"))

    page.get_by_role("button", name=CLOSE).click()
    page.get_by_role("dialog").get_by_role("button", name=CLOSE).click()
    approve(page)
    expect(page.get_by_role("heading", name="正在注销")).to_be_visible()
    assert visitor.violations() == []
    page.get_by_role("button", name="不注销了，保留账户").click()
    approve(page)
    expect(page.get_by_role("heading", name="正在注销")).to_have_count(0)
    visitor.site.advance(days=5)  # What was sold on the way is paid out.
    visitor.open("/close-account")

    page.get_by_role("button", name=CLOSE).dblclick()
    page.get_by_role("dialog").get_by_role("button", name=CLOSE).click()
    customer = gigworker.get("/v1/me")["customer_id"]
    approve(page)
    # Nothing is left, so it ends at once.
    expect(page.get_by_role("heading", name="账户已注销")).to_be_visible()
    assert visitor.violations() == []
    with staff(visitor.site, "support") as support:
        told = support.get(f"/v1/staff/customers/{customer}?purpose=support_call").json()
    assert told["customer"]["state"] == "closed", told
    page.get_by_role("link", name="返回首页").click()
    expect(page.get_by_role("link", name="开户")).to_be_visible()
    gigworker.http.close()


def test_what_is_sold_is_paid_out_and_the_account_ends_by_itself(visitor: Visitor) -> None:
    pensioner, _ = bought(visitor.site, "pensioner", 90_000)
    visitor.site.advance(days=4)
    customer = pensioner.get("/v1/me")["customer_id"]
    page = at_home(visitor, "pensioner")
    visitor.open("/close-account")
    page.get_by_role("button", name=CLOSE).click()
    page.get_by_role("dialog").get_by_role("button", name=CLOSE).click()
    approve(page)
    expect(page.get_by_role("heading", name="正在注销")).to_be_visible()

    visitor.site.advance(days=DAYS_TO_THE_END)

    # The page hears of it by itself.
    expect(page.get_by_role("heading", name="账户已注销")).to_be_visible(timeout=20_000)
    with staff(visitor.site, "support") as support:
        told = support.get(f"/v1/staff/customers/{customer}?purpose=support_call").json()
    assert told["customer"]["state"] == "closed", told
    pensioner.http.close()


def test_nothing_is_closed_without_a_network(visitor: Visitor) -> None:
    page = at_home(visitor, "foreign")
    visitor.open("/close-account")
    page.get_by_role("button", name=CLOSE).click()
    page.context.set_offline(True)

    page.get_by_role("dialog").get_by_role("button", name=CLOSE).click()
    approve(page)

    expect(page.get_by_text("未发送任何请求").first).to_be_visible()
    page.context.set_offline(False)
    foreign = person(visitor.site, "foreign")
    assert foreign.get("/v1/me")["state"] == "active"
    foreign.http.close()
    visitor.problems.clear()  # the streams that broke off
