"""The company's rhythm in plain Python: what is due when, and what the fund manager answers.

Part of the company model: the manager's side is the rule book again, told as briefly as possible.
"""

from datetime import date, datetime, time
from uuid import UUID

from huoqi.kit.ids import derived_id
from tests.simulation.model import Closed, Company, Order
from tests.simulation.model_rules import (
    DAY,
    HOUR,
    KINDS,
    LATE_FIGURES,
    PROVIDERS,
    QUARTER,
    is_session,
    let_through,
    publishes_at,
    session_before,
    session_from,
)

Piece = tuple[datetime, int, str, date]
PlannedPayout = tuple[Order, str, int, date]
MORNING = time(9, 0)


def advance(company: Company, *, to: datetime) -> bool:
    """Live until an instant; tell whether a day that does not tie stopped the clock before."""
    known = company.blocked_on
    while True:
        work_off(company)
        if company.blocked_on is not None and company.blocked_on != known:
            return True
        next_at = min(piece[0] for piece in pieces(company))
        bank_at = company.bank.next_at()
        next_at = next_at if bank_at is None else min(next_at, bank_at)
        if next_at > to:
            company.now = to
            return False
        company.now = max(company.now, next_at)


def work_off(company: Company) -> None:
    """Do all that is due now: what the banks have to say, then one piece after the other."""
    while True:
        did = company.pump()
        due = [piece for piece in pieces(company) if piece[0] <= company.now]
        if not due and not did:
            return
        if due:
            told_first = [piece for piece in due if piece[2] == "transfers"]
            _, _, kind, on = min(told_first or due)
            _PIECES[kind](company, on)


def pieces(company: Company) -> list[Piece]:
    """Return the next piece of each kind; no manager is asked before it knows the transfers."""
    done, on = company.done, {kind: company.done[kind] + DAY for kind in KINDS}
    on["confirmations"] = session_from(done["confirmations"] + DAY)
    on["orders_out"] = session_from(done["orders_out"] + DAY)
    at = {
        "transfers": datetime.combine(on["transfers"] + DAY, time(0, 5)),
        "confirmations": datetime.combine(on["confirmations"], MORNING),
        "income": publishes_at(on["income"]),
        "close": datetime.combine(on["close"] + DAY, time(2, 0)),
        "orders_out": datetime.combine(on["orders_out"], time(15, 5)),
    }
    told_from = at["transfers"]
    for kind in KINDS:
        if kind == "close":
            sooner = [at[other] for other in ("income", "confirmations") if on[other] <= on[kind]]
            at[kind] = max([at[kind], *sooner])
        at[kind] = max(at[kind], company.again.get(kind, at[kind]))
        if kind != "orders_out" and (told_from <= at[kind] or "transfers" in company.again):
            at[kind] = max(at[kind], at["transfers"])
    return [(at[kind], place, kind, on[kind]) for place, kind in enumerate(KINDS)]


def _done(company: Company, kind: str, on: date) -> None:
    company.done[kind] = on
    company.again.pop(kind, None)


def _answers(company: Company, kind: str, *, waits: bool = False) -> bool:
    """Tell whether the manager has an answer now; else it is asked again in a quarter."""
    if waits or company.struck("manager_down", company.now):
        company.again[kind] = company.now + QUARTER
        return False
    return True


def _transfers(company: Company, on: date) -> None:
    fast = [o for o in company.orders.values() if o.speed == "fast" and o.placed_at.date() == on]
    if not fast or _answers(company, "transfers"):
        _done(company, "transfers", on)


def _orders_out(company: Company, on: date) -> None:
    _redeem_advanced(company, on)
    open_states = {"paid", "accepted", "deferred"}
    leaving = [
        order
        for order in sorted(company.orders.values(), key=lambda each: each.order_id)
        if order.state in open_states and order.t_day <= on and order.speed == "normal"
    ]
    free = {order.customer_no: company.available(order.customer_no) for order in leaving}
    for order in leaving:
        _take_published_income(company, order, free)
    if leaving and not _answers(company, "orders_out"):
        return
    for order in leaving:
        order.state, order.received_at = "sent", company.now
    _done(company, "orders_out", on)


def _redeem_advanced(company: Company, on: date) -> None:
    """Make one redemption a shard of the units that the advance provider got."""
    for shard, provider_no in PROVIDERS.items():
        paid = [
            order
            for order in company.orders.values()
            if order.speed == "fast"
            and order.state == "paid_out"
            and order.t_day <= on
            and order.customer_no % 2 == shard
            and not order.is_advanced
        ]
        if paid:
            first = min(paid, key=lambda order: order.order_id)
            units = sum(order.done_fen for order in paid)
            new_id = derived_id(first.order_id, action="fund.provider_redemption")
            _accept(company, new_id, provider_no, units).t_day = on
        for order in paid:
            order.is_advanced = True


