"""Logs refuse personal data wherever it stands in a record."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from huoqi.kit.logs import REFUSED, configure_logs

PHONE, NATIONAL_ID, CARD = "13800001234", "11010519491231002X", "6222020000000180000"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    lines = io.StringIO()
    configure_logs(stream=lines)
    yield lines
    structlog.reset_defaults()
    root.handlers[:], root.level = handlers, level


def test_fields_with_private_names_are_not_shown(stream: io.StringIO) -> None:
    structlog.get_logger().info("registered", name="王小明", holder_phone=PHONE, customer_no=107)

    record = json.loads(stream.getvalue())

    assert (record["name"], record["holder_phone"]) == (REFUSED, REFUSED)
    assert (record["customer_no"], record["level"]) == (107, "info")


def test_values_are_masked_at_every_depth(stream: io.StringIO) -> None:
    nested = {"rows": [{"text": f"card {CARD}"}, (NATIONAL_ID, b"raw")], PHONE: 1, "n": None}

    structlog.get_logger().warning("odd row", detail=nested)

    assert json.loads(stream.getvalue())["detail"] == {
        "rows": [{"text": "card <CARD>"}, ["<CN_ID>", "<3 BYTES>"]],
        "<PHONE>": 1,
        "n": None,
    }


def test_a_structure_without_end_is_refused(stream: io.StringIO) -> None:
    endless: list[object] = []
    endless.append(endless)

    structlog.get_logger().info("loop", detail=endless)

    assert REFUSED in stream.getvalue()


def test_an_exception_shows_its_trace_without_the_number(stream: io.StringIO) -> None:
    try:
        int(f"number {NATIONAL_ID}")
    except ValueError:
        structlog.get_logger().exception("failed")

    assert "number <CN_ID>" in stream.getvalue()
    assert NATIONAL_ID not in stream.getvalue()


def test_the_standard_library_is_scrubbed_too(stream: io.StringIO) -> None:
    logging.getLogger("a.library").info("GET /v1/customers/%s", PHONE)

    record = json.loads(stream.getvalue())

    assert record["event"] == "GET /v1/customers/<PHONE>"
    assert record["logger"] == "a.library"


def test_objects_are_shown_by_their_masked_text(stream: io.StringIO) -> None:
    structlog.get_logger().info("told", error=ValueError(f"mail li.wei@example.com {PHONE}"))

    assert json.loads(stream.getvalue())["error"] == "mail <EMAIL> <PHONE>"
