"""Pages for people: where to begin, the reference, the error codes. They work offline."""

import re
from functools import cache
from html import escape
from pathlib import Path

import msgspec
from fastapi import APIRouter, Request, Response

from huoqi.web.framework import visit_of
from huoqi.web.problems import wordings

router = APIRouter(include_in_schema=False)

_FOLDER = Path(__file__).parent.parent / "docs_page"
_HOST = re.compile(r"[a-z0-9.\-]{1,200}(?::[0-9]{1,5})?")
_SAMPLE_HOST = b"localhost:8315"
_KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}


@router.get("/")
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
async def errors(request: Request) -> Response:
    """Return the page of all error codes, where problem documents point to."""
    return Response(_errors_page(visit_of(request).language), media_type="text/html")


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
    title = "错误代码" if language == "zh-CN" else "Error codes"
    rows = []
    for code, wording in wordings().items():
        name, detail, step = (escape(text) for text in wording.texts(language))
        rows.append(
            f'<section class="operation" id="{code}"><h3><code>{code}</code> {name}</h3>'
            f"<p>{wording.status} · {detail}</p><p>{step}</p></section>"
        )
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>Huoqi · {title}</title><link rel="stylesheet" href="/docs/reference.css">'
        f'</head><body><header><h1>Huoqi · {title}</h1><nav><a href="/docs">API</a></nav></header>'
        f"<main>{''.join(rows)}</main></body></html>"
    )
