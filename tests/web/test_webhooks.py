"""Webhooks over HTTP: added, tested, rotated, replayed, and verified by the sandbox's own inbox."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from uuid import uuid4

import pytest

from huoqi.events.rules.signatures import sign
from huoqi.events.webhooks.delivery import Sender
from huoqi.kit.clock import machine_now
from tests.web.company import Company, Json, ok

INBOX = "/v1/sandbox/webhook-inbox"


@pytest.fixture
def hook(company: Company) -> Iterator[Json]:
    """Return a fresh webhook that leads to the sandbox's inbox, with its secret."""
    url = f"{company.http.base_url}".rstrip("/") + INBOX
    made = ok(company.staff("/v1/webhooks", "POST", {"url": url, "types": []}))
    yield made
    company.staff(f"/v1/webhooks/{made['webhook']['id']}", "DELETE")


def deliver(company: Company) -> int:
    platform = company.platform
    assert platform.webhooks is not None
    sender = Sender(platform.database, platform.vault, platform.webhooks)
    with ThreadPoolExecutor(2) as pool:
        return sum(iter(lambda: sender.deliver(pool), 0))


def path(hook: Json, verb: str) -> str:
    return f"/v1/webhooks/{hook['webhook']['id']}/{verb}"


def inbox(company: Company) -> list[Json]:
    return list(ok(company.staff(INBOX))["data"])


def post(company: Company, hook: Json, body: bytes, signature: str) -> Json:
    headers = {"Content-Type": "application/json", "Huoqi-Webhook": hook["webhook"]["id"]}
    if signature:
        headers["Huoqi-Signature"] = signature
    answer = company.http.post(INBOX, content=body, headers=headers)
    return {"status": answer.status_code, **answer.json()}


def signed(hook: Json, body: bytes, *, age_s: int = 0) -> str:
    return sign(body, secrets=[hook["secret"]], unix=int(machine_now().timestamp()) - age_s)


def test_what_customers_do_arrives_verified(company: Company, hook: Json) -> None:
    customer = company.register()

    assert deliver(company) > 0

    mine = [each for each in inbox(company) if each["webhook_id"] == hook["webhook"]["id"]]
    types = {each["type"] for each in mine}
    assert {kind.split(".")[0] for kind in types} >= {"customer", "developer"}
    assert {each["verdict"] for each in inbox(company)} == {"applied"}
    tries = ok(company.staff(path(hook, "deliveries")))["data"]
    assert {each["outcome"] for each in tries} == {"delivered"}
    assert customer.customer_id


def test_a_replay_is_seen_before_and_applied_once(company: Company, hook: Json) -> None:
    deliver(company)
    ids = [each["event_id"] for each in inbox(company)]
    (listed,) = [
        each
        for each in ok(company.staff("/v1/webhooks"))["data"]
        if each["id"] == hook["webhook"]["id"]
    ]

    replayed = ok(
        company.staff(path(hook, "replay"), "POST", {"from_seq": int(listed["read_upto"])})
    )
    deliver(company)

    assert replayed["events"] == 1
    again = [each for each in inbox(company) if each["verdict"] == "seen_before"]
    assert [each["event_id"] for each in again] == ids[:1]
    refused = company.staff(path(hook, "replay"), "POST", {"from_seq": 10**9})
    assert (refused.status_code, refused.json()["code"]) == (422, "webhook.seq_ahead")


def test_an_event_is_sent_again(company: Company, hook: Json) -> None:
    event = ok(company.staff("/v1/events/newest?limit=1"))["data"][0]

    assert ok(company.staff(f"/v1/events/{event['id']}/resend", "POST"))["receivers"] == 1
    deliver(company)

    newest = ok(company.staff(path(hook, "deliveries")))["data"]
    assert event["id"] in {each["event_id"] for each in newest}
    unknown = company.staff(f"/v1/events/{uuid4()}/resend", "POST")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "webhook.event_not_found")


def test_a_test_message_tells_at_once_what_came_of_it(company: Company, hook: Json) -> None:
    answer = ok(company.staff(path(hook, "test"), "POST"))

    assert (answer["delivery"]["status"], answer["delivery"]["outcome"]) == (200, "delivered")
    assert '"verdict":"applied"' in answer["said"]
    assert inbox(company)[0]["type"] == "webhook.test.sent"


def test_a_rotation_keeps_the_old_secret_for_a_day(company: Company, hook: Json) -> None:
    rotated = ok(company.staff(path(hook, "rotate"), "POST"))

    assert rotated["secret"] != hook["secret"]
    assert rotated["webhook"]["previous_secret_until"] is not None
    body = b'{"id":"r1","type":"x.y","seq":"1"}'
    assert post(company, hook, body, signed(hook, body))["verdict"] == "applied"
    assert post(company, hook, body, signed(rotated, body))["verdict"] == "seen_before"


