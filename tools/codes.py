"""Check the refusals: one form, one class a code, a wording in each language for each code."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.folders import ROOT

SOURCE = ROOT / "src" / "huoqi"
TEXTS = SOURCE / "web" / "problem_texts.toml"
FORM = re.compile(r"[a-z][a-z_]*\.[a-z][a-z0-9_]*")
PLACE = re.compile(r"\{(\w+)\}")
UNSPOKEN = {"kit.refused"}  # The base class's own; nothing raises it.


@dataclass(frozen=True)
class Refusal:
    """A class with a code, as it stands in a file."""

    code: str
    described: bool
    place: str


def refusals(source: str, *, name: str) -> Iterator[Refusal]:
    """Yield every class of a text that has a code of its own.

    >>> text = 'class Closed(DomainError):\\n    code: ClassVar[str] = "fund.closed"'
    >>> [refusal.code for refusal in refusals(text, name="a.py")]
    ['fund.closed']
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:  # The tidy check tells where.
        return
    for node in ast.walk(tree):
        if not isinstance(node, ast.ClassDef):
            continue
        for line in node.body:
            if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
                value = line.value
                shared = "ClassVar" in ast.unparse(line.annotation)
                if line.target.id == "code" and shared and isinstance(value, ast.Constant):
                    described = ast.get_docstring(node) is not None
                    yield Refusal(str(value.value), described, f"{name}:{line.lineno}")


def findings(found: list[Refusal], wordings: Mapping[str, Mapping[str, object]]) -> list[str]:
    """Return codes of another form, without a description, doubled, or without a wording.

    >>> findings([Refusal("FUND_CLOSED", True, "a.py:1")], {})[0]
    'a.py:1: FUND_CLOSED is not of the form area.reason'
    >>> findings([Refusal("fund.closed", True, "a.py:1")], {"fund.closed": {"en": [], "zh": []}})
    []
    """
    problems = []
    first: dict[str, str] = {}
    for refusal in found:
        if not FORM.fullmatch(refusal.code):
            problems.append(f"{refusal.place}: {refusal.code} is not of the form area.reason")
        if not refusal.described:
            problems.append(f"{refusal.place}: {refusal.code} does not say what it means")
        if refusal.code in first:
            problems.append(f"{refusal.place}: {refusal.code} is at {first[refusal.code]} already")
        elif refusal.code not in wordings and refusal.code not in UNSPOKEN:
            problems.append(f"{refusal.place}: {refusal.code} has no text in {TEXTS.name}")
        first.setdefault(refusal.code, refusal.place)
    return problems


def wording_findings(wordings: Mapping[str, Mapping[str, object]], *, source: str) -> list[str]:
    """Return texts that nothing raises, and pairs whose languages tell different facts.

    >>> wording_findings({"fund.closed": {"en": ["{on}"], "zh": [""]}}, source="'fund.closed'")
    ['fund.closed: the facts in en and zh differ']
    """
    problems = []
    for code, wording in wordings.items():
        if f'"{code}"' not in source and f"'{code}'" not in source:
            problems.append(f"{code}: nothing raises it, yet it has a text")
        facts = [set(PLACE.findall(str(wording[language]))) for language in ("en", "zh")]
        if facts[0] != facts[1]:
            problems.append(f"{code}: the facts in en and zh differ")
    return problems


def read_wordings(path: Path) -> dict[str, dict[str, object]]:
    """Return the entry of every code; none when the entrance does not exist yet."""
    if not path.exists():
        return {}
    areas = tomllib.loads(path.read_text(encoding="utf-8"))
    return {
        f"{area}.{reason}": text for area, group in areas.items() for reason, text in group.items()
    }


def main() -> int:
    """Print every finding and return 1 if there is any."""
    files = {str(p.relative_to(ROOT)): p.read_text() for p in sorted(SOURCE.rglob("*.py"))}
    migrations = [p.read_text() for p in sorted((ROOT / "migrations").glob("*.sql"))]
    found = [refusal for name, text in files.items() for refusal in refusals(text, name=name)]
    wordings = read_wordings(TEXTS)
    problems = findings(found, wordings)
    problems += wording_findings(wordings, source="".join([*files.values(), *migrations]))
    print("\n".join(problems) or f"codes: {len(found)} refusals, each with its texts")
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main())
