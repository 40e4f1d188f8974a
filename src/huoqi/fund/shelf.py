"""Operations and reads of the shelf: opening funds, changing states, calendars, terms in force."""

import hashlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from threading import Lock
from typing import ClassVar

from huoqi.events.operations import EventDraft, emit
from huoqi.fund._store import holdings as holdings_store
from huoqi.fund._store import products as store
from huoqi.fund.postings import open_accrued_accounts, open_fund_accounts
from huoqi.fund.presets import preset, shelf_rules
from huoqi.fund.products import (
    EXCHANGE,
    FundUnknown,
    NewProduct,
    Product,
    ProductState,
    Rule,
    Terms,
)
from huoqi.fund.rules.confirmation import CUT_OFF_1500
from huoqi.fund.rules.trading_days import (
    CalendarSource,
    TradingCalendar,
    calendar_of_closures,
)
from huoqi.fund.rules.yields import Carry
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.kit.shards import shard_of
from huoqi.ledger.operations import add_asset
from huoqi.ledger.rules.chart import fund_asset
from huoqi.policy.book import PolicyRow
from huoqi.policy.operations import add_rules
from huoqi.policy.queries import rule_on

RULES = (
    "fund.purchase_minimum",
    "fund.purchase_limits",
    "fund.cut_off",
    "fund.fast_redemption",
    "fund.redemption_cash",
    "fund.large_redemption",
)
_CALENDARS_KEPT = 8
# By digest, so that an entry is right in whichever database or branch it is read.
_calendars: OrderedDict[str, TradingCalendar] = OrderedDict()
_calendars_lock = Lock()


class CalendarMissing(DomainError):
    """No trading calendar is loaded; an operator has to load one first."""

    code: ClassVar[str] = "calendar.missing"


class AdvanceLineInUse(DomainError):
    """More than the new limit is lent at this moment; wait until the register has paid."""

    code: ClassVar[str] = "fund.advance_line_in_use"


class CarryNotOffered(DomainError):
    """Funds in another currency than yuan, or that pay income in cash, are shown, not sold."""

    code: ClassVar[str] = "fund.carry_not_offered"


@dataclass(frozen=True, slots=True)
class StateChange:
    """A change of what may be done with a fund, from now on, with its reason and who signs it."""

    fund: str
    state: ProductState
    reason: str
    source: str


def load_calendar(work: Work, calendar: TradingCalendar) -> None:
    """Replace the loaded trading calendar."""
    since, until = calendar.first_loaded_on, calendar.last_loaded_on
    open_on = set(calendar.trading_days)
    days = [date.fromordinal(n) for n in range(since.toordinal(), until.toordinal() + 1)]
    closed = [on for on in days if on.weekday() < 5 and on not in open_on]
    weekend = [on for on in calendar.trading_days if on.weekday() >= 5]
    assert not weekend, "a session at a weekend needs another form of calendar"
    parts = (since, until, calendar.source, calendar.version)
    text = "|".join([*(str(part) for part in parts), *(on.isoformat() for on in closed)])
    head = store.CalendarHead(*parts, hashlib.sha256(text.encode()).hexdigest())
    store.put_calendar(work, head, exchange=EXCHANGE, closed_on=closed)


def trading_calendar(work: Work) -> TradingCalendar:
    """Return the loaded trading calendar; raise CalendarMissing."""
    head = store.calendar_head(work, exchange=EXCHANGE)
    if head is None:
        raise CalendarMissing
    with _calendars_lock:
        found = _calendars.get(head.digest)
    if found is None:
        loaded = CalendarSource(
            head.first_loaded_on, head.last_loaded_on, source=head.source, version=head.version
        )
        closed = store.closures(work, exchange=EXCHANGE)
        found = calendar_of_closures(closed, loaded=loaded)
        with _calendars_lock:
            _calendars[head.digest] = found
            while len(_calendars) > _CALENDARS_KEPT:
                _calendars.popitem(last=False)
    return found


