"""The event log and its receivers: replayed, applied once; a failure tells its reason."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import Json, Site, Visitor
from tests.browser.world import person
from tests.events.webhooks.receiver import Receiver, receiving

FEN = 10_000


@pytest.fixture(scope="module")
def log(site: Site) -> list[Json]:
    """Return the events of a purchase, oldest first."""
    saver = person(site, "saver")
    order = saver.buy(FEN)
    saver.http.close()
    site.advance(days=2)
    listed = site.develop("GET", f"/v1/events/newest?object={order}&limit=50")["data"]
    return sorted(listed, key=lambda event: int(event["seq"]))


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Return a program of the developer's own that is told of events."""
    with receiving() as listening:
        yield listening


def added(visitor: Visitor, receiver: Receiver) -> Page:
    """Return the page of a receiver that was just added, with its secret handed over."""
    page = visitor.open("/dev/webhooks")
    page.get_by_label("地址").fill(receiver.url)
    page.get_by_label("类型").fill("fund.purchase")
    page.get_by_role("button", name="添加", exact=True).click()
    secret = page.locator(".snippet", has_text="密钥，只显示这一次").locator("pre")
    receiver.secrets = [secret.inner_text().strip()]
    page.get_by_role("link", name=receiver.url).first.click()
    expect(page.get_by_role("heading", level=1, name="Webhook 接收方")).to_be_visible()
    return page


def removed(page: Page) -> None:
    """Take the receiver away again, so that others are told alone."""
    page.get_by_role("button", name="删除", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="删除").click()
    expect(page.get_by_role("heading", level=1, name="Webhook", exact=True)).to_be_visible()


def test_a_replay_from_a_number_brings_the_same_ids_and_is_applied_once(
    visitor: Visitor, log: list[Json], receiver: Receiver
) -> None:
    page = added(visitor, receiver)
    wanted = [event["id"] for event in log if event["type"].startswith("fund.purchase")]
    for _ in range(2):
        before = len(receiver.got)
        page.get_by_label("从序号重放").fill(log[0]["seq"])
        page.get_by_role("button", name="重放").click()
        rows = page.locator(".dev-table tbody tr").filter(has_text="重放")
        expect(rows.nth(before + len(wanted) - 1)).to_be_visible(timeout=15_000)

    told = [event["id"] for event in receiver.got]
    assert told == [*wanted, *wanted]
    assert receiver.refused == []
    assert set(receiver.applied.values()) == {1}
    assert visitor.violations() == []
    removed(page)


def test_an_event_is_sent_again_from_the_log(
    visitor: Visitor, log: list[Json], receiver: Receiver
) -> None:
    hook = added(visitor, receiver)
    address = hook.url
    page = visitor.open(f"/dev/events?object={log[0]['object_id']}")
    row = page.locator(".dev-events > li").filter(has_text="fund.purchase.paid")
    row.locator(".dev-event").click()
    row.get_by_role("button", name="重新发送").click()
    expect(page.locator(".toast").last).to_contain_text("编号不变")

    page.goto(address)
    sent = page.locator(".dev-table tbody tr").filter(has_text="重发")
    expect(sent).to_contain_text("已送达", timeout=15_000)
    paid = next(event["id"] for event in log if event["type"] == "fund.purchase.paid")
    assert [event["id"] for event in receiver.got] == [paid]
    removed(page)


def test_a_number_that_the_log_has_not_reached_is_refused_beside_its_field(
    visitor: Visitor, log: list[Json], receiver: Receiver
) -> None:
    page = added(visitor, receiver)
    field = page.get_by_label("从序号重放")
    field.fill("999999999")

    page.get_by_role("button", name="重放").click()

    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_value("999999999")
    removed(page)


def test_a_delivery_that_failed_says_why_and_when_it_is_tried_again(
    visitor: Visitor, log: list[Json], receiver: Receiver
) -> None:
    page = added(visitor, receiver)
    receiver.answers = [500] * 20
    page.get_by_label("从序号重放").fill(log[0]["seq"])
    page.get_by_role("button", name="重放").click()

    row = page.locator(".dev-table tbody tr").filter(has_text="HTTP 500").first
    expect(row).to_contain_text("将重试", timeout=15_000)
    expect(row.locator("td").last).not_to_have_text("–")
    assert visitor.violations() == []
    removed(page)
