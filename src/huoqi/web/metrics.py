"""Counters for Prometheus: how much was served, how fast, how big the batches are."""

from collections.abc import Callable, Mapping
from datetime import date

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.registry import Collector

from huoqi.kit.dates import shanghai_midnight

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 10)


class Metrics:
    """One registry an application; labels are route templates, so nothing personal gets in."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "huoqi_http_requests",
            "Requests served.",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "huoqi_http_seconds",
            "Time to serve a request.",
            ("route",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._calendar = Gauge(
            "huoqi_calendar_seconds",
            "Midnight (Shanghai) of the calendar's last day and of its alarm, as Unix time.",
            ("name",),
            registry=self._registry,
        )
        self._bank_calls = Counter(
            "huoqi_bank_callbacks",
            "Calls of banks by what became of them: stored, repeated, or why they were refused.",
            ("verdict",),
            registry=self._registry,
        )
        self._children: dict[tuple[str, str, int], Counter] = {}
        self._timers: dict[str, Histogram] = {}

    def served(self, method: str, route: str, status: int, took_ns: int) -> None:
        """Count one request."""
        key = (method, route, status)
        child = self._children.get(key)
        if child is None:
            child = self._children[key] = self._requests.labels(method, route, str(status))
        child.inc()
        timer = self._timers.get(route)
        if timer is None:
            timer = self._timers[route] = self._seconds.labels(route)
        timer.observe(took_ns / 1e9)

    def saw_calendar(self, *, last_on: date, alarm_on: date) -> None:
        """Tell how far the trading calendar reaches, as it was last read."""
        for name, on in (("last_loaded", last_on), ("alarm", alarm_on)):
            self._calendar.labels(name).set(shanghai_midnight(on).timestamp())

    def bank_called(self, verdict: str) -> None:
        """Count one call of a bank."""
        self._bank_calls.labels(verdict).inc()

    def watch(self, name: str, text: str, values: Mapping[str, Callable[[], int]]) -> None:
        """Expose numbers that something else keeps, read when they are asked for."""
        gauge = Gauge(f"huoqi_{name}", text, ("name",), registry=self._registry)
        for label, value in values.items():
            gauge.labels(label).set_function(value)

    def add(self, collector: Collector) -> None:
        """Expose what somebody else reads when the page is asked for."""
        self._registry.register(collector)

    def page(self) -> bytes:
        """Return the page that Prometheus reads."""
        return generate_latest(self._registry)
