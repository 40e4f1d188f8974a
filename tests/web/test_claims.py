"""A key is claimed once, whoever asks, however often, whatever happens in between."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import httpx
import msgspec
import pytest

from huoqi.kit.db import Work
from huoqi.web.app import create_app
from huoqi.web.edge import Visit
from huoqi.web.money_posts import Done, Item, MoneyPost
from huoqi.web.settings import WebSettings
from tests.web.company import Company, Customer, ok, served


@pytest.fixture(scope="module")
def second(company: Company) -> Iterator[httpx.Client]:
    """Return a second server over the same database, as another process would be."""
    with (
        served(create_app(company.platform, WebSettings())) as address,
        httpx.Client(base_url=address, timeout=30) as http,
    ):
        yield http


def test_two_servers_make_one_order_of_one_key(company: Company, second: httpx.Client) -> None:
    here = company.ready_customer()
    there = replace(here, http=second)

    def send(number: int) -> tuple[int, str]:
        sender: Customer = here if number % 2 else there
        answer = sender.buy(10_000, key="one")
        return answer.status_code, answer.json().get("order", {}).get("id", "")

    with ThreadPoolExecutor(16) as crowd:
        answers = list(crowd.map(send, range(64)))

    statuses = Counter(status for status, _ in answers)
    assert set(statuses) <= {201, 409}
    assert len({order for _, order in answers if order}) == 1
    assert len(ok(here.get("/v1/orders"))["data"]) == 1


def test_a_wait_that_was_cut_off_is_completed_by_the_retry(company: Company) -> None:
    buyer = company.ready_customer()
    first = ok(buyer.buy(10_000, key="cut"))["order"]["id"]
    with company.platform.database.work(while_advancing=True) as work:
        # As if the server had died while the first caller was waiting for the bank.
        changed = work.run(
            "UPDATE idempotency SET status = NULL, body = NULL,"
            " wait_until = now() - interval '1 second' WHERE object_id = %s",
            (first,),
        )
    assert changed == 1
    company.pump()

    retried = buyer.buy(10_000, key="cut")
    again = buyer.buy(10_000, key="cut")

    assert (retried.status_code, retried.json()["order"]["state"]) == (201, "paid")
    assert retried.json()["order"]["id"] == first
    assert retried.headers["idempotent-replay"] == "true"
    assert again.content == retried.content


def test_a_wait_elsewhere_is_in_progress(company: Company) -> None:
    buyer = company.ready_customer()
    first = ok(buyer.buy(10_000, key="held"))["order"]["id"]
    with company.platform.database.work(while_advancing=True) as work:
        work.run(
            "UPDATE idempotency SET status = NULL, body = NULL,"
            " wait_until = now() + interval '1 hour' WHERE object_id = %s",
            (first,),
        )

    held = buyer.buy(10_000, key="held")
    other = buyer.buy(10_001, key="held")

    assert (held.status_code, held.json()["code"]) == (409, "idempotency.in_progress")
    assert held.headers["retry-after"] == "1"
    assert other.json()["code"] == "idempotency.mismatch"
    assert first not in other.text


def test_money_stands_still_while_the_clock_moves(company: Company) -> None:
    buyer = company.ready_customer()
    with company.platform.database.work(while_advancing=True) as work:
        work.run("UPDATE business_clock SET state = 'advancing'")

    refused = buyer.buy(10_000, key="later")
    listed = buyer.get("/v1/orders")
    with company.platform.database.work(while_advancing=True) as work:
        work.run("UPDATE business_clock SET state = 'ready'")

    assert (refused.status_code, refused.json()["code"]) == (409, "clock.advancing")
    assert refused.headers["retry-after"] == "1"
    assert listed.status_code == 200
    assert buyer.buy(10_000, key="later").status_code == 201


def test_waiting_for_the_bank_answers_with_its_outcome(company: Company) -> None:
    buyer = company.ready_customer()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(buyer.buy, 10_000, key="wait", prefer="wait=10")
        while not waiting.done():
            company.pump()
    paid = waiting.result()

    assert (paid.status_code, paid.json()["order"]["state"]) == (201, "paid")
    assert buyer.buy(10_000, key="wait").content == paid.content


def test_routes_without_a_bank_to_wait_for_answer_at_once(company: Company) -> None:
    holder = company.ready_customer()

    answer = holder.post("/v1/me/closing", {}, key="k", prefer="wait=5")

    assert (answer.status_code, answer.json()["state"]) == (201, "closed")


def test_a_wait_that_ends_early_says_that_the_order_is_on_its_way(company: Company) -> None:
    buyer = company.ready_customer()

    answer = buyer.buy(10_000, key="short", prefer="wait=1")

    assert (answer.status_code, answer.json()["order"]["state"]) == (202, "placed")


class _Number(msgspec.Struct, frozen=True):
    number: int


class _Brittle(MoneyPost[_Number]):
    """Breaks on 13, as an operation with a mistake in it would."""

    route = "/v1/brittle"

    def decoder(self) -> "msgspec.json.Decoder[_Number]":
        return msgspec.json.Decoder(_Number)

    def check(self, body: _Number) -> None:
        pass

    def perform(self, work: Work, items: Sequence[Item[_Number]]) -> Sequence[Done]:  # noqa: ARG002
        assert all(item.body.number != 13 for item in items)
        return [Done(item.object_id, b"%d" % item.body.number) for item in items]


def test_a_request_that_breaks_an_operation_breaks_no_other(company: Company) -> None:
    customer = company.ready_customer()

    async def ask(post: _Brittle, number: int) -> bytes:
        headers = {
            b"huoqi-session": customer.session.encode(),
            b"huoqi-step-up": customer.grant.encode(),
            b"idempotency-key": b"k%d" % number,
        }
        try:
            _, _, body = await post.answer(
                Visit("req_1", headers, post.route), b'{"number":%d}' % number
            )
        except AssertionError:  # its own; the edge makes a fault of it
            return b"fault"
        return body

    async def all_at_once() -> list[bytes]:
        post = _Brittle(company.platform.database, workers=1, done=lambda: None)
        answers = await asyncio.gather(*(ask(post, number) for number in range(10, 20)))
        await post.close()
        return answers

    answers = asyncio.run(all_at_once())

    assert answers == [b"10", b"11", b"12", b"fault", *(b"%d" % n for n in range(14, 20))]


def test_what_became_of_a_payment_leads_back_to_its_request(company: Company) -> None:
    buyer = company.ready_customer(last_four="0009")
    placed = buyer.buy(3_000, key="trace-me")
    company.pump()

    told = ok(buyer.get("/v1/me/events?limit=500"))["data"]

    lost = next(event for event in told if event["type"] == "payment.order.unanswered")
    assert lost["data"]["intent_id"] == placed.json()["order"]["id"]
    assert lost["request_id"] == placed.headers["huoqi-request-id"]
    assert lost["idempotency_key"] == "trace-me"
