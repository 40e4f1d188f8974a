"""A day's income: the manager's report, the one row of the day, the ledger, and late payments."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import ClassVar
from uuid import UUID

from msgspec import structs

from huoqi.events.operations import EventDraft, emit
from huoqi.fund import postings
from huoqi.fund._store import days as store
from huoqi.fund._store import holdings as holdings_store
from huoqi.fund._store import orders as orders_store
from huoqi.fund._store.holdings import Key
from huoqi.fund.columns import rolled_to
from huoqi.fund.days import CONFIRMED, FundDay, RivalYield, ShardTotal
from huoqi.fund.events import emit_orders
from huoqi.fund.holdings import Span, earned_units_of, positions_of
from huoqi.fund.late_income import LateIncome, place_late_income
from huoqi.fund.managers.port import FundDayReport
from huoqi.fund.merchant_desk import settle_merchants
from huoqi.fund.orders import FundOrder
from huoqi.fund.payouts import resume_payouts
from huoqi.fund.products import ProductState, Terms
from huoqi.fund.rules.allocation import Becoming
from huoqi.fund.rules.carrying import carry_day_from
from huoqi.fund.rules.order_states import PurchaseEvent, PurchaseState, next_purchase_state
from huoqi.fund.rules.rollforward import DayNotPublished
from huoqi.fund.rules.yields import Carry
from huoqi.fund.shelf import StateChange, change_state, terms_of_fund
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError

ONE_DAY = timedelta(days=1)


class DayOutOfOrder(DomainError):
    """Days are published one after the other; ``expected_on`` is the next."""

    code: ClassVar[str] = "fund.day_out_of_order"


class DayAlreadyPublished(DomainError):
    """The day is published with other figures; a correction needs overrides and two people."""

    code: ClassVar[str] = "fund.day_already_published"


class TotalsDiffer(DomainError):
    """The shards' sums are not the fund's figures."""

    code: ClassVar[str] = "fund.totals_differ"


def record_report(work: Work, report: FundDayReport) -> None:
    """Keep what the manager reported, and follow the state of the fund that it tells."""
    store.add_report(work, report)
    terms = terms_of_fund(work, fund=report.fund)
    told = ProductState(report.status)
    state = terms.product.state
    # Only what the manager itself shut may be opened by the manager's next word.
    reopens = told is ProductState.OPEN and terms.product.state_reason == "manager_report"
    if told is not state and (told is not ProductState.OPEN or reopens):
        change_state(work, StateChange(report.fund, told, "manager_report", report.source))


def correct_report(work: Work, report: FundDayReport) -> None:
    """Keep what the manager corrected of a day; the fund's state is for newer reports to tell."""
    store.add_report(work, report)


def publish_day(work: Work, day: FundDay, *, shards: Sequence[ShardTotal]) -> FundDay:
    """Publish a fund's day: its one row, one ledger posting a shard, orders that begin to earn.

    Publishing the same day again changes nothing. Errors: DayOutOfOrder, DayAlreadyPublished,
    TotalsDiffer.
    """
    store.lock_days(work, fund=day.fund)
    until_on = store.published_until(work, fund=day.fund)
    if until_on is not None and day.on <= until_on:
        return _published_before(work, day)
    if until_on is not None and day.on != until_on + ONE_DAY:
        raise DayOutOfOrder(expected_on=(until_on + ONE_DAY).isoformat())
    units_e2, income_fen = sum(s.units_e2 for s in shards), sum(s.income_fen for s in shards)
    if (units_e2, income_fen) != (day.total_units_e2, day.total_income_fen):
        raise TotalsDiffer(units_e2=units_e2, income_fen=income_fen)
    terms = terms_of_fund(work, fund=day.fund)
    store.add_day(work, day)
    transfer_ids = _post_income(work, day, shards=shards, fund_no=terms.product.fund_no)
    _begin_earning(work, day)
    told = EventDraft(
        "fund.day_published", day.fund, data=_day_data(day), transfer_ids=transfer_ids
    )
    emit(work, told)
    pay_late_income(work, terms=terms)
    resume_payouts(work)
    settle_merchants(work)
    return replace(day, published_at=work.at)


def predict_day(work: Work, day: FundDay) -> None:
    """Keep a day as our close computed it while the register is not agreed with.

    Nothing is posted, and no holding rolls over it; publishing the day takes it away.
    """
    store.predict(work, day)


def _published_before(work: Work, day: FundDay) -> FundDay:
    found = store.days_between(work, fund=day.fund, first_on=day.on, last_on=day.on).get(day.on)
    if found is None:
        raise DayOutOfOrder(on=day.on.isoformat())
    same = replace(found, published_at=None, status=day.status, source=day.source)
    if same != replace(day, published_at=None):
        raise DayAlreadyPublished(on=day.on.isoformat())
    return found


