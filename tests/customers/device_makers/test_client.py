"""The conversation with a maker: what is asked again, what is kept, and what breaks."""

import io
import urllib.request
from collections.abc import Mapping
from email.message import Message
from urllib.error import HTTPError, URLError
from urllib.parse import parse_qs, urlsplit
from urllib.response import addinfourl

import pytest

from huoqi.customers.device_makers.client import MakerClient
from huoqi.customers.device_makers.https import ANSWER_BYTES_MAX, HttpsLine
from huoqi.customers.device_makers.port import AccountUnknown, DeviceMaker, MakerDown, Provider
from huoqi.customers.device_makers.simulated import ACCOUNTS, PROVIDER, SimulatedMaker
from huoqi.customers.rules.openid import MakerNotBelieved

REDIRECT = "http://localhost:8315/v1/oidc/callback"
VERIFIER = "v" * 64
OWNER = ACCOUNTS[0].subject


class _Counted:
    """The simulated maker's line, which counts what it was asked for; ``first`` answers once."""

    def __init__(self, maker: SimulatedMaker, *, first_keys: bytes = b"") -> None:
        self.maker = maker
        self.asked: list[str] = []
        self._first_keys = first_keys

    def get(self, url: str) -> bytes:
        self.asked.append(url.rsplit("/", 1)[-1])
        if not url.endswith("jwks") or not self._first_keys:
            return self.maker.get(url)
        keys, self._first_keys = self._first_keys, b""
        return keys

    def post_form(self, url: str, fields: Mapping[str, str], *, provider: Provider) -> bytes:
        return self.maker.post_form(url, fields, provider=provider)


def _request(client: MakerClient, *, nonce: str = "nonce") -> dict[str, str]:
    url = client.authorization_url(state="state", nonce=nonce, verifier=VERIFIER, redirect=REDIRECT)
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def _code(maker: SimulatedMaker, request: Mapping[str, str]) -> str:
    back = maker.approve(request, subject=OWNER)
    return parse_qs(urlsplit(back).query)["code"][0]


def _subject(client: MakerClient, code: str, *, nonce: str = "nonce") -> str:
    return client.subject(code, nonce=nonce, verifier=VERIFIER, redirect=REDIRECT)


def test_description_and_keys_are_asked_for_once() -> None:
    maker = SimulatedMaker()
    line = _Counted(maker)
    client = MakerClient(DeviceMaker(PROVIDER, line))

    for _ in range(3):
        code = _code(maker, _request(client))
        assert _subject(client, code) == f"{PROVIDER.issuer} {OWNER}"

    assert line.asked == ["openid-configuration", "jwks"]


def test_a_code_is_good_once_and_with_its_own_proof() -> None:
    maker = SimulatedMaker()
    client = MakerClient(DeviceMaker(PROVIDER, maker))
    code = _code(maker, _request(client))
    assert _subject(client, code)

    with pytest.raises(MakerNotBelieved):
        _subject(client, code)
    for wrong in ({"verifier": "w" * 64}, {"redirect": "http://localhost:8315/elsewhere"}):
        asked = {"nonce": "nonce", "verifier": VERIFIER, "redirect": REDIRECT, **wrong}
        with pytest.raises(MakerNotBelieved):
            client.subject(_code(maker, _request(client)), **asked)


def test_a_token_for_another_sign_in_is_not_believed() -> None:
    maker = SimulatedMaker()
    client = MakerClient(DeviceMaker(PROVIDER, maker))
    code = _code(maker, _request(client, nonce="another"))

    with pytest.raises(MakerNotBelieved):
        _subject(client, code)


def test_keys_that_changed_within_a_minute_are_not_asked_for_again() -> None:
    maker, older = SimulatedMaker(), SimulatedMaker()
    line = _Counted(maker, first_keys=older.get(f"{PROVIDER.issuer}/jwks"))
    client = MakerClient(DeviceMaker(PROVIDER, line))

    with pytest.raises(MakerNotBelieved):
        _subject(client, _code(maker, _request(client)))

    assert line.asked.count("jwks") == 1


def test_the_simulated_page_takes_complete_requests_of_ours_only() -> None:
    maker = SimulatedMaker()
    request = _request(MakerClient(DeviceMaker(PROVIDER, maker)))

    for name in request:
        with pytest.raises(AccountUnknown):
            maker.check({**request, name: ""})
    with pytest.raises(AccountUnknown):
        maker.approve(request, subject="nobody")


def test_the_simulated_line_answers_for_its_own_addresses_only() -> None:
    maker = SimulatedMaker()

    with pytest.raises(MakerDown):
        maker.get("https://elsewhere.invalid/jwks")
    with pytest.raises(MakerDown):
        maker.post_form(f"{PROVIDER.issuer}/token", {}, provider=Provider("i", "c", "s"))


class _Answer(addinfourl):
    """What the network answers."""

    msg = "said"


class _Wire(urllib.request.HTTPSHandler):
    """Answers in place of the network, and keeps what was sent."""

    def __init__(self, answer: object) -> None:
        super().__init__()
        self.answer = answer
        self.sent: urllib.request.Request | None = None

    def https_open(self, req: urllib.request.Request) -> object:  # type: ignore[override] # a stand-in for the network's own answer
        self.sent = req
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def _line(answer: object) -> tuple[HttpsLine, _Wire]:
    wire = _Wire(answer)
    return HttpsLine(wire), wire


def _said(body: bytes, *, status: int = 200) -> object:
    return _Answer(io.BytesIO(body), Message(), "https://m.example", status)


def test_a_real_provider_is_asked_under_our_name_and_secret() -> None:
    line, wire = _line(_said(b'{"id_token": "a"}'))
    provider = Provider("https://m.example", "hu:oqi", "s/cret")

    answer = line.post_form("https://m.example/token", {"code": "c d"}, provider=provider)

    assert answer == b'{"id_token": "a"}'
    assert wire.sent is not None
    assert wire.sent.data == b"code=c+d"
    assert wire.sent.get_header("Authorization") == "Basic aHUlM0FvcWk6cyUyRmNyZXQ="


def test_a_no_is_an_answer_and_a_fault_is_none() -> None:
    refused = HTTPError("https://m.example", 400, "no", Message(), io.BytesIO(b'{"error": "x"}'))
    broken = HTTPError("https://m.example", 502, "no", Message(), io.BytesIO(b""))

    assert _line(refused)[0].get("https://m.example/jwks") == b'{"error": "x"}'
    for fault in (broken, URLError("away"), TimeoutError()):
        with pytest.raises(MakerDown):
            _line(fault)[0].get("https://m.example/jwks")


def test_an_answer_is_bounded_and_comes_over_https_only() -> None:
    with pytest.raises(MakerDown):
        _line(_said(b"x" * (ANSWER_BYTES_MAX + 1)))[0].get("https://m.example/jwks")
    for address in ("http://m.example/jwks", "file:///etc/hosts", "https://"):
        with pytest.raises(MakerDown):
            _line(_said(b""))[0].get(address)


def test_a_redirect_is_not_followed() -> None:
    moved = Message()
    moved["Location"] = "https://evil.example/jwks"
    response = _Answer(io.BytesIO(b""), moved, "https://m.example", 302)

    with pytest.raises(MakerDown):
        _line(response)[0].get("https://m.example/jwks")
