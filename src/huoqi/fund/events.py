"""What the fund domain tells the event log: each change of an order's state, and its dates."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from uuid import UUID

from huoqi.events.operations import EventDraft, emit_all
from huoqi.events.queries import origins_of
from huoqi.fund.orders import FundOrder, Payout, Side
from huoqi.kit.db import Work

NO_TRANSFERS: Mapping[UUID, Sequence[UUID]] = MappingProxyType({})


def emit_orders(
    work: Work,
    orders: Iterable[FundOrder],
    *,
    what: str | None = None,
    transfer_ids: Mapping[UUID, Sequence[UUID]] = NO_TRANSFERS,
) -> None:
    """Tell that orders came into the state that they are in, or what else happened to them.

    ``transfer_ids`` are the ledger transfers of it, by order.
    """
    emit_all(
        work,
        [_draft(o, what=what, transfer_ids=transfer_ids.get(o.order_id, ())) for o in orders],
    )


def _draft(order: FundOrder, *, what: str | None, transfer_ids: Sequence[UUID]) -> EventDraft:
    order_id = str(order.order_id)
    data: dict[str, int | str | bool | None] = {
        "order_id": order_id,
        "fund": order.fund,
        "state": order.state.value,
        "t_day": order.t_day.isoformat(),
        "confirm_on": order.confirm_on.isoformat(),
    }
    if order.side is Side.PURCHASE:
        data["amount_fen"] = order.amount_fen
        data["earns_from"] = order.earns_on.isoformat()
        data["visible_on"] = order.visible_on.isoformat() if order.visible_on else None
    else:
        data["units_e2"] = order.units_e2
        data["speed"] = order.speed.value
        data["earns_until"] = order.earns_on.isoformat()
    if order.done_fen:
        data["done_fen"] = order.done_fen
    if order.reason:
        data["reason"] = order.reason
    return EventDraft(
        f"fund.{order.side}.{what or order.state}",
        order_id,
        customer_no=order.customer_no,
        data=data,
        transfer_ids=transfer_ids,
    )


def emit_payouts(work: Work, payouts: Iterable[Payout]) -> None:
    """Tell where payouts stand, with the request behind each.

    That is the one at hand, if it names the payout or its order; else the one that placed the
    order, which was answered long ago.
    """
    told = list(payouts)
    origins = _origins(work, told)
    emit_all(
        work,
        [
            EventDraft(
                f"fund.payout.{payout.state}",
                payout.order_id,
                customer_no=payout.customer_no,
                data={
                    "order_id": str(payout.order_id),
                    "payout_id": str(payout.payout_id),
                    "kind": payout.kind.value,
                    "amount_fen": payout.amount_fen,
                    "reason": payout.reason,
                },
                request_id=origins.get(payout.payout_id, ("", ""))[0],
                idempotency_key=origins.get(payout.payout_id, ("", ""))[1],
            )
            for payout in told
        ],
    )


def _origins(work: Work, payouts: Sequence[Payout]) -> Mapping[UUID, tuple[str, str]]:
    """Return the request and the idempotency key behind each payout."""
    known = {
        payout.payout_id: origin
        for payout in payouts
        for name in (payout.payout_id, payout.order_id)
        if (origin := work.origins.get(str(name))) is not None
    }
    late = [payout for payout in payouts if payout.payout_id not in known]
    found = origins_of(work, [(payout.customer_no, str(payout.order_id)) for payout in late])
    return known | {
        payout.payout_id: found[str(payout.order_id)]
        for payout in late
        if str(payout.order_id) in found
    }
