"""An order after it was made: taken back in time, late with a ticket, refunded, paid out again."""

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.customers import approve, at_home, bought, know_card_as, now_of
from tests.browser.first_steps import (
    Hand,
    bind,
    fresh_card,
    fresh_id,
    register,
    secure,
    with_passkeys,
)
from tests.browser.site import Json, Site, Visitor
from tests.browser.world import FUND, staff


def test_an_order_is_taken_back_before_the_cut_off_and_not_after(visitor: Visitor) -> None:
    saver, order_id = bought(visitor.site, "saver", 120_000)
    kept = saver.buy(130_000)
    page = at_home(visitor, "saver")
    visitor.open(f"/orders/{order_id}")

    page.get_by_role("button", name="撤单").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("退回原银行卡")
    dialog.get_by_role("button", name="撤单").dblclick()
    approve(page)

    expect(page.locator(".explain-head")).to_contain_text("已退款")
    steps = page.get_by_role("list", name="进度")
    expect(steps).to_contain_text("已退款 · 已完成")
    expect(steps).to_contain_text("原因：您已撤单")
    expect(page.get_by_role("button", name="撤单")).to_have_count(0)
    assert visitor.violations() == []
    visitor.open("/orders")
    expect(page.get_by_role("link", name=re.compile("¥1,200.00"))).to_contain_text("已退款")

    visitor.site.advance(to=now_of(visitor.site).replace(hour=15, minute=0, second=0).isoformat())
    visitor.open(f"/orders/{kept}")
    expect(page.get_by_text("¥1,300.00").first).to_be_visible()
    expect(page.get_by_role("link", name="查看电子回单")).to_be_visible()
    expect(page.get_by_role("button", name="撤单")).to_have_count(0)
    saver.http.close()


def test_a_late_order_has_a_ticket_within_a_minute(visitor: Visitor) -> None:
    gigworker, order_id = bought(visitor.site, "gigworker", 10_019)
    gigworker.http.close()
    page = at_home(visitor, "gigworker")
    told = step_of(page, order_id, "confirmed")
    expected_at = datetime.fromisoformat(told["expected_at"])
    visitor.site.advance(to=(expected_at + timedelta(seconds=60)).isoformat())

    visitor.open(f"/orders/{order_id}")

    late = page.get_by_role("list").locator(".late")
    expect(late).to_contain_text(re.compile(r"已晚 .+ · .+ · 工单 HQ-[A-Z2-7]{8}"))
    ticket = str(step_of(page, order_id, "confirmed")["ticket"])
    expect(late).to_contain_text(ticket)
    assert visitor.violations() == []
    visitor.open("/notifications")
    expect(page.get_by_text("订单晚于预期").first).to_be_visible()


def step_of(page: Page, order_id: str, state: str) -> Json:
    """Return a step of an order as the API tells it to the page."""
    told = page.evaluate(f"fetch('/v1/orders/{order_id}').then(answer => answer.json())")
    step: Json = next(each for each in told["order"]["timeline"] if each["state"] == state)
    return step


@pytest.mark.parametrize(
    ("fen", "state", "shown", "back"),
    [
        (20_013, "refunded", "已退款", "¥200.13"),
        (20_017, "earning", "开始产生收益", "¥100.09"),
        (20_001, "earning", "开始产生收益", ""),
    ],
    ids=[".13 refused", ".17 in part", ".01 goes well"],
)
def test_records_order_search_and_api_tell_the_same_state(
    visit: Visit, site: Site, fen: int, state: str, shown: str, back: str
) -> None:
    vip, order_id = bought(site, "vip", fen)
    site.advance(days=5)
    customer = visit()
    page = at_home(customer, "vip")

    customer.open("/orders")
    amount = f"¥{fen // 100}.{fen % 100:02d}"
    row = page.get_by_role("link", name=re.compile(re.escape(amount)))
    expect(row).to_contain_text(shown)
    row.click()
    expect(page.locator(".explain-head")).to_contain_text(shown)
    if back:
        expect(page.get_by_text(back).first).to_be_visible()
    assert vip.get(f"/v1/orders/{order_id}")["order"]["state"] == state
    vip.http.close()
    with staff(site, "operator") as operator:
        traced = operator.get(f"/v1/staff/orders/{order_id}").raise_for_status().json()
    assert traced["order"]["state"] == state
    clerk = visit(width=1280)
    clerk.work_as("operator")
    console = clerk.open(f"/console/orders/{order_id}")
    expect(
        console.get_by_text({"earning": "计息中", "refunded": "已退款"}[state]).first
    ).to_be_visible()


def test_money_that_came_back_is_sent_to_another_card_once(visitor: Visitor) -> None:
    pensioner, _ = bought(visitor.site, "pensioner", 1_000_000)
    visitor.site.advance(days=4)
    order_id = pensioner.redeem(60_000, speed="normal")
    know_card_as(visitor.site, pensioner.card_id, "0005")
    visitor.site.advance(days=5)
    page = at_home(visitor, "pensioner")
    visitor.open(f"/orders/{order_id}")
    expect(page.get_by_text("未到账")).to_be_visible()

    page.get_by_role("link", name="绑定另一张卡").click()
    hand = Hand(page)
    hand.type(fresh_card("0000", prefix="621286", length=16), into="银行卡号")
    page.get_by_label("手机号", exact=False).fill("13800138000")
    hand.tap("绑定")
    page.get_by_role("heading", name="绑定成功").wait_for()
    hand.tap("完成")

    expect(page.get_by_text("未到账")).to_be_visible()
    expect(page.get_by_role("radio", name=re.compile("招商银行")).first).to_be_checked()
    assert visitor.violations() == []
    posts: list[str] = []
    page.on("request", lambda request: posts.append(f"{request.method} {request.url}"))
    page.get_by_role("button", name="重新转出").dblclick()
    approve(page)

    expect(page.locator(".explain-head")).to_contain_text("已到账")
    expect(page.get_by_role("button", name="重新转出")).to_have_count(0)
    assert sum(post.startswith("POST") and post.endswith("/retry") for post in posts) == 1
    assert pensioner.get("/v1/holdings")["cash"]["amount"] == "0"
    pensioner.http.close()


def test_a_passkey_approves_a_redemption(visitor: Visitor) -> None:
    with_passkeys(visitor)
    hand = Hand(visitor.open("/"))
    register(hand, national_id=fresh_id())
    secure(hand)
    bind(hand, fresh_card("0000"))
    hand.tap("去买入")
    hand.page.get_by_label("买入金额", exact=True).fill("100")
    hand.page.get_by_role("checkbox").check()
    hand.tap("下一步：核对")
    hand.tap("确认付款")
    expect(hand.page.locator("[data-state=paid]")).to_be_visible()
    visitor.site.advance(days=4)
    visitor.open(f"/funds/{FUND}/redeem")
    hand.page.get_by_label("赎回金额", exact=True).fill("40")

    with hand.page.expect_request("**/v1/redemptions") as sent:
        hand.tap("赎回 ¥40.00")

    expect(hand.page.get_by_role("heading", name="赎回已受理")).to_be_visible()
    assert sent.value.headers["huoqi-step-up"]
    expect(hand.page.get_by_role("dialog")).to_have_count(0)
