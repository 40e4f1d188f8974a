"""The routes of /v1, one module a subject."""

from huoqi.web.routes import (
    cards,
    closes,
    events,
    funds,
    health,
    holdings,
    ledgers,
    me,
    office,
    orders,
    pages,
    payments,
    registrations,
    sandbox_clock,
    sandbox_world,
    staff,
)

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
    staff.router,
    payments.router,
    office.router,
    closes.router,
    ledgers.router,
    sandbox_clock.router,
    sandbox_world.router,
)
