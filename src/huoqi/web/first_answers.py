"""The answers that a screen needs first, put into its page: one journey to the server fewer each.

The server asks its own routes as the browser would, with the same cookies and so the same rights;
what they refuse, and what takes too long, is left out, and the app asks for it as it always does.
Only a navigation that the person or a page of ours began gets answers: a page that another site
opened, and the copy that the service worker keeps, carry none.
"""

import asyncio
import logging
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from datetime import date, datetime, timedelta
from html import escape
from typing import Any, TypeVar

import msgspec

from huoqi.kit.dates import shanghai_date

Headers = Sequence[tuple[bytes, bytes]]
Message = MutableMapping[str, Any]  # each kind of message has its own fields
Scope = MutableMapping[str, Any]  # each server adds entries of its own
AsgiApp = Callable[
    [Scope, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]
]
Shape = TypeVar("Shape")

#: A page waits for its answers no longer than this.
PATIENCE_S = 1.0

_LOG = logging.getLogger("huoqi.web")
_WHO = "/v1/browser"
_OWN_SITES = frozenset({b"none", b"same-origin"})
_PASSED_ON = (b"host", b"cookie", b"user-agent", b"accept-language")
_ASKED_SO: Headers = [
    (b"accept", b"application/json"),
    (b"huoqi-client", b"browser"),
    (b"sec-fetch-site", b"same-origin"),
]
_FUND_PLACE = re.compile(r"/funds/([0-9A-Za-z]{1,12})(/buy)?/?", re.ASCII)
_YEAR, _MONTH, _DAY = timedelta(days=365), timedelta(days=30), timedelta(days=1)
_under_way: set[asyncio.Task[None]] = set()


class _Who(msgspec.Struct):
    business_time: datetime


class _Fund(msgspec.Struct):
    fund: str


class _Funds(msgspec.Struct):
    data: list[_Fund]


class _Card(msgspec.Struct):
    id: str
    state: str
    blocked: bool
    is_default: bool


class _Cards(msgspec.Struct):
    data: list[_Card]


def may_carry(method: str, headers: Mapping[bytes, bytes]) -> bool:
    """Return whether a request opens a page for the person herself: only such a page has answers.

    A browser that does not say so gets the page without; so do other sites, a fetch of the page by
    the service worker, and a page that is only fetched in case it is wanted.

    >>> typed = {b"sec-fetch-site": b"none", b"sec-fetch-mode": b"navigate"}
    >>> typed[b"sec-fetch-dest"] = b"document"
    >>> may_carry("GET", typed), may_carry("GET", {**typed, b"sec-fetch-site": b"cross-site"})
    (True, False)
    """
    return (
        method == "GET"
        and headers.get(b"sec-fetch-site") in _OWN_SITES
        and headers.get(b"sec-fetch-mode") == b"navigate"
        and headers.get(b"sec-fetch-dest") == b"document"
        and b"sec-purpose" not in headers
    )


class Reading:
    """What one page reads; ``found`` has the answers so far, by address."""

    def __init__(self, app: AsgiApp, scope: Scope, headers: Mapping[bytes, bytes]) -> None:
        self._app = app
        self._scope = scope
        given = [(name, headers[name]) for name in _PASSED_ON if name in headers]
        self._headers = [*given, *_ASKED_SO]
        self.has_session = b"huoqi-session" in headers
        self.found: dict[str, bytes] = {}

    async def read(self, *addresses: str) -> None:
        """Ask for addresses at the same time, and keep what is answered."""
        await asyncio.gather(*(self._read(each) for each in addresses))

    def told(self, address: str, shape: type[Shape]) -> Shape | None:
        """Return an answer's parts, or None if there is none."""
        body = self.found.get(address)
        return None if body is None else msgspec.json.decode(body, type=shape)

    def today(self) -> date | None:
        """Return the day of the platform's clock."""
        who = self.told(_WHO, _Who)
        return None if who is None else shanghai_date(who.business_time)

    async def _read(self, address: str) -> None:
        path, _, query = address.partition("?")
        scope = {
            **self._scope,
            "method": "GET",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": self._headers,
        }
        answer = _Answer()
        await self._app(scope, answer.receive, answer.send)
        if answer.status == 200:
            self.found[address] = bytes(answer.body)


class _Answer:
    """The other end of one request of ours."""

    def __init__(self) -> None:
        self.status = 0
        self.body = bytearray()
        self._is_asked = False

    async def receive(self) -> Message:
        if self._is_asked:
            return {"type": "http.disconnect"}
        self._is_asked = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")


