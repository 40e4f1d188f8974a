"""The answers in a page: the routes' own, for the person who opened it, and for nobody else."""

import gzip
import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx
import pytest

from huoqi.web.app import create_app
from huoqi.web.first_answers import blocks_of, masked, may_carry
from huoqi.web.screens import STAMP, Screens
from huoqi.web.settings import WebSettings
from tests.web.company import CODE, FUND, Company, Customer, Json, ok, served

TYPED = {
    "Accept": "text/html",
    "Sec-Fetch-Site": "none",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Dest": "document",
}
BLOCK = re.compile(r'<script type="application/json" data-first="([^"]*)">(.*?)</script>')
PAGE = "<!doctype html><style>p{margin:0}</style><body><div id=app></div></body></html>"


@pytest.fixture
def page(company: Company, tmp_path: Path) -> Iterator[httpx.Client]:
    """Return a browser at a company with built screens."""
    for name, text in {"index.html": PAGE, "console/index.html": PAGE, STAMP: "1"}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    app = create_app(company.platform, WebSettings(), screens=Screens(tmp_path, patience_s=60))
    with served(app) as address, httpx.Client(base_url=address, timeout=30) as http:
        yield http


def signed_in(page: httpx.Client, company: Company) -> Customer:
    """Return a customer with a card who bought something; the browser is signed in as them."""
    someone = company.ready_customer()
    ok(someone.buy(10_000))
    phone = company.phones[someone.customer_id]
    ok(page.post("/v1/sessions/code", json={"phone": phone}))
    ok(
        page.post(
            "/v1/sessions", json={"phone": phone, "code": CODE}, headers={"Huoqi-Client": "browser"}
        )
    )
    return someone


def answers_in(text: str) -> dict[str, Json]:
    """Return the answers that stand in a page, by address."""
    return {unescape(address): json.loads(body) for address, body in BLOCK.findall(text)}


def unmasked(text: str) -> str:
    half = len(text) // 2
    return f"{int(text[:half] or '0', 16) ^ int(text[half:] or '0', 16):0{half}x}" if half else ""


@pytest.mark.parametrize(
    ("path", "addresses"),
    [
        ("/", {"/v1/browser", "/v1/funds", "/v1/holdings"}),
        (
            f"/funds/{FUND}",
            {"/v1/browser", f"/v1/funds/{FUND}", f"/v1/funds/{FUND}/dates?side=buy"},
        ),
        (f"/funds/{FUND}/buy", {"/v1/browser", f"/v1/funds/{FUND}", "/v1/cards", "/v1/banks"}),
        ("/orders", {"/v1/browser", "/v1/orders?limit=50"}),
        ("/help", {"/v1/browser"}),
    ],
)
def test_a_page_carries_what_the_routes_answer(
    company: Company, page: httpx.Client, path: str, addresses: set[str]
) -> None:
    signed_in(page, company)

    sent = page.get(path, headers=TYPED)

    found = answers_in(sent.text)
    assert addresses <= found.keys()
    for part in (
        found["/v1/browser"],
        found["/v1/browser"]["staff"],
        found["/v1/browser"]["developer"],
    ):
        part["csrf"] = unmasked(part["csrf"])
    for address, answer in found.items():
        assert answer == ok(page.get(address)), address
    assert found["/v1/browser"]["signed_in"] is True
    assert sent.headers["cache-control"] == "no-store"
    assert "etag" not in sent.headers


def test_the_year_and_the_limits_come_with_their_pages(
    company: Company, page: httpx.Client
) -> None:
    someone = signed_in(page, company)

    product = answers_in(page.get(f"/funds/{FUND}", headers=TYPED).text)
    buy = answers_in(page.get(f"/funds/{FUND}/buy", headers=TYPED).text)

    assert f"/v1/cards/{someone.card_id}/limits?direction=collect" in buy
    dated = {address.partition("?")[0] for address in product if "from=" in address}
    assert dated == {f"/v1/funds/{FUND}/yields", "/v1/rival-yields"}


@pytest.mark.parametrize(
    "changed",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"},
        {"Sec-Fetch-Dest": "iframe"},
        {"Sec-Purpose": "prefetch"},
    ],
)
def test_other_sites_frames_and_workers_get_the_page_alone(
    company: Company, page: httpx.Client, changed: dict[str, str]
) -> None:
    signed_in(page, company)

    sent = page.get("/", headers={**TYPED, **changed})

    assert (sent.status_code, sent.text) == (200, PAGE)
    assert sent.headers["cache-control"] == "no-cache"
    assert page.get("/", headers={"Accept": "text/html"}).text == PAGE


