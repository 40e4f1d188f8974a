"""A customer pays a merchant by its code and sends money to a person, in both languages."""

import os
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Page, expect

from huoqi.sandbox.people import person as somebody
from tests.browser.conftest import Visit
from tests.browser.customers import PASSWORD, at_home, bought
from tests.browser.first_steps import fresh_phone
from tests.browser.site import Site
from tests.browser.world import person, staff

WORDS = {
    "zh-CN": {
        "code": "商户代码", "next": "下一步", "amount": "金额", "confirm": "确认 ¥12.34",
        "paid": "已付款，商户已收到。", "phone": "收款人手机号", "name": "收款人实名姓名",
        "sent": "已转出", "held": "已到账", "nobody": "无法向该收款人转账",
        "password": "支付密码",
    },
    "en-GB": {
        "code": "Merchant's code", "next": "Next", "amount": "Amount", "confirm": "Confirm ¥12.34",
        "paid": "Paid; the merchant has it.", "phone": "Receiver's mobile",
        "name": "Receiver's full name", "sent": "Sent;", "held": "Arrived",
        "nobody": "Receiver not reached", "password": "Payment password",
    },
}  # fmt: skip
EACH = [("zh-CN", "light"), ("en-GB", "dark")]
PICTURES = os.environ.get("HUOQI_PICTURES")  # a folder to look at them in


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES, f"{name}.png"), full_page=True)


@pytest.fixture(scope="module")
def saved(site: Site) -> Site:
    """Return a site where the saver has units that can be spent."""
    someone, _ = bought(site, "saver", 200_000)
    someone.http.close()
    site.advance(days=2)
    return site


@pytest.fixture(scope="module")
def code(saved: Site) -> str:
    """Return the code of a shop that two people of staff opened for a persona."""
    site = saved
    with psycopg.connect(site.dsn) as database:
        row = database.execute(
            "SELECT customer_id FROM customer WHERE state = 'active' ORDER BY customer_no DESC"
        ).fetchone()
    assert row is not None
    wish = {
        "name": "小米之家",
        "category": "electronics",
        "owner_id": str(row[0]),
        "proof": "contract-1",
    }
    with staff(site, "operator") as operator, staff(site, "approver") as approver:
        told = operator.post("/v1/staff/merchants", json=wish).raise_for_status().json()
        path = f"/v1/approvals/{told['approval']['id']}/decision"
        approver.post(path, json={"verdict": "approve"}).raise_for_status()
    with staff(site, "finance") as finance:
        listed = finance.get("/v1/staff/merchants").raise_for_status().json()["data"]
    return str(listed[0]["code"])


def newcomer(site: Site) -> tuple[str, str]:
    """Return phone and name of somebody who just registered."""
    someone = somebody(54_321 + int(fresh_phone()[-4:]))
    http = person(site, "saver").http
    http.post("/v1/registrations", json={"phone": someone.phone}).raise_for_status()
    proof = {"phone": someone.phone, "code": "123456"}
    told = http.post("/v1/registrations/code", json=proof).raise_for_status().json()
    identity = {
        "application_token": told["application_token"],
        "name": someone.name,
        "national_id": someone.national_id,
    }
    http.post("/v1/registrations/identity", json=identity).raise_for_status()
    http.close()
    return someone.phone, someone.name


@pytest.mark.parametrize(("locale", "scheme"), EACH)
def test_a_merchant_is_paid_from_the_fund(
    visit: Visit, code: str, locale: str, scheme: str
) -> None:
    t = WORDS[locale]
    visitor = visit(locale=locale, scheme=scheme)
    page = at_home(visitor, "saver")
    visitor.open("/pay")
    page.get_by_label(t["code"]).fill(code)
    page.get_by_role("button", name=t["next"]).click()
    expect(page.get_by_role("heading", name="小米之家")).to_be_visible()
    page.get_by_label(t["amount"], exact=True).fill("12.34")
    assert visitor.violations() == []
    picture(page, f"pay-{locale}-{scheme}")
    page.get_by_role("button", name=t["confirm"]).dblclick()
    page.get_by_role("dialog").get_by_label(t["password"]).fill(PASSWORD)

    expect(page.get_by_text(t["paid"])).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="¥12.34").first).to_be_visible()
    assert visitor.violations() == []
    picture(page, f"paid-{locale}-{scheme}")


@pytest.mark.parametrize(("locale", "scheme"), EACH)
def test_money_is_sent_to_who_is_named_and_to_nobody_else(
    visit: Visit, saved: Site, locale: str, scheme: str
) -> None:
    t = WORDS[locale]
    saved.advance(days=1)  # a day has three fast redemptions
    phone, name = newcomer(saved)
    visitor = visit(locale=locale, scheme=scheme)
    page = at_home(visitor, "saver")
    visitor.bears("422")  # the refused search
    visitor.open("/send")
    page.get_by_label(t["phone"]).fill(phone)
    page.get_by_label(t["name"]).fill("张三")
    page.get_by_role("button", name=t["next"]).click()
    expect(page.get_by_text(t["nobody"])).to_be_visible()
    page.get_by_label(t["name"]).fill(name)
    page.get_by_role("button", name=t["next"]).click()
    expect(page.get_by_role("heading", name=name[0])).to_be_visible()
    page.get_by_label(t["amount"], exact=True).fill("12.34")
    assert visitor.violations() == []
    picture(page, f"send-{locale}-{scheme}")
    page.get_by_role("button", name=t["confirm"]).click()
    page.get_by_role("dialog").get_by_label(t["password"]).fill(PASSWORD)

    expect(page.get_by_text(t["sent"])).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text=t["held"]).first).to_be_visible()
    assert visitor.violations() == []
    picture(page, f"sent-{locale}-{scheme}")
