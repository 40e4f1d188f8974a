"""The two sides of one call of ``ledger_post``: columns in, columns out."""

from typing import NamedTuple

from huoqi.ledger._arrays import PackedArray, int_column, optional_ints
from huoqi.ledger.rules.counters import Counters


class SubBatch(NamedTuple):
    """The columns of one shard's items, packed in the order of ``ledger_post``."""

    shard: int
    ids: PackedArray
    kinds: PackedArray
    debits: PackedArray
    credits: PackedArray
    amounts: PackedArray
    assets: PackedArray
    codes: PackedArray
    dates: PackedArray
    fingerprints: PackedArray
    refs: PackedArray | None = None
    groups: PackedArray | None = None
    runs: PackedArray | None = None
    expiries: PackedArray | None = None
    malformed: PackedArray | None = None


class Posted(NamedTuple):
    """What ``ledger_post`` said; columns are still packed, None means "nothing special"."""

    status: int
    seq: int | None
    codes: bytes | None
    replay_code: bytes | None
    replay_batch: bytes | None
    replay_idx: bytes | None
    debits: bytes | None
    credits: bytes | None
    amounts: bytes | None
    released: bytes | None
    account: bytes | None
    dv: bytes | None
    dp: bytes | None
    cv: bytes | None
    cp: bytes | None

    def counters(self) -> dict[int, Counters]:
        """Return the counters after the batch of every account that is not hot."""
        columns = [
            int_column(c, width=8).tolist()
            for c in (self.account, self.dv, self.dp, self.cv, self.cp)
        ]
        return {
            account: Counters(dv, dp, cv, cp)
            for account, dv, dp, cv, cp in zip(*columns, strict=True)
        }

    def replays(self) -> dict[int, tuple[int, int, int]]:
        """Return code, batch and place of the first answer, by position of the repeat."""
        if self.replay_code is None:
            return {}
        batches = optional_ints(self.replay_batch, width=8)
        places = optional_ints(self.replay_idx, width=4)
        codes = optional_ints(self.replay_code, width=2)
        return {p: (code, batches[p], places[p]) for p, code in codes.items()}

    def releases(self) -> dict[int, int]:
        """Return what each resolved hold set free, by position."""
        return optional_ints(self.released, width=8)
