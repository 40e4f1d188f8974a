"""The proof of a balance is checked on the spot: valid, altered, of the wrong day, and offline."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from huoqi.close.rules.proofs import verify
from tests.browser.site import Site, Visitor
from tests.browser.world import Person, person

HOLDS = "[data-verdict=agrees]"
FAILS = "[data-verdict=differs]"
FILE = "**/v1/me/proof"


@pytest.fixture(scope="module")
def saver(site: Site) -> Iterator[Person]:
    """Return a saver with five closed days."""
    someone = person(site, "saver")
    someone.buy(1_234_567)
    site.advance(days=6)
    yield someone
    someone.http.close()


@pytest.fixture
def proof(saver: Person) -> bytes:
    """Return the saver's latest proof."""
    return fetched(saver, "/v1/me/proof").content


@pytest.fixture
def page(visitor: Visitor, saver: Person) -> Page:
    """Return the saver's page of proofs."""
    # The service worker asks beside the page, where a test cannot change the answers.
    visitor.page.add_init_script("delete Navigator.prototype.serviceWorker")
    visitor.open("/welcome")
    visitor.sign_in_as("saver")
    visitor.open("/proof")
    return visitor.page


def fetched(saver: Person, path: str) -> httpx.Response:
    answer = saver.http.get(path, headers={"Huoqi-Session": saver.session})
    return answer.raise_for_status()


def check(page: Page) -> None:
    page.get_by_role("button", name="立即在此核对").click()


def choose(page: Page, name: str, content: bytes) -> None:
    kind = "application/octet-stream"
    page.locator("input[type=file]").set_input_files({
        "name": name,
        "mimeType": kind,
        "buffer": content,
    })


def step(page: Page, name: str) -> Locator:
    return page.locator(f"[data-step={name}]")


def answer_with(page: Page, content: bytes) -> None:
    def altered(route: Route) -> None:
        route.fulfill(status=200, content_type="application/octet-stream", body=content)

    page.route(FILE, altered)


def test_each_step_holds_and_the_balance_is_the_apps(
    page: Page, visitor: Visitor, saver: Person
) -> None:
    check(page)

    expect(page.locator(HOLDS)).to_have_count(1)
    expect(page.locator("[data-ok=true]")).to_have_count(8)
    for signer in ("fund_manager", "custodian"):
        expect(step(page, signer)).to_contain_text("模拟")
    (holding,) = saver.get("/v1/holdings")["data"]
    units = int(holding["units"]["units"])
    expect(page.get_by_text(f"{units // 100:,}.{units % 100:02} 份")).to_be_visible()
    expect(page.locator(".bullets > li")).to_have_count(6)
    assert visitor.violations() == []


def test_one_altered_byte_fails_and_the_step_is_named(page: Page, proof: bytes) -> None:
    altered = bytearray(proof)
    altered[15 + 113 + 3 * 96 + 15] ^= 1  # the last byte of the units
    answer_with(page, bytes(altered))
    check(page)

    expect(page.locator(FAILS)).to_have_count(1)
    expect(step(page, "path")).to_have_attribute("data-ok", "false")
    expect(page.locator("[data-ok=false]")).to_have_count(1)


def test_an_altered_statement_fails_all_three_signatures(page: Page, proof: bytes) -> None:
    altered = bytearray(proof)
    altered[15 + 72] ^= 1  # the total
    choose(page, "altered.hqp", bytes(altered))

    expect(page.locator(FAILS)).to_have_count(1)
    for signer in ("platform", "fund_manager", "custodian"):
        expect(step(page, signer)).to_have_attribute("data-ok", "false")


def test_the_proof_of_another_day_is_not_taken_for_todays(page: Page, saver: Person) -> None:
    earlier = saver.get("/v1/seals")["data"][2]["on"]
    old = fetched(saver, f"/v1/me/proof?date={earlier}").content
    answer_with(page, old)
    check(page)

    expect(page.locator(FAILS)).to_have_count(1)
    expect(step(page, "day")).to_have_attribute("data-ok", "false")
    choose(page, "saved.hqp", old)  # as what it is, it holds
    expect(page.locator(HOLDS)).to_have_count(1)
    expect(step(page, "day")).to_have_count(0)


def test_a_root_that_others_do_not_see_fails(page: Page) -> None:
    def altered(route: Route) -> None:
        answer = route.fetch()
        told = answer.json()
        told["data"][0]["root"] = "00" * 32
        route.fulfill(response=answer, json=told)

    page.route("**/v1/seals*", altered)
    check(page)

    expect(page.locator(FAILS)).to_have_count(1)
    expect(step(page, "list")).to_have_attribute("data-ok", "false")


@pytest.mark.parametrize("content", [b"", b"huoqi-proof-v1\n", b"a picture" * 500])
def test_something_else_is_no_proof(page: Page, content: bytes) -> None:
    choose(page, "other.hqp", content)

    expect(page.locator(FAILS)).to_have_count(1)
    expect(step(page, "form")).to_have_attribute("data-ok", "false")


def test_a_saved_proof_is_checked_offline(page: Page, visitor: Visitor, proof: bytes) -> None:
    visitor.page.context.set_offline(True)
    choose(page, "saved.hqp", proof)

    expect(page.locator(HOLDS)).to_contain_text("有的步骤未能在此核对")
    expect(page.locator("[data-ok=true]")).to_have_count(5)
    for name in ("keys", "list"):
        expect(step(page, name)).to_have_attribute("data-ok", "unknown")
    check(page)
    expect(page.get_by_role("alert")).to_be_visible()
    page.goto("about:blank")
    visitor.problems.clear()  # the network is gone, which the browser notes


def test_the_download_is_what_the_command_line_verifies(page: Page) -> None:
    with page.expect_download() as waiting:
        page.get_by_role("link", name="下载凭证").click()
    content = waiting.value.path().read_bytes()

    assert len(content) <= 2_048
    assert verify(content).leaf.units_e2 > 0
