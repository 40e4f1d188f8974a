"""The simulated device maker's page: choose an invented account, or say no. Sandbox only."""

from functools import cache
from html import escape
from pathlib import Path

from fastapi import APIRouter, Request, Response

from huoqi.customers.device_makers.port import AccountUnknown, LoginPage
from huoqi.customers.rules.api_keys import SandboxOnly
from huoqi.web.framework import visit_of
from huoqi.web.machine import machine_of

router = APIRouter(prefix="/sandbox/device-account", include_in_schema=False)

_STYLE = Path(__file__).parent.parent / "docs_page" / "device_account.css"
_POLICY = (
    "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
_CARRIED_MAX = 500
_CARRIED = (
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
)
_WORDS = {
    "zh-CN": {
        "title": "模拟设备账号",
        "note": "仅用于沙盒：以下账号均为虚构，不是真实厂商的登录页面，请勿输入任何密码。",
        "ask": "选择用于登录“活期”的账号",
        "no": "取消",
    },
    "en": {
        "title": "Simulated device account",
        "note": "Sandbox only: every account below is invented. This is no maker's real page, and "
        "it asks for no password.",
        "ask": "Choose the account to sign in to Huoqi with",
        "no": "Cancel",
    },
}


@router.get("/authorize")
def authorize(request: Request) -> Response:
    """Show who may be chosen, as a plain form without script."""
    page = _page(request)
    asked = _asked(request)
    page.check(asked)
    language = visit_of(request).language
    words = _WORDS[language]
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">'
        for name, value in asked.items()
    )
    choices = "".join(
        f'<li><button name="account" value="{escape(each.subject)}">'
        f"{escape(each.owner_zh if language == 'zh-CN' else each.owner_en)}</button></li>"
        for each in page.accounts()
    )
    html = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{words['title']}</title>"
        '<link rel="stylesheet" href="/sandbox/device-account/page.css"></head>'
        f'<body><main><h1>{words["title"]}</h1><p class="note">{words["note"]}</p>'
        f'<form action="/sandbox/device-account/answer"><h2 id="ask">{words["ask"]}</h2>{hidden}'
        f'<ul aria-labelledby="ask">{choices}</ul>'
        f'<button class="no" name="account" value="">{words["no"]}</button></form>'
        "</main></body></html>"
    )
    return Response(
        html,
        media_type="text/html",
        headers={"content-security-policy": _POLICY, "content-language": language},
    )


@router.get("/answer")
def answer(request: Request, account: str = "") -> Response:
    """Go back to the application with a code, or with a no."""
    page, asked = _page(request), _asked(request)
    back = page.approve(asked, subject=account) if account else page.deny(asked)
    return Response(status_code=303, headers={"location": back})


@router.get("/page.css")
def style() -> Response:
    """Return the page's style."""
    return Response(_css(), media_type="text/css")


@cache
def _css() -> bytes:
    return _STYLE.read_bytes()


def _page(request: Request) -> LoginPage:
    maker = machine_of(request).platform.maker
    if maker is None or maker.page is None:
        raise SandboxOnly
    return maker.page


def _asked(request: Request) -> dict[str, str]:
    asked = {name: request.query_params.get(name, "") for name in _CARRIED}
    if any(len(value) > _CARRIED_MAX for value in asked.values()):
        raise AccountUnknown
    return asked
