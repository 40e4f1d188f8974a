"""What to do when something is wrong: pages for operators, linked from breaks and alerts."""

from html import escape
from pathlib import Path

from fastapi import APIRouter, Request, Response

from huoqi.web.errors import ObjectNotFound
from huoqi.web.framework import visit_of
from huoqi.web.runbook import HOME, page_html, title_of

router = APIRouter(include_in_schema=False)

_TEMPLATE = Path(__file__).parent.parent / "docs_page" / "runbook.html"
_WORDS = {
    "en": ("en", "Runbook", "zh", "zh-CN", "中文"),
    "zh": ("zh-CN", "运行手册", "en", "en", "English"),
}


@router.get("/docs/runbook")
async def home(request: Request, language: str = "") -> Response:
    """Return the list of pages."""
    return _shown(request, HOME, language)


@router.get("/docs/runbook/{page}")
async def runbook_page(request: Request, page: str, language: str = "") -> Response:
    """Return a page in the language that is asked for, else in the reader's."""
    return _shown(request, page, language)


def _shown(request: Request, page: str, language: str) -> Response:
    short = language if language in _WORDS else visit_of(request).language[:2]
    content = page_html(page, language=short)
    if content is None:
        raise ObjectNotFound
    whole, home_name, other, other_language, other_name = _WORDS[short]
    text = (
        _TEMPLATE
        .read_text(encoding="utf-8")
        .replace("{language}", whole)
        .replace("{title}", escape(title_of(page, language=short) or ""))
        .replace("{short}", short)
        .replace("{home}", home_name)
        .replace("{other}", other)
        .replace("{other_language}", other_language)
        .replace("{other_name}", other_name)
        .replace("{content}", content)
    )
    return Response(text, media_type="text/html")
