"""The monitor of the banks' statements: twelve a day, one refused, and asked for once more."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit
from tests.browser.console import staffed


def line_of(page: Page, bank: str) -> Locator:
    """Return the lines of a bank in the list of statements."""
    grid = page.get_by_role("grid", name="银行对账单")
    return grid.get_by_role("row").filter(has_text=bank)


def test_a_refused_statement_says_both_totals_and_comes_right_when_it_is_asked_for(
    visit: Visit,
) -> None:
    clerk = visit(width=1280)
    caller = staffed(clerk, "operator")
    clerk.site.develop("POST", "/v1/sandbox/banks/SPDB/faults", {"fault": "statement_wrong_total"})
    clerk.site.advance(days=1)

    page = clerk.open("/console/connections?statements=refused")
    line_of(page, "SPDB").get_by_role("button", name="SPDB").click()
    sheet = page.get_by_role("dialog")
    expect(sheet).to_contain_text("合计与明细不符")
    expect(sheet).to_contain_text("statement.totals_off")
    expect(sheet).to_contain_text("0.01")
    assert clerk.violations() == []
    sheet.get_by_role("button", name="向银行重取").click()

    expect(page.get_by_text("已请求重取，银行下次应答时送来")).to_be_visible()
    while caller.get("GET", "/v1/staff/bank-statements?state=refused")["data"]:
        page.wait_for_timeout(250)
    page = clerk.open("/console/connections?statements=refused")
    expect(page.get_by_text("没有符合的对账单")).to_be_visible()
