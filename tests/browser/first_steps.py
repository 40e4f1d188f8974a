"""A newcomer's way: registers, secures, binds a card and buys, with every tap counted."""

from dataclasses import dataclass, field
from itertools import count

from playwright.sync_api import Locator, Page, expect

from huoqi.payments.rules.cards import luhn_digit
from tests.browser.site import Visitor

CODE = "123456"
PASSWORD = "280461"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_SERIALS = count(1_000)


@dataclass
class Hand:
    """A finger on a page: counts taps; typing goes wherever the focus is, without one."""

    page: Page
    taps: int = 0
    #: What the device itself asks: finger or face, once for each passkey made or used.
    presses: int = field(default=0)

    def tap(self, name: str) -> None:
        """Tap a button or link of that name."""
        self.tap_on(self.named(name))

    def tap_on(self, target: Locator) -> None:
        """Tap an element."""
        target.click()
        self.taps += 1

    def named(self, name: str) -> Locator:
        """Return the button or link of a name."""
        button = self.page.get_by_role("button", name=name, exact=True)
        return button.or_(self.page.get_by_role("link", name=name, exact=True)).first

    def type(self, text: str, *, into: str) -> None:
        """Type into the field of a label, which must have the focus already."""
        field_ = self.page.get_by_label(into, exact=True)
        expect(field_).to_be_focused()
        self.page.keyboard.type(text)

    def key(self, digits: str) -> None:
        """Press keys of the pad; they are not counted."""
        pad = self.page.get_by_role("group", name="数字键盘")
        for digit in digits:
            pad.get_by_role("button", name="小数点" if digit == "." else digit, exact=True).click()


def with_passkeys(visitor: Visitor) -> None:
    """Give the browser an authenticator that always finds its owner."""
    session = visitor.page.context.new_cdp_session(visitor.page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def fresh_phone() -> str:
    """Return a number that nobody has used here."""
    return f"1377{next(_SERIALS):07d}"


def fresh_id(*, born: str = "19900307", sequence: str | None = None) -> str:
    """Return a sound identity number; a sequence of the magic values makes the authority act."""
    serial = next(_SERIALS)
    region = 110101 + serial % 5
    digits = f"{region}{born}{sequence or f'{serial % 300 + 20:03d}'}"
    total = sum(int(one) * weight for one, weight in zip(digits, _WEIGHTS, strict=True))
    return digits + "10X98765432"[total % 11]


def fresh_card(last_four: str, *, prefix: str = "622202", length: int = 19) -> str:
    """Return a sound card number with the last four digits that make the bank act."""
    body = f"{prefix}{next(_SERIALS):0{length - len(prefix) - 5}d}"
    for digit in range(10):
        number = f"{body}{digit}{last_four}"
        if luhn_digit(number[:-1]) == int(number[-1]):
            return number
    raise AssertionError("one of ten digits fits")


def register(hand: Hand, *, national_id: str, phone: str | None = None) -> None:
    """Go from the first page to the answer of the authority."""
    hand.tap("开户")
    hand.type(phone or fresh_phone(), into="手机号")
    hand.tap("获取验证码")
    hand.type(CODE, into="六位验证码")
    hand.type("模拟·新客", into="姓名")
    hand.tap("下一步")
    hand.type(national_id, into="身份证号")
    hand.tap("核实身份")


def secure(hand: Hand, *, passkey: bool = True) -> None:
    """Set up a passkey, or only the payment password."""
    if passkey:
        hand.tap("设置通行密钥")
        hand.presses += 1
    else:
        hand.tap("只用支付密码")
    hand.type(PASSWORD, into="支付密码")
    hand.type(PASSWORD, into="再输一次支付密码")


def bind(hand: Hand, number: str) -> None:
    """Bind a card; the mobile is the one that registered."""
    hand.type(number, into="银行卡号")
    hand.tap("绑定")


def order(hand: Hand, yuan: str) -> None:
    """Fill the form and open the review."""
    hand.page.get_by_label("买入金额", exact=True).wait_for()
    hand.key(yuan)
    hand.tap_on(hand.page.get_by_label("我已阅读并同意以上文件"))
    hand.tap("下一步：核对")
