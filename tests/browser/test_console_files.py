"""The monitor of a manager's files: late, refused with its place in words, asked for again."""

import uuid
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime

import pytest
from playwright.sync_api import Locator, Page, expect

from huoqi.fund.managers.drop import file_store as manager_files
from huoqi.fund.managers.drop.file_store import ManagerFileRow
from huoqi.kit.clock import TableClock
from huoqi.kit.dates import SHANGHAI
from huoqi.kit.db import Database
from huoqi.kit.errors import Param
from huoqi.kit.ids import RandomIds
from tests.browser.conftest import Visit
from tests.browser.console import FUND, heading, staffed
from tests.browser.site import Site

DAY = date(2015, 5, 11)
DUE_AT = datetime(2015, 5, 12, 1, 30, tzinfo=SHANGHAI)
NAME = "OFD_98_301_20150511_06.TXT"
PLACE: dict[str, Param] = {
    "file": NAME,
    "record": 731,
    "offset": 98_701,
    "field": "TransactionCfmDate",
}


@pytest.fixture(scope="module")
def files(site: Site) -> None:
    """Keep a day's files, one accepted, one refused, one late; the clock is seven hours on."""
    site.advance(to="2015-05-12T08:30:00+08:00")
    late = ManagerFileRow(uuid.uuid4(), "98", "in", DAY, "07", "", 1, "late", expected_at=DUE_AT)
    here = replace(
        late,
        arrived_at=DUE_AT,
        ended_at=DUE_AT,
        sha256="ab" * 32,
        size_bytes=98_765,
        record_count=1_234,
    )
    rows = [
        late,
        replace(here, file_id=uuid.uuid4(), file_type="05", state="accepted"),
        replace(
            here,
            file_id=uuid.uuid4(),
            file_type="06",
            name=NAME,
            state="refused",
            code="ofd.truncated",
            facts=PLACE,
        ),
    ]
    database = Database(site.dsn, clock=TableClock(), ids=RandomIds())
    with closing(database), database.work() as work:
        manager_files.save(work, rows)


def row_of(page: Page, words: str) -> Locator:
    """Return the row of the list of files that has these words."""
    return (
        page
        .get_by_role("grid", name="与管理人往来的文件")
        .get_by_role("row")
        .filter(has_text=words)
    )


def test_a_late_file_says_since_when(visit: Visit, files: None) -> None:
    clerk = visit(width=1280)
    staffed(clerk, "viewer")
    page = clerk.open("/console/connections")
    heading(page, "文件与连接")

    expect(row_of(page, "07 基金行情")).to_contain_text("迟到 7 小时")
    expect(page.get_by_text("处需要留意")).to_be_visible()
    expect(row_of(page, "05 份额对账")).to_contain_text("1,234")
    page.get_by_role("button", name="被拒").click()
    expect(row_of(page, "07 基金行情")).to_have_count(0)
    row_of(page, "06 收益分配").get_by_role("button", name="06").click()
    expect(page.get_by_text("由运营角色重取")).to_be_visible()
    assert clerk.violations() == []


def test_a_refused_file_names_record_byte_and_field_and_is_asked_for_again(
    visit: Visit, files: None
) -> None:
    clerk = visit(width=1280)
    caller = staffed(clerk, "operator")
    page = clerk.open("/console/connections?state=refused")
    row_of(page, "06 收益分配").get_by_role("button", name="06").click()

    sheet = page.get_by_role("dialog")
    expect(sheet).to_contain_text("文件不完整")
    expect(sheet).to_contain_text(
        "第 731 条记录 · 第 98,701 字节起 · 字段 确认日期 (TransactionCfmDate)"
    )
    expect(sheet).to_contain_text("整个文件已隔离")
    assert clerk.violations() == []
    sheet.get_by_role("button", name="向管理人重取").click()

    expect(sheet.get_by_role("button", name="已请求重取")).to_have_attribute(
        "aria-disabled", "true"
    )
    page.keyboard.press("Escape")
    expect(row_of(page, "06 收益分配")).to_contain_text("已请求重取")
    (asked,) = caller.get("GET", "/v1/staff/manager-files?state=refused")["data"]
    assert asked["pull_wanted"]


def test_a_refusal_is_read_in_english_on_a_narrow_dark_screen(visit: Visit, files: None) -> None:
    clerk = visit(width=360, locale="en-GB", scheme="dark")
    caller = staffed(clerk, "operator")
    (refused,) = caller.get("GET", "/v1/staff/manager-files?state=refused")["data"]
    page = clerk.open(f"/console/connections?file={refused['id']}")

    sheet = page.get_by_role("dialog", name="06 Income")
    expect(sheet).to_contain_text("record 731 · byte 98,701 · field day of confirmation")
    assert clerk.violations() == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_step_of_the_close_leads_to_the_file_it_waits_for(visit: Visit, files: None) -> None:
    clerk = visit(width=1280)
    staffed(clerk, "operator")
    page = clerk.open(f"/console/close/{FUND}/{DAY}")

    step = page.locator(".cockpit > li", has_text="接收净值与收益")
    step.locator("summary").click()
    expect(step.get_by_role("link", name="07 基金行情")).to_be_visible()
    assert clerk.violations() == []
    step.get_by_role("link", name="06 收益分配").click()

    expect(page.get_by_role("dialog")).to_contain_text("文件不完整")
