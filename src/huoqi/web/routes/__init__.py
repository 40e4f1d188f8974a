"""The routes of /v1, one module a subject."""

from huoqi.web.routes import cards, events, funds, health, holdings, me, orders, pages, registrations

ALL = (
    pages.router,
    health.router,
    registrations.router,
    me.router,
    cards.router,
    funds.router,
    orders.router,
    holdings.router,
    events.router,
)
