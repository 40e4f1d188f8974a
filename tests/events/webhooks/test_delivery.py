"""Webhooks from the log to a real receiver on loopback: signed, in order, at least once."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from huoqi.events.operations import EventDraft, emit_all
from huoqi.events.queries import events_after
from huoqi.events.rules.targets import TargetRefused
from huoqi.events.webhooks.delivery import Sender
from huoqi.events.webhooks.http_line import HttpLine
from huoqi.events.webhooks.operations import (
    ENDPOINTS_MAX,
    EndpointRequest,
    EventNotFound,
    NobodyListens,
    SeqAhead,
    Told,
    WebhooksFull,
    add_webhook,
    remove_webhook,
    replay_webhook,
    resend_event,
    rotate_secret,
)
from huoqi.events.webhooks.queries import Try, WebhookNotFound, endpoint_of, endpoints_of, tries_of
from huoqi.kit.clock import ManualClock, machine_now
from huoqi.kit.db import Database
from huoqi.vault.operations import Vault
from tests.events.webhooks.receiver import Receiver, receiving

SIMULATED = datetime(2015, 5, 11, 1, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@dataclass
class House:
    """A log, a sender with a clock to move, and what it knows of receivers."""

    database: Database
    vault: Vault
    pool: ThreadPoolExecutor
    ahead: timedelta = timedelta(0)
    line: HttpLine = field(default_factory=lambda: HttpLine(in_sandbox=True))

    @property
    def now(self) -> datetime:
        """Return real time, moved on by the test."""
        return machine_now() + self.ahead

    def add(self, receiver: Receiver, *types: str) -> UUID:
        """Return a new endpoint that leads to a receiver."""
        with self.database.work() as work:
            told = add_webhook(
                work,
                EndpointRequest(receiver.url, types),
                box=self.vault,
                line=self.line,
                now=self.now,
            )
        assert isinstance(told, Told)
        receiver.secrets.append(told.secret)
        return told.endpoint.endpoint_id

    def tell(self, *objects: str, type_: str = "fund.purchase.placed") -> None:
        """Add events to the log."""
        with self.database.work() as work:
            emit_all(
                work, [EventDraft(type_, each, 107, {"amount_fen": 10_000}) for each in objects]
            )

    def deliver(self, rounds: int = 1) -> int:
        """Return how many messages were tried in some rounds."""
        sender = Sender(self.database, self.vault, self.line, now=lambda: self.now)
        return sum(sender.deliver(self.pool) for _ in range(rounds))

    def tries(self, endpoint: UUID) -> list[Try]:
        """Return the last tries, oldest first."""
        with self.database.work() as work:
            return tries_of(work, endpoint)[::-1]

    def waiting(self, endpoint: UUID) -> int:
        """Return how many messages wait."""
        with self.database.work() as work:
            return endpoint_of(work, endpoint).waiting


@pytest.fixture
def house(dsn: str) -> Iterator[House]:
    database = Database(dsn, clock=ManualClock(SIMULATED), size=6)
    with ThreadPoolExecutor(2) as pool:
        yield House(database, Vault(b"k" * 32, shards=4), pool)
    database.close()


@pytest.fixture
def receiver(house: House) -> Iterator[Receiver]:
    with receiving() as made:
        made.now = lambda: house.now.timestamp()
        yield made


def test_simulated_events_arrive_with_valid_signatures(house: House, receiver: Receiver) -> None:
    house.tell("before")
    endpoint = house.add(receiver)
    house.tell("a", "b")

    assert house.deliver() == 3  # that the webhook was added is told too

    first = receiver.got[1]
    assert receiver.seqs == [2, 3, 4]
    assert receiver.refused == []
    assert (first["type"], first["object_id"]) == ("fund.purchase.placed", "a")
    assert first["business_time"] == "2015-05-11T09:00:00+08:00"
    assert first["data"] == {"amount_fen": "10000"}
    assert "customer_no" not in first
    assert receiver.headers[1]["Huoqi-Webhook"] == str(endpoint)
    assert house.deliver() == 0
    assert [each.outcome for each in house.tries(endpoint)] == ["delivered"] * 3


def test_what_is_sent_is_what_the_log_has(house: House, receiver: Receiver) -> None:
    house.add(receiver)
    house.tell("a")
    house.deliver()

    with house.database.work() as work:
        events = events_after(work, seq=0)
    assert [event["id"] for event in receiver.got] == [str(event.id) for event in events]


def test_a_receiver_gets_the_types_that_it_takes(house: House, receiver: Receiver) -> None:
    house.add(receiver, "fund.redemption", "close.day.closed")
    house.tell("a")
    house.tell("b", type_="fund.redemption.placed")
    house.tell("c", type_="close.day.closed")

    house.deliver()

    assert [event["object_id"] for event in receiver.got] == ["b", "c"]


def test_a_message_that_is_refused_is_tried_again_and_its_object_waits(
    house: House, receiver: Receiver
) -> None:
    endpoint = house.add(receiver, "fund")
    house.tell("a", "b", "a")
    receiver.answers = [400]

    house.deliver(rounds=2)
    assert receiver.seqs == [2, 3]  # the second event of a does not overtake its first
    assert house.waiting(endpoint) == 2

    house.ahead += timedelta(seconds=6)
    house.deliver(rounds=2)

    assert receiver.seqs[:2] == [2, 3]
    assert house.waiting(endpoint) == 0
    tried = [(each.seq, each.attempt, each.status, each.outcome) for each in house.tries(endpoint)]
    assert tried[0] == (2, 1, 400, "retrying")
    assert [each.seq for each in house.tries(endpoint)] == [2, 3, 2, 4]


def test_a_receiver_that_is_away_is_asked_with_one_message_at_a_time(
    house: House, receiver: Receiver
) -> None:
    endpoint = house.add(receiver, "fund")
    house.tell(*[f"o{number}" for number in range(20)])
    receiver.answers = [503, 500]

    assert house.deliver(rounds=3) == 1
    house.ahead += timedelta(seconds=1.5)
    assert house.deliver(rounds=3) == 1
    house.ahead += timedelta(seconds=2.5)
    assert house.deliver() == 1  # it is back
    house.ahead += timedelta(seconds=10)
    house.deliver(rounds=3)

    assert house.waiting(endpoint) == 0
    assert sorted(set(receiver.seqs)) == list(range(2, 22))


def test_a_message_is_given_up_after_the_last_try_and_the_next_one_goes(
    house: House, receiver: Receiver
) -> None:
    endpoint = house.add(receiver, "fund")
    house.tell("a", "a")
    receiver.answers = [404] * 11

    for _ in range(11):
        house.deliver()
        house.ahead += DAY

    tries = [each for each in house.tries(endpoint) if each.seq == 2]
    assert [each.attempt for each in tries] == list(range(1, 12))
    assert tries[-1].outcome == "given_up"
    house.deliver()
    assert receiver.seqs[-1] == 3
    assert house.waiting(endpoint) == 0


def test_a_replay_brings_the_same_ids_and_bytes_and_is_applied_once(
    house: House, receiver: Receiver
) -> None:
    endpoint = house.add(receiver)
    house.tell("a", "b", "c")
    house.deliver()
    before, bodies = list(receiver.got), list(receiver.bodies)

    with house.database.work() as work:
        assert replay_webhook(work, endpoint, from_seq=2) == 3
    house.deliver(rounds=2)

    again = receiver.got[len(before) :]
    assert [event["id"] for event in again[:3]] == [event["id"] for event in before[1:4]]
    assert receiver.bodies[len(before) :][:3] == bodies[1:4]
    assert set(receiver.applied.values()) == {1}
    assert [each.why for each in house.tries(endpoint)] == ["event"] * 4 + ["replay"] * 3 + [
        "event"
    ]


def test_a_replay_from_ahead_of_the_log_is_refused(house: House, receiver: Receiver) -> None:
    endpoint = house.add(receiver)
    with house.database.work() as work:
        refusals = (
            replay_webhook(work, endpoint, from_seq=99),
            replay_webhook(work, uuid4(), from_seq=1),
        )
    assert refusals == (SeqAhead(last_seq=1), WebhookNotFound())


def test_an_event_is_sent_again_on_request(house: House, receiver: Receiver) -> None:
    endpoint = house.add(receiver, "fund")
    house.tell("a")
    house.tell("b", type_="close.day.closed")
    house.deliver()
    with house.database.work() as work:
        first, second = events_after(work, seq=1)
        again = resend_event(work, first.id, to=None, now=house.now)
        refusals = (
            resend_event(work, second.id, to=None, now=house.now),
            resend_event(work, uuid4(), to=None, now=house.now),
            resend_event(work, first.id, to=uuid4(), now=house.now),
        )
        forced = resend_event(work, second.id, to=endpoint, now=house.now)
    house.deliver()

    assert (again, forced) == (1, 1)
    assert refusals == (NobodyListens(type="close.day.closed"), EventNotFound(), WebhookNotFound())
    assert [each.why for each in house.tries(endpoint)] == ["event", "resend", "resend"]
    assert receiver.applied == {str(first.id): 1, str(second.id): 1}


def test_during_a_rotation_both_secrets_open(house: House, receiver: Receiver) -> None:
    endpoint = house.add(receiver)
    (old,) = receiver.secrets
    with house.database.work() as work:
        told = rotate_secret(work, endpoint, box=house.vault, now=house.now)
    assert isinstance(told, Told)
    assert told.secret != old
    for secrets in ([old], [told.secret]):
        receiver.secrets[:] = secrets
        house.tell("a")
        house.deliver()
    assert receiver.refused == []
    assert receiver.headers[-1]["Huoqi-Signature"].count("v1=") == 2

    with house.database.work() as work:
        assert isinstance(
            rotate_secret(work, uuid4(), box=house.vault, now=house.now), WebhookNotFound
        )
    receiver.secrets[:] = [old]
    house.ahead += DAY
    house.tell("b")
    house.deliver()
    assert receiver.refused == ["webhook.signature_differs"]


def test_a_test_message_arrives_at_once(house: House, receiver: Receiver) -> None:
    endpoint = house.add(receiver)
    sender = Sender(house.database, house.vault, house.line)

    tried, said = sender.test(endpoint, event_id=uuid4())

    assert (tried.status, tried.outcome, tried.why, tried.seq) == (200, "delivered", "test", None)
    assert said == "taken"
    assert receiver.got[0]["type"] == "webhook.test.sent"
    with pytest.raises(WebhookNotFound):
        sender.test(uuid4(), event_id=uuid4())


def test_a_hundred_tries_are_kept(house: House, receiver: Receiver) -> None:
    endpoint = house.add(receiver, "fund")
    house.tell(*[f"o{number}" for number in range(130)])

    house.deliver(rounds=4)

    tries = house.tries(endpoint)
    assert (len(tries), tries[0].number, tries[-1].number) == (100, 31, 130)


def test_a_removed_webhook_is_told_nothing(house: House, receiver: Receiver) -> None:
    endpoint = house.add(receiver)
    with house.database.work() as work:
        assert remove_webhook(work, endpoint, now=house.now) is None
        assert isinstance(remove_webhook(work, endpoint, now=house.now), WebhookNotFound)
        assert endpoints_of(work) == []
    house.tell("a")

    assert house.deliver() == 0
    with house.database.work() as work, pytest.raises(WebhookNotFound):
        tries_of(work, endpoint)


def test_there_are_twenty_webhooks_at_most(house: House, receiver: Receiver) -> None:
    for _ in range(ENDPOINTS_MAX):
        house.add(receiver)
    with house.database.work() as work:
        refused = add_webhook(
            work, EndpointRequest(receiver.url), box=house.vault, line=house.line, now=house.now
        )
    assert refused == WebhooksFull(most=20)


def test_an_address_that_leads_elsewhere_is_not_added(house: House) -> None:
    with house.database.work() as work, pytest.raises(TargetRefused):
        add_webhook(
            work,
            EndpointRequest("http://example.com/"),
            box=house.vault,
            line=house.line,
            now=house.now,
        )


def test_redirects_are_not_followed(house: House, receiver: Receiver) -> None:
    endpoint = house.add(receiver, "fund")
    house.tell("a")
    receiver.answers = [302]

    house.deliver()

    (tried,) = house.tries(endpoint)
    assert (tried.status, tried.problem, tried.outcome) == (302, "redirect", "retrying")
    assert len(receiver.got) == 1


def test_nobody_at_the_address_is_told_as_such(house: House) -> None:
    reply = house.line.post("http://localhost:9/", headers={}, body=b"{}")
    assert (reply.status, reply.problem) == (None, "connection")


def test_a_server_that_drips_is_cut_off(receiver: Receiver) -> None:
    receiver.drip_s = 0.05

    reply = HttpLine(in_sandbox=True, timeout_s=0.3).post(
        receiver.url, headers={}, body=json.dumps({"seq": "1", "id": "x"}).encode()
    )

    assert (reply.status, reply.problem) == (None, "timeout")
    assert reply.duration_ms < 2_000


def test_outside_a_sandbox_no_name_leads_to_this_machine() -> None:
    line = HttpLine(in_sandbox=False)

    assert line.post("https://127.0.0.1:1/", headers={}, body=b"").problem == "this_machine"
    assert line.post("https://10.0.0.1/", headers={}, body=b"").problem == "private_address"


def test_no_secret_lies_open_in_the_database(house: House, receiver: Receiver) -> None:
    house.add(receiver)
    with house.database.connection() as conn:
        row = conn.execute("SELECT webhook_endpoint::text FROM webhook_endpoint").fetchone()
    assert row is not None
    assert receiver.secrets[0][6:].encode().hex() not in row[0]
