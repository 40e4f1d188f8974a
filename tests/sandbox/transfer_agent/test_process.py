import os
import signal
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from click.testing import CliRunner

from huoqi.cli.transfer_agent_command import transfer_agent_command
from huoqi.kit.postgres import AlreadyRunning
from huoqi.sandbox.transfer_agent.process import (
    ParentGone,
    opened_agent,
    serve_folder,
    start_agent,
)
from tests.sandbox.transfer_agent.folders import (
    MONDAY,
    TERMS,
    Distributor,
    morning,
    night,
    order_of,
)

PATIENCE_S = 60


def come_true(is_there: Callable[[], bool]) -> bool:
    """Return whether something came true while we were patient."""
    never = threading.Event()
    return any(is_there() or never.wait(0.01) for _ in range(100 * PATIENCE_S))


def has_answered(we: Distributor) -> bool:
    """Tell whether the agent has answered the time that it was told."""
    return (we.folder.outbox / "CLOCK.TXT").exists()


def test_a_child_serves_the_folder_and_ends_with_us(tmp_path: Path) -> None:
    we = Distributor(tmp_path)
    with start_agent(tmp_path, distributor="H0", agent="99", funds=["990001"]):
        we.tell(morning(MONDAY))
        assert come_true(lambda: has_answered(we))
        stem = we.send([order_of(1, size=10_000)])
        we.tell_again()
        assert come_true((we.folder.outbox / f"ACK_{stem}.TXT").exists)
    log = (we.folder.own / "log.txt").read_text()
    assert log.startswith("transfer agent: serving ")
    assert log.endswith("ended; the books are kept\n")


def test_a_child_that_is_killed_is_started_again_and_goes_on(tmp_path: Path) -> None:
    we = Distributor(tmp_path)
    with start_agent(tmp_path, distributor="H0", agent="99", funds=["990001"]) as child:
        for n, at in enumerate((morning(MONDAY), night(MONDAY))):
            we.tell(at)
            assert come_true(lambda: has_answered(we))
            (we.folder.outbox / "CLOCK.TXT").unlink()
            if not n:
                os.kill(child.pid, signal.SIGKILL)
    assert "OFI_99_H0_20150511_002.TXT" in we.waiting()


def test_a_second_child_waits_until_the_first_has_ended(tmp_path: Path) -> None:
    we = Distributor(tmp_path)
    with ExitStack() as first:
        first.enter_context(start_agent(tmp_path, distributor="H0", agent="99", funds=["990001"]))
        we.tell(morning(MONDAY))
        assert come_true(lambda: has_answered(we))
        (we.folder.outbox / "CLOCK.TXT").unlink()
        with start_agent(tmp_path, distributor="H0", agent="99", funds=["990001"]):
            first.close()
            we.tell(morning(MONDAY))
            assert come_true(lambda: has_answered(we))


def test_only_one_agent_serves_a_folder(tmp_path: Path) -> None:
    with opened_agent(tmp_path, terms=TERMS), pytest.raises(AlreadyRunning):
        serve_folder(tmp_path, terms=TERMS, ending=threading.Event(), say=lambda _line: None)


def test_an_agent_ends_when_its_parent_is_gone_or_it_is_told_to() -> None:
    assert ParentGone(os.getppid() + 1).wait(0)
    ending = ParentGone(os.getppid())
    assert not ending.is_set()
    ending.set()
    assert ending.is_set()


def test_once_does_what_there_is_to_do_and_says_it(tmp_path: Path) -> None:
    we = Distributor(tmp_path)
    we.tell(morning(MONDAY))
    told = CliRunner().invoke(transfer_agent_command, ["--folder", str(tmp_path), "--once"])

    assert told.exit_code == 0
    assert "OFI_99_H0_20150511.TXT: 04 25 (day)" in told.output


@pytest.mark.parametrize("fund", ["990001,yearly", "990001,seed=x", "99 0001", "9900010"])
def test_terms_that_are_none_are_refused(tmp_path: Path, fund: str) -> None:
    told = CliRunner().invoke(
        transfer_agent_command, ["--folder", str(tmp_path), "--fund", fund, "--once"]
    )

    assert told.exit_code == 1
    assert "transfer_agent.fund_malformed" in told.output
