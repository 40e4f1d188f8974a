"""The OpenAPI 3.1 document: generated from the routes, completed by our conventions."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from huoqi.web.problems import Problem
from huoqi.web.wire import API_VERSION

Json = dict[str, Any]  # a JSON document

_TEXTS = Path(__file__).with_name("operation_texts.toml")
_PROBLEM_STATUSES = {
    "400": "The form of the request is wrong; nothing was done.",
    "401": "Sign in or send a valid API key.",
    "403": "Not allowed for this caller, or a stronger proof is needed.",
    "404": "No such address or object.",
    "409": "Not at this moment, or against the present state.",
    "422": "Refused by a rule of the business; nothing was done.",
    "429": "Too many tries; see Retry-After.",
    "503": "The server cannot do it now; see Retry-After.",
}
_SECURITY: Json = {
    "session": {
        "type": "apiKey",
        "in": "header",
        "name": "Huoqi-Session",
        "description": "A customer's session, from POST /v1/sessions.",
    },
    "stepUp": {
        "type": "apiKey",
        "in": "header",
        "name": "Huoqi-Step-Up",
        "description": "A step-up grant, from POST /v1/step-ups; proves the payment password.",
    },
    "apiKey": {
        "type": "http",
        "scheme": "bearer",
        "description": "An API key: hq_test_… on a sandbox, hq_live_… on a live platform.",
    },
    "merchantKey": {
        "type": "http",
        "scheme": "bearer",
        "description": "A merchant's own key, hqm_…, from staff; good for its payments alone.",
    },
}
_ABOUT = (
    "Money is an integer of minor units in a string. Every request that moves money carries an "
    "Idempotency-Key, kept for ever. Refusals are application/problem+json with a stable code. "
    "Lists are pages with opaque cursors. Times follow the platform's business clock, which every "
    "answer tells as business_time."
)


# In the order in which somebody new would need them.
_TAGS = {
    "Browser": "浏览器登录",
    "Registration and sessions": "注册与登录",
    "My account": "我的账户",
    "Notices": "消息通知",
    "Passkeys": "通行密钥",
    "Devices": "设备",
    "Device accounts": "设备账号",
    "Banks and cards": "银行与银行卡",
    "Funds": "基金",
    "Orders": "订单",
    "Plans": "定投计划",
    "Spending": "付款与转账",
    "Merchants": "商户",
    "Holdings and income": "持有与收益",
    "Statements": "月结单",
    "Proofs": "余额凭证",
    "Events": "事件",
    "Webhooks": "网络回调",
    "Sandbox: time": "沙箱：时间",
    "Sandbox: world": "沙箱：模拟世界",
    "Staff": "客服与密钥",
    "Back office": "后台与双人审批",
    "Compliance": "合规",
    "Close": "日终",
    "Ledger": "总账",
    "Health": "健康检查",
}
_UNSAID = "Successful Response"  # what the framework says of every answer


@cache
def chinese_summaries() -> Mapping[str, str]:
    """Return the Chinese title of each operation."""
    raw = tomllib.loads(_TEXTS.read_text(encoding="utf-8"))
    return msgspec.convert(raw["zh"], dict[str, str])


def contract_of(app: FastAPI, *, money_paths: Sequence[tuple[Json, Json]]) -> Json:
    """Return the document; ``money_paths`` are paths and schemas of routes outside FastAPI."""
    document: Json = get_openapi(
        title="Huoqi API",
        version=API_VERSION,
        openapi_version="3.1.0",
        description=_ABOUT,
        routes=app.routes,
        servers=[{"url": "/", "description": "This server."}],
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for paths, more in money_paths:
        schemas.update(more)
        for path, item in paths.items():
            document["paths"].setdefault(path, {}).update(item)
    (_,), problem = msgspec.json.schema_components([Problem], ref_template=_REF)
    schemas.update(problem)
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    document["components"]["securitySchemes"] = _SECURITY
    for path, item in document["paths"].items():
        for operation in item.values():
            _complete(path, operation, schemas=schemas)
    document["tags"] = [{"name": name, "x-name-zh": chinese} for name, chinese in _TAGS.items()]
    document["paths"] = dict(sorted(document["paths"].items()))
    document["components"]["schemas"] = dict(sorted(schemas.items()))
    return document


_REF = "#/components/schemas/{name}"


def _complete(path: str, operation: Json, *, schemas: Json) -> None:
    assert set(operation["tags"]) <= set(_TAGS), operation["operationId"]
    first, _, _ = operation.get("description", "").partition("\n")
    operation["summary"] = first.rstrip(".") or operation["summary"]
    names = list(chinese_summaries())
    if operation["operationId"] in names:
        operation["x-summary-zh"] = chinese_summaries()[operation["operationId"]]
        operation["x-order"] = names.index(operation["operationId"])
    for answer in operation["responses"].values():
        if answer["description"] == _UNSAID:
            answer["description"] = _said(answer, schemas)
    if not path.startswith("/v1"):
        return
    content = {"application/problem+json": {"schema": {"$ref": _REF.format(name="Problem")}}}
    for status, text in _PROBLEM_STATUSES.items():
        operation["responses"][status] = {"description": text, "content": content}
    operation["responses"]["default"] = {
        "description": "Any other refusal, in the same form.",
        "content": content,
    }


def _said(answer: Json, schemas: Json) -> str:
    """Return what the shape of an answer says of itself."""
    content = answer.get("content", {}).get("application/json", {})
    name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    text: str = schemas.get(name, {}).get("description", "Done.")
    return text
