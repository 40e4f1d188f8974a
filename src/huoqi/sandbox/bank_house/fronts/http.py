"""The front over HTTP, on loopback: requests and answers are signed; silence is a closed line."""

import logging
import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import msgspec

from huoqi.kit.dates import shanghai_midnight
from huoqi.kit.errors import DomainError
from huoqi.payments.banks.http.keys import HOUSE, SIGNATURE, TIME, Answer, LineKeys, Request
from huoqi.payments.banks.http.lines import machine_unix
from huoqi.payments.banks.http.wire import (
    CAMT_053,
    DELIMITED,
    CheckBody,
    CodeBody,
    Payment,
    Said,
    SaidOfCard,
    StatementAgain,
    Statements,
    StatementsHeard,
    StatementsWanted,
    StatementText,
)
from huoqi.payments.banks.port import CardAnswer, CheckAnswer, CodeAnswer, CodeAttempt
from huoqi.payments.banks.simulated.statement_making import text_of
from huoqi.payments.formats.writing import statement_pieces
from huoqi.payments.rules.replies import Reply, ReplyKind
from huoqi.payments.rules.statements import Statement
from huoqi.sandbox.bank_house.calling import Caller
from huoqi.sandbox.bank_house.house import House
from huoqi.sandbox.bank_house.telling import parse_told

_LOG = logging.getLogger("huoqi.bank_house")
_MOST_BYTES = 1_048_576
_IDLE_S = 600
_MOST_PAGES = 1_000
_NOT_FOUND = "25"


class _Silence(Exception):
    """The bank says nothing, and hangs up."""


class _Refusal(Exception):
    """The front refuses a request before any bank sees it."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


#: A status, and what is said with it.
Word = tuple[int, msgspec.Struct]


class HttpFront:
    """Serves the house on a port of loopback between start and end; port 0 takes any."""

    def __init__(
        self, house: House, caller: Caller, *, keys: Callable[[], LineKeys], port: int = 0
    ) -> None:
        front = _Desk(house, caller, keys)

        class Handler(_Handler):
            desk = front

        self._server = _Server(("127.0.0.1", port), Handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, name="bank front"
        )

    @property
    def place(self) -> tuple[str, int]:
        """Return host and port."""
        host, port = self._server.server_address[:2]
        return str(host), port

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def end(self) -> None:
        """End; requests at hand are let go."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002
        """Let a line that broke go; its other end knows."""
        _LOG.debug("a line broke", exc_info=True)


class _Desk:
    """What the front does with a request."""

    def __init__(self, house: House, caller: Caller, keys: Callable[[], LineKeys]) -> None:
        self._house = house
        self._caller = caller
        self._keys = keys
        self._verbs: dict[str, Callable[[Request, datetime], Word]] = {
            "payments": self._send,
            "payments/query": self._query,
            "cards/check": self._check,
            "cards/query": self._query_check,
            "cards/code": self._code,
            "statements": self._statements,
            "statements/heard": self._heard,
            "statements/again": self._again,
        }

    def answered(self, request: Request, *, header: str) -> tuple[Answer, str]:
        """Return the answer to a request, and its signature."""
        keys = self._keys()
        try:
            keys.check_request(request, header=header, now_unix=machine_unix())
        except DomainError:
            raise _Refusal(401) from None
        status, said = self._said(request)
        answer = Answer(request.bank, header, status, msgspec.json.encode(said))
        return answer, keys.sign_answer(answer, unix=machine_unix())

    def _said(self, request: Request) -> Word:
        try:
            at = datetime.fromisoformat(request.at).astimezone(UTC)
            if request.bank == HOUSE:
                return self._tell(request)
            verb = self._verbs.get(request.path.removeprefix(f"/v1/{request.bank}/"))
            if verb is None:
                raise _Refusal(404)
            return verb(request, at)
        except ValueError:  # No instant, no JSON, or another form of it.
            raise _Refusal(400) from None

    def _tell(self, request: Request) -> Word:
        told = parse_told(request.body)
        self._house.tell(told)
        self._caller.settle(patience_s=told.patience_ms / 1_000)
        return 200, self._house.standing(told.at)

    def _send(self, request: Request, at: datetime) -> Word:
        item = _payment(request).instruction(request.bank)
        return _said_of(self._house.send(item, at=at), item.bank_ref)

    def _query(self, request: Request, at: datetime) -> Word:
        item = _payment(request).instruction(request.bank)
        return _said_of(self._house.query(item, at=at), item.bank_ref)

    def _check(self, request: Request, at: datetime) -> Word:
        check = msgspec.json.decode(request.body, type=CheckBody).check(request.bank)
        return _said_of_card(self._house.check_card(check, at=at))

    def _query_check(self, request: Request, at: datetime) -> Word:
        asked = msgspec.json.decode(request.body, type=CodeBody)
        said = self._house.query_check(asked.request_id, bank=request.bank, at=at)
        return _said_of_card(said)

    def _code(self, request: Request, at: datetime) -> Word:
        told = msgspec.json.decode(request.body, type=CodeBody)
        attempt = CodeAttempt(told.request_id, request.bank, told.code)
        answer = self._house.confirm_code(attempt, at=at)
        if answer is CodeAnswer.NO_REPLY:
            raise _Silence
        return 200, SaidOfCard(str(answer))

    def _statements(self, request: Request, at: datetime) -> Word:
        wanted = msgspec.json.decode(request.body, type=StatementsWanted)
        limit = max(1, min(wanted.limit, _MOST_PAGES))
        found = self._house.statements(request.bank, at=at, limit=limit)
        return 200, Statements([_text(each, form=wanted.form) for each in found])

    def _heard(self, request: Request, _at: datetime) -> Word:
        heard = msgspec.json.decode(request.body, type=StatementsHeard)
        self._house.were_heard(request.bank, heard.sequences)
        return 200, StatementAgain()

    def _again(self, request: Request, at: datetime) -> Word:
        wanted = msgspec.json.decode(request.body, type=StatementAgain)
        if wanted.day_on is None:
            raise ValueError("a statement is of a day")
        comes = self._house.give_again(request.bank, on=wanted.day_on, at=at)
        return 200, StatementAgain(wanted.day_on, comes)


