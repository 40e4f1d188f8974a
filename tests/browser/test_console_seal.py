"""The cockpit's fourteenth step: who has not signed is named, the figures stand, days follow."""

from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Visit
from tests.browser.console import OWN_DONE
from tests.browser.site import Site, Visitor
from tests.browser.world import FUND, Person, person

MANAGER = f"/v1/sandbox/fund-manager/{FUND}/faults"


@pytest.fixture(scope="module")
def saver(site: Site) -> Iterator[Person]:
    """Return a saver whose fund has closed two days."""
    someone = person(site, "saver")
    someone.buy(1_234_567)
    site.advance(days=3)
    yield someone
    someone.http.close()


@pytest.fixture
def unsealed_on(site: Site, saver: Person) -> Iterator[date]:
    """Yield a day that closed while the custodian was away, and let its hours end."""
    last = date.fromisoformat(saver.get("/v1/seals?limit=1")["data"][0]["on"])
    on = date.fromordinal(last.toordinal() + 1)
    site.develop("POST", MANAGER, {"fault": "custodian_away", "params": {"hours": 30}})
    site.advance(days=1)
    yield on
    site.advance(days=2)


@pytest.fixture
def operator(visit: Visit) -> Visitor:
    """Return an operator in a browser."""
    caller = visit()
    caller.work_as("operator")
    return caller


def seal_of(operator: Visitor, on: date) -> Locator:
    """Open the cockpit of a day and return its last step."""
    return operator.open(f"/console/close/{FUND}/{on.isoformat()}").locator(".cockpit > li").last


def test_a_day_that_everybody_signed_is_done(operator: Visitor, saver: Person) -> None:
    seal = saver.get("/v1/seals?limit=1")["data"][0]

    step = seal_of(operator, date.fromisoformat(seal["on"]))

    expect(step).to_have_class("done")
    expect(operator.page.locator(OWN_DONE)).to_have_count(12)


def test_a_missing_signer_is_named_and_holds_up_no_close(
    operator: Visitor, site: Site, saver: Person, unsealed_on: date
) -> None:
    step = seal_of(operator, unsealed_on)
    expect(step).to_have_class("blocked")
    expect(step.locator("summary")).to_contain_text("托管人")
    expect(operator.page.locator(OWN_DONE)).to_have_count(11)

    site.advance(days=2)  # it answers again, and the days that wait follow in their order
    expect(seal_of(operator, unsealed_on)).to_have_class("done")
    newest = saver.get("/v1/seals?limit=1")["data"][0]["on"]
    assert date.fromisoformat(newest) > unsealed_on
