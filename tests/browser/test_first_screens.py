"""Home, fund, buying, registering: readable by everybody, in both languages and themes."""

import re
from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.site import Visitor

FUND = "990001"
PUBLIC = ("/", "/sign-in", "/register", "/recover", "/personas")
OWN = (
    "/",
    "/funds",
    f"/funds/{FUND}",
    f"/funds/{FUND}/buy",
    "/cards/new",
    f"/funds/{FUND}/documents/risk",
    "/recover/password",
    "/register/secure",
)
AMOUNT = r"^[−+]?¥\d{1,3}(,\d{3})*\.\d{2}$"


def drawn(page: Page) -> None:
    """Wait until nothing on the page is loading."""
    page.get_by_role("heading", level=1).first.wait_for()
    expect(page.locator("main [aria-busy=true]")).to_have_count(0)


def buys(visitor: Visitor, persona: str, fen: str) -> None:
    """Let a persona buy, by the API."""
    session = visitor.sign_in_as(persona)
    visitor.open("/")
    script = """async ([csrf, password, card, fen]) => {
        const post = (path, body, more) => fetch(path, {method: 'POST', body: JSON.stringify(body),
            headers: {'Content-Type': 'application/json', 'Huoqi-Csrf': csrf, ...more}})
            .then(answer => answer.json());
        const {grant} = await post('/v1/step-ups', {payment_password: password}, {});
        return post('/v1/purchases', {fund: '990001', card_id: card,
            amount: {amount: fen, currency: 'CNY'}},
            {'Idempotency-Key': crypto.randomUUID(), 'Huoqi-Step-Up': grant});
    }"""
    given = [session["csrf"], session["payment_password"], session["card_id"], fen]
    made = visitor.page.evaluate(script, given)
    assert made["order"]["state"] in {"placed", "paid"}, made


@pytest.mark.parametrize(
    ("locale", "scheme", "width"),
    [
        ("zh-CN", "light", 360),
        ("en-GB", "dark", 768),
        ("zh-CN", "dark", 1280),
        ("en-GB", "light", 360),
    ],
)
def test_everybody_can_read_the_first_screens(
    visit: Visit, locale: str, scheme: str, width: int
) -> None:
    stranger = visit(locale=locale, scheme=scheme, width=width)
    found = {}
    for path in PUBLIC:
        drawn(stranger.open(path))
        found[path] = [*stranger.violations(), *too_wide(stranger.page)]
    customer = visit(locale=locale, scheme=scheme, width=width)
    customer.sign_in_as("pensioner")
    for path in OWN:
        drawn(customer.open(path))
        found[f"own {path}"] = [*customer.violations(), *too_wide(customer.page)]

    assert {path: faults for path, faults in found.items() if faults} == {}


def too_wide(page: Page) -> list[str]:
    """Tell whether the page scrolls sideways, also with text of twice the size."""
    wider = "() => document.documentElement.scrollWidth > innerWidth + 1"
    faults = ["wider than the screen"] if page.evaluate(wider) else []
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    faults += ["wider than the screen at 200 %"] if page.evaluate(wider) else []
    page.evaluate("document.documentElement.style.fontSize = ''")
    return faults


def test_the_language_is_the_readers_and_switching_keeps_the_page(visitor: Visitor) -> None:
    page = visitor.open("/sign-in")
    assert page.get_attribute("html", "lang") == "zh-CN"
    page.get_by_label("手机号", exact=True).fill("13800138000")

    page.get_by_role("button", name="切换语言为 English").click()

    expect(page.get_by_label("Mobile number", exact=True)).to_have_value("13800138000")
    assert page.url.endswith("/sign-in")
    assert page.get_attribute("html", "lang") == "en"


def test_a_persona_is_one_tap(visitor: Visitor) -> None:
    page = visitor.open("/")
    page.get_by_role("link", name="以体验角色进入").click()

    page.get_by_role("button", name="自由职业者").click()

    expect(page.get_by_role("heading", name="首页")).to_be_visible()
    expect(page.get_by_role("link", name="买入 ¥1.00")).to_be_visible()


