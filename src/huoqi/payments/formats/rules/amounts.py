"""Amounts as texts: exact, without signs, exponents or a third decimal."""

from huoqi.payments.formats.rules.refusals import AmountMalformed, AmountTooLarge

MOST_FEN = 2**63 - 1
_DECIMALS = 2
#: No amount that a ledger can hold is longer, leading noughts aside.
_LONGEST = 64


def fen_of(text: str) -> int:
    """Return an amount in fen: digits, and if there is a point one or two behind it.

    >>> [fen_of(text) for text in ("100.00", "0.5", "7")]
    [10000, 50, 700]

    Errors: AmountMalformed, AmountTooLarge.
    """
    whole, point, decimals = text.partition(".")
    digits = whole + decimals
    if not (whole and digits.isdigit() and digits.isascii()) or (point and not decimals):
        raise AmountMalformed(detail="not digits with a point")
    if len(decimals) > _DECIMALS:
        raise AmountMalformed(detail="more than two decimals")
    if len(text) > _LONGEST:
        raise AmountTooLarge(detail="more digits than a ledger holds")
    fen = int(whole) * 100 + int(decimals.ljust(_DECIMALS, "0")) if point else int(whole) * 100
    return at_most(fen)


def integer_of(text: str) -> int:
    """Return an amount that is written in fen already.

    Errors: AmountMalformed, AmountTooLarge.
    """
    if not (text.isdigit() and text.isascii()):
        raise AmountMalformed(detail="not digits")
    if len(text) > _LONGEST:
        raise AmountTooLarge(detail="more digits than a ledger holds")
    return at_most(int(text))


def at_most(fen: int) -> int:
    """Return an amount that a ledger can hold.

    Errors: AmountTooLarge.
    """
    if fen > MOST_FEN:
        raise AmountTooLarge(detail="more than a ledger holds")
    return fen


def text_of(fen: int) -> str:
    """Return an amount of yuan as messages write it.

    >>> text_of(10_050)
    '100.50'
    """
    assert fen >= 0, "messages say the side beside the amount"
    yuan, rest = divmod(fen, 100)
    return f"{yuan}.{rest:02}"
