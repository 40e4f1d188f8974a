"""The outermost layer, in plain ASGI: request ids, size and form of bodies, headers, faults.

It is kept free of frameworks because every purchase passes through it.
"""

import itertools
import logging
import secrets
import time
import traceback
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Protocol

import msgspec
from psycopg import OperationalError
from psycopg_pool import PoolTimeout

from huoqi.kit.errors import DomainError
from huoqi.web.browser import CUSTOMER_COOKIE, Guard
from huoqi.web.errors import (
    BodyTooLarge,
    ContentTypeRefused,
    CsrfRefused,
    DatabaseDown,
    ServerFault,
    SessionMissing,
    TextRefused,
    VersionUnknown,
)
from huoqi.web.first_answers import first_answers, may_carry
from huoqi.web.json_input import MAX_BODY_BYTES
from huoqi.web.metrics import Metrics
from huoqi.web.problems import MEDIA_TYPE, language_of, problem_of, retry_after_s
from huoqi.web.screens import Screens
from huoqi.web.wire import API_VERSION

# ASGI's own message types; every server and framework has these shapes.
Message = MutableMapping[str, Any]  # each kind of message has its own fields
Scope = MutableMapping[str, Any]  # each server adds entries of its own
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

_LOG = logging.getLogger("huoqi.web")
_GONE = 499  # nobody is told; it is counted under this number, as proxies do
_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_PREFIX = secrets.token_hex(6)
_NUMBERS = itertools.count(1)
_VERSIONS = frozenset({API_VERSION})
_NO_COOKIES: Mapping[str, str] = {}

SECURITY_HEADERS: Headers = [
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (
        b"content-security-policy",
        (
            b"default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; "
            b"base-uri 'none'; form-action 'none'"
        ),
    ),
    (b"huoqi-version", API_VERSION.encode()),
]
_ONLY_HTTPS = (b"strict-transport-security", b"max-age=63072000")
_SECURITY_NAMES = frozenset(name for name, _ in SECURITY_HEADERS)


class _ClientGone(Exception):
    """The client hung up before its request was whole."""


@dataclass(slots=True)
class Visit:
    """One request as the edge sees it."""

    request_id: str
    headers: Mapping[bytes, bytes]
    path: str
    method: str = "GET"
    cookies: Mapping[str, str] = field(default_factory=dict)
    is_https: bool = False

    def header(self, name: bytes) -> str | None:
        """Return a header's text, or None."""
        value = self.headers.get(name)
        return None if value is None else value.decode("latin-1")

    @property
    def language(self) -> str:
        """Return the language of this request's texts."""
        return language_of(self.header(b"accept-language") or "")

    def missing_session(self) -> DomainError:
        """Return why a customer's route is refused to a request that names no session."""
        return CsrfRefused() if CUSTOMER_COOKIE in self.cookies else SessionMissing()


class Direct(Protocol):
    """A route that answers without the framework."""

    route: str

    async def answer(self, visit: Visit, body: bytes) -> tuple[int, Headers, bytes]:
        """Return status, headers and body; raise DomainError to refuse."""
        ...


class Edge:
    """Wraps the framework; routes in ``direct`` are answered here."""

    def __init__(
        self,
        app: AsgiApp,
        *,
        direct: Mapping[tuple[str, str], Direct],
        metrics: Metrics,
        guard: Guard | None = None,
        screens: Screens | None = None,
    ) -> None:
        self._app = app
        self._direct = direct
        self._metrics = metrics
        self._guard = guard
        self.screens = screens

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI scope."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        cookies = _NO_COOKIES
        is_https = scope.get("scheme") == "https"
        if b"cookie" in headers and self._guard is not None:
            cookies = self._guard.admit(scope, headers, is_https=is_https)
        visit = Visit(
            f"req_{_PREFIX}{next(_NUMBERS):08x}",
            headers,
            scope["path"],
            scope["method"],
            cookies,
            is_https,
        )
        scope["huoqi.visit"] = visit
        await _Exchange(self, scope, receive, send, visit).serve()

    def route_for(self, scope: Scope) -> Direct | None:
        """Return the direct route of a request, if it is one."""
        if scope["type"] != "http":
            return None
        return self._direct.get((scope["method"], scope["path"]))

    @property
    def framework(self) -> AsgiApp:
        """Return what is wrapped."""
        return self._app

    def count(self, scope: Scope, status: int, began_ns: int) -> None:
        """Count a served request under its route's template, never under its address."""
        direct = self.route_for(scope)
        route = direct.route if direct else getattr(scope.get("route"), "path", "unmatched")
        self._metrics.served(scope["method"], route, status, time.perf_counter_ns() - began_ns)


