"""The bar over every page: tomorrow in one tap, what comes next, branches, and going back."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.site import Visitor

ENTRIES = ("/", "/console/", "/dev/")


def opened(page: Page) -> Page:
    """Return a page whose bar is unfolded and has told what it knows."""
    page.locator(".bar-open").click()
    expect(page.locator(".bar-branch").first).to_be_visible()
    return page


def stands_at(page: Page) -> str:
    """Return where the bar says that the clock stands."""
    return page.locator(".bar-at").inner_text()


def arrived(page: Page) -> None:
    """Wait until the clock has come where it was sent."""
    expect(page.locator(".bar-next")).not_to_have_attribute("aria-busy", "true", timeout=60_000)


@pytest.mark.parametrize("entry", ENTRIES)
def test_the_bar_is_over_every_page_and_moves_nothing(visitor: Visitor, entry: str) -> None:
    visitor.sign_in_as("saver")
    page = visitor.open(entry)
    expect(page.locator(".bar-open")).to_be_visible()

    box = page.locator(".time-bar").bounding_box()
    assert box is not None
    assert (round(box["y"]), round(box["height"])) == (0, 44)
    top = page.locator(".shell-top").bounding_box()
    opened(page)
    assert page.locator(".shell-top").bounding_box() == top


def test_tomorrow_is_one_tap_and_home_shows_it_within_a_second(visitor: Visitor) -> None:
    visitor.sign_in_as("saver")
    page = visitor.open("/")
    expect(page.locator(".bar-at")).to_contain_text("2015")
    before = stands_at(page)

    page.locator(".bar-next").click()
    expect(page.locator(".bar-next")).to_have_attribute("aria-busy", "true")
    arrived(page)

    assert stands_at(page) != before
    said = re.search(r"\d+月(\d+)日", before)
    assert said is not None
    yesterday = re.compile(rf"\d+月{said[1]}日")
    expect(page.locator("main")).to_contain_text(yesterday, timeout=1_000)


def test_the_next_five_events_are_told(visitor: Visitor) -> None:
    visitor.sign_in_as("saver")
    page = opened(visitor.open("/"))

    expect(page.locator(".bar-due > li")).to_have_count(5)
    before = stands_at(page)
    page.get_by_role("button", name="下一件事").click()
    arrived(page)
    expect(page.locator(".bar-at")).not_to_have_text(before)


def test_a_rewind_brings_the_day_and_the_persona_back(visitor: Visitor) -> None:
    visitor.develop()
    page = opened(visitor.open("/"))
    page.get_by_label("把现在存为分支").fill("before-tea")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("button", name="回退: before-tea")).to_be_visible(timeout=20_000)
    before = stands_at(page)
    visitor.sign_in_as("saver")  # the session did not live when the branch was kept
    opened(visitor.open("/"))
    page.get_by_role("button", name="+1 天").click()
    expect(page.locator(".bar-at")).not_to_have_text(before)
    arrived(page)

    page.get_by_role("button", name="回退: before-tea").click()
    page.get_by_role("dialog").get_by_role("button", name="回退").click()

    expect(page.locator(".bar-panel .refused")).to_have_count(0)
    expect(page.locator(".bar-at")).to_have_text(before, timeout=30_000)
    expect(page.locator(".toast").last).to_contain_text("before-tea")
    assert page.context.request.get(f"{visitor.site.address}/v1/browser").json()["signed_in"]


def test_a_branch_name_that_cannot_be_is_told_beside_its_field(visitor: Visitor) -> None:
    visitor.develop()
    page = opened(visitor.open("/dev/"))
    field = page.get_by_label("把现在存为分支")

    field.fill("Not Allowed")
    page.get_by_role("button", name="保存").click()

    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_value("Not Allowed")


def test_beyond_the_calendar_is_refused_with_the_way_on(visitor: Visitor) -> None:
    visitor.develop()
    page = opened(visitor.open("/dev/"))
    page.get_by_label("到哪一天").fill("2031-01-01")

    page.get_by_role("button", name="前往").click()

    refused = page.locator(".bar-panel .refused")
    expect(refused).to_contain_text("calendar.beyond_horizon")
    expect(refused).to_contain_text("延长日历")


def test_the_keyboard_opens_moves_and_closes_it(visitor: Visitor) -> None:
    visitor.develop()
    page = visitor.open("/dev/")
    page.locator(".bar-open").focus()

    page.keyboard.press("Enter")
    expect(page.locator("#time-title")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")

    expect(page.locator(".bar-panel")).to_have_count(0)
    expect(page.locator(".bar-open")).to_be_focused()


@pytest.mark.parametrize(
    ("locale", "scheme", "width"), [("zh-CN", "light", 360), ("en", "dark", 1280)]
)
def test_the_open_bar_has_no_barrier(visit: Visit, locale: str, scheme: str, width: int) -> None:
    visitor = visit(locale=locale, scheme=scheme, width=width)
    visitor.develop()
    opened(visitor.open("/dev/"))

    assert visitor.violations() == []
