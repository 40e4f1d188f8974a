"""The library needs little of the rest, so that it can be used without it."""

import ast
from pathlib import Path

import huoqi.payments.formats

FOLDER = Path(huoqi.payments.formats.__file__).parent
ALLOWED = {
    "msgspec",
    "huoqi.kit.dates",
    "huoqi.kit.errors",
    "huoqi.payments.rules.bank_profiles",
    "huoqi.payments.rules.statements",
}


def imported_by(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return names | {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}


def test_nothing_but_nouns_and_dates_is_imported() -> None:
    found = set().union(*(imported_by(path) for path in FOLDER.rglob("*.py")))
    ours = {name for name in found if name.startswith("huoqi.") or name == "msgspec"}

    assert {n for n in ours if not n.startswith("huoqi.payments.formats")} == ALLOWED
