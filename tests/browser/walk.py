"""Walks over screens: opens each as who sees it, in a language, and looks at it in every shape."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from typing import Literal

from playwright.sync_api import Browser, BrowserContext, Page
from playwright.sync_api import Error as BrowserError

from tests.browser.covering import pairwise
from tests.browser.screens import Screen
from tests.browser.site import Site, Visitor
from tests.browser.world import World

Scheme = Literal["light", "dark"]
LOCALES = ("zh-CN", "en-GB")
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
WIDTHS = (360, 768, 1280)
TEXTS = (100, 200)
AMOUNT = re.compile(r"^[−+]?¥(\d{1,3}(,\d{3})*\.\d{2}|••••)$")
_HEIGHT = 844
_SETTLED_MS = 20_000

#: Drawn, nothing loading, nothing moving, the time machine's bar there.
_IS_SETTLED = """showsLoading => document.querySelector('main h1')
    && (showsLoading || !document.querySelector('[aria-busy=true], .skeleton'))
    && !document.querySelector('.time-bar:empty')
    && document.getAnimations().every(each => each.playState !== 'running'
        || each.effect.getComputedTiming().iterations === Infinity)"""
_SET_TEXT = "percent => { document.documentElement.style.fontSize = percent + '%'; }"
#: What no rule of axe sees. Returns lines.
_ODDITIES = r"""isEnglish => {
    const found = [];
    const root = document.documentElement;
    if (/找不到这个页面|no such page/i.test(document.title)) found.push('there is no such screen');
    if (root.scrollWidth > innerWidth)
        found.push(`wide: ${root.scrollWidth} px in ${innerWidth}: ${tooWide()}`);
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const text = node.data.trim(), holder = node.parentElement;
        if (!text || holder.closest('script, style, template, svg')) continue;
        const isCode = holder.closest('code, pre, textarea, .mono, [translate=no]');
        const isUnfilled = /undefined|\[object|\bNaN\b/.test(text);
        if (isUnfilled || (!isCode && /\bnull\b/.test(text))) found.push(`unfilled: ${text}`);
        if (isCode) continue;
        if (/(?<![.\w])[a-z]+(_[a-z0-9]+)+\b/.test(text)) found.push(`untranslated: ${text}`);
        const isHan = /\p{Script=Han}/u.test(text);
        if (isEnglish && isHan && !holder.closest('[lang]').lang.startsWith('zh'))
            found.push(`Chinese in English: ${text}`);
        if (!isEnglish && !isHan && /\b[a-z]{2,} [a-z]{2,} [a-z]{2,}\b/.test(text)
            && !holder.closest('[lang]').lang.startsWith('en'))
            found.push(`English in Chinese: ${text}`);
    }
    return found.map(line => line.slice(0, 240));

    function tooWide() {
        const inner = [...document.body.querySelectorAll('*')].filter(each => {
            const box = each.getBoundingClientRect();
            return box.width && box.right > innerWidth + 1 && !scrolls(each);
        });
        return inner.slice(-2).map(each => `${each.tagName}.${each.className}`).join(' in ');
    }
    function scrolls(each) {
        for (let above = each.parentElement; above; above = above.parentElement)
            if (/auto|scroll|hidden|clip/.test(getComputedStyle(above).overflowX)) return true;
        return false;
    }
}"""
_AMOUNTS = r"""() => {
    const shown = [];
    for (const each of document.querySelectorAll('[data-amount]'))
        shown.push([each.textContent, each.dataset.amount,
            (each.closest('a') ?? each.parentElement.closest('a'))?.getAttribute('href') ?? '']);
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const holder = node.parentElement;
        if (holder.closest('[data-amount], svg, script, style, code, pre')) continue;
        if (holder.closest('.hidden-visually, .amount-input')) continue;  // read out; being typed
        for (const [text] of node.data.matchAll(/[−+-]?\s?(?:CN)?[¥￥]\s?(?:[\d.,•万]*[\d•万])?/gu))
            shown.push([text.trim(), holder.closest('.chart') ? 'chart' : 'plain',
                holder.closest('a')?.getAttribute('href') ?? '']);
    }
    return shown;
}"""


@dataclass(frozen=True)
class Shape:
    """One cell of the matrix beside the screen."""

    locale: str
    scheme: Scheme
    width: int
    text: int

    def __str__(self) -> str:
        """Return it as a reader of a list wants it."""
        return f"{self.locale} {self.scheme} {self.width} px {self.text} %"


@dataclass(frozen=True)
class Shown:
    """An amount as it stands on a screen; ``kind`` is link, inside, chart or plain."""

    text: str
    kind: str
    href: str


@dataclass
class Guide:
    """Opens screens; one browser context for each reader and language."""

    browser: Browser
    site: Site
    world: World
    #: Points of the screen for each of the page's: 2 makes pictures that are sharp on a phone.
    scale: int = 1
    _contexts: dict[tuple[str, str, str], BrowserContext] = field(default_factory=dict)

    @contextmanager
    def opened(
        self, screen: Screen, *, locale: str, width: int = 390, height: int = _HEIGHT
    ) -> Iterator[Visitor]:
        """Yield a visitor who stands before a screen that is drawn and at rest."""
        page = self._context(screen, locale).new_page()
        try:
            page.set_viewport_size({"width": width, "height": height})
            visitor = Visitor(page, self.site)
            visitor.open(screen.at(self.world.places))
            settle(visitor, shows_loading=screen.shows_loading)
            yield visitor
        finally:
            page.close()

    def close(self) -> None:
        """Close every context."""
        for context in self._contexts.values():
            context.close()
        self._contexts.clear()

    def _context(self, screen: Screen, locale: str) -> BrowserContext:
        key = (screen.entry, screen.who, locale)
        if key not in self._contexts:
            context = self.browser.new_context(
                locale=locale,
                timezone_id="Asia/Shanghai",
                reduced_motion="reduce",
                device_scale_factor=self.scale,
            )
            self._contexts[key] = context
            if screen.who:
                page = context.new_page()
                _sign_in(Visitor(page, self.site), screen)
                page.close()
        return self._contexts[key]


def _sign_in(visitor: Visitor, screen: Screen) -> None:
    match screen.entry:
        case "customer":
            visitor.sign_in_as(screen.who)
        case "console":
            visitor.work_as(screen.who)
        case "dev":
            visitor.develop()


def settle(visitor: Visitor, *, shows_loading: bool = False) -> None:
    """Wait until the screen is drawn; what never comes to rest is a problem of the screen."""
    try:
        visitor.page.wait_for_function(_IS_SETTLED, arg=shows_loading, timeout=_SETTLED_MS)
    except BrowserError:
        visitor.problems.append("never at rest: no heading, or something goes on loading")


def reshape(page: Page, shape: Shape) -> None:
    """Give an open page the colours, width and size of text of a shape."""
    page.emulate_media(color_scheme=shape.scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": shape.width, "height": _HEIGHT})
    page.evaluate(_SET_TEXT, shape.text)
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 0)))")


def findings(visitor: Visitor, shape: Shape) -> list[str]:
    """Return all that is wrong with what the page shows."""
    oddities: list[str] = visitor.page.evaluate(_ODDITIES, shape.locale.startswith("en"))
    amounts = [
        f"not an amount: {each.text!r}"
        for each in amounts_on(visitor.page)
        if not AMOUNT.match(each.text)
    ]
    return [*visitor.violations(), *oddities, *amounts]


def amounts_on(page: Page) -> list[Shown]:
    """Return every amount that the page shows, those outside of the component as well."""
    return [Shown(*each) for each in page.evaluate(_AMOUNTS)]


def look(guide: Guide, screen: Screen, shapes: Sequence[Shape]) -> dict[Shape, list[str]]:
    """Return what is wrong with a screen in each shape; it is loaded once for each language."""
    found: dict[Shape, list[str]] = {}
    for locale in dict.fromkeys(shape.locale for shape in shapes):
        with guide.opened(screen, locale=locale) as visitor:
            for shape in shapes:
                if shape.locale != locale:
                    continue
                reshape(visitor.page, shape)
                found[shape] = findings(visitor, shape)
            _blame(found, locale, visitor.problems)
    return found


def _blame(found: dict[Shape, list[str]], locale: str, problems: list[str]) -> None:
    """Add what the browser's console said to the last shape of its language."""
    last = [shape for shape in found if shape.locale == locale][-1]
    found[last] = [*found[last], *problems]


def all_shapes() -> list[Shape]:
    """Return the whole matrix: 24 shapes."""
    return [Shape(*each) for each in product(LOCALES, SCHEMES, WIDTHS, TEXTS)]


def few_shapes(screens: Sequence[Screen]) -> dict[Screen, list[Shape]]:
    """Return for each screen the shapes in which every pair of values meets somewhere."""
    found: dict[Screen, list[Shape]] = {screen: [] for screen in screens}
    for screen, locale, scheme, width, text in pairwise([
        len(screens),
        len(LOCALES),
        len(SCHEMES),
        len(WIDTHS),
        len(TEXTS),
    ]):
        shape = Shape(LOCALES[locale], SCHEMES[scheme], WIDTHS[width], TEXTS[text])
        found[screens[screen]].append(shape)
    return found
