"""How a day's totals of a real fund are split among simulated holders, to the fen."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import ClassVar

from huoqi.kit.errors import DomainError

_YUAN = 100
#: Endings of purchases that the simulated manager or bank does something odd with.
MAGIC_ENDINGS = frozenset({13, 17, 19, 23, 29})
#: Redeemers of a day together hold at least so many times what is taken out.
_ROOM = 3


class FlowsExceedHoldings(DomainError):
    """The file takes more out than the holders have confirmed by then."""

    code: ClassVar[str] = "replay.flows_exceed_holdings"


def shared(total: int, *, weights: Sequence[int]) -> list[int]:
    """Split a total by weights: floors first, the rest one by one to the largest remainders.

    >>> shared(10, weights=[1, 1, 1])
    [4, 3, 3]
    """
    whole = sum(weights)
    assert whole > 0
    parts = [total * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda n: (-(total * weights[n] % whole), n))
    for n in order[: total - sum(parts)]:
        parts[n] += 1
    return parts


def purchase_parts(total_fen: int, *, weights: Sequence[int]) -> list[tuple[int, int]]:
    """Return (place, amount) of purchases that add up to a total and trigger no magic.

    Whole yuan by weight; the odd fen go with the first part, or with two where their ending
    would be magic. A place may come up twice.

    >>> purchase_parts(1_013, weights=[1, 1])
    [(0, 512), (1, 500), (0, 1)]
    """
    if total_fen == 0:
        return []
    yuan, odd_fen = divmod(total_fen, _YUAN)
    amounts = [part * _YUAN for part in shared(yuan, weights=weights)]
    single_fen = 1 if odd_fen in MAGIC_ENDINGS else 0
    amounts[0] += odd_fen - single_fen
    parts = [(place, amount) for place, amount in enumerate(amounts) if amount]
    return [*parts, (0, single_fen)] if single_fen else parts


def redemption_parts(
    total_fen: int, *, held_fen: Mapping[int, int], order: Sequence[int], least: int
) -> list[tuple[int, int]]:
    """Return (holder, amount) of redemptions that add up to a total, none above what is held.

    Holders come in the given order, at least so many, until together they have three times what
    is taken out, or all of them do. Raises FlowsExceedHoldings.

    >>> redemption_parts(90, held_fen={1: 200, 2: 100}, order=[2, 1], least=1)
    [(2, 30), (1, 60)]
    """
    if total_fen == 0:
        return []
    chosen: list[int] = []
    having_fen = 0
    for holder in order:
        if len(chosen) >= least and having_fen >= _ROOM * total_fen:
            break
        if held_fen.get(holder, 0):
            chosen.append(holder)
            having_fen += held_fen[holder]
    if having_fen < total_fen:
        raise FlowsExceedHoldings(wanted_fen=total_fen, confirmed_fen=having_fen)
    amounts = shared(total_fen, weights=[held_fen[holder] for holder in chosen])
    return [(holder, amount) for holder, amount in zip(chosen, amounts, strict=True) if amount]


def uneven_weights(count: int, *, chance: Random) -> list[int]:
    """Return weights as uneven as people's savings: squares of even draws."""
    return [chance.randint(1, 1_000) ** 2 for _ in range(count)]
