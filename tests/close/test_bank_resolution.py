"""Two people decide on a bank's line: entries to the fen, cases closed, the day with them."""

from datetime import timedelta
from uuid import UUID

import pytest

from huoqi.approvals.operations import Decision
from huoqi.approvals.queries import Approval
from huoqi.close.breaks import QueuedBreak, is_offered, suggested
from huoqi.close.operations import (
    ActionNotOffered,
    ResolutionWish,
    decide_resolution,
    propose_resolution,
    reopen_break,
)
from huoqi.close.operations.bank_matching import reconcile_banks
from huoqi.close.operations.bank_resolving import BreakBooked, OrderNotLikeIt
from huoqi.close.rules.resolutions import Action
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.ledger.queries import balances, check_invariants, shards
from huoqi.ledger.rules.chart import AccountKind, system_account
from huoqi.payments.operations.correcting import REFUND
from huoqi.payments.queries import orders_of_customer
from huoqi.payments.rules.reducer import Case, State
from tests.close.test_bank_matching import BANK, TUESDAY, matched, moved, queue, spoil
from tests.close.world import MONDAY, Company, company_on

MAKER, CHECKER = "staff:finance", "staff:approver"


def propose(
    company: Company, found: QueuedBreak, action: Action, *, order_id: UUID | None = None
) -> Approval | DomainError:
    wish = ResolutionWish(
        [found.key], action, "as the bank says", "letter-7", MAKER, order_id=order_id
    )
    return company.database.run(lambda work: propose_resolution(work, wish), while_advancing=True)


def resolve(company: Company, found: QueuedBreak, action: Action) -> Approval | DomainError:
    proposal = propose(company, found, action)
    assert isinstance(proposal, Approval), proposal
    word = Decision(proposal.approval_id, CHECKER, "approve", "", "looked at the line")
    return company.database.run(lambda work: decide_resolution(work, word), while_advancing=True)


def fen(company: Company, kind: AccountKind, *, bank: int = 1) -> int:
    """Return what a kind of account of a bank has on its debit side, over all shards."""
    with company.database.work(while_advancing=True) as work:
        ids = [system_account(shard=s, kind=kind, instance=bank) for s in shards(work)]
        found = balances(work, ids).values()
        return sum(each.debits_posted - each.credits_posted for each in found)


def asked(company: Company, found: QueuedBreak) -> Action | None:
    with company.database.work(while_advancing=True) as work:
        return suggested(work, found)[1]


def sound(company: Company) -> bool:
    with company.database.work(while_advancing=True) as work:
        return check_invariants(work) == []


@pytest.fixture
def tuesday(dsn: str, request: pytest.FixtureRequest) -> object:
    """Yield a company on Tuesday with one break at a bank, by the fault that the test names."""
    with company_on(dsn, savers=[1, 2]) as company:
        company.buy({1: 10_000, 2: 20_000})
        spoil(company, request.param)
        moved(company, on=TUESDAY)
        (found,) = queue(company)
        yield company, found


World = tuple[Company, QueuedBreak]


@pytest.mark.parametrize("tuesday", ["statement_unknown_line"], indirect=True)
def test_a_line_of_nobody_s_is_entered_in_suspense(tuesday: World) -> None:
    company, found = tuesday
    before_fen = fen(company, AccountKind.BANK_CLEARING)

    assert asked(company, found) is Action.CREATE_ENTRY
    answer = resolve(company, found, Action.CREATE_ENTRY)

    assert isinstance(answer, Approval), answer
    assert fen(company, AccountKind.BANK_CLEARING) - before_fen == 500
    assert fen(company, AccountKind.SUSPENSE) == -500
    assert queue(company)[0].state == "resolved"
    assert matched(company, on=MONDAY).is_closed
    assert sound(company)


@pytest.mark.parametrize("tuesday", ["statement_unknown_line"], indirect=True)
def test_what_was_booked_is_not_undone_by_opening_it_again(tuesday: World) -> None:
    company, found = tuesday
    resolve(company, found, Action.CREATE_ENTRY)

    def again(work: Work) -> object:
        return reopen_break(work, found.key, reason="once more", evidence="letter-8")

    with pytest.raises(BreakBooked):
        company.database.run(again, while_advancing=True)


@pytest.mark.parametrize("tuesday", ["statement_unknown_line"], indirect=True)
def test_a_line_that_is_no_order_s_is_not_linked(tuesday: World) -> None:
    company, found = tuesday

    assert isinstance(propose(company, found, Action.LINK_TO_ORDER), ActionNotOffered)


@pytest.mark.parametrize("tuesday", ["statement_duplicate_line"], indirect=True)
def test_a_line_that_only_stands_twice_is_void(tuesday: World) -> None:
    company, found = tuesday
    before_fen = fen(company, AccountKind.BANK_CLEARING)

    assert asked(company, found) is Action.VOID_LINE
    answer = resolve(company, found, Action.VOID_LINE)

    assert isinstance(answer, Approval), answer
    assert fen(company, AccountKind.BANK_CLEARING) == before_fen
    assert queue(company)[0].state == "resolved"
    day = matched(company, on=MONDAY)
    assert (day.matched_count, day.break_count, day.is_closed) == (2, 0, True)
    with company.database.work(while_advancing=True) as work:
        orders = [o for n in (1, 2) for o in orders_of_customer(work, shard=n % 2, customer_no=n)]
    assert all(order.cases == frozenset() for order in orders)


