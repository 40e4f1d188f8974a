"""Gathers the evidence pack of a day: closes, figures, ledger, decisions and acts, fact by fact."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from enum import Enum
from typing import ClassVar
from uuid import UUID

from huoqi.approvals.queries import Approval, approvals_between
from huoqi.close.queries import ClosedDay, status_of
from huoqi.close.rules.evidence import FORMAT, HEAD, Fact
from huoqi.close.rules.seal import chain_digest
from huoqi.events.queries import ActFilter, Event, acts_of_staff
from huoqi.fund import day_facts
from huoqi.fund.queries import day_of, products_of
from huoqi.kit.dates import shanghai_date, shanghai_midnight
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.kit.personal_data import redacted
from huoqi.ledger.queries import assets, links_of, shards, stretch_of, trial_balance
from huoqi.ledger.rules.chain import Link, LinkRow, Stretch, items_digest

_DAY = timedelta(days=1)
_PAGE = 500


class EvidenceTooEarly(DomainError):
    """The day has not ended, so what happened on it can still change."""

    code: ClassVar[str] = "evidence.day_not_over"


def require_over(work: Work, *, on: date) -> None:
    """Raise EvidenceTooEarly for today and later days."""
    today = shanghai_date(work.at)
    if on >= today:
        raise EvidenceTooEarly(on=on.isoformat(), today=today.isoformat())


def facts_of(work: Work, *, on: date) -> Iterator[Fact]:
    """Yield the facts of a day that is over, for every fund, in the order of the pack.

    No personal data is in it: customers are numbers, and free text is masked.
    """
    since, until = shanghai_midnight(on), shanghai_midnight(on + _DAY)
    yield {
        "part": HEAD,
        "format": FORMAT,
        "on": on.isoformat(),
        "business_time": work.at.isoformat(),
    }
    closes = {fund: status_of(work, fund=fund, on=on) for fund in day_facts.fund_codes(work)}
    sealed_at = [status.closed.closed_at for status in closes.values() if status.closed]
    beyond = max([until - timedelta(microseconds=1), *sealed_at])
    stretches = [
        stretch_of(work, shard, since=since, until=until, beyond=beyond) for shard in shards(work)
    ]
    for fund, status in closes.items():
        for step in status.steps:
            yield {"part": "step", "fund": fund, **_plain(asdict(step))}
        for row in status.breaks:
            yield {"part": "break", "fund": fund, **_plain(asdict(row))}
        if status.closed:
            here = _chain_is_here(work, status.closed, stretches=stretches)
            yield {"part": "close", "chain_is_here": here, **_close(status.closed)}
        yield from _figures(work, fund=fund, on=on)
    yield from _trial(work, on=on)
    for stretch in stretches:
        yield from _chain(work, stretch)
    for approval in approvals_between(work, since=since, until=until):
        yield {"part": "approval", **_approval(approval)}
    for act in _acts(work, since=since, until=until):
        yield {"part": "act", **_act(act)}


def _close(closed: ClosedDay) -> Fact:
    sealed = closed.sealed
    return {
        "fund": sealed.fund,
        "on": sealed.on.isoformat(),
        "holder_count": sealed.holder_count,
        "total_units_e2": sealed.total_units_e2,
        "total_income_fen": sealed.total_income_fen,
        "book_sha256": sealed.book_sha256.hex(),
        "chain_sha256": sealed.chain_sha256.hex(),
        "previous_root": sealed.previous_root.hex(),
        "root": closed.root.hex(),
        "flags": list(closed.flags),
        "closed_at": closed.closed_at.isoformat(),
    }


def _chain_is_here(work: Work, closed: ClosedDay, *, stretches: Sequence[Stretch]) -> bool:
    """Tell whether the heads that were sealed are those of the last batches up to that instant.

    They are not where the clock stood still and more was posted at the instant of the seal.
    """
    heads = []
    for stretch in stretches:
        head = stretch.start
        for link, _ in links_of(work, stretch):
            if link.at is not None and link.at <= closed.closed_at:
                head = link.hash
        heads.append((stretch.shard, head))
    return chain_digest(heads) == closed.sealed.chain_sha256


def _figures(work: Work, *, fund: str, on: date) -> Iterator[Fact]:
    """Yield the published row, what each shard had, what the ledger had, what the manager said."""
    day = day_of(work, fund=fund, on=on)
    if day is not None:
        yield {"part": "day", **_plain(asdict(day))}
    for total in day_facts.shard_totals(work, fund=fund, on=on):
        yield {"part": "day_shard", "fund": fund, **_plain(asdict(total))}
    numbers = {product.fund: product.fund_no for product in products_of(work, funds=[fund])}
    if fund in numbers:
        control = day_facts.control_units_at_end(work, fund_no=numbers[fund], on=on)
        for shard, units_e2 in sorted(control.items()):
            yield {"part": "control", "fund": fund, "shard": shard, "units_e2": units_e2}
    report = day_facts.latest_report(work, fund=fund, on=on)
    if report is not None:
        yield {"part": "report", **_plain(asdict(report))}


def _trial(work: Work, *, on: date) -> Iterator[Fact]:
    codes = {asset: code for asset, (code, _) in assets(work).items()}
    for line in trial_balance(work, as_of=on):
        yield {
            "part": "trial",
            "asset": codes[line.asset],
            "kind": line.kind,
            "accounts": line.accounts,
            **line.counters._asdict(),
        }


def _chain(work: Work, stretch: Stretch) -> Iterator[Fact]:
    """Yield a shard's links of the day with their rows, and bare ones up to the last seal."""
    yield {
        "part": "chain",
        "shard": stretch.shard,
        "seq": stretch.first_seq,
        "hash": stretch.start.hex(),
    }
    for link, rows in links_of(work, stretch):
        with_rows = link.seq <= stretch.last_seq
        yield _batch(link, rows, shard=stretch.shard, with_rows=with_rows)
        for each in rows if with_rows else ():
            row = _plain_row(each)
            yield {"part": "row", "shard": stretch.shard, "batch": link.seq, "row": row}


