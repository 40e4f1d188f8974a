"""The memory of processes, and how it grows."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_FIELDS = ("Pss:", "Pss_Anon:")


@dataclass(frozen=True, slots=True)
class Memory:
    """What processes take: all of it, and what is theirs alone (no files, nothing shared)."""

    all_kib: int = 0
    own_kib: int = 0


def memory_of(pid: int, *, with_children: bool = False) -> Memory:
    """Return the memory of a process, of its children too if asked; shared parts count once."""
    pids = [pid, *(_children(pid) if with_children else ())]
    found = [_sizes(each) for each in pids]
    return Memory(sum(each[0] for each in found), sum(each[1] for each in found))


def _children(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [
            int(text)
            for text in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        ]
    return []


def _sizes(pid: int) -> tuple[int, int]:
    with contextlib.suppress(OSError):  # it ended while we looked
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
        found = {line.split()[0]: int(line.split()[1]) for line in lines if line.startswith("Pss")}
        return found.get(_FIELDS[0], 0), found.get(_FIELDS[1], 0)
    return 0, 0


def slope_kib_per_min(samples: Sequence[tuple[float, int]]) -> int:
    """Return by how much a size grows in a minute: the line with the least squares.

    >>> slope_kib_per_min([(0.0, 100), (30.0, 150), (60.0, 200)])
    100
    """
    if len(samples) < 2:
        return 0
    mean_s = sum(at for at, _ in samples) / len(samples)
    mean_kib = sum(size for _, size in samples) / len(samples)
    spread = sum((at - mean_s) ** 2 for at, _ in samples)
    if not spread:
        return 0
    lean = sum((at - mean_s) * (size - mean_kib) for at, size in samples)
    return round(60 * lean / spread)
