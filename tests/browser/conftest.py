"""Journeys in a real browser: the system's Chromium, a server of its own for each module.

``site`` is the server, ``browser`` the browser, ``visitor`` a page on a phone in Chinese;
``visit`` makes pages of other languages, colours and sizes. A page that shows an error in its
console fails its test at the end. Take ``./huoqi test tests/browser``.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.site import FLAGS, Site, Visitor, build_screens, served_site
from tools.folders import find_browser

Visit = Callable[..., Visitor]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return the system's Chromium, running."""
    program = find_browser()
    if program is None:
        pytest.skip("no Chromium on the PATH: install it, or set HUOQI_CHROMIUM")
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else list(FLAGS)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=flags)
        yield running
        running.close()


@pytest.fixture(scope="session")
def screens(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Build the screens once for all tests."""
    build_screens(tmp_path_factory.mktemp("screens"))


@pytest.fixture(scope="module")
def site(
    screens: None, database_dsn: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """Return a served sandbox company of this module's own."""
    with served_site(database_dsn, data=tmp_path_factory.mktemp("site")) as served:
        yield served


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Visit]:
    """Return a maker of pages, each a browser of its own without any cookie."""
    visitors: list[Visitor] = []

    def made(
        *, locale: str = "zh-CN", scheme: str = "light", width: int = 390, height: int = 844
    ) -> Visitor:
        context = browser.new_context(
            locale=locale,
            color_scheme="dark" if scheme == "dark" else "light",
            viewport={"width": width, "height": height},
            reduced_motion="reduce",
            timezone_id="Asia/Shanghai",
        )
        visitors.append(Visitor(context.new_page(), site))
        return visitors[-1]

    yield made
    for visitor in visitors:
        # A page that asks again by itself may be asking just now, through a route of the test's.
        if not visitor.page.is_closed():
            visitor.page.unroute_all(behavior="ignoreErrors")
        visitor.page.context.close()
    assert [problem for visitor in visitors for problem in visitor.problems] == []


@pytest.fixture
def visitor(visit: Visit) -> Visitor:
    """Return a page on a phone, in Chinese and light."""
    return visit()


@pytest.fixture
def artefacts() -> Path | None:
    """Return the folder for screenshots, None if none is wanted (``HUOQI_SCREENSHOTS``)."""
    named = os.environ.get("HUOQI_SCREENSHOTS")
    return Path(named) if named else None
