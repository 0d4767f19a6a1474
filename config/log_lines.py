"""How structlog renders an event, ours or a library's, as one line: JSON for programs, readable for people."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import cast

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from config.redaction import protected
from config.settings import LogFormat

_TIME = "%Y-%m-%dT%H:%M:%SZ"


def bound_logger(name: str) -> structlog.stdlib.BoundLogger:
    """Return structlog's logger over the standard library's of that name."""
    bound = structlog.wrap_logger(
        logging.getLogger(name),
        processors=[structlog.stdlib.filter_by_level, structlog.stdlib.render_to_log_kwargs],
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return cast(structlog.stdlib.BoundLogger, bound)


def formatter(form: LogFormat) -> logging.Formatter:
    """Return what renders a record as a line."""
    return _ProtectedFormatter(
        processors=[
            structlog.processors.TimeStamper(fmt=_TIME, utc=True),
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(),
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *(_JSON if form == "json" else _TEXT),
        ]
    )


class _ProtectedFormatter(structlog.stdlib.ProcessorFormatter):
    """Leaves out secrets, and characters that drive a terminal, wherever in a line or a traceback they stand."""

    def format(self, record: logging.LogRecord) -> str:
        return protected(super().format(record))


def _one_line(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    event["event"] = str(event["event"]).replace("\n", "\\n")
    return event


_JSON: Sequence[Processor] = (
    structlog.processors.format_exc_info,
    structlog.processors.JSONRenderer(ensure_ascii=False),
)
_TEXT: Sequence[Processor] = (
    _one_line,
    structlog.dev.ConsoleRenderer(
        colors=False,
        repr_native_str=True,
        sort_keys=False,
        pad_event_to=0,
        pad_level=False,
        exception_formatter=structlog.dev.plain_traceback,
    ),
)