@pytest.mark.parametrize("tuesday", ["statement_duplicate_line"], indirect=True)
def test_a_ruling_goes_with_the_break_that_is_opened_again(tuesday: World) -> None:
    company, found = tuesday
    resolve(company, found, Action.VOID_LINE)

    company.database.run(
        lambda work: reopen_break(work, found.key, reason="it did move", evidence="letter-9"),
        while_advancing=True,
    )

    (again,) = queue(company)
    assert (again.state, again.row.version) == ("open", 2)
    assert not matched(company, on=MONDAY).is_closed
    assert matched(company, on=MONDAY).break_count == 1


@pytest.mark.parametrize("tuesday", ["statement_duplicate_line"], indirect=True)
def test_what_a_bank_took_twice_goes_back_to_the_card(tuesday: World) -> None:
    company, found = tuesday
    before_fen = fen(company, AccountKind.BANK_CLEARING)

    answer = resolve(company, found, Action.CREATE_ENTRY)

    assert isinstance(answer, Approval), answer
    extra_fen = found.row.ours or 0
    assert fen(company, AccountKind.BANK_CLEARING) - before_fen == extra_fen
    assert found.row.account_no is not None
    with company.database.work(while_advancing=True) as work:
        no = found.row.account_no
        refunds = [
            order
            for order in orders_of_customer(work, shard=no % 2, customer_no=no)
            if order.purpose == REFUND
        ]
    assert [(r.amount_fen, r.state) for r in refunds] == [(extra_fen, State.RESERVED)]
    assert sound(company)


@pytest.mark.parametrize("tuesday", ["statement_wrong_amount"], indirect=True)
def test_a_wrong_amount_is_replaced_by_ours(tuesday: World) -> None:
    company, found = tuesday

    assert asked(company, found) is Action.REPLACE_LINE
    answer = resolve(company, found, Action.REPLACE_LINE)

    assert isinstance(answer, Approval), answer
    day = matched(company, on=MONDAY)
    assert (day.matched_count, day.break_count, day.is_closed) == (2, 0, True)


@pytest.mark.parametrize("tuesday", ["statement_wrong_amount"], indirect=True)
def test_our_amount_is_put_right_by_a_reversal(tuesday: World) -> None:
    company, found = tuesday
    before_fen = fen(company, AccountKind.BANK_CLEARING)

    answer = resolve(company, found, Action.EDIT_BY_REVERSAL)

    assert isinstance(answer, Approval), answer
    assert fen(company, AccountKind.BANK_CLEARING) - before_fen == 1
    assert fen(company, AccountKind.SUSPENSE) == -1
    assert queue(company)[0].state == "resolved"
    assert matched(company, on=MONDAY).is_closed
    assert sound(company)


@pytest.mark.parametrize("tuesday", ["statement_missing_line"], indirect=True)
def test_money_is_marked_as_received_on_the_bank_s_word(tuesday: World) -> None:
    company, found = tuesday
    moved(company, on=TUESDAY + timedelta(days=8))
    (found,) = [row for row in queue(company) if row.key == found.key]
    assert found.row.account_no is not None
    no = found.row.account_no

    def cases() -> frozenset[Case]:
        with company.database.work(while_advancing=True) as work:
            (order,) = orders_of_customer(work, shard=no % 2, customer_no=no)
        return order.cases

    assert cases() == {Case.CONTRADICTION}  # the statements prove that it is not there
    assert asked(company, found) is Action.MARK_RECEIVED
    answer = resolve(company, found, Action.MARK_RECEIVED)

    assert isinstance(answer, Approval), answer
    assert cases() == frozenset()
    assert matched(company, on=MONDAY).is_closed


@pytest.mark.parametrize("tuesday", ["statement_missing_line"], indirect=True)
def test_a_line_under_a_wrong_name_is_linked_to_its_order(tuesday: World) -> None:
    company, found = tuesday
    spoil(company, "statement_unknown_line")
    with company.database.work(while_advancing=True) as work:
        work.run(
            "UPDATE simulated.fault SET params = jsonb_build_object('fen', %s::int)"
            " WHERE fault = 'statement_unknown_line'",
            (found.row.ours,),
        )
    moved(company, on=TUESDAY + timedelta(days=1))
    (missing, line) = queue(company)
    assert line.key.kind == "bank_not_in_ledger"

    assert asked(company, line) is Action.LINK_TO_ORDER
    wrong = propose(company, line, Action.LINK_TO_ORDER, order_id=UUID(int=7))
    assert isinstance(wrong, OrderNotLikeIt)
    answer = resolve(company, line, Action.LINK_TO_ORDER)

    assert isinstance(answer, Approval), answer
    assert [row.state for row in queue(company) if row.key == line.key] == ["resolved"]
    assert [row for row in queue(company) if row.key == missing.key] == []
    for on in (MONDAY, TUESDAY):
        assert matched(company, on=on).is_closed
    assert matched(company, on=TUESDAY).tail_count == 1


@pytest.mark.parametrize("tuesday", ["statement_unknown_line"], indirect=True)
def test_a_decision_stands_when_the_day_is_matched_again(tuesday: World) -> None:
    company, found = tuesday
    resolve(company, found, Action.CREATE_ENTRY)
    before = queue(company)

    company.database.run(reconcile_banks, while_advancing=True)

    assert queue(company) == before


@pytest.mark.parametrize("tuesday", ["statement_wrong_total"], indirect=True)
def test_a_statement_that_is_refused_is_asked_for_again_and_nothing_else(tuesday: World) -> None:
    company, found = tuesday
    with company.database.work(while_advancing=True) as work:
        offered = [a for a in Action if is_offered(work, found, action=a).refusal is None]

    assert (found.key.fund, offered) == (BANK, [])
