"""The published redaction cases come out as given, each through the real log set-up."""

import csv
import io
import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from huoqi.kit.logs import configure_logs
from huoqi.kit.personal_data import redacted

SHARED = Path(os.environ.get("HUOQI_SHARED", Path(__file__).parents[2].parent / "shared"))
CASES = SHARED / "data" / "privacy" / "log_redaction_cases.csv"

pytestmark = pytest.mark.skipif(not CASES.exists(), reason=f"absent: {CASES}")


def _cases() -> list[tuple[str, str]]:
    if not CASES.exists():
        return []
    with CASES.open(encoding="utf-8", newline="") as file:
        return [(row["line"], row["expected"]) for row in csv.DictReader(file)]


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    lines = io.StringIO()
    configure_logs(stream=lines)
    yield lines
    structlog.reset_defaults()
    root.handlers[:], root.level = handlers, level


@pytest.mark.parametrize(("line", "expected"), _cases())
def test_a_line_is_masked_as_published(line: str, expected: str) -> None:
    assert redacted(line) == expected


def test_the_log_writes_the_published_lines(stream: io.StringIO) -> None:
    for line, _ in _cases():
        structlog.get_logger("real").info(line)

    written = [json.loads(row)["event"] for row in stream.getvalue().splitlines()]

    assert written == [expected for _, expected in _cases()]
    assert len(written) == 12
