"""A company that is backed up while it lives comes back as it was, at instants of three kinds."""

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pytest

from huoqi.bootstrap.backups import backup_key, read_note, take_backup
from huoqi.bootstrap.drill import Drilled, drill
from huoqi.bootstrap.restoring import (
    FolderInUse,
    InstantMalformed,
    InstantNotReached,
    InstantTooEarly,
    Restored,
    SegmentMissing,
    empty,
    read_instant,
    reading,
    restore,
)
from huoqi.bootstrap.settings import Settings, read_settings
from huoqi.close.operations.proving import prove_books, sealed_facts
from huoqi.close.seal.refusals import NotSealed
from huoqi.close.seal.simulated import simulated_desk
from huoqi.kit.backup.archive import (
    LOG,
    SEALED,
    Archive,
    BackupKeyWrong,
    NoArchive,
    NotABackupFolder,
    OtherCompany,
    OtherTimeline,
    found_archive,
    open_archive,
)
from huoqi.kit.backup.rules.sealing import BackupDamaged
from huoqi.kit.backup.shipping import source_of
from huoqi.kit.clock import machine_now
from huoqi.kit.dates import shanghai_at
from huoqi.kit.db import connect
from huoqi.kit.errors import DomainError
from huoqi.kit.migrations import migrate
from huoqi.kit.postgres import EmbeddedPostgres, Profile
from huoqi.sandbox.branches import Branches
from huoqi.sandbox.time_machine import TimeMachine
from huoqi.vault.master_key import MasterKeyMissing
from tests.close.world import FUND, Company, company_on, day

ROOT = Path(__file__).resolve().parents[2]
KEY = bytes(range(32))
SECRET = b"s" * 32

pytestmark = pytest.mark.database


@dataclass
class Kept:
    """A company that lived for some days, its backup, and what it was at instants on the way."""

    folder: Path
    settings: Settings
    company: Company
    dsn: str
    between: datetime
    roots_then: list[str]
    roots: list[str]

    @property
    def archive(self) -> Archive:
        return open_archive(self.folder / "backup", key=backup_key(self.folder / "a/master.key"))

    def copied(self, name: str) -> Archive:
        """Return a copy of the archive that a test may spoil."""
        shutil.copytree(self.folder / "backup", self.folder / name)
        return replace(self.archive, folder=self.folder / name)

    def restored(self, to: str, *, archive: Archive | None = None) -> tuple[Restored, list[str]]:
        """Return where a restored company stands, and the roots of its days; it is removed."""
        data = self.folder / "restored"
        try:
            source, instant = archive or self.archive, read_instant(to)
            stands = restore(source, data, to=instant, say=silent, profile=Profile.BESIDE)
            with EmbeddedPostgres(data, profile=Profile.BESIDE) as cluster:
                facts = reading(cluster.cluster_status().dsn, sealed_facts)
                proven = reading(cluster.cluster_status().dsn, lambda w: prove_books(w, desk=None))
        finally:
            empty(data)
            shutil.rmtree(data, ignore_errors=True)
        assert not proven.doubts
        assert proven.rows == 3
        return stands, [root for _, (root, _) in sorted(facts.items())]

    def drilled(self, archive: Archive | None = None, *, alone: bool = False) -> Drilled:
        """Return what a drill found."""
        with self.company.database.work(while_advancing=True) as work:
            ours = None if alone else sealed_facts(work)
        to, desk = read_instant("latest"), self.company.platform.seal
        archive = archive or self.archive
        return drill(self.settings, archive, to=to, desk=desk, ours=ours, say=silent)


def silent(_: str) -> None:
    """Say nothing."""


