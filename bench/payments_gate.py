"""What stands before the callbacks: each comes signed, and some come forged or long after.

The benchmark signs what the simulated banks say, adds forged and replayed calls by the mix, and
lets the platform's own check of signatures decide which of them count.
"""

import json
from collections.abc import Sequence

from huoqi.events.rules.signatures import SignatureDiffers, SignatureOutsideWindow, sign, verify
from huoqi.payments.banks.port import Bank, Callback
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

    def __getattr__(self, name: str) -> object:
        """Hand everything else on to the bank."""
        return getattr(self._bank, name)
