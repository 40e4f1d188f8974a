"""A company with a past: five weeks of a few customers, so that every screen has something to show.

``furnish`` goes through the API alone and returns where things are: orders in each state, a break,
an approval that waits, accounts. It takes a few seconds; the same calls give the same world.
"""

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from uuid import uuid4

import httpx

from tests.browser.banking import take_back
from tests.browser.site import Json, Site

FUND = "990001"
PAID_WITHIN_S = 30
#: Who buys what on the first morning, in fen.
_FIRST_PURCHASES = {
    "saver": 1_000_000,
    "commuter": 350_000,
    "pensioner": 2_600_050,
    "gigworker": 123_456,
    "vip": 4_900_000,
    "foreign": 200_000,
}
_DAYS = 26
_MANAGER = f"/v1/sandbox/fund-manager/{FUND}/faults"


@dataclass
class Person:
    """A signed-in persona, as a program."""

    http: httpx.Client
    session: str
    card_id: str
    password: str

    def get(self, path: str) -> Json:
        """Return an answer to this person."""
        told: Json = self._sent("GET", path).json()
        return told

    def order(self, path: str, body: Json) -> str:
        """Post an order and return its id."""
        grant = self._sent("POST", "/v1/step-ups", {"payment_password": self.password}).json()
        more = {"Huoqi-Step-Up": str(grant["grant"]), "Idempotency-Key": uuid4().hex}
        told = self._sent("POST", path, {"fund": FUND, "card_id": self.card_id, **body}, **more)
        order_id: str = told.json()["order"]["id"]
        return order_id

    def buy(self, amount_fen: int) -> str:
        """Buy and return the order's id."""
        amount = {"amount": str(amount_fen), "currency": "CNY"}
        return self.order("/v1/purchases", {"amount": amount})

    def redeem(self, units_e2: int, *, speed: str) -> str:
        """Redeem and return the order's id."""
        units = {"units": str(units_e2), "scale": 2}
        return self.order("/v1/redemptions", {"units": units, "speed": speed})

    def _sent(
        self, method: str, path: str, body: Json | None = None, **more: str
    ) -> httpx.Response:
        headers = {"Huoqi-Session": self.session, **more}
        answer = self.http.request(method, path, json=body, headers=headers)
        assert answer.status_code < 300, f"{method} {path}: {answer.text}"
        return answer


@dataclass
class World:
    """Where things are in a furnished company; ``places`` fills the parameters of addresses."""

    places: dict[str, str] = field(default_factory=dict)
    orders: dict[str, str] = field(default_factory=dict)


def person(site: Site, persona: str) -> Person:
    """Return a persona, signed in as a program."""
    told = site.develop("POST", f"/v1/sandbox/personas/{persona}/sessions")
    token = told["session"]["token"]
    http = httpx.Client(base_url=site.address, timeout=60)
    return Person(http, token, told["card_id"], told["payment_password"])


@contextlib.contextmanager
def staff(site: Site, role: str) -> Iterator[httpx.Client]:
    """Yield a client that works as the simulated member of staff of a role."""
    with httpx.Client(base_url=site.address, timeout=60) as http:
        told = http.post("/v1/sandbox/staff-sessions", json={"role": role}).raise_for_status()
        http.headers["Huoqi-Csrf"] = told.json()["csrf"]
        yield http


def furnish(site: Site) -> World:
    """Let five weeks pass with purchases, redemptions, faults and changes under way."""
    people = {name: person(site, name) for name in _FIRST_PURCHASES}
    _watch_large_days(site)
    firsts = [people[name].buy(fen) for name, fen in _FIRST_PURCHASES.items()]
    await_paid(people["saver"], firsts[0])
    site.advance(days=_DAYS)
    saver = people["saver"]
    world = World()
    world.orders = {
        "earning": firsts[0],
        "debt": firsts[-1],
        "refused": saver.buy(10_013),
        "partly": saver.buy(10_017),
        "paid_out": saver.redeem(30_000, speed="normal"),
    }
    await_paid(saver, world.orders["partly"])
    take_back(site, order_id=world.orders["debt"])
    site.advance(days=4)
    site.develop("POST", _MANAGER, {"fault": "confirmation_partial"})
    people["commuter"].buy(60_000)
    late = people["gigworker"].buy(10_019)
    await_paid(people["gigworker"], late)
    site.advance(days=2)
    _leave_under_way(site, world, saver)
    people["pensioner"].redeem(100_000, speed="normal")
    _propose_changes(site)
    world.places |= _cared_for(site)
    inbox = f"{site.address}/v1/sandbox/webhook-inbox"
    webhook = site.develop("POST", "/v1/webhooks", {"url": inbox, "types": ["fund.purchase.paid"]})
    world.places |= _places(site, world, saver, webhook_id=webhook["webhook"]["id"])
    for each in people.values():
        each.http.close()
    return world


