"""Every form by which an operator proposes: filled in, compared, refused to its maker, decided.

Debts, payments, registered income, the calendar, the advance line, a day with a loss. A maker sees
no button, and the API says the same; another person sees the differences and approves.
"""

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.browser.banking import take_back
from tests.browser.conftest import Visit
from tests.browser.console import FUND, OWN_DONE, OWN_WAIVED, Colleague, heading, staffed
from tests.browser.site import Json, Site
from tests.browser.world import await_paid, person, staff

OWED_FEN = 200_000
SAVED_FEN = 1_000_000


@dataclass(frozen=True)
class Desk:
    """A maker's page and caller, and a checker's."""

    maker: Page
    makes: Colleague
    checker: Page
    checks: Colleague

    def open(self, path: str) -> Page:
        """Open an address before the maker and return the page."""
        self.maker.goto(f"{self.maker.url.split('/console')[0]}{path}")
        return self.maker

    def propose(self, said: str) -> str:
        """Send the form before the maker; return the approval that it became."""
        self.maker.get_by_role("button", name="提交复核").click()
        heading(self.maker, f"复核：{said}")
        expect(self.maker.get_by_text("须由另一个人决定")).to_be_visible()
        assert self.maker.get_by_role("button", name="批准").count() == 0
        approval = self.maker.url.rsplit("/", 1)[1]
        own = self.makes.ask("POST", f"/v1/approvals/{approval}/decision", {"verdict": "approve"})
        assert (own.status, own.json()["code"]) == (403, "approval.maker_is_checker")
        return approval

    def differs(self, field: str, *, was: str, becomes: str) -> None:
        """See how a field is now, and what it becomes, before the checker."""
        name = self.checker.get_by_role("rowheader", name=field, exact=True)
        cells = self.checker.locator(".diff tr").filter(has=name).get_by_role("cell")
        expect(cells.nth(0)).to_contain_text(was)
        expect(cells.nth(1)).to_contain_text(becomes)

    def see(self, said: str) -> None:
        """Open what waits before the checker, by the count and the list."""
        self.checker.get_by_role("navigation").get_by_role("link", name="复核").click()
        self.checker.get_by_role("link", name=said).first.click()
        heading(self.checker, f"复核：{said}")

    def approve(self) -> None:
        """Let the checker approve what is before them."""
        self.checker.get_by_role("button", name="批准").click()
        expect(self.checker.get_by_text("已批准").first).to_be_visible()


@pytest.fixture(scope="module")
def company(site: Site) -> Json:
    """Return a company with a debt, a payment without an answer, and holders with income."""
    saver, debtor = person(site, "saver"), person(site, "commuter")
    saver.buy(SAVED_FEN)
    debt = debtor.buy(OWED_FEN)
    site.advance(days=3)
    take_back(site, order_id=debt)
    site.develop("POST", "/v1/sandbox/banks/ICBC/faults", {"fault": "executed_late", "next_n": 1})
    unknown = saver.buy(8_800)
    saver.http.close()
    debtor.http.close()
    with staff(site, "operator") as operator:
        order = operator.get(f"/v1/staff/orders/{unknown}").json()
    payment, customer = order["payments"][0]["payment"]["id"], order["order"]["customer_id"]
    return {"debt": debt, "unknown": unknown, "payment": payment, "customer": customer}


@pytest.fixture
def desk(visit: Visit, company: Json) -> Desk:
    """Return an operator and an approver at work."""
    operator, approver = visit(width=1280), visit(width=1280)
    makes, checks = staffed(operator, "operator"), staffed(approver, "approver")
    return Desk(operator.open("/console/"), makes, approver.open("/console/"), checks)


def corrects(page: Page, label: str, *, says: str, to: str) -> None:
    """Send what is wrong; the field says so, has the focus and keeps its text; then correct it."""
    field = page.get_by_label(label)
    typed = field.input_value()
    page.get_by_role("button", name="提交复核").click()
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text(says)).to_be_visible()
    assert field.input_value() == typed
    field.fill(to)