def _text(statement: Statement, *, form: str) -> StatementText:
    """Return a statement in a form; asked for again it has the same bytes."""
    head = statement.head
    if form == DELIMITED:
        text = text_of(statement)
        return StatementText(DELIMITED, text, head.account, head.statement_id, head.last_on)
    written_at = shanghai_midnight(head.last_on) + timedelta(days=1)
    pieces = statement_pieces(head, statement.entries, at=written_at)
    return StatementText(CAMT_053, b"".join(pieces).decode())


def _payment(request: Request) -> Payment:
    payment = msgspec.json.decode(request.body, type=Payment)
    if payment.amount_fen <= 0 or payment.currency != "CNY":
        raise ValueError("an order is of some money, in yuan")
    return payment


def _said_of(reply: Reply, ref: str) -> Word:
    if reply.kind is ReplyKind.NO_REPLY:
        raise _Silence
    if reply.kind is ReplyKind.UNREACHABLE:
        return 503, Said(ref, "")
    if reply.kind is ReplyKind.NOT_FOUND:
        return 404, Said(ref, _NOT_FOUND)
    return 200, Said(ref, reply.code, reply.amount_fen, reply.currency)


def _said_of_card(said: CardAnswer) -> Word:
    if said.answer is CheckAnswer.NO_REPLY:
        raise _Silence
    return 200, SaidOfCard(str(said.answer), said.code)


class _Handler(BaseHTTPRequestHandler):
    """One connection; it is kept for as many requests as come."""

    desk: ClassVar[_Desk]
    protocol_version = "HTTP/1.1"
    timeout = _IDLE_S

    def setup(self) -> None:
        """Begin a connection."""
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def do_GET(self) -> None:
        """Say that somebody is here."""
        self._tell(200, b'{"up": true}' if self.path == "/healthz" else b"{}", mark="")

    def do_POST(self) -> None:
        """Answer a request, or hang up."""
        length = self.headers.get("Content-Length") or ""
        if not length.isdigit() or int(length) > _MOST_BYTES:
            self.close_connection = True
            self._tell(413, b"{}", mark="")
            return
        body = self.rfile.read(int(length))
        bank = self.path.removeprefix("/v1/").partition("/")[0]
        request = Request(bank, self.path, self.headers.get(TIME) or "", body)
        try:
            answer, mark = self.desk.answered(request, header=self.headers.get(SIGNATURE) or "")
        except _Silence:
            self.close_connection = True
        except _Refusal as refusal:
            self._tell(refusal.status, b"{}", mark="")
        else:
            self._tell(answer.status, answer.body, mark=mark)

    def _tell(self, status: int, body: bytes, *, mark: str) -> None:
        self.send_response_only(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if mark:
            self.send_header(SIGNATURE, mark)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its signature
        """Say nothing: what banks are asked is between them and us."""
