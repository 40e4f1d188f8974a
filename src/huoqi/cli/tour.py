"""``huoqi tour``: a customer's first purchase, income and redemption, call by call over HTTP."""

import http.client
import json
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import urlsplit
from uuid import uuid4

import click

from huoqi.cli.exits import refuse
from huoqi.close.platform import Platform
from huoqi.customers.operations import KeyRequest, make_key
from huoqi.kit.errors import DomainError
from huoqi.sandbox.people import Issuer, Person, card_number, person

FUND = "990001"
AMOUNT_FEN = 1_000_000
PASSWORD = "280461"  # the payment password of a person made up a moment ago
CODE = "123456"  # the sandbox sends no messages; this is always its code
FIRST_VISITOR, LAST_VISITOR = 60_000, 99_000
PAID_WITHIN_S = 20
Json = dict[str, Any]  # a JSON document


class TourStopped(DomainError):
    """A call was not answered as the tour expects."""

    code: ClassVar[str] = "tour.stopped"


class NothingAnswers(DomainError):
    """Nothing answers at the address."""

    code: ClassVar[str] = "server.nothing_answers"


@dataclass
class Guide:
    """Makes the calls, tells each, keeps what the next ones carry."""

    host: str
    port: int
    verbose: bool
    headers: dict[str, str] = field(default_factory=dict)

    def call(
        self, method: str, path: str, body: Json | None = None, *, more: Mapping[str, str] = {}
    ) -> Json:
        """Return the answer's document; raise TourStopped on a refusal."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=120)
        began = time.monotonic()
        text = json.dumps(body) if body is not None else None
        sent = {**self.headers, **more}
        if text is not None:
            sent["Content-Type"] = "application/json"
        connection.request(method, path, body=text, headers=sent)
        answer = connection.getresponse()
        raw = answer.read()
        took_ms = (time.monotonic() - began) * 1_000
        click.echo(f"  {method} {path}  → {answer.status}  ({took_ms:.0f} ms)", err=True)
        document: Json = json.loads(raw) if raw else {}
        if self.verbose:
            click.echo(json.dumps(document, ensure_ascii=False, indent=2), err=True)
        if answer.status >= 400:
            raise TourStopped(path=path, status=answer.status, refusal=str(document.get("code")))
        return document


@click.command("tour")
@click.option(
    "--address",
    envvar="HUOQI_URL",
    help="Where the server is; else the one on this data folder.",
)
@click.option("--verbose", is_flag=True, help="Show every answer whole.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as one JSON object.")
@click.pass_context
def tour_command(
    ctx: click.Context,
    address: str | None,
    verbose: bool,  # noqa: FBT001 - click's flag
    as_json: bool,  # noqa: FBT001 - click's flag
) -> None:
    """Register, bind a card, buy for ¥10,000.00, move the clock, see the income, redeem.

    Every step is a call to the running server of `huoqi up`; the person is made up (simulated).
    The clock of the sandbox moves on until the first income is shown: two days, or over holidays.

    \b
    huoqi tour
    huoqi tour --verbose
    """
    address = address or ctx.obj.address
    place = urlsplit(address)
    guide = Guide(place.hostname or "localhost", place.port or 80, verbose)
    began = time.monotonic()
    try:
        outcome = _tour(guide, ctx.obj.platform)
    except TourStopped as stop:
        refuse(stop, as_json=as_json)
    except OSError as error:
        refuse(NothingAnswers(address=address, reason=str(error)), as_json=as_json)
    outcome["seconds"] = round(time.monotonic() - began, 1)
    if as_json:
        click.echo(json.dumps(outcome, ensure_ascii=False))
        return
    for name, value in outcome.items():
        click.echo(f"{name.replace('_', ' '):<24}{value}")


def _tour(guide: Guide, platform: Platform) -> Json:
    visitor = person(random.randrange(FIRST_VISITOR, LAST_VISITOR))
    customer_id = _become_customer(guide, visitor)
    card_id = _bind_card(guide, visitor)
    order, dates = _buy(guide, card_id)
    began = time.monotonic()
    clock = _developer_key(platform)
    _advance(guide, clock, on=dates["confirmed_on"])
    order = guide.call("GET", f"/v1/orders/{order['id']}")["order"]
    _tell(
        f"On the next trading day the order is {order['state']};"
        f" it earns from {order['earns_from']}."
    )
    confirmed_s = time.monotonic() - began
    _advance(guide, clock, on=dates["visible_on"])
    income = guide.call("GET", f"/v1/holdings/{FUND}/days/{order['earns_from']}")
    holding = guide.call("GET", f"/v1/holdings/{FUND}")["holding"]
    _tell("A day after it begins to earn the first income is there, with its explanation.")
    redeemed = _redeem(guide, card_id)
    return {
        "customer_id": customer_id,
        "order_state": order["state"],
        "earns_from": order["earns_from"],
        "first_income_fen": income["income"]["amount"],
        "explained": _in_words(income["rule"]),
        "units_e2": holding["units"]["units"],
        "redemption_state": redeemed["state"],
        "confirmed_after_payment_s": round(confirmed_s, 1),
    }


def _in_words(rule: Json) -> str:
    odd = "one fen more" if rule["plus_one_fen"] else "no fen more"
    return (
        f"{rule['units_e2']} x {rule['numerator']} / {rule['denominator']}"
        f" = {rule['floor_fen']} fen, remainder {rule['remainder']};"
        f" threshold {rule['theta']}: {odd}"
    )


def _become_customer(guide: Guide, visitor: Person) -> str:
    _tell(f"A person registers (simulated): phone {visitor.phone[:3]}****{visitor.phone[-4:]}.")
    guide.call("POST", "/v1/registrations", {"phone": visitor.phone})
    proof = {"phone": visitor.phone, "code": CODE}
    token = guide.call("POST", "/v1/registrations/code", proof)["application_token"]
    identity = {
        "application_token": token,
        "name": visitor.name,
        "national_id": visitor.national_id,
    }
    made = guide.call("POST", "/v1/registrations/identity", identity)
    guide.headers["Huoqi-Session"] = made["session"]["token"]
    guide.call("POST", "/v1/me/payment-password", {"payment_password": PASSWORD})
    return str(made["customer_id"])


def _bind_card(guide: Guide, visitor: Person) -> str:
    _tell("She binds a debit card of ICBC whose number ends in 0000, so that all goes well.")
    number = card_number(Issuer("ICBC", "622202", 19), serial=visitor.number, last_four="0000")
    bound = guide.call("POST", "/v1/cards", {"number": number, "mobile": visitor.phone})
    return str(bound["card"]["id"])


def _buy(guide: Guide, card_id: str) -> tuple[Json, Json]:
    """Return the order, and the dates that were told before it."""
    dates = guide.call("GET", f"/v1/funds/{FUND}/dates?side=buy")
    _tell(f"Before she confirms, the dates are told: {_dates_in_words(dates)}")
    _agree(guide)
    _step_up(guide)
    body = {
        "fund": FUND,
        "amount": {"amount": str(AMOUNT_FEN), "currency": "CNY"},
        "card_id": card_id,
    }
    key = {"Idempotency-Key": uuid4().hex}
    order = guide.call("POST", "/v1/purchases", body, more=key)["order"]
    again = guide.call("POST", "/v1/purchases", body, more=key)["order"]
    assert again["id"] == order["id"], "the same key gives the same order"
    _tell("A second tap with the same key gave the same order. The bank is asked meanwhile.")
    deadline = time.monotonic() + PAID_WITHIN_S
    while order["state"] == "placed" and time.monotonic() < deadline:
        time.sleep(0.2)
        order = guide.call("GET", f"/v1/orders/{order['id']}")["order"]
    return dict(order), dates


def _agree(guide: Guide) -> None:
    texts = guide.call("GET", f"/v1/funds/{FUND}/agreements")["data"]
    named = [{"code": each["code"], "version": each["version"]} for each in texts]
    guide.call("POST", "/v1/me/agreements", {"fund": FUND, "agreements": named})
    titles = ", ".join(each["title_en"].lower() for each in texts)
    _tell(f"She reads and agrees to the {titles}.")


def _dates_in_words(dates: Json) -> str:
    """Return the dates of a purchase as a sentence.

    >>> _dates_in_words({"t_day": "2015-05-11", "confirmed_on": "2015-05-12", "holidays": [],
    ...     "earns_from": "2015-05-12", "visible_on": "2015-05-13", "waiting_days": 1})
    'of 2015-05-11, confirmed 2015-05-12 (in 1 day), earns from 2015-05-12, shown 2015-05-13.'
    """
    days = "1 day" if dates["waiting_days"] == 1 else f"{dates['waiting_days']} days"
    over = f"; holidays on the way: {', '.join(dates['holidays'])}" if dates["holidays"] else ""
    return (
        f"of {dates['t_day']}, confirmed {dates['confirmed_on']} (in {days}),"
        f" earns from {dates['earns_from']}, shown {dates['visible_on']}{over}."
    )


def _step_up(guide: Guide) -> None:
    grant = guide.call("POST", "/v1/step-ups", {"payment_password": PASSWORD})["grant"]
    guide.headers["Huoqi-Step-Up"] = grant


def _redeem(guide: Guide, card_id: str) -> Json:
    _step_up(guide)
    body = {
        "fund": FUND,
        "speed": "fast",
        "units": {"units": "100000", "scale": 2},
        "card_id": card_id,
    }
    key = {"Idempotency-Key": uuid4().hex}
    order = guide.call("POST", "/v1/redemptions", body, more=key)["order"]
    deadline = time.monotonic() + PAID_WITHIN_S
    while order["state"] != "paid_out" and time.monotonic() < deadline:
        time.sleep(0.2)
        order = guide.call("GET", f"/v1/orders/{order['id']}")["order"]
    _tell(f"She takes ¥1,000.00 back at once: {order['state']}.")
    return dict(order)


def _developer_key(platform: Platform) -> dict[str, str]:
    request = KeyRequest("tour", frozenset({"developer"}), holder="program")
    made = platform.database.run(
        lambda work: make_key(work, request, installation=platform.mode), while_advancing=True
    )
    return {"Authorization": f"Bearer {made.text}"}


def _advance(guide: Guide, clock: dict[str, str], *, on: str) -> None:
    nine = {"to": f"{on}T09:00:00+08:00"}
    moved = guide.call("POST", "/v1/sandbox/clock/advance", nine, more=clock)
    _tell(f"The sandbox's clock is moved: it is {moved['business_time']} now.")


def _tell(sentence: str) -> None:
    click.echo(sentence, err=True)
