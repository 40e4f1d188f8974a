"""Passkeys by the browser's own authenticator, and the simulated device maker's page."""

from typing import Any

import pytest
from playwright.sync_api import Page

from huoqi.customers.device_makers.simulated import ACCOUNTS
from tests.browser.conftest import Visit
from tests.browser.site import Visitor

Json = dict[str, Any]  # a JSON document
AUTHENTICATOR = {
    "protocol": "ctap2",
    "ctap2Version": "ctap2_1",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
CALL = """async ([method, path, body, more]) => {
    const told = await (await fetch('/v1/browser')).json();
    const headers = {'Huoqi-Client': 'browser', 'Content-Type': 'application/json', ...more};
    if (told.csrf) headers['Huoqi-Csrf'] = told.csrf;
    const answer = await fetch(path, {method, headers, body: JSON.stringify(body)});
    return {status: answer.status, body: await answer.json()};
}"""
MAKE = """async options => (await navigator.credentials.create({
    publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options)})).toJSON()"""
SIGN = """async options => (await navigator.credentials.get({
    publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options)})).toJSON()"""


def call(page: Page, method: str, path: str, body: Json, **more: str) -> Json:
    """Return status and body of a request that the page makes."""
    answer: Json = page.evaluate(CALL, [method, path, body, more])
    return answer


def with_authenticator(page: Page) -> None:
    """Give the page an authenticator whose owner always agrees."""
    link = page.context.new_cdp_session(page)
    link.send("WebAuthn.enable")
    link.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})


def stepped_up(page: Page, password: str) -> str:
    """Return a grant by payment password."""
    answer = call(page, "POST", "/v1/step-ups", {"payment_password": password})
    grant: str = answer["body"]["grant"]
    return grant


def test_a_passkey_of_a_real_browser_is_added_and_signs_in(visitor: Visitor) -> None:
    page = visitor.open("/")
    with_authenticator(page)
    password = visitor.sign_in_as("saver")["payment_password"]
    grant = {"Huoqi-Step-Up": stepped_up(page, password)}

    options = call(page, "POST", "/v1/passkeys/options", {}, **grant)["body"]["options"]
    made = {"label": "Chromium", "credential": page.evaluate(MAKE, options)}
    added = call(page, "POST", "/v1/passkeys", made, **grant)
    call(page, "DELETE", "/v1/browser/session", {})
    options = call(page, "POST", "/v1/sessions/passkey/options", {})["body"]["options"]
    signed = {"credential": page.evaluate(SIGN, options), "device": ""}
    opened = call(page, "POST", "/v1/sessions/passkey", signed)

    assert (added["status"], opened["status"]) == (201, 201)
    assert opened["body"]["session"]["token"] == ""
    assert page.evaluate("fetch('/v1/browser').then(answer => answer.json())")["signed_in"]
    options = call(page, "POST", "/v1/step-ups/passkey/options", {})["body"]["options"]
    proof = {"credential": page.evaluate(SIGN, options)}
    assert call(page, "POST", "/v1/step-ups/passkey", proof)["body"]["scope"] == "money"


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_makers_page_can_be_read_by_everybody(visit: Visit, locale: str, scheme: str) -> None:
    stranger = visit(locale=locale, scheme=scheme, width=360)

    page = stranger.open("/v1/oidc/start")

    page.get_by_role("heading", level=1).wait_for()
    assert stranger.violations() == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_linked_account_signs_in_by_keyboard_alone(visitor: Visitor) -> None:
    page = visitor.open("/")
    password = visitor.sign_in_as("saver")["payment_password"]
    grant = {"Huoqi-Step-Up": stepped_up(page, password)}
    link = call(page, "POST", "/v1/me/device-accounts/link", {"return_to": "/"}, **grant)
    page.goto(visitor.site.address + link["body"]["start_url"])
    page.locator(f"button[value={ACCOUNTS[0].subject}]").click()
    page.wait_for_url("**/")
    call(page, "DELETE", "/v1/browser/session", {})

    page.goto(visitor.site.address + "/v1/oidc/start")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/")

    assert page.evaluate("fetch('/v1/browser').then(answer => answer.json())")["signed_in"]
