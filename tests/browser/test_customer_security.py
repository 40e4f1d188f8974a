"""The security centre: passkeys, the device maker's account, devices, a frozen account."""

import re

import pytest
from playwright.sync_api import expect

from huoqi.customers.device_makers.simulated import ACCOUNTS
from tests.browser.conftest import Visit
from tests.browser.customers import approve, at_home, bought
from tests.browser.first_steps import (
    CODE,
    Hand,
    bind,
    fresh_card,
    fresh_id,
    fresh_phone,
    register,
    secure,
    with_passkeys,
)
from tests.browser.first_steps import PASSWORD as NEWCOMERS_PASSWORD
from tests.browser.site import Visitor
from tests.browser.world import FUND


def test_a_passkey_is_added_signs_in_and_is_removed(visitor: Visitor) -> None:
    with_passkeys(visitor)
    page = at_home(visitor, "saver")
    visitor.open("/security")
    expect(page.get_by_text("还没有通行密钥")).to_be_visible()

    page.get_by_role("button", name="添加通行密钥").click()
    approve(page)

    remove = page.get_by_role("button", name="移除“这台设备”？")
    expect(remove).to_be_visible()
    expect(page.get_by_text("还没有通行密钥")).to_have_count(0)
    assert visitor.violations() == []
    visitor.open("/me")
    page.get_by_role("button", name="退出登录").click()
    page.get_by_role("link", name="登录", exact=True).click()
    page.get_by_role("button", name="用通行密钥登录").click()
    expect(page.get_by_role("button", name="隐藏金额")).to_be_visible()

    visitor.open("/security")
    remove.click()
    page.get_by_role("dialog").get_by_role("button", name="移除", exact=True).click()

    # The passkey itself says who is there, at once.
    expect(page.get_by_text("还没有通行密钥")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_dialog_that_is_closed_adds_no_passkey_and_says_so(visitor: Visitor) -> None:
    page = at_home(visitor, "commuter")
    page.add_init_script(
        "navigator.credentials.create = () => Promise.reject("
        "new DOMException('closed', 'NotAllowedError'))"
    )
    visitor.open("/security")

    page.get_by_role("button", name="添加通行密钥").click()
    approve(page)

    expect(page.get_by_text("没有添加：系统对话框被关闭或超时。")).to_be_visible()
    expect(page.get_by_text("还没有通行密钥")).to_be_visible()


def test_a_device_makers_account_is_linked_signs_in_and_is_unlinked(visitor: Visitor) -> None:
    page = at_home(visitor, "gigworker")
    visitor.open("/security")
    expect(page.get_by_text("未关联设备厂商账号")).to_be_visible()

    page.get_by_role("button", name="关联设备账号").click()
    approve(page)
    page.locator(f"button[value={ACCOUNTS[1].subject}]").click()

    page.wait_for_url("**/security")
    unlink = page.get_by_role("button", name="解除关联")
    expect(unlink).to_be_visible()
    visitor.open("/me")
    page.get_by_role("button", name="退出登录").click()
    page.get_by_role("link", name="登录", exact=True).click()
    page.get_by_role("link", name="用设备账号登录").click()
    page.locator(f"button[value={ACCOUNTS[1].subject}]").click()
    expect(page.get_by_role("button", name="隐藏金额")).to_be_visible()

    visitor.open("/security")
    unlink.click()
    page.get_by_role("dialog").get_by_role("button", name="解除关联").click()
    approve(page)

    expect(page.get_by_text("未关联设备厂商账号")).to_be_visible()
    assert visitor.violations() == []


def test_turning_away_at_the_device_maker_is_told(visitor: Visitor) -> None:
    page = visitor.open("/sign-in")
    page.get_by_role("link", name="用设备账号登录").click()

    page.locator("button.no").click()

    expect(page.get_by_role("alert").first).to_be_visible()
    expect(page.get_by_role("link", name="登录", exact=True)).to_be_visible()


def test_a_new_device_proves_itself_before_money_leaves(visit: Visit) -> None:
    phone = fresh_phone()
    first, other = visit(), visit()
    hand = Hand(first.open("/"))
    register(hand, national_id=fresh_id(), phone=phone)
    secure(hand, passkey=False)
    bind(hand, fresh_card("0000"))
    hand.page.get_by_role("heading", name="绑定成功").wait_for()
    page = other.open("/sign-in")
    hand = Hand(page)
    hand.type(phone, into="手机号")
    hand.tap("获取验证码")
    hand.type(CODE, into="六位验证码")
    expect(page.get_by_role("heading", name="首页")).to_be_visible()
    other.open("/security")
    expect(page.get_by_text("首次转出资金前须验证支付密码").first).to_be_visible()

    other.open(f"/funds/{FUND}/buy")
    page.get_by_label("买入金额", exact=True).fill("50")
    page.get_by_role("checkbox").check()
    hand.tap("下一步：核对")
    hand.tap("确认付款")
    expect(page.get_by_role("dialog", name="确认是您本人")).to_be_visible()
    approve(page, NEWCOMERS_PASSWORD)

    expect(page.locator("[data-state=paid]")).to_be_visible()
    other.open("/security")
    expect(page.get_by_text("首次转出资金前须验证支付密码")).to_have_count(0)
    # The first device sees the other one, and puts it out.
    mine = first.open("/security")
    mine.get_by_role("list", name="设备", exact=True).get_by_role("button", name="移除").click()
    mine.get_by_role("dialog").get_by_role("button", name="移除", exact=True).click()
    expect(mine.get_by_text("设备已移除")).to_be_visible()
    other.open("/me")
    expect(page.get_by_role("link", name="登录", exact=True)).to_be_visible()


def test_a_frozen_account_refuses_everything_but_help(visitor: Visitor) -> None:
    vip, _ = bought(visitor.site, "vip", 300_000)
    vip.http.close()
    visitor.site.advance(days=4)
    page = at_home(visitor, "vip")
    visitor.open("/security")
    page.get_by_role("button", name="立即冻结").click()
    page.get_by_role("dialog").get_by_role("button", name="立即冻结").click()
    expect(page.get_by_role("heading", name="账户已冻结")).to_be_visible()

    visitor.open(f"/funds/{FUND}/buy")
    amount = page.get_by_label("买入金额", exact=True)
    amount.fill("25")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="下一步：核对").click()
    page.get_by_role("button", name="确认付款").click()
    approve(page)
    refused = page.get_by_role("alert").filter(has_text="冻结").first
    expect(refused).to_be_visible()
    expect(amount).to_have_value("25")
    assert visitor.violations() == []
    visitor.open("/help")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("help@|@"))).to_be_visible()
    visitor.open("/")
    expect(page.get_by_role("link", name="账户已冻结")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("^买入"))).to_have_count(0)

    visitor.open("/security")
    page.get_by_role("button", name="解除冻结").click()
    approve(page)
    expect(page.get_by_role("button", name="立即冻结")).to_be_visible()


@pytest.mark.parametrize("kind", ["income", "order"])
def test_a_kind_of_notice_is_switched_off_and_on(visitor: Visitor, kind: str) -> None:
    saver, _ = bought(visitor.site, "saver", 200_000)
    saver.http.close()
    visitor.site.advance(days=4)
    page = at_home(visitor, "saver")
    visitor.open("/notifications")
    label = {"income": "收益", "order": "订单"}[kind]
    told = {"income": "收益到账", "order": "买入"}[kind]
    list_ = page.get_by_role("list", name="通知", exact=True)
    expect(list_.get_by_text(told).first).to_be_visible()

    page.get_by_label(label, exact=True).uncheck()

    expect(list_.get_by_text(told)).to_have_count(0)
    page.reload()
    expect(page.get_by_label(label, exact=True)).not_to_be_checked()
    page.get_by_label(label, exact=True).check()
    expect(list_.get_by_text(told).first).to_be_visible()
