"""From the first page to the first purchase: registration, passkey, card, order."""

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.first_steps import (
    PASSWORD,
    Hand,
    bind,
    fresh_card,
    fresh_id,
    fresh_phone,
    order,
    register,
    secure,
    with_passkeys,
)
from tests.browser.site import Visitor

TAPS_MOST = 14


def arrived(page: Page, name: str) -> None:
    """Wait for the heading of that name."""
    page.get_by_role("heading", name=name).first.wait_for()


def newcomer(visitor: Visitor, *, passkey: bool = True) -> Hand:
    """Return the hand of somebody who has just registered and stands before the card."""
    if passkey:
        with_passkeys(visitor)
    hand = Hand(visitor.open("/"))
    register(hand, national_id=fresh_id())
    secure(hand, passkey=passkey)
    arrived(hand.page, "绑定一张借记卡")
    return hand


def with_card(visitor: Visitor, last_four: str = "0000", *, passkey: bool = True) -> Hand:
    """Return the hand of a newcomer with a card, before the form."""
    hand = newcomer(visitor, passkey=passkey)
    bind(hand, fresh_card(last_four))
    hand.tap("去买入")
    return hand


def test_the_first_purchase_takes_few_taps(visitor: Visitor) -> None:
    hand = with_card(visitor)

    order(hand, "100")
    hand.tap("确认付款")
    hand.presses += 1

    expect(hand.page.locator("[data-state=paid]")).to_be_visible()
    assert hand.taps + hand.presses <= TAPS_MOST
    expect(hand.page.get_by_role("list", name="进度")).to_contain_text("已扣款")
    assert visitor.violations() == []


def test_without_passkeys_the_payment_password_confirms(visitor: Visitor) -> None:
    hand = with_card(visitor, passkey=False)

    order(hand, "1")
    hand.tap("确认付款")
    hand.type(PASSWORD, into="支付密码（6 位数字）")

    expect(hand.page.locator("[data-state=paid]")).to_be_visible()


def test_a_slip_in_the_id_is_caught_before_any_request(visitor: Visitor) -> None:
    sent: list[str] = []
    visitor.page.on("request", lambda request: sent.append(request.url))
    hand = Hand(visitor.open("/"))
    sound = fresh_id()
    slipped = sound[:16] + str((int(sound[16]) + 1) % 10) + sound[17]

    register(hand, national_id=slipped)

    field = hand.page.get_by_label("身份证号", exact=True)
    expect(hand.page.get_by_text("校验位不符")).to_be_visible()
    expect(field).to_be_focused()
    expect(field).to_have_value(slipped)
    assert not any(url.endswith("/identity") for url in sent)


@pytest.mark.parametrize(
    ("sequence", "told"),
    [("404", "权威"), ("409", "已有账户"), ("500", "申请已保留"), ("777", "正在审核")],
)
def test_what_the_authority_says_is_told(visitor: Visitor, sequence: str, told: str) -> None:
    visitor.bears("status of 503")  # the browser notes it as an error of its own
    hand = Hand(visitor.open("/"))

    register(hand, national_id=fresh_id(sequence=sequence))

    if sequence == "404":
        expect(hand.page.get_by_label("身份证号", exact=True)).to_have_attribute(
            "aria-invalid", "true"
        )
    else:
        expect(hand.page.get_by_role("heading", name=told)).to_be_visible()
    assert visitor.violations() == []


@pytest.mark.parametrize("easy", ["123456", "111111", "900307"])
def test_a_payment_password_that_is_guessed_first_is_refused(visitor: Visitor, easy: str) -> None:
    hand = Hand(visitor.open("/"))
    register(hand, national_id=fresh_id(born="19900307"))
    hand.tap("只用支付密码")

    hand.type(easy, into="支付密码")

    expect(hand.page.get_by_text("最容易被猜中")).to_be_visible()
    expect(hand.page.get_by_label("支付密码", exact=True)).to_be_focused()


def test_a_payment_password_can_be_pasted(visitor: Visitor) -> None:
    hand = Hand(visitor.open("/"))
    register(hand, national_id=fresh_id())
    hand.tap("只用支付密码")

    hand.page.get_by_label("支付密码", exact=True).fill(PASSWORD)
    hand.page.get_by_label("再输一次支付密码", exact=True).fill(PASSWORD)

    arrived(hand.page, "绑定一张借记卡")


