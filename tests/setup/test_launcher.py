"""The launcher: what it says when something is missing, and which folders it chooses."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tools.folders import ROOT

TOOLS_OF_THE_SYSTEM = ("dirname", "readlink", "cmp", "grep", "mkdir", "rm", "cp", "sed", "head")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    root = tmp_path / "checkout"
    (root / "requirements").mkdir(parents=True)
    for name in ("base", "bulk", "dev"):
        (root / "requirements" / f"{name}.txt").write_text("click==8.0\n")
    shutil.copy(ROOT / "huoqi", root)
    return root


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    folder = tmp_path / "programs"
    folder.mkdir()
    for name in TOOLS_OF_THE_SYSTEM:
        found = shutil.which(name)
        assert found is not None
        (folder / name).symlink_to(found)
    return folder


def launch(checkout: Path, programs: Path, *words: str, **extra: str) -> tuple[int, str]:
    answer = subprocess.run(
        ["/bin/sh", str(checkout / "huoqi"), *words],
        env={"PATH": str(programs), "HOME": "/nonexistent", **extra},
        capture_output=True,
        text=True,
        check=False,
    )
    return answer.returncode, answer.stdout + answer.stderr


def script(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def test_without_python_it_names_what_to_install(checkout: Path, programs: Path) -> None:
    code, said = launch(checkout, programs, "up")

    assert code == 1
    assert "Python 3.11 or newer is needed" in said
    assert "apt-get install python3 python3-venv" in said


def test_an_old_python_is_passed_over(checkout: Path, programs: Path) -> None:
    script(programs, "python3", "exit 1")

    code, said = launch(checkout, programs, "up")

    assert code == 1
    assert "Python 3.11 or newer is needed" in said


def test_a_python_without_venv_is_told(checkout: Path, programs: Path) -> None:
    script(programs, "python3", 'case "$1" in -c) exit 0 ;; *) exit 1 ;; esac')

    code, said = launch(checkout, programs, "up")

    assert code == 1
    assert "apt-get install python3-venv" in said


def test_an_installed_checkout_hands_over_at_once(checkout: Path, programs: Path) -> None:
    python = checkout / ".venv" / "bin"
    python.mkdir(parents=True)
    script(python, "python", 'echo "$PYTHONPATH $HUOQI_DATA $*"')
    shutil.copy(checkout / "requirements" / "base.txt", checkout / ".venv" / "installed-base.txt")

    code, said = launch(checkout, programs, "fund", "when", "2015-05-11")

    assert code == 0
    assert said.split() == [
        f"{checkout}/src",
        f"{checkout}/.huoqi",
        *("-P", "-m", "huoqi.bootstrap", "fund", "when", "2015-05-11"),
    ]


def test_it_finds_its_checkout_through_a_link(checkout: Path, programs: Path) -> None:
    python = checkout / ".venv" / "bin"
    python.mkdir(parents=True)
    script(python, "python", 'echo "$HUOQI_DATA"')
    shutil.copy(checkout / "requirements" / "base.txt", checkout / ".venv" / "installed-base.txt")
    link = programs / "huoqi"
    link.symlink_to(checkout / "huoqi")

    said = subprocess.check_output(["/bin/sh", str(link)], env={"PATH": str(programs)}, text=True)

    assert said.strip() == f"{checkout}/.huoqi"


def test_a_changed_lock_file_is_installed_again(checkout: Path, programs: Path) -> None:
    python = checkout / ".venv" / "bin"
    python.mkdir(parents=True)
    script(python, "python", 'case "$*" in *pip*) exit 1 ;; esac')
    script(python, "uv", 'echo "uv $*"')
    (checkout / ".venv" / "installed-base.txt").write_text("click==7.0\n")

    code, said = launch(checkout, programs, "up")

    assert code == 0
    assert "installing 1 packages (base)" in said
    assert "--require-hashes" in said
    assert (checkout / ".venv" / "installed-base.txt").read_text() == "click==8.0\n"
