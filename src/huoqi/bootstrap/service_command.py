"""``huoqi service``: the units under which systemd runs huoqi, its checks and its backups."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from huoqi.bootstrap.settings import Settings
from huoqi.cli.documents import show
from huoqi.cli.exits import Exit

_SERVER = """\
[Unit]
Description=Huoqi, money at call
Documentation=http://localhost:8315/docs/runbook
After=network-online.target
Wants=network-online.target

[Service]
Type=simple
User={user}
WorkingDirectory={root}
EnvironmentFile=-/etc/huoqi.env
Environment=HUOQI_DATA={data}
ExecStart={program} up --no-seed
Restart=on-failure
RestartSec=2s
TimeoutStopSec=180s
KillMode=mixed
LimitNOFILE=65536
UMask=0077
NoNewPrivileges=yes
PrivateTmp=yes
ProtectSystem=full
ProtectKernelTunables=yes
ProtectControlGroups=yes
RestrictSUIDSGID=yes

[Install]
WantedBy=multi-user.target
"""
_ONCE = """\
[Unit]
Description=Huoqi: {what}
After=huoqi.service

[Service]
Type=oneshot
User={user}
WorkingDirectory={root}
EnvironmentFile=-/etc/huoqi.env
Environment=HUOQI_DATA={data}
ExecStart={program} {words}
Nice=10
UMask=0077
NoNewPrivileges=yes
"""
_TIMER = """\
[Unit]
Description=Huoqi: {what}

[Timer]
OnCalendar={when}
RandomizedDelaySec=5m
Persistent=yes

[Install]
WantedBy=timers.target
"""


@dataclass(frozen=True, slots=True)
class _Round:
    name: str
    what: str
    words: str
    when: str


_ROUNDS = (
    _Round("huoqi-backup", "a base backup", "backup", "*-*-* 04:10:00"),
    _Round("huoqi-verify", "the ledger's chains", "ledger verify", "*-*-* 05:10:00"),
    _Round("huoqi-drill", "a restore drill", "backup drill", "Sun *-*-* 05:40:00"),
)


def units(settings: Settings, *, user: str) -> dict[str, str]:
    """Return the files of the units by their names."""
    common = {
        "user": user,
        "root": str(settings.root),
        "data": str(settings.data),
        "program": str(settings.root / "huoqi"),
    }
    found = {"huoqi.service": _SERVER.format(**common)}
    for each in _ROUNDS:
        own = {**common, "what": each.what, "words": each.words, "when": each.when}
        found[f"{each.name}.service"] = _ONCE.format(**own)
        found[f"{each.name}.timer"] = _TIMER.format(**own)
    return found


def faults_of(files: Mapping[str, str]) -> list[str] | None:
    """Return what systemd says is wrong with units, None where systemd is not there."""
    program = shutil.which("systemd-analyze")
    if program is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            (Path(folder) / name).write_text(text, encoding="utf-8")
        paths = [str(Path(folder) / name) for name in files]
        answer = subprocess.run(
            [program, "verify", *paths], capture_output=True, text=True, check=False, timeout=120
        )
    said = [line.replace(f"{folder}/", "") for line in answer.stderr.splitlines() if line.strip()]
    return [line for line in said if any(name in line for name in files)]


@click.group("service")
def service_group() -> None:
    """Units for systemd: the server, and the rounds that it needs to run for a year."""


@service_group.command("print")
@click.option("--user", default="huoqi", show_default=True, help="Who it runs as.")
@click.option("--to", type=click.Path(path_type=Path, file_okay=False), help="Write files there.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def print_command(ctx: click.Context, user: str, to: Path | None, as_json: bool) -> None:  # noqa: FBT001
    """Print the units of this folder and this data folder; what is secret is not in them.

    Settings such as HUOQI_PROXIES go into /etc/huoqi.env. docs/operating/service.en.md has the
    steps.

    \b
    huoqi service print --user huoqi
    HUOQI_DATA=/srv/huoqi huoqi service print --to /etc/systemd/system
    """
    settings: Settings = ctx.meta["huoqi.settings"]
    files = units(settings, user=user)
    if to is not None:
        to.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (to / name).write_text(text, encoding="utf-8")
        show({"written": [str(to / name) for name in files]}, as_json=as_json)
    elif as_json:
        show({"units": files}, as_json=True)
    else:
        for name, text in files.items():
            click.echo(f"# ---- {name}\n{text}")


@service_group.command("check")
@click.option("--user", default="huoqi", show_default=True, help="Who it runs as.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def check_command(ctx: click.Context, user: str, as_json: bool) -> None:  # noqa: FBT001
    """Let systemd look at the units; exit with 3 if it finds something, 5 where there is none.

    \b
    huoqi service check
    """
    settings: Settings = ctx.meta["huoqi.settings"]
    faults = faults_of(units(settings, user=user))
    show({"systemd": faults is not None, "faults": faults or []}, as_json=as_json)
    if faults is None:
        sys.exit(Exit.ENVIRONMENT)
    if faults:
        sys.exit(Exit.NEGATIVE)
