"""Bad input: what is wrong is named beside its field, which gets the focus and keeps its text."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.customers import at_home
from tests.browser.first_steps import (
    CODE,
    Hand,
    bind,
    fresh_card,
    fresh_id,
    fresh_phone,
    register,
    secure,
)
from tests.browser.site import Visitor
from tests.browser.world import FUND

FAILURES_MAX = 5


def beside(page: Page, label: str, words: str, *, value: str | None = None) -> None:
    """Expect words beside a field, the focus on it, and what was typed in it."""
    field = page.get_by_label(label, exact=True)
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_be_focused()
    described = field.get_attribute("aria-describedby") or ""
    error = page.locator(f"[id='{described.split()[-1]}']")
    expect(error).to_contain_text(re.compile(words))
    if value is not None:
        expect(field).to_have_value(value)


def test_a_wrong_code_and_one_that_is_good_no_more(visitor: Visitor) -> None:
    hand = Hand(visitor.open("/"))
    hand.tap("开户")
    hand.type(fresh_phone(), into="手机号")
    hand.tap("获取验证码")
    code = hand.page.get_by_label("六位验证码", exact=True)

    for _ in range(FAILURES_MAX):
        code.fill("")
        with hand.page.expect_response("**/v1/registrations/code"):
            code.fill("654321")
        beside(hand.page, "六位验证码", "验证码", value="654321")
    code.fill("")
    code.fill(CODE)

    beside(hand.page, "六位验证码", "过期|失效|重新获取", value=CODE)
    assert visitor.violations() == []
    hand.tap("换个手机号")
    expect(hand.page.get_by_label("手机号", exact=True)).not_to_have_value("")


@pytest.mark.parametrize(
    ("typed", "words"),
    [("1234", "11 位"), ("23800138000", "11 位")],
    ids=["short", "no mobile"],
)
def test_a_phone_that_is_none(visitor: Visitor, typed: str, words: str) -> None:
    page = visitor.open("/sign-in")
    page.get_by_label("手机号", exact=True).fill(typed)

    page.get_by_role("button", name="获取验证码").click()

    beside(page, "手机号", words, value=typed)


def test_a_registration_without_a_name(visitor: Visitor) -> None:
    hand = Hand(visitor.open("/"))
    hand.tap("开户")
    hand.type(fresh_phone(), into="手机号")
    hand.tap("获取验证码")
    hand.type(CODE, into="六位验证码")
    hand.page.get_by_role("heading", name="姓名").or_(
        hand.page.get_by_label("姓名")
    ).first.wait_for()

    hand.tap("下一步")

    beside(hand.page, "姓名", "姓名")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("11010119900307", "18 位"),
        ("110101900307123", "15 位|18 位"),
        ("110101199013071234", "日期"),
    ],
    ids=["short", "old form", "no date"],
)
def test_an_identity_number_that_is_none(visitor: Visitor, typed: str, words: str) -> None:
    hand = Hand(visitor.open("/"))

    register(hand, national_id=typed)

    beside(hand.page, "身份证号", words, value=typed)


def test_two_payment_passwords_that_differ(visitor: Visitor) -> None:
    hand = Hand(visitor.open("/"))
    register(hand, national_id=fresh_id())
    hand.tap("只用支付密码")
    hand.type("280461", into="支付密码")

    hand.type("280462", into="再输一次支付密码")

    beside(hand.page, "支付密码", "不一致")


def test_a_wrong_code_of_the_bank(visitor: Visitor) -> None:
    hand = Hand(visitor.open("/"))
    register(hand, national_id=fresh_id())
    secure(hand, passkey=False)
    bind(hand, fresh_card("0036"))
    code = hand.page.get_by_label("六位验证码", exact=True)
    code.wait_for()

    for wrong in ("000000", "000001"):
        code.fill("")
        with hand.page.expect_response("**/code"):
            code.fill(wrong)
        beside(hand.page, "六位验证码", "银行没有接受这个验证码", value=wrong)
    assert visitor.violations() == []
    code.fill("")
    code.fill("123456")
    expect(hand.page.get_by_role("heading", name="绑定成功")).to_be_visible()


def test_a_wrong_mobile_for_the_card(visitor: Visitor) -> None:
    page = at_home(visitor, "saver")
    visitor.open("/cards/new")
    number = fresh_card("0000")
    page.get_by_label("银行卡号", exact=True).fill(number)
    page.get_by_label("银行预留手机号", exact=True).fill("138")

    page.get_by_role("button", name="绑定", exact=True).click()

    beside(page, "银行预留手机号", "11 位", value="138")
    shown = page.get_by_label("银行卡号", exact=True).input_value()
    assert shown.replace(" ", "") == number


@pytest.mark.parametrize(
    ("typed", "words"), [("", "请输入"), ("0.99", "最低买入 ¥1.00")], ids=["nothing", "too little"]
)
def test_an_amount_that_cannot_be_bought(visitor: Visitor, typed: str, words: str) -> None:
    page = at_home(visitor, "saver")
    visitor.open(f"/funds/{FUND}/buy")
    amount = page.get_by_label("买入金额", exact=True)
    amount.fill(typed)
    page.get_by_role("checkbox").check()

    page.get_by_role("button", name="下一步：核对").click()

    beside(page, "买入金额", words, value=typed)
    expect(page.get_by_role("checkbox")).to_be_checked()


def test_a_wrong_payment_password_keeps_the_order(visitor: Visitor) -> None:
    page = at_home(visitor, "commuter")
    visitor.open(f"/funds/{FUND}/buy")
    page.get_by_label("买入金额", exact=True).fill("12")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="下一步：核对").click()
    page.get_by_role("button", name="确认付款").click()
    password = page.get_by_role("dialog").get_by_label("支付密码（6 位数字）")

    password.fill("000001")

    expect(page.get_by_role("dialog").last.locator(".field-error")).to_contain_text(
        re.compile("支付密码.*(还可|剩|次)")
    )
    expect(password).to_be_focused()
    password.fill("271828")
    expect(page.locator("[data-state=paid]")).to_be_visible()
    orders = page.evaluate("fetch('/v1/orders').then(answer => answer.json())")["data"]
    assert [order["amount"]["amount"] for order in orders] == ["1200"]


def test_what_proves_a_recovery_and_does_not_fit(visitor: Visitor) -> None:
    page = visitor.open("/recover")
    hand = Hand(page)
    hand.type(fresh_phone(), into="手机号")
    hand.tap("获取验证码")
    hand.type(CODE, into="六位验证码")
    page.get_by_label("姓名", exact=True).fill("模拟·别人")
    national_id = fresh_id()
    page.get_by_label("身份证号", exact=True).fill(national_id)
    page.get_by_label("支付密码（6 位数字）", exact=True).fill("280461")

    hand.tap("换到这个手机号")

    refused = page.get_by_role("alert").filter(has_text=re.compile(".+")).first
    expect(refused).to_be_visible()
    expect(page.get_by_label("姓名", exact=True)).to_have_value("模拟·别人")
    expect(page.get_by_label("身份证号", exact=True)).to_have_value(national_id)
    assert visitor.violations() == []
