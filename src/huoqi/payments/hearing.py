"""Hearing banks that call us: believed by its signature alone, stored before it is acknowledged."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from huoqi.events.rules.signatures import verify
from huoqi.kit.db import Database
from huoqi.payments.operations.callbacks import Verdict, store_callback
from huoqi.payments.rules.callbacks import parse_callback

#: The secrets that a bank's calls are believed by; none for a bank that does not call.
Secrets = Callable[[str], Sequence[str]]


def no_secrets(_bank: str) -> Sequence[str]:
    """Return nothing: nobody is believed."""
    return ()


@dataclass(frozen=True)
class CallbackDoor:
    """Where calls of banks come in; nothing that is not signed and fresh gets behind it."""

    database: Database
    secrets: Secrets = no_secrets

    def hear(self, body: bytes, *, bank: str, header: str, now: datetime) -> Verdict:
        """Store a call and return whether it is new; it is on the disk then.

        ``now`` is the machine's time, whatever the business clock shows. Errors: those of
        `verify`, CallbackMalformed. A bank that there is not has no secrets, so it is refused.
        """
        secrets = self.secrets(bank)
        verify(body, header=header, secrets=secrets, now_unix=int(now.timestamp()))
        said = parse_callback(body)
        with self.database.note(actor=f"bank:{bank}") as work:
            return store_callback(work, said, bank=bank, received_at=now)
