"""The clock moves across 15:00, weekends, a long holiday: screens say when money earns."""

import pytest
from playwright.sync_api import expect

from tests.browser.site import Visitor
from tests.browser.world import FUND, person

#: When it is, and the days of a purchase made then: taken, earning from, first income seen.
#: The sentence stands on the product's page and again before the order.
INSTANTS = [
    ("2015-05-11T14:59:59", "周一 5月11日受理，周二 5月12日起产生收益，5月13日可见"),
    ("2015-05-11T15:00:00", "周二 5月12日受理，周三 5月13日起产生收益，5月14日可见"),
    ("2015-05-14T14:59:59", "周四 5月14日受理，周五 5月15日起产生收益，5月16日可见"),
    ("2015-05-14T15:00:00", "周五 5月15日受理，周一 5月18日起产生收益，5月19日可见"),
    ("2015-05-15T15:00:00", "周一 5月18日受理，周二 5月19日起产生收益，5月20日可见"),
    ("2015-05-16T10:00:00", "周一 5月18日受理，周二 5月19日起产生收益，5月20日可见"),
    ("2015-09-30T14:59:59", "周三 9月30日受理，周四 10月8日起产生收益，10月9日可见"),
    ("2015-10-03T12:00:00", "周四 10月8日受理，周五 10月9日起产生收益，10月10日可见"),
]


@pytest.mark.parametrize(("at", "sentence"), INSTANTS, ids=[at for at, _ in INSTANTS])
def test_the_days_of_a_purchase_follow_the_clock(visitor: Visitor, at: str, sentence: str) -> None:
    visitor.site.advance(to=f"{at}+08:00")
    visitor.open("/welcome")
    visitor.sign_in_as("saver")

    product = visitor.open(f"/funds/{FUND}")
    expect(product.get_by_text(sentence).first).to_be_visible()
    before_the_order = visitor.open(f"/funds/{FUND}/buy")
    expect(before_the_order.get_by_text(sentence).first).to_be_visible()


def test_an_order_of_the_holiday_is_one_order_and_names_its_days(visitor: Visitor) -> None:
    saver = person(visitor.site, "saver")
    order_id = saver.buy(150_000)
    saver.http.close()
    visitor.open("/welcome")
    visitor.sign_in_as("saver")

    page = visitor.open(f"/orders/{order_id}")
    expect(page.get_by_text("10月9日").first).to_be_visible()
    visitor.site.advance(days=7)
    page.reload()

    expect(page.get_by_text("¥1,500.00").first).to_be_visible()
    told = page.evaluate("fetch('/v1/orders').then(answer => answer.json())")
    assert [(each["id"], each["state"]) for each in told["data"]] == [(order_id, "earning")]


def test_the_cut_off_passes_while_somebody_types(visitor: Visitor) -> None:
    visitor.site.advance(to="2015-10-12T14:59:00+08:00")
    visitor.open("/welcome")
    visitor.sign_in_as("saver")
    page = visitor.open(f"/funds/{FUND}/buy")
    expect(page.get_by_text("周一 10月12日受理").first).to_be_visible()
    page.get_by_label("买入金额", exact=True).fill("10")
    page.get_by_role("checkbox").check()

    visitor.site.advance(to="2015-10-12T15:00:00+08:00")
    page.get_by_role("button", name="下一步：核对").click()

    review = page.get_by_role("dialog")
    expect(review).to_contain_text("2015年10月13日")
    expect(review).not_to_contain_text("2015年10月12日")