async def first_answers(
    app: AsgiApp, scope: Scope, headers: Mapping[bytes, bytes], *, patience_s: float
) -> Mapping[str, bytes]:
    """Return by its address each answer that the screen of a request reads first."""
    reading = Reading(app, scope, headers)
    task = asyncio.create_task(_plan_of(scope["path"], reading))
    _under_way.add(task)
    task.add_done_callback(_under_way.discard)
    await asyncio.wait({task}, timeout=patience_s)
    if task.done() and (fault := task.exception()) is not None:
        # The page comes without: a fault of ours must not keep anybody out.
        _LOG.error("first answers of a page: %s", type(fault).__name__)
    return dict(reading.found)


def blocks_of(answers: Mapping[str, bytes]) -> bytes:
    r"""Return answers as blocks of data in a page, which no browser runs and no answer can end.

    >>> blocks_of({"/v1/orders?limit=50&a=1": b'{"note":"</script>"}'}).decode()
    '<script type="application/json" data-first="/v1/orders?limit=50&amp;a=1">{"note":"\\u003c/script>"}</script>'
    """  # noqa: E501 - one line of a page
    return b"".join(
        b'<script type="application/json" data-first="%b">%b</script>'
        % (
            escape(address).encode(),
            (_with_masked_proofs(body) if address == _WHO else body).replace(b"<", b"\\u003c"),
        )
        for address, body in answers.items()
    )


def masked(proof: str) -> str:
    """Return random digits and what they make of a proof, so that no two pages carry the same text.

    Pages are sent compressed, and how long that gets tells about a text that comes again and again.
    """
    mask = secrets.token_bytes(len(proof) // 2)
    hidden = bytes(a ^ b for a, b in zip(mask, bytes.fromhex(proof), strict=True))
    return mask.hex() + hidden.hex()


def _with_masked_proofs(body: bytes) -> bytes:
    view = msgspec.json.decode(body)
    for part in (view, view["staff"], view["developer"]):
        part["csrf"] = masked(part["csrf"])
    return msgspec.json.encode(view)


async def _plan_of(path: str, reading: Reading) -> None:
    """Read what the screen at an address reads first."""
    place = _FUND_PLACE.fullmatch(path)
    if path == "/":
        await _home(reading)
    elif path == "/orders":
        await reading.read(_WHO, *_own(reading, "/v1/orders?limit=50"))
    elif place is None:
        await reading.read(_WHO)
    elif place[2]:
        await _buy(reading, place[1])
    else:
        await _product(reading, place[1])


async def _home(reading: Reading) -> None:
    await reading.read(_WHO, "/v1/funds", *_own(reading, "/v1/holdings"))
    today = reading.today()
    funds = [each.fund for each in _listed(reading, "/v1/funds")]
    held = [each.fund for each in _listed(reading, "/v1/holdings")]
    wanted = [f"/v1/holdings/{fund}/income/total" for fund in held]
    if funds and today is not None:
        wanted.append(_yields(funds[0], today - _MONTH, today))
        if not held:
            wanted.append(f"/v1/funds/{funds[0]}")
    await reading.read(*wanted)


async def _product(reading: Reading, fund: str) -> None:
    await reading.read(_WHO, *_of_fund(fund))
    today = reading.today()
    if today is not None and f"/v1/funds/{fund}" in reading.found:
        rivals = f"/v1/rival-yields?from={today - _YEAR}&to={today + _DAY}"
        await reading.read(_yields(fund, today - _YEAR - _DAY, today), rivals)


async def _buy(reading: Reading, fund: str) -> None:
    cards = "/v1/cards"
    await reading.read(_WHO, *_own(reading, *_of_fund(fund), cards, "/v1/banks"))
    listed = reading.told(cards, _Cards)
    bound = (
        []
        if listed is None
        else [each for each in listed.data if each.state == "bound" and not each.blocked]
    )
    if bound:
        chosen = next((each for each in bound if each.is_default), bound[0])
        await reading.read(f"/v1/cards/{chosen.id}/limits?direction=collect")


def _of_fund(fund: str) -> Sequence[str]:
    of_fund = f"/v1/funds/{fund}"
    return (of_fund, f"{of_fund}/dates?side=buy")


def _own(reading: Reading, *addresses: str) -> Sequence[str]:
    """Return addresses that are read only for somebody who is signed in."""
    return addresses if reading.has_session else ()


def _listed(reading: Reading, address: str) -> Sequence[_Fund]:
    found = reading.told(address, _Funds)
    return [] if found is None else found.data


def _yields(fund: str, since: date, today: date) -> str:
    return f"/v1/funds/{fund}/yields?from={since}&to={today + _DAY}"
