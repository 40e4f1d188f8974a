"""The reserve invariant: what lies at banks is what is owed to customers and in transit, no less.

Own money is a world of its own: fees, costs and own cash balance among themselves. Whatever leaves
that world has been paid for out of customers' money; whatever enters it lies mixed with theirs.
Source: section 11 of the rules of payments (custody of customers' reserves, PBoC 2013 no. 6).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from huoqi.ledger.rules.chart import AccountKind

OWN = frozenset({
    AccountKind.PLATFORM_CASH,
    AccountKind.INCOME,
    AccountKind.FEES,
    AccountKind.EXPENSE,
})
_CUSTOMERS = frozenset({AccountKind.CUSTOMER_CASH})
_FUND = frozenset({AccountKind.FUND_SETTLEMENT})
_ADVANCED = frozenset({AccountKind.ADVANCE_RECEIVABLE, AccountKind.ADVANCE_LINE})


@dataclass(frozen=True, slots=True)
class Reserve:
    """Customers' money by where it is and whose it is; ``difference_fen`` is what is missing.

    A negative difference is money of ours that lies among theirs and is to be taken out.
    """

    at_banks_fen: int
    owed_by_customers_fen: int
    advanced_fen: int
    customers_fen: int
    in_transit_fen: int
    fund_fen: int
    other_fen: int
    own_fen: int

    @property
    def difference_fen(self) -> int:
        """Return by how much assets fall short of what is owed."""
        assets_fen = self.at_banks_fen + self.owed_by_customers_fen + self.advanced_fen
        owed_fen = self.customers_fen + self.in_transit_fen + self.fund_fen + self.other_fen
        return owed_fen - assets_fen

    @property
    def is_kept(self) -> bool:
        """Return whether nothing is missing."""
        return self.difference_fen <= 0


def reserve_of(sums: Iterable[tuple[AccountKind, int]]) -> Reserve:
    """Return the reserve from what each kind of account has on its debit side, less its credits.

    >>> reserve_of([(AccountKind.BANK_CLEARING, 100), (AccountKind.CUSTOMER_CASH, -100)]).is_kept
    True
    """
    by_kind: dict[AccountKind, int] = {}
    for kind, debit_fen in sums:
        by_kind[kind] = by_kind.get(kind, 0) + debit_fen

    def take(kinds: Iterable[AccountKind]) -> int:
        return sum(by_kind.pop(kind, 0) for kind in kinds)

    at_banks_fen = take([AccountKind.BANK_CLEARING])
    owed_fen, advanced_fen = take([AccountKind.RECEIVABLE]), take(_ADVANCED)
    own_fen = take(OWN)
    customers_fen, in_transit_fen = take(_CUSTOMERS), take([AccountKind.IN_TRANSIT])
    fund_fen = take(_FUND)
    return Reserve(
        at_banks_fen=at_banks_fen,
        owed_by_customers_fen=owed_fen,
        advanced_fen=advanced_fen,
        customers_fen=-customers_fen,
        in_transit_fen=-in_transit_fen,
        fund_fen=-fund_fen,
        other_fen=-sum(by_kind.values()),
        own_fen=own_fen,
    )