@pytest.fixture(scope="module")
def kept() -> Iterator[Kept]:
    """Yield a company after six days, with a base of its second one and one of its last."""
    folder = Path(tempfile.mkdtemp(prefix="huoqi-test-"))
    folder.chmod(0o711)
    data = folder / "a"
    settings = read_settings({"HUOQI_DATA": str(data)}, root=ROOT)
    try:
        with EmbeddedPostgres(data, profile=Profile.BESIDE) as cluster:
            dsn = cluster.cluster_status().dsn
            (data / "master.key").write_text(KEY.hex())
            (data / "master.key").chmod(0o600)
            migrate(dsn, folder=ROOT / "migrations")
            with company_on(dsn, savers=[101, 102, 203]) as company:
                yield lived(folder, settings, company, dsn)
    finally:
        empty(data)
        shutil.rmtree(folder)


def lived(folder: Path, settings: Settings, company: Company, dsn: str) -> Kept:
    at = company.now
    company.platform = replace(
        company.platform,
        seal=simulated_desk(SECRET, managers=company.platform.managers, now=at),
    )
    branches = Branches(company.database)
    branches.set_up()
    machine = TimeMachine(company.platform)
    company.buy({101: 10_000_00, 102: 3_333_33, 203: 7_777_77})
    machine.advance_to(shanghai_at(day(2), hour=9))
    take_backup(settings, dsn, to=folder / "backup", keep=3)
    branches.branch("before-lunch")
    machine.advance_to(shanghai_at(day(4), hour=9))
    between, roots_then = machine_now(), company.roots()
    machine.advance_to(shanghai_at(day(6), hour=9))
    take_backup(settings, dsn, to=None, keep=3)
    return Kept(folder, settings, company, dsn, between, roots_then, company.roots())


def test_the_latest_state_comes_back_with_its_branches(kept: Kept) -> None:
    stands, roots = kept.restored("latest")

    assert roots == kept.roots
    assert stands.branch == "main"
    assert datetime.fromisoformat(stands.business_at) == shanghai_at(day(6), hour=9)


def test_an_instant_of_real_time_between_two_backups_comes_back(kept: Kept) -> None:
    stands, roots = kept.restored(kept.between.isoformat())

    assert roots == kept.roots_then
    assert 0 < len(roots) < len(kept.roots)
    assert datetime.fromisoformat(stands.business_at) == shanghai_at(day(4), hour=9)


def test_an_instant_of_business_time_comes_back(kept: Kept) -> None:
    stands, roots = kept.restored(f"business:{shanghai_at(day(3), hour=12).isoformat()}")

    at = datetime.fromisoformat(stands.business_at)
    assert shanghai_at(day(3), hour=0) < at <= shanghai_at(day(3), hour=12)
    assert roots == kept.roots[: len(roots)]


def test_a_sealed_day_comes_back_and_its_branch_can_be_gone_on_with(kept: Kept) -> None:
    data = kept.folder / "sealed"
    try:
        to = read_instant(f"sealed:{day(2)}")
        restore(kept.archive, data, to=to, say=silent, profile=Profile.BESIDE)
        with EmbeddedPostgres(data, profile=Profile.BESIDE) as cluster:
            dsn = cluster.cluster_status().dsn
            facts = reading(dsn, sealed_facts)
            with company_on(dsn) as company:
                names = [each.name for each in Branches(company.database).listed()]
            with connect(dsn, autocommit=True) as conn:
                source = source_of(conn)
        assert facts[FUND, day(2)][1] != ""
        assert names == ["main", "before-lunch"]
        # Two lines of one history are not mixed in one archive, and two companies neither.
        with pytest.raises(OtherTimeline):
            found_archive(kept.folder / "backup", source, key=kept.archive.key)
        other = replace(source, system="1", timeline=1)
        with pytest.raises(OtherCompany):
            found_archive(kept.folder / "backup", other, key=kept.archive.key)
    finally:
        empty(data)


def test_a_drill_proves_the_books_and_leaves_nothing(kept: Kept) -> None:
    found = kept.drilled()

    assert found.doubts == ()
    assert found.compared_days == found.proven.days == len(kept.roots)
    assert (found.proven.seals, found.proven.rows) == (len(kept.roots), 3)
    assert not (kept.settings.data / "drill").exists()