def _leave_under_way(site: Site, world: World, saver: Person) -> None:
    world.orders["paid"] = saver.buy(200_000)
    world.orders["fast"] = saver.redeem(12_345, speed="fast")
    world.orders["accepted"] = saver.redeem(50_000, speed="normal")
    await_paid(saver, world.orders["paid"])
    # The fault is for what comes next: a payout still on its way would take it.
    _await(saver, world.orders["fast"], lambda state: state == "paid_out")
    site.develop("POST", "/v1/sandbox/banks/ICBC/faults", {"fault": "executed_late", "next_n": 1})
    world.orders["unknown"] = saver.buy(8_800)


def _watch_large_days(site: Site) -> None:
    """Let a day of 25,000 yuan be a large one, so that there are cases."""
    rule = {
        "rule": "monitoring.large_day",
        "effective_from": "2015-05-11",
        "value": {"amount_fen": 2_500_000},
        "source": "test",
    }
    with staff(site, "operator") as operator, staff(site, "approver") as approver:
        proposed = operator.post("/v1/policies", json=rule).raise_for_status().json()
        path = f"/v1/approvals/{proposed['approval']['id']}/decision"
        approver.post(path, json={"verdict": "approve"}).raise_for_status()


def _cared_for(site: Site) -> dict[str, str]:
    """Return where a case and an estate are, beside an order of a court."""
    listed = site.develop("GET", "/v1/sandbox/personas")["data"]
    people = {each["persona"]: each["customer_id"] for each in listed}
    death = {"customer_id": people["estate"], "died_on": "2015-05-11", "proof": "cert-88"}
    order = {
        "customer_id": people["overindebted"],
        "authority": "District Court 1 (simulated)",
        "reference": "2015-1182",
        "scope": "amount",
        "fund": FUND,
        "amount": {"amount": "50000", "currency": "CNY"},
        "until_on": "2016-05-11",
    }
    with staff(site, "compliance") as clerk:
        clerk.post("/v1/staff/legal-orders", json=order).raise_for_status()
        estate = clerk.post("/v1/staff/estates", json=death).raise_for_status().json()
        case = clerk.get("/v1/staff/cases").json()["data"][0]
    return {"estate": estate["estate"]["id"], "case": case["id"]}


def _propose_changes(site: Site) -> None:
    with staff(site, "operator") as operator:
        state = {"state": "purchases_suspended", "reason": "quarter end", "source": "notice 2015-7"}
        operator.post(f"/v1/funds/{FUND}/state", json=state).raise_for_status()
        line = {"limit": {"amount": "300000000", "currency": "CNY"}, "source": "agreement 2015-3"}
        operator.post(f"/v1/funds/{FUND}/advance-line", json=line).raise_for_status()


def _places(site: Site, world: World, saver: Person, *, webhook_id: str) -> dict[str, str]:
    today = site.develop("GET", "/v1/sandbox/clock")["business_time"][:10]
    people = site.develop("GET", "/v1/sandbox/personas")["data"]
    income = saver.get(f"/v1/holdings/{FUND}/income?month={today[:7]}")["data"]
    places = {
        **world.orders,
        "fund": FUND,
        "webhook": webhook_id,
        "document": "summary",
        "rule": "fund.fast_redemption",
        "on": max(day["on"] for day in income),
        "today": today,
        "month": "2015-05",
        "card": saver.card_id,
        "bank": "ICBC",
        "customer": next(each["customer_id"] for each in people if each["persona"] == "saver"),
    }
    with staff(site, "operator") as operator:
        places["closed_on"] = operator.get("/v1/close").json()["days"][0]["on"]
        places["approval"] = operator.get("/v1/approvals").json()["data"][0]["id"]
        accounts = operator.get("/v1/ledger/accounts?kind=customer_cash").json()["data"]
        places["account"] = str(accounts[0]["account"])
        traced = operator.get(f"/v1/staff/orders/{world.orders['earning']}").json()
        places["transfer"] = str(traced["transfers"][0]["id"])
        unanswered = operator.get(f"/v1/staff/orders/{world.orders['unknown']}").json()
        places["payment"] = unanswered["payments"][0]["payment"]["id"]
        places["break"] = operator.get("/v1/breaks").json()["data"][0]["id"]
    return places


def await_paid(someone: Person, order_id: str) -> None:
    """Wait until the bank has answered: it is told of the money beside the server."""
    _await(someone, order_id, lambda state: state != "placed")


def _await(someone: Person, order_id: str, is_there: Callable[[str], bool]) -> None:
    until = time.monotonic() + PAID_WITHIN_S
    while not is_there(someone.get(f"/v1/orders/{order_id}")["order"]["state"]):
        assert time.monotonic() < until, "the bank did not answer"
