"""The first page: it says what this is, in the reader's language, and everybody can read it."""

import pytest

from tests.browser.conftest import Visit
from tests.browser.site import Visitor


@pytest.mark.parametrize(
    ("locale", "language"), [("zh-CN", "zh-CN"), ("en-GB", "en")], ids=["zh", "en"]
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_stranger_is_welcomed(visit: Visit, locale: str, language: str, scheme: str) -> None:
    stranger = visit(locale=locale, scheme=scheme)

    page = stranger.open("/")

    page.get_by_role("heading", level=1).wait_for()
    assert page.get_attribute("html", "lang") == language
    assert stranger.violations() == []


def test_a_persona_is_signed_in_and_no_script_can_read_how(visitor: Visitor) -> None:
    visitor.open("/")
    visitor.sign_in_as("saver")

    told = visitor.page.evaluate("fetch('/v1/browser').then(answer => answer.json())")

    assert told["signed_in"] is True
    assert "huoqi" not in visitor.page.evaluate("document.cookie")
    profile = visitor.page.evaluate("fetch('/v1/me').then(answer => answer.json())")
    assert profile["has_payment_password"] is True


def test_no_page_of_another_site_changes_anything(visitor: Visitor) -> None:
    visitor.open("/")
    visitor.sign_in_as("saver")

    status = visitor.page.evaluate(
        "fetch('/v1/me/freeze', {method: 'POST'}).then(answer => answer.status)"
    )

    assert status == 403


@pytest.mark.parametrize("path", ["/console/", "/dev/"])
def test_the_other_two_entrances_open(visitor: Visitor, path: str) -> None:
    page = visitor.open(path)

    page.get_by_role("heading", level=1).first.wait_for()
    assert visitor.violations() == []
