"""Renew the lock files: hashes for every platform, no registry address, no path."""

import re
import subprocess
import sys
from pathlib import Path

from tools.folders import ROOT

REQUIREMENTS = ROOT / "requirements"
NAMES = ("uv", "app", "base", "bulk", "dev")  # The last two take the versions of base.
ADDRESS = re.compile(r"://|^\s*-{1,2}(i|f|index|extra-index|find-links|trusted-host)\b")


def main() -> int:
    """Write requirements/*.txt and return 0, or the exit code of what failed."""
    for name in NAMES:
        print(f"locking {name} …", file=sys.stderr)
        answer = subprocess.run(command(name), cwd=ROOT, check=False)
        if answer.returncode != 0:
            return answer.returncode
        found = addresses((REQUIREMENTS / f"{name}.txt").read_text())
        if found:
            print(f"requirements/{name}.txt names an address: {found[0]}", file=sys.stderr)
            return 1
    return 0


def command(name: str) -> list[str]:
    """Return the command that resolves one list of requirements."""
    own = Path(sys.executable).with_name("uv")
    words = [str(own) if own.exists() else "uv", "pip", "compile", "--quiet", "--upgrade"]
    words += ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-header"]
    words += ["--no-annotate", "--no-emit-index-url", "--no-emit-find-links"]
    if name in {"bulk", "dev"}:
        words += ["--constraint", "requirements/base.txt"]
    return [*words, f"requirements/{name}.in", "--output-file", f"requirements/{name}.txt"]


def addresses(text: str) -> list[str]:
    """Return the lines of a lock file that name a registry or another address."""
    return [line for line in text.splitlines() if ADDRESS.search(line)]


if __name__ == "__main__":
    sys.exit(main())
