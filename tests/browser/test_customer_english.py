"""The main way in English: open an account, buy, see tomorrow why the income is so, redeem."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.first_steps import CODE, PASSWORD, fresh_card, fresh_id, fresh_phone
from tests.browser.site import Visitor
from tests.browser.world import FUND

#: Text in Chinese that does not say that it is; names of banks, people and sources do.
_HAN = r"""() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode())
        if (/\p{Script=Han}/u.test(node.data)
            && !node.parentElement.closest('[lang]').lang.startsWith('zh'))
            found.push(node.data.trim());
    return found;
}"""


@pytest.fixture
def visitor(visit: Visit) -> Visitor:
    """Return a page on a phone, in English."""
    return visit(locale="en-GB")


def press(page: Page, name: str) -> None:
    """Press the button or link of a name."""
    button = page.get_by_role("button", name=name, exact=True)
    button.or_(page.get_by_role("link", name=name, exact=True)).first.click()


def write(page: Page, text: str, *, into: str) -> None:
    """Fill the field of a label."""
    page.get_by_label(into, exact=True).fill(text)


def at_step(page: Page, heading: str) -> None:
    """Wait for a heading; nothing on the page is in another language than it says."""
    page.get_by_role("heading", name=heading).first.wait_for()
    assert page.evaluate(_HAN) == []


def open_account(page: Page, *, national_id: str) -> None:
    """Register up to the answer of the authority."""
    press(page, "Open an account")
    at_step(page, "What is your mobile number?")
    write(page, fresh_phone(), into="Mobile number")
    press(page, "Send me a code")
    at_step(page, "Enter the code")
    write(page, CODE, into="Six-digit code")
    at_step(page, "What is your name?")
    write(page, "Sim Newcomer", into="Name")
    press(page, "Next")
    at_step(page, "What is your ID number?")
    write(page, national_id, into="ID number")
    press(page, "Verify")


def secure_and_bind(page: Page, number: str) -> None:
    """Choose a payment password and bind a card."""
    press(page, "Payment password only")
    at_step(page, "Choose a payment password")
    write(page, PASSWORD, into="Payment password")
    write(page, PASSWORD, into="Payment password once more")
    at_step(page, "Bind a debit card")
    write(page, number, into="Card number")
    press(page, "Bind")


def test_from_nothing_to_money_out(visitor: Visitor) -> None:
    page = visitor.open("/")
    open_account(page, national_id=fresh_id())
    secure_and_bind(page, fresh_card("0000"))
    at_step(page, "The card is bound")
    press(page, "Go and buy")
    write(page, "10000", into="Amount")
    page.get_by_role("checkbox").check()
    press(page, "Next: review")
    at_step(page, "Check and pay")
    press(page, "Pay")
    page.get_by_role("dialog").get_by_label("Payment password (6 digits)").fill(PASSWORD)
    expect(page.locator("[data-state=paid]")).to_be_visible()
    at_step(page, "Bought")
    assert visitor.violations() == []

    visitor.site.advance(days=3)
    visitor.open("/")
    at_step(page, "Home")
    income = page.locator(".hero-income .amount").first
    expect(income).to_have_text(re.compile(r"^\+¥\d\.\d\d"))
    income.click()
    expect(page.locator("[data-verdict=agrees]")).to_have_count(1)
    assert page.evaluate(_HAN) == []

    visitor.open(f"/funds/{FUND}/redeem")
    write(page, "50", into="Amount to redeem")
    press(page, "Redeem ¥50.00")
    page.get_by_role("dialog").get_by_label("Payment password (6 digits)").fill(PASSWORD)
    page.wait_for_url("**/orders/**")
    expect(page.locator(".amount-xl")).to_have_text("¥50.00")
    at_step(page, "Order")
    assert visitor.violations() == []


@pytest.mark.parametrize(
    ("national_id", "told"),
    [
        (fresh_id(sequence="404"), "ID number"),
        (fresh_id(sequence="409"), "There is an account"),
        (fresh_id(sequence="777"), "Being checked"),
        (fresh_id(born="19980101"), "Not quite 18 yet"),
    ],
    ids=["not found", "registered", "manual review", "under age"],
)
def test_refusals_of_the_authority_are_in_english(
    visitor: Visitor, national_id: str, told: str
) -> None:
    page = visitor.open("/")

    open_account(page, national_id=national_id)

    if told == "ID number":
        field = page.get_by_label(told, exact=True)
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_be_focused()
        expect(field).to_have_value(national_id)
    else:
        at_step(page, told)
        expect(page.get_by_role("alert").filter(has_text=told)).to_be_focused()
    assert page.evaluate(_HAN) == []


def test_slips_are_named_in_english_with_the_focus_on_them(visitor: Visitor) -> None:
    page = visitor.open("/sign-in")
    phone = page.get_by_label("Mobile number", exact=True)
    phone.fill("1234")
    press(page, "Send me a code")
    expect(page.get_by_text("A mobile number has 11 digits and begins with 1.")).to_be_visible()
    expect(phone).to_be_focused()
    expect(phone).to_have_value("1234")
    phone.fill(fresh_phone())
    press(page, "Send me a code")
    code = page.get_by_label("Six-digit code", exact=True)
    code.fill("654321")
    expect(code).to_have_attribute("aria-invalid", "true")
    expect(code).to_be_focused()
    assert page.evaluate(_HAN) == []

    visitor.sign_in_as("saver")
    visitor.open(f"/funds/{FUND}/buy")
    write(page, "50000.01", into="Amount")
    page.get_by_role("checkbox").check()
    press(page, "Next: review")
    expect(page.get_by_text(re.compile("limit of ¥50,000.00 for one payment"))).to_be_visible()
    expect(page.get_by_label("Amount", exact=True)).to_be_focused()
    expect(page.get_by_label("Amount", exact=True)).to_have_value("50000.01")
    assert page.evaluate(_HAN) == []
