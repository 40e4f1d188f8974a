"""How the company is, in figures: for the metrics page and for `huoqi doctor`."""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import psycopg
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from psycopg_pool import PoolTimeout

from huoqi.bootstrap.backups import read_note
from huoqi.bootstrap.settings import Settings
from huoqi.close.breaks import break_counts
from huoqi.close.operations.watching import blocked_counts, unsealed_counts
from huoqi.close.platform import Platform
from huoqi.close.queries import rhythm
from huoqi.close.rules.alerts import GAUGES, Sample, age_of_unknown
from huoqi.close.rules.breaks import age_days, band_of, class_of
from huoqi.events.queries import last_seq
from huoqi.events.webhooks.queries import endpoints_of
from huoqi.fund.horizon import horizon_of
from huoqi.fund.liquidity import line_of
from huoqi.fund.shelf import products_of
from huoqi.kit.checks import read_check
from huoqi.kit.clock import machine_now
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.kit.progress import monotonic_ms
from huoqi.payments.operations.watching import late_statements, payouts_are_stopped, unknown_ages_s
from huoqi.payments.queries import bank_names, banks_down

_IN_WORK = frozenset({"open", "reopened", "resolving"})
_PERMILLE = 1_000


class Watch(Collector):
    """Looks when it is asked, at most once a few seconds."""

    def __init__(self, settings: Settings, platform: Platform, *, kept_ms: int = 5_000) -> None:
        self._settings = settings
        self._platform = platform
        self._kept_ms = kept_ms
        self._kept: tuple[int, list[Sample]] | None = None

    def describe(self) -> list[GaugeMetricFamily]:
        """Return the gauges without figures, so that nothing is asked at the registration."""
        return [GaugeMetricFamily(each.name, each.text, labels=each.labels) for each in GAUGES]

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield every gauge with its figures."""
        samples = self.samples()
        for gauge in GAUGES:
            family = GaugeMetricFamily(gauge.name, gauge.text, labels=gauge.labels)
            for sample in samples:
                if sample.gauge == gauge.name:
                    family.add_metric([sample.labels[name] for name in gauge.labels], sample.value)
            yield family

    def samples(self) -> list[Sample]:
        """Return every figure; without a database those of this machine."""
        now_ms = monotonic_ms()
        if self._kept is not None and now_ms - self._kept[0] < self._kept_ms:
            return self._kept[1]
        found = list(of_machine(self._settings.data))
        try:
            with self._platform.database.work(while_advancing=True) as work:
                found += of_company(work)
            found.append(Sample("huoqi_watch_sound", 1))
        except (psycopg.OperationalError, PoolTimeout):
            found.append(Sample("huoqi_watch_sound", 0))
        self._kept = (now_ms, found)
        return found


def of_company(work: Work) -> Iterator[Sample]:
    """Yield what the books say."""
    yield from _payments(work)
    for fund in [product.fund for product in products_of(work)]:
        line = line_of(work, fund=fund)
        if line.limit_fen:
            left = _PERMILLE * (line.left_fen or 0) // line.limit_fen
            yield Sample("huoqi_advance_line_free_permille", left, {"fund": fund})
    yield Sample("huoqi_calendar_days_left", horizon_of(work).days_left)
    yield from _breaks(work)
    for fund, count in blocked_counts(work).items():
        yield Sample("huoqi_blocked_days", count, {"fund": fund})
    for fund, count in unsealed_counts(work).items():
        yield Sample("huoqi_unsealed_days", count, {"fund": fund})
    for row in rhythm(work):
        if row.again_at is not None:
            labels = {"fund": row.fund, "kind": row.kind.value}
            yield Sample("huoqi_work_waits_tries", row.tries, labels)
    head = last_seq(work)
    for endpoint in endpoints_of(work):
        lag = max(0, head - endpoint.seen_seq) + endpoint.waiting
        yield Sample("huoqi_webhook_lag", lag, {"endpoint": str(endpoint.endpoint_id)})


def of_machine(data: Path) -> Iterator[Sample]:
    """Yield what stands beside the data: checks, backup, drill, disk."""
    now = machine_now()
    check = read_check(data)
    if check is not None:
        yield Sample("huoqi_chain_sound", int(check.is_sound))
        yield Sample("huoqi_chain_checked_seconds", _since(check.at, now=now))
    places = {"data": data}
    note = read_note(data)
    if note is not None:
        places["backup"] = Path(note.to)
        for what, at in (("base", note.last_base_at), ("log", note.last_shipped_at)):
            if at:
                yield Sample("huoqi_backup_seconds", _since(at, now=now), {"what": what})
        yield Sample("huoqi_backup_failing", int(note.last_error != ""))
        if note.drilled_at:
            yield Sample("huoqi_drill_seconds", _since(note.drilled_at, now=now))
            yield Sample("huoqi_drill_doubts", note.drill_doubts or 0)
    for name, place in places.items():
        if place.exists():
            disk = os.statvfs(place)
            free = _PERMILLE * disk.f_bavail // max(1, disk.f_blocks)
            yield Sample("huoqi_disk_free_permille", free, {"of": name})


def _payments(work: Work) -> Iterator[Sample]:
    ages = [age_of_unknown(seconds) for seconds in unknown_ages_s(work)]
    for band in ("under_15m", "15m-1d", "1-3d", "over_3d"):
        yield Sample("huoqi_unknown_orders", ages.count(band), {"age": band})
    for bank, count in late_statements(work).items():
        yield Sample("huoqi_statements_late", count, {"bank": bank})
    down = banks_down(work)
    for name in bank_names(work):
        yield Sample("huoqi_banks_down", int(name.code in down), {"bank": name.code})
    yield Sample("huoqi_payouts_stopped", int(payouts_are_stopped(work)))


def _breaks(work: Work) -> Iterator[Sample]:
    today = shanghai_date(work.at)
    counts: dict[tuple[str, str], int] = {}
    for row in break_counts(work):
        if row.state in _IN_WORK:
            band = band_of(age_days(row.on, today=today)).value
            place = (class_of(row.kind).value, band)
            counts[place] = counts.get(place, 0) + row.rows_count
    for (name, age), count in sorted(counts.items()):
        yield Sample("huoqi_open_breaks", count, {"break_class": name, "age": age})


def _since(text: str, *, now: datetime) -> int:
    return max(0, int((now - datetime.fromisoformat(text)).total_seconds()))
