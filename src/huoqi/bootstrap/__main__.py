"""The program: ``huoqi up`` and every other command, wired to the platform they work on."""

import importlib
import os
import signal
import sys
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from huoqi.bootstrap.settings import Settings, read_settings, served_address
from huoqi.cli.session import Session
from huoqi.kit.errors import DomainError
from huoqi.kit.postgres import AlreadyRunning, PostgresUnavailable

if TYPE_CHECKING:
    from huoqi.close.platform import Platform

EXIT_ENVIRONMENT = 5
EXIT_INTERRUPTED = 130

#: Where each command lives; a module is imported only when its command is called or listed.
COMMANDS = {
    "up": "huoqi.bootstrap.up:up_command",
    "app": "huoqi.bootstrap.app_command:app_command",
    "tour": "huoqi.cli.tour:tour_command",
    "fund": "huoqi.cli.fund_commands:fund_group",
    "id": "huoqi.cli.id_check:id_group",
    "ledger": "huoqi.cli.ledger_commands:ledger_group",
    "holding": "huoqi.cli.holding:holding_group",
    "close": "huoqi.cli.close_commands:close_group",
    "sandbox": "huoqi.cli.sandbox_commands:sandbox_group",
    "key": "huoqi.cli.key_commands:key_group",
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

    \b
    For who changes it:
      ./huoqi test                        run the tests
      ./huoqi check                       run the checks of the code

    Every command has --help with an example, and --json where it answers with figures. The
    program keeps its data in HUOQI_DATA (default .huoqi), or in the PostgreSQL of HUOQI_DSN.
    """
    stack = ctx.with_resource(ExitStack())
    settings = ctx.ensure_object(dict).get("settings") or settings_of_environment()
    ctx.obj = Session(
        lambda: stack.enter_context(_platform(settings)),
        open_at=lambda dsn: _platform_at(settings, dsn),
        address=served_address(settings),
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
    from huoqi.bootstrap.wiring import open_platform

    return open_platform(settings, dsn=dsn)


def run() -> None:
    """Run the program; turn refusals of set-up into one line and the environment's exit code."""
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGHUP, lambda _number, _frame: signal.raise_signal(signal.SIGTERM))
    try:
        main(prog_name="huoqi", standalone_mode=True)
    except DomainError as refusal:
        print(f"huoqi: {refusal}. {(type(refusal).__doc__ or '').strip()}", file=sys.stderr)
        sys.exit(EXIT_ENVIRONMENT)
    except (AlreadyRunning, PostgresUnavailable) as error:
        print(f"huoqi: {error}", file=sys.stderr)
        sys.exit(EXIT_ENVIRONMENT)
    except KeyboardInterrupt:
        print("huoqi: interrupted; it is safe to run this again.", file=sys.stderr)
        sys.exit(EXIT_INTERRUPTED)


if __name__ == "__main__":
    run()
