"""Every screen of the three entries, and who sees it: the one list behind all walks over screens.

The routes are read from the app's own tables; a route without an entry here fails
``test_screens.py``, so that no screen is left out of the matrix, the crawler and the pictures.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from tools.folders import ROOT

Entry = Literal["customer", "console", "dev"]
ENTRIES: tuple[Entry, ...] = ("customer", "console", "dev")
_PATH = re.compile(r'path:\s*"([^"]+)",\s*load:')


@dataclass(frozen=True)
class Screen:
    """An address with who opens it: a persona, a role of the staff, or nobody."""

    route: str
    address: str
    who: str = ""
    shows_loading: bool = False  # on purpose: the page that shows every state of the kit

    @property
    def entry(self) -> Entry:
        """Return which of the three it belongs to."""
        for entry in ("console", "dev"):
            if self.route == f"/{entry}" or self.route.startswith(f"/{entry}/"):
                return entry
        return "customer"

    @property
    def name(self) -> str:
        """Return a name for files: ``customer-funds-fund-buy``.

        >>> Screen("/funds/*/buy", "/funds/{fund}/buy", "saver").name
        'customer-funds-fund-buy'
        """
        address, _, kind = self.address.partition("?")
        words = re.findall(r"[\w-]+", address) or ["home"]
        if self.entry == words[0]:
            words = words[1:] or ["home"]
        shown = f"{kind}-{self.who}" if not self.who else kind
        return "-".join([self.entry, *words, *re.findall(r"\w+", shown)])

    def at(self, places: Mapping[str, str]) -> str:
        """Return the address in a furnished world."""
        return self.address.format_map(places)


def _of(who: str, *addresses: str) -> list[Screen]:
    """Return screens whose routes are their addresses with a star for each parameter."""
    return [
        Screen(re.sub(r"\{\w+\}", "*", each.partition("?")[0]).rstrip("/") or "/", each, who)
        for each in addresses
    ]


#: What an operator proposes; the last three begin from a debt, a payment, a holder's day.
FORMS = (
    "policy",
    "state",
    "line",
    "calendar",
    "closures",
    "debt?order={debt}",
    "payment?payment={payment}&order={unknown}",
    "override?customer={customer}&fund={fund}&on={on}",
)

SCREENS: tuple[Screen, ...] = (
    *_of(
        "",
        "/welcome",
        "/sign-in",
        "/recover",
        "/recover/password",
        "/personas",
        "/register",
    ),
    Screen("/", "/?nobody"),
    *_of(
        "saver",
        "/",
        "/register/secure",
        "/cards/new",
        "/cards",
        "/funds",
        "/funds/{fund}",
        "/funds/{fund}/buy",
        "/funds/{fund}/buy/{paid}",
        "/funds/{fund}/redeem",
        "/funds/{fund}/income",
        "/funds/{fund}/documents/{document}",
        "/orders",
        "/orders/{earning}",
        "/orders/{earning}/receipt",
        "/explain/total",
        "/explain/cash",
        "/explain/balance/{fund}",
        "/explain/unconfirmed/{fund}",
        "/explain/income/{fund}/{on}",
        "/explain/month/{fund}/{month}",
        "/explain/cumulative/{fund}",
        "/explain/yields/{fund}/{on}",
        "/explain/quota/{fund}",
        "/explain/card-limit/{card}",
        "/explain/bank-limit/{bank}",
        "/explain/rule/{fund}/{rule}",
        "/pay",
        "/send",
        "/security",
        "/security/password",
        "/proof",
        "/notifications",
        "/statements",
        "/statements/{month}",
        "/agreements",
        "/me",
        "/help",
        "/close-account",
    ),
    *_of(
        "operator",
        "/console",
        "/console/close/{fund}/{closed_on}",
        "/console/breaks",
        "/console/breaks/{break}",
        "/console/approvals",
        "/console/approvals/{approval}",
        "/console/liquidity",
        "/console/liquidity/{fund}",
        "/console/payouts",
        "/console/debts",
        "/console/debts/{debt}",
        "/console/cases",
        "/console/cases/{case}",
        "/console/legal-orders",
        "/console/estates",
        "/console/estates/{estate}",
        "/console/connections",
        "/console/orders",
        "/console/orders/{earning}",
        "/console/customers/{customer}",
        "/console/ledger",
        "/console/ledger/accounts",
        "/console/ledger/accounts/{account}",
        "/console/ledger/transfers/{transfer}",
        "/console/policies",
        "/console/calendar",
        "/console/audit",
    ),
    *(Screen("/console/propose/*", f"/console/propose/{form}", "operator") for form in FORMS),
    *_of(
        "developer",
        "/dev",
        "/dev/personas",
        "/dev/faults",
        "/dev/magic",
        "/dev/events",
        "/dev/webhooks",
        "/dev/webhooks/{webhook}",
    ),
    Screen("/dev/kit", "/dev/kit", "developer", shows_loading=True),
)


def pattern(route: str) -> str:
    """Return a route with a star for each parameter.

    >>> pattern("/orders/:id")
    '/orders/*'
    """
    return re.sub(r":\w+", "*", route)


def routes() -> list[str]:
    """Return the routes of all entries as their tables have them, parameters as stars."""
    found = []
    for entry in ENTRIES:
        # A table may be in parts, beside each other.
        for table in sorted((ROOT / "app" / "src" / entry).glob("*.tsx")):
            found += [pattern(path) for path in _PATH.findall(table.read_text(encoding="utf-8"))]
    return found


def screens() -> list[Screen]:
    """Return the screens whose routes are there."""
    there = set(routes())
    return [screen for screen in SCREENS if screen.route in there]
