"""The four counters of an account, and what they were after each item of a batch."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple


class Counters(NamedTuple):
    """Debits and credits of an account, held and posted; a balance is always derived."""

    debits_pending: int = 0
    debits_posted: int = 0
    credits_pending: int = 0
    credits_posted: int = 0

    @property
    def credit_balance(self) -> int:
        """Return posted credits less posted debits."""
        return self.credits_posted - self.debits_posted

    @property
    def debit_balance(self) -> int:
        """Return posted debits less posted credits."""
        return self.debits_posted - self.credits_posted

    @property
    def available(self) -> int:
        """Return what a credit-normal account may still pay out: holds to it do not count.

        >>> Counters(30, 10, 0, 100).available
        60
        """
        return self.credits_posted - self.debits_posted - self.debits_pending


class Movement(NamedTuple):
    """What an applied item did: posted and held change of its debit and its credit account."""

    debit: int
    credit: int
    posted: int
    held: int


Pair = tuple[Counters | None, Counters | None]


def running_counters(
    movements: Iterable[Movement], *, at_end: Mapping[int, Counters]
) -> list[Pair]:
    """Return both accounts' counters after each item, given the counters after the last one.

    Items that changed nothing have zero movements. Accounts that are not in ``at_end`` (hot or
    unknown ones) give None. Working backwards needs no second read: the batch had its shard
    to itself.

    >>> after = Counters(0, 30, 0, 100)
    >>> running_counters([Movement(1, 2, 10, 0), Movement(1, 2, 20, 0)], at_end={1: after})[0]
    (Counters(debits_pending=0, debits_posted=10, credits_pending=0, credits_posted=100), None)
    """
    now = dict(at_end)
    pairs: list[Pair] = []
    for debit, credit, posted, held in reversed(list(movements)):
        of_debit = now.get(debit)
        of_credit = now.get(credit)
        pairs.append((of_debit, of_credit))
        if of_debit is not None:
            dv, dp, cv, cp = of_debit
            now[debit] = Counters(dv - held, dp - posted, cv, cp)
        if of_credit is not None:
            dv, dp, cv, cp = of_credit
            now[credit] = Counters(dv, dp, cv - held, cp - posted)
    pairs.reverse()
    return pairs