def test_nothing_private_stands_in_the_page_of_nobody(company: Company, page: httpx.Client) -> None:
    signed_in(page, company)
    page.cookies.clear()

    for path in ("/", f"/funds/{FUND}", f"/funds/{FUND}/buy", "/orders"):
        found = answers_in(page.get(path, headers=TYPED).text)

        assert found["/v1/browser"]["signed_in"] is False
        assert found["/v1/browser"]["csrf"] == ""
        own = ("/v1/holdings", "/v1/orders", "/v1/cards", "/v1/me")
        assert [address for address in found if address.startswith(own)] == []


def test_a_session_that_ended_gets_what_nobody_gets(company: Company, page: httpx.Client) -> None:
    signed_in(page, company)
    csrf = ok(page.get("/v1/browser"))["csrf"]
    token = page.cookies["huoqi_session"]
    ok(page.delete("/v1/browser/session", headers={"Huoqi-Csrf": csrf}))
    page.cookies.set("huoqi_session", token)

    found = answers_in(page.get("/", headers=TYPED).text)

    assert found["/v1/browser"]["signed_in"] is False
    assert "/v1/holdings" not in found


def test_a_header_of_the_page_itself_opens_nothing(company: Company, page: httpx.Client) -> None:
    someone = company.register()

    found = answers_in(page.get("/", headers={**TYPED, "Huoqi-Session": someone.session}).text)

    assert found["/v1/browser"]["signed_in"] is False
    assert "/v1/holdings" not in found


def test_an_unknown_fund_and_the_console_carry_no_more_than_they_may(
    company: Company, page: httpx.Client
) -> None:
    signed_in(page, company)

    assert set(answers_in(page.get("/funds/no-fund", headers=TYPED).text)) == {"/v1/browser"}
    assert set(answers_in(page.get("/funds/999999", headers=TYPED).text)) == {"/v1/browser"}
    assert page.get("/console/", headers=TYPED).text == PAGE
    assert page.head("/", headers=TYPED).status_code == 200


def test_a_page_comes_squeezed_and_allows_its_own_style_alone(
    company: Company, page: httpx.Client
) -> None:
    plain = page.get("/", headers={**TYPED, "Accept-Encoding": "identity"})
    with page.stream("GET", "/", headers={**TYPED, "Accept-Encoding": "gzip"}) as squeezed:
        body = gzip.decompress(b"".join(squeezed.iter_raw()))

    assert "content-encoding" not in plain.headers
    assert answers_in(body.decode()).keys() == answers_in(plain.text).keys()
    assert body.startswith(PAGE.partition("</body>")[0].encode())
    assert body.endswith(b"</body></html>")
    policy = plain.headers["content-security-policy"]
    assert "style-src 'self' 'sha256-" in policy
    assert "unsafe" not in policy


def test_no_two_pages_carry_the_same_proof(company: Company, page: httpx.Client) -> None:
    signed_in(page, company)
    proof = ok(page.get("/v1/browser"))["csrf"]

    texts = [page.get("/", headers=TYPED).text for _ in range(2)]

    hidden = [answers_in(text)["/v1/browser"]["csrf"] for text in texts]
    assert [unmasked(each) for each in hidden] == [proof, proof]
    assert hidden[0] != hidden[1]
    assert not [text for text in texts if proof in text]


def test_an_answer_cannot_end_its_block() -> None:
    answer = {"note": "</script><script>alert(1)</script><!--"}

    block = blocks_of({'/v1/a"b': json.dumps(answer).encode()}).decode()

    assert block.count("</script>") == 1
    assert "<!--" not in block
    assert answers_in(block) == {'/v1/a"b': answer}


def test_an_empty_proof_stays_empty() -> None:
    assert masked("") == ""
    assert not may_carry("HEAD", {})


def test_a_page_that_waits_too_long_comes_without(company: Company, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(PAGE)
    (tmp_path / STAMP).write_text("1")
    app = create_app(company.platform, WebSettings(), screens=Screens(tmp_path, patience_s=0))
    with served(app) as address, httpx.Client(base_url=address, timeout=30) as http:
        assert answers_in(http.get("/", headers=TYPED).text) == {}
        assert ok(http.get("/v1/browser"))["signed_in"] is False
