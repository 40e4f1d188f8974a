"""Every code of the program has a status and two texts, and no text is left over."""

import ast
from pathlib import Path

import pytest

from huoqi.kit.clock import ClockAdvancing
from huoqi.kit.errors import DomainError
from huoqi.web.problems import language_of, problem_of, retry_after_s, wordings

SOURCE = Path(__file__).resolve().parents[2] / "src" / "huoqi"


class _CardDayLimit(DomainError):
    code = "card.daily_limit"


def _strings() -> set[str]:
    found = set()
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


def _codes() -> set[str]:
    found = set()
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                found |= _codes_of(node)
    return found


def _codes_of(node: ast.ClassDef) -> set[str]:
    found = set()
    for line in node.body:
        if isinstance(line, ast.AnnAssign):
            target: ast.expr = line.target
        elif isinstance(line, ast.Assign):
            target = line.targets[0]
        else:
            continue
        value = line.value
        named = isinstance(target, ast.Name) and target.id == "code"
        if named and isinstance(value, ast.Constant) and isinstance(value.value, str):
            found.add(value.value)
    return found


def test_every_code_has_a_status_and_two_texts() -> None:
    missing = sorted(code for code in _codes() if "." in code and code not in wordings())

    assert missing == []


def test_no_text_is_without_a_use() -> None:
    unused = sorted(set(wordings()) - _strings())

    assert unused == []


def test_statuses_are_refusals_and_texts_are_sentences() -> None:
    for code, wording in wordings().items():
        assert 400 <= wording.status <= 599, code
        assert all(wording.en), code
        assert all(wording.zh), code
        assert wording.en[1].endswith((".", "?")), code
        assert wording.zh[1].endswith(("。", "？")), code


def test_only_a_fault_of_ours_is_a_500() -> None:
    assert [code for code, it in wordings().items() if it.status == 500] == ["server.fault"]


def test_a_problem_names_facts_with_amounts_as_text() -> None:
    error = _CardDayLimit(limit_fen=1_000_000, used_fen=999_950, resets_at="2015-05-12")

    problem = problem_of(error, instance="/v1/purchases", request_id="req_1", language="en")

    assert problem.status == 422
    assert problem.detail.startswith("The limit of the day is ¥10,000.00; ¥9,999.50 of it is used.")
    assert problem.facts["limit_fen"] == "1000000"
    assert problem.type == "/docs/errors#card.daily_limit"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("zh-CN", "zh-CN"),
        ("en;q=0.5, zh;q=0.8", "zh-CN"),
        ("zh;q=0, en", "en"),
        ("de", "en"),
        ("", "en"),
    ],
)
def test_the_language_follows_the_reader(header: str, language: str) -> None:
    assert language_of(header) == language


def test_what_passes_by_itself_says_when_to_come_back() -> None:
    assert retry_after_s(ClockAdvancing()) == 1
    assert retry_after_s(_CardDayLimit()) is None
