"""Money out: one tap makes one order, the arrival shown is the arrival, limits name themselves."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Visit
from tests.browser.site import Site, Visitor
from tests.browser.world import FUND, Person, person

PASSWORD = "271828"  # of every persona
REDEEM = f"/funds/{FUND}/redeem"


@pytest.fixture(scope="module")
def saver(site: Site) -> Iterator[Person]:
    """Return a saver on Friday morning whose units have earned since Tuesday."""
    someone = person(site, "saver")
    someone.buy(1_000_000)
    site.advance(days=4)
    yield someone
    someone.http.close()


@pytest.fixture
def page(visitor: Visitor, saver: Person) -> Page:
    """Return the saver's page of a redemption."""
    # The service worker asks beside the page, where a test cannot change the answers.
    visitor.page.add_init_script("delete Navigator.prototype.serviceWorker")
    visitor.open("/welcome")
    visitor.sign_in_as("saver")
    return visitor.open(REDEEM)


def redemptions(saver: Person) -> int:
    """Return how many redemptions there are."""
    orders = saver.get("/v1/orders?limit=100")["data"]
    return sum(order["side"] == "redemption" for order in orders)


def key(page: Page, digits: str) -> None:
    """Press keys of the pad."""
    pad = page.get_by_role("group", name="数字键盘")
    for digit in digits:
        pad.get_by_role("button", name="小数点" if digit == "." else digit, exact=True).click()


def approve(page: Page) -> None:
    """Enter the payment password in the sheet."""
    page.get_by_role("dialog").get_by_label("支付密码").fill(PASSWORD)


def test_a_double_tap_makes_one_redemption_that_arrives_as_shown(
    page: Page, visitor: Visitor, saver: Person
) -> None:
    before = redemptions(saver)
    expect(page.get_by_text("周五 5月15日到账")).to_be_visible()
    assert visitor.violations() == []

    key(page, "123.45")
    page.get_by_role("button", name="赎回 ¥123.45").dblclick()
    approve(page)
    page.wait_for_url("**/orders/**")
    expect(page.get_by_role("heading", name="赎回已受理")).to_be_visible()
    page.reload()
    expect(page.locator(".amount-xl")).to_have_text("¥123.45")
    page.go_back()

    assert redemptions(saver) == before + 1
    newest = saver.get("/v1/orders?limit=1")["data"][0]
    assert newest["cash_expected_on"] == "2015-05-15"
    assert newest["units"]["units"] == "12345"


def test_an_answer_that_is_lost_is_looked_up_and_not_ordered_again(
    page: Page, visitor: Visitor, saver: Person
) -> None:
    before = redemptions(saver)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/v1/redemptions", lose)
    key(page, "50")
    page.get_by_role("button", name="赎回 ¥50.00").click()
    approve(page)
    check = page.get_by_role("button", name="查询结果")
    check.wait_for()
    page.unroute("**/v1/redemptions")
    page.reload()
    check.click()
    approve(page)

    page.wait_for_url("**/orders/**")
    assert redemptions(saver) == before + 1
    visitor.problems.remove("console: Failed to load resource: net::ERR_FAILED")


def test_too_much_is_named_beside_the_field_and_stays_typed(page: Page, saver: Person) -> None:
    key(page, "99999")

    page.get_by_role("button", name="赎回 ¥99,999.00").click()

    amount = page.get_by_label("赎回金额")
    expect(amount).to_be_focused()
    expect(amount).to_have_value("99999")
    expect(page.locator(".field-error").first).to_contain_text("最多可赎回 ¥")


def test_an_exhausted_pool_closes_the_fast_way_and_offers_the_other(
    page: Page, saver: Person
) -> None:
    def drained(route: Route) -> None:
        quota = route.fetch().json() | {"advance_line_left": {"amount": "0", "currency": "CNY"}}
        route.fulfill(json=quota)

    page.route("**/quota", drained)
    page.reload()

    expect(page.get_by_role("radio", name="快速赎回")).to_be_disabled()
    expect(page.get_by_text("今日垫资额度已用完")).to_be_visible()
    expect(page.get_by_role("radio", name=re.compile("^普通赎回"))).to_be_checked()


def test_nothing_is_sent_without_a_network(page: Page, visitor: Visitor, saver: Person) -> None:
    visitor.bears("net::ERR_")
    before = redemptions(saver)
    key(page, "20")
    page.get_by_role("button", name="赎回 ¥20.00").click()
    page.get_by_role("dialog").wait_for()

    page.context.set_offline(True)
    approve(page)

    expect(page.get_by_text("什么都没有发出").or_(page.get_by_text("未发送")).first).to_be_visible()
    page.context.set_offline(False)
    assert redemptions(saver) == before


def test_a_freeze_takes_two_taps_and_is_told_where_money_leaves(
    page: Page, visitor: Visitor, saver: Person
) -> None:
    visitor.open("/security")
    page.get_by_role("button", name="立即冻结").click()
    page.get_by_role("dialog").get_by_role("button", name="立即冻结").click()
    expect(page.get_by_role("heading", name="账户已冻结")).to_be_visible()

    visitor.open(REDEEM)
    expect(page.get_by_text("账户已冻结，资金不能转出")).to_be_visible()
    visitor.open("/security")
    page.get_by_role("button", name="解除冻结").click()
    approve(page)

    expect(page.get_by_role("heading", name="冻结账户")).to_be_visible()


def test_a_card_with_an_order_in_flight_stays_and_the_order_is_named(
    page: Page, visitor: Visitor, saver: Person
) -> None:
    order = saver.redeem(10_000, speed="normal")

    visitor.open("/cards")
    page.get_by_role("button", name="解绑").click()
    page.get_by_role("dialog").get_by_role("button", name="解绑").click()
    approve(page)

    named = page.get_by_role("link", name="查看这笔在途订单")
    expect(named).to_have_attribute("href", f"/orders/{order}")
    assert visitor.violations() == []


def test_no_money_leaves_for_a_day_after_a_change_of_password(
    visit: Visit, site: Site, saver: Person
) -> None:
    pensioner = visit()
    pensioner.open("/welcome")
    pensioner.sign_in_as("pensioner")
    page = pensioner.open("/security/password")

    for label, digits in (
        ("原支付密码", PASSWORD),
        ("新支付密码", "804613"),
        ("再次输入新支付密码", "804613"),
    ):
        page.get_by_label(label, exact=True).fill(digits)

    page.wait_for_url("**/security")
    expect(page.get_by_role("timer")).to_contain_text("还剩")
    expect(page.get_by_role("heading", name="安全等待期")).to_be_visible()
