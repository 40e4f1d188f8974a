"""Progress is quiet for quick work, one line on a terminal, a line every five seconds in a log."""

import io
from collections.abc import Mapping

import pytest

from huoqi.kit.progress import Progress, duration_text, rate_text, remaining_ms, say_nothing


class Terminal(io.StringIO):
    """A text stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


class HandClock:
    """Milliseconds that move when told."""

    def __init__(self) -> None:
        self.ms = 0

    def __call__(self) -> int:
        return self.ms


def run(out: io.StringIO, *, ticks_ms: list[int], environment: Mapping[str, str]) -> str:
    """Return what is written when one of ten items is done at each tick."""
    clock = HandClock()
    with Progress("days", total=10, out=out, now_ms=clock, environment=environment) as progress:
        for tick in ticks_ms:
            clock.ms = tick
            progress.advance()
    return out.getvalue()


def test_quick_work_says_nothing() -> None:
    assert run(io.StringIO(), ticks_ms=[10, 500, 999], environment={}) == ""


def test_a_log_gets_a_line_every_five_seconds_and_one_at_the_end() -> None:
    text = run(io.StringIO(), ticks_ms=[1_000, 2_000, 5_999, 6_000, 7_000], environment={})

    assert text.splitlines() == [
        "days  1/10  10%  1.0/s  9s left",
        "days  4/10  40%  0.6/s  9s left",
        "days  5/10  50%  0.7/s  7s left",
    ]


def test_a_terminal_gets_one_line_that_is_redrawn() -> None:
    text = run(Terminal(), ticks_ms=[1_000, 1_050, 1_100], environment={})

    assert text.count("\x1b[2K") == 3
    assert text.count("\n") == 1
    assert "\x1b[32m" in text


@pytest.mark.parametrize(("environment", "coloured"), [({"NO_COLOR": "1"}, False), ({}, True)])
def test_no_color_is_obeyed(environment: dict[str, str], *, coloured: bool) -> None:
    assert ("\x1b[32m" in run(Terminal(), ticks_ms=[2_000], environment=environment)) == coloured


def test_finished_work_says_how_long_it_took() -> None:
    out, clock = io.StringIO(), HandClock()
    with Progress("rows", out=out, now_ms=clock, environment={}) as progress:
        clock.ms = 2_000
        progress(5, 5, "sealed")
    assert out.getvalue().splitlines()[-1] == "rows  5/5  100%  2.5/s  in 2s  sealed"


def test_without_a_total_only_the_count_and_rate_are_shown() -> None:
    out, clock = io.StringIO(), HandClock()
    with Progress("rows", out=out, now_ms=clock, environment={}) as progress:
        clock.ms = 1_000
        progress(2_000, 0, "")
    assert out.getvalue().splitlines() == ["rows  2,000  2,000/s"] * 2


def test_time_left_is_unknown_before_the_first_item() -> None:
    assert remaining_ms(done=0, total=10, elapsed_ms=50) is None
    assert remaining_ms(done=3, total=0, elapsed_ms=50) is None
    assert remaining_ms(done=12, total=10, elapsed_ms=50) == 0


def test_durations_and_rates_read_well() -> None:
    assert [duration_text(ms) for ms in (0, 59_001, 3_599_000, 7_260_000)] == [
        "0s",
        "1m00s",
        "59m59s",
        "2h01m",
    ]
    assert rate_text(done=0, elapsed_ms=0) == "0.0/s"
    assert say_nothing(1, 2, "") is None  # type: ignore[func-returns-value]  # the point of it
