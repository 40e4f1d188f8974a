"""What tests of the customer's screens do beside the screens: sign in, buy, let a card be lost."""

import time
from datetime import datetime
from uuid import UUID

import psycopg
from playwright.sync_api import Page

from tests.browser.site import Site, Visitor
from tests.browser.world import Person, person

PASSWORD = "271828"  # of every persona
_PAID_WITHIN_S = 30.0


def at_home(visitor: Visitor, persona: str) -> Page:
    """Return a page where a persona is signed in."""
    visitor.open("/welcome")
    visitor.sign_in_as(persona)
    return visitor.page


def approve(page: Page, password: str = PASSWORD) -> None:
    """Enter the payment password in the sheet."""
    page.get_by_role("dialog").get_by_label("支付密码").fill(password)


def bought(site: Site, persona: str, fen: int) -> tuple[Person, str]:
    """Return a persona and a purchase that the bank has paid."""
    someone = person(site, persona)
    order_id = someone.buy(fen)
    until = time.monotonic() + _PAID_WITHIN_S
    while someone.get(f"/v1/orders/{order_id}")["order"]["state"] == "placed":
        assert time.monotonic() < until, "the bank did not answer"
    return someone, order_id


def take_back(someone: Person, order_id: str) -> None:
    """Cancel an order, by the API."""
    headers = {"Huoqi-Session": someone.session}
    proof = {"payment_password": someone.password}
    told = someone.http.post("/v1/step-ups", json=proof, headers=headers).raise_for_status()
    more = {"Huoqi-Step-Up": told.json()["grant"], "Idempotency-Key": f"back-{order_id}"}
    path = f"/v1/orders/{order_id}/cancellation"
    someone.http.post(path, json={}, headers={**headers, **more}).raise_for_status()


def now_of(site: Site) -> datetime:
    """Return the business time of a site."""
    told = site.http.get("/v1/browser").raise_for_status().json()
    return datetime.fromisoformat(told["business_time"])


def know_card_as(site: Site, card_id: str, last_four: str) -> None:
    """Let the bank know a card by other digits: 0005 is lost."""
    with psycopg.connect(site.dsn, autocommit=True) as database:
        database.execute(
            "UPDATE simulated.bank_card SET last_four = %s WHERE request_id = %s",
            (last_four, UUID(card_id)),
        )
