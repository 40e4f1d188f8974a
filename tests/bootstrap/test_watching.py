"""How the company is, in figures: the gauges that alerts look at are those that are told."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from huoqi.bootstrap.backups import Note, write_note
from huoqi.bootstrap.service_command import faults_of, units
from huoqi.bootstrap.settings import read_settings
from huoqi.bootstrap.watching import Watch
from huoqi.close.rules.alerts import ALERTS, GAUGES, ringing
from huoqi.kit.checks import Check, note_check
from huoqi.kit.clock import machine_now
from huoqi.kit.dates import shanghai_at
from huoqi.sandbox.time_machine import TimeMachine
from tests.close.world import Company, company_on, day

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def company(dsn: str) -> Iterator[Company]:
    with company_on(dsn, savers=[101]) as opened:
        yield opened


def watch(data: Path, company: Company) -> Watch:
    settings = read_settings({"HUOQI_DATA": str(data)}, root=ROOT)
    return Watch(settings, company.platform, kept_ms=0)


def test_each_gauge_of_an_alert_is_on_the_page(tmp_path: Path, company: Company) -> None:
    note_check(tmp_path, Check(machine_now().isoformat(), is_sound=True))
    now = machine_now().isoformat()
    write_note(tmp_path, Note(str(tmp_path), now, now, "", now, 0, now))
    registry = CollectorRegistry()
    registry.register(watch(tmp_path, company))

    page = generate_latest(registry).decode()

    named = {line.split()[2] for line in page.splitlines() if line.startswith("# TYPE")}
    assert named == {gauge.name for gauge in GAUGES}
    assert {each.gauge for each in ALERTS} <= named
    assert "huoqi_watch_sound 1.0" in page
    assert 'huoqi_backup_seconds{what="base"}' in page


def test_a_company_on_its_first_day_is_well(tmp_path: Path, company: Company) -> None:
    samples = watch(tmp_path, company).samples()

    assert [each.name for each, _ in ringing(s for s in samples if "disk" not in s.gauge)] == []


def test_a_register_that_differs_and_old_checks_ring(tmp_path: Path, company: Company) -> None:
    company.buy({101: 10_000_00})
    old = (machine_now() - timedelta(days=60)).isoformat()
    note_check(tmp_path, Check(old, is_sound=False))
    write_note(tmp_path, Note(str(tmp_path), old, old, "backup.other_company", old, 2, old))
    with company.database.work() as work:
        work.run("UPDATE holding SET units_e2 = units_e2 + 1 WHERE customer_no = 101")
    company.fault("register_wrong", at=company.now())
    TimeMachine(company.platform).advance_to(shanghai_at(day(4), hour=9))

    samples = watch(tmp_path, company).samples()

    names = {each.name for each, _ in ringing(samples)}
    assert {
        "HuoqiChainBroken",
        "HuoqiChainNotChecked",
        "HuoqiBackupOld",
        "HuoqiBackupFails",
        "HuoqiDrillOld",
        "HuoqiDrillFailed",
    } <= names


def test_without_a_database_that_is_what_is_told(tmp_path: Path, company: Company) -> None:
    gone = replace(company.platform)
    company.database.close()

    samples = Watch(
        read_settings({"HUOQI_DATA": str(tmp_path)}, root=ROOT), gone, kept_ms=0
    ).samples()

    assert [each.name for each, _ in ringing(s for s in samples if "disk" not in s.gauge)] == [
        "HuoqiNotWatched"
    ]


def test_the_units_name_folders_and_user_and_systemd_takes_them(tmp_path: Path) -> None:
    settings = read_settings({"HUOQI_DATA": str(tmp_path / "data")}, root=ROOT)

    files = units(settings, user="root")

    assert f"Environment=HUOQI_DATA={tmp_path}/data" in files["huoqi.service"]
    assert "User=root" in files["huoqi-backup.service"]
    assert set(files) >= {"huoqi-backup.timer", "huoqi-verify.timer", "huoqi-drill.timer"}
    if shutil.which("systemd-analyze"):
        assert faults_of(files) == []
        broken = {**files, "huoqi.service": files["huoqi.service"].replace("simple", "simpel")}
        assert faults_of(broken) != []
