"""The build of the screens: once for the same sources, elsewhere if it must, told when not."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from huoqi.bootstrap import node as nodes
from huoqi.bootstrap.app_build import AppBuild, AppBuildFailed, is_built, stamp_of, work_folder
from huoqi.bootstrap.settings import Settings, read_settings
from huoqi.web.screens import STAMP

# Stands for npm: notes what it was told, installs by naming, builds by writing one page.
NPM = """#!/bin/sh
echo "$@" >> "$HUOQI_TEST_LOG"
case $1 in
ci) mkdir -p node_modules/preact; cp package-lock.json node_modules/.package-lock.json ;;
run) [ ! -e broken ] || { echo "line 7: no such component"; exit 3; }
     for target in "$@"; do :; done
     mkdir -p "$target"; echo page > "$target/index.html" ;;
esac
"""
LOCK = {"packages": {"": {}, "node_modules/preact": {"version": "11.2.0"}}}


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a simulated Node and npm on the PATH; return what npm was told."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, text in {"node": "#!/bin/sh\necho v22.1.0\n", "npm": NPM}.items():
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("HUOQI_TEST_LOG", str(tmp_path / "log"))
    (tmp_path / "log").touch()
    return tmp_path / "log"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return the settings of a checkout with small sources."""
    root = tmp_path / "checkout"
    (root / "app" / "src").mkdir(parents=True)
    (root / "app" / "package.json").write_text("{}")
    (root / "app" / "package-lock.json").write_text(json.dumps(LOCK))
    (root / "app" / "src" / "home.ts").write_text("export {}")
    return read_settings({"HUOQI_DATA": str(tmp_path / "data")}, root=root)


def built(settings: Settings, *, force: bool = False) -> list[str]:
    said: list[str] = []
    build = AppBuild(settings, say=said.append)
    build.run(force=force)
    assert build.state == "ready"
    return said


def test_the_screens_are_built_once_for_the_same_sources(settings: Settings, log: Path) -> None:
    built(settings)
    built(settings)

    told = log.read_text().splitlines()
    assert [line.split()[0] for line in told] == ["ci", "run"]
    assert told[1].endswith(str(settings.app_dist))
    assert (settings.app_dist / "index.html").read_text() == "page\n"
    assert is_built(settings)


def test_what_changes_the_screens_has_them_built_again(settings: Settings, log: Path) -> None:
    built(settings)
    first = stamp_of(settings)
    (settings.app_sources / "src" / "api").mkdir()
    (settings.app_sources / "src" / "api" / "schema.d.ts").write_text("generated")
    (settings.app_sources / "dist" / "more.js").write_text("made")
    assert stamp_of(settings) == first

    (settings.app_sources / "src" / "home.ts").write_text("export const one = 1")
    assert not is_built(settings)
    built(settings)
    (settings.root / "docs" / "reference").mkdir(parents=True)
    (settings.root / "docs" / "reference" / "openapi.json").write_text("{}")
    built(settings)
    built(settings, force=True)

    assert [line.split()[0] for line in log.read_text().splitlines()] == ["ci"] + ["run"] * 4


def test_a_new_lock_has_the_packages_installed_again(settings: Settings, log: Path) -> None:
    built(settings)
    lock = {"packages": {**LOCK["packages"], "node_modules/esbuild": {"version": "1", "dev": True}}}
    (settings.app_sources / "package-lock.json").write_text(json.dumps(lock))
    built(settings)
    assert log.read_text().count("ci ") == 1  # what is only for checks is not needed to build

    lock["packages"]["node_modules/preact"] = {"version": "11.3.0"}
    (settings.app_sources / "package-lock.json").write_text(json.dumps(lock))
    built(settings)

    assert log.read_text().count("ci ") == 2


def test_a_failed_build_shows_what_npm_said(settings: Settings, log: Path) -> None:
    (settings.app_sources / "broken").touch()
    said: list[str] = []
    build = AppBuild(settings, say=said.append)

    with pytest.raises(AppBuildFailed) as failed:
        build.run()
    build.attempt()

    assert failed.value.params == {"step": "build", "exit_code": 3}
    assert "  line 7: no such component" in said
    assert said[-1].endswith("./huoqi app")
    assert build.state == "failed"
    assert not (settings.app_dist / STAMP).exists()


def test_a_build_that_was_ended_is_no_failure(settings: Settings, log: Path) -> None:
    said: list[str] = []
    build = AppBuild(settings, say=said.append)
    build.end()

    build.attempt()

    assert build.state == "building"
    assert log.read_text() == ""
    assert not [line for line in said if "could not" in line]


def test_folders_of_ones_own_are_served_and_not_built(
    settings: Settings, log: Path, tmp_path: Path
) -> None:
    own = replace(settings, app=tmp_path / "own")
    build = AppBuild(own, say=lambda _: None)

    build.run()

    assert (build.state, own.app_dist, log.read_text()) == ("absent", tmp_path / "own", "")


def test_sources_that_cannot_be_written_are_built_in_the_data_folder(
    settings: Settings, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = str(settings.app_sources)
    access = os.access
    monkeypatch.setattr(
        os, "access", lambda path, mode: str(path) != sources and access(path, mode)
    )

    built(settings)

    assert settings.app_dist == settings.data / "app" / "dist"
    assert work_folder(settings) == settings.data / "app"
    assert (settings.data / "app" / "dist" / "index.html").is_file()
    assert not (settings.app_sources / "node_modules").exists()


def test_an_old_node_is_not_used(log: Path, tmp_path: Path) -> None:
    (tmp_path / "bin" / "node").write_text("#!/bin/sh\necho v18.20.0\n")

    assert nodes.find_node({"PATH": str(tmp_path / "bin")}) is None


def test_a_home_that_cannot_be_written_is_no_cache(
    settings: Settings, log: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("npm_config_cache", raising=False)
    found = nodes.find_node()
    assert found is not None
    monkeypatch.setenv("HOME", str(tmp_path))
    assert "npm_config_cache" not in found.environment(settings)
    monkeypatch.setenv("HOME", "/nonexistent")
    assert found.environment(settings)["npm_config_cache"] == str(settings.data / "npm")
