"""The pages of the runbook: plain texts of the checkout, shown as a page.

They use a little of Markdown, and this shows no more: headings, paragraphs, numbered and plain
lists, code between backticks, and links to other pages.
"""

import re
from functools import cache
from html import escape
from itertools import groupby
from pathlib import Path

from huoqi.close.rules.alerts import RUNBOOK

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "runbook"
HOME = "index"
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,60}")
_LANGUAGES = ("en", "zh")
_CODE = re.compile(r"`([^`]+)`")
_LINK = re.compile(r"\[([^\]]+)\]\(([a-z0-9_-]+)\)")
_ITEM = re.compile(r"(\d+\.|-) (.*)")


def runbook_url(page: str) -> str:
    """Return where a page is shown.

    >>> runbook_url("register")
    '/docs/runbook/register'
    """
    return f"{RUNBOOK}{page}"


def page_names() -> list[str]:
    """Return the pages that there are in both languages."""
    found = [{p.name.split(".")[0] for p in FOLDER.glob(f"*.{each}.md")} for each in _LANGUAGES]
    return sorted(set.intersection(*found))


def page_text(name: str, *, language: str) -> str | None:
    """Return a page's text in a language, None where there is no such page."""
    path = FOLDER / f"{name}.{language}.md"
    if not _NAME.fullmatch(name) or not path.exists():
        return None
    return path.read_text(encoding="utf-8")


@cache
def page_html(name: str, *, language: str) -> str | None:
    """Return a page in a language as HTML, None where there is no such page."""
    text = page_text(name, language=language)
    return None if text is None else to_html(text)


def title_of(name: str, *, language: str) -> str | None:
    """Return a page's title, None where there is no such page."""
    text = page_text(name, language=language)
    return None if text is None else text.splitlines()[0].removeprefix("# ")


def to_html(text: str) -> str:
    """Return a text as HTML.

    >>> to_html("# A\\n\\nb `c<d` [e](f)")
    '<h1>A</h1><p>b <code>c&lt;d</code> <a href="/docs/runbook/f">e</a></p>'
    """
    blocks = re.split(r"\n\s*\n", text.strip())
    return "".join(_block(block.splitlines()) for block in blocks)


def _block(lines: list[str]) -> str:
    marks, _, title = lines[0].partition(" ")
    if marks in {"#", "##", "###"} and len(lines) == 1:
        level = len(marks)
        return f"<h{level}>{_inline(title)}</h{level}>"
    items = [_ITEM.fullmatch(line) for line in lines]
    if not all(items):
        return f"<p>{_inline(' '.join(lines))}</p>"
    found = []
    for is_plain, group in groupby((i for i in items if i), key=lambda item: item[1] == "-"):
        tag = "ul" if is_plain else "ol"
        inner = "".join(f"<li>{_inline(item[2])}</li>" for item in group)
        found.append(f"<{tag}>{inner}</{tag}>")
    return "".join(found)


def _inline(text: str) -> str:
    coded = _CODE.sub(r"<code>\1</code>", escape(text, quote=False))
    return _LINK.sub(lambda link: f'<a href="{runbook_url(link[2])}">{link[1]}</a>', coded)
