"""A process of its own that takes in answers one transaction each, to be killed on the way.

Use: python -m tests.fund.clearing_child DSN FUND INSTANT FILE, the answers as JSON.
"""

import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path

import msgspec

from huoqi.fund.clearing import Pace, clear_answers
from huoqi.fund.managers.port import Confirmation
from huoqi.fund.single_answers import answer_columns
from huoqi.kit.clock import ManualClock
from huoqi.kit.db import Database


def main(dsn: str, fund: str, instant: str, path: str) -> None:
    """Take in the answers of a file."""
    answers = msgspec.json.decode(Path(path).read_bytes(), type=list[Confirmation])
    clock = ManualClock(datetime.fromisoformat(instant))
    with closing(Database(dsn, clock=clock, size=2)) as database:
        clear_answers(database, answer_columns(answers), fund=fund, pace=Pace(piece=1))


if __name__ == "__main__":
    main(*sys.argv[1:])
