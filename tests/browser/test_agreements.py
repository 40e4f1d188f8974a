"""What a customer agrees to: posted with the tick, shown again with time, version and text."""

from playwright.sync_api import expect

from tests.browser.first_steps import order
from tests.browser.site import Visitor
from tests.browser.test_first_purchase import with_card

TITLES = ("产品概要", "风险提示", "服务协议", "隐私说明")


def test_what_was_ticked_is_kept_and_can_be_read_again(visitor: Visitor) -> None:
    hand = with_card(visitor)
    page = hand.page
    for title in TITLES:
        expect(page.get_by_role("link", name=title)).to_be_visible()

    order(hand, "100")
    hand.tap("确认付款")
    expect(page.locator("[data-state=paid]")).to_be_visible()
    visitor.open("/me")
    page.get_by_role("link", name="已同意的协议").click()

    for title in TITLES:
        expect(page.locator("summary", has_text=title)).to_contain_text("第 1 版")
    risk = page.locator("details", has_text="风险提示")
    risk.locator("summary").click()
    expect(risk.get_by_text("基金不是存款。")).to_be_visible()
    expect(risk.locator(".mono")).to_have_text(
        "b883cc49dfb37336c25ef916b40a4662d663bd93b65d327cde6e3d426c4e9f67"
    )
    assert visitor.violations() == []


def test_a_text_can_be_read_before_anybody_signs_in(visitor: Visitor) -> None:
    page = visitor.open("/register")
    page.get_by_role("link", name="隐私说明").click()

    expect(page.get_by_role("heading", name="隐私说明")).to_be_visible()
    expect(page.get_by_text("我们收集什么")).to_be_visible()
    visitor.open("/funds/990001/documents/nothing")
    expect(page.get_by_role("heading", name="找不到这个页面")).to_be_visible()