def open_fund(
    work: Work, new: NewProduct, *, shards: int, advance_limit_fen: int | None = None
) -> None:
    """Put a fund on the shelf with its rules, accounts and advance line; repeating is safe.

    Errors: PresetUnknown, CarryNotOffered.
    """
    knobs = dict(preset(new.preset).knobs) | dict(new.knobs)
    if knobs["income_becomes"] != "units" or knobs["currency"] != "CNY":
        raise CarryNotOffered(fund=new.fund, currency=str(knobs["currency"]))
    row = store.ProductRow(
        new.fund,
        new.effective_from,
        new.preset,
        new.name_zh,
        new.name_en,
        new.manager,
        knobs,
        new.source,
        None,
        None,
        None,
        0,
    )
    store.add_fund(work, fund=new.fund)
    if not store.add_product(work, row):
        return
    fund_no = store.fund_numbers(work)[new.fund]
    asset, code = fund_asset(fund_no), f"UNITS.{new.fund}"
    add_asset(work, asset=asset, code=code, scale=2)
    open_fund_accounts(work, fund_no=fund_no, shards=range(shards))
    if knobs["carry"] != Carry.DAILY.value:
        open_accrued_accounts(work, fund_no=fund_no, shards=range(shards))
    add_rules(work, [_policy_row(seed_no, fund=new.fund) for seed_no in range(len(shelf_rules()))])
    store.open_line(work, fund=new.fund, limit_fen=advance_limit_fen)
    numbers = {shard: advance_holder_no(shard, shards=shards) for shard in range(shards)}
    store.add_advance_holders(work, fund=new.fund, numbers=numbers)
    holdings_store.open_holdings(
        work,
        [(shard, new.fund, number) for shard, number in numbers.items()],
        on=shanghai_date(work.at),
    )
    emit(work, EventDraft("fund.opened", new.fund, data={"fund": new.fund, "preset": new.preset}))


def advance_holder_no(shard: int, *, shards: int) -> int:
    """Return the advance provider's holder number on a shard, below 100.

    One number a shard keeps an advance on the customer's own shard.

    >>> advance_holder_no(0, shards=2), advance_holder_no(1, shards=2)
    (2, 1)
    """
    number = shard or shards
    assert number < 100, "numbers from 100 on belong to customers"
    assert shard_of(number, shards=shards) == shard
    return number


def change_state(work: Work, change: StateChange) -> None:
    """Change what may be done with a fund from the work's instant on; the actor signs."""
    values = (change.fund, work.at, change.state.value, change.reason, change.source, work.actor)
    store.add_state(work, values)
    # The reason is a sentence, which no event carries; the fund itself shows it.
    data = {"fund": change.fund, "state": change.state.value}
    emit(work, EventDraft("fund.state_changed", change.fund, data=data))


def set_advance_line(work: Work, *, fund: str, limit_fen: int | None) -> None:
    """Set what the advance provider lends; raise AdvanceLineInUse below what it has lent."""
    held = store.lock_line(work, fund=fund)
    if limit_fen is not None and limit_fen < held.used_fen:
        raise AdvanceLineInUse(fund=fund, used_fen=held.used_fen)
    store.set_line(work, fund=fund, limit_fen=limit_fen)
    emit(work, EventDraft("fund.advance_line_set", fund, data={"limit_fen": limit_fen}))


def products_of(work: Work, *, funds: Sequence[str] | None = None) -> list[Product]:
    """Return the products on sale at the work's instant, with their state."""
    rows = store.products(work, on=shanghai_date(work.at), funds=funds)
    return [_product(row) for row in rows]


def terms_of(work: Work, *, funds: Sequence[str]) -> Mapping[str, Terms]:
    """Return what orders of these funds are judged by now; unknown funds are left out."""
    on = shanghai_date(work.at)
    calendar = trading_calendar(work)
    found = {}
    for product in products_of(work, funds=sorted(set(funds))):
        rules = {name: _rule(row) for name in RULES if (row := _row(work, name, product, on))}
        found[product.fund] = Terms(product, calendar, _cut_off(rules), rules)
    return found


def terms_of_fund(work: Work, *, fund: str) -> Terms:
    """Return what orders of a fund are judged by now; raise FundUnknown."""
    found = terms_of(work, funds=[fund]).get(fund)
    if found is None:
        raise FundUnknown(fund=fund)
    return found


def _row(work: Work, name: str, product: Product, on: date) -> PolicyRow | None:
    return rule_on(work, rule=name, fund=product.fund, on=on)


def _rule(row: PolicyRow) -> Rule:
    return Rule(row.value, row.source, row.effective_from)


def _cut_off(rules: Mapping[str, Rule]) -> time:
    rule = rules.get("fund.cut_off")
    if rule is None:
        return CUT_OFF_1500
    return time(rule.figure("hour") or 0, rule.figure("minute") or 0)


def _product(row: store.ProductRow) -> Product:
    return Product(
        fund=row.fund,
        fund_no=row.fund_no,
        name_zh=row.name_zh,
        name_en=row.name_en,
        manager=row.manager,
        preset=row.preset,
        knobs=row.knobs,
        on_sale_from=row.effective_from,
        state=ProductState(row.state or "open"),
        state_from=row.state_from,
        state_reason=row.reason or "",
        source=row.source,
    )


def _policy_row(seed_no: int, *, fund: str) -> PolicyRow:
    seed = shelf_rules()[seed_no]
    until = seed.effective_until
    return PolicyRow(
        rule=seed.rule,
        effective_from=date.fromisoformat(seed.effective_from),
        effective_to=date.fromisoformat(until) if until else None,
        value=seed.value,
        source=seed.source,
        fund=fund,
        status="unverified" if "unverified" in seed.source else "verified",
    )
