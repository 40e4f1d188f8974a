"""What journeys of the console share: a company with orders behind it, and an operator's calls."""

import uuid
from typing import Any

from playwright.sync_api import APIRequestContext, APIResponse, Page

from tests.browser.site import Site, Visitor

Json = dict[str, Any]  # a JSON document
FUND = "990001"
#: Steps of the cockpit that are behind us, without those of the banks' statements (10 and 11):
#: these come at eight, hours after the close.
_OF_BANKS = ":not(:nth-child(10)):not(:nth-child(11))"
OWN_DONE = f".cockpit > li.done{_OF_BANKS}"
OWN_WAIVED = f".cockpit > li.waived{_OF_BANKS}"


class Colleague:
    """Somebody of the staff or a customer who calls the API beside the screens, in one browser."""

    def __init__(self, visitor: Visitor, told: Json) -> None:
        self._request: APIRequestContext = visitor.page.context.request
        self._address = visitor.site.address
        self._csrf: str = told["csrf"]

    def ask(self, method: str, path: str, body: Json | None = None, **headers: str) -> APIResponse:
        """Return the API's answer, whatever it is."""
        return self._request.fetch(
            f"{self._address}{path}",
            method=method,
            data=body,
            headers={"Huoqi-Client": "browser", "Huoqi-Csrf": self._csrf, **headers},
        )

    def get(self, method: str, path: str, body: Json | None = None, **headers: str) -> Json:
        """Return the JSON of a success."""
        answer = self.ask(method, path, body, **headers)
        assert answer.ok, answer.text()
        told: Json = answer.json()
        return told


def customer(visitor: Visitor, persona: str) -> tuple[Colleague, Json]:
    """Return a persona who calls the API, with her documents."""
    colleague = Colleague(visitor, visitor.sign_in_as(persona))
    listed = visitor.site.develop("GET", "/v1/sandbox/personas")["data"]
    return colleague, next(one for one in listed if one["persona"] == persona)


def buy(visitor: Visitor, persona: str, *, fen: int) -> str:
    """Return the id of a purchase that a persona has just made."""
    colleague, papers = customer(visitor, persona)
    body = {
        "fund": FUND,
        "card_id": papers["card_id"],
        "amount": {"amount": str(fen), "currency": "CNY"},
    }
    return _ordered(colleague, papers, "/v1/purchases", body)


def redeem_fast(visitor: Visitor, persona: str, *, units: int) -> str:
    """Return the id of a fast redemption that a persona has just made."""
    colleague, papers = customer(visitor, persona)
    body = {
        "fund": FUND,
        "card_id": papers["card_id"],
        "speed": "fast",
        "units": {"units": str(units), "scale": 2},
    }
    return _ordered(colleague, papers, "/v1/redemptions", body)


def _ordered(colleague: Colleague, papers: Json, path: str, body: Json) -> str:
    password = {"payment_password": papers["payment_password"]}
    grant = colleague.get("POST", "/v1/step-ups", password)["grant"]
    headers = {"Idempotency-Key": str(uuid.uuid4()), "Huoqi-Step-Up": grant}
    order: str = colleague.get("POST", path, body, **headers)["order"]["id"]
    return order


def staffed(visitor: Visitor, role: str) -> Colleague:
    """Sign the visitor in as a role and return the same person as a caller of the API."""
    return Colleague(visitor, visitor.work_as(role))


def broken_income(site: Site, *, hours: int) -> None:
    """Let the manager's next report be a fen off, put right after so many hours."""
    body: Json = {"fault": "income_total_off_by_one", "params": {"hours": hours}}
    site.develop("POST", f"/v1/sandbox/fund-manager/{FUND}/faults", body)


def heading(page: Page, text: str) -> None:
    """Wait until a screen with this heading is there."""
    page.get_by_role("heading", level=1, name=text).wait_for()