@pytest.mark.parametrize(
    ("number", "told"),
    [
        ("6222020000000180001", "校验不符"),
        ("6222300000000000", "信用卡"),
        ("9999990000000000006", "暂不支持"),
        ("622202000000018", "19 位"),
    ],
    ids=["slip", "credit", "unknown", "short"],
)
def test_a_card_that_cannot_be_bound_is_told_apart_here(
    visitor: Visitor, number: str, told: str
) -> None:
    visitor.sign_in_as("saver")
    hand = Hand(visitor.open("/cards/new"))
    sent: list[str] = []
    visitor.page.on("request", lambda request: sent.append(f"{request.method} {request.url}"))
    hand.page.get_by_text("支持的 12 家银行").wait_for()

    hand.type(number, into="银行卡号")
    hand.tap("绑定")

    expect(hand.page.get_by_text(re.compile(told)).first).to_be_visible()
    expect(hand.page.get_by_label("银行卡号", exact=True)).to_be_focused()
    assert not any(one.startswith("POST") and one.endswith("/cards") for one in sent)


@pytest.mark.parametrize(
    ("last_four", "told"), [("0004", "姓名"), ("0005", "挂失")], ids=["name", "lost"]
)
def test_what_the_bank_says_of_a_card_is_told(visitor: Visitor, last_four: str, told: str) -> None:
    hand = newcomer(visitor, passkey=False)

    bind(hand, fresh_card(last_four))

    expect(hand.page.get_by_role("alert").filter(has_text=told).first).to_be_visible()
    expect(hand.named("换一张卡")).to_be_visible()


def test_a_bank_may_ask_for_a_code(visitor: Visitor) -> None:
    hand = newcomer(visitor, passkey=False)
    bind(hand, fresh_card("0036"))
    arrived(hand.page, "输入银行短信验证码")

    hand.type("123456", into="六位验证码")

    arrived(hand.page, "绑定成功")


def test_the_bank_is_named_while_the_number_is_typed(visitor: Visitor) -> None:
    visitor.sign_in_as("saver")
    hand = Hand(visitor.open("/cards/new"))
    hand.page.get_by_text("支持的 12 家银行").wait_for()

    hand.type("621286", into="银行卡号")

    expect(hand.page.get_by_role("status").filter(has_text="招商银行")).to_be_visible()


def test_a_card_without_money_is_told_and_another_offered(visitor: Visitor) -> None:
    hand = with_card(visitor, "0002", passkey=False)
    order(hand, "100")
    hand.tap("确认付款")
    hand.type(PASSWORD, into="支付密码（6 位数字）")

    told = hand.page.locator("[data-state=failed]")  # its step below tells the reason too
    expect(told).to_be_visible()
    expect(told.get_by_text("卡内余额不足")).to_be_visible()
    expect(hand.named("换一张卡再买")).to_be_visible()


def test_an_outcome_that_is_not_known_says_not_to_pay_again(visitor: Visitor) -> None:
    hand = with_card(visitor, "0009", passkey=False)
    order(hand, "100")
    hand.tap("确认付款")
    hand.type(PASSWORD, into="支付密码（6 位数字）")
    arrived(hand.page, "买入进度")

    now = datetime.fromisoformat(visitor.site.http.get("/v1/browser").json()["business_time"])
    visitor.site.advance(to=(now + timedelta(seconds=40)).isoformat())

    expect(hand.page.get_by_role("heading", name="请勿重复支付")).to_be_visible(timeout=15_000)


def test_a_double_tap_makes_one_order(visitor: Visitor) -> None:
    hand = with_card(visitor)
    posts: list[str] = []
    hand.page.on(
        "request",
        lambda request: (
            posts.append(request.url)
            if request.method == "POST" and request.url.endswith("/v1/purchases")
            else None
        ),
    )
    order(hand, "20")

    hand.named("确认付款").dblclick()

    expect(hand.page.locator("[data-state=paid]")).to_be_visible()
    assert len(posts) == 1


def test_an_answer_that_was_lost_is_found_out_and_never_paid_twice(visitor: Visitor) -> None:
    visitor.bears("net::ERR_")  # the browser notes the lost answer as an error of its own
    hand = with_card(visitor)

    def lose(route: Route) -> None:
        route.fetch()  # the server carries it out; the answer never comes back
        route.abort()

    hand.page.route("**/v1/purchases", lose, times=1)
    order(hand, "30")
    hand.tap("确认付款")
    arrived(hand.page, "上一笔买入还没有答复")
    hand.page.reload()
    arrived(hand.page, "上一笔买入还没有答复")
    hand.tap("查询结果")

    expect(hand.page.locator("[data-state=paid]")).to_be_visible()
    orders = hand.page.evaluate("fetch('/v1/orders').then(answer => answer.json())")["data"]
    assert len(orders) == 1


