"""The gate: when more than a tenth of the fund wants to leave on one day, and who is served then.

Fund page, section 7. The percentages are dated configuration, since the ladder is unverified.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from huoqi.kit.errors import DomainError

FULL_BP = 10_000


class AcceptedBelowMinimum(DomainError):
    """The manager must accept at least the share of units that makes a redemption large."""

    code: ClassVar[str] = "fund.accepted_below_minimum"


@dataclass(frozen=True, slots=True)
class RedemptionRequest:
    """One order of the day; ``defers`` is its LargeRedemptionFlag 1: wait rather than cancel."""

    order_no: int
    units_e2: int
    defers: bool


@dataclass(frozen=True, slots=True)
class OtherFlows:
    """What else moved on the day: what came in, and what was switched out."""

    purchased_e2: int = 0
    switched_in_e2: int = 0
    switched_out_e2: int = 0


@dataclass(frozen=True, slots=True)
class GateRule:
    """Above ``threshold_bp`` of the units a redemption is large; ``accept_bp`` of them is served.

    ``accept_bp`` None means that the manager accepts everything all the same.
    """

    threshold_bp: int
    accept_bp: int | None


@dataclass(frozen=True, slots=True)
class RequestOutcome:
    """How one order's units divide: served now, moved to the next open day, or cancelled."""

    order_no: int
    accepted_e2: int
    deferred_e2: int
    cancelled_e2: int


@dataclass(frozen=True, slots=True)
class GateOutcome:
    """The day's decision: the net figure, whether it is large, and each order's part."""

    net_redemption_e2: int
    is_large: bool
    requests: tuple[RequestOutcome, ...]

    @property
    def accepted_e2(self) -> int:
        """Return all units that are served on this day."""
        return sum(outcome.accepted_e2 for outcome in self.requests)


def gate(
    requests: Sequence[RedemptionRequest],
    *,
    previous_units_e2: int,
    others: OtherFlows,
    rule: GateRule,
) -> GateOutcome:
    """Return who is served on a day; large is strictly more than the threshold.

    A large day serves a share of the previous open day's units, pro rata to the orders: cut to
    0.01, the rest to the largest remainders, among equal ones to the lower order number.
    """
    requested_e2 = sum(request.units_e2 for request in requests)
    came_in_e2 = others.purchased_e2 + others.switched_in_e2
    net_e2 = requested_e2 + others.switched_out_e2 - came_in_e2
    is_large = net_e2 * FULL_BP > rule.threshold_bp * previous_units_e2
    served_e2 = requested_e2
    if is_large and rule.accept_bp is not None:
        if rule.accept_bp < rule.threshold_bp:
            raise AcceptedBelowMinimum(accept_bp=rule.accept_bp, minimum_bp=rule.threshold_bp)
        served_e2 = min(requested_e2, previous_units_e2 * rule.accept_bp // FULL_BP)
    accepted = pro_rata_e2(requests, served_e2=served_e2)
    outcomes = (
        _outcome(request, accepted_e2=accepted_e2)
        for request, accepted_e2 in zip(requests, accepted, strict=True)
    )
    return GateOutcome(net_e2, is_large, tuple(outcomes))


def pro_rata_e2(requests: Sequence[RedemptionRequest], *, served_e2: int) -> list[int]:
    """Return each order's part of the served units, in the order given; the parts add up.

    >>> half = [RedemptionRequest(n, units_e2=5, defers=True) for n in (1, 2)]
    >>> pro_rata_e2(half, served_e2=5)
    [3, 2]
    """
    requested_e2 = sum(request.units_e2 for request in requests)
    assert 0 <= served_e2 <= requested_e2
    if requested_e2 == 0:
        return [0] * len(requests)
    parts = [divmod(request.units_e2 * served_e2, requested_e2) for request in requests]
    left_e2 = served_e2 - sum(floor_e2 for floor_e2, _ in parts)
    queue = sorted(
        range(len(requests)), key=lambda place: (-parts[place][1], requests[place].order_no)
    )
    lucky = frozenset(queue[:left_e2])
    return [floor_e2 + (place in lucky) for place, (floor_e2, _) in enumerate(parts)]


def _outcome(request: RedemptionRequest, *, accepted_e2: int) -> RequestOutcome:
    """Return one order's division; what is not served waits or is cancelled, as the order says."""
    rest_e2 = request.units_e2 - accepted_e2
    deferred_e2 = rest_e2 if request.defers else 0
    return RequestOutcome(request.order_no, accepted_e2, deferred_e2, rest_e2 - deferred_e2)
