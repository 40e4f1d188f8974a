"""What a screen reads first stands in its page: nothing is asked twice, and nobody else gets it."""

import re
import threading
from collections.abc import Iterator
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser.site import Visitor

FUND = "990001"
#: What a screen asks for once it is drawn: at its foot, or for the sandbox's bar.
LATER = re.compile(r"/(notifications|agreements|sandbox/[\w/-]+)(\?|$)")
STREAM = "/v1/me/changes"
BROUGHT = re.compile(r'data-first="([^"]*)"')
TRIES = 5


@pytest.fixture
def stranger() -> Iterator[str]:
    """Return the address of another site, which links to ours."""

    class Link(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            path = self.path.partition("?")[2]
            self.wfile.write(f"<a href='{path}'>there</a>".encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Link)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def shown(page: Page) -> None:
    """Wait until the screen stands with all its parts."""
    page.get_by_role("heading", level=1).first.wait_for()
    expect(page.locator("main [aria-busy=true]")).to_have_count(0)


def pages_of(visitor: Visitor) -> list[Response]:
    """Return the pages that a visitor is sent from now on."""
    found: list[Response] = []

    def note(answer: Response) -> None:
        if answer.request.resource_type == "document" and answer.url.startswith(
            visitor.site.address
        ):
            found.append(answer)

    visitor.page.on("response", note)
    return found


def opened_with_answers(visitor: Visitor, path: str = "/") -> Response:
    """Return a page that brought answers: on a busy machine pages do not wait for them."""
    sent = pages_of(visitor)
    for _ in range(TRIES):
        shown(visitor.open(path))
        if "/v1/browser" in BROUGHT.findall(sent[-1].text()):
            return sent[-1]
    raise AssertionError(f"{path} brought nothing")


@pytest.mark.parametrize("path", ["/", f"/funds/{FUND}", f"/funds/{FUND}/buy", "/orders"])
def test_a_screen_stands_without_asking_for_anything(visitor: Visitor, path: str) -> None:
    visitor.sign_in_as("saver")
    sent = pages_of(visitor)
    asked: list[str] = []
    before: list[str] = []
    brought: set[str] = set()
    visitor.page.on("request", lambda request: asked.append(request.url))
    for _ in range(TRIES):
        asked.clear()
        shown(visitor.open(path))
        brought = {unescape(address) for address in BROUGHT.findall(sent[-1].text())}
        reads = [url.removeprefix(visitor.site.address) for url in asked if "/v1/" in url]
        # Once it is told of changes it asks for what changed before.
        before = reads[: reads.index(STREAM)] if STREAM in reads else reads
        assert [url for url in before if url in brought] == []
        # A page does not wait for answers on a busy machine.
        if all(LATER.search(url) for url in before):
            break
    else:
        raise AssertionError(f"asked for {before}, brought {brought}")
    assert visitor.page.locator("script[data-first]").count() == 0


def test_who_is_not_signed_in_gets_what_everybody_may_read(visitor: Visitor) -> None:
    page = opened_with_answers(visitor)

    assert page.headers["cache-control"] == "no-store"
    assert '"signed_in":false' in page.text()
    assert "/v1/holdings" not in page.text()


def test_a_page_that_another_site_opens_carries_nothing(visitor: Visitor, stranger: str) -> None:
    visitor.sign_in_as("saver")
    shown(visitor.open("/"))
    visitor.page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    opened_with_answers(visitor)
    sent = pages_of(visitor)

    visitor.page.goto(f"{stranger}?{visitor.site.address}/orders")
    visitor.page.get_by_role("link").click()
    shown(visitor.page)

    [foreign] = sent
    assert "data-first" not in foreign.text()
    assert foreign.headers["cache-control"] == "no-cache"
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("交易记录")


def test_the_worker_keeps_no_page_of_a_person(visitor: Visitor) -> None:
    visitor.sign_in_as("saver")
    shown(visitor.open("/"))
    visitor.page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    opened_with_answers(visitor)

    kept = visitor.page.evaluate(
        """async () => {
            const shells = (await caches.keys()).filter(name => name.startsWith("huoqi-shell-"));
            const texts = [];
            for (const name of shells) {
                const cache = await caches.open(name);
                for (const request of await cache.keys())
                    texts.push(await (await cache.match(request)).text());
            }
            return texts;
        }"""
    )

    assert len(kept) > 3
    pages = [text for text in kept if text.startswith("<!doctype html>")]
    assert len(pages) == 1
    assert "data-first=" not in pages[0]


def test_the_next_screen_asks_anew(visitor: Visitor) -> None:
    visitor.sign_in_as("saver")
    page = visitor.open("/")
    shown(page)
    page.get_by_role("link", name="记录").first.click()
    shown(page)

    with page.expect_response(re.compile(r"/v1/holdings$")):
        page.get_by_role("link", name="首页").first.click()


def test_what_the_page_changes_first_needs_no_other_proof(visitor: Visitor) -> None:
    visitor.sign_in_as("saver")
    page = visitor.open("/me")
    shown(page)
    refused: list[str] = []
    page.on("response", lambda one: refused.append(one.url) if one.status == 401 else None)

    page.get_by_role("button", name="退出登录").click()

    expect(page.get_by_role("link", name="开户")).to_be_visible()
    assert refused == []
