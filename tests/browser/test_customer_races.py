"""Answers that come in another order than they were asked for, and fingers faster than the page."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.customers import at_home, bought, take_back
from tests.browser.first_steps import (
    CODE,
    PASSWORD,
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

#: While `held` is set, answers of reads of that address come, and are kept back until `let_go`.
HOLD = """(() => {
    const send = window.fetch;
    const kept = [];
    window.held = undefined;
    window.kept_count = () => kept.length;
    window.let_go = () => { for (const done of kept.splice(0)) done(); };
    window.fetch = async (path, how) => {
        const answer = await send(path, how);
        const isRead = (how?.method ?? 'GET') === 'GET';
        if (isRead && window.held && String(path).includes(window.held))
            await new Promise(done => kept.push(done));
        return answer;
    };
})()"""
#: A busy telephone: a frame takes its time, answers do not.
SLOW_FRAMES = """(() => {
    const frame = window.requestAnimationFrame;
    window.requestAnimationFrame = done => setTimeout(() => frame(done), 250);
})()"""

#: Frames do not come until `let_frames`, which returns once they have.
NO_FRAMES = """(() => {
    const [frame, kept] = [window.requestAnimationFrame, []];
    window.requestAnimationFrame = done => kept.push(done);
    window.let_frames = () => new Promise(end => {
        window.requestAnimationFrame = frame;
        for (const done of kept.splice(0)) frame(done);
        frame(() => setTimeout(() => frame(end), 200));
    });
})()"""


@pytest.fixture
def page(visitor: Visitor) -> Page:
    """Return a page whose answers can be kept back."""
    # The service worker asks beside the page, where a test cannot keep answers back.
    visitor.page.add_init_script("delete Navigator.prototype.serviceWorker")
    visitor.page.add_init_script(HOLD)
    return visitor.page


def test_an_older_answer_never_undoes_a_newer_one(page: Page, visitor: Visitor) -> None:
    saver, order_id = bought(visitor.site, "saver", 140_000)
    at_home(visitor, "saver")
    visitor.open(f"/orders/{order_id}")
    head = page.locator(".explain-head")
    expect(head).to_contain_text("已扣款")
    page.evaluate(f"window.held = '/v1/orders/{order_id}'")
    # Somebody else's purchase would do: any news lets the page ask again.
    other = saver.buy(150_000)
    page.wait_for_function("() => window.kept_count() > 0")
    page.evaluate("window.held = undefined")
    take_back(saver, order_id)
    expect(head).to_contain_text("已退款")

    page.evaluate("window.let_go()")
    page.evaluate("fetch('/v1/orders')")

    expect(head).to_contain_text("已退款")
    take_back(saver, other)
    saver.http.close()


def test_who_was_nobody_when_the_page_asked_is_not_sent_to_the_sign_in(
    page: Page, visitor: Visitor
) -> None:
    hand = Hand(visitor.open("/"))
    hand.named("开户").wait_for()
    page.evaluate("window.held = '/v1/browser'")
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    page.evaluate("window.held = undefined")
    register(hand, national_id=fresh_id())
    secure(hand, passkey=False)
    bind(hand, fresh_card("0000"))
    page.evaluate("window.let_go()")
    hand.tap("去买入")

    expect(page.get_by_label("买入金额", exact=True)).to_be_visible()
    page.evaluate("window.let_go()")
    expect(page.get_by_label("买入金额", exact=True)).to_be_visible()
    assert page.url.endswith(f"/funds/{FUND}/buy")


def test_typing_goes_into_the_sheet_however_slow_the_page_draws(visitor: Visitor) -> None:
    page = visitor.page
    page.add_init_script(SLOW_FRAMES)
    hand = Hand(visitor.open("/"))
    register(hand, national_id=fresh_id())
    secure(hand, passkey=False)
    bind(hand, fresh_card("0000"))
    hand.tap("去买入")
    page.get_by_label("买入金额", exact=True).fill("10")
    page.get_by_role("checkbox").check()
    hand.tap("下一步：核对")

    hand.named("确认付款").dblclick()
    hand.type(PASSWORD, into="支付密码（6 位数字）")

    expect(page.locator("[data-state=paid]")).to_be_visible()


def test_a_step_gives_its_first_field_the_focus(page: Page, visitor: Visitor) -> None:
    hand = Hand(visitor.open("/recover"))
    expect(page.get_by_label("手机号", exact=True)).to_be_focused()
    hand.type(fresh_phone(), into="手机号")
    page.keyboard.press("Enter")
    expect(page.get_by_label("六位验证码", exact=True)).to_be_focused()
    page.keyboard.type(CODE)

    expect(page.get_by_label("姓名", exact=True)).to_be_focused()


def test_who_is_quicker_than_a_step_keeps_the_field(page: Page, visitor: Visitor) -> None:
    hand = Hand(visitor.open("/recover"))
    hand.type(fresh_phone(), into="手机号")
    page.keyboard.press("Enter")
    code = page.get_by_label("六位验证码", exact=True)
    expect(code).to_be_focused()
    page.evaluate(NO_FRAMES)
    page.keyboard.type(CODE)
    chosen = page.get_by_label("身份证号", exact=True)
    chosen.focus()
    page.keyboard.type("1101")

    page.evaluate("window.let_frames()")

    expect(chosen).to_be_focused()
    expect(chosen).to_have_value("1101")


def test_back_while_an_order_is_under_way_makes_no_second_one(page: Page, visitor: Visitor) -> None:
    at_home(visitor, "commuter")
    visitor.open(f"/funds/{FUND}")
    page.get_by_role("link", name="买入", exact=True).click()
    page.get_by_label("买入金额", exact=True).fill("33")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="下一步：核对").click()
    page.route("**/v1/purchases", lambda route: (route.fetch(), route.abort()), times=1)
    page.get_by_role("button", name="确认付款").click()
    page.get_by_role("dialog").get_by_label("支付密码（6 位数字）").fill("271828")
    page.get_by_role("heading", name="上一笔买入还没有答复").wait_for()

    page.go_back()
    page.get_by_role("link", name="买入", exact=True).click()

    # Another entry of the history, and still no form: the first one's outcome comes first.
    page.get_by_role("heading", name="上一笔买入还没有答复").wait_for()
    page.get_by_role("button", name="查询结果").click()
    page.get_by_role("dialog").get_by_label("支付密码（6 位数字）").fill("271828")
    expect(page.locator("[data-state=paid]")).to_be_visible()
    page.go_back()
    orders = page.evaluate("fetch('/v1/orders').then(answer => answer.json())")["data"]
    assert len(orders) == 1
    visitor.problems.clear()  # the browser notes the lost answer as an error of its own
