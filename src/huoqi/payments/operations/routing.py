"""Routing the orders of a batch: each decision is made once, from what one look told, and kept."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from huoqi.kit.errors import DomainError
from huoqi.payments.operations.refusals import BankDown, BankNotAvailable
from huoqi.payments.orders import MoneyOrder, OrderKey, OrderRequest
from huoqi.payments.rules.bank_profiles import Direction, Offices
from huoqi.payments.rules.limits import SingleLimit, check_positive
from huoqi.payments.rules.routing import (
    DOWN,
    SICK,
    SINGLE_LIMIT,
    Candidate,
    Route,
    choose,
    looked_at,
)

_Desk = tuple[str, Direction, tuple[str, ...]]


class Router:
    """Chooses channels for one batch; orders of one bank that fit everywhere share a decision."""

    def __init__(self, offices: Offices, *, at: datetime) -> None:
        self.offices = offices
        self.notes: dict[OrderKey, str] = {}
        self._at = at
        self._looked: dict[_Desk, tuple[Candidate, ...]] = {}
        self._shared: dict[_Desk, tuple[int, Route, str | None]] = {}

    def candidate(self, request: OrderRequest, *, bank: str) -> Candidate:
        """Return the channel that takes a request; raise why none does."""
        check_positive(request.amount_fen)
        desk = (bank, request.direction, request.avoid_channels)
        fits_fen, route, note = self._shared.get(desk) or self._share(desk)
        if request.amount_fen > fits_fen:
            route = choose(self._looked[desk], amount_fen=request.amount_fen)
            note = _note(route, at=self._at)
        chosen = route.chosen
        if chosen is None:
            raise _refusal(route, bank=bank)
        if chosen.shut in (DOWN, SICK) and request.direction is Direction.COLLECT:
            retry_at = self.offices.reachable_at(chosen.profile, at=self._at)
            raise BankDown(bank=bank, retry_at=retry_at.isoformat())
        if note is not None:
            self.notes[request.key] = note
        return chosen

    def other(self, draft: MoneyOrder, *, full: Mapping[str, str]) -> Candidate | None:
        """Return another open channel for an order whose channel is full; None without one."""
        desk = next(
            (d for d in self._looked if d[:2] == (draft.bank, draft.direction)),
            None,
        )
        if desk is None or len(self._looked[desk]) < 2:
            return None
        route = choose(self._looked[desk], amount_fen=draft.amount_fen, full=full)
        if route.chosen is None or route.chosen.shut:
            return None
        self.notes[draft.key] = _note(route, at=self._at) or ""
        return route.chosen

    def _share(self, desk: _Desk) -> tuple[int, Route, str | None]:
        bank, direction, tried = desk
        profiles = self.offices.channels.get((bank, direction), ())
        found = looked_at(profiles, offices=self.offices, at=self._at, tried=tried)
        fits_fen = min((each.profile.single_limit_fen for each in found), default=0)
        route = choose(found, amount_fen=0)
        self._looked[desk] = found
        self._shared[desk] = (fits_fen, route, _note(route, at=self._at))
        return self._shared[desk]


def _refusal(route: Route, *, bank: str) -> DomainError:
    small = [each for each in route.candidates if each.shut == SINGLE_LIMIT]
    if small:
        return SingleLimit(limit_fen=max(each.profile.single_limit_fen for each in small))
    return BankNotAvailable(bank=bank)


def _note(route: Route, *, at: datetime) -> str | None:
    """Return a decision with its inputs as it is kept; None where there was nothing to decide."""
    if not route.is_choice:
        return None
    looked = [
        {
            "channel": each.profile.channel,
            "since": each.profile.effective_from.isoformat(),
            "fee_fen": each.profile.fee_fen,
            "success_ppm": each.success_ppm,
            "single_limit_fen": each.profile.single_limit_fen,
            "opens_at": each.opens_at.isoformat(),
            "shut": each.shut,
        }
        for each in route.candidates
    ]
    chosen = route.chosen.profile.channel if route.chosen else ""
    return msgspec.json.encode({
        "at": at.isoformat(),
        "chosen": chosen,
        "channels": looked,
    }).decode()