def _batch(link: Link, rows: Sequence[LinkRow], *, shard: int, with_rows: bool) -> Fact:
    assert link.at is not None
    _, items = items_digest(each.row for each in rows)
    return {
        "part": "batch",
        "shard": shard,
        "seq": link.seq,
        "at": link.at.isoformat(),
        "count": link.count,
        "sums": {str(asset): list(sums) for asset, sums in sorted(link.sums.items())},
        "prev_hash": link.prev_hash.hex(),
        "hash": link.hash.hex(),
        "items": items.hex(),
        "with_rows": with_rows,
    }


def _plain_row(each: LinkRow) -> list[object]:
    values = [str(value) if isinstance(value, UUID) else value for value in each.row]
    return [*values, each.released]


def _acts(work: Work, *, since: datetime, until: datetime) -> list[Event]:
    """Return what staff did in a period, oldest first."""
    wanted, found = ActFilter(since=since, until=until), list[Event]()
    before = None
    while True:
        page = acts_of_staff(work, wanted, before=before, limit=_PAGE)
        found += page
        if len(page) < _PAGE:
            return found[::-1]
        before = (page[-1].business_time, page[-1].seq)


def _act(act: Event) -> Fact:
    return {
        "seq": act.seq,
        "event_id": str(act.id),
        "type": act.type,
        "at": act.business_time.isoformat(),
        "machine_at": act.created_at.isoformat(),
        "object_id": redacted(act.object_id),
        "customer_no": act.customer_no,
        "request_id": act.request_id,
        "data": _plain(dict(act.data)),
    }


def _approval(approval: Approval) -> Fact:
    return _plain(asdict(approval))


def _plain(values: dict[str, object]) -> dict[str, object]:
    """Return values as JSON knows them, free text masked."""
    return {name: _value(value) for name, value in values.items()}


def _value(value: object) -> object:
    if isinstance(value, dict):
        return {str(name): _value(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_value(each) for each in value]
    if isinstance(value, Enum):
        return value.value
    return _plain_value(value)


def _plain_value(value: object) -> object:
    match value:
        case str():
            return redacted(value)
        case bytes():
            return value.hex()
        case date():  # an instant is one too
            return value.isoformat()
        case UUID():
            return str(value)
        case int() | None:
            return value
    raise AssertionError(f"{type(value).__name__} has no form in the pack")
