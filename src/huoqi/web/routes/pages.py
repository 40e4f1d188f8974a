"""Pages for people: where to begin, the reference, the error codes. They work offline."""

import re
from dataclasses import dataclass
from functools import cache
from html import escape
from itertools import groupby
from pathlib import Path

import msgspec
from fastapi import APIRouter, Request, Response

from huoqi.web.framework import visit_of
from huoqi.web.problems import Wording, wordings

router = APIRouter(include_in_schema=False)

_FOLDER = Path(__file__).parent.parent / "docs_page"
_HOST = re.compile(r"[a-z0-9.\-]{1,200}(?::[0-9]{1,5})?")
_SAMPLE_HOST = b"localhost:8315"
_KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}


@router.get("/docs/start")
async def landing(request: Request) -> Response:
    """Say what this is and what to try."""
    visit = visit_of(request)
    page = _bytes("landing.zh.html" if visit.language == "zh-CN" else "landing.en.html")
    host = visit.header(b"host") or ""
    if _HOST.fullmatch(host):  # the samples name the address that was asked
        page = page.replace(_SAMPLE_HOST, host.encode())
    return Response(page, media_type="text/html")


@router.get("/docs")
async def reference() -> Response:
    """Return the API reference."""
    return _page("index.html")


@router.get("/docs/reference.css")
async def style() -> Response:
    """Return the reference's style."""
    return _page("reference.css")


@router.get("/docs/reference.js")
async def script() -> Response:
    """Return the reference's script."""
    return _page("reference.js")


@router.get("/docs/errors")
async def errors(request: Request, language: str = "") -> Response:
    """Return the page of all error codes, where problem documents point to."""
    asked = {"zh": "zh-CN", "en": "en"}.get(language) or visit_of(request).language
    return Response(_errors_page(asked), media_type="text/html")


@router.get("/openapi.json")
async def contract(request: Request) -> Response:
    """Return the OpenAPI document."""
    return Response(msgspec.json.encode(request.app.openapi()), media_type="application/json")


@cache
def _bytes(name: str) -> bytes:
    return (_FOLDER / name).read_bytes()


def _page(name: str) -> Response:
    return Response(_bytes(name), media_type=_KINDS[Path(name).suffix])


@cache
def _errors_page(language: str) -> str:
    words = _WORDS[language]
    areas = []
    sections = []
    for area, group in groupby(sorted(wordings().items()), key=lambda each: each[0].split(".")[0]):
        areas.append(f'<li><a href="#{area}"><code>{area}</code></a></li>')
        sections.append(f'<h2 id="{area}"><code>{area}</code></h2>')
        sections += [_error_section(code, wording, words) for code, wording in group]
    return (
        _bytes("errors.html")
        .decode()
        .replace("{language}", language)
        .replace("{title}", words.title)
        .replace("{reference}", words.reference)
        .replace("{other}", words.other)
        .replace("{other_language}", words.other_language)
        .replace("{other_name}", words.other_name)
        .replace("{about}", words.about)
        .replace("{areas}", "".join(areas))
        .replace("{sections}", "".join(sections))
    )


def _error_section(code: str, wording: Wording, words: "_Words") -> str:
    name, detail, step = (escape(text) for text in wording.texts(words.language))
    return (
        f'<section class="operation" id="{code}"><h3>{name}</h3>'
        f'<p class="line"><span class="method">{wording.status}</span> {code}</p>'
        f"<p>{detail}</p>"
        f'<p><span class="muted">{words.next_step}</span> {step or words.nothing}</p></section>'
    )


@dataclass(frozen=True)
class _Words:
    """What the page of error codes says around the codes, in one language."""

    language: str
    title: str
    reference: str
    about: str
    next_step: str
    nothing: str
    other: str
    other_language: str
    other_name: str


_WORDS = {
    "en": _Words(
        "en",
        "Error codes",
        "API reference",
        "A code is stable: it is never renamed and never used for anything else. Names in braces "
        "are filled from the facts of a refusal.",
        "Next:",
        "nothing to do.",
        "zh",
        "zh-CN",
        "中文",
    ),
    "zh-CN": _Words(
        "zh-CN",
        "错误代码",
        "接口参考",
        "代码保持稳定：不会改名，也不会挪作他用。花括号中的名称由拒绝的具体数据填入。",
        "下一步：",
        "无需操作。",
        "en",
        "en",
        "English",
    ),
}
