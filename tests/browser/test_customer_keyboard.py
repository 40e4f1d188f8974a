"""The customer's other journeys by the keyboard alone; test_keyboard buys and redeems."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.customers import PASSWORD, at_home, bought
from tests.browser.first_steps import (
    CODE,
    Hand,
    fresh_card,
    fresh_id,
    fresh_phone,
    register,
    secure,
    with_passkeys,
)
from tests.browser.keys import Keys
from tests.browser.site import Visitor
from tests.browser.world import FUND

IN_SHEET = "支付密码（6 位数字）"


@pytest.fixture
def keys(visitor: Visitor) -> Keys:
    """Return hands on the keyboard of a page."""
    return Keys(visitor.page)


def heading(page: Page, name: str) -> None:
    """Expect a heading."""
    expect(page.get_by_role("heading", name=name).first).to_be_visible()


def test_signing_in_and_out(visitor: Visitor, keys: Keys) -> None:
    phone = fresh_phone()
    hand = Hand(visitor.open("/"))
    register(hand, national_id=fresh_id(), phone=phone)
    secure(hand, passkey=False)
    heading(hand.page, "绑定一张借记卡")
    visitor.open("/me")

    keys.press("退出登录")
    hand.page.get_by_role("link", name="登录", exact=True).wait_for()
    keys.press("登录")
    keys.write(phone, into="手机号")
    keys.press("获取验证码")
    keys.write(CODE, into="六位验证码")

    expect(hand.page.get_by_role("button", name="隐藏金额")).to_be_visible()


def test_a_freeze_and_its_end(visitor: Visitor, keys: Keys) -> None:
    page = at_home(visitor, "commuter")
    visitor.open("/security")

    keys.press("立即冻结")
    keys.page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="立即冻结")).to_be_focused()
    keys.page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    keys.press("立即冻结")
    heading(page, "账户已冻结")
    keys.press("解除冻结")
    keys.write(PASSWORD, into=IN_SHEET)

    heading(page, "冻结账户")


def test_another_payment_password(visitor: Visitor, keys: Keys) -> None:
    page = at_home(visitor, "overindebted")
    visitor.open("/security")

    keys.press("支付密码已设置")
    keys.write(PASSWORD, into="原支付密码")
    keys.write("111111", into="新支付密码")
    expect(page.get_by_text("过于简单")).to_be_visible()
    expect(page.get_by_label("新支付密码", exact=True)).to_be_focused()
    page.keyboard.press("Control+A")
    keys.write("804613", into="新支付密码")
    keys.write("804613", into="再次输入新支付密码")

    heading(page, "安全等待期")


def test_a_passkey_is_added_and_removed(visitor: Visitor, keys: Keys) -> None:
    with_passkeys(visitor)
    page = at_home(visitor, "foreign")
    visitor.open("/security")

    keys.press("添加通行密钥")
    keys.write(PASSWORD, into=IN_SHEET)
    keys.press("移除“这台设备”")
    expect(page.get_by_role("dialog")).to_be_visible()
    keys.press("移除")

    expect(page.get_by_text("还没有通行密钥")).to_be_visible()


def test_an_order_is_taken_back(visitor: Visitor, keys: Keys) -> None:
    saver, order_id = bought(visitor.site, "saver", 110_000)
    saver.http.close()
    page = at_home(visitor, "saver")
    visitor.open("/orders")

    keys.press("¥1,100.00")
    page.wait_for_url(f"**/orders/{order_id}")
    keys.press("撤单")
    expect(page.get_by_role("dialog")).to_be_visible()
    keys.press("撤单")
    keys.write(PASSWORD, into=IN_SHEET)

    expect(page.locator(".explain-head")).to_contain_text("已退款")


def test_another_card_becomes_the_default(visitor: Visitor, keys: Keys) -> None:
    page = at_home(visitor, "vip")
    visitor.open("/cards")
    page.get_by_role("button", name="解绑").first.wait_for()
    before = page.get_by_role("button", name="解绑").count()

    keys.press("再绑一张")
    keys.write(fresh_card("0000", prefix="621286", length=16), into="银行卡号")
    keys.write("13800138000", into="银行预留手机号")
    keys.press("绑定")
    heading(page, "绑定成功")
    visitor.open("/cards")
    expect(page.get_by_role("button", name="解绑")).to_have_count(before + 1)
    keys.press("设为默认收款卡")
    expect(page.get_by_text("已设为默认收款卡")).to_be_visible()


def test_a_day_of_income_and_how_it_was_worked_out(visitor: Visitor, keys: Keys) -> None:
    pensioner, _ = bought(visitor.site, "pensioner", 700_000)
    pensioner.http.close()
    visitor.site.advance(days=5)
    page = at_home(visitor, "pensioner")
    visitor.open(f"/funds/{FUND}/income")

    page.get_by_role("list", name="每日明细").get_by_role("link").first.wait_for()
    keys.press("收益 +")
    expect(page.locator("[data-verdict=agrees]")).to_have_count(1)
    keys.press("返回")

    expect(page.get_by_role("list", name="每日明细")).to_be_visible()


def test_the_account_is_closed_and_kept_after_all(visitor: Visitor, keys: Keys) -> None:
    gigworker, _ = bought(visitor.site, "gigworker", 60_000)
    gigworker.http.close()
    visitor.site.advance(days=4)
    page = at_home(visitor, "gigworker")
    visitor.open("/me")

    keys.press("注销账户")
    page.wait_for_url("**/close-account")
    page.get_by_role("button", name="注销账户").and_(
        page.locator(":not([aria-disabled])")
    ).wait_for()
    keys.press("注销账户")
    expect(page.get_by_role("dialog")).to_be_visible()
    keys.press("注销账户")
    keys.write(PASSWORD, into=IN_SHEET)
    heading(page, "正在注销")
    keys.press("不注销了")
    keys.write(PASSWORD, into=IN_SHEET)

    expect(page.get_by_role("heading", name="正在注销")).to_have_count(0)


def test_the_language_the_eye_and_the_notices(visitor: Visitor, keys: Keys) -> None:
    page = at_home(visitor, "saver")
    visitor.open("/")
    page.locator("main h1").wait_for()

    keys.press("隐藏金额")
    expect(page.get_by_role("button", name="隐藏金额")).to_have_attribute("aria-pressed", "true")
    keys.press("隐藏金额")
    keys.press("通知")
    heading(page, "通知")
    keys.press("切换语言为 English")

    expect(page.get_by_role("heading", name=re.compile("Notifications"), level=1)).to_be_visible()
