"""How commands answer: one JSON document, or the same facts in lines for people."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

import click

from huoqi.cli.exits import refuse
from huoqi.kit.errors import DomainError

Document = Mapping[str, object]


def show(document: Document, *, as_json: bool) -> None:
    """Print a document: as JSON on one line, or a fact a line and a row a line."""
    if as_json:
        click.echo(json.dumps(document, ensure_ascii=False))
        return
    for name, value in document.items():
        if isinstance(value, list):
            for row in value:
                click.echo(f"  {_row_text(row)}")
        else:
            click.echo(f"{name.replace('_', ' '):<18}{_plain(value)}")


@contextmanager
def refusals(*, as_json: bool) -> Iterator[None]:
    """Turn an expected "no" inside the block into its code, its meaning and its exit code."""
    try:
        yield
    except DomainError as refusal:
        refuse(refusal, as_json=as_json)


def blocked_documents(lines: Iterable[str]) -> list[dict[str, object]]:
    """Return blocked days, told as "fund day step: reason", with the command that shows each.

    >>> blocked_documents(["990001 2015-05-13 tie_out: 2 breaks"])[0]["next_step"]
    'huoqi close status --on 2015-05-13 --fund 990001'
    """
    documents: list[dict[str, object]] = []
    for line in sorted(lines):
        place, _, why = line.partition(": ")
        fund, day, step = place.split()
        next_step = f"huoqi close status --on {day} --fund {fund}"
        documents.append({
            "fund": fund,
            "on": day,
            "step": step,
            "why": why,
            "next_step": next_step,
        })
    return documents


def warn_of_blocked(documents: Iterable[Mapping[str, object]]) -> None:
    """Tell on standard error of each blocked day, and what to do next."""
    for row in documents:
        click.echo(
            f"huoqi: the close of {row['fund']} for {row['on']} is blocked at {row['step']}:"
            f" {row['why']}. Next: {row['next_step']}",
            err=True,
        )


def _row_text(row: object) -> str:
    if not isinstance(row, Mapping):
        return str(row)
    return "  ".join(_plain(value) for value in row.values() if value not in (None, "", [], {}))


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return "  ".join(f"{name} {_plain(inner)}" for name, inner in value.items())
    if isinstance(value, list | tuple):
        return " ".join(map(_plain, value)) or "none"
    return "-" if value is None else str(value)
