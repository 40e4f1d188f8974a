"""Checks an evidence pack by itself: every line, the ledger's chain, the seals and the sums."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from huoqi.close.rules.evidence import END, FORMAT, HEAD, Fact, Fault, Sums, fact_of, name_of
from huoqi.close.rules.seal import Sealed, chain_digest, root_of
from huoqi.ledger.rules.chain import (
    AssetSums,
    JournalRow,
    Link,
    add_to_sums,
    items_digest,
    link_fault,
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found: no fault, or what is wrong in the order in which it was seen."""

    on: str
    lines: int
    parts: Mapping[str, int]
    roots: Mapping[str, str]
    chains: Mapping[int, str]
    faults: tuple[Fault, ...]

    @property
    def is_sound(self) -> bool:
        """Tell whether nothing was altered, left out or added, and everything adds up."""
        return not self.faults


@dataclass(slots=True)
class _Batch:
    """A link whose rows are being read; ``items`` is the digest of rows that are left out."""

    line: int
    name: str
    link: Link
    items: bytes | None
    rows: list[tuple[JournalRow, int]] = field(default_factory=list)

    def fault(self, *, before: Link) -> str | None:
        """Return what is wrong with the link, given its rows."""
        if self.items is not None:
            link = self.link
            return link_fault(
                link, before=before, count=link.count, sums=link.sums, items=self.items
            )
        sums: dict[int, AssetSums] = {}
        for row, released in self.rows:
            add_to_sums(sums, row, released=released)
        count, items = items_digest(row for row, _ in self.rows)
        return link_fault(self.link, before=before, count=count, sums=sums, items=items)


@dataclass(slots=True)
class _Shard:
    """One shard's chain as far as it was read."""

    start: bytes
    last: Link
    heads: list[tuple[datetime, bytes]] = field(default_factory=list)
    batch: _Batch | None = None


@dataclass(frozen=True, slots=True)
class _Close:
    sealed: Sealed
    root: str
    closed_at: datetime
    chain_is_here: bool


@dataclass(slots=True)
class _Fund:
    """The figures of a fund's day; sums over its shards."""

    close: _Close | None = None
    day: tuple[int, int] | None = None
    units_e2: int = 0
    income_fen: int = 0
    control_e2: int = 0


def check(lines: Iterable[bytes]) -> Verdict:
    """Return what is found in a pack; nothing but the pack is needed."""
    return _Check().of(lines)


