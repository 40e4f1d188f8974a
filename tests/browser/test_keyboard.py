"""The keyboard alone: a newcomer registers, buys and redeems; two people of the staff decide."""

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.first_steps import CODE, PASSWORD, fresh_card, fresh_id, fresh_phone
from tests.browser.keys import Keys
from tests.browser.site import Visitor
from tests.browser.world import FUND, staff


def _open_an_account(keys: Keys) -> None:
    keys.press("开户")
    keys.write(fresh_phone(), into="手机号")
    keys.press("获取验证码")
    keys.write(CODE, into="六位验证码")
    keys.write("模拟·键盘", into="姓名")
    keys.press("下一步")
    keys.write(fresh_id(), into="身份证号")
    keys.press("核实身份")
    keys.at("用指纹或面容确认付款")
    keys.press("只用支付密码")
    keys.write(PASSWORD, into="支付密码")
    keys.write(PASSWORD, into="再输一次支付密码")
    keys.at("绑定一张借记卡")
    keys.write(fresh_card("0000"), into="银行卡号")
    keys.press("绑定")


def test_a_newcomer_registers_buys_and_redeems(visitor: Visitor) -> None:
    page = visitor.open("/welcome")
    keys = Keys(page)
    keys.at("闲钱")
    _open_an_account(keys)
    keys.press("去买入")
    keys.write("100", into="买入金额")
    keys.press("我已阅读并同意", key="Space")
    keys.press("下一步：核对")
    keys.press("确认付款")
    keys.write(PASSWORD, into="支付密码（6 位数字）")
    expect(page.locator("[data-state=paid]")).to_be_visible()

    visitor.site.advance(days=3)
    visitor.open(f"/funds/{FUND}/redeem")
    keys.write("50", into="赎回金额")
    keys.press("赎回 ¥50.00")
    keys.write(PASSWORD, into="支付密码（6 位数字）")

    expect(page.get_by_role("heading", name="赎回已受理")).to_be_visible()


def test_an_approver_decides(visit: Visit) -> None:
    checker = visit(width=1280)
    with staff(checker.site, "operator") as operator:
        body = {"state": "purchases_suspended", "reason": "inflow", "source": "notice 3"}
        operator.post(f"/v1/funds/{FUND}/state", json=body).raise_for_status()
    checker.work_as("approver")
    page = checker.open("/console/approvals")
    keys = Keys(page)
    keys.at("复核")

    keys.press("基金状态")
    keys.at("复核：基金状态")
    keys.press("批准")

    expect(page.get_by_text("已批准").first).to_be_visible()
