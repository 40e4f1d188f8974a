"""Which bases are kept, and from which segment on the log is needed for them."""

from collections.abc import Sequence

from huoqi.kit.backup.rules.manifests import Base


def kept_bases(bases: Sequence[Base], *, keep: int) -> tuple[list[Base], list[Base]]:
    """Return the latest bases, and the older ones that go."""
    assert keep > 0, "the last base is never let go"
    ordered = sorted(bases, key=lambda base: base.name)
    return ordered[-keep:], ordered[:-keep]


def unneeded(names: Sequence[str], *, bases: Sequence[Base]) -> list[str]:
    """Return the segments before the first one that a base needs; without a base none."""
    if not bases:
        return []
    first = min(base.start_segment for base in bases)
    # Names of one line of history sort as its log goes on.
    return sorted(name for name in names if len(name) == len(first) and name < first)
