"""The application: routes, conventions and the edge put together over one platform."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import anyio.to_thread
from fastapi import FastAPI

from huoqi.web.contract import contract_of
from huoqi.web.edge import Edge
from huoqi.web.framework import follow_conventions
from huoqi.web.machine import Machine
from huoqi.web.routes import health, pages
from huoqi.web.settings import WebSettings

if TYPE_CHECKING:
    from huoqi.close.platform import Platform


def create_app(platform: "Platform", settings: WebSettings) -> FastAPI:
    """Return the HTTP application over a platform; it keeps no state of its own but rates."""
    machine = Machine(platform, settings)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = settings.read_threads
        yield

    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, lifespan=life)
    app.state.machine = machine
    for router in (pages.router, health.router):
        app.include_router(router)
    follow_conventions(app)
    app.add_middleware(Edge, direct={}, metrics=machine.metrics)
    _tell_contract(app)
    return app


def _tell_contract(app: FastAPI) -> None:
    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = contract_of(app, money_paths=[])
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign] # the framework's documented hook