def test_the_limits_are_named_before_anything_is_sent(visitor: Visitor) -> None:
    visitor.sign_in_as("saver")
    hand = Hand(visitor.open("/funds/990001/buy"))
    order(hand, "0.50")
    expect(hand.page.get_by_text("最低买入 ¥1.00")).to_be_visible()

    amount = hand.page.get_by_label("买入金额", exact=True)
    amount.fill("50000.01")
    hand.tap("下一步：核对")

    expect(hand.page.get_by_text("单笔上限 ¥50,000.00")).to_be_visible()
    expect(amount).to_be_focused()
    expect(amount).to_have_value("50000.01")


def test_nothing_is_ticked_beforehand(visitor: Visitor) -> None:
    visitor.sign_in_as("saver")
    hand = Hand(visitor.open("/funds/990001/buy"))
    hand.page.get_by_label("买入金额", exact=True).fill("1")

    hand.tap("下一步：核对")

    box = hand.page.get_by_role("checkbox")
    expect(box).not_to_be_checked()
    expect(box).to_be_focused()


def test_offline_nothing_is_sent(visitor: Visitor) -> None:
    hand = with_card(visitor, passkey=False)
    order(hand, "10")
    hand.page.context.set_offline(True)

    hand.tap("确认付款")

    expect(
        hand.page.get_by_text("没有网络").or_(hand.page.get_by_text("离线")).first
    ).to_be_visible()
    expect(hand.page.get_by_label("买入金额", exact=True)).to_have_value("10")
    hand.page.context.set_offline(False)
    orders = hand.page.evaluate("fetch('/v1/orders').then(answer => answer.json())")["data"]
    assert orders == []
    visitor.problems.clear()  # the streams that broke off


def test_who_is_too_young_is_told_from_when_it_works(visitor: Visitor) -> None:
    hand = Hand(visitor.open("/"))
    today = visitor.site.http.get("/v1/browser").json()["business_time"][:10]
    year, month, day = today.split("-")
    tomorrow = f"{int(day) + 1:02d}"
    born = f"{int(year) - 18}{month}{tomorrow}"
    register(hand, national_id=fresh_id(born=born))

    card = hand.page.get_by_role("alert").filter(has_text="还未满 18 岁")
    expect(card).to_contain_text(f"{int(year)}年{int(month)}月{int(day) + 1}日")
    visitor.site.advance(to=f"{year}-{month}-{tomorrow}T00:00:01+08:00")
    hand.tap("再试一次")

    arrived(hand.page, "用指纹或面容确认付款")


def test_who_made_a_passkey_signs_in_with_it(visitor: Visitor) -> None:
    hand = newcomer(visitor)
    visitor.page.context.clear_cookies()
    visitor.open("/sign-in")

    hand.tap("用通行密钥登录")

    arrived(hand.page, "首页")
    expect(hand.named("隐藏金额")).to_be_visible()


def test_a_phone_without_an_account_is_offered_one(visitor: Visitor) -> None:
    hand = Hand(visitor.open("/sign-in"))
    hand.type(fresh_phone(), into="手机号")
    hand.tap("获取验证码")

    hand.type("123456", into="六位验证码")

    arrived(hand.page, "这个手机号还没有账户")
    expect(hand.named("开户")).to_be_visible()


def test_a_new_phone_moves_the_account_and_money_stands_still(visitor: Visitor) -> None:
    hand = Hand(visitor.open("/"))
    national_id = fresh_id()
    register(hand, national_id=national_id)
    secure(hand, passkey=False)
    arrived(hand.page, "绑定一张借记卡")
    visitor.page.context.clear_cookies()
    visitor.open("/recover")
    hand.type(fresh_phone(), into="手机号")
    hand.tap("获取验证码")
    hand.type("123456", into="六位验证码")

    hand.type("模拟·新客", into="姓名")
    hand.page.get_by_label("身份证号", exact=True).fill(national_id)
    hand.page.get_by_label("支付密码（6 位数字）", exact=True).fill(PASSWORD)
    hand.tap("换到这个手机号")

    arrived(hand.page, "手机号已更换")
    expect(hand.page.get_by_text("之前资金不能转出")).to_be_visible()
