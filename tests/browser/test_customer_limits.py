"""The limit of fast redemptions changes with its day; two at once never pass it together."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.customers import PASSWORD, at_home, bought
from tests.browser.site import Site
from tests.browser.world import FUND, Person

REDEEM = f"/funds/{FUND}/redeem"
# Some 1,100 days are closed on the way: half a minute on a machine of its own.
pytestmark = pytest.mark.timeout(1_500)
#: Holds the post of a redemption until the test lets it go.
GATE = """(() => {
    const send = window.fetch;
    const opened = new Promise(done => { window.open_gate = done; });
    window.fetch = async (path, how) => {
        if (how?.method === 'POST' && String(path).endsWith('/v1/redemptions')) {
            window.at_gate = true;
            await opened;
        }
        return send(path, how);
    };
})()"""


@pytest.fixture(scope="module")
def saver(site: Site) -> Person:
    """Return a saver with 20,000 yuan on the last day of the old limit."""
    for on in ("2016-05-12", "2017-05-12", "2018-05-28"):
        site.advance(to=f"{on}T10:00:00+08:00")
    first, _ = bought(site, "saver", 1_000_000)
    first.http.close()
    site.advance(days=1)
    saver, _ = bought(site, "saver", 1_000_000)
    saver.http.close()
    site.advance(to="2018-05-31T10:00:00+08:00")
    return saver


def test_the_limit_is_another_one_from_its_day_on(visit: Visit, site: Site, saver: Person) -> None:
    visitor = visit()
    page = at_home(visitor, "saver")
    visitor.open(REDEEM)
    facts = page.locator(".redeem-effects")
    expect(facts).to_contain_text("¥60,000.00")
    expect(facts).to_contain_text("3 次")
    visitor.open(f"/explain/quota/{FUND}")
    expect(page.locator("[data-verdict=agrees]")).to_have_count(1)

    site.advance(to="2018-06-01T00:00:00+08:00")
    visitor.open(REDEEM)

    expect(facts).to_contain_text("¥10,000.00")
    expect(facts).to_contain_text("自 2018年6月1日")
    amount = page.get_by_label("赎回金额", exact=True)
    amount.fill("10000.01")
    page.get_by_role("button", name="赎回 ¥10,000.01").click()
    expect(page.locator(".field-error").first).to_contain_text("今日快速赎回剩余额度 ¥10,000.00")
    expect(page.locator(".field-error").first).to_contain_text("零点恢复")
    expect(amount).to_be_focused()
    expect(amount).to_have_value("10000.01")
    visitor.open(f"/explain/quota/{FUND}")
    expect(page.locator("[data-verdict=agrees]")).to_have_count(1)
    assert visitor.violations() == []


def test_of_two_at_once_exactly_one_passes(visit: Visit, site: Site, saver: Person) -> None:
    site.advance(to="2018-06-02T10:00:00+08:00")
    pages = []
    for _ in range(2):
        visitor = visit()
        visitor.page.add_init_script(GATE)
        visitor.page.add_init_script("delete Navigator.prototype.serviceWorker")
        pages.append(at_home(visitor, "saver"))
        visitor.open(REDEEM)
    for page in pages:
        page.get_by_label("赎回金额", exact=True).fill("6000")
        page.get_by_role("button", name="赎回 ¥6,000.00").click()
        page.get_by_role("dialog").get_by_label("支付密码").fill(PASSWORD)
        page.wait_for_function("() => window.at_gate")

    for page in pages:
        page.evaluate("window.open_gate()")

    ended = [page.get_by_role("heading", name="赎回已受理") for page in pages]
    refused = [page.locator(".field-error").first for page in pages]
    for done, refusal in zip(ended, refused, strict=True):
        expect(done.or_(refusal.filter(has_text=re.compile(".+"))).first).to_be_visible()
    passed = [done.count() for done in ended]
    assert sorted(passed) == [0, 1]
    loser = pages[passed.index(0)]
    expect(refused[passed.index(0)]).to_contain_text(re.compile("快速赎回.*(额度|上限|限额)"))
    amount = loser.get_by_label("赎回金额", exact=True)
    expect(amount).to_be_focused()
    expect(amount).to_have_value("6000")
    told = loser.evaluate("fetch('/v1/orders').then(answer => answer.json())")
    assert [each["side"] for each in told["data"]].count("redemption") == 1
    loser.get_by_role("button", name="改用普通赎回").click()
    expect(loser.get_by_role("radio", name=re.compile("^普通赎回"))).to_be_checked()