def _post_income(
    work: Work, day: FundDay, *, shards: Sequence[ShardTotal], fund_no: int
) -> list[UUID]:
    moving = [total for total in shards if total.income_fen]
    make = postings.income if day.row.becomes is Becoming.UNITS else postings.income_accrued
    transfers = [
        make(day.fund, shard=total.shard, fund_no=fund_no, income_fen=total.income_fen, on=day.on)
        for total in moving
    ]
    ids = {total.shard: t.id for total, t in zip(moving, transfers, strict=True)}
    carried = [
        postings.income_carried(
            day.fund, shard=total.shard, fund_no=fund_no, carried_fen=total.carried_fen, on=day.on
        )
        for total in shards
        if total.carried_fen
    ]
    postings.post_all(work, [*transfers, *carried])
    written = [replace(total, transfer_id=ids.get(total.shard)) for total in shards]
    store.add_shards(work, written, fund=day.fund, on=day.on)
    return [*ids.values(), *(transfer.id for transfer in carried)]


def _begin_earning(work: Work, day: FundDay) -> None:
    earning = []
    for order in orders_store.orders_beginning_to_earn(work, fund=day.fund, on=day.on):
        assert isinstance(order.state, PurchaseState)
        state = next_purchase_state(order.state, event=PurchaseEvent.EARNING_BEGAN)
        earning.append(structs.replace(order, state=state))
    orders_store.save_orders(work, earning)
    emit_orders(work, earning)


def _day_data(day: FundDay) -> dict[str, int | str | bool | None]:
    return {
        "fund": day.fund,
        "on": day.on.isoformat(),
        "income_per_10k_e5": day.income_per_10k_e5,
        "total_units_e2": day.total_units_e2,
        "total_income_fen": day.total_income_fen,
        "mode": day.row.mode.value,
        "income_becomes": day.row.becomes.value,
        "status": day.status,
    }


def confirm_day(work: Work, *, fund: str, on: date) -> None:
    """Mark a published day as confirmed by the register; raise DayNotPublished."""
    if not store.set_status(work, fund=fund, on=on, status=CONFIRMED):
        raise DayNotPublished(on=on.isoformat())
    data = {"fund": fund, "on": on.isoformat()}
    emit(work, EventDraft("fund.day_confirmed", fund, data=data))


def pay_late_income(work: Work, *, terms: Terms) -> list[FundOrder]:
    """Redeem by ourselves what redeem-all orders earned after their units were fixed.

    The income of the days up to the last earning day is paid once all of them are published.
    """
    fund = terms.product.fund
    until_on = store.published_until(work, fund=fund)
    if until_on is None:
        return []
    waiting = orders_store.orders_with_late_income(work, fund=fund, published_on=until_on)
    if terms.product.carry is not Carry.DAILY:
        waiting = [
            o for o in waiting if o.all_until_on and carry_day_from(o.all_until_on) <= until_on
        ]
    if not waiting:
        return []
    keys = [order.holding_key for order in waiting]
    held = holdings_store.lock_holdings(work, keys)
    positions = positions_of(work, held.values(), on=shanghai_date(work.at))
    bought = orders_store.unconfirmed_fen(work, keys)
    spans = [
        Span(held[order.holding_key], order.all_from_on, order.all_until_on)
        for order in waiting
        if order.all_from_on and order.all_until_on
    ]
    found: list[LateIncome] = []
    taken: dict[Key, int] = {}
    for order, span, incomes in zip(waiting, spans, earned_units_of(work, spans), strict=True):
        row = span.row
        available_e2 = positions[row.key].available_e2 - taken.get(row.key, 0)
        units_e2 = min(sum(incomes.values()), available_e2)
        if units_e2 > 0:
            empties = units_e2 == available_e2 and not row.ordered_e2
            taken[row.key] = taken.get(row.key, 0) + units_e2
            empties = empties and not bought[row.key]
            found.append(LateIncome(order, units_e2, empties, max(incomes) + ONE_DAY))
    place_late_income(work, found, terms=terms)
    done = [structs.replace(order, all_from_on=None, all_until_on=None) for order in waiting]
    orders_store.save_orders(work, done)
    return done


def fold_anchors(work: Work, *, fund: str, on: date, limit: int) -> int:
    """Move up to so many anchors to the start of a date, so that rolls stay short; how many moved.

    Only published days are folded in; the journal keeps every event, so nothing is lost.
    """
    until_on = store.published_until(work, fund=fund)
    if until_on is None:
        return 0
    until = min(on, until_on + ONE_DAY)
    stale = holdings_store.stale(work, fund=fund, before=until, limit=limit)
    at = rolled_to(work, stale, until=until)
    figures = zip(at.units_e2.tolist(), at.accrued_fen.tolist(), strict=True)
    found = dict(zip(at.accounts.tolist(), figures, strict=True))
    holdings_store.fold(work, [(row.key, until, *found[row.customer_no]) for row in stale])
    return len(stale)


def import_rivals(work: Work, rivals: Sequence[RivalYield]) -> int:
    """Write other funds' published yields, each with its date and source; how many there are."""
    store.add_rivals(work, rivals)
    return len(rivals)


def shard_totals(
    units_e2: Mapping[int, int], *, incomes_fen: Mapping[int, int]
) -> list[ShardTotal]:
    """Return the totals of each shard from sums by shard."""
    return [ShardTotal(s, units_e2[s], incomes_fen.get(s, 0)) for s in sorted(units_e2)]