def _accept(company: Company, order_id: UUID, customer_no: int, units: int) -> Order:
    now = company.now
    order = Order(order_id, customer_no, "redemption", "normal", units, "accepted", now, now.date())
    order.rest_e2 = units
    company.date_order(order)
    company.orders[order_id] = order
    return order


def _take_published_income(company: Company, order: Order, free: dict[int, int]) -> None:
    """Let a redeem-all order take in what became known, but nothing that another one has."""
    if not order.takes_all or order.all_from is None or order.all_until is None:
        return
    number = order.customer_no
    mine = company.incomes.get(number, {})
    known = [on for on in mine if order.all_from <= on <= order.all_until]
    gained = min(sum(mine[on] for on in known), free[number])
    if known and order.rest_e2 + gained > 0:
        order.size += gained
        order.rest_e2 += gained
        order.all_from = max(known) + DAY
    free[number] -= max(0, gained)


def _confirmations(company: Company, on: date) -> None:
    if not _answers(company, "confirmations"):
        return
    answered = _file(company, on)
    held = company.units_on(on - DAY)
    share = company.share(on - DAY) if answered else {}
    held = {number: units + share.get(number, 0) for number, units in held.items()}
    given = _given(company, answered, held)
    plans: list[PlannedPayout] = []
    for order in answered:
        company.opened.setdefault(order.customer_no, on)
        if order.side == "purchase":
            plans += _bought(company, order, on)
        else:
            plans += _sold(company, order, given[order.order_id], on)
    company.lent_fen -= sum(_lost(company, order) for order in answered)
    company.pay(plans)
    if answered:
        _pay_late_income(company)
    _done(company, "confirmations", on)


def _file(company: Company, on: date) -> list[Order]:
    """Return the orders that the manager answers in a session's file, by their ids."""
    begins = datetime.combine(on, MORNING)
    waiting = sorted(
        (
            order
            for order in company.orders.values()
            if order.state == "sent"
            and order.received_at is not None
            and order.received_at < begins
            and order.t_day <= session_before(on)
        ),
        key=lambda order: order.order_id,
    )
    todays = [order for order in waiting if not order.skips]
    for order in waiting:
        order.skips = 0
    if company.struck("confirmation_partial", begins):
        todays = [order for n, order in enumerate(todays) if n % 3 != 2 and len(todays) > 1]
    return todays