@pytest.mark.parametrize("how", ["altered", "cut"])
def test_an_altered_or_cut_segment_is_named(kept: Kept, how: str) -> None:
    spoilt = kept.copied(how)
    name = spoilt.bases()[-1].start_segment
    path = spoilt.folder / LOG / (name + SEALED)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= how == "altered"
    path.write_bytes(content if how == "altered" else content[:-9])

    with pytest.raises(BackupDamaged) as damage:
        kept.restored("latest", archive=spoilt)

    assert damage.value.params["file"] == name
    assert not (kept.folder / "restored").exists()


def test_a_missing_segment_is_named(kept: Kept) -> None:
    spoilt = kept.copied("missing")
    first = spoilt.bases()[0]
    names = [name for name in spoilt.segments() if name > first.stop_segment]
    (spoilt.folder / LOG / (names[0] + SEALED)).unlink()

    with pytest.raises(SegmentMissing) as missing:
        kept.restored(kept.between.isoformat(), archive=spoilt)

    assert missing.value.params["segment"] == names[0]


def test_keys_that_are_absent_or_wrong_are_told(kept: Kept) -> None:
    other = kept.folder / "other.key"
    other.write_text("11" * 32)
    other.chmod(0o600)

    with pytest.raises(MasterKeyMissing):
        backup_key(kept.folder / "none.key")
    with pytest.raises(BackupKeyWrong) as wrong:
        open_archive(kept.folder / "backup", key=backup_key(other))

    assert wrong.value.params["sealed_under"] == "6502380dc9376340"
    with pytest.raises(NoArchive):
        open_archive(kept.folder / "a", key=kept.archive.key)


LONG_AGO = "2020-01-01T00:00:00+00:00"


@pytest.mark.parametrize(
    ("error", "instant"),
    [
        (InstantTooEarly, LONG_AGO),
        (NotSealed, "sealed:2015-01-01"),
        (InstantNotReached, "business:2030-01-01T00:00:00+08:00"),
        (InstantNotReached, "2999-01-01T00:00:00+00:00"),
    ],
)
def test_no_instant_is_guessed(kept: Kept, error: type[DomainError], instant: str) -> None:
    data, to = kept.folder / "no", read_instant(instant)

    with pytest.raises(error):
        restore(kept.archive, data, to=to, say=silent, profile=Profile.BESIDE)

    assert not data.exists()


def test_nothing_is_written_over(kept: Kept) -> None:
    with pytest.raises(FolderInUse):
        restore(kept.archive, kept.settings.data, to=read_instant("latest"), say=silent)
    with pytest.raises(NotABackupFolder):
        take_backup(kept.settings, kept.dsn, to=kept.settings.data, keep=1)


def test_a_disk_that_is_away_is_not_taken_for_an_empty_folder(kept: Kept) -> None:
    away = kept.folder / "away"
    (kept.folder / "backup").rename(away)
    try:
        with pytest.raises(NoArchive):
            take_backup(kept.settings, kept.dsn, to=None, keep=3)
        assert not (kept.folder / "backup").exists()
    finally:
        away.rename(kept.folder / "backup")


@pytest.mark.parametrize(
    "text", ["yesterday", "2015-05-12T00:00:00", "sealed:2015-13-01", "business:"]
)
def test_what_is_no_instant_is_told(text: str) -> None:
    with pytest.raises(InstantMalformed):
        read_instant(text)


def test_a_drill_finds_a_row_that_was_altered_in_the_books(kept: Kept) -> None:
    """The last test of these: the books are never the same again."""
    with kept.company.database.work() as work:
        touched = work.run("UPDATE holding SET units_e2 = units_e2 + 1 WHERE customer_no = 203")
    assert touched == 1
    take_backup(kept.settings, kept.dsn, to=None, keep=1)

    found = kept.drilled(alone=True)

    assert [(doubt.of, doubt.detail.split(":")[0]) for doubt in found.doubts] == [
        ("row", "customer 203")
    ]
    assert len(kept.archive.bases()) == 1
    assert min(kept.archive.segments()) == kept.archive.bases()[0].start_segment
    note = read_note(kept.settings.data)
    assert note is not None
    assert note.to == str(kept.folder / "backup")
