"""A restore drill: restored beside, the books proven and compared with ours, and removed."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from huoqi.bootstrap.restoring import Instant, Restored, empty, reading, restore
from huoqi.bootstrap.settings import Settings
from huoqi.close.operations.proving import Doubt, Proven, prove_books, sealed_facts
from huoqi.close.seal.port import SealDesk
from huoqi.kit.backup.archive import Archive
from huoqi.kit.db import Work
from huoqi.kit.postgres import EmbeddedPostgres, Profile, single_instance

_FOLDER = "drill"
Sealed = Mapping[tuple[str, date], tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Drilled:
    """What came back, what was looked at in it, and everything that is not as it was sealed."""

    restored: Restored
    proven: Proven
    compared_days: int
    doubts: tuple[Doubt, ...]


def drill(
    settings: Settings,
    archive: Archive,
    *,
    to: Instant,
    desk: SealDesk | None,
    ours: Sealed | None,
    say: Callable[[str], None],
) -> Drilled:
    """Restore beside, prove, compare with what stands here, and clean up whatever happens.

    ``ours`` is what the present company sealed; None compares with nothing outside the backup.
    """
    with single_instance(settings.data, name="drill"), _beside(settings.data) as folder:
        restored = restore(archive, folder, to=to, say=say, profile=Profile.BESIDE)
        say("proving the restored books …")
        with EmbeddedPostgres(folder, profile=Profile.BESIDE) as cluster:
            dsn = cluster.cluster_status().dsn
            proven, theirs = reading(dsn, lambda work: _looked_at(work, desk=desk))
    doubts = (*proven.doubts, *_differences(theirs, ours or {}))
    return Drilled(restored, proven, len(theirs.keys() & (ours or {}).keys()), doubts)


def _looked_at(work: Work, *, desk: SealDesk | None) -> tuple[Proven, Sealed]:
    return prove_books(work, desk=desk), sealed_facts(work)


def _differences(theirs: Sealed, ours: Sealed) -> Iterator[Doubt]:
    """Yield each day on which the restored company sealed something else than the present one."""
    for (fund, on), (root, seal) in sorted(theirs.items()):
        here = ours.get((fund, on))
        where = f"{fund} {on.isoformat()}"
        if here is None:
            if ours:
                yield Doubt("root", where, "closed in the backup, and not here", found=root)
            continue
        if here[0] != root:
            detail = "the backup has another root than this company"
            yield Doubt("root", where, detail, here[0], root)
        if here[1] and seal and here[1] != seal:
            detail = "three signed something else in the backup"
            yield Doubt("seal", where, detail, here[1], seal)


@contextmanager
def _beside(data: Path) -> Iterator[Path]:
    """Yield a folder for the drill; what an earlier one left there goes first."""
    folder = data / _FOLDER
    empty(folder)
    folder.mkdir(mode=0o711, exist_ok=True)
    try:
        yield folder
    finally:
        empty(folder)
        folder.rmdir()