def _given(
    company: Company, answered: list[Order], held: dict[int, int]
) -> dict[UUID, tuple[int, int]]:
    """Return what of each redemption is given now and what waits for the next day."""
    sold = [order for order in answered if order.side == "redemption"]
    bought = sum(_confirmed_fen(order) for order in answered if order.side == "purchase")
    before, left, asked = sum(held.values()), dict(held), []
    for order in sold:
        asked.append(min(order.rest_e2, left.get(order.customer_no, 0)))
        left[order.customer_no] = left.get(order.customer_no, 0) - asked[-1]
    share_pct, rest_waits = company.gate
    given = asked
    if share_pct is not None and 10 * (sum(asked) - bought) > before:
        given = let_through(asked, limit=before * share_pct // 100)
    return {
        order.order_id: (now, (wanted - now) * rest_waits)
        for order, wanted, now in zip(sold, asked, given, strict=True)
    }


def _confirmed_fen(order: Order) -> int:
    ending = order.size % 100
    return 0 if ending == 13 else order.size // 2 if ending == 17 else order.size


def _bought(company: Company, order: Order, on: date) -> list[PlannedPayout]:
    order.done_fen = _confirmed_fen(order)
    rest_fen = order.size - order.done_fen
    if not order.done_fen:
        order.state = "refused"
    else:
        order.state = "partly_confirmed" if rest_fen else "confirmed"
        order.confirm_on = order.earns_on = on
        company.move(order.customer_no, on, order.done_fen)
    return [(order, "refund", rest_fen, on)] if rest_fen else []


def _sold(company: Company, order: Order, given: tuple[int, int], on: date) -> list[PlannedPayout]:
    units, waiting = given
    order.done_fen += units
    order.rest_e2 = waiting
    if units:
        company.move(order.customer_no, on, -units)
    is_provider = order.customer_no in PROVIDERS.values()
    if is_provider:
        company.settlement_fen -= units
        company.lent_fen -= units
    plans = [(order, "redemption", units, on)] if units and not is_provider else []
    if waiting:
        order.state, order.t_day = "deferred", session_from(on)
        _leave(order, session_from(order.t_day + DAY))
    elif not order.done_fen:
        order.state, order.all_from, order.all_until = "failed", None, None
    else:
        order.state = "paid_out" if is_provider else "confirmed"
        _leave(order, on)
    return plans


def _lost(company: Company, order: Order) -> int:
    """Return what the advance provider was paid short because its units lost on a negative day."""
    if order.customer_no not in PROVIDERS.values() or order.state == "deferred":
        return 0
    backing = sum(
        advance.done_fen
        for advance in company.orders.values()
        if advance.speed == "fast"
        and not advance.is_advanced
        and PROVIDERS[advance.customer_no % 2] == order.customer_no
        and advance.state not in {"failed", "cancelled"}
    )
    free = company.available(order.customer_no) - backing
    return max(0, order.size - order.done_fen - max(0, free))


def _leave(order: Order, exit_on: date) -> None:
    """Let the units earn until the day before they leave."""
    order.confirm_on, order.earns_on = exit_on, exit_on - DAY
    if order.all_from is not None:
        is_all_in = order.all_from > order.earns_on
        order.all_from = None if is_all_in else order.all_from
        order.all_until = None if is_all_in else order.earns_on


def _pay_late_income(company: Company) -> None:
    """Redeem by ourselves what redeem-all orders earned after their units were fixed."""
    taken: dict[int, int] = {}
    found: list[tuple[Order, int, bool]] = []
    for order in sorted(company.orders.values(), key=lambda each: each.order_id):
        if not _is_all_published(company, order):
            continue
        assert order.all_from is not None
        assert order.all_until is not None
        number = order.customer_no
        mine = company.incomes.get(number, {})
        late = sum(fen for on, fen in mine.items() if order.all_from <= on <= order.all_until)
        free = company.available(number) - taken.get(number, 0)
        units = min(late, free)
        if units > 0:
            taken[number] = taken.get(number, 0) + units
            idle = not company.ordered(number) and not company.unconfirmed(number)
            found.append((order, units, units == free and idle))
    for parent, units, empties in found:
        assert parent.all_until is not None
        new_id = derived_id(parent.order_id, action="fund.late_income")
        order = _accept(company, new_id, parent.customer_no, units)
        if empties:
            order.takes_all = True
            order.all_from, order.all_until = parent.all_until + DAY, order.earns_on
    for order in company.orders.values():
        if _is_all_published(company, order):
            order.all_from = order.all_until = None


def _is_all_published(company: Company, order: Order) -> bool:
    published, is_done = company.published, order.state in {"confirmed", "paid_out"}
    if order.side != "redemption" or published is None or order.all_until is None:
        return False
    return is_done and order.all_until <= published


def _income(company: Company, on: date) -> None:
    is_late = company.struck("nav_late", publishes_at(on))
    ready_at = publishes_at(on) + (LATE_FIGURES if is_late else DAY * 0)
    if not _answers(company, "income", waits=company.now < ready_at):
        return
    company.is_suspended = company.struck("redemption_suspended", publishes_at(on))
    _tell_total(company, on)
    _done(company, "income", on)


def _tell_total(company: Company, on: date) -> None:
    """Let the manager say what the fund earned on a day, a fen off while that fault lasts."""
    company.off_on.discard(on)
    if any(
        fault.name == "income_total_off_by_one"
        and fault.covers(publishes_at(on))
        and company.now < fault.until_at
        for fault in company.faults
    ):
        company.off_on.add(on)


def _close(company: Company, on: date) -> None:
    needs = ("orders_out", "confirmations") if is_session(on) else ()
    if not _answers(company, "close", waits=any(company.done[kind] < on for kind in needs)):
        return
    if company.now > datetime.combine(on + DAY, time(2, 0)):
        _tell_total(company, on)
    if on in company.off_on:
        company.again["close"] = company.now + HOUR
        company.blocked_on = on
        return
    company.blocked_on = None
    units, share = company.units_on(on), company.share(on)
    for number in units:
        company.incomes.setdefault(number, {})[on] = share[number]
    after = [held + share[number] for number, held in units.items()]
    company.days.append(
        Closed(on, sum(share.values()), sum(after), sum(1 for held in after if held))
    )
    for order in company.orders.values():
        if order.state in {"confirmed", "partly_confirmed"} and order.side == "purchase":
            order.state = "earning" if order.earns_on <= on else order.state
    _pay_late_income(company)
    company.resume_payouts()
    _done(company, "close", on)


_PIECES = {
    "transfers": _transfers,
    "confirmations": _confirmations,
    "income": _income,
    "close": _close,
    "orders_out": _orders_out,
}