class _Exchange:
    """One request and its answer."""

    def __init__(
        self, edge: Edge, scope: Scope, receive: Receive, send: Send, visit: Visit
    ) -> None:
        self._edge = edge
        self._scope = scope
        self._receive = receive
        self._send = send
        self._visit = visit
        self._seen_bytes = 0
        self._has_all = False
        self._status = 0

    async def serve(self) -> None:
        began_ns = time.perf_counter_ns()
        try:
            async with self:  # the last resort: a problem document and a log line
                self._check_form()
                await self._answer()
        finally:
            self._edge.count(self._scope, self._status, began_ns)

    async def _answer(self) -> None:
        direct = self._edge.route_for(self._scope)
        if direct is not None:
            body = await self._whole_body()
            await self._write(*await direct.answer(self._visit, body))
        elif (page := await self._screen()) is not None:
            await self._write(*page)
        else:
            await self._edge.framework(self._scope, self._bounded, self._dressed)

    async def __aenter__(self) -> None:
        """Begin what must end with an answer."""

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        """Answer what went wrong; what ends the task itself goes on its way."""
        if not isinstance(error, Exception):
            return False
        if isinstance(error, _ClientGone):
            self._status = _GONE
            return True
        if self._status:
            return False  # half an answer is out; the server must cut the connection
        await self._write(*refusal(_named(error, self._visit), self._visit))
        return True

    async def _screen(self) -> tuple[int, Headers, bytes] | None:
        screens = self._edge.screens
        visit = self._visit
        if screens is None:
            return None
        if may_carry(visit.method, visit.headers) and screens.is_app(visit.path, visit.headers):
            answers = await first_answers(
                self._edge, self._scope, visit.headers, patience_s=screens.patience_s
            )
            return screens.with_answers(visit.path, visit.headers, answers)
        return screens.answer(visit.method, visit.path, visit.headers)

    def _check_form(self) -> None:
        headers = self._visit.headers
        length = headers.get(b"content-length")
        if length is not None and not _fits(length):
            raise BodyTooLarge(most_bytes=MAX_BODY_BYTES)
        if "\0" in self._visit.path or b"%00" in self._scope.get("query_string", b""):
            raise TextRefused
        version = headers.get(b"huoqi-version")
        if version is not None and version.decode("latin-1") not in _VERSIONS:
            raise VersionUnknown(known=API_VERSION)
        has_body = (length is not None and length != b"0") or b"transfer-encoding" in headers
        if has_body and self._scope["method"] in _WRITES:
            kind = headers.get(b"content-type", b"").split(b";")[0].strip().lower()
            if kind != b"application/json":
                raise ContentTypeRefused

    async def _bounded(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.disconnect" and not self._has_all:
            raise _ClientGone  # half a body is no request
        if message["type"] == "http.request":
            self._has_all = not message.get("more_body", False)
            self._seen_bytes += len(message.get("body", b""))
            if self._seen_bytes > MAX_BODY_BYTES:
                raise BodyTooLarge(most_bytes=MAX_BODY_BYTES)
        return message

    async def _whole_body(self) -> bytes:
        parts: list[bytes] = []
        while True:
            message = await self._bounded()
            parts.append(message.get("body", b""))
            if not message.get("more_body", False):
                return b"".join(parts)

    async def _dressed(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            given = {name.lower() for name, _ in message["headers"]}
            extra = (
                SECURITY_HEADERS
                if given.isdisjoint(_SECURITY_NAMES)
                else [(name, value) for name, value in SECURITY_HEADERS if name not in given]
            )
            if self._visit.is_https:
                extra = [*extra, _ONLY_HTTPS]
            request_id = (b"huoqi-request-id", self._visit.request_id.encode())
            message["headers"] = [*message["headers"], *extra, request_id]
        await self._send(message)

    async def _write(self, status: int, headers: Headers, body: bytes) -> None:
        head = [*headers, (b"content-length", str(len(body)).encode())]
        await self._dressed({"type": "http.response.start", "status": status, "headers": head})
        await self._send({"type": "http.response.body", "body": body})


def refusal(error: DomainError, visit: Visit) -> tuple[int, Headers, bytes]:
    """Return status, headers and body of a refusal."""
    problem = problem_of(
        error, instance=visit.path, request_id=visit.request_id, language=visit.language
    )
    headers = [(b"content-type", MEDIA_TYPE), (b"content-language", visit.language.encode())]
    wait_s = retry_after_s(error)
    if wait_s is not None:
        headers.append((b"retry-after", str(wait_s).encode()))
    allowed = error.params.get("allowed")
    if problem.status == 405 and isinstance(allowed, str):
        headers.append((b"allow", allowed.encode()))
    if problem.status == 401:
        scheme = b"Bearer" if error.code.startswith("auth.key") else b"Huoqi-Session"
        headers.append((b"www-authenticate", scheme))
    return problem.status, headers, msgspec.json.encode(problem)


def _named(error: Exception, visit: Visit) -> DomainError:
    if isinstance(error, DomainError):
        return error
    _LOG.error("%s %s\n%s", visit.request_id, type(error).__name__, _frames(error))
    if isinstance(error, (OperationalError, PoolTimeout)):
        return DatabaseDown()
    return ServerFault()


def _frames(error: Exception) -> str:
    """Return where it happened; not the message, which may quote what a customer sent."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    cause = error.__cause__
    return "\n".join(lines) + (f"\n  caused by {type(cause).__name__}" if cause else "")


def _fits(length: bytes) -> bool:
    return length.isdigit() and len(length) <= 9 and int(length) <= MAX_BODY_BYTES