def test_the_inbox_says_what_is_wrong(company: Company, hook: Json) -> None:
    body = b'{"id":"w1","type":"x.y","seq":"1"}'
    good, other = signed(hook, body), {**hook, "secret": "whsec_other"}

    assert post(company, hook, body, "")["code"] == "webhook.signature_missing"
    assert post(company, hook, body, "v1=abc")["code"] == "webhook.signature_malformed"
    old = post(company, hook, body, signed(hook, body, age_s=301))
    assert (old["status"], old["code"]) == (400, "webhook.signature_outside_window")
    assert old["facts"]["window_s"] == 300
    changed = post(company, hook, body.replace(b"w1", b"w2"), good)
    assert (changed["code"], changed["facts"]) == (
        "webhook.signature_differs",
        {"clue": "body_or_secret"},
    )
    spaced = post(company, hook, body.replace(b":", b": "), good)
    assert spaced["facts"] == {"clue": "body_reformatted"}
    assert post(company, other, body, signed(other, body))["code"] == "webhook.signature_differs"
    shown = inbox(company)[0]
    assert (shown["verdict"], shown["code"]) == ("refused", "webhook.signature_differs")
    assert shown["title"]
    assert shown["body"] == body.decode()


def test_a_message_for_an_unknown_webhook_is_not_believed(company: Company, hook: Json) -> None:
    stranger = {"webhook": {"id": str(uuid4())}, "secret": hook["secret"]}

    assert post(company, stranger, b"{}", signed(stranger, b"{}"))["code"] == "webhook.not_found"
    nameless = company.http.post(INBOX, json={}, headers={"Huoqi-Signature": "t=1"})
    assert nameless.json()["code"] == "webhook.not_found"


@pytest.mark.parametrize(
    "url", ["http://example.com/", "ftp://example.com/", "https://me@example.com/", "no address"]
)
def test_an_address_outside_of_the_rules_is_refused(company: Company, url: str) -> None:
    refused = company.staff("/v1/webhooks", "POST", {"url": url})

    assert (refused.status_code, refused.json()["code"]) == (422, "webhook.target_refused")


def test_a_type_that_is_none_is_refused(company: Company) -> None:
    refused = company.staff("/v1/webhooks", "POST", {"url": "https://a.cn", "types": ["A b"]})
    assert refused.status_code == 400


def test_webhooks_are_for_developers_and_operators(company: Company) -> None:
    for role, status in (("viewer", 403), ("developer", 200)):
        headers = {"Authorization": f"Bearer {company.key(role, label=f'w-{uuid4().hex[:6]}')}"}
        assert company.http.get("/v1/webhooks", headers=headers).status_code == status


def test_slow_receivers_do_not_take_every_thread(company: Company, hook: Json) -> None:
    with ThreadPoolExecutor(12) as pool, socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        made = ok(company.staff("/v1/webhooks", "POST", {"url": url}))["webhook"]["id"]
        ask = partial(company.staff, f"/v1/webhooks/{made}/test", "POST")
        answers = [each.result() for each in [pool.submit(ask) for _ in range(12)]]
        company.staff(f"/v1/webhooks/{made}", "DELETE")

    waited = [each for each in answers if each.status_code == 200]
    refused = [each for each in answers if each.status_code == 429]
    assert (len(waited), len(refused)) == (2, 10)
    assert {each.json()["code"] for each in refused} == {"rate.limited"}
    ok(company.staff(path(hook, "test"), "POST"))


def test_a_removed_webhook_is_gone(company: Company) -> None:
    made = ok(company.staff("/v1/webhooks", "POST", {"url": "https://example.com/in"}))
    where = f"/v1/webhooks/{made['webhook']['id']}"

    ok(company.staff(where, "DELETE"))

    for again in (
        company.staff(where, "DELETE"),
        company.staff(f"{where}/rotate", "POST"),
        company.staff(f"{where}/test", "POST"),
        company.staff(f"{where}/deliveries"),
    ):
        assert (again.status_code, again.json()["code"]) == (404, "webhook.not_found")


def test_the_newest_events_come_first_and_can_be_narrowed(company: Company) -> None:
    customer = company.register()
    newest = ok(company.staff("/v1/events/newest?limit=2"))

    first, second = newest["data"]
    assert int(first["seq"]) == int(second["seq"]) + 1
    following = ok(company.staff(f"/v1/events/newest?limit=1&cursor={newest['next_cursor']}"))
    assert int(following["data"][0]["seq"]) == int(second["seq"]) - 1
    kinds = ok(company.staff("/v1/events/newest?type=customer"))["data"]
    assert {each["type"].split(".")[0] for each in kinds} == {"customer"}
    about = ok(company.staff(f"/v1/events/newest?object={first['object_id']}"))["data"]
    assert {each["object_id"] for each in about} == {first["object_id"]}
    assert customer.session
