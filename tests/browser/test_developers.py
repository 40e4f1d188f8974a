"""The developer pages: begin, be somebody, break something, read what happened, be told of it."""

import subprocess
import time

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.site import Visitor

PAGES = ("", "personas", "faults", "magic", "events", "webhooks")


@pytest.mark.parametrize("place", PAGES)
@pytest.mark.parametrize(
    ("locale", "scheme", "width"), [("zh-CN", "light", 360), ("en", "dark", 1280)]
)
def test_no_page_has_a_barrier(
    visit: Visit, place: str, locale: str, scheme: str, width: int
) -> None:
    visitor = visit(locale=locale, scheme=scheme, width=width)
    page = visitor.open(f"/dev/{place}")
    expect(page.locator("main h1")).to_be_visible()
    expect(page.locator("main .skeleton")).to_have_count(0, timeout=10_000)

    assert visitor.violations() == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_one_tap_is_one_sign_in_within_a_second(visitor: Visitor) -> None:
    page = visitor.open("/dev/personas")
    expect(page.locator(".dev-card")).to_have_count(10)
    button = page.get_by_role("button", name="以此人登录: 储蓄者")
    expect(button).to_be_visible()

    began = time.monotonic()
    button.click()
    page.wait_for_url(f"{visitor.site.address}/")
    expect(page.locator("main h1")).to_be_visible()

    assert time.monotonic() - began < 3  # a second on a machine that is not shared
    assert page.context.request.get(f"{visitor.site.address}/v1/browser").json()["signed_in"]


def test_a_fault_is_armed_seen_and_cancelled(visitor: Visitor) -> None:
    page = visitor.open("/dev/faults")
    page.get_by_role("button", name="注入: 银行失联").click()
    page.get_by_label("对象").select_option("ICBC")
    page.get_by_role("button", name="注入", exact=True).first.click()

    armed = page.locator("section", has=page.get_by_role("heading", name="生效与待生效"))
    expect(armed).to_contain_text("ICBC")
    page.get_by_role("button", name="取消: 银行失联").click()
    expect(armed).not_to_contain_text("ICBC")


def test_a_parameter_out_of_range_is_refused_with_its_limits(visitor: Visitor) -> None:
    page = visitor.open("/dev/faults")
    page.get_by_role("button", name="注入: 银行失联").click()
    page.get_by_label("hours").fill("999")
    page.get_by_role("button", name="注入", exact=True).first.click()

    field = page.get_by_label("hours")
    expect(field).to_be_focused()
    expect(field).to_have_value("999")
    expect(page.locator(".dev-form .field-error", has_text="240")).to_be_visible()


def test_magic_values_come_with_sound_samples(visitor: Visitor) -> None:
    page = visitor.open("/dev/magic")

    expect(page.get_by_text("6222020000000180000")).to_be_visible()
    expect(page.get_by_text("110105199705120170")).to_be_visible()
    expect(page.get_by_role("button", name="复制: 0000")).to_be_visible()


def test_the_log_is_live_and_can_be_narrowed(visitor: Visitor) -> None:
    page = visitor.open("/dev/events")
    expect(page.get_by_text("实时", exact=True)).to_be_visible()
    newest = int(page.locator(".dev-seq").first.inner_text())

    visitor.sign_in_as("commuter")

    expect(page.locator(".dev-seq").first).not_to_have_text(str(newest))
    page.get_by_label("类型").fill("customer.session")
    expect(page.locator(".dev-type", has_text="staff_session")).to_have_count(0)
    expect(page.locator(".dev-type").first).to_have_text("customer.session.opened")
    page.locator(".dev-event").first.click()
    expect(page.locator(".dev-detail pre")).to_contain_text('"object_id"')


def test_a_webhook_is_added_tested_spoiled_and_replayed(visitor: Visitor) -> None:
    page = visitor.open("/dev/webhooks")
    page.get_by_role("button", name="添加").click()
    expect(page.get_by_text("密钥，只显示这一次")).to_be_visible()
    inbox = page.get_by_role("list", name="沙盒收件箱")
    expect(inbox).to_contain_text("已应用", timeout=5_000)

    page.get_by_role("button", name="改一个字节").click()
    expect(inbox).to_contain_text("内容被改过")
    page.get_by_role("button", name="改签名时间").click()
    expect(inbox.locator("li")).to_have_count(3)
    page.get_by_role("button", name="去掉签名").click()
    expect(inbox).to_contain_text("缺少签名")

    page.get_by_role("link", name="webhook-inbox").first.click()
    page.get_by_role("button", name="发一条测试").click()
    expect(page.get_by_text("HTTP 200").first).to_be_visible()
    page.get_by_label("从序号重放").fill("1")
    page.get_by_role("button", name="重放").click()
    expect(page.locator(".dev-table")).to_contain_text("重放", timeout=5_000)


def test_the_calls_of_the_start_page_work_as_they_stand(visitor: Visitor) -> None:
    page = visitor.open("/dev/")
    expect(page.locator(".snippet pre")).to_have_count(6)
    calls = page.locator(".snippet pre").all_text_contents()
    # The first makes a key by command on the server's data; here the page's own session stands in.
    cookies = {each["name"]: each["value"] for each in page.context.cookies()}
    csrf = page.context.request.get(f"{visitor.site.address}/v1/browser").json()["developer"][
        "csrf"
    ]
    by_cookie = f'Cookie: huoqi_developer={cookies["huoqi_developer"]}" -H "Huoqi-Csrf: {csrf}'
    script = "\n".join([f"HUOQI={visitor.site.address}", *calls[1:]]).replace(
        "Authorization: Bearer $KEY", by_cookie
    )

    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, timeout=60, check=True
    )

    assert '"state":"placed"' in done.stdout or '"order"' in done.stdout, done.stdout
    assert "validation.amount_not_string" in done.stdout


def test_faults_of_files_say_how_to_have_files(visit: Visit) -> None:
    developer = visit(width=1280)
    developer.develop()
    page = developer.open("/dev/faults")

    files = page.get_by_role("region", name="管理人的文件")
    expect(files.get_by_text("./huoqi up --manager files")).to_be_visible()
    expect(files.get_by_role("heading", name="文件截断")).to_be_visible()
    assert files.get_by_role("button").count() == 0
