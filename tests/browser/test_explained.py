"""Every figure explains itself, and the browser works it out again: ✓, or ✗ for one wrong digit."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Visit
from tests.browser.site import Site, Visitor
from tests.browser.world import FUND, Person, person

AGREES = "[data-verdict=agrees]"
DIFFERS = "[data-verdict=differs]"


@pytest.fixture(scope="module")
def saver(site: Site) -> Iterator[Person]:
    """Return a saver in the second month, who bought, redeemed fast and earned."""
    someone = person(site, "saver")
    someone.buy(1_234_567)
    site.advance(days=4)
    someone.redeem(50_000, speed="fast")
    site.advance(days=23)
    yield someone
    someone.http.close()


@pytest.fixture
def page(visitor: Visitor, saver: Person) -> Page:
    """Return a page where the saver is signed in."""
    # The service worker asks beside the page, where a test cannot change the answers.
    visitor.page.add_init_script("delete Navigator.prototype.serviceWorker")
    visitor.open("/welcome")
    visitor.sign_in_as("saver")
    return visitor.page


@pytest.mark.parametrize(
    "address",
    [
        "/explain/total",
        "/explain/cash",
        f"/explain/balance/{FUND}",
        f"/explain/income/{FUND}/2015-06-03",
        f"/explain/income/{FUND}/2015-05-15",
        f"/explain/month/{FUND}/2015-05",
        f"/explain/cumulative/{FUND}",
        f"/explain/yields/{FUND}/2015-06-03",
        f"/explain/yields/{FUND}/2015-05-12",
        f"/explain/quota/{FUND}",
    ],
)
def test_the_browser_comes_to_the_same(page: Page, visitor: Visitor, address: str) -> None:
    visitor.open(address)

    expect(page.locator(AGREES)).to_have_count(1)
    expect(page.locator(DIFFERS)).to_have_count(0)
    assert visitor.violations() == []


def test_the_limits_of_a_card_are_worked_out_again(
    page: Page, visitor: Visitor, saver: Person
) -> None:
    visitor.open(f"/explain/card-limit/{saver.card_id}")

    expect(page.locator(AGREES)).to_have_count(2)


@pytest.mark.parametrize(
    "field", ["earning_units", "income", "remainder", "numerator", "opening_units", "floor_fen"]
)
def test_one_wrong_digit_is_found(page: Page, visitor: Visitor, field: str) -> None:
    def corrupted(route: Route) -> None:
        answer = route.fetch()
        text = answer.text()
        digit = re.search(rf'"{field}":(?:\{{"(?:units|amount)":)?"\d*(\d)"', text)
        assert digit, text
        other = "4" if digit[1] != "4" else "5"
        changed = f"{text[: digit.start(1)]}{other}{text[digit.end(1) :]}"
        route.fulfill(content_type="application/json", body=changed)

    page.route("**/days/2015-06-03", corrupted)
    visitor.open(f"/explain/income/{FUND}/2015-06-03")

    expect(page.locator(DIFFERS)).to_have_count(1)


def test_the_days_of_the_calendar_come_to_the_month_and_open_their_explanation(
    page: Page, visitor: Visitor, saver: Person
) -> None:
    told = saver.get(f"/v1/holdings/{FUND}/income?month=2015-05")

    visitor.open(f"/funds/{FUND}/income?month=2015-05")

    expect(page.locator(AGREES)).to_have_count(1)
    days = page.get_by_role("list", name="每日明细").locator("[data-amount]").all_inner_texts()
    fen = sum(int(re.sub(r"\D", "", day)) * (-1 if "−" in day else 1) for day in days)
    assert str(fen) == told["total"]["amount"]
    assert len(days) == len(told["data"])
    assert visitor.violations() == []
    page.get_by_role("link", name=re.compile("5月20日")).first.click()
    expect(page.locator(AGREES)).to_have_count(1)


def test_a_missing_day_and_a_negative_one_are_not_nothing(page: Page, visitor: Visitor) -> None:
    def spoilt(route: Route) -> None:
        answer = route.fetch()
        told = answer.json()
        told["data"][2]["income"]["amount"] = "-77"
        del told["data"][4]
        route.fulfill(json=told)

    page.route(re.compile(r"/v1/holdings/\d+/income\?"), spoilt)
    visitor.open(f"/funds/{FUND}/income?month=2015-05")

    days = page.get_by_role("list", name="每日明细")
    expect(days.get_by_text("亏损")).to_be_visible()
    expect(days.get_by_text("−¥0.77")).to_be_visible()
    expect(days.get_by_text("尚未公布", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="有收益为负的日子")).to_be_visible()
    expect(page.locator(DIFFERS)).to_have_count(1)


def test_hidden_amounts_stay_hidden_in_notices_and_in_what_is_read_aloud(
    page: Page, visitor: Visitor
) -> None:
    visitor.open("/me")
    page.get_by_label("隐藏金额").check()

    for address in ("/notifications", f"/funds/{FUND}/income", "/orders"):
        visitor.open(address)
        page.locator("main li").first.wait_for()
        html = page.content()
        assert not re.search(r"¥\s?\d", html), address


def test_a_newcomer_is_told_when_the_first_income_comes(visit: Visit, saver: Person) -> None:
    commuter = visit(locale="en-GB")
    commuter.open("/welcome")
    commuter.sign_in_as("commuter")

    page = commuter.open(f"/funds/{FUND}/income")
    expect(page.get_by_role("link", name="Start with ¥1.00")).to_be_visible()
    page = commuter.open("/statements")
    expect(page.get_by_text("The first statement can be had on Wed, 1 Jul 2015.")).to_be_visible()


def test_a_statement_says_what_the_calendar_says(
    page: Page, visitor: Visitor, saver: Person
) -> None:
    told = saver.get(f"/v1/holdings/{FUND}/income?month=2015-05")["total"]["amount"]

    visitor.open("/statements")

    shown = page.get_by_role("link", name=re.compile("当月收益")).inner_text()
    assert re.sub(r"\D", "", shown) == told
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("CSV")).click()
    assert download.value.suggested_filename == "huoqi-2015-05.csv"
    assert visitor.violations() == []


def test_an_order_shows_its_steps_and_its_receipt(
    page: Page, visitor: Visitor, saver: Person
) -> None:
    visitor.open("/orders")
    page.get_by_role("button", name="赎回").click()
    page.get_by_role("link", name=re.compile("快速赎回")).click()
    expect(page.get_by_role("list", name="进度")).to_contain_text("已到账")
    assert visitor.violations() == []

    page.get_by_role("link", name="查看电子回单").click()

    expect(page.get_by_text("银行流水号")).to_be_visible()
    assert visitor.violations() == []
