"""Pushed updates: what changed is told once, in order, to whom it concerns, and can be resumed."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from huoqi.close.operations import run_due
from huoqi.fund.products import HUOQIBAO
from huoqi.fund.shelf import set_advance_line
from huoqi.web.app import create_app
from huoqi.web.settings import WebSettings
from tests.web.company import Company, ok, served

PATIENCE_S = 20.0


@dataclass
class Heard:
    """One message of a stream."""

    name: str
    id: str
    data: Any  # a JSON document


class Ear:
    """Reads a stream message by message."""

    def __init__(self, answer: httpx.Response) -> None:
        self._lines = answer.iter_lines()

    def next(self) -> Heard:
        """Return the next message, comments left out."""
        fields: dict[str, str] = {}
        for line in self._lines:
            if not line and "data" in fields:
                data = json.loads(fields["data"])
                return Heard(fields.get("event", ""), fields.get("id", ""), data)
            name, _, value = line.partition(":")
            if name:
                fields[name] = value.strip()
        raise EOFError

    def until(self, name: str) -> Heard:
        """Return the next message of a name."""
        while (heard := self.next()).name != name:
            pass
        return heard

    def type_(self, wanted: str) -> Heard:
        """Return the next message about events of a type."""
        while (heard := self.until("")).data["type"] != wanted:
            pass
        return heard


@contextmanager
def listening(http: httpx.Client, path: str, headers: dict[str, str]) -> Iterator[Ear]:
    with http.stream("GET", path, headers=headers, timeout=PATIENCE_S) as answer:
        assert answer.status_code == 200, answer.read()
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        yield Ear(answer)


def bearer(company: Company) -> dict[str, str]:
    return {"Authorization": f"Bearer {company.operator}"}


def test_a_customer_hears_what_changes_of_their_own_and_nothing_else(company: Company) -> None:
    listener, other = company.ready_customer(), company.ready_customer()
    with listening(company.http, "/v1/me/changes", listener.headers) as ear:
        opened = ear.next()
        ok(other.buy(10_000))
        order = ok(listener.buy(20_000))["order"]
        placed = ear.type_("fund.purchase.placed")

    assert opened.name == "open"
    assert placed.data["object_id"] == order["id"]
    assert set(placed.data) == {"seq", "type", "object_id"}
    assert int(placed.id) > int(opened.id)


def test_everybody_hears_at_once_that_the_line_behind_fast_redemptions_changed(
    company: Company,
) -> None:
    listener = company.ready_customer()
    with listening(company.http, "/v1/me/changes", listener.headers) as ear:
        ear.until("open")
        with company.platform.database.work() as work:
            set_advance_line(work, fund=HUOQIBAO.fund, limit_fen=400_000_000)
        told = ear.type_("fund.advance_line_set")

    assert told.data["object_id"] == HUOQIBAO.fund
    assert set(told.data) == {"seq", "type", "object_id"}


def test_a_stream_goes_on_after_the_last_message_that_was_read(company: Company) -> None:
    listener = company.ready_customer()
    with listening(company.http, "/v1/me/changes", listener.headers) as ear:
        left_off = ear.next().id
    first, second = (ok(listener.buy(amount))["order"]["id"] for amount in (10_000, 20_000))
    resumed = {**listener.headers, "Last-Event-ID": left_off}

    with listening(company.http, "/v1/me/changes", resumed) as ear:
        heard = [ear.type_("fund.purchase.placed") for _ in range(2)]
        ear.until("open")

    assert [each.data["object_id"] for each in heard] == [first, second]
    again = {**listener.headers, "Last-Event-ID": heard[0].id}
    with listening(company.http, "/v1/me/changes", again) as ear:
        assert ear.type_("fund.purchase.placed").data["object_id"] == second


def test_a_number_that_the_log_has_not_reached_loads_everything_anew(company: Company) -> None:
    listener = company.ready_customer()
    ahead = {**listener.headers, "Last-Event-ID": "999999999"}

    with listening(company.http, "/v1/me/changes", ahead) as ear:
        assert ear.next().name == "reset"


def test_staff_hear_all_events_the_close_and_what_waits_for_approval(company: Company) -> None:
    buyer = company.ready_customer()
    run_due(company.platform)
    with listening(company.http, "/v1/staff/changes", bearer(company)) as ear:
        progress, waiting = ear.until("close.progress"), ear.until("approvals.count")
        ok(buyer.buy(30_000))
        placed = ear.type_("fund.purchase.placed")

    assert progress.data["state"] == "waiting"
    assert {"step", "state", "done_count", "total_count", "left_ms"} == set(
        progress.data["steps"][0]
    )
    assert waiting.data == {"pending": 0}
    assert set(placed.data) == {"seq", "type", "object_id"}


def test_the_bar_hears_where_the_clock_stands(company: Company) -> None:
    with listening(company.http, "/v1/sandbox/clock/changes", bearer(company)) as ear:
        before = ear.until("clock").data
        ok(company.staff("/v1/sandbox/clock/next-event", "POST", {}))
        while (after := ear.until("clock").data)["business_time"] == before["business_time"]:
            pass

    assert after["business_time"] > before["business_time"]
    assert set(after) == {"state", "target", "stopped_by", "next", "business_time"}


def test_strangers_hear_nothing(company: Company) -> None:
    for path, code in (
        ("/v1/me/changes", "auth.session_missing"),
        ("/v1/staff/changes", "auth.key_missing"),
        ("/v1/sandbox/clock/changes", "auth.key_missing"),
    ):
        refused = company.http.get(path)
        assert (refused.status_code, refused.json()["code"]) == (401, code)


def test_the_end_of_a_session_ends_its_stream(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huoqi.web.live.CHECK_EVERY", 1)
    listener = company.register()
    session = ok(listener.get("/v1/sessions"))["data"][0]["session_id"]
    with listening(company.http, "/v1/me/changes", listener.headers) as ear:
        ear.next()
        ended = company.http.delete(f"/v1/sessions/{session}", headers=listener.headers)
        ok(ended)
        with pytest.raises(EOFError):
            ear.until("never")


def test_one_customer_has_a_few_streams_at_most(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huoqi.web.live.STREAMS_OF_ONE", 1)
    listener = company.register()
    with listening(company.http, "/v1/me/changes", listener.headers) as ear:
        ear.next()
        refused = company.http.get("/v1/me/changes", headers=listener.headers)

    assert (refused.status_code, refused.json()["code"]) == (429, "rate.limited")
    assert refused.headers["retry-after"] == "30"


def test_a_server_that_stops_does_not_wait_for_its_streams(company: Company) -> None:
    listener = company.register()
    server = served(create_app(company.platform, WebSettings()))
    address = server.__enter__()
    with (
        httpx.Client(base_url=address) as http,
        listening(http, "/v1/me/changes", listener.headers) as ear,
    ):
        ear.next()
        began = time.monotonic()
        server.__exit__()
        took_s = time.monotonic() - began
        with pytest.raises(EOFError):
            ear.next()

    assert took_s < 3