def test_offline_the_entries_are_closed(visitor: Visitor) -> None:
    page = visitor.open("/")
    drawn(page)
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    drawn(visitor.open("/"))
    page.context.set_offline(True)

    page.reload()

    expect(page.get_by_role("button", name="开户")).to_have_attribute("aria-disabled", "true")
    expect(page.get_by_role("button", name="登录")).to_have_attribute("aria-disabled", "true")
    page.context.set_offline(False)
    visitor.problems.clear()  # the network is gone, which the browser notes


@pytest.mark.parametrize("side", ["before", "after"])
def test_the_fund_tells_what_the_rules_say(visitor: Visitor, side: str) -> None:
    visitor.sign_in_as("saver")
    if side == "after":
        now = datetime.fromisoformat(visitor.site.http.get("/v1/browser").json()["business_time"])
        visitor.site.advance(to=now.replace(hour=15, minute=0, second=0).isoformat())
    dates = visitor.site.http.get(f"/v1/funds/{FUND}/dates?side=buy").json()

    page = visitor.open(f"/funds/{FUND}")

    told = page.locator("[data-t-day]")
    for name in ("t_day", "confirmed_on", "earns_from", "visible_on"):
        expect(told).to_have_attribute(f"data-{name.replace('_', '-')}", dates[name])


def test_the_chart_has_a_table_with_the_same_figures(visitor: Visitor) -> None:
    page = visitor.open(f"/funds/{FUND}")
    drawn(page)
    page.get_by_role("button", name="查看表格").click()

    rows = page.locator(".chart-table tbody tr")

    days = visitor.site.http.get(f"/v1/funds/{FUND}/yields").json()["data"]
    assert rows.count() == len(days)


def test_home_shows_what_there_is_and_the_eye_hides_it(visitor: Visitor) -> None:
    buys(visitor, "saver", "1000000")
    visitor.site.advance(days=4)
    page = visitor.open("/")
    drawn(page)
    shown = page.locator("[data-amount]")
    shown.first.wait_for()
    held = page.evaluate("fetch('/v1/holdings').then(answer => answer.json())")
    parts = [held["cash"]["amount"], held["cash_held"]["amount"]]
    for one in held["data"]:
        parts += [one["units"]["units"], one["accrued"]["amount"], one["unconfirmed"]["amount"]]
    fen = sum(map(int, parts))
    assert fen > 1_000_000

    expect(page.locator(".hero .amount-xl")).to_have_text(f"¥{fen // 100:,}.{fen % 100:02d}")
    texts = shown.all_text_contents()
    assert all(page.evaluate(f"text => /{AMOUNT}/.test(text)", text) for text in texts), texts
    expect(page.locator(".hero-incomes .gain")).to_have_count(2)

    page.get_by_role("button", name="隐藏金额").click()

    assert set(shown.all_text_contents()) == {"¥••••"}
    assert "¥" not in page.title()
    spoken = page.eval_on_selector_all("main [aria-label]", "all => all.map(e => e.ariaLabel)")
    assert [label for label in spoken if re.search(r"¥\d", label)] == []


def test_without_a_network_home_says_since_when(visitor: Visitor) -> None:
    visitor.sign_in_as("saver")
    page = visitor.open("/")
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    drawn(visitor.open("/"))
    page.locator(".hero").wait_for()
    kept = "caches.match('/v1/holdings').then(copy => copy !== undefined)"
    page.wait_for_function(f"() => {kept}")
    page.context.set_offline(True)

    page.reload()

    expect(page.locator(".as-of").first).to_be_visible()
    expect(page.locator(".hero .amount-xl")).to_be_visible()
    page.context.set_offline(False)
    visitor.problems.clear()  # the network is gone, which the browser notes
