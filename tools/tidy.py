"""Check what ruff cannot: sizes that only shrink, exact money, mirrored tests, a page a domain.

Use: python -m tools.tidy [--tighten]; the second form lowers the recorded exceptions.
"""

import ast
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from tools import bans
from tools.folders import ROOT

RATCHET = Path(__file__).with_name("ratchet.json")
FOLDERS = ("src", "tests", "tools", "bench")
FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 60
README_LINES_MAX = 60
FOREIGN_STORE = re.compile(r"^huoqi\.(\w+)(\.\w+)*\._store\b")


@dataclass(frozen=True)
class Project:
    """The folder that is checked; tests check small ones."""

    root: Path

    def files(self) -> list[Path]:
        """Return every Python file of ours."""
        return [p for folder in FOLDERS for p in sorted((self.root / folder).rglob("*.py"))]

    def name(self, path: Path) -> str:
        """Return a path as findings show it."""
        return path.relative_to(self.root).as_posix()

    def domains(self) -> list[Path]:
        """Return the packages that have operations: those promise something to others."""
        found = (self.root / "src" / "huoqi").glob("*/operations*")
        return sorted({p.parent for p in found if p.suffix in {"", ".py"}})


def sizes(project: Project) -> dict[str, int]:
    """Return every file and function over its limit, with its lines."""
    over = {}
    for path in project.files():
        text = path.read_text()
        if (lines := text.count("\n")) > FILE_LINES_MAX:
            over[project.name(path)] = lines
        over |= {f"{project.name(path)}:{k}": n for k, n in long_functions(text).items()}
    return over


def long_functions(source: str) -> dict[str, int]:
    """Return the functions of a text that are over the limit, with their lines."""
    found = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES_MAX:
                found[node.name] = lines
    return found


def ratchet_findings(over: dict[str, int], recorded: dict[str, int]) -> list[str]:
    """Return what grew beyond its record, and records that are looser than the truth.

    >>> ratchet_findings({"a.py": 410}, {"a.py": 405})
    ['a.py: 410 lines, at most 405']
    >>> ratchet_findings({"a.py": 402}, {"a.py": 405})
    ['a.py: now 402 lines; run python -m tools.tidy --tighten']
    """
    grown = [
        f"{name}: {lines} lines, at most {limit}"
        for name, lines in over.items()
        if lines > (limit := recorded.get(name, _limit(name)))
    ]
    loose = [
        f"{name}: now {over.get(name, 'few')} lines; run python -m tools.tidy --tighten"
        for name, lines in recorded.items()
        if over.get(name, 0) < lines
    ]
    return grown + loose


def untested_rules(project: Project) -> list[str]:
    """Return rule modules without a test at the mirrored path."""
    source = project.root / "src" / "huoqi"
    found = []
    for path in sorted(source.rglob("rules/**/*.py")):
        folder = project.root / "tests" / path.relative_to(source).parent
        if path.name != "__init__.py" and not (folder / f"test_{path.name}").exists():
            found.append(
                f"{project.name(path)}: no test at {project.name(folder)}/test_{path.name}"
            )
    return found


def undescribed_domains(project: Project) -> list[str]:
    """Return domains whose page is missing or longer than a screen."""
    found = []
    for domain in project.domains():
        page = domain / "README.md"
        if not page.exists():
            found.append(f"{project.name(domain)}: no README.md")
        elif page.read_text().count("\n") > README_LINES_MAX:
            found.append(f"{project.name(page)}: more than {README_LINES_MAX} lines")
    return found


def foreign_stores(source: str, *, name: str) -> list[str]:
    """Return imports of another domain's store; an operation is the way in.

    >>> foreign_stores("from huoqi.fund._store import rows", name="src/huoqi/close/book.py")
    ['src/huoqi/close/book.py:1: huoqi.fund._store belongs to fund; call its operations or queries']
    >>> foreign_stores("from huoqi.fund import _store", name="src/huoqi/fund/queries.py")
    []
    """
    parts = name.split("/")
    own = parts[2] if parts[:2] == ["src", "huoqi"] and len(parts) > 3 else ""
    found = []
    for node in ast.walk(ast.parse(source)):
        for module in bans.imported(node):
            match = FOREIGN_STORE.match(module)
            if own and match and match[1] != own:
                line = getattr(node, "lineno", 1)
                found.append(
                    f"{name}:{line}: {match[0]} belongs to {match[1]}; "
                    "call its operations or queries"
                )
    return found


def unexplained_any(source: str, *, name: str) -> list[str]:
    """Return uses of ``Any`` without a comment on the line or above it that says why.

    >>> unexplained_any("Row = tuple[Any, ...]", name="a.py")
    ['a.py:1: Any without a reason; say in a comment why no type fits']
    >>> unexplained_any("Row = tuple[Any, ...]  # the statement decides", name="a.py")
    []
    """
    lines = ["", *source.splitlines()]
    uses = {
        n.lineno for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Name) and n.id == "Any"
    }
    return [
        f"{name}:{number}: Any without a reason; say in a comment why no type fits"
        for number in sorted(uses)
        if "#" not in lines[number] and not lines[number - 1].strip().startswith("#")
    ]


def syntax_finding(project: Project, path: Path) -> str | None:
    """Return why a file is not Python, or None."""
    try:
        ast.parse(path.read_text())
    except SyntaxError as error:
        return f"{project.name(path)}:{error.lineno}: {error.msg}"
    return None


def all_findings(project: Project, recorded: dict[str, int]) -> list[str]:
    """Return everything that is not tidy."""
    found = [f"the ban {name} does not hold its own proof" for name in bans.unproved_bans()]
    found += ratchet_findings(sizes(project), recorded)
    found += untested_rules(project) + undescribed_domains(project)
    for path in project.files():
        name, text = project.name(path), path.read_text()
        found += bans.findings(text, path=Path(name)) + foreign_stores(text, name=name)
        found += unexplained_any(text, name=name) if name.startswith("src/") else []
    return found


def tightened(over: dict[str, int], recorded: dict[str, int]) -> dict[str, int]:
    """Return the records lowered to the truth; nothing is added and nothing grows.

    >>> tightened({"a.py": 402, "b.py": 900}, {"a.py": 405, "c.py": 500})
    {'a.py': 402}
    """
    return {name: min(lines, over[name]) for name, lines in recorded.items() if name in over}


def _limit(name: str) -> int:
    return FUNCTION_LINES_MAX if ":" in name else FILE_LINES_MAX


def main(arguments: list[str]) -> int:
    """Print every finding and return 1 if there is any."""
    project = Project(ROOT)
    recorded: dict[str, int] = json.loads(RATCHET.read_text())
    unreadable = [f for path in project.files() if (f := syntax_finding(project, path))]
    if unreadable:
        print("\n".join(unreadable))
        return 1
    if "--tighten" in arguments:
        lower = tightened(sizes(project), recorded)
        RATCHET.write_text(json.dumps(lower, indent=4, sort_keys=True) + "\n")
        return 0
    found = all_findings(project, recorded)
    print("\n".join(found) or "tidy")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
