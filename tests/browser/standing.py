"""A furnished company and a browser for the tools that walk over screens outside of pytest."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from playwright.sync_api import Browser, sync_playwright

from huoqi.kit.postgres import EmbeddedPostgres, Profile, remove_cluster
from tests.browser.site import FLAGS, Site, build_screens, served_site
from tests.browser.walk import Guide
from tests.browser.world import World, furnish
from tools.folders import find_browser


@contextmanager
def running_browser() -> Iterator[Browser]:
    """Yield the system's Chromium, running."""
    program = find_browser()
    if program is None:
        message = "There is no Chromium on the PATH: install it, or set HUOQI_CHROMIUM."
        raise click.ClickException(message)
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else list(FLAGS)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=flags)
        try:
            yield running
        finally:
            running.close()


@contextmanager
def guided_tour() -> Iterator[Guide]:
    """Yield a guide through a company of its own, which is removed afterwards."""
    with company() as (site, world), running_browser() as browser:
        guide = Guide(browser, site, world)
        yield guide
        guide.close()


@contextmanager
def company() -> Iterator[tuple[Site, World]]:
    """Yield a furnished company on a fresh data folder, which is removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="huoqi-screens-"))
    try:
        click.echo("a company of its own: screens, server, five weeks of orders", err=True)
        build_screens(folder)
        with (
            EmbeddedPostgres(folder, profile=Profile.DISPOSABLE) as cluster,
            served_site(cluster.cluster_status().dsn, data=folder) as site,
        ):
            yield site, furnish(site)
    finally:
        remove_cluster(folder)  # As root it stands outside the folder.
        shutil.rmtree(folder, ignore_errors=True)
