"""``huoqi listen``: signed, in order, once acknowledged never again, and only on this machine."""

import json
import re
import stat
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result

from huoqi.cli.listen import Place, Places, listen_command
from huoqi.events.operations import EventDraft, emit_all
from huoqi.events.webhooks.http_line import HttpLine
from huoqi.kit.db import Database
from tests.events.webhooks.receiver import Receiver, receiving

WEBHOOK = "0191e9c2-7a0a-7c1e-8f43-3d2b1a0c9e88"


@pytest.fixture
def database(dsn: str) -> Iterator[Database]:
    opened = Database(dsn)
    yield opened
    opened.close()


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    """Return a receiver that was forwarded to before, and knows its secret."""
    with receiving() as listening:
        Places(tmp_path).keep(listening.url, Place(WEBHOOK, "whsec_1"))
        listening.secrets = ["whsec_1"]
        yield listening


def happen(database: Database, *objects: str, kind: str = "fund.purchase.placed") -> None:
    """Let things happen to objects."""
    with database.work() as work:
        emit_all(work, [EventDraft(kind, name) for name in objects])


def listen(database: Database, data: Path, *arguments: str, mode: str = "sandbox") -> Result:
    """Run the command until what was asked for has arrived."""
    platform = SimpleNamespace(mode=mode, webhooks=HttpLine(in_sandbox=mode == "sandbox"))
    session = SimpleNamespace(database=database, platform=platform, data=data)
    return CliRunner().invoke(listen_command, ["--forward-to", *arguments], obj=session)


def await_kept(data: Path, url: str, *, seq: int) -> Place:
    """Return where an address stands once that is after a number."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        place = Places(data).of(url)
        if place is not None and place.seq == seq:
            return place
    raise AssertionError(f"{url} does not stand at {seq}")


def test_events_arrive_signed_in_order_and_each_line_tells_the_answer(
    database: Database, receiver: Receiver, tmp_path: Path
) -> None:
    happen(database, "a", "b", "c")

    told = listen(database, tmp_path, receiver.url, "--count", "3")

    assert (receiver.seqs, receiver.refused) == ([1, 2, 3], [])
    assert receiver.headers[0]["Huoqi-Webhook"] == WEBHOOK
    lines = told.stdout.splitlines()
    assert [re.findall(r"#\d+", line) for line in lines] == [["#1"], ["#2"], ["#3"]]
    assert all("  200 " in line and "fund.purchase.placed" in line for line in lines)
    assert "whsec_1" in told.stderr
    assert told.exit_code == 0


def test_what_was_taken_is_not_sent_again_and_what_was_not_is(
    database: Database, receiver: Receiver, tmp_path: Path
) -> None:
    happen(database, "a", "b", "c", "d")
    listen(database, tmp_path, receiver.url, "--count", "2")

    listen(database, tmp_path, receiver.url, "--count", "2")

    assert receiver.seqs == [1, 2, 3, 4]


def test_an_event_that_is_refused_holds_the_next_ones_up_until_it_is_taken(
    database: Database, receiver: Receiver, tmp_path: Path
) -> None:
    happen(database, "a", "b")
    receiver.answers = [500, 200, 200]

    told = listen(database, tmp_path, receiver.url, "--count", "2", "--json")

    tries = [json.loads(line) for line in told.stdout.splitlines()]
    assert [(each["seq"], each["attempt"], each["status"]) for each in tries] == [
        ("1", 1, 500),
        ("1", 2, 200),
        ("2", 1, 200),
    ]
    assert [each["again_in_s"] for each in tries] == [1, None, None]
    assert receiver.bodies[0] == receiver.bodies[1]


def test_it_can_begin_anywhere_and_take_some_types_alone(
    database: Database, receiver: Receiver, tmp_path: Path
) -> None:
    happen(database, "before")
    happen(database, "wanted")
    happen(database, "unwanted", kind="fund.purchase.paid")
    happen(database, "also")
    some = ("--from", "2", "--type", "fund.purchase.placed")

    listen(database, tmp_path, receiver.url, *some, "--count", "2")

    assert [event["object_id"] for event in receiver.got] == ["wanted", "also"]


def test_the_first_time_it_begins_with_what_happens_from_now_on(
    database: Database, tmp_path: Path
) -> None:
    happen(database, "before", "it")
    with receiving() as stranger, ThreadPoolExecutor(1) as pool:
        run = pool.submit(listen, database, tmp_path, stranger.url, "--count", "1")
        stranger.secrets = [await_kept(tmp_path, stranger.url, seq=2).secret]
        happen(database, "now")
        told = run.result(timeout=20)

        assert [event["object_id"] for event in stranger.got] == ["now"]
    assert stranger.secrets[0] in told.stderr
    assert stat.S_IMODE((tmp_path / "listen.json").stat().st_mode) == 0o600


def test_in_another_log_it_goes_on_at_the_end(
    database: Database, receiver: Receiver, tmp_path: Path
) -> None:
    happen(database, "a", "b", "c")
    before = Place(WEBHOOK, "whsec_1", seq=2, event_id="an event that a rewind took back")
    Places(tmp_path).keep(receiver.url, before)
    with ThreadPoolExecutor(1) as pool:
        run = pool.submit(listen, database, tmp_path, receiver.url, "--count", "1")
        await_kept(tmp_path, receiver.url, seq=3)
        happen(database, "now")
        told = run.result(timeout=20)

    assert [event["object_id"] for event in receiver.got] == ["now"]
    assert "the log is another one now" in told.stderr


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://example.com/hooks", "not_this_machine"),
        ("http://192.168.1.20/hooks", "not_https"),
        ("ftp://localhost/hooks", "malformed"),
    ],
)
def test_only_this_machine_is_told(
    database: Database, tmp_path: Path, url: str, reason: str
) -> None:
    told = listen(database, tmp_path, url, "--json")

    assert told.exit_code == 1
    assert (json.loads(told.stdout)["code"], json.loads(told.stdout)["reason"]) == (
        "webhook.target_refused",
        reason,
    )
    assert not (tmp_path / "listen.json").exists()


def test_a_live_platform_is_not_listened_to(database: Database, tmp_path: Path) -> None:
    told = listen(database, tmp_path, "http://localhost:1/", mode="live")

    assert "sandbox.only" in told.stderr
    assert told.exit_code == 1


def test_the_help_teaches_how_to_check_a_message() -> None:
    told = CliRunner().invoke(listen_command, ["--help"]).stdout

    assert "--forward-to http://localhost:9000/hooks" in told
    assert "verify(body, header=" in told
