"""Every command ends with a code that programs can rely on, and says what to do next."""

import json
from collections.abc import Callable

import click
import psycopg
import pytest

from huoqi.bootstrap.__main__ import COMMANDS, LazyGroup, main, outcome
from huoqi.cli.exits import Exit, exit_code_of, next_command, stopped
from huoqi.kit.postgres import AlreadyRunning, PostgresUnavailable
from huoqi.sandbox.time_machine import ClockGoesForward

Ends = Callable[[BaseException], tuple[int, str, str]]


@pytest.fixture
def ends(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ends:
    """Return how a command that raises something ends: its code, and what it says."""

    def run(error: BaseException) -> tuple[int, str, str]:
        @click.command("raise")
        @click.option("--json", "as_json", is_flag=True)
        def command(as_json: bool) -> None:
            raise error

        monkeypatch.setattr(LazyGroup, "get_command", lambda *_: command)
        try:
            code = outcome(["raise", "--json"])
        except SystemExit as end:
            code = int(end.code or 0)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.mark.parametrize(
    ("error", "code", "named", "next_step"),
    [
        (ClockGoesForward(at="a", asked="b"), 1, "clock.backwards", "huoqi sandbox status"),
        (PostgresUnavailable("no disk."), 5, "database.away", "huoqi up"),
        (psycopg.OperationalError("gone\nfar away"), 5, "database.away", "huoqi up"),
        (AlreadyRunning("one runs."), 5, "server.already_running", "huoqi down"),
        (PermissionError(13, "closed", "/x"), 5, "server.files", "huoqi up --help"),
        (click.UsageError("both"), 2, "cli.usage", "huoqi raise --help"),
    ],
)
def test_a_failure_tells_code_sentence_and_next_command(
    ends: Ends, error: BaseException, code: int, named: str, next_step: str
) -> None:
    ended, out, err = ends(error)

    assert ended == code
    assert err.startswith(f"huoqi: {named}: ")
    assert err.endswith(f". Next: {next_step}\n")
    assert len(err.splitlines()) == 1
    document = json.loads(out)
    assert (document["code"], document["next_step"]) == (named, next_step)


def test_ctrl_c_ends_with_130_and_one_line(ends: Ends) -> None:
    code, out, err = ends(KeyboardInterrupt())

    assert (code, out) == (130, "")
    assert err.strip() == "huoqi: interrupted; it is safe to run this again"


def test_an_interrupted_command_may_say_how_to_go_on(ends: Ends) -> None:
    _, _, err = ends(stopped("go on with: huoqi sandbox advance --resume"))

    assert err.strip() == "huoqi: interrupted; go on with: huoqi sandbox advance --resume"


def test_a_fault_of_ours_is_not_dressed_up(ends: Ends) -> None:
    with pytest.raises(ZeroDivisionError):
        ends(ZeroDivisionError())


@pytest.mark.parametrize(
    ("code", "exit_code"),
    [
        ("branch.not_found", Exit.FAILED),
        ("setting.malformed", Exit.ENVIRONMENT),
        ("vault.key_missing", Exit.ENVIRONMENT),
        ("auth.step_up_required", Exit.WAITS),
        ("down.not_confirmed", Exit.WAITS),
    ],
)
def test_a_refusal_has_the_exit_code_of_its_kind(code: str, exit_code: Exit) -> None:
    assert exit_code_of(code) is exit_code
    assert next_command(code).startswith("huoqi ")


def all_commands(group: click.Group, name: str) -> list[tuple[str, click.Command]]:
    """Return every command that does something, with the words that call it."""
    found: list[tuple[str, click.Command]] = []
    context = click.Context(group)
    for word in group.list_commands(context):
        command = group.get_command(context, word)
        assert command is not None
        if isinstance(command, click.Group):
            found += all_commands(command, f"{name}{word} ")
        else:
            found.append((f"{name}{word}", command))
    return found


ALL = dict(all_commands(main, ""))


def test_every_group_was_looked_at() -> None:
    assert {words.split()[0] for words in ALL} == set(COMMANDS)


@pytest.mark.parametrize("words", ALL)
def test_wrong_use_of_any_command_ends_with_2_and_names_its_help(
    words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = outcome([*words.split(), "--no-such-option"])

    assert code == Exit.USAGE
    said = capsys.readouterr().err
    assert said.startswith("huoqi: cli.usage: ")
    assert said.endswith(f"Next: huoqi {words} --help\n")


@pytest.mark.parametrize("words", ALL)
def test_any_command_tells_its_help_and_ends_with_0(
    words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert outcome([*words.split(), "--help"]) == Exit.DONE
    assert f"Usage: huoqi {words}" in capsys.readouterr().out


# What serves until it is stopped has no answer.
@pytest.mark.parametrize("words", sorted(set(ALL) - {"up", "transfer-agent", "bank-house"}))
def test_any_command_can_answer_in_json(words: str) -> None:
    options = {name for parameter in ALL[words].params for name in parameter.opts}

    assert "--json" in options


def test_a_setting_that_cannot_be_used_is_the_environments_fault(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HUOQI_PORT", "many")

    with pytest.raises(SystemExit) as end:
        outcome(["down"])

    assert end.value.code == Exit.ENVIRONMENT
    assert "setting.malformed" in capsys.readouterr().err


def test_without_a_command_the_help_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome([]) == Exit.USAGE
    assert "Usage: huoqi" in capsys.readouterr().err
