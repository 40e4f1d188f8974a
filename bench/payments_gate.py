"""What stands before the callbacks: each comes signed, and some come forged or long after.

The benchmark signs what the simulated banks say, adds forged and replayed calls by the mix, and
lets the platform's own check of signatures decide which of them count.
"""

import json
from collections.abc import Sequence
from uuid import UUID

from huoqi.events.rules.signatures import SignatureDiffers, SignatureOutsideWindow, sign, verify
from huoqi.payments.banks.port import (
    Bank,
    Callback,
    CardAnswer,
    CardCheck,
    CodeAnswer,
    CodeAttempt,
    Instruction,
)
from huoqi.payments.banks.simulated.deeds import chance
from huoqi.payments.rules.replies import Reply, ReplyKind

FORGED_PPM = 5_000
REPLAYED_PPM = 5_000
_SECRETS = ("bank-of-the-benchmark",)
_FORGER = ("somebody-else",)
_NOW = 1_431_306_000
_TOO_LATE_S = 301


class Gate:
    """A bank whose callbacks are checked before anybody else sees them; counts what is refused."""

    def __init__(self, bank: Bank, *, seed: str) -> None:
        self._bank = bank
        self._seed = seed
        self.refused = 0

    def callbacks(self, *, limit: int) -> list[Callback]:
        """Return the callbacks whose signature holds."""
        passed = []
        for callback in self._bank.callbacks(limit=limit):
            if self._holds(callback, secrets=_SECRETS, unix=_NOW):
                passed.append(callback)
            self._attack(callback)
        return passed

    def _attack(self, callback: Callback) -> None:
        """Let somebody forge the opposite of a callback, or send an old one once more."""
        if chance(self._seed, "forged", callback.callback_id) < FORGED_PPM:
            opposite = "51" if callback.reply.code == "00" else "00"
            reply = Reply(ReplyKind.CODE, code=opposite, amount_fen=callback.reply.amount_fen)
            forged = Callback(f"{callback.callback_id}-f", callback.bank, callback.bank_ref, reply)
            assert not self._holds(forged, secrets=_FORGER, unix=_NOW), "a forged call counted"
        if chance(self._seed, "replayed", callback.callback_id) < REPLAYED_PPM:
            late = _NOW - _TOO_LATE_S
            assert not self._holds(callback, secrets=_SECRETS, unix=late), "an old call counted"

    def _holds(self, callback: Callback, *, secrets: Sequence[str], unix: int) -> bool:
        body = json.dumps([callback.callback_id, callback.bank_ref, callback.reply.code]).encode()
        header = sign(body, secrets=secrets, unix=unix)
        try:
            verify(body, header=header, secrets=_SECRETS, now_unix=_NOW)
        except (SignatureDiffers, SignatureOutsideWindow):
            self.refused += 1
            return False
        return True

    def acknowledge(self, callback_ids: Sequence[str]) -> None:
        """Tell that callbacks are stored for good."""
        self._bank.acknowledge(callback_ids)

    def send(self, batch: Sequence[Instruction]) -> list[Reply]:
        """Tell the banks to move money."""
        return self._bank.send(batch)

    def query(self, batch: Sequence[Instruction]) -> list[Reply]:
        """Return what the banks know of each reference."""
        return self._bank.query(batch)

    def check_cards(self, checks: Sequence[CardCheck]) -> list[CardAnswer]:
        """Return what the issuers say to four elements each."""
        return self._bank.check_cards(checks)

    def query_checks(self, checks: Sequence[tuple[UUID, str]]) -> list[CardAnswer]:
        """Return what became of checks."""
        return self._bank.query_checks(checks)

    def confirm_codes(self, attempts: Sequence[CodeAttempt]) -> list[CodeAnswer]:
        """Return whether each code is the one that was sent."""
        return self._bank.confirm_codes(attempts)
