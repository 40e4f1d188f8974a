"""Heads of requests: bounded in size and in time, and never read in two ways."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from huoqi.web.serving import HEAD_BYTES_MAX, BoundedHttp
from tests.web.company import Company

Answers = Iterator[socket.socket]


@contextmanager
def connected(company: Company) -> Answers:
    """Yield a bare connection to the company's server."""
    url = company.http.base_url
    with socket.create_connection((url.host, url.port or 80), timeout=20) as line:
        yield line


def said(line: socket.socket) -> bytes:
    """Return everything until the server hangs up."""
    parts = []
    try:
        while part := line.recv(65_536):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)


def told(company: Company, head: bytes) -> bytes:
    with connected(company) as line:
        line.sendall(head)
        return said(line)


def request(*headers: bytes, path: bytes = b"/healthz") -> bytes:
    lines = [b"GET " + path + b" HTTP/1.1", b"Host: localhost", *headers, b"Connection: close"]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def test_a_head_of_usual_size_is_answered(company: Company) -> None:
    assert told(company, request(b"X-Long: " + b"a" * 20_000)).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    "head",
    [
        request(b"X-Long: " + b"a" * HEAD_BYTES_MAX),
        request(b"Cookie: " + b"huoqi_session=a; " * 3_000),
        request(path=b"/v1/funds?q=" + b"a" * HEAD_BYTES_MAX),
        request(*[b"X-%d: 1" % number for number in range(5_000)]),
    ],
    ids=["one header", "cookies", "address", "many headers"],
)
def test_a_head_that_is_too_long_is_refused(company: Company, head: bytes) -> None:
    assert told(company, head)[:13] in {b"HTTP/1.1 400 ", b"HTTP/1.1 431 "}


def test_a_head_without_an_end_is_cut_off_while_it_comes(company: Company) -> None:
    with connected(company) as line:
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Endless: ")
        try:
            for _ in range(10_000):
                line.sendall(b"a" * 8_192)
        except (BrokenPipeError, ConnectionResetError):
            return
    raise AssertionError("80 MB of a header were taken")


def test_a_head_that_drips_is_not_waited_for(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BoundedHttp, "head_wait_s", 0.3)

    assert told(company, b"") == b""
    assert told(company, b"GET /healthz HTTP/1.1\r\nHost: loc") == b""
    with connected(company) as line:
        line.sendall(request().replace(b"Connection: close\r\n", b""))
        assert line.recv(65_536).startswith(b"HTTP/1.1 200 ")
        line.sendall(b"GET /heal")
        assert said(line) == b""


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        b"Content-Length : 2\r\n\r\n{}",
        b"X: 1\n folded\r\n\r\n",
        b"Host: localhost\r\n\r\n",
    ],
    ids=["two lengths", "length and chunks", "odd coding", "space", "folded", "two hosts"],
)
def test_what_two_servers_could_read_in_two_ways_is_refused(company: Company, head: bytes) -> None:
    answer = told(company, b"POST /v1/sessions HTTP/1.1\r\nHost: a.example\r\n" + head)

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert answer.count(b"HTTP/1.1 ") == 1


def test_no_other_protocol_is_spoken_on_a_line(company: Company) -> None:
    head = request(b"Upgrade: websocket", b"Sec-WebSocket-Version: 13", path=b"/v1/me/changes")
    upgrade = head.replace(b"Connection: close", b"Connection: Upgrade")
    with connected(company) as line:
        line.sendall(upgrade)
        assert line.recv(65_536).startswith(b"HTTP/1.1 401 ")
