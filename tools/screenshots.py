"""Make pictures of every screen: Chinese and English, light and dark; phone width, console wide.

Use: ./huoqi app --screenshots [FOLDER] [--only NAME …], which is python -m tools.screenshots.
The pictures (PNG) go into FOLDER, else into the data folder's ``screens``; each is named after its
screen, language and colours. All that they show is simulated.
"""

import argparse
import sys
from pathlib import Path

from huoqi.kit.progress import Progress
from tests.browser.screens import Screen, screens
from tests.browser.standing import guided_tour
from tests.browser.walk import LOCALES, SCHEMES, Guide, Scheme, Shape, reshape
from tools.folders import data_folder

_WIDTHS = {"customer": 390, "console": 1280, "dev": 1280}


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
                visitor.page.screenshot(path=made[-1], full_page=True)
    return made


def main(arguments: list[str]) -> int:
    """Make all pictures that are asked for."""
    parser = argparse.ArgumentParser(prog="./huoqi app --screenshots", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=data_folder() / "screens")
    parser.add_argument("--only", nargs="+", default=[], help="parts of names of screens")
    asked = parser.parse_args(arguments)
    folder: Path = asked.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [
        each for each in screens() if not asked.only or any(w in each.name for w in asked.only)
    ]
    count = 0
    with guided_tour() as guide, Progress("pictures", total=len(wanted)) as progress:
        for done, screen in enumerate(wanted):
            progress(done, len(wanted), screen.name)
            count += len(take(guide, screen, folder=folder))
        progress(len(wanted), len(wanted), "")
    print(f"{count} pictures in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
