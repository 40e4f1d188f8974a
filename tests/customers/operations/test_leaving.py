"""Closing an account against the database: begun, kept or ended."""

from huoqi.customers.operations import (
    ClosingRequest,
    Credentials,
    CustomerUnknown,
    Leftover,
    NotClosing,
    authorise,
    authorise_money,
    begin_closing,
    finish_closing,
    stop_closing,
)
from huoqi.customers.people import Caller, Customer
from huoqi.customers.queries import closing_customers, customers_of
from huoqi.customers.rules.access import CustomerClosed, CustomerClosing, SessionInvalid
from huoqi.customers.rules.leaving import OrdersOpen
from huoqi.ledger.operations import Account, unfreeze_accounts
from huoqi.ledger.rules.chart import AccountFlag, customer_cash_account
from tests.customers.branch import AT, Branch, id_number


def _states(results: list[Customer | Exception]) -> list[object]:
    return [each.state if isinstance(each, Customer) else each for each in results]


def test_open_orders_are_named_and_nothing_begins(branch: Branch) -> None:
    number = branch.session().customer_no
    with branch.database.work() as work:
        results = begin_closing(
            work,
            branch.desk,
            [
                ClosingRequest(number, Leftover(open_orders=("P1", "P2"))),
                ClosingRequest(999, Leftover()),
            ],
        )

        assert results == [OrdersOpen(count=2, first="P1"), CustomerUnknown()]
        assert customers_of(work, [number], shards=2)[number].state == "active"


def test_an_account_with_units_is_closing_until_nothing_is_left(branch: Branch) -> None:
    session = branch.session()
    grant = branch.granted(session)
    number = session.customer_no
    with branch.database.work() as work:
        held = ClosingRequest(number, Leftover(units_e2=10_000, income_is_due=True))
        assert _states([*begin_closing(work, branch.desk, [held])]) == ["closing"]
        assert _states([*begin_closing(work, branch.desk, [held])]) == ["closing"]
        assert [customer.customer_no for customer in closing_customers(work)] == [number]

        into, out = authorise_money(
            work,
            [
                Credentials(session.token, grant.token, moves="in"),
                Credentials(session.token, grant.token),
            ],
        )
        assert into == CustomerClosing()
        assert isinstance(out, Caller)

        late = ClosingRequest(number, Leftover(income_is_due=True))
        assert _states([*finish_closing(work, branch.desk, [late])]) == ["closing"]
        empty = ClosingRequest(number, Leftover())
        (closed,) = finish_closing(work, branch.desk, [empty])
        assert isinstance(closed, Customer)
        assert (closed.state, closed.closing_at, closed.closed_at) == ("closed", AT, AT)
        assert finish_closing(work, branch.desk, [empty]) == [CustomerClosed()]
        assert closing_customers(work) == []


def test_who_is_leaving_comes_page_by_page(branch: Branch) -> None:
    first = branch.session().customer_no
    second = branch.session(phone="13900139000", number=id_number(sequence="003")).customer_no
    with branch.database.work() as work:
        held = [ClosingRequest(number, Leftover(cash_fen=1)) for number in (first, second)]
        begin_closing(work, branch.desk, held)

        seen, after = [], (-1, 0)
        while page := closing_customers(work, after=after, limit=1):
            (customer,) = page
            after = (customer.shard, customer.customer_no)
            seen.append(after)

        assert {number for _, number in seen} == {first, second}
        assert seen == sorted(seen)


def test_a_closed_account_is_closed_in_the_ledger_and_lets_nobody_in(branch: Branch) -> None:
    session = branch.session()
    with branch.database.work() as work:
        request = ClosingRequest(session.customer_no, Leftover())
        assert _states([*begin_closing(work, branch.desk, [request])]) == ["closed"]
        assert authorise(work, [Credentials(session.token)]) == [SessionInvalid()]
        cash = customer_cash_account(shard=session.shard, customer_no=session.customer_no)
        (account,) = unfreeze_accounts(work, [cash])
        assert isinstance(account, Account)
        assert account.flags & AccountFlag.CLOSED

    # The person may come back, as a customer with a number of its own.
    again = branch.session()
    assert again.customer_no != session.customer_no


def test_closing_can_be_stopped_while_it_lasts(branch: Branch) -> None:
    number = branch.session().customer_no
    other = branch.session(phone="13900139000", number=id_number(sequence="003")).customer_no
    with branch.database.work() as work:
        assert stop_closing(work, branch.desk, customer_no=number) == NotClosing()
        begin_closing(work, branch.desk, [ClosingRequest(number, Leftover(cash_fen=1))])
        assert stop_closing(work, branch.desk, customer_no=number) is None
        assert finish_closing(work, branch.desk, [ClosingRequest(number, Leftover())]) == [
            NotClosing()
        ]
        begin_closing(work, branch.desk, [ClosingRequest(other, Leftover())])
        assert stop_closing(work, branch.desk, customer_no=other) == CustomerClosed()
        assert stop_closing(work, branch.desk, customer_no=999) == CustomerUnknown()
