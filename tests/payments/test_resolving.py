"""Two people end what evidence cannot end, and never one alone."""

from huoqi.approvals.operations import ApprovalStale, MakerIsChecker
from huoqi.approvals.queries import Approval
from huoqi.kit.errors import DomainError
from huoqi.payments.operations import (
    decide_resolutions,
    propose_resolutions,
    record_evidence,
)
from huoqi.payments.operations.resolving import (
    NotResolvable,
    ProofMissing,
    ResolutionWish,
    ResolutionWord,
    Resolved,
    Verdict,
)
from huoqi.payments.orders import Evidence, MoneyOrder
from huoqi.payments.rules.reducer import Event, State
from tests.payments.world import MONDAY_NINE, World


def unknown(world: World) -> MoneyOrder:
    order = world.place_one(world.saver(last_four="0009"), 10_000)
    world.run_at(MONDAY_NINE)
    return world.now(order)


def propose(
    world: World, order: MoneyOrder, verdict: Verdict, *, proof: str = "letter 17"
) -> Approval | DomainError:
    wish = ResolutionWish(*order.key, verdict=verdict, proof=proof, maker="staff:ann")
    return world.database.run(lambda work: propose_resolutions(work, [wish]))[0]


def decide(world: World, approval: Approval | DomainError, *, by: str) -> Resolved | DomainError:
    assert isinstance(approval, Approval)
    word = ResolutionWord(approval.approval_id, checker=by, verdict="approve")
    return world.database.run(lambda work: decide_resolutions(work, [word]))[0]


def test_two_people_with_a_proof_end_an_unknown_order(world: World) -> None:
    order = unknown(world)
    resolved = decide(world, propose(world, order, "success"), by="staff:bob")

    assert isinstance(resolved, Resolved)
    assert [item.state for item in resolved.news] == [State.SUCCEEDED]
    assert world.cash(order).credits_posted == 10_000


def test_nobody_checks_their_own_wish(world: World) -> None:
    order = unknown(world)

    assert decide(world, propose(world, order, "reject"), by="staff:ann") == MakerIsChecker()
    assert world.now(order).state is State.UNKNOWN


def test_without_a_proof_nothing_is_proposed(world: World) -> None:
    assert propose(world, unknown(world), "reject", proof=" ") == ProofMissing()


def test_an_order_that_evidence_ends_meanwhile_makes_the_wish_stale(world: World) -> None:
    order = unknown(world)
    wish = propose(world, order, "reject")
    world.run_after(seconds=90)

    assert isinstance(decide(world, wish, by="staff:bob"), ApprovalStale)
    assert world.now(order).state is State.SUCCEEDED


def test_a_succeeded_order_cannot_be_rejected_by_people_but_its_cases_can_be_closed(
    world: World,
) -> None:
    order = world.place_one(world.saver(), 10_000)
    world.run_at(MONDAY_NINE)
    twice = Evidence(*order.key, "s-1", "statement", Event.S_BOOKED_DUP)
    world.database.run(lambda work: record_evidence(work, [twice]))

    refused = propose(world, order, "reject")
    assert refused == NotResolvable(order_id=str(order.order_id), state="SUCCEEDED")
    resolved = decide(world, propose(world, order, "close_cases"), by="staff:bob")
    assert isinstance(resolved, Resolved)
    assert (resolved.news, world.now(order).cases) == ((), frozenset())
