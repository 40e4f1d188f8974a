"""How a command ends: its exit code, and what it says when something went wrong.

Every failure says its code, one sentence and the next command to try.
"""

import json
import sys
from enum import IntEnum
from typing import NoReturn

import click

from huoqi.kit.errors import DomainError


class Exit(IntEnum):
    """What the number means that a command ends with."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    NEGATIVE = 3  # a check was made and its answer is no
    WAITS = 4  # for a person: an approval, a step-up, a word that this is really meant
    ENVIRONMENT = 5  # port, disk, database, settings
    INTERRUPTED = 130  # safe to run again


_ENVIRONMENT_AREAS = {"app", "database", "desk", "migration", "server", "setting", "vault"}
_WAITING = {"auth.step_up_required", "down.not_confirmed"}
#: What helps after a refusal of an area; a whole code goes before its area.
_NEXT = {
    "api_key": "huoqi key list",
    "app": "huoqi app",
    "backup": "huoqi backup --help",
    "backup.archiving_off": "huoqi down",
    "backup.damaged": "huoqi backup verify",
    "backup.segment_differs": "huoqi backup --to NEW_FOLDER",
    "branch": "huoqi sandbox branches",
    "branch.name_malformed": "huoqi sandbox branch --help",
    "branch.unavailable": "huoqi sandbox --help",
    "calendar": "huoqi close status",
    "clock": "huoqi sandbox status",
    "clock.advancing": "huoqi sandbox advance --resume",
    "close": "huoqi close status",
    "database": "huoqi down",
    "desk": "huoqi sandbox status",
    "down.not_confirmed": "huoqi down --remove --yes",
    "fault": "huoqi sandbox faults kinds",
    "fault.not_found": "huoqi sandbox faults list",
    "fund": "huoqi close status",
    "ofd": "huoqi ofd check --help",
    "restore": "huoqi backup list",
    "restore.segment_missing": "huoqi backup verify",
    "replay": "huoqi sandbox replay --help",
    "server": "huoqi up",
    "server.no_free_port": "HUOQI_PORT=9315 huoqi up",
    "setting": "huoqi up --help",
    "tour": "huoqi tour --verbose",
}


def exit_code_of(code: str) -> Exit:
    """Return what a command ends with after a refusal.

    >>> [int(exit_code_of(c)) for c in ("clock.backwards", "server.no_free_port")]
    [1, 5]
    """
    if code in _WAITING:
        return Exit.WAITS
    return Exit.ENVIRONMENT if code.partition(".")[0] in _ENVIRONMENT_AREAS else Exit.FAILED


def next_command(code: str) -> str:
    """Return the command to try after a refusal, else the help of the one that was refused.

    >>> next_command("branch.not_found"), next_command("vault.key_missing")
    ('huoqi sandbox branches', 'huoqi --help')
    """
    known = _NEXT.get(code) or _NEXT.get(code.partition(".")[0])
    if known is not None:
        return known
    context = click.get_current_context(silent=True)
    return f"{context.command_path if context else 'huoqi'} --help"


def refuse(
    refusal: DomainError,
    *,
    as_json: bool,
    next_step: str | None = None,
    exit_code: Exit | None = None,
) -> NoReturn:
    """Tell a refusal and end: JSON on standard output, and its meaning on standard error."""
    step = next_step or next_command(refusal.code)
    if as_json:
        document = {"code": refusal.code, **refusal.params, "next_step": step}
        click.echo(json.dumps(document, ensure_ascii=False))
    click.echo(refusal_text(refusal, next_step=step), err=True)
    sys.exit(exit_code_of(refusal.code) if exit_code is None else exit_code)


def refusal_text(refusal: DomainError, *, next_step: str) -> str:
    """Return code, sentence, facts and next command as one line."""
    sentence = (type(refusal).__doc__ or "Refused.").strip().splitlines()[0]
    facts = " ".join(f"{name}={value}" for name, value in refusal.params.items())
    told = f"{refusal.code}: {sentence} {facts}".rstrip()
    return f"huoqi: {told}{'' if told.endswith('.') else '.'} Next: {next_step}"


def stopped(advice: str) -> KeyboardInterrupt:
    """Return an interruption that says how to go on; the program prints it and ends with 130."""
    return KeyboardInterrupt(advice)
