"""The program: ``huoqi up`` and every other command, wired to the platform they work on."""

import importlib
import json
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click
import psycopg

from huoqi.bootstrap.settings import Settings, read_settings, served_address
from huoqi.cli.exits import Exit, exit_code_of, refuse
from huoqi.cli.session import Session
from huoqi.kit.errors import DomainError
from huoqi.kit.postgres import AlreadyRunning, PostgresUnavailable

if TYPE_CHECKING:
    from huoqi.close.platform import Platform

SAFE = "it is safe to run this again"

#: Where each command lives; a module is imported only when its command is called or listed.
COMMANDS = {
    "up": "huoqi.bootstrap.up:up_command",
    "down": "huoqi.bootstrap.down:down_command",
    "app": "huoqi.bootstrap.app_command:app_command",
    "backup": "huoqi.bootstrap.backup_commands:backup_group",
    "migrate": "huoqi.bootstrap.migrate_command:migrate_command",
    "doctor": "huoqi.bootstrap.doctor_command:doctor_command",
    "service": "huoqi.bootstrap.service_command:service_group",
    "restore": "huoqi.bootstrap.backup_commands:restore_command",
    "tour": "huoqi.cli.tour:tour_command",
    "fund": "huoqi.cli.fund_commands:fund_group",
    "id": "huoqi.cli.id_check:id_group",
    "ofd": "huoqi.cli.ofd_commands:ofd_group",
    "transfer-agent": "huoqi.cli.transfer_agent_command:transfer_agent_command",
    "bank-house": "huoqi.cli.bank_house_command:bank_house_command",
    "ledger": "huoqi.cli.ledger_commands:ledger_group",
    "holding": "huoqi.cli.holding:holding_group",
    "close": "huoqi.cli.close_commands:close_group",
    "book": "huoqi.cli.book_commands:book_group",
    "break": "huoqi.cli.break_commands:break_group",
    "reconcile": "huoqi.cli.reconcile_commands:reconcile_group",
    "sandbox": "huoqi.cli.sandbox_commands:sandbox_group",
    "files": "huoqi.cli.file_commands:files_group",
    "statement": "huoqi.cli.statement_file_commands:statement_group",
    "statements": "huoqi.cli.statement_commands:statements_group",
    "route": "huoqi.cli.route_commands:route_group",
    "debt": "huoqi.cli.debt_commands:debt_group",
    "key": "huoqi.cli.key_commands:key_group",
    "audit": "huoqi.cli.audit_commands:audit_group",
    "proof": "huoqi.cli.proof_commands:proof_group",
    "events": "huoqi.cli.event_commands:events_group",
    "listen": "huoqi.cli.listen:listen_command",
    "bench": "huoqi.bootstrap.bench:bench_group",
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names in the order of a first day with the program."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return a command by its name."""
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        module, name = place.split(":")
        command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def main(ctx: click.Context) -> None:
    """Huoqi (活期): a consumer-finance platform that you run yourself.

    \b
    First steps:
      ./huoqi up                          start everything; open the address it prints
      ./huoqi tour                        a customer's first purchase, call by call
      ./huoqi sandbox advance --days 1    tomorrow
      ./huoqi close status                did the day close?
      ./huoqi down                        stop it; with --remove delete it all

    \b
    For who changes it:
      ./huoqi test                        run the tests
      ./huoqi check                       run the checks of the code

    Every command has --help with an example, and --json where it answers with figures. The
    program keeps its data in HUOQI_DATA (default .huoqi), or in the PostgreSQL of HUOQI_DSN.

    \b
    Exit codes: 0 done, 1 failed, 2 wrong use, 3 a check says no, 4 waits for a person,
    5 the environment (port, disk, database), 130 interrupted and safe to run again.
    """
    stack = ctx.with_resource(ExitStack())
    settings = ctx.ensure_object(dict).get("settings") or settings_of_environment()
    ctx.obj = Session(
        lambda: stack.enter_context(_platform(settings)),
        open_at=lambda dsn: _platform_at(settings, dsn),
        address=served_address(settings),
        data=settings.data,
    )
    ctx.meta["huoqi.settings"] = settings


def settings_of_environment() -> Settings:
    """Return the settings of this process; the checkout is three folders above this file."""
    return read_settings(os.environ, root=Path(__file__).resolve().parents[3])


def _platform(settings: Settings) -> "AbstractContextManager[Platform]":
    # Imported here, so that commands which need no database start at once.
    from huoqi.bootstrap.server import running_platform

    return running_platform(settings)


def _leave(number: int, _frame: object) -> None:
    """Leave as Ctrl-C does, so that the database and the jobs are stopped on the way out."""
    raise SystemExit(128 + number)


def _platform_at(settings: Settings, dsn: str) -> "Platform":
    """Return a platform on another database; its manager and banks are in it, not beside it."""
    from huoqi.bootstrap.wiring import open_platform

    return open_platform(replace(settings, manager="simulated", banks="database"), dsn=dsn)


def run() -> None:
    """Run the program and end with the exit code of what came of it."""
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGHUP, lambda _number, _frame: signal.raise_signal(signal.SIGTERM))
    sys.exit(outcome(sys.argv[1:]))


def outcome(arguments: Sequence[str]) -> int:
    """Run a command and return its exit code; what went wrong is told in one line."""
    as_json = "--json" in arguments
    try:
        return _ended(arguments)
    except click.exceptions.NoArgsIsHelpError as bare:
        bare.show()
        return Exit.USAGE
    except click.ClickException as wrong:
        where = getattr(wrong, "ctx", None)
        step = f"{where.command_path if where else 'huoqi'} --help"
        return _failed("cli.usage", wrong.format_message(), next_step=step, as_json=as_json)
    except AlreadyRunning as error:
        return _failed("server.already_running", error, next_step="huoqi down", as_json=as_json)
    except (PostgresUnavailable, psycopg.OperationalError) as error:
        return _failed("database.away", error, next_step="huoqi up", as_json=as_json)
    except OSError as error:
        return _failed("server.files", error, next_step="huoqi up --help", as_json=as_json)


def _ended(arguments: Sequence[str]) -> int:
    """Return how a command ended that did its work, was refused or was interrupted."""
    try:
        ended = main.main(list(arguments), prog_name="huoqi", standalone_mode=False)
    except click.Abort as abort:
        advice = str(abort.__cause__ or "") or SAFE
        print(f"huoqi: interrupted; {advice}", file=sys.stderr)
        return Exit.INTERRUPTED
    except DomainError as refusal:
        refuse(refusal, as_json="--json" in arguments)
    return ended if isinstance(ended, int) else Exit.DONE


def _failed(code: str, error: object, *, next_step: str, as_json: bool) -> Exit:
    """Tell what no rule refused: code, one sentence, next command."""
    sentence = " ".join(str(error).split()).rstrip(".")
    if as_json:
        document = {"code": code, "message": sentence, "next_step": next_step}
        print(json.dumps(document, ensure_ascii=False))
    print(f"huoqi: {code}: {sentence}. Next: {next_step}", file=sys.stderr)
    return Exit.USAGE if code == "cli.usage" else exit_code_of(code)


if __name__ == "__main__":
    run()