def test_a_debt_is_written_off_by_two_people(desk: Desk, company: Json) -> None:
    page = desk.open("/console/debts")
    page.get_by_role("gridcell", name="¥2,000.00").first.get_by_role("link").click()
    heading(page, "债务")
    expect(page.get_by_role("button", name=company["debt"])).to_be_visible()
    page.get_by_role("link", name="提请清偿").click()
    page.get_by_label("清偿方式").select_option("write_off")
    page.get_by_label("金额（元）").fill("2000.001")
    page.get_by_label("依据编号").fill("case-2015-5")
    corrects(page, "金额（元）", says="请填写金额", to="2000.01")
    page.get_by_role("button", name="提交复核").click()
    expect(page.locator(".refused")).to_contain_text("fund.debt_exceeded")
    expect(page.get_by_label("依据编号")).to_have_value("case-2015-5")
    page.get_by_label("金额（元）").fill("")
    desk.propose("债务清偿")

    desk.see("债务清偿")
    desk.differs("方式", was="（无）", becomes="核销")
    desk.differs("金额", was="（无）", becomes="全部")
    desk.differs("尚欠", was="¥2,000.00", becomes="¥2,000.00")
    desk.approve()

    page.get_by_role("link", name="打开", exact=True).click()
    heading(page, "债务")
    row = page.get_by_role("region", name="清偿经过").last.get_by_role("row").nth(1)
    expect(row).to_contain_text("核销")
    expect(row).to_contain_text("已清偿")
    assert page.get_by_role("link", name="提请清偿").count() == 0
    expect(desk.open("/console/debts").get_by_text("没有这样的债务")).to_be_visible()


def test_what_became_of_a_payment_is_decided_by_two_people(desk: Desk, company: Json) -> None:
    page = desk.open(f"/console/orders/{company['unknown']}")
    page.get_by_role("link", name="提请认定结果").click()
    expect(page.get_by_role("link", name=company["unknown"])).to_be_visible()
    corrects(page, "依据编号", says="请填写", to="ICBC letter 17")
    page.get_by_label("结果", exact=True).select_option("success")
    desk.propose("付款结果认定")

    desk.see("付款结果认定")
    desk.differs("认定", was="（无）", becomes="成功")
    desk.approve()

    page = desk.open(f"/console/orders/{company['unknown']}")
    expect(page.get_by_role("cell", name="人工认定成功")).to_be_visible()
    expect(page.get_by_text("已付款").first).to_be_visible()


def test_the_calendar_is_extended(desk: Desk) -> None:
    page = desk.open("/console/calendar")
    page.get_by_role("link", name="延长").first.click()
    page.get_by_label("日历延长至").fill("2027-02-26")
    page.get_by_label("休市日").fill("2027-01-01\n2027-2-15")
    page.get_by_label("出处").fill("notice of 2026-12-20")
    page.get_by_label("版本").fill("2027-1")
    corrects(page, "休市日", says="请按 2015-05-12 的格式", to="2027-01-01\n2027-02-15")
    desk.propose("延长交易日历")

    desk.see("延长交易日历")
    desk.differs("日历至", was="2026-12-31", becomes="2027-02-26")
    desk.differs("休市日", was="（无）", becomes="2027-01-01 2027-02-15")
    desk.approve()

    expect(desk.open("/console/calendar").get_by_text("2027年2月26日")).to_be_visible()


def test_a_trading_day_is_called_off_and_orders_move(desk: Desk, site: Site) -> None:
    buyer = person(site, "gigworker")
    order = buyer.buy(30_000)
    await_paid(buyer, order)
    buyer.http.close()
    page = desk.open("/console/propose/closures")
    page.get_by_label("出处").fill("typhoon notice 4")
    page.get_by_label("版本").fill("2015-2")
    corrects(page, "休市日", says="请填写", to="2015-05-18")
    desk.propose("取消交易日")

    desk.see("取消交易日")
    desk.differs("休市日", was="（无）", becomes="2015-05-18")
    moved = desk.checker.get_by_role("row", name="改期的订单").get_by_role("cell")
    expect(moved.nth(1)).to_have_text(re.compile("^[12]$"))
    desk.approve()

    moved_order = desk.makes.get("GET", f"/v1/staff/orders/{order}")["order"]
    assert (moved_order["t_day"], moved_order["confirm_on"]) == ("2015-05-15", "2015-05-19")


