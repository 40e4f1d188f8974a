"""Journeys of the clock at a terminal: one that is cut off says how to go on with it."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from huoqi.cli.exits import stopped
from huoqi.sandbox.time_machine import TimeMachine

GO_ON = "the clock is on its way still. Go on with it: huoqi sandbox advance --resume"
STANDS = "the clock stands where it was, or has arrived. See: huoqi sandbox status"


@contextmanager
def resumable(machine: TimeMachine) -> Iterator[None]:
    """Let a journey be interrupted by Ctrl-C or a signal; say where that leaves the clock."""
    try:
        yield
    except KeyboardInterrupt:
        raise stopped(_advice(machine)) from None
    except SystemExit:
        click.echo(f"huoqi: stopped; {_advice(machine)}", err=True)
        raise


def _advice(machine: TimeMachine) -> str:
    return GO_ON if machine.state().state == "advancing" else STANDS
