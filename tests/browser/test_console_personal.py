"""Nobody is named without a purpose on any screen; what staff did is told in words."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.console import staffed
from tests.browser.screens import screens
from tests.browser.site import Site
from tests.browser.walk import settle
from tests.browser.world import World, furnish

PERSONAL = ("name", "phone", "national_id", "card")
CONSOLE = [screen for screen in screens() if screen.entry == "console"]
#: Keeps what the API answers to a page, in the page.
_LISTEN = """
    const asked = window.fetch;
    window.told = [];
    window.fetch = async (...what) => {
        const answer = await asked(...what);
        answer.clone().text().then(text => window.told.push(text), () => undefined);
        return answer;
    };
"""


@pytest.fixture(scope="module")
def world(site: Site) -> World:
    """Return a furnished company."""
    return furnish(site)


@pytest.fixture(scope="module")
def marks(site: Site) -> dict[str, str]:
    """Return what is personal of the sandbox's people, by who and what."""
    people = site.develop("GET", "/v1/sandbox/personas")["data"]
    found = {
        f"{one['persona']} {field}": str(one[field])
        for one in people
        for field in PERSONAL
        if one.get(field)
    }
    assert {f"saver {field}" for field in PERSONAL} <= set(found)
    return found


@pytest.mark.parametrize("role", ["operator", "compliance"])
def test_nobody_is_named_without_a_purpose(
    visit: Visit, world: World, marks: dict[str, str], role: str
) -> None:
    clerk = visit(width=1280)
    clerk.work_as(role)
    clerk.page.add_init_script(_LISTEN)
    found: dict[str, list[str]] = {}
    for screen in CONSOLE:
        page = clerk.open(screen.at(world.places))
        settle(clerk)
        told: list[str] = page.evaluate("window.told")
        assert told, screen.name
        seen = "\n".join([page.content(), *told])
        named = [who for who, mark in marks.items() if mark in seen]
        if named:
            found[screen.name] = named
    assert found == {}


def test_acts_are_told_in_words_beside_their_codes(visit: Visit, world: World) -> None:
    clerk = visit(width=1280)
    caller = staffed(clerk, "compliance")
    acts = caller.get("GET", "/v1/staff/audit?limit=500")["data"]
    page = clerk.open("/console/audit")

    for code in sorted({act["type"] for act in acts}):
        page.get_by_label("类型", exact=True).fill(code)
        page.get_by_role("button", name="筛选").click()
        row = page.get_by_role("grid").get_by_role("row").filter(has_text=code).first
        expect(row.get_by_role("button")).to_have_text(re.compile("[\u4e00-\u9fff]"))
    assert clerk.violations() == []
