"""The line behind fast redemptions: what it may lend shows on customers' open pages at once."""

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.console import FUND, buy, staffed
from tests.browser.site import Visitor
from tests.browser.world import person

#: The page also asks every few seconds while it is looked at; only what is pushed counts here.
_UNSEEN = "Object.defineProperty(document, 'hidden', {get: () => true})"


def test_a_line_that_is_taken_away_closes_the_fast_way_on_an_open_page(
    visitor: Visitor, visit: Visit
) -> None:
    buy(visitor, "saver", fen=1_000_000)
    visitor.site.advance(days=4)
    visitor.page.add_init_script(_UNSEEN)
    page = visitor.open(f"/funds/{FUND}/redeem")
    fast = page.get_by_role("radio", name="快速赎回")
    expect(fast).to_be_enabled()
    saver = person(visitor.site, "saver")
    with page.expect_response("**/quota"):
        saver.buy(10_000)  # something of their own: the page hears of it, so it is listening
    saver.http.close()
    makes, checks = staffed(visit(), "operator"), staffed(visit(), "approver")
    none = {"limit": {"amount": "0", "currency": "CNY"}, "source": "agreement ended"}

    approval = makes.get("POST", f"/v1/funds/{FUND}/advance-line", none)["approval"]["id"]
    checks.get("POST", f"/v1/approvals/{approval}/decision", {"verdict": "approve"})

    expect(fast).to_be_disabled()
    expect(page.get_by_text("今日垫资额度已用完")).to_be_visible()
    watching = visit(width=1280)
    staffed(watching, "finance")
    console = watching.open(f"/console/liquidity/{FUND}")
    expect(console.get_by_role("alert")).to_contain_text("额度用尽")
