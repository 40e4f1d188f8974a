"""``huoqi events``: the log in order, sent again and replayed by command."""

import json
from collections.abc import Iterator
from types import SimpleNamespace
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result

from huoqi.cli.event_commands import events_group
from huoqi.events.operations import EventDraft, emit_all
from huoqi.events.webhooks.http_line import HttpLine
from huoqi.events.webhooks.operations import EndpointRequest, Told, add_webhook
from huoqi.kit.clock import machine_now
from huoqi.kit.db import Database
from huoqi.vault.operations import Vault


@pytest.fixture
def database(dsn: str) -> Iterator[Database]:
    opened = Database(dsn)
    with opened.work() as work:
        emit_all(work, [EventDraft("fund.purchase.placed", name) for name in ("a", "b", "c")])
    yield opened
    opened.close()


def run(database: Database, *arguments: str) -> Result:
    """Run a command on a database."""
    return CliRunner().invoke(events_group, arguments, obj=SimpleNamespace(database=database))


def webhook(database: Database) -> str:
    """Return the id of a fresh webhook."""
    with database.work() as work:
        told = add_webhook(
            work,
            EndpointRequest("https://example.com/in"),
            box=Vault(b"k" * 32, shards=2),
            line=HttpLine(in_sandbox=False),
            now=machine_now(),
        )
    assert isinstance(told, Told)
    return str(told.endpoint.endpoint_id)


def test_the_log_is_told_in_order_from_a_number_on(database: Database) -> None:
    lines = run(database, "tail", "--from", "2", "--json").stdout.splitlines()

    told = [json.loads(line) for line in lines]
    assert [(each["seq"], each["object_id"]) for each in told] == [("2", "b"), ("3", "c")]
    assert "fund.purchase.placed" in run(database, "tail").stdout
    assert run(database, "tail", "--type", "close.day.closed").stdout == ""


def test_a_webhook_is_replayed_and_an_event_sent_again(database: Database) -> None:
    hook = webhook(database)
    first = json.loads(run(database, "tail", "--from", "1", "--json").stdout.splitlines()[0])

    replayed = json.loads(run(database, "replay", hook, "--from", "2", "--json").stdout)
    resent = json.loads(run(database, "resend", first["id"], "--json").stdout)

    assert replayed["events"] == 3  # two purchases, and that the webhook was added
    assert resent["receivers"] == 1
    (listed,) = json.loads(run(database, "webhooks", "--json").stdout)["webhooks"]
    assert (listed["id"], listed["waiting"]) == (hook, 1)


def test_what_is_not_there_is_refused_with_its_code(database: Database) -> None:
    unknown = run(database, "replay", str(uuid4()), "--from", "1", "--json")
    assert json.loads(unknown.stdout)["code"] == "webhook.not_found"
    nothing = run(database, "resend", str(uuid4()), "--json")
    assert json.loads(nothing.stdout)["code"] == "webhook.event_not_found"
    assert nothing.exit_code != 0
