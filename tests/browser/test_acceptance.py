"""The table of acceptance names tests that there are, and knows each module of the customer's."""

import ast
import re

from tools.folders import ROOT

TABLE = ROOT / "docs" / "acceptance.md"
FOLDER = ROOT / "tests" / "browser"


def test_every_test_that_the_table_names_is_there() -> None:
    named = set(re.findall(r"`(test_\w+)`", TABLE.read_text(encoding="utf-8")))

    there = {
        each.name
        for place in FOLDER.glob("test_*.py")
        for each in ast.walk(ast.parse(place.read_text(encoding="utf-8")))
        if isinstance(each, ast.FunctionDef)
    }
    there |= {place.stem for place in FOLDER.glob("test_*.py")}
    assert sorted(named - there) == []


def test_every_path_that_the_table_names_is_there() -> None:
    named = re.findall(r"`([\w./-]+\.(?:py|ts))`", TABLE.read_text(encoding="utf-8"))

    paths = [each if "/" in each else f"app/src/lib/{each}" for each in named]
    assert [each for each in paths if not (ROOT / each).is_file()] == []


def test_every_module_of_the_customers_screens_is_in_the_table() -> None:
    table = TABLE.read_text(encoding="utf-8")
    missing = []
    for place in sorted(FOLDER.glob("test_customer_*.py")):
        names = re.findall(r"^def (test_\w+)", place.read_text(encoding="utf-8"), re.MULTILINE)
        if not any(f"`{name}`" in table for name in [*names, place.relative_to(ROOT).as_posix()]):
            missing.append(place.name)
    assert missing == []
