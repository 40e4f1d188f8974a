"""An auditor takes the evidence of a day from the console; the page compares it with its hash."""

from pathlib import Path

from playwright.sync_api import Route, expect

from huoqi.close.rules.evidence_check import check
from tests.browser.conftest import Visit
from tests.browser.console import buy, staffed
from tests.browser.site import Site

BUTTON = "下载并校验"


def test_a_pack_is_taken_saved_and_sound(visit: Visit, site: Site, tmp_path: Path) -> None:
    buy(visit(), "saver", fen=10_000)
    site.advance(days=2)
    clerk = visit(width=1280)
    staffed(clerk, "compliance")
    page = clerk.open("/console/audit")

    with page.expect_download() as download:
        page.get_by_role("button", name=BUTTON).click()
    file = tmp_path / "pack.txt"
    download.value.save_as(file)

    status = page.get_by_role("status").filter(has_text="校验通过")
    expect(status).to_contain_text("收到的文件与服务器所述散列一致")
    assert download.value.suggested_filename.startswith("huoqi-evidence-")
    assert check(file.read_bytes().splitlines(keepends=True)).faults == ()
    assert clerk.violations() == []


def test_another_hash_and_a_day_that_is_not_over_are_told(visit: Visit) -> None:
    clerk = visit(width=1280)
    staffed(clerk, "compliance")
    page = clerk.open("/console/audit")
    day = page.get_by_label("日期", exact=True)

    def altered(route: Route) -> None:
        told = {"Huoqi-File-Sha256": "00" * 32, "Huoqi-Evidence-Faults": "2"}
        route.fulfill(body="pack\n", headers=told)

    page.route("**/evidence", altered)
    page.get_by_role("button", name=BUTTON).click()
    expect(page.get_by_text("校验发现 2 处不符")).to_be_visible()
    expect(page.get_by_text("散列不一致")).to_be_visible()
    page.unroute("**/evidence")
    day.fill("2099-01-01")
    page.get_by_role("button", name=BUTTON).click()

    expect(page.get_by_text("该日尚未结束")).to_be_visible()
