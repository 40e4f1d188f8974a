"""The customer app on a phone: Lighthouse on four screens, signed in, and what their scripts weigh.

Lighthouse stands in a package of its own (``bench/app``) and is installed when it is first asked
for. Each run is a fresh browser with its throttled phone: a network of 150 ms and 1.6 Mbit/s, a
processor four times slower than this one. The run in the middle counts. What else the machine does
slows the phone by four, so figures of a busy machine tell of the machine.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import httpx

from bench.machine import facts
from huoqi.bootstrap.node import Node, ensure_node
from huoqi.bootstrap.settings import Settings, read_settings
from tests.browser.site import FLAGS, Json, Site
from tests.browser.standing import company
from tests.browser.world import FUND
from tools.folders import find_browser

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "bench" / "app"
PAGES = {
    "home": "/",
    "product": f"/funds/{FUND}",
    "buy": f"/funds/{FUND}/buy",
    "records": "/orders",
}
GOALS = {
    "performance": 99,
    "accessibility": 100,
    "best_practices": 100,
    "lcp_ms": 1_200,
    "cls": 0,
    "home_js_kb": 45,
    "all_js_kb": 120,
}
_COOKIES = ("huoqi_session", "huoqi_device")
_INSTALL_S, _MEASURE_S = 600, 1_800


def run(*, runs: int = 3) -> dict[str, object]:
    """Return the figures of the run in the middle for each page, and the sizes."""
    program = find_browser()
    assert program is not None, "no Chromium on the PATH: install it, or set HUOQI_CHROMIUM"
    settings = read_settings(os.environ, root=ROOT)
    node = ensure_node(settings, say=print)
    _install(node, settings)
    with company() as (site, _):
        pages = _measured(node, settings, program, _asked(site, runs=runs))
    return {
        "bench": "app",
        "pages": pages,
        **_sizes(node, settings),
        "runs": runs,
        "goals": GOALS,
        "load": round(os.getloadavg()[0], 1),
        "machine": facts(),
    }


def _install(node: Node, settings: Settings) -> None:
    wanted = (PACKAGE / "package-lock.json").read_bytes()
    mark = PACKAGE / "node_modules" / ".installed"
    if mark.is_file() and mark.read_bytes() == wanted:
        return
    command = [*node.npm, "ci", "--ignore-scripts", "--no-progress", "--loglevel=error"]
    environment = node.environment(settings)
    subprocess.run(command, cwd=PACKAGE, env=environment, check=True, timeout=_INSTALL_S)
    shutil.copyfile(PACKAGE / "package-lock.json", mark)


def _asked(site: Site, *, runs: int) -> Json:
    headers = {"Cookie": _signed_in(site)}
    flags = ["--headless=new", *FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    pages = [
        {"name": name, "url": f"{site.address}{path}", "headers": headers}
        for name, path in PAGES.items()
    ]
    return {"pages": pages, "flags": flags, "runs": runs}


def _signed_in(site: Site) -> str:
    """Return the cookies of a browser in which the saver is signed in."""
    with httpx.Client(base_url=site.address, headers={"Huoqi-Client": "browser"}) as http:
        developer = http.post("/v1/sandbox/developer-session").raise_for_status().json()
        headers = {"Huoqi-Csrf": developer["csrf"]}
        http.post("/v1/sandbox/personas/saver/sessions", headers=headers).raise_for_status()
        return "; ".join(
            f"{each.name}={each.value}" for each in http.cookies.jar if each.name in _COOKIES
        )


def _measured(node: Node, settings: Settings, program: str, asked: Json) -> list[Json]:
    command = [str(node.program), str(PACKAGE / "measure.mjs"), program, json.dumps(asked)]
    told = subprocess.run(
        command,
        env=node.environment(settings),
        stdout=subprocess.PIPE,
        check=True,
        timeout=_MEASURE_S,
    )
    pages: list[Json] = json.loads(told.stdout)
    return pages


def _sizes(node: Node, settings: Settings) -> dict[str, Any]:  # a JSON document of numbers
    command = [str(node.program), "tools/sizes.mjs", "--json"]
    told = subprocess.run(
        command,
        cwd=settings.app_sources,
        env=node.environment(settings),
        stdout=subprocess.PIPE,
        check=True,
        timeout=_INSTALL_S,
    )
    sizes: dict[str, Any] = json.loads(told.stdout)
    return {name: sizes[name] for name in ("home_js_kb", "all_js_kb")}
