"""Look at every screen in every shape: languages, colours, widths and sizes of text.

Use: ./huoqi app --matrix [--only NAME …] [--no-record], which is python -m tools.app_matrix.
A company of its own is furnished with five weeks of orders, each screen is opened as who sees it,
and axe (WCAG 2.0, 2.1, 2.2, A and AA) and our own checks look at it. The counts go into
docs/accessibility.md; every finding is printed. Exit code 1 if there is any.
"""

import argparse
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from huoqi.kit.clock import machine_now
from huoqi.kit.dates import shanghai_date
from huoqi.kit.progress import Progress
from tests.browser.crawl import crawl
from tests.browser.screens import Screen, screens
from tests.browser.site import AXE, AXE_TAGS
from tests.browser.standing import guided_tour
from tests.browser.walk import LOCALES, SCHEMES, TEXTS, WIDTHS, Guide, all_shapes, look
from tools.folders import ROOT

RECORD = ROOT / "docs" / "accessibility.md"


@dataclass
class Outcome:
    """What the walk found: findings by screen and line, each with the shapes that show it."""

    looks: int = 0
    screens: list[Screen] = field(default_factory=list)
    findings: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    browser: str = ""
    seconds: float = 0.0
    amounts: str = ""


def walk(guide: Guide, wanted: Sequence[Screen]) -> Outcome:
    """Return what is wrong anywhere; tells how far it is and how long it takes still."""
    outcome = Outcome(browser=guide.browser.version)
    began = time.monotonic()
    shapes = all_shapes()
    with Progress("screens", total=len(wanted)) as progress:
        for done, screen in enumerate(wanted):
            progress(done, len(wanted), screen.name)
            for shape, lines in look(guide, screen, shapes).items():
                outcome.looks += 1
                for line in lines:
                    outcome.findings.setdefault((screen.name, line), []).append(str(shape))
            outcome.screens.append(screen)
        progress(len(wanted), len(wanted), "")
    outcome.seconds = time.monotonic() - began
    return outcome


def report(outcome: Outcome) -> str:
    """Return the page of the record."""
    axe = re.search(r"axe v([\d.]+)", AXE.read_text(encoding="utf-8")[:200])
    entries = Counter(screen.entry for screen in outcome.screens)
    counted = ", ".join(f"{entry} {count}" for entry, count in entries.items())
    rows = [f"| {name} | {line} | {len(where)} |" for (name, line), where in _sorted(outcome)]
    found = ["| screen | finding | shapes |", "| --- | --- | --- |", *rows] if rows else ["None."]
    widths, texts = (", ".join(map(str, each)) for each in (WIDTHS, TEXTS))
    shapes = f"{', '.join(LOCALES)} × {', '.join(SCHEMES)} × {widths} px × {texts} % text"
    return "\n".join([
        "# Accessibility: the whole matrix",
        "",
        "`./huoqi app --matrix` opens every screen of the three entries in a company with five",
        "weeks of orders, in every language, colour scheme, width and size of text, and writes",
        "this page. The tests take a part of it in which every pair of values meets",
        "(`tests/browser/test_matrix.py`), and a route without an entry in the list of screens",
        "(`tests/browser/screens.py`) fails them.",
        "",
        "| | |",
        "| --- | --- |",
        f"| on | {shanghai_date(machine_now())} |",
        f"| screens | {len(outcome.screens)} ({counted}) |",
        f"| shapes | {shapes} |",
        f"| looks | {outcome.looks} in {outcome.seconds:.0f} s |",
        f"| axe-core | {axe.group(1) if axe else 'unknown'}: {', '.join(AXE_TAGS)} |",
        f"| Chromium | {outcome.browser} |",
        "| and on each | no sideways scrolling, no console error, no raw text, amounts right |",
        f"| amounts followed to their explanation | {outcome.amounts} |",
        f"| findings | {sum(map(len, outcome.findings.values()))} |",
        "",
        "## Findings",
        "",
        *found,
        "",
        "What no program sees is not in here: whether words are clear, and how a screen sounds.",
        "",
    ])  # fmt: skip


def _sorted(outcome: Outcome) -> list[tuple[tuple[str, str], list[str]]]:
    return sorted(outcome.findings.items())


def main(arguments: list[str]) -> int:
    """Walk, print, record; return 1 if anything is wrong."""
    parser = argparse.ArgumentParser(prog="./huoqi app --matrix", description=__doc__)
    parser.add_argument("--only", nargs="+", default=[], help="parts of names of screens")
    parser.add_argument("--no-record", action="store_true", help="leave docs as they are")
    asked = parser.parse_args(arguments)
    wanted = [
        each for each in screens() if not asked.only or any(w in each.name for w in asked.only)
    ]
    with guided_tour() as guide:
        outcome = walk(guide, wanted)
        if not asked.only:
            amounts = crawl(guide, wanted)
            outcome.amounts = amounts.summary
            outcome.findings |= {("amounts", fault): ["crawled"] for fault in amounts.faults}
    for (name, line), where in _sorted(outcome):
        print(f"{name}: {line} [{len(where)}: {where[0]} …]")
    if not asked.no_record and not asked.only:
        RECORD.write_text(report(outcome), encoding="utf-8")
    print(json.dumps({
        "screens": len(outcome.screens),
        "looks": outcome.looks,
        "findings": sum(map(len, outcome.findings.values())),
        "seconds": round(outcome.seconds),
    }))  # fmt: skip
    return int(bool(outcome.findings))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
