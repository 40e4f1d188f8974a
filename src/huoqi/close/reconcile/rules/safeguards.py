"""A bank's balance beside our books: what explains the difference, and what nothing does."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BankMoney:
    """What a bank states and what we have there, what is on its way, what breaks explain.

    ``is_waiting`` where a statement is late or not whole: part of the bank's word lacks.
    """

    held_fen: int
    booked_fen: int
    in_transit_fen: int
    breaks_fen: int
    is_waiting: bool = False

    @property
    def unexplained_fen(self) -> int:
        """Return what is left of the difference, ours less theirs.

        >>> BankMoney(900, 1_000, 60, 30).unexplained_fen
        10
        """
        return self.booked_fen - self.held_fen - self.in_transit_fen - self.breaks_fen

    def figures(self) -> dict[str, int]:
        """Return the figures by name, as they are kept."""
        return {
            "held": self.held_fen,
            "booked": self.booked_fen,
            "in_transit": self.in_transit_fen,
            "breaks": self.breaks_fen,
            "unexplained": self.unexplained_fen,
            "waits": int(self.is_waiting),
        }

    @staticmethod
    def sum(banks: Iterable["BankMoney"]) -> "BankMoney":
        """Return all banks together."""
        found = list(banks)
        return BankMoney(
            sum(bank.held_fen for bank in found),
            sum(bank.booked_fen for bank in found),
            sum(bank.in_transit_fen for bank in found),
            sum(bank.breaks_fen for bank in found),
            any(bank.is_waiting for bank in found),
        )


def breach_fen(banks: Iterable[BankMoney]) -> int:
    """Return by how much customers' money is not where it should be, all banks' amounts added up.

    One bank's surplus is no other's shortfall. A bank whose statement lacks is not judged.

    >>> breach_fen([BankMoney(900, 1_000, 60, 30), BankMoney(5, 0, 0, 0)])
    15
    """
    return sum(abs(bank.unexplained_fen) for bank in banks if not bank.is_waiting)
