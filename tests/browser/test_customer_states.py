"""The days that do not go as usual: each tells what happened, what it means and what now."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import Visit
from tests.browser.first_steps import (
    PASSWORD,
    Hand,
    bind,
    fresh_card,
    fresh_id,
    order,
    register,
    secure,
    with_passkeys,
)
from tests.browser.site import Json, Site, Visitor, ask_for_each
from tests.browser.world import FUND, person, staff

MANAGER = f"/v1/sandbox/fund-manager/{FUND}/faults"
BUY = f"/funds/{FUND}/buy"
PAID_FEN = 1_000_000


def now_of(site: Site) -> datetime:
    """Return the business time of a site."""
    told = site.http.get("/v1/browser").raise_for_status().json()
    return datetime.fromisoformat(told["business_time"])


def go_to(site: Site, at: datetime) -> None:
    """Move the clock to an instant."""
    site.advance(to=at.isoformat())


@pytest.fixture(scope="module")
def holder(site: Site) -> str:
    """Return a persona whose money has earned for some days."""
    saver = person(site, "saver")
    saver.buy(PAID_FEN)
    saver.http.close()
    site.advance(days=4)
    return "saver"


@pytest.fixture
def fund_state(site: Site) -> Iterator[Callable[[str, str], None]]:
    """Return what decides the fund's state, by two people; it is open again afterwards."""

    def decide(state: str, reason: str) -> None:
        body = {"state": state, "reason": reason, "source": "notice 2015-7"}
        with staff(site, "operator") as operator, staff(site, "approver") as approver:
            asked = operator.post(f"/v1/funds/{FUND}/state", json=body).raise_for_status().json()
            place = f"/v1/approvals/{asked['approval']['id']}/decision"
            approver.post(place, json={"verdict": "approve"}).raise_for_status()

    yield decide
    decide("open", "over")


def home_of(visitor: Visitor, persona: str) -> Page:
    """Open home as a persona and wait until it is drawn."""
    visitor.sign_in_as(persona)
    page = visitor.open("/")
    page.locator(".hero").wait_for()
    return page


def with_card(visitor: Visitor, last_four: str) -> Hand:
    """Return the hand of a newcomer with a card that behaves so, before the form."""
    hand = Hand(visitor.open("/"))
    register(hand, national_id=fresh_id())
    secure(hand, passkey=False)
    bind(hand, fresh_card(last_four))
    hand.tap("去买入")
    return hand


def pay(hand: Hand, yuan: str) -> None:
    """Order and confirm by the payment password."""
    order(hand, yuan)
    hand.tap("确认付款")
    hand.type(PASSWORD, into="支付密码（6 位数字）")


def test_the_bell_tells_what_was_not_read_and_asks_after_the_page(
    visitor: Visitor, holder: str
) -> None:
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    ask_for_each(visitor.page)
    page = home_of(visitor, holder)

    bell = page.get_by_role("link", name="通知（有未读）")

    expect(bell).to_be_visible()
    assert asked.index("/v1/holdings") < asked.index("/v1/me/notifications")
    bell.click()
    page.get_by_role("heading", name="通知", level=1).wait_for()
    expect(page.get_by_text("未读").first).to_be_visible()
    with page.expect_response("**/v1/me/notifications?limit=1") as told:
        visitor.open("/")
    assert told.value.json()["has_unread"] is False
    expect(page.get_by_role("link", name="通知", exact=True)).to_be_visible()


@pytest.mark.parametrize("width", [360, 390])
@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_both_incomes_stand_in_one_line(visit: Visit, holder: str, locale: str, width: int) -> None:
    page = home_of(visit(locale=locale, width=width), holder)
    amounts = page.locator(".hero-income .amount")
    expect(amounts).to_have_count(2)
    tops = "all => all.map(one => Math.round(one.getBoundingClientRect().top))"
    lefts = "all => all.map(one => Math.round(one.getBoundingClientRect().left))"

    assert len(set(amounts.evaluate_all(tops))) == 1
    page.evaluate("document.documentElement.style.fontSize = '200%'")

    assert len(set(amounts.evaluate_all(tops))) == 1 or len(set(amounts.evaluate_all(lefts))) == 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1")


