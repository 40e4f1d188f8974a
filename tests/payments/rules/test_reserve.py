"""What lies at banks is what is owed to customers and in transit; our own money is apart."""

from hypothesis import given
from hypothesis import strategies as st

from huoqi.ledger.rules.chart import AccountKind
from huoqi.payments.rules.reserve import OWN, Reserve, reserve_of

BANK, CASH = AccountKind.BANK_CLEARING, AccountKind.CUSTOMER_CASH


def test_each_sum_is_told_apart() -> None:
    found = reserve_of([
        (BANK, 1_000),
        (AccountKind.RECEIVABLE, 20),
        (AccountKind.ADVANCE_RECEIVABLE, 300),
        (CASH, -700),
        (CASH, -100),
        (AccountKind.IN_TRANSIT, -50),
        (AccountKind.FUND_SETTLEMENT, -400),
        (AccountKind.SUSPENSE, -70),
        (AccountKind.EXPENSE, 50),
        (AccountKind.PLATFORM_CASH, -50),
    ])

    assert found == Reserve(1_000, 20, 300, 800, 50, 400, 70, 0)
    assert found.difference_fen == 0
    assert found.is_kept


def test_a_fee_out_of_customers_money_is_a_breach_of_its_amount() -> None:
    found = reserve_of([(BANK, 950), (CASH, -1_000), (AccountKind.EXPENSE, 50)])

    assert (found.difference_fen, found.is_kept) == (50, False)


def test_our_fees_among_customers_money_are_no_breach_but_are_told() -> None:
    found = reserve_of([(BANK, 1_000), (CASH, -990), (AccountKind.FEES, -10)])

    assert (found.difference_fen, found.is_kept, found.own_fen) == (-10, True, -10)


kinds = st.sampled_from(list(AccountKind))


@given(st.lists(st.tuples(kinds, kinds, st.integers(1, 10**12)), max_size=40))
def test_the_difference_is_what_crossed_between_our_money_and_theirs(
    postings: list[tuple[AccountKind, AccountKind, int]],
) -> None:
    sums = [(debit, fen) for debit, _, fen in postings]
    sums += [(credit, -fen) for _, credit, fen in postings]
    crossed = sum(fen * ((debit in OWN) - (credit in OWN)) for debit, credit, fen in postings)

    assert reserve_of(sums).difference_fen == reserve_of(sums).own_fen == crossed
