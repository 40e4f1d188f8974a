"""A manager that is spoken to in files: the monitor shows each fault, and it is put right."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.console import FUND, OWN_DONE, staffed
from tests.browser.site import Site, served_site
from tests.browser.world import person

GRID = "与管理人往来的文件"


@pytest.fixture(scope="module")
def site(
    screens: None, database_dsn: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """Return a company whose manager's transfer agent is a process with books of its own."""
    data = tmp_path_factory.mktemp("files")
    with served_site(database_dsn, data=data, manager="files") as served:
        saver = person(served, "saver")
        saver.buy(2_000_000)
        saver.http.close()
        served.advance(days=3)
        yield served


def night_after(site: Site, fault: str, **params: int) -> date:
    """Let a fault strike in the coming night's files; return the day that they are of."""
    today = date.fromisoformat(site.advance(days=1)[:10])
    site.develop("POST", "/v1/sandbox/faults", {"fault": fault, "params": params})
    tomorrow = today + timedelta(days=1)
    site.advance(to=f"{tomorrow}T03:00:00+08:00")
    return today


def monitor(visit: Visit, day: date, *, state: str) -> Page:
    """Open the monitor at a day's files in a state."""
    clerk = visit(width=1280)
    staffed(clerk, "operator")
    return clerk.open(f"/console/connections?day={day}&state={state}")


def sheet_of(page: Page, words: str) -> None:
    """Expect what a file's own page says; several parts are all looked for."""
    page.get_by_role("grid", name=GRID).get_by_role("row").locator(".cell-button").first.click()
    for part in words.split("|"):
        expect(page.get_by_role("dialog")).to_contain_text(part)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("file_truncated", "文件不完整|字节起|已隔离"),
        ("file_wrong_date", "应为|实为|已隔离"),
    ],
)
def test_a_spoiled_file_is_set_aside_and_the_day_closes_with_the_right_one(
    visit: Visit, site: Site, fault: str, words: str
) -> None:
    day = night_after(site, fault, type=6)

    page = monitor(visit, day, state="refused")
    sheet_of(page, words)

    site.advance(days=1)
    page = monitor(visit, day, state="accepted")
    expect(page.get_by_role("grid", name=GRID).get_by_text("06 收益分配")).to_be_visible()
    page.goto(f"{site.address}/console/close/{FUND}/{day}")
    expect(page.locator(OWN_DONE)).to_have_count(12)


@pytest.mark.parametrize("fault", ["file_duplicate", "file_replayed"])
def test_a_file_that_comes_twice_counts_once(visit: Visit, site: Site, fault: str) -> None:
    day = night_after(site, fault, type=6)
    site.advance(days=1)

    page = monitor(visit, day, state="absorbed")

    expect(page.get_by_role("grid", name=GRID)).to_contain_text("重复，已忽略")
    sheet_of(page, "先前的文件")


def test_a_late_file_is_seen_and_the_day_closes_once_it_is_there(visit: Visit, site: Site) -> None:
    day = night_after(site, "file_late", type=7, hours=4)

    page = monitor(visit, day, state="late")
    expect(page.get_by_role("grid", name=GRID)).to_contain_text("迟到 1 小时")
    page.goto(f"{site.address}/console/close/{FUND}/{day}")
    step = page.locator(".cockpit > li", has_text="接收净值与收益")
    step.locator("summary").click()
    expect(step.get_by_role("link", name="07 基金行情")).to_be_visible()

    site.advance(days=1)
    expect(page.locator(OWN_DONE)).to_have_count(12, timeout=20_000)


def test_faults_of_files_can_be_armed_here(visit: Visit, site: Site) -> None:
    developer = visit(width=1280)
    developer.develop()
    page = developer.open("/dev/faults")

    files = page.get_by_role("region", name="管理人的文件")
    expect(files.get_by_role("link", name="文件与连接")).to_be_visible()
    expect(files.get_by_role("button", name="注入: 文件截断")).to_be_visible()