def test_a_line_without_a_limit_says_so_and_goes_stale_when_overtaken(desk: Desk) -> None:
    other = {"limit": {"amount": "400000000", "currency": "CNY"}, "source": "agreement 4"}
    page = desk.open(f"/console/liquidity/{FUND}")
    page.get_by_role("link", name="提请改额度").click()
    page.get_by_label("额度（元）").fill("")
    page.get_by_label("出处").fill("agreement 3")
    desk.propose("垫资额度")
    desk.see("垫资额度")
    desk.differs("额度", was="¥5,000,000.00", becomes="不限")

    faster = desk.makes.get("POST", f"/v1/funds/{FUND}/advance-line", other)["approval"]["id"]
    desk.checks.get("POST", f"/v1/approvals/{faster}/decision", {"verdict": "approve"})
    desk.checker.get_by_role("button", name="批准").click()

    expect(desk.checker.get_by_text("不能再批准")).to_be_visible()
    assert desk.checker.get_by_role("button", name="批准").count() == 0


def test_a_day_with_a_loss_waits_for_two_people(desk: Desk, site: Site) -> None:
    rule = {
        "rule": "close.negative_income_approval",
        "fund": FUND,
        "value": {"needed": 1},
        "effective_from": "2015-05-15",
        "source": "house rule 3",
    }
    approval = desk.makes.get("POST", "/v1/policies", rule)["approval"]["id"]
    desk.checks.get("POST", f"/v1/approvals/{approval}/decision", {"verdict": "approve"})
    site.develop("POST", f"/v1/sandbox/fund-manager/{FUND}/faults", {"fault": "income_negative"})
    on = site.develop("GET", "/v1/sandbox/clock")["business_time"][:10]
    site.advance(days=1)
    page = desk.open(f"/console/close/{FUND}/{on}")
    expect(page.get_by_text("等待复核人").first).to_be_visible()
    page.get_by_role("button", name="提请照此结账").click()
    heading(page, "复核：负收益日结账")
    assert page.get_by_role("button", name="批准").count() == 0

    desk.see("负收益日结账")
    desk.differs("状态", was="受阻", becomes="照此结账")
    desk.approve()

    page.goto(f"{page.url.split('/console')[0]}/console/close/{FUND}/{on}")
    resume = page.get_by_role("button", name="继续运行")
    done = page.locator(f"{OWN_DONE}, {OWN_WAIVED}")
    expect(resume.or_(done.nth(11))).to_be_visible()
    if resume.is_visible():
        resume.click()
    expect(done).to_have_count(12)


# The last one: the simulated manager keeps its own figure, so that the days after do not tie.
def test_the_registers_income_takes_the_place_of_ours(desk: Desk, company: Json) -> None:
    about = f"customer={company['customer']}&fund={FUND}&on=2015-05-13"
    page = desk.open(f"/console/propose/override?{about}")
    page.get_by_label("当日收益（元）").fill("1,38")
    page.get_by_label("登记文件").fill("OFD-94-20150513")
    page.get_by_label("记录号").fill("17")
    corrects(page, "当日收益（元）", says="请填写金额", to="1.38")
    desk.propose("收益以登记为准")

    desk.see("收益以登记为准")
    before = desk.checks.get("GET", f"/v1/approvals/{page.url.rsplit('/', 1)[1]}")["approval"]
    ours = f"¥{int(before['before']['income_fen']) / 100:.2f}"
    desk.differs("收益", was=ours, becomes="¥1.38")
    desk.approve()
    expect(desk.checker.get_by_role("link", name="打开", exact=True)).to_be_visible()
