"""The last resort: a fault of ours tells its request id to the caller and its place to the log."""

import logging

import anyio
import httpx
import psycopg
import pytest

from huoqi.web.edge import AsgiApp, Edge, Headers, Message, Receive, Scope, Send, Visit
from huoqi.web.metrics import Metrics

SECRET = "6222020000000180000"


def _ask(app: AsgiApp, path: str = "/v1/anything") -> httpx.Response:
    async def asked() -> httpx.Response:
        edge = Edge(app, direct={}, metrics=Metrics())
        transport = httpx.ASGITransport(app=edge)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.get(path)

    return anyio.run(asked)


def _failing(error: Exception) -> AsgiApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise error

    return app


def test_a_fault_tells_nothing_of_what_was_sent(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, logger="huoqi.web"):
        answer = _ask(_failing(ValueError(SECRET)))

    assert (answer.status_code, answer.json()["code"]) == (500, "server.fault")
    assert SECRET not in answer.text
    assert SECRET not in caplog.text
    assert answer.json()["request_id"] in caplog.text
    assert "ValueError" in caplog.text
    assert "test_edge.py" in caplog.text


def test_a_database_that_is_away_is_no_fault() -> None:
    answer = _ask(_failing(psycopg.OperationalError(SECRET)))

    assert (answer.status_code, answer.json()["code"]) == (503, "server.database_down")
    assert answer.headers["retry-after"] == "1"
    assert SECRET not in answer.text


def test_a_nul_in_the_path_is_refused_before_anything_else() -> None:
    answer = _ask(_failing(AssertionError("not reached")), "/v1/a%00b")

    assert answer.json()["code"] == "validation.text"


class _Direct:
    """A route that answers with what it was sent."""

    route = "/v1/anything"

    async def answer(self, visit: Visit, body: bytes) -> tuple[int, Headers, bytes]:  # noqa: ARG002
        return 200, [], body


@pytest.mark.parametrize("is_direct", [True, False])
def test_half_a_body_is_no_request_and_no_fault(
    caplog: pytest.LogCaptureFixture, is_direct: bool
) -> None:
    came: list[Message] = [
        {"type": "http.request", "body": b"{}", "more_body": True},
        {"type": "http.disconnect"},
    ]
    sent: list[Message] = []
    metrics = Metrics()

    async def receive() -> Message:
        return came.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    async def framework(scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive()).get("more_body"):
            pass
        raise AssertionError("half a body was taken for a whole one")

    direct = {("POST", "/v1/anything"): _Direct()} if is_direct else {}
    scope: Scope = {"type": "http", "method": "POST", "path": "/v1/anything", "headers": []}

    with caplog.at_level(logging.ERROR, logger="huoqi.web"):
        anyio.run(Edge(framework, direct=direct, metrics=metrics), scope, receive, send)

    assert sent == []
    assert caplog.text == ""
    assert 'status="499"' in metrics.page().decode()