class _Check:
    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._counts: dict[str, int] = {}
        self._sums = Sums()
        self._shards: dict[int, _Shard] = {}
        self._funds: dict[str, _Fund] = {}
        self._trial: dict[str, list[int]] = {}
        self._on = ""
        self._ended = False

    def of(self, lines: Iterable[bytes]) -> Verdict:
        number = 0
        for number, line in enumerate(lines, start=1):
            self._line(number, line)
        if not self._ended:
            self._fault(0, "the pack", "it has no end: lines are missing")
        for shard in self._shards.values():
            self._close_batch(shard)
        self._whole()
        return Verdict(
            self._on,
            number,
            self._counts,
            {fund: each.close.root for fund, each in self._funds.items() if each.close},
            {shard: each.last.hash.hex() for shard, each in sorted(self._shards.items())},
            tuple(self._faults),
        )

    def _line(self, number: int, line: bytes) -> None:
        fact, wrong = fact_of(line)
        if wrong is not None:
            self._fault(number, name_of(fact) if fact else "unknown", wrong)
        if self._ended:
            self._fault(number, "the pack", "something follows its end")
            return
        part = str(fact["part"]) if fact else "unknown"
        if fact and part == END:
            self._end(number, fact)
            return
        self._sums.add(part, line)
        self._counts[part] = self._counts.get(part, 0) + 1
        if fact is None:
            return
        try:
            self._take(number, part, fact)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
            self._fault(number, name_of(fact), "a field is missing or has another form")

    def _take(self, number: int, part: str, fact: Fact) -> None:
        if (part == HEAD) != (number == 1) or (part == HEAD and fact["format"] != FORMAT):
            self._fault(number, "the head", "the pack does not begin as one of this form")
        if part == HEAD:
            self._on = str(fact["on"])
        elif part in {"chain", "batch", "row"}:
            self._take_ledger(number, part, fact)
        elif part == "trial":
            sums = self._trial.setdefault(str(fact["asset"]), [0, 0])
            sums[0] += int(fact["debits_posted"])
            sums[1] += int(fact["credits_posted"])
        elif part in {"close", "day", "day_shard", "control"}:
            self._take_fund(part, fact)

    def _take_fund(self, part: str, fact: Fact) -> None:
        fund = self._funds.setdefault(str(fact["fund"]), _Fund())
        if part == "close":
            closed_at = datetime.fromisoformat(fact["closed_at"])
            here = fact["chain_is_here"] is True
            fund.close = _Close(_sealed(fact), str(fact["root"]), closed_at, here)
        elif part == "day":
            fund.day = int(fact["total_units_e2"]), int(fact["total_income_fen"])
        elif part == "day_shard":
            fund.units_e2 += int(fact["units_e2"])
            fund.income_fen += int(fact["income_fen"])
        else:
            fund.control_e2 += int(fact["units_e2"])

    def _take_ledger(self, number: int, part: str, fact: Fact) -> None:
        number_of_shard = int(fact["shard"])
        if part == "chain":
            start = bytes.fromhex(fact["hash"])
            last = Link(int(fact["seq"]), None, 0, {}, b"", start)
            self._shards[number_of_shard] = _Shard(start, last)
            return
        shard = self._shards[number_of_shard]
        if part == "batch":
            self._close_batch(shard)
            items = None if fact["with_rows"] is True else bytes.fromhex(fact["items"])
            shard.batch = _Batch(number, name_of(fact), _link(fact), items)
        elif shard.batch is None or shard.batch.link.seq != fact["batch"]:
            self._fault(number, name_of(fact), "it stands in no batch of its number")
        else:
            *row, released = fact["row"]
            shard.batch.rows.append((_journal_row(row), _integer(released)))

    def _close_batch(self, shard: _Shard) -> None:
        """Compare a batch with its rows, or with the digest of rows that the pack leaves out."""
        batch, shard.batch = shard.batch, None
        if batch is None:
            return
        fault = batch.fault(before=shard.last)
        if fault is not None:
            self._fault(batch.line, batch.name, fault)
        assert batch.link.at is not None
        shard.heads.append((batch.link.at, batch.link.hash))
        shard.last = batch.link

    def _end(self, number: int, fact: Fact) -> None:
        self._ended = True
        for name in ("parts", "whole"):
            if fact.get(name) != self._sums.told[name]:
                self._fault(number, "the end", f"its {name} are not those of the lines before")

    def _whole(self) -> None:
        for asset, (debits, credits_sum) in sorted(self._trial.items()):
            if debits != credits_sum:
                self._fault(
                    0, f"trial balance of {asset}", f"debits {debits}, credits {credits_sum}"
                )
        for fund, each in sorted(self._funds.items()):
            for where, what in _faults_of_fund(each):
                self._fault(0, f"{where} of fund {fund}", what)
            if each.close is not None and each.close.chain_is_here:
                self._seal_chain(fund, each.close)

    def _seal_chain(self, fund: str, close: _Close) -> None:
        heads = []
        for shard, each in self._shards.items():
            upto = [head for at, head in each.heads if at <= close.closed_at]
            heads.append((shard, upto[-1] if upto else each.start))
        if chain_digest(heads) != close.sealed.chain_sha256:
            self._fault(0, f"seal of fund {fund}", "the ledger's chains are not those it sealed")

    def _fault(self, line: int, where: str, what: str) -> None:
        self._faults.append(Fault(line, where, what))


def _link(fact: Fact) -> Link:
    sums = {int(asset): AssetSums(*pair) for asset, pair in fact["sums"].items()}
    return Link(
        int(fact["seq"]),
        datetime.fromisoformat(fact["at"]),
        int(fact["count"]),
        sums,
        bytes.fromhex(fact["prev_hash"]),
        bytes.fromhex(fact["hash"]),
    )


def _journal_row(row: list[object]) -> JournalRow:
    idx, id_, kind, debit, credit, amount, asset, code, ref, days, group, fingerprint, result = row
    return JournalRow(
        _integer(idx),
        UUID(str(id_)),
        _integer(kind),
        _integer(debit),
        _integer(credit),
        _integer(amount),
        _integer(asset),
        _integer(code),
        None if ref is None else UUID(str(ref)),
        _integer(days),
        None if group is None else UUID(str(group)),
        _integer(fingerprint),
        _integer(result),
    )


def _integer(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError
    return value


def _faults_of_fund(fund: _Fund) -> Iterable[tuple[str, str]]:
    """Yield where the figures of a fund's closed day contradict each other."""
    close = fund.close
    if close is None:
        return
    sealed = close.sealed
    if root_of(sealed).hex() != close.root:
        yield "seal", "its root is not that of what it seals"
    if fund.day is None:
        yield "day", "the published row is missing"
        return
    units_e2, income_fen = fund.day
    pairs = (
        ("units of the shards", fund.units_e2, units_e2),
        ("income of the shards", fund.income_fen, income_fen),
        ("sealed income", sealed.total_income_fen, income_fen),
        ("ledger's units at the day's end", fund.control_e2, sealed.total_units_e2),
    )
    for where, ours, theirs in pairs:
        if ours != theirs:
            yield where, f"{ours}, and the day says {theirs}"


def _sealed(close: Fact) -> Sealed:
    return Sealed(
        str(close["fund"]),
        date.fromisoformat(close["on"]),
        int(close["holder_count"]),
        int(close["total_units_e2"]),
        int(close["total_income_fen"]),
        bytes.fromhex(close["book_sha256"]),
        bytes.fromhex(close["chain_sha256"]),
        bytes.fromhex(close["previous_root"]),
    )
