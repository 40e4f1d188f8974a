"""Make pictures of every screen: Chinese and English, light and dark; phone width, console wide.

Use: ./huoqi app --screenshots [FOLDER] [--only NAME …] [--sharp] (python -m tools.screenshots).
The pictures (PNG) go into FOLDER, else into the data folder's ``screens``; each is named after its
screen, language and colours, and ``index.html`` shows them beside each other. All that they show is
simulated.
"""

import argparse
import sys
from collections.abc import Sequence
from html import escape
from pathlib import Path

from playwright.sync_api import Page

from huoqi.kit.progress import Progress
from tests.browser.screens import ENTRIES, Screen, screens
from tests.browser.standing import guided_tour
from tests.browser.walk import LOCALES, SCHEMES, Guide, Scheme, Shape, reshape
from tools.folders import data_folder

_WIDTHS = {"customer": 390, "console": 1280, "dev": 1280}
#: Prints in one step where a phone would scroll: what is fixed to its lower edge stands there.
_HEIGHT_OF_ALL = "() => Math.ceil(document.documentElement.scrollHeight)"


def file_name(screen: Screen, *, locale: str, scheme: Scheme) -> str:
    """Return the name of a picture: screen, language, colours."""
    return f"{screen.name}.{locale.partition('-')[0]}.{scheme}.png"


def take(guide: Guide, screen: Screen, *, folder: Path) -> list[Path]:
    """Make the pictures of a screen, whole pages, and return where they are."""
    made = []
    for locale in LOCALES:
        width = _WIDTHS[screen.entry]
        with guide.opened(screen, locale=locale, width=width) as visitor:
            for scheme in SCHEMES:
                reshape(visitor.page, Shape(locale, scheme, width, 100))
                made.append(folder / file_name(screen, locale=locale, scheme=scheme))
                _print(visitor.page, width=width, is_phone=screen.entry == "customer", to=made[-1])
    return made


def _print(page: Page, *, width: int, is_phone: bool, to: Path) -> None:
    if is_phone:
        page.set_viewport_size({"width": width, "height": page.evaluate(_HEIGHT_OF_ALL)})
    page.screenshot(path=to, full_page=True)


def overview(wanted: Sequence[Screen]) -> str:
    """Return a page that shows all pictures, a line for each screen."""
    lines = [
        f"<h2>{escape(screen.name)}</h2><p>"
        + "".join(
            f'<a href="{name}"><img src="{name}" alt="{name}" loading="lazy"></a>'
            for locale in LOCALES
            for scheme in SCHEMES
            for name in [file_name(screen, locale=locale, scheme=scheme)]
        )
        + "</p>"
        for screen in wanted
    ]
    style = "body{font:14px system-ui;margin:2rem}img{width:23%;margin:.5%;vertical-align:top}"
    return (
        f'<!doctype html><meta charset="utf-8"><title>Screens</title><style>{style}</style>'
        f"<h1>Screens: all people and amounts are simulated</h1>{''.join(lines)}"
    )


def summary(made: Sequence[Path], wanted: Sequence[Screen]) -> str:
    """Return what was made, in words."""
    kinds = ", ".join(
        f"{entry} {count}"
        for entry in ENTRIES
        if (count := sum(screen.entry == entry for screen in wanted))
    )
    megabytes = sum(each.stat().st_size for each in made) / 1_000_000
    return f"{len(made)} pictures of {len(wanted)} screens ({kinds}), {megabytes:.1f} MB"


def main(arguments: list[str]) -> int:
    """Make all pictures that are asked for."""
    parser = argparse.ArgumentParser(prog="./huoqi app --screenshots", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=data_folder() / "screens")
    parser.add_argument("--only", nargs="+", default=[], help="parts of names of screens")
    parser.add_argument("--sharp", action="store_true", help="twice as many points each way")
    asked = parser.parse_args(arguments)
    folder: Path = asked.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [
        each for each in screens() if not asked.only or any(w in each.name for w in asked.only)
    ]
    made: list[Path] = []
    with guided_tour() as guide, Progress("pictures", total=len(wanted)) as progress:
        guide.scale = 2 if asked.sharp else 1
        for done, screen in enumerate(wanted):
            progress(done, len(wanted), screen.name)
            made += take(guide, screen, folder=folder)
        progress(len(wanted), len(wanted), "")
    (folder / "index.html").write_text(overview(wanted), encoding="utf-8")
    print(f"{summary(made, wanted)}\nin {folder}; open index.html there to see all")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
