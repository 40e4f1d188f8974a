"""The parts of one running application, found by its routes."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import IPv6Network, ip_address

from fastapi import Request

from huoqi.close.platform import Platform
from huoqi.customers.desk import Desk
from huoqi.customers.device_makers.client import MakerClient
from huoqi.web.browser import Guard
from huoqi.web.inbox import Inbox
from huoqi.web.limits import RateLimiter
from huoqi.web.metrics import Metrics
from huoqi.web.settings import WebSettings


def nothing() -> None:
    """Wake nobody: no jobs run in this process."""


@dataclass
class Machine:
    """What every route of one application shares."""

    platform: Platform
    settings: WebSettings
    wake_jobs: Callable[[], None] = nothing
    metrics: Metrics = field(default_factory=Metrics)
    leaving: threading.Event = field(default_factory=threading.Event)  # the server is to stop
    inbox: Inbox = field(default_factory=Inbox)

    def __post_init__(self) -> None:
        """Make desk and guard from the platform, and the buckets from the settings."""
        self.guard = Guard(self.platform.vault)
        self.maker = MakerClient(self.platform.maker) if self.platform.maker else None
        self.desk = Desk(self.platform.vault, self.platform.authority, self.platform.messages)
        # Each waits for a receiver; most threads have to stay for the others.
        self.webhook_tests = threading.BoundedSemaphore(2)
        self.codes = RateLimiter(self.settings.code_rate)
        self.sign_ins = RateLimiter(self.settings.sign_in_rate)
        self.step_ups = RateLimiter(self.settings.step_up_rate)


def machine_of(request: Request) -> Machine:
    """Return the parts of the application that serves a request."""
    machine: Machine = request.app.state.machine
    return machine


def address_of(request: Request) -> str:
    """Return the peer's address, for rate limits only; it is not kept.

    Of IPv6 the network: whoever has one address there has 2 to the 64th.
    """
    return network_of(request.client.host) if request.client else "unknown"


def is_local(request: Request) -> bool:
    """Tell whether a request comes from this machine; through a believed proxy, from behind it."""
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def network_of(address: str) -> str:
    """Return what counts as one client: an IPv4 address, or the /64 network of an IPv6 one.

    >>> network_of("192.0.2.7"), network_of("2001:db8:1:2:3:4:5:6"), network_of("testclient")
    ('192.0.2.7', '2001:db8:1:2::/64', 'testclient')
    """
    try:
        return str(IPv6Network((address.partition("%")[0], 64), strict=False))
    except ValueError:
        return address