@pytest.mark.parametrize(
    ("state", "told"),
    [("purchases_suspended", "暂停申购"), ("gated", "大额赎回受限")],
)
def test_a_fund_that_takes_no_purchases_says_so_everywhere(
    visitor: Visitor, holder: str, fund_state: Callable[[str, str], None], state: str, told: str
) -> None:
    fund_state(state, "quarter end")
    page = home_of(visitor, holder)

    news = page.locator(".news").filter(has_text=told)
    expect(news).to_contain_text("quarter end")
    visitor.open(f"/funds/{FUND}")
    expect(page.locator(".news").filter(has_text=told)).to_be_visible()
    expect(page.get_by_role("link", name="赎回", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="买入", exact=True)).to_have_count(0)
    visitor.open(BUY)
    expect(page.get_by_role("heading", name="暂停申购")).to_be_visible()
    expect(page.get_by_role("button", name="下一步：核对")).to_have_count(0)
    assert visitor.violations() == []


def test_what_is_hidden_is_in_no_name_and_no_title(visitor: Visitor, holder: str) -> None:
    page = home_of(visitor, holder)
    page.get_by_role("button", name="隐藏金额").click()

    for path in ("/", f"/funds/{FUND}/income", "/records"):
        visitor.open(path)
        page.get_by_role("heading", level=1).first.wait_for()
        expect(page.locator("main [aria-busy=true]")).to_have_count(0)
        names = page.eval_on_selector_all(
            "[aria-label], [title]", "all => all.map(one => `${one.ariaLabel} ${one.title}`)"
        )
        texts = [page.title(), *names, *page.locator("[data-amount]").all_text_contents()]
        assert [text for text in texts if re.search(r"[¥+−-]\d", text)] == [], path


def test_beyond_the_calendar_nothing_can_be_ordered(browser: Browser, site: Site) -> None:
    refusal: Json = {
        "type": "about:blank",
        "title": "超出交易日历",
        "status": 422,
        "detail": "所需日期超出已载入的交易日历。",
        "code": "calendar.beyond_horizon",
        "next_steps": ["请选择更早的日期，或请运营人员扩展日历。"],
        "request_id": "0" * 26,
        "errors": [],
    }

    def beyond(route: Route) -> None:
        route.fulfill(status=422, json=refusal, content_type="application/problem+json")

    # The calendar ends eleven years on: the answer is put in place, which a worker would go past.
    context = browser.new_context(locale="zh-CN", service_workers="block")
    visitor = Visitor(context.new_page(), site)
    visitor.sign_in_as("commuter")
    visitor.page.route(re.compile(r"/v1/funds/\w+/dates"), beyond)
    ask_for_each(visitor.page)

    page = visitor.open(f"/funds/{FUND}")
    expect(page.get_by_role("heading", name="现在不能下单")).to_be_visible()
    expect(page.get_by_role("link", name="买入", exact=True)).to_have_count(0)
    visitor.open(BUY)

    expect(page.get_by_text("超出交易日历", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="下一步：核对")).to_have_count(0)
    assert visitor.problems == []
    context.close()


def test_a_bank_that_is_down_lets_another_card_pay(visitor: Visitor) -> None:
    visitor.bears("status of 503")  # the browser notes it as an error of its own
    hand = with_card(visitor, "0000")
    visitor.site.develop("POST", "/v1/sandbox/banks/ICBC/faults", {"fault": "bank_down"})
    first = person(visitor.site, "pensioner")
    first.buy(100)  # the first call finds out that nobody answers there
    first.http.close()
    visitor.page.wait_for_timeout(2_000)

    pay(hand, "100")

    page = hand.page
    expect(page.get_by_text(re.compile("银行.*(无法|维护|不可用|没有|连接)")).first).to_be_visible()
    expect(hand.named("用另一张卡").or_(hand.named("换一张卡再买")).first).to_be_visible()
    assert visitor.violations() == []
    go_to(visitor.site, now_of(visitor.site) + timedelta(hours=2))


def test_the_banks_limit_names_limit_used_and_reset(visitor: Visitor) -> None:
    hand = with_card(visitor, "0024")

    pay(hand, "20000")

    refused = hand.page.locator("[data-state=failed]")
    expect(refused).to_contain_text("超过银行给此卡的当日限额")
    expect(refused).to_contain_text(
        re.compile(r"当日限额 ¥[0-9,]+\.00 · .*已用 ¥[0-9,.]+ · .*00:00 恢复")
    )
    expect(hand.named("用另一张卡").or_(hand.named("换一张卡再买")).first).to_be_visible()


