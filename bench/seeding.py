"""Bugs seeded by hand: small changes of the sources, with what each imitates and who must notice.

They stand in ``bench/seeded/*.toml``. A change whose old text is no longer found exactly once has
rotted: it has to be written anew, or it proves nothing any more.
"""

import ast
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SEEDED = Path(__file__).with_name("seeded")
LEAST = 150


@dataclass(frozen=True, slots=True)
class Mutant:
    """One seeded bug: the file, its old and new text, what it imitates, and who must notice."""

    name: str
    imitates: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]

    def seeded(self, text: str) -> str:
        """Return a file's text with the bug in it."""
        return text.replace(self.old, self.new, 1)


def mutants() -> list[Mutant]:
    """Return all seeded bugs, by file of their list and in its order."""
    found = []
    for path in sorted(SEEDED.glob("*.toml")):
        for source in tomllib.loads(path.read_text(encoding="utf-8"))["source"]:
            found += [_mutant(source, each) for each in source["mutant"]]
    return found


def _mutant(source: dict[str, Any], bug: dict[str, Any]) -> Mutant:
    tests = tuple(bug.get("tests", source["tests"]))
    return Mutant(bug["name"], bug["imitates"], source["file"], bug["old"], bug["new"], tests)


def rotten(found: Sequence[Mutant], *, root: Path = ROOT) -> list[str]:
    """Return which seeded bugs prove nothing any more, and why."""
    names = Counter(each.name for each in found)
    complaints = [
        f"{name}: there are {count} of this name" for name, count in names.items() if count > 1
    ]
    if len(found) < LEAST:
        complaints.append(f"only {len(found)} bugs are seeded, at least {LEAST} are promised")
    for each in found:
        reason = _rot_of(each, root=root)
        if reason:
            complaints.append(f"{each.name}: {reason}")
    return complaints


def _rot_of(mutant: Mutant, *, root: Path) -> str:
    path = root / mutant.file
    if not path.is_file():
        return f"{mutant.file} is gone"
    missing = [test for test in mutant.tests if not (root / test).is_file()]
    if missing:
        return f"{missing[0]} is gone"
    text = path.read_text(encoding="utf-8")
    if (count := text.count(mutant.old)) != 1:
        return f"its old text is found {count} times in {mutant.file}"
    changed = mutant.seeded(text)
    if changed == text:
        return "it changes nothing"
    if path.suffix == ".py":
        try:
            ast.parse(changed)
        except SyntaxError as error:
            return f"with it {mutant.file} is no Python: {error}"
    return ""
