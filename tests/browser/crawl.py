"""Follows every amount on the customer's screens to where it is explained, and counts.

An amount counts as explained if its address opens a screen on which the browser worked the figure
out again and agrees (✓), or, for figures that are not worked out but laid down (a rule, an order's
own amount), a screen that shows the figure with its source. What explanations show is followed too.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.browser.screens import Screen
from tests.browser.walk import AMOUNT, Guide, Shown, amounts_on

#: Screens of figures that are laid down, not worked out.
_LAID_DOWN = ("/orders/", "/explain/rule/", "/explain/bank-limit/")
_WHO = "saver"


@dataclass(frozen=True)
class Seen:
    """A screen that was opened: its verdict (agrees, differs, none) and the amounts on it."""

    verdict: str
    amounts: tuple[Shown, ...]


@dataclass
class Crawl:
    """What was found: amounts by how they are explained, and each that is not, with its screen."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    seen: dict[str, Seen] = field(default_factory=dict)

    @property
    def summary(self) -> str:
        """Return the counts as a line."""
        counted = ", ".join(f"{kind} {count}" for kind, count in sorted(self.counts.items()))
        agreeing = sum(each.verdict == "agrees" for each in self.seen.values())
        shown = f"{self.counts.total()} amounts on {len(self.seen)} screens"
        return f"{shown}: {counted}; {agreeing} screens worked theirs out again and agree"


def crawl(guide: Guide, screens: Iterable[Screen], *, most_of_a_kind: int | None = None) -> Crawl:
    """Return what the amounts of the customer's screens lead to.

    With ``most_of_a_kind`` only so many explanations of a kind are opened (days of income differ
    by their date alone); amounts that lead to others are counted apart.
    """
    found = Crawl()
    waiting = [each.at(guide.world.places) for each in screens if each.who == _WHO]
    kinds = Counter[str]()
    while waiting:
        address = waiting.pop(0)
        if address in found.seen:
            continue
        found.seen[address] = _opened(guide, address, found)
        for shown in found.seen[address].amounts:
            kind = re.sub(r"\d[\w-]*", "*", shown.href)
            is_new = shown.href not in found.seen and shown.href not in waiting
            if shown.href and is_new and (most_of_a_kind is None or kinds[kind] < most_of_a_kind):
                kinds[kind] += 1
                waiting.append(shown.href)
    for address, seen in found.seen.items():
        for shown in seen.amounts:
            found.counts[_explained(address, shown, found)] += 1
    return found


def _opened(guide: Guide, address: str, crawl: Crawl) -> Seen:
    screen = Screen(address.partition("?")[0], address, _WHO)
    with guide.opened(screen, locale="zh-CN") as visitor:
        # A page may still be asking for what it checks its figure against.
        visitor.page.wait_for_function("() => !document.querySelector('[data-checking]')")
        verdicts = visitor.page.locator("[data-verdict]")
        said = {verdicts.nth(n).get_attribute("data-verdict") for n in range(verdicts.count())}
        verdict = "none" if not said else "agrees" if said == {"agrees"} else "differs"
        crawl.faults += [f"{address}: {problem}" for problem in visitor.problems]
        return Seen(verdict, tuple(amounts_on(visitor.page)))


def _explained(address: str, shown: Shown, crawl: Crawl) -> str:
    """Return how an amount is explained; note what is wrong with it."""
    where = f"{address}: {shown.text} ({shown.kind})"
    if not AMOUNT.match(shown.text):
        crawl.faults.append(f"{where} is not in the pattern")
    if shown.kind == "chart":
        return "scale or table of a chart"
    if not shown.href:
        if address.startswith("/explain/"):
            return "part of an explanation"
        crawl.faults.append(f"{where} leads nowhere")
        return "unexplained"
    target = crawl.seen.get(shown.href)
    if target is None:
        return "explained like others of its kind"
    if target.verdict == "agrees":
        return "worked out again, agrees"
    if target.verdict == "none" and target.amounts and shown.href.startswith(_LAID_DOWN):
        return "laid down, with its source"
    crawl.faults.append(f"{where} leads to {shown.href}, whose verdict is {target.verdict}")
    return "unexplained"