def test_a_changed_amount_breaks_the_signature(visitor: Visitor) -> None:
    with_passkeys(visitor)
    hand = Hand(visitor.open("/"))
    register(hand, national_id=fresh_id())
    secure(hand)
    bind(hand, fresh_card("0000"))
    hand.tap("去买入")
    answers: list[Json] = []

    def change(route: Route) -> None:
        body: Json = route.request.post_data_json or {}
        body["amount"]["amount"] = str(int(body["amount"]["amount"]) * 10)
        answer = route.fetch(post_data=body)
        answers.append({"status": answer.status, **answer.json()})
        route.fulfill(response=answer)

    hand.page.route("**/v1/purchases", change)
    order(hand, "100")
    hand.tap("确认付款")

    refused = hand.page.get_by_role("alert").filter(has_text="auth.step_up_other_order")
    expect(refused).to_be_visible()
    assert [(one["status"], one["code"]) for one in answers] == [(403, "auth.step_up_other_order")]
    orders = hand.page.evaluate("fetch('/v1/orders').then(answer => answer.json())")["data"]
    assert orders == []


@pytest.mark.parametrize("last_four", ["0012", "0016"])
def test_a_card_whose_bank_errs_later_buys_today(visitor: Visitor, last_four: str) -> None:
    hand = with_card(visitor, last_four)
    pay(hand, "100")
    expect(hand.page.locator("[data-state=paid]")).to_be_visible()


def test_a_late_income_is_late_and_never_nothing(visitor: Visitor, holder: str) -> None:
    visitor.site.develop("POST", MANAGER, {"fault": "nav_late", "params": {"hours": 6}})
    now = now_of(visitor.site)
    go_to(visitor.site, (now + timedelta(days=1)).replace(hour=5, minute=0, second=0))

    page = home_of(visitor, holder)

    expect(page.locator(".late")).to_contain_text("晚")
    expect(page.get_by_text("的收益晚到")).to_be_visible()
    shown = page.locator(".hero-income .amount").all_text_contents()
    assert all("0.00" not in text.split("¥")[1][:4] for text in shown), shown
    assert visitor.violations() == []
    go_to(visitor.site, (now + timedelta(days=1)).replace(hour=12, minute=0, second=0))
    visitor.open("/")
    page.locator(".hero").wait_for()
    expect(page.locator(".late")).to_have_count(0)


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_a_negative_day_is_told_in_words(visit: Visit, holder: str, locale: str) -> None:
    visitor = visit(locale=locale)
    visitor.site.develop("POST", MANAGER, {"fault": "income_negative"})
    go_to(visitor.site, (now_of(visitor.site) + timedelta(days=1)).replace(hour=12))

    page = home_of(visitor, holder)

    told = {"zh-CN": "当日收益为负", "en-GB": "The day’s income is negative"}[locale]
    news = page.locator(".news").filter(has_text=told)
    expect(news.locator(".amount")).to_have_text(re.compile(r"^−¥0\.6\d$"))
    expect(page.locator(".hero-income .amount").first).to_have_text(re.compile("^−¥"))
    assert visitor.violations() == []
    news.get_by_role("link").last.click()
    expect(page.get_by_text("−¥0.6").first).to_be_visible()


@pytest.mark.parametrize(
    ("at", "accepted", "earns", "visible"),
    [
        ("2015-09-29T14:59:59", "9月29日", "9月30日", "10月1日"),
        ("2015-09-29T15:00:00", "9月30日", "10月8日", "10月9日"),
        ("2015-10-03T12:00:00", "10月8日", "10月9日", "10月10日"),
    ],
    ids=["before 15:00", "at 15:00, before the holiday", "in the holiday"],
)
def test_the_words_are_the_published_dates_around_a_long_holiday(
    visitor: Visitor, holder: str, at: str, accepted: str, earns: str, visible: str
) -> None:
    visitor.site.advance(to=f"{at}+08:00")
    visitor.sign_in_as(holder)

    for path in (f"/funds/{FUND}", BUY):
        page = visitor.open(path)

        told = page.get_by_text("起产生收益").first
        expect(told).to_contain_text(re.compile(f"{accepted}.*受理"))
        expect(told).to_contain_text(re.compile(f"{earns}.*起产生收益"))
        expect(told).to_contain_text(re.compile(f"，{visible}.*可见"))
        wait = page.get_by_text(re.compile("要等 [0-9]+ 天"))
        expect(wait).to_have_count(0 if at.startswith("2015-09-29T14") else 1)
    assert visitor.violations() == []
