"""Structured logs, one JSON object a line, that refuse personal data by name and by form."""

import logging
import sys
from collections.abc import Mapping, MutableMapping
from typing import TextIO

import structlog

from huoqi.kit.clock import machine_now
from huoqi.kit.personal_data import is_private_name, redacted

REFUSED = "<REFUSED>"
_DEPTH_MAX = 6


def configure_logs(*, level: int = logging.INFO, stream: TextIO | None = None) -> None:
    """Send structlog's and the standard library's records, scrubbed, to one stream."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        _stamp,
        structlog.processors.format_exc_info,
        refuse_personal_data,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False, sort_keys=True),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)


def refuse_personal_data(
    logger: object,  # noqa: ARG001 -- the signature of a structlog processor
    method: str,  # noqa: ARG001
    event: MutableMapping[str, object],
) -> MutableMapping[str, object]:
    """Return the record with private fields refused and personal data in texts masked."""
    for name, value in list(event.items()):
        if not name.startswith("_"):  # structlog's own
            event[name] = _scrubbed(name, value, depth=0)
    return event


def _stamp(
    logger: object,  # noqa: ARG001 -- the signature of a structlog processor
    method: str,  # noqa: ARG001
    event: MutableMapping[str, object],
) -> MutableMapping[str, object]:
    event["logged_at"] = machine_now().isoformat(timespec="milliseconds")
    return event


def _scrubbed(name: str, value: object, *, depth: int) -> object:
    if is_private_name(name):
        return REFUSED
    if isinstance(value, str):
        return redacted(value)
    if value is None or isinstance(value, bool | int):
        return value
    return _scrubbed_group(value, depth=depth + 1)


def _scrubbed_group(value: object, *, depth: int) -> object:
    if depth > _DEPTH_MAX:
        return REFUSED
    if isinstance(value, Mapping):
        return {
            redacted(str(name)): _scrubbed(str(name), inner, depth=depth)
            for name, inner in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [_scrubbed("", inner, depth=depth) for inner in value]
    if isinstance(value, bytes | bytearray | memoryview):
        return f"<{len(value)} BYTES>"
    return redacted(str(value))
