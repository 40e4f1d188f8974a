"""The application: routes, conventions and the edge put together over one platform."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import anyio.to_thread
from fastapi import FastAPI

from huoqi.close.platform import Platform
from huoqi.fund.horizon import horizon_of
from huoqi.web.contract import contract_of
from huoqi.web.edge import Direct, Edge, Receive, Scope, Send
from huoqi.web.framework import follow_conventions
from huoqi.web.live import Live
from huoqi.web.machine import Machine, nothing
from huoqi.web.money_contract import money_contract
from huoqi.web.order_posts import CancelPost, ClosingPost, PurchasePost, RedemptionPost
from huoqi.web.payout_posts import PayoutRetryPost
from huoqi.web.routes import ALL
from huoqi.web.screens import Screens
from huoqi.web.settings import WebSettings
from huoqi.web.spending_posts import (
    CashPayoutPost,
    CashPurchasePost,
    MerchantPaymentPost,
    TransferPost,
)


class Application(FastAPI):
    """The framework, and beside it the routes that answer without any of its layers."""

    short_cut: Edge | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI scope."""
        if self.short_cut is not None and self.short_cut.route_for(scope) is not None:
            await self.short_cut(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def create_app(
    platform: Platform,
    settings: WebSettings,
    *,
    wake_jobs: Callable[[], None] = nothing,
    screens: Screens | None = None,
) -> Application:
    """Return the HTTP application over a platform; it keeps no state of its own but rates.

    ``wake_jobs`` is called after each commit that leaves something for the background jobs;
    ``screens`` are the built pages, none in a process that serves programs only.
    """
    machine = Machine(platform, settings, wake_jobs)
    database, workers = platform.database, settings.money_workers
    purchases = PurchasePost(database, workers=workers, done=wake_jobs)
    redemptions = RedemptionPost(database, workers=1, done=wake_jobs)
    cancellations = CancelPost(database, workers=1, done=wake_jobs)
    closings = ClosingPost(platform, done=wake_jobs)
    payouts = PayoutRetryPost(database, workers=1, done=wake_jobs)
    merchants = MerchantPaymentPost(database, workers=1, done=wake_jobs)
    transfers = TransferPost(platform, done=wake_jobs)
    cash_purchases = CashPurchasePost(database, workers=1, done=wake_jobs)
    cash_payouts = CashPayoutPost(database, workers=1, done=wake_jobs)
    spending = (merchants, transfers, cash_purchases, cash_payouts)
    live = Live(platform, machine.leaving)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = settings.read_threads
        await anyio.to_thread.run_sync(_see_calendar, machine)
        yield
        await live.close()
        for post in (purchases, redemptions, cancellations, closings, payouts, *spending):
            await post.close()

    # A slash too many is an unknown path: a redirect would repeat the Host header that was sent.
    app = Application(
        openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False, lifespan=life
    )
    app.state.machine = machine
    app.state.live = live
    app.state.cancel_post = cancellations
    app.state.payout_post = payouts
    app.state.merchant_payment_post, app.state.transfer_post = merchants, transfers
    app.state.cash_purchase_post, app.state.cash_payout_post = cash_purchases, cash_payouts
    for router in ALL:
        app.include_router(router)
    app.state.paths = {getattr(route, "path", "") for router in ALL for route in router.routes}
    direct: dict[tuple[str, str], Direct] = {
        ("POST", purchases.route): purchases,
        ("POST", redemptions.route): redemptions,
        ("POST", closings.route): closings,
    }
    follow_conventions(app, direct_paths={path for _, path in direct})
    guard, metrics = machine.guard, machine.metrics
    app.add_middleware(Edge, direct=direct, metrics=metrics, guard=guard, screens=screens)
    app.short_cut = Edge(app, direct=direct, metrics=metrics, guard=guard)
    _tell_contract(app)
    _watch(machine, purchases)
    return app


def _tell_contract(app: FastAPI) -> None:
    def document() -> dict[str, Any]:  # a JSON document
        if app.openapi_schema is None:
            app.openapi_schema = contract_of(app, money_paths=[money_contract()])
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign] # the framework's documented hook


def _see_calendar(machine: Machine) -> None:
    with machine.platform.database.work(while_advancing=True) as work:
        horizon = horizon_of(work)
    machine.metrics.saw_calendar(last_on=horizon.last_loaded_on, alarm_on=horizon.alarm_on)


def _watch(machine: Machine, purchases: PurchasePost) -> None:
    batcher = purchases.batcher
    machine.metrics.watch(
        "purchase_batches",
        "Purchases gathered so far, and the batches they came in.",
        {"batches": lambda: batcher.batches, "items": lambda: batcher.items},
    )
