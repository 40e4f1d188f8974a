"""What we ask of a sender of short messages."""

import secrets
from typing import Protocol

from huoqi.kit.db import Work

CODE_DIGITS = 6


class Messages(Protocol):
    """Sends codes to phones."""

    def new_code(self) -> str:
        """Return the six digits to send next."""
        ...

    def send_code(self, work: Work, *, phone: str, code: str) -> None:
        """Take a message over within the transaction.

        An adapter that calls outside writes to an outbox of its own here (sealed) and sends after
        the commit.
        """
        ...


def random_code() -> str:
    """Return six random digits, what a real sender's ``new_code`` gives."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
