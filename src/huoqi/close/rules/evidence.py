"""The evidence pack of a day: its form, one line a fact, so that any altered byte can be named.

A line is 16 hexadecimal digits of SHA-256 over its JSON, a space, the JSON, a line feed. The last
line tells for each part how many lines it has and their SHA-256, and that of all lines before it.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

FORMAT = "huoqi-evidence-1"
HEAD, END = "head", "end"
CHECK_DIGITS = 16
_SPACE = b" "
_NEW_LINE = b"\n"
Fact = Mapping[str, Any]  # a JSON document


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, in which line (counted from 1; 0: the pack as a whole), and what it is of."""

    line: int
    where: str
    what: str


@dataclass(slots=True)
class _Sum:
    lines: int = 0
    sha256: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def add(self, line: bytes) -> None:
        self.lines += 1
        self.sha256.update(line)

    @property
    def told(self) -> dict[str, object]:
        return {"lines": self.lines, "sha256": self.sha256.hexdigest()}


class Sums:
    """Counts and digests of the lines of a pack, part by part."""

    def __init__(self) -> None:
        self._parts: dict[str, _Sum] = {}
        self._all = _Sum()

    def add(self, part: str, line: bytes) -> None:
        """Take in a line."""
        self._parts.setdefault(part, _Sum()).add(line)
        self._all.add(line)

    @property
    def told(self) -> dict[str, object]:
        """Return what the last line says."""
        parts = {name: each.told for name, each in sorted(self._parts.items())}
        return {"parts": parts, "whole": self._all.told}


def line_of(fact: Fact) -> bytes:
    """Return a fact as a line.

    >>> line_of({"part": "head"})
    b'ae6e27bc57654884 {"part":"head"}\\n'
    """
    text = json.dumps(fact, ensure_ascii=True, separators=(",", ":"), sort_keys=True).encode()
    return check_of(text) + _SPACE + text + _NEW_LINE


def check_of(text: bytes) -> bytes:
    """Return the digits that stand before a line's JSON."""
    return hashlib.sha256(text).hexdigest()[:CHECK_DIGITS].encode()


def lines_of(facts: Iterable[Fact]) -> Iterator[bytes]:
    """Yield facts as lines, and the line that ends the pack."""
    sums = Sums()
    for fact in facts:
        line = line_of(fact)
        sums.add(str(fact["part"]), line)
        yield line
    yield line_of({"part": END, **sums.told})


def fact_of(line: bytes) -> tuple[Fact | None, str | None]:
    """Return the fact of a line, as far as it can be read, and what is wrong with the line.

    >>> fact_of(line_of({"part": "close"}))
    ({'part': 'close'}, None)
    >>> fact_of(b'0000000000000000 {"part":"close"}' + bytes([10]))
    ({'part': 'close'}, 'the line was altered')
    """
    if not line.endswith(_NEW_LINE):
        return None, "the line has no end"
    text = line[CHECK_DIGITS + 1 : -1]
    fact = _read(text)
    if fact is None:
        return None, "the line cannot be read"
    sound = line[:CHECK_DIGITS] == check_of(text) and line[CHECK_DIGITS : CHECK_DIGITS + 1] == b" "
    return fact, None if sound else "the line was altered"


def _read(text: bytes) -> Fact | None:
    try:
        fact = json.loads(text)
    except (ValueError, RecursionError):
        return None
    is_fact = isinstance(fact, dict) and isinstance(fact.get("part"), str)
    return fact if is_fact else None


def name_of(fact: Fact) -> str:
    """Return the name of what a line tells, for people.

    >>> name_of({"part": "batch", "shard": 1, "seq": 12})
    'ledger shard 1, batch 12'
    >>> name_of({"part": "row", "shard": 1, "batch": 12, "row": [3, "aa"]})
    'ledger shard 1, batch 12, row 3, transfer aa'
    """
    match fact:
        case {"part": "row", "shard": shard, "batch": batch, "row": [idx, transfer, *_]}:
            return f"ledger shard {shard}, batch {batch}, row {idx}, transfer {transfer}"
        case {"part": "batch", "shard": shard, "seq": seq}:
            return f"ledger shard {shard}, batch {seq}"
        case {"part": "chain", "shard": shard}:
            return f"ledger shard {shard}, where its chain begins"
        case {"part": "act", "seq": seq}:
            return f"audit entry {seq}"
        case {"part": "approval", "approval_id": approval}:
            return f"approval {approval}"
        case {"part": part, "fund": fund, **rest}:
            of_shard = f", shard {rest['shard']}" if "shard" in rest else ""
            return f"{part} of fund {fund}{of_shard}"
    return f"the {fact['part']}"
