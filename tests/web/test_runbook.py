"""Every kind of break and every alert has a page, in both languages, whose commands there are."""

import itertools
import re
import shlex
from collections.abc import Iterator, Sequence

import click
import pytest

from huoqi.bootstrap.__main__ import main
from huoqi.close.reconcile.rules.bank_kinds import KINDS, STATEMENT_KINDS, UNKNOWN
from huoqi.close.rules.alerts import ALERTS
from huoqi.close.rules.breaks import BreakClass, kinds_of
from huoqi.web.runbook import FOLDER, page_html, page_names, page_text, title_of, to_html
from tests.web.company import Company

LANGUAGES = ("en", "zh")
#: Kinds between our own books, which no table lists, since any other one counts as such.
OWN_KINDS = {"holdings", "holdings_accrued", "ledger_units", "ledger_accrued", "trial_balance"}
INCIDENTS = {
    *("bank-down", "unknown-orders", "manager-late", "statement_refused", "chain-verify-fails"),
    *("disk-full", "master-key-lost", "restore", "double-execution", "returns", "payouts-stopped"),
}
OPERATING = FOLDER.parent / "operating"
CODE = re.compile(r"`([^`]+)`")
BLOCK = re.compile(r"```[a-z]*\n(.*?)```", re.DOTALL)


def kinds() -> set[str]:
    listed = {kind for each in BreakClass for kind in kinds_of(each)[0]}
    return listed | set(KINDS.values()) | set(STATEMENT_KINDS.values()) | {UNKNOWN} | OWN_KINDS


def wanted() -> set[str]:
    classes = {each.value for each in BreakClass}
    return kinds() | classes | {each.page for each in ALERTS} | INCIDENTS | {"index"}


def test_nothing_is_without_a_page_and_no_page_without_a_reason() -> None:
    assert wanted() - set(page_names()) == set()
    assert set(page_names()) - wanted() == set()
    assert len(list(FOLDER.glob("*.md"))) == 2 * len(page_names())


@pytest.mark.parametrize("name", page_names())
def test_a_page_has_its_parts_and_its_links_lead_somewhere(name: str) -> None:
    for language in LANGUAGES:
        text = page_text(name, language=language)
        assert text is not None
        assert title_of(name, language=language)
        if name != "index":
            assert text.count("\n## ") == 4
        links = re.findall(r"\]\(([^)]+)\)", text)
        assert set(links) <= set(page_names()), language
        assert "<h1>" in (page_html(name, language=language) or "")


def test_the_list_names_every_page() -> None:
    for language in LANGUAGES:
        text = page_text("index", language=language) or ""
        linked = set(re.findall(r"\]\(([^)]+)\)", text))
        classes = {each.value for each in BreakClass} - kinds()
        assert linked == set(page_names()) - classes - {"index"}


def commands() -> Iterator[tuple[str, tuple[str, ...]]]:
    for path in [*sorted(FOLDER.glob("*.md")), *sorted(OPERATING.glob("*.md"))]:
        text = path.read_text(encoding="utf-8")
        inline = CODE.findall(BLOCK.sub("", text))
        block = [line for found in BLOCK.findall(text) for line in found.splitlines()]
        for line in [*inline, *block]:
            for part in re.split(r"&&|\|", line.split("  ")[0]):
                words = shlex.split(part.replace("…", ""), comments=True)
                words = list(itertools.dropwhile(lambda w: w == "sudo" or "=" in w, words))
                if words and words[0] in {"huoqi", "./huoqi"} and len(words) > 1:
                    yield path.name, tuple(words[1:])


def problem_with(line: Sequence[str]) -> str:
    """Return what is wrong with a command as it is written in a page, nothing for a good one."""
    command: click.Command = main
    words = list(line)
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(click.Context(command), words[0])
        if found is None:
            return f"no command {words[0]}"
        command, words = found, words[1:]
    known = {name for option in command.params for name in [*option.opts, *option.secondary_opts]}
    unknown = [word for word in words if word.startswith("--") and word.split("=")[0] not in known]
    return f"no option {unknown}" if set(unknown) - {"--help"} else ""


def test_every_command_in_the_pages_exists_with_its_options() -> None:
    found = {(name, line): problem_with(line) for name, line in commands()}

    assert len(found) > 100
    assert {place: problem for place, problem in found.items() if problem} == {}


def test_marks_of_a_text_become_a_page_and_nothing_else_does() -> None:
    text = "## A\n\none\ntwo\n\n1. x\n2. `<b>`\n- y\n\n<script>\n\n### a\nb"

    assert to_html(text) == (
        "<h2>A</h2><p>one two</p><ol><li>x</li><li><code>&lt;b&gt;</code></li></ol>"
        "<ul><li>y</li></ul><p>&lt;script&gt;</p><p>### a b</p>"
    )
    assert page_text("../secret", language="en") is None
    assert page_text("no-such-page", language="en") is None


@pytest.mark.database
def test_the_platform_shows_them_in_the_reader_s_language(company: Company) -> None:
    chinese = company.http.get("/docs/runbook/register", headers={"Accept-Language": "zh-CN"})
    english = company.http.get("/docs/runbook/register?language=en")
    index = company.http.get("/docs/runbook?language=en")

    assert 'lang="zh-CN"' in chinese.text
    assert "<h1>A holder's units differ from the register</h1>" in english.text
    assert english.headers["content-type"].startswith("text/html")
    assert '<a href="/docs/runbook/bank-down">' in index.text
    assert company.http.get("/docs/runbook/none").status_code == 404
