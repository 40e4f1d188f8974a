"""Figures of the console stay within their cards, at each width and in both languages."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, Route

from tests.browser.conftest import Visit

APPROVAL: dict[str, Any] = {
    "id": "ap-1",
    "kind": "ledger.correction",
    "object_id": "990001/2015-05-11/a-long-name-of-an-object",
    "state": "pending",
    "maker": "staff:sandbox-operator",
    "proposed_at": "2015-05-11T09:00:00+08:00",
    "decided_at": None,
    "customer_count": 100_000_000,
    "evidence": "ticket 1",
    "before": {"amount_fen": "100000000"},
    "after": {"amount_fen": "99999999999999"},
}
#: What is wider than its card or its screen.
OVERFLOWING = """() => [document.documentElement, ...document.querySelectorAll('.stat, .panel')]
    .filter(box => box.scrollWidth > box.clientWidth + 1).map(box => box.textContent)"""


def _approval(route: Route) -> None:
    body = {"approval": APPROVAL, "business_time": "2015-05-11T10:00:00+08:00"}
    route.fulfill(body=json.dumps(body), content_type="application/json")


def _overflowing(page: Page, width: int) -> list[str]:
    page.set_viewport_size({"width": width, "height": 844})
    found: list[str] = page.evaluate(OVERFLOWING)
    return found


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
@pytest.mark.parametrize("path", ["/console/approvals/ap-1", "/console/liquidity"])
def test_no_figure_leaves_its_card(visit: Visit, locale: str, path: str) -> None:
    clerk = visit(width=1280, locale=locale)
    clerk.work_as("operator")
    clerk.page.route("**/v1/approvals/ap-1*", _approval)
    page = clerk.open(path)
    page.locator(".stat").first.wait_for()

    assert {width: _overflowing(page, width) for width in (1280, 768, 360)} == {
        1280: [],
        768: [],
        360: [],
    }
