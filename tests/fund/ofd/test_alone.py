"""The library needs nothing of the rest, so that it can be used without it."""

import ast
from pathlib import Path

import huoqi.fund.ofd

FOLDER = Path(huoqi.fund.ofd.__file__).parent
ALLOWED = {"numpy", "numpy.typing", "huoqi.kit.errors"}
ONLY_IN_ARROW = {"pyarrow", "pyarrow.compute"}


def imported_by(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return names | {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}


def foreign(names: set[str]) -> set[str]:
    ours = {name for name in names if name.split(".")[0] in {"huoqi", "numpy", "pyarrow", "click"}}
    return {name for name in ours if not name.startswith("huoqi.fund.ofd")} - ALLOWED


def test_nothing_but_errors_and_numpy_is_imported_and_arrow_in_one_place() -> None:
    found = {path.name: foreign(imported_by(path)) for path in FOLDER.rglob("*.py")}

    assert found.pop("arrow.py") == ONLY_IN_ARROW
    assert set().union(*found.values()) == set()
