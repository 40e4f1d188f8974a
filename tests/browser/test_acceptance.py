"""The tables of acceptance name tests that there are, and know each module of their screens."""

import ast
import re
from pathlib import Path

import pytest

from tools.folders import ROOT

CUSTOMERS, CONSOLE = ROOT / "docs" / "acceptance.md", ROOT / "docs" / "acceptance-console.md"
BOTH = pytest.mark.parametrize("table", [CUSTOMERS, CONSOLE], ids=lambda table: table.stem)
FOLDER = ROOT / "tests" / "browser"


@BOTH
def test_every_test_that_the_table_names_is_there(table: Path) -> None:
    named = set(re.findall(r"`(test_\w+)`", table.read_text(encoding="utf-8")))

    there = {
        each.name
        for place in FOLDER.glob("test_*.py")
        for each in ast.walk(ast.parse(place.read_text(encoding="utf-8")))
        if isinstance(each, ast.FunctionDef)
    }
    there |= {place.stem for place in FOLDER.glob("test_*.py")}
    assert sorted(named - there) == []


@BOTH
def test_every_path_that_the_table_names_is_there(table: Path) -> None:
    named = re.findall(r"`([\w./-]+\.(?:py|ts))`", table.read_text(encoding="utf-8"))

    paths = [each if "/" in each else f"app/src/lib/{each}" for each in named]
    assert [each for each in paths if not (ROOT / each).is_file()] == []


@pytest.mark.parametrize(
    ("page", "modules"),
    [(CUSTOMERS, "test_customer_*.py"), (CONSOLE, "test_console*.py"), (CONSOLE, "test_dev*.py")],
)
def test_every_module_of_the_screens_is_in_its_table(page: Path, modules: str) -> None:
    table = page.read_text(encoding="utf-8")
    missing = []
    for place in sorted(FOLDER.glob(modules)):
        names = re.findall(r"^def (test_\w+)", place.read_text(encoding="utf-8"), re.MULTILINE)
        if not any(f"`{name}`" in table for name in [*names, place.relative_to(ROOT).as_posix()]):
            missing.append(place.name)
    assert missing == []
