"""The tree over a small book gives each holder a proof, in an order that is new each day."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from huoqi.close.rules.book_seal import Holder, SealedBook, sealed_book, sealed_root
from huoqi.close.rules.proofs import is_inside
from huoqi.close.rules.seal_tree import NOTHING, Statement

HOLDERS = [Holder(account, account * 1_000, account) for account in range(1, 51)]
BLANK = Statement(date(2015, 5, 12), "990001", NOTHING, len(HOLDERS), 0, 0, NOTHING)


def order(book: SealedBook) -> list[int]:
    return [leaf.account for leaf in book.leaves]


def test_every_holder_has_a_proof() -> None:
    book = sealed_book(HOLDERS, statement=BLANK, day_key=bytes(32))
    statement = replace(BLANK, root=book.root)
    for holder in HOLDERS:
        position = book.position_of(holder.account)
        assert position is not None
        proof = book.proof_at(position, statement=statement, signatures=())
        assert is_inside(proof)
        assert (proof.leaf.units_e2, proof.leaf.income_fen) == (holder.units_e2, holder.account)


def test_the_order_is_the_days_own() -> None:
    today = order(sealed_book(HOLDERS, statement=BLANK, day_key=bytes(32)))
    tomorrow = order(sealed_book(HOLDERS, statement=BLANK, day_key=bytes([1]) * 32))

    assert sorted(today) == sorted(tomorrow) == [holder.account for holder in HOLDERS]
    assert today != tomorrow
    assert today != sorted(today)


def test_who_is_not_in_the_book_has_no_leaf() -> None:
    book = sealed_book(HOLDERS, statement=BLANK, day_key=bytes(32))

    assert book.position_of(99) is None


def test_a_fund_without_holders_has_the_empty_root() -> None:
    assert sealed_book([], statement=BLANK, day_key=bytes(32)).root == NOTHING


@given(
    st.dictionaries(
        st.integers(0, 2**63 - 1),
        st.tuples(st.integers(0, 2**62), st.integers(-(2**62), 2**62)),
        max_size=40,
    ),
    st.binary(min_size=32, max_size=32),
)
def test_the_root_without_the_tree_is_that_of_the_tree(
    held: dict[int, tuple[int, int]], day_key: bytes
) -> None:
    holders = [Holder(account, *figures) for account, figures in held.items()]

    root = sealed_root(
        [(account, *figures) for account, figures in held.items()], statement=BLANK, day_key=day_key
    )

    assert root == sealed_book(holders, statement=BLANK, day_key=day_key).root
