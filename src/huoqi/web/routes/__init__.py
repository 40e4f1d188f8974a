"""The routes of /v1, one module a subject."""

from huoqi.web.routes import health, orders, pages, registrations

ALL = (
    pages.router,
    health.router,
    registrations.router,
    orders.router,
)
